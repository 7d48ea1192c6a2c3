/* expvar.h - what input expvar makes of an answer
 *
 * Everything here belongs to the thread of the instance.
 */
#ifndef EXPVAR_H
#define EXPVAR_H

#include <stddef.h>
#include <stdint.h>

#include <weir/batch.h>

#include "pauses.h"
#include "vars.h"

/* What is known of the program that a target is; begins as {0}. */
struct program {
    struct pauses pauses;
    uint32_t left_out; /* values of the last answer, see variables_add() */
    char why[96];      /* the last answer could not be read */
};

/* Adds all that an answer says.  Returns 0, or a negative errno with the reason
 * in 'why': -EBADMSG when it is not of expvar, -EMSGSIZE when it has too much;
 * then nothing was added. */
int program_read(struct program *self, struct weir_batch *batch,
                 const char *text, size_t size);

/* Adds the figures of 'map', a runtime.MemStats, each of those that are there.
 */
void memstats_add(struct weir_batch *batch, const struct vars *vars,
                  const struct vars_node *map);

/* Adds how often garbage was collected, and the pauses, which 'pauses' looks
 * at. */
void gc_add(struct weir_batch *batch, const struct vars *vars,
            const struct vars_node *map, struct pauses *pauses);

/* Adds what the program itself publishes.  Returns how many values were left
 * out, since their names are too long, or the lists that they are. */
uint32_t variables_add(struct weir_batch *batch, const struct vars *vars);

#endif /* EXPVAR_H */
