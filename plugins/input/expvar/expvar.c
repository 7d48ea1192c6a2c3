/* expvar.c - input: what programs in Go tell of themselves without a library
 *
 * Each that imports expvar offers the runtime's figures and its own variables
 * at /debug/vars.  To tell them the runtime stops the program for a moment, so
 * that this is nothing to ask for each second.
 */
#include <config.h>

#include "expvar.h"

#include <stdio.h>

#include "../scrape/scraper.h"
#include "base.h"

struct expvar {
    struct scraper scraper;
    uint64_t left_out; /* values, since the start */
};

static const struct weir_metric left_out = {
    "weir_expvar_left_out_total", WEIR_COUNTER, "",
    "Values with too long names, or in too long lists, at each scrape."};

static const struct weir_option options[] = {
    SCRAPER_OPTIONS("4M"),
    DISCOVERY_OPTIONS,
    {0},
};

/* The log tells when that begins. */
static void
tell_left_out(struct target *target, uint32_t before, uint32_t now)
{
    struct expvar *self = (struct expvar *)(void *)target->owner;

    self->left_out += now;
    weir_tell(self, &left_out, (double)self->left_out);
    if (before == 0 && now > 0)
        weir_warn(self,
                  "%s: variables are left out, %u of them now; their names "
                  "are too long, or the lists that they are",
                  target->place.url, (unsigned)now);
}

static int
read_vars(struct target *target, struct weir_batch *into, char why[WHY_ROOM])
{
    const struct body *body = &target->body;

    if (!target->memory)
        target->memory = xcalloc(1, sizeof(struct program));
    struct program *program = target->memory;
    uint32_t before = program->left_out;
    int rc =
        program_read(program, into, body->size ? body->text : "", body->size);
    if (rc < 0)
        (void)snprintf(why, WHY_ROOM, "%s", program->why);
    else
        tell_left_out(target, before, program->left_out);
    return rc;
}

static const struct format vars = {
    .path = "/debug/vars",
    .accept = "Accept: application/json",
    .read = read_vars,
    .forget = free,
};

static int
expvar_check(void *instance)
{
    return scraper_check(instance, &vars);
}

static int
expvar_open(void *instance)
{
    return scraper_open(instance, &vars);
}

static void
expvar_close(void *instance)
{
    scraper_close(instance);
}

WEIR_INPUT(expvar) = {
    .help = "What programs in Go tell of themselves at /debug/vars.",
    .instance_size = sizeof(struct expvar),
    .options = options,
    .check = expvar_check,
    .open = expvar_open,
    .close = expvar_close,
};
