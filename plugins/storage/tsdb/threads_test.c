/* threads_test.c - selects beside appends, flushes and compactions
 *
 * Sample k of a series has the time and the value k.  Whatever runs meanwhile,
 * an answer has all that was appended before it was asked for, once and in
 * order.  Run it under TSan, too.
 */
#include <config.h>

#include "tsdb.c"

#include <sched.h>

#include "link/part.h"
#include "link/sink.h"
#include "tsdb_spec.h"

enum { READERS = 3, FLUSH_EVERY = 60 };

static const int64_t budget_ns = 3 * NS_PER_S;

struct scene {
    struct tsdb *tsdb;
    atomic_int begun, done; /* samples of each series */
    atomic_int answers;
    atomic_bool stop;
    _Atomic(const char *) wrong; /* what a reader found, or NULL */
};

/* An answer as it comes. */
struct hearing {
    struct part_reader *reader;
    int64_t last; /* time */
    bool ordered;
};

static int
hear(void *arg, struct frame **frame_p)
{
    struct hearing *self = arg;
    const struct frame_view view = frame_look(*frame_p);
    struct answer_part part;

    if (part_read(self->reader, &view, &part) == 0 && part.samples)
        for (size_t i = 0; i < part.samples->count; i++) {
            int64_t time_ns = part.samples->times_ns[i];
            self->ordered &= time_ns == self->last + 1 &&
                             (int64_t)part.samples->values[i] == time_ns;
            self->last = time_ns;
        }
    frame_release(frame_p);
    return 0;
}

static int
ask(const struct scene *self, const struct weir_select *what,
    struct hearing *hearing)
{
    *hearing = (struct hearing){
        .reader = part_reader_new(UINT32_MAX, UINT64_MAX), .ordered = true};
    struct weir_sink *sink = sink_new(what, 1, hear, hearing);
    int rc = tsdb_answer(self->tsdb, what, sink);
    (void)sink_end(sink, rc);
    sink_destroy(&sink);
    part_reader_destroy(&hearing->reader);
    return rc;
}

/* Returns what is wrong with the samples of a series, or NULL. */
static const char *
judge_samples(struct scene *self)
{
    const struct weir_matcher matcher = {"__name__", WEIR_EQUAL, "a", NULL};
    const struct weir_select what = {
        .want = WEIR_SAMPLES,
        .matchers = &matcher,
        .matcher_count = 1,
        .until_ns = INT64_MAX,
        .bounds = {UINT64_MAX, UINT64_MAX, UINT32_MAX, INT64_MAX},
    };
    struct hearing hearing;
    int before = atomic_load(&self->done);

    if (ask(self, &what, &hearing) < 0)
        return "a select failed";
    if (!hearing.ordered)
        return "samples lack, or come twice";
    if (hearing.last < before)
        return "the last samples lack";
    return hearing.last > atomic_load(&self->begun) ? "there are too many"
                                                    : NULL;
}

static const char *
judge_rest(struct scene *self, enum weir_want want)
{
    const struct weir_select what = {
        .want = want,
        .label = want == WEIR_LABEL_VALUES ? "__name__" : NULL,
        .until_ns = INT64_MAX,
        .bounds = {UINT64_MAX, UINT64_MAX, UINT32_MAX, INT64_MAX},
    };
    struct hearing hearing;

    return ask(self, &what, &hearing) < 0 ? "a select failed" : NULL;
}

static void *
read_main(void *arg)
{
    static const enum weir_want wants[] = {WEIR_SERIES, WEIR_LABEL_NAMES,
                                           WEIR_LABEL_VALUES, WEIR_METRICS,
                                           WEIR_STATUS};
    struct scene *self = arg;

    for (unsigned turn = 0; !atomic_load(&self->stop); turn++) {
        const char *wrong = judge_samples(self);
        if (!wrong)
            wrong = judge_rest(self, wants[turn % WEIR_COUNT(wants)]);
        if (wrong)
            atomic_store(&self->wrong, wrong);
        atomic_fetch_add(&self->answers, 1);
        (void)sched_yield(); /* else writers come late under TSan */
    }
    return NULL;
}

/* Appends a row, and now and then begins a flush or ends it. */
static void
append_next(struct scene *self, struct store *store)
{
    struct flush *flush = &self->tsdb->flush;
    int next = atomic_load(&self->done) + 1;
    char text[128];

    (void)snprintf(text, sizeof(text), "a %d %d\nb{x=\"%d\"} %d %d\n", next,
                   next, next % 50, next, next);
    atomic_store(&self->begun, next);
    append(store, text);
    atomic_store(&self->done, next);
    if (flush->running && atomic_load(&flush->done))
        ck_assert_int_eq(flush_end(flush), 0);
    if (next % FLUSH_EVERY == 0)
        flush_start(flush);
    end_threads(self->tsdb);
    (void)compact_start(&self->tsdb->compact);
}

START_TEST(answers_have_all_that_came_before_whatever_runs_meanwhile)
{
    weir_cleanup(store_fini) struct store store = store_new(NULL);
    struct scene scene = {.tsdb = weir_harness_self(store.harness)};
    pthread_t readers[READERS];
    int64_t began_ns = clock_now_ns();

    for (int i = 0; i < READERS; i++)
        ck_assert_int_eq(pthread_create(&readers[i], NULL, read_main, &scene),
                         0);
    while (clock_now_ns() - began_ns < budget_ns && !atomic_load(&scene.wrong))
        append_next(&scene, &store);
    atomic_store(&scene.stop, true);
    for (int i = 0; i < READERS; i++)
        ck_assert_int_eq(pthread_join(readers[i], NULL), 0);

    ck_assert_int_eq(flush_end(&scene.tsdb->flush), 0);
    ck_assert_int_eq(compact_end(&scene.tsdb->compact), 0);
    const char *wrong = atomic_load(&scene.wrong);
    ck_assert_msg(!wrong, "%s", wrong);
    printf("# %d rows, %d answers, %u parts\n", atomic_load(&scene.done),
           atomic_load(&scene.answers), part_count(&store));
    (void)fflush(stdout);
    ck_assert_int_gt(atomic_load(&scene.answers), 0);
}
END_TEST

SPEC("threads of storage tsdb",
     answers_have_all_that_came_before_whatever_runs_meanwhile)
