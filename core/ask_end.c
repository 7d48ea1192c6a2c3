/* ask_end.c - how a query ends: what it tells, what it took, what is logged */
#include <config.h>

#include <errno.h>
#include <stdio.h>

#include "ask_query_inner.h"
#include "base.h"
#include "clock.h"
#include "log.h"

void
query_release(struct query *self)
{
    if (--self->holders > 0)
        return;
    evaluation_destroy(&self->evaluation);
    for (size_t i = 0; self->gathers && i < self->gather_count; i++)
        harvest_destroy(&self->gathers[i].harvest);
    share_end(&self->gathered);
    allowance_release(&self->allowance);
    free(self->gathers);
    free(self->inputs);
    plan_destroy(&self->plan);
    tree_destroy(&self->tree);
    arena_clear(&self->arena);
    free(self->notes);
    free(self->why);
    (void)pthread_mutex_destroy(&self->lock);
    free(self);
}

void
query_note(struct query *self, const struct weir_note *note)
{
    self->notes =
        xrealloc(self->notes, self->note_count + 1, sizeof(*self->notes));
    self->notes[self->note_count++] = (struct weir_note){
        note->kind, arena_text(&self->arena, note->text), note->position};
}

/* Takes the query off the ask's list, so that it is nobody's. */
static void
unlink_query(struct query *self)
{
    struct ask *ask = self->ask;
    struct query **link = &ask->queries;

    while (*link != self)
        link = &(*link)->next;
    *link = self->next;
    if (!ask->queries) {
        stage_timer_stop(ask->stage, ask->query_timer);
        ask->query_timer = 0;
    }
}

/* Ends the selects that run, but for one that is being heard, which ends when
 * that returns. */
static void
forget_selects(struct query *self)
{
    for (size_t i = 0; i < self->gather_next; i++) {
        struct gather *gather = &self->gathers[i];
        if (!gather->hearing)
            ask_forget(self->ask, gather);
    }
}

/* The ask lets go of a query. */
static void
abandon(struct query *self)
{
    (void)pthread_mutex_lock(&self->lock);
    self->orphan = true;
    atomic_store(&self->cancelled, true);
    (void)pthread_mutex_unlock(&self->lock);
    query_release(self);
}

/* The parts of the time that a query took. */
struct spent {
    int64_t wait_ns, gather_ns, evaluate_ns;
};

static struct spent
query_spent(const struct query *self)
{
    int64_t now_ns = clock_now_ns();
    int64_t begun_ns = self->begun_ns ? self->begun_ns : now_ns;
    int64_t gathered_ns = self->gathered_ns ? self->gathered_ns : now_ns;

    return (struct spent){begun_ns - self->asked_ns, gathered_ns - begun_ns,
                          now_ns - gathered_ns};
}

static const char *
write_seconds(char text[32], int64_t span_ns)
{
    (void)snprintf(text, 32, "%.3f", (double)span_ns / NS_PER_S);
    return text;
}

static size_t
count_samples(const struct query *self)
{
    size_t samples = 0;

    for (size_t i = 0; i < self->gather_next; i++)
        if (self->gathers[i].harvest)
            samples += harvest_samples(self->gathers[i].harvest);
    return samples;
}

static void
log_slow(const struct query *self, const struct spent *spent, int rc)
{
    char texts[4][32];

    log_line(LOG_WARN, "slow_question", "instance", self->ask->name, "seconds",
             write_seconds(texts[0], spent->wait_ns + spent->gather_ns +
                                         spent->evaluate_ns),
             "waited", write_seconds(texts[1], spent->wait_ns), "gathered",
             write_seconds(texts[2], spent->gather_ns), "evaluated",
             write_seconds(texts[3], spent->evaluate_ns), "samples",
             log_number((long long)count_samples(self)), "query",
             self->tree ? tree_text(self->tree) : "", "error",
             rc < 0 ? strerror(-rc) : NULL, NULL);
}

static void
account(struct query *self, int rc)
{
    struct ask *ask = self->ask;
    struct ask_figures *figures = ask->figures;
    struct spent spent = query_spent(self);
    int64_t slow_ns = ask->limits.slow_ns;

    figures->questions++;
    figures->failures += rc < 0;
    figures->wait_ns += (uint64_t)spent.wait_ns;
    figures->gather_ns += (uint64_t)spent.gather_ns;
    figures->evaluate_ns += (uint64_t)spent.evaluate_ns;
    if (slow_ns == 0 ||
        spent.wait_ns + spent.gather_ns + spent.evaluate_ns <= slow_ns)
        return;
    figures->slow++;
    log_slow(self, &spent, rc);
}

/* Tells the last part, off the list. */
static void
end(struct query *self, struct weir_result *result)
{
    struct ask *ask = self->ask;

    unlink_query(self);
    account(self, result->rc);
    (void)self->heard(self->instance, self->arg, result);
    ask_start_waiting(ask);
}

void
query_fail(struct query *self, int rc, const char *why)
{
    const struct weir_note note = {.kind = "error", .text = why};

    forget_selects(self);
    if (why)
        query_note(self, &note);
    struct weir_result result = {.rc = rc,
                                 .malformed = !self->tree,
                                 .type = "vector",
                                 .notes = self->notes,
                                 .note_count = self->note_count};
    end(self, &result);
    abandon(self);
}

void
query_tell(struct query *self)
{
    struct weir_result result = *evaluation_result(self->evaluation);

    for (size_t i = 0; i < result.note_count; i++)
        query_note(self, &result.notes[i]);
    result.notes = self->notes;
    result.note_count = self->note_count;
    end(self, &result);
    for (size_t i = 0; i < self->gather_count; i++)
        ask_keep_harvest(self->ask, &self->gathers[i].harvest);
}
