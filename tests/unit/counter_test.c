/* counter_test.c - little is given at once, much by a thread */
#include <config.h>

#include <pthread.h>
#include <stdatomic.h>
#include <string.h>

#include <weir/cleanup.h>

#include "base.h"
#include "clock.h"
#include "link/counter.h"
#include "link/part.h"
#include "query/digest.h"
#include "spec.h"

static const char endpoint[] = "inproc://counter-test";
static const struct weir_metric metric = {"load", WEIR_GAUGE, "", ""};
static const struct weir_digest digest = {
    .function = DIGEST_INSTANT,
    .range_ns = 1000000,
    .ends = {.start_ns = 1000000, .step_ns = 1, .count = 1}};
static const struct weir_matcher equal[] = {
    {"__name__", WEIR_EQUAL, "load", NULL}, {"a", WEIR_EQUAL, "b", NULL}};
static const struct weir_matcher unequal[] = {
    {"__name__", WEIR_EQUAL, "load", NULL}, {"a", WEIR_NOT_EQUAL, "b", NULL}};

/* A store, and what is seen of its selects. */
struct store {
    size_t series, samples; /* that it gives */
    pthread_t here;
    atomic_int here_count, elsewhere_count;
    struct crew *crew;
    struct counter *counter;
};

static int
give(void *arg, const struct weir_select *what, struct weir_sink *sink)
{
    struct store *self = arg;
    int rc = 0;

    ck_assert_uint_eq(what->slice, 1);
    ck_assert_uint_eq(what->slices, 3);
    if (pthread_equal(self->here, pthread_self()))
        self->here_count++;
    else
        self->elsewhere_count++;
    for (size_t i = 0; i < self->series && rc == 0; i++) {
        char text[24];
        const struct weir_label labels[] = {{"nth", text}, {0}};
        const struct weir_series series = {&metric, "", labels};
        (void)snprintf(text, sizeof(text), "%05zu", i);
        rc = weir_sink_series(sink, &series);
        for (size_t j = 0; j < self->samples && rc == 0; j++) {
            const int64_t time_ns = (int64_t)j + 1;
            const double value = (double)j;
            rc = weir_sink_samples(sink, &time_ns, &value, 1);
        }
    }
    return rc;
}

static void
open_store(struct store *self, bool is_prompt)
{
    const struct counter_settings settings = {
        .crew = self->crew = crew_new("query", 1),
        .select = give,
        .arg = self,
        .is_prompt = is_prompt,
    };

    self->here = pthread_self();
    self->counter = counter_open(endpoint, &settings);
}

static void
close_store(struct store *self)
{
    counter_close(&self->counter);
    crew_destroy(&self->crew, clock_now_ns() + 20 * NS_PER_S);
}

static struct question *
make_question(const struct weir_select *what)
{
    weir_cleanup(wire_out_fini) struct wire_out body = {0};
    struct question *question = NULL;
    char why[256] = "";
    struct weir_select bounded = *what;

    bounded.alone = true;
    bounded.bounds = question_bounds(&what->bounds);
    ck_assert_int_eq(question_write(&bounded, &body), 0);
    const struct frame_view view = {
        .head = {.type = FRAME_SELECT}, .body = body.bytes, .size = body.size};
    ck_assert_int_eq(question_read(&view, why, sizeof(why), &question), 0);
    return question;
}

/* Takes frames out until the last part; returns how many samples came. */
static uint64_t
take_samples(struct errand *errand)
{
    weir_cleanup(part_reader_destroy) struct part_reader *reader =
        part_reader_new(100000, 64 << 20);
    struct answer_part part = {0};
    uint64_t samples = 0;

    while (part.rc == 0) {
        struct frame *frame = errand_peek(errand);
        if (!frame)
            continue;
        const struct frame_view view = frame_look(frame);
        ck_assert_int_eq(part_read(reader, &view, &part), 0);
        samples += part.samples ? part.samples->count : 0;
        errand_pop(errand);
    }
    ck_assert_int_eq(part.rc, 1);
    return samples;
}

/* Asks, and returns how many samples came; '*ret_rc' is what counter_ask()
 * returned. */
static uint64_t
ask(const struct weir_select *what, int *ret_rc)
{
    weir_cleanup(question_destroy) struct question *question =
        make_question(what);
    const struct counter_terms terms = {
        .id = 1, .limit = 64 << 20, .bell = -1, .slice = 1, .slices = 3};
    struct errand *errand = NULL;

    *ret_rc = counter_ask(endpoint, &question, &terms, &errand);
    ck_assert_int_ge(*ret_rc, 0);
    uint64_t samples = take_samples(errand);
    errand_leave(&errand);
    return samples;
}

START_TEST(little_is_given_at_once)
{
    struct store store = {.series = 3, .samples = 20};
    const struct weir_select what = {
        .matchers = equal, .matcher_count = 2, .digest = &digest};
    int rc = 0;

    open_store(&store, true);
    ck_assert_uint_eq(ask(&what, &rc), 3);

    ck_assert_int_eq(rc, 1);
    ck_assert_int_eq(store.here_count, 1);
    ck_assert_int_eq(store.elsewhere_count, 0);
    close_store(&store);
}
END_TEST

/* Many series, and few with many samples. */
START_TEST(much_is_given_by_a_thread_and_whole)
{
    const struct weir_select what = {
        .matchers = equal, .matcher_count = 2, .digest = &digest};
    static const size_t sizes[][2] = {{5000, 1}, {1, 20000}, {60, 300}};

    for (size_t i = 0; i < ARRAY_SIZE(sizes); i++) {
        struct store store = {.series = sizes[i][0], .samples = sizes[i][1]};
        int rc = 1;
        open_store(&store, true);
        ck_assert_uint_eq(ask(&what, &rc), sizes[i][0]);
        ck_assert_int_eq(rc, 0);
        ck_assert_int_eq(store.elsewhere_count, 1);
        close_store(&store);
    }
}
END_TEST

START_TEST(what_may_take_long_goes_to_a_thread)
{
    const struct weir_select selects[] = {
        {.matchers = unequal, .matcher_count = 2, .digest = &digest},
        {.matchers = equal, .matcher_count = 2},
        {.matchers = equal, .matcher_count = 1, .digest = &digest},
        {.digest = &digest},
    };

    for (size_t i = 0; i < ARRAY_SIZE(selects); i++) {
        struct store store = {.series = 1, .samples = 1};
        int rc = 1;
        open_store(&store, true);
        ck_assert_uint_eq(ask(&selects[i], &rc), 1);
        ck_assert_int_eq(rc, 0);
        ck_assert_int_eq(store.here_count, 0);
        close_store(&store);
    }
}
END_TEST

START_TEST(a_store_that_is_not_prompt_never_holds_up_who_asks)
{
    struct store store = {.series = 1, .samples = 1};
    const struct weir_select what = {
        .matchers = equal, .matcher_count = 2, .digest = &digest};
    int rc = 1;

    open_store(&store, false);
    ck_assert_uint_eq(ask(&what, &rc), 1);

    ck_assert_int_eq(rc, 0);
    ck_assert_int_eq(store.here_count, 0);
    close_store(&store);
}
END_TEST

SPEC("counters", little_is_given_at_once, much_is_given_by_a_thread_and_whole,
     what_may_take_long_goes_to_a_thread,
     a_store_that_is_not_prompt_never_holds_up_who_asks)
