/* program.c - what a program says of itself becomes samples */
#include <config.h>

#include "expvar.h"

#include <stdio.h>

#include <weir/cleanup.h>

int
program_read(struct program *self, struct weir_batch *batch, const char *text,
             size_t size)
{
    weir_cleanup(vars_destroy) struct vars *vars = NULL;
    const char *why = NULL;
    size_t at = 0;

    int rc = vars_read(text, size, &vars, &why, &at);
    if (rc < 0) {
        (void)snprintf(self->why, sizeof(self->why),
                       "byte %zu of its answer: %s", at + 1, why);
        return rc;
    }
    const struct vars_node *memstats = vars_find(vars, vars->nodes, "memstats");
    if (memstats) {
        memstats_add(batch, vars, memstats);
        gc_add(batch, vars, memstats, &self->pauses);
    }
    self->left_out = variables_add(batch, vars);
    return 0;
}
