/* ask_gather.c - the samples of a query, and its evaluation
 *
 * What is long is evaluated on a thread of the crew, and touches nothing but
 * the query there: so an ask may close meanwhile, and the query is an orphan
 * then, which tells nobody.
 */
#include <config.h>

#include <errno.h>

#include "ask_query_inner.h"
#include "base.h"
#include "clock.h"
#include "link/question.h"

enum {
    SELECTS_AT_ONCE = 4, /* of a query */
    LITTLE = 4000,       /* samples: those gathered, and of the steps */
};

static bool
is_halved(const struct query *self)
{
    return self->gather_count > self->select_count;
}

static void
evaluate_query(struct query *self)
{
    self->inputs = xcalloc(self->select_count, sizeof(*self->inputs));
    for (size_t i = 0; i < self->select_count; i++) {
        self->inputs[i] = is_halved(self)
                              ? harvest_join(self->gathers[0].harvest,
                                             self->gathers[1].harvest)
                              : harvest_input(self->gathers[i].harvest);
        if (self->gathers[i].digested)
            self->inputs[i].digest = self->selects[i].digest;
    }
    const struct evaluation_task task = {
        .tree = self->tree,
        .plan = self->plan,
        .moments = &self->moments,
        .inputs = self->inputs,
        .bounds = self->bounds,
        .allowance = self->allowance,
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
        query_tell(self);
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

    for (size_t i = 0; i < self->gather_count; i++)
        samples += harvest_samples(self->gathers[i].harvest);
    return samples + grid.count * (self->select_count + 1);
}

/* All samples are there. */
static void
begin_work(struct query *self)
{
    self->state = QUERY_WORKS;
    self->gathered_ns = clock_now_ns();
    if (self->crew && estimate(self) > LITTLE) {
        self->holders++;
        if (crew_add(self->crew, work, drop_answer, self) == 0)
            return;
        self->holders--;
    }
    evaluate_query(self);
    query_tell(self);
    query_release(self);
}

static uint64_t
gathered_bytes(const struct query *self)
{
    uint64_t bytes = 0;

    for (size_t i = 0; i < self->gather_count; i++)
        if (self->gathers[i].harvest)
            bytes += harvest_bytes(self->gathers[i].harvest);
    return bytes;
}

/* Says whether there is room for what was gathered; else the query fails. */
static bool
check_gathered(struct query *self)
{
    uint64_t bytes = gathered_bytes(self);

    if (bytes > self->bounds.memory_bytes)
        query_fail(
            self, -E2BIG,
            "query processing would load too many samples into memory in "
            "query execution");
    else if (!share_cover(&self->gathered, bytes))
        query_fail(self, -EAGAIN, ASK_NO_MEMORY);
    else
        return true;
    return false;
}

/* Returns whether more is wanted. */
static bool
take_part(struct gather *gather, const struct weir_result *result)
{
    struct query *self = gather->query;

    for (size_t i = 0; i < result->note_count; i++)
        query_note(self, &result->notes[i]);
    if (result->rc < 0) {
        query_fail(self, result->rc,
                   result->note_count ? NULL : "a storage failed");
        return false;
    }
    gather->digested = result->evaluated;
    if (result->samples)
        harvest_add(gather->harvest, result->samples);
    if (!check_gathered(self))
        return false;
    if (result->rc == 0)
        return true;
    self->selects_running--;
    query_select(self);
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

/* Says whether two threads are to have half of the series each: when nothing
 * else is asked, and there may be many. */
static bool
is_worth_halving(const struct query *self)
{
    const struct weir_select *select = self->selects;
    const struct ask *ask = self->ask;

    return self->select_count == 1 && select->digest && ask->count == 1 &&
           !ask->queries->next && asker_can_slice(ask->stores[0].asker) &&
           !question_names_few(select);
}

void
query_prepare(struct query *self)
{
    self->gather_count = self->select_count;
    if (is_worth_halving(self))
        self->gather_count = 2;
    self->gathers = xcalloc(self->gather_count, sizeof(*self->gathers));
}

/* Returns what the next gather asks. */
static struct weir_select
next_select(struct query *self)
{
    struct weir_select select =
        self->selects[is_halved(self) ? 0 : self->gather_next];

    select.bounds = self->bounds;
    if (is_halved(self)) {
        select.slice = (uint32_t)self->gather_next;
        select.slices = (uint32_t)self->gather_count;
    }
    return select;
}

void
query_select(struct query *self)
{
    while (self->gather_next < self->gather_count &&
           self->selects_running < SELECTS_AT_ONCE) {
        struct gather *gather = &self->gathers[self->gather_next];
        *gather =
            (struct gather){.query = self, .harvest = ask_harvest(self->ask)};
        struct weir_select select = next_select(self);
        int rc = ask_select(self->ask, self, &select, hear_gather, gather);
        if (rc == -EAGAIN && self->selects_running > 0) {
            harvest_destroy(&gather->harvest);
            return;
        }
        if (rc < 0) {
            query_fail(self, rc,
                       rc == -EAGAIN ? "too many selects run already"
                                     : "a selector is too large");
            return;
        }
        self->gather_next++;
        self->selects_running++;
    }
    if (self->selects_running == 0)
        begin_work(self);
}
