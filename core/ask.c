/* ask.c - what an instance asks of its storages */
#include <config.h>

#include "ask.h"

#include <errno.h>
#include <string.h>

#include <weir/cleanup.h>

#include "ask_inner.h"
#include "base.h"
#include "http/request.h"
#include "link/question.h"

/* What the instance wants to hear, and how. */
struct wish {
    void *instance;
    weir_heard *heard;
    void *arg;
};

int
ask_open(struct stage *stage, const struct ask_store stores[], size_t count,
         struct ask **ret_ask)
{
    weir_cleanup(ask_destroy) struct ask *self =
        xcalloc(1, sizeof(*self) + count * sizeof(struct store));

    self->stage = stage;
    ask_init_queries(self);
    for (size_t i = 0; i < count; i++) {
        struct store *store = &self->stores[self->count];
        int rc = asker_open(stage, stores[i].endpoint, stores[i].keys,
                            &store->asker);
        if (rc < 0)
            return rc;
        store->name = x_or_die(strdup(stores[i].name));
        if (count > 1)
            asker_be_of_several(store->asker);
        self->count++;
    }
    *ret_ask = weir_take(self);
    return 0;
}

void
ask_destroy(struct ask **self_p)
{
    struct ask *self = *self_p;

    *self_p = NULL;
    if (!self)
        return;
    self->closing = true;
    ask_end_queries(self);
    while (self->inquiries)
        inquiry_fail(self->inquiries, -ECANCELED, NULL, "the asker closes");
    for (size_t i = 0; i < self->count; i++) {
        asker_destroy(&self->stores[i].asker);
        free(self->stores[i].name);
    }
    allowance_release(&self->allowance);
    free(self);
}

void
ask_forget(struct ask *self, const void *arg)
{
    struct inquiry *inquiry = self->inquiries;

    while (inquiry && inquiry->arg != arg)
        inquiry = inquiry->next;
    if (inquiry)
        inquiry_forget(inquiry);
}

static struct inquiry *
find_left(struct ask *self)
{
    struct inquiry *inquiry = self->inquiries;

    while (inquiry && !(inquiry->client && request_left(inquiry->client)))
        inquiry = inquiry->next;
    return inquiry;
}

static void
look_after_clients(void *arg)
{
    struct ask *self = arg;
    struct inquiry *inquiry = NULL;

    while ((inquiry = find_left(self)))
        inquiry_fail(inquiry, -ECANCELED, NULL, "the client has left");
}

static int
ask_stores(struct inquiry *inquiry, const struct weir_select *what)
{
    struct ask *self = inquiry->ask;

    for (size_t i = 0; i < self->count; i++) {
        struct leg *leg = &inquiry->legs[i];
        leg->inquiry = inquiry;
        leg->store = i;
        int rc =
            asker_ask(self->stores[i].asker, what, inquiry_hear, leg, &leg->id);
        if (rc < 0)
            return rc;
        inquiry->running++;
    }
    return 0;
}

/* Asks 'what', whose bounds are filled in; the inquiry takes 'summary'. */
static int
start(struct ask *self, const struct wish *wish, struct weir_select *what,
      struct summary *summary)
{
    struct inquiry *inquiry =
        xcalloc(1, sizeof(*inquiry) + self->count * sizeof(*inquiry->legs));

    inquiry->ask = self;
    inquiry->instance = wish->instance;
    inquiry->heard = wish->heard;
    inquiry->arg = wish->arg;
    inquiry->client = what->client;
    inquiry->want = what->want;
    inquiry->summary = summary;
    inquiry->notes = xcalloc(self->count + 1, sizeof(*inquiry->notes));
    what->alone = self->count == 1;
    if (!what->alone) {
        what->digest = NULL;
        inquiry->pile =
            pile_new(self->count, what->bounds.memory_bytes, self->allowance);
    }
    inquiry->next = self->inquiries;
    self->inquiries = inquiry;
    if (!self->timer)
        self->timer = stage_timer(self->stage, NS_PER_S, NS_PER_S,
                                  look_after_clients, self);
    int rc = ask_stores(inquiry, what);
    if (rc < 0)
        inquiry_forget(inquiry);
    return rc;
}

int
ask_select(struct ask *self, void *instance, const struct weir_select *what,
           weir_heard *heard, void *arg)
{
    const struct wish wish = {instance, heard, arg};
    struct weir_select asked = *what;

    if (self->count == 0 || self->closing)
        return -ENOTCONN;
    asked.bounds = question_bounds(&what->bounds);
    return start(self, &wish, &asked, NULL);
}

int
ask_summary(struct ask *self, void *instance, const struct weir_select *what,
            weir_heard *heard, void *arg)
{
    const struct wish wish = {instance, heard, arg};
    struct weir_select asked = *what;

    if (self->count == 0 || self->closing)
        return -ENOTCONN;
    asked.bounds = question_bounds(&what->bounds);
    asked.want = WEIR_SAMPLES;
    asked.function = WEIR_FIGURES;
    asked.functions = 0;
    asked.range_ns = what->until_ns - what->after_ns;
    asked.step_ns = 0;
    /* Rates compare with the window before. */
    asked.after_ns -= asked.range_ns;
    return start(
        self, &wish, &asked,
        summary_new(what->after_ns, what->until_ns, asked.bounds.memory_bytes));
}
