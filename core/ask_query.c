/* ask_query.c - questions in PromQL: their selects, then their evaluation
 *
 * A query is read on the stage, waits for its turn, asks its selects, some at
 * a time, and is evaluated: on the stage when there is little of it, else on a
 * thread of the crew.  What runs there touches only the query, so that an ask
 * may close meanwhile: then the query is an orphan, and tells nobody.
 */
#include <config.h>

#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>

#include <weir/cleanup.h>

#include "ask_inner.h"
#include "base.h"
#include "clock.h"
#include "http/request.h"
#include "link/question.h"
#include "query/harvest.h"

enum {
    ACTIVE_MOST = 12,    /* queries that select or are evaluated */
    WAITING_MOST = 1024, /* queries beside them */
    SELECTS_AT_ONCE = 4, /* of a query */
    LITTLE = 20000,      /* samples: those gathered, and of the steps */
};

enum query_state { QUERY_WAITS, QUERY_SELECTS, QUERY_WORKS };

/* The answer to one of the plan's selects. */
struct gather {
    struct query *query;
    struct harvest *harvest;
    bool hearing; /* a part, at this moment */
};

struct query {
    struct query *next;
    struct ask *ask;
    struct crew *crew; /* or NULL */
    void *instance;
    weir_heard *heard;
    void *arg;
    struct weir_request *client; /* or NULL */

    struct tree *tree; /* NULL: 'why' tells */
    char *why;         /* of what the parser refused, or NULL */
    struct moments moments;
    struct weir_bounds bounds;
    struct plan *plan;
    const struct weir_select *selects; /* [select_count], the plan's */
    size_t select_count, select_next, selects_running;
    struct gather *gathers; /* [select_count] */
    struct evaluation_input *inputs;
    struct evaluation *evaluation;
    struct arena arena;      /* of the notes' texts */
    struct weir_note *notes; /* [note_count], of the selects */
    size_t note_count;

    enum query_state state;
    int failed; /* why it ends before it is evaluated, or 0 */
    atomic_bool cancelled;
    atomic_uint holders;  /* the ask, a job, a post */
    pthread_mutex_t lock; /* for 'orphan' */
    bool orphan;          /* the ask has gone, or wants it no more */
};

/* Ends a hold; the last one frees the query.  From any thread. */
static void
query_release(struct query *self)
{
    if (--self->holders > 0)
        return;
    evaluation_destroy(&self->evaluation);
    for (size_t i = 0; self->gathers && i < self->select_count; i++)
        harvest_destroy(&self->gathers[i].harvest);
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

static void
add_note(struct query *self, const struct weir_note *note)
{
    self->notes =
        xrealloc(self->notes, self->note_count + 1, sizeof(*self->notes));
    self->notes[self->note_count++] = (struct weir_note){
        note->kind, arena_text(&self->arena, note->text), note->position};
}

static void start_waiting(struct ask *ask);

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
    for (size_t i = 0; i < self->select_next; i++) {
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

/* Tells the last part, off the list. */
static void
end(struct query *self, struct weir_result *result)
{
    struct ask *ask = self->ask;

    unlink_query(self);
    (void)self->heard(self->instance, self->arg, result);
    start_waiting(ask);
}

static void
fail(struct query *self, int rc, const char *why)
{
    const struct weir_note note = {.kind = "error", .text = why};

    forget_selects(self);
    if (why)
        add_note(self, &note);
    struct weir_result result = {.rc = rc,
                                 .type = "vector",
                                 .notes = self->notes,
                                 .note_count = self->note_count};
    end(self, &result);
    abandon(self);
}

/* Tells what the evaluation came to, with the notes of the selects. */
static void
tell_answer(struct query *self)
{
    struct weir_result result = *evaluation_result(self->evaluation);

    for (size_t i = 0; i < result.note_count; i++)
        add_note(self, &result.notes[i]);
    result.notes = self->notes;
    result.note_count = self->note_count;
    end(self, &result);
}

static void
evaluate_query(struct query *self)
{
    self->inputs = xcalloc(self->select_count, sizeof(*self->inputs));
    for (size_t i = 0; i < self->select_count; i++)
        self->inputs[i] = harvest_input(self->gathers[i].harvest);
    const struct evaluation_task task = {
        .tree = self->tree,
        .plan = self->plan,
        .moments = &self->moments,
        .inputs = self->inputs,
        .bounds = self->bounds,
        .cancelled = &self->cancelled,
    };
    self->evaluation = evaluation_new(&task);
}

static void
drop_answer(void *arg)
{
    query_release(arg);
}

static void
take_answer(void *arg)
{
    struct query *self = arg;

    if (!self->orphan) {
        tell_answer(self);
        query_release(self);
    }
    query_release(self);
}

/* On a thread of the crew. */
static void
work(void *arg)
{
    struct query *self = arg;

    if (!atomic_load(&self->cancelled))
        evaluate_query(self);
    (void)pthread_mutex_lock(&self->lock);
    if (!self->orphan) {
        self->holders++;
        stage_post_or(self->ask->stage, take_answer, drop_answer, self);
    }
    (void)pthread_mutex_unlock(&self->lock);
    query_release(self);
}

/* Returns how much there is to do, roughly. */
static size_t
estimate(const struct query *self)
{
    const struct grid grid = moments_grid(&self->moments);
    size_t samples = 0;

    for (size_t i = 0; i < self->select_count; i++)
        samples += harvest_samples(self->gathers[i].harvest);
    return samples + grid.count * (self->select_count + 1);
}

/* All samples are there. */
static void
begin_work(struct query *self)
{
    self->state = QUERY_WORKS;
    if (self->crew && estimate(self) > LITTLE) {
        self->holders++;
        if (crew_add(self->crew, work, self) == 0)
            return;
        self->holders--;
    }
    evaluate_query(self);
    tell_answer(self);
    query_release(self);
}

static uint64_t
gathered_bytes(const struct query *self)
{
    uint64_t bytes = 0;

    for (size_t i = 0; i < self->select_count; i++)
        if (self->gathers[i].harvest)
            bytes += harvest_bytes(self->gathers[i].harvest);
    return bytes;
}

static void select_more(struct query *self);

/* Returns whether more is wanted. */
static bool
take_part(struct gather *gather, const struct weir_result *result)
{
    struct query *self = gather->query;

    for (size_t i = 0; i < result->note_count; i++)
        add_note(self, &result->notes[i]);
    if (result->rc < 0) {
        fail(self, result->rc, result->note_count ? NULL : "a storage failed");
        return false;
    }
    if (result->samples)
        harvest_add(gather->harvest, result->samples);
    if (gathered_bytes(self) > self->bounds.memory_bytes) {
        fail(self, -E2BIG,
             "query processing would load too many samples into memory in "
             "query execution");
        return false;
    }
    if (result->rc == 0)
        return true;
    self->selects_running--;
    select_more(self);
    return false;
}

/* Hears a part of one select. */
static bool
hear_gather(void *instance, void *arg, const struct weir_result *result)
{
    struct gather *gather = arg;

    (void)instance;
    gather->hearing = true;
    if (!take_part(gather, result))
        return false; /* the query may have gone */
    gather->hearing = false;
    return true;
}

static void
select_more(struct query *self)
{
    while (self->select_next < self->select_count &&
           self->selects_running < SELECTS_AT_ONCE) {
        struct gather *gather = &self->gathers[self->select_next];
        struct weir_select select = self->selects[self->select_next];
        *gather = (struct gather){.query = self, .harvest = harvest_new()};
        select.bounds = self->bounds;
        int rc = ask_select(self->ask, self, &select, hear_gather, gather);
        if (rc == -EAGAIN && self->selects_running > 0) {
            harvest_destroy(&gather->harvest);
            return;
        }
        if (rc < 0) {
            fail(self, rc,
                 rc == -EAGAIN ? "too many selects run already"
                               : "a selector is too large");
            return;
        }
        self->select_next++;
        self->selects_running++;
    }
    if (self->selects_running == 0)
        begin_work(self);
}

static size_t
count_active(const struct ask *ask)
{
    size_t count = 0;

    for (const struct query *query = ask->queries; query; query = query->next)
        count += query->state != QUERY_WAITS;
    return count;
}

static void
begin(struct query *self)
{
    self->state = QUERY_SELECTS;
    if (!self->tree) {
        fail(self, -EINVAL, self->why);
        return;
    }
    self->plan = plan_new(self->tree, &self->moments);
    self->selects = plan_selects(self->plan, &self->select_count);
    self->gathers = xcalloc(self->select_count, sizeof(*self->gathers));
    if (self->select_count > PLAN_SELECTS_MOST)
        fail(self, -E2BIG, "the query has too many selectors");
    else
        select_more(self);
}

/* Begins the queries whose turn it is, those first that came first. */
static void
start_queries(void *arg)
{
    struct ask *ask = arg;
    struct query *next = NULL;

    ask->start_timer = 0;
    do {
        next = ask->queries;
        while (next && next->state != QUERY_WAITS)
            next = next->next;
        if (next && count_active(ask) >= ACTIVE_MOST)
            next = NULL;
        if (next)
            begin(next);
    } while (next);
}

/* Soon: nobody hears from within the call that asks. */
static void
start_waiting(struct ask *ask)
{
    if (!ask->closing && !ask->start_timer)
        ask->start_timer = stage_timer(ask->stage, 0, 0, start_queries, ask);
}

static bool
is_over(const struct query *self)
{
    return (self->client && request_left(self->client)) ||
           (self->state == QUERY_WAITS &&
            clock_now_ns() > self->bounds.deadline_ns);
}

static void
look_after_queries(void *arg)
{
    struct ask *ask = arg;
    struct query *query = ask->queries;

    while (query) {
        if (!is_over(query)) {
            query = query->next;
            continue;
        }
        if (query->client && request_left(query->client))
            fail(query, -ECANCELED, "the client has left");
        else
            fail(query, -ETIMEDOUT, "query timed out in query queue");
        query = ask->queries;
    }
}

static struct query *
query_new(struct ask *ask, const struct weir_question *question)
{
    struct query *self = xcalloc(1, sizeof(*self));

    self->ask = ask;
    self->holders = 1;
    self->client = question->client;
    self->bounds = question_bounds(&question->bounds);
    self->moments = (struct moments){question->start_ns, question->end_ns,
                                     question->step_ns, question->lookback_ns};
    if (self->moments.lookback_ns <= 0)
        self->moments.lookback_ns = LOOKBACK_DEFAULT_S * NS_PER_S;
    (void)pthread_mutex_init(&self->lock, NULL);
    if (question->step_ns < 0 || question->end_ns < question->start_ns)
        self->why =
            x_or_die(strdup("end timestamp must not be before start time"));
    else
        (void)tree_parse(question->text, &self->tree, &self->why);
    return self;
}

static void
add_query(struct ask *ask, struct query *query)
{
    struct query **link = &ask->queries;

    while (*link)
        link = &(*link)->next;
    *link = query;
    if (!ask->query_timer)
        ask->query_timer = stage_timer(ask->stage, NS_PER_S, NS_PER_S,
                                       look_after_queries, ask);
    start_waiting(ask);
}

int
ask_query(struct ask *self, void *instance,
          const struct weir_question *question, struct crew *crew,
          weir_heard *heard, void *arg)
{
    size_t count = 0;

    if (self->count == 0 || self->closing)
        return -ENOTCONN;
    for (const struct query *query = self->queries; query; query = query->next)
        count++;
    if (count >= ACTIVE_MOST + WAITING_MOST)
        return -EAGAIN;
    struct query *query = query_new(self, question);
    query->crew = crew;
    query->instance = instance;
    query->heard = heard;
    query->arg = arg;
    add_query(self, query);
    return 0;
}

void
ask_end_queries(struct ask *self)
{
    while (self->queries)
        fail(self->queries, -ECANCELED, "the asker closes");
    if (self->start_timer)
        stage_timer_stop(self->stage, self->start_timer);
}
