/* sweep.c - one select after another, for each match[], into one answer */
#include <config.h>

#include "sweep.h"

static void
sweep_destroy(struct sweep **self_p)
{
    struct sweep *self = weir_take(*self_p);

    if (!self)
        return;
    if (self->answer)
        answer_fail(&self->answer, FAULT_INTERNAL, "the search was dropped");
    selectors_fini(&self->selectors);
    self->free(self);
}

static bool heard(void *instance, void *arg, const struct weir_result *result);

/* Asks for the next selector; takes the sweep. */
static void
ask(struct sweep *sweep)
{
    weir_cleanup(sweep_destroy) struct sweep *self = sweep;
    const struct selectors *selectors = &self->selectors;

    if (self->next < selectors->count)
        self->what.matchers = weir_selector_matchers(
            selectors->items[self->next], &self->what.matcher_count);
    self->next++;
    self->first = true;
    self->what.client = self->answer->request;
    int rc = self->ask(self->answer->api, &self->what, heard, self);
    if (rc < 0)
        answer_fail_rc(&self->answer, rc);
    else
        self = NULL; /* it hears */
}

static bool
heard(void *instance, void *arg, const struct weir_result *result)
{
    weir_cleanup(sweep_destroy) struct sweep *self = arg;

    (void)instance;
    if (result->rc < 0) {
        answer_fail_result(&self->answer, result);
        return false;
    }
    self->take(self, result, self->first);
    self->first = false;
    int rc = answer_room(self->answer, self->bytes);
    if (rc < 0) {
        answer_fail_room(&self->answer, rc);
        return false;
    }
    bool more = result->rc == 0;
    if (!more)
        answer_add_notes(self->answer, result->notes, result->note_count);
    if (!more && self->next >= self->selectors.count)
        self->finish(self);
    else if (!more)
        ask(weir_take(self));
    else
        self = NULL;
    return more;
}

void
sweep_start(struct sweep *self)
{
    ask(self);
}
