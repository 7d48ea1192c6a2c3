/* answer_test.c - what storage tsdb answers */
#include <config.h>

#include "tsdb.c"

#include "link/part.h"
#include "link/sink.h"
#include "tsdb_spec.h"

START_TEST(gives_what_lies_after_and_until)
{
    weir_cleanup(store_fini) struct store store = store_new(NULL);
    const struct weir_select middle = {
        .want = WEIR_SAMPLES, .after_ns = 10, .until_ns = 30};

    append(&store, "load 1 10\nload 2 20\nload 3 30\nload 4 40\n");

    check_answer(&store, middle, "load 2 20\nload 3 30\n");
}
END_TEST

START_TEST(gives_series_that_meet_all_conditions)
{
    weir_cleanup(store_fini) struct store store = store_new(NULL);
    const struct weir_matcher idle[] = {
        {"__name__", WEIR_EQUAL, "cpu", NULL},
        {"mode", WEIR_NOT_EQUAL, "user", NULL},
    };
    const struct weir_select what = {
        .want = WEIR_SAMPLES, .matchers = idle, .matcher_count = 2};

    append(&store, "cpu{mode=\"idle\"} 1 10\ncpu{mode=\"user\"} 2 10\n"
                   "load 3 10\n");

    check_answer(&store, what, "cpu{mode=\"idle\"} 1 10\n");
}
END_TEST

START_TEST(gives_the_last_value_when_asked_alone)
{
    weir_cleanup(store_fini) struct store store = store_new(NULL);
    const struct weir_select last = {.want = WEIR_SAMPLES,
                                     .after_ns = 5,
                                     .until_ns = 25,
                                     .function = WEIR_LAST,
                                     .range_ns = 20,
                                     .alone = true};

    append(&store, "a 1 10\nold 1 5\n");
    append(&store, "a 2 20\nold 1 3\n");
    append(&store, "a 3 30\n");

    check_answer(&store, last, "a 2 25\n");
}
END_TEST

/* Of 4 and 8 at 12 and 18, after 2 at 5, over the ten up to 20: the count, then
 * average, maximum and minimum, the last one, and how these changed. */
START_TEST(gives_figures_when_asked_alone)
{
    weir_cleanup(store_fini) struct store store = store_new(NULL);
    struct weir_select figures = {.want = WEIR_SAMPLES,
                                  .until_ns = 20,
                                  .function = WEIR_FIGURES,
                                  .range_ns = 10,
                                  .alone = true};

    append(&store, "a 2 5\na 4 12\na 8 18\na 9 21\nold 1 5\n");
    for (int flushed = 0; flushed < 2; flushed++) {
        check_has(&store, figures, "a 2 20\na 6 20\na 8 20\na 4 20\na 8 20\n");
        figures.alone = false;
        check_answer(&store, figures, "a 2 5\na 4 12\na 8 18\nold 1 5\n");
        figures.alone = true;
        flush_now(&store);
    }
}
END_TEST

START_TEST(lists_names_and_values_once)
{
    weir_cleanup(store_fini) struct store store = store_new(NULL);

    append(&store, "cpu{cpu=\"0\",mode=\"idle\"} 1 10\n"
                   "cpu{cpu=\"1\",mode=\"idle\"} 2 10\n");

    check_answer(&store, (struct weir_select){.want = WEIR_LABEL_NAMES},
                 "__name__\ncpu\nmode\n");
    check_answer(
        &store,
        (struct weir_select){.want = WEIR_LABEL_VALUES, .label = "mode"},
        "idle\n");
    check_answer(
        &store,
        (struct weir_select){.want = WEIR_LABEL_VALUES, .label = "__name__"},
        "cpu\n");
}
END_TEST

START_TEST(says_which_series_are_where_in_time)
{
    weir_cleanup(store_fini) struct store store = store_new(NULL);
    const struct weir_select late = {
        .want = WEIR_LABEL_VALUES, .label = "__name__", .after_ns = 150};
    const struct weir_select early = {.want = WEIR_LABEL_VALUES,
                                      .label = "__name__",
                                      .after_ns = 50,
                                      .until_ns = 150};

    append(&store, "a 1 100\n");
    flush_now(&store);
    append(&store, "b 1 200\n");

    check_answer(&store, early, "a\n");
    check_answer(&store, late, "b\n");
}
END_TEST

/* Counts the series of a part. */
static int
count_series(void *arg, struct frame **frame_p)
{
    weir_cleanup(part_reader_destroy) struct part_reader *reader =
        part_reader_new(1000, 1 << 20);
    weir_cleanup(frame_release) struct frame *frame = *frame_p;
    const struct frame_view view = frame_look(frame);
    struct answer_part part = {0};
    uint32_t *count = arg;

    *frame_p = NULL;
    ck_assert_int_eq(part_read(reader, &view, &part), 0);
    *count += part.samples->layout->count;
    return 0;
}

START_TEST(gives_each_series_in_one_slice)
{
    weir_cleanup(store_fini) struct store store = store_new(NULL);
    uint32_t given = 0, most = 0;

    for (int i = 0; i < 60; i++) {
        char text[32];
        (void)snprintf(text, sizeof(text), "load{i=\"%d\"} 1 10\n", i);
        append(&store, text);
    }
    for (uint32_t slice = 0; slice < 3; slice++) {
        uint32_t count = 0;
        const struct weir_select what = {
            .want = WEIR_SAMPLES,
            .until_ns = INT64_MAX,
            .slice = slice,
            .slices = 3,
            .bounds = {.series = 100,
                       .samples = 100,
                       .memory_bytes = 1 << 20,
                       .deadline_ns = INT64_MAX},
        };
        struct weir_sink *sink = sink_new(&what, 1, count_series, &count);
        struct tsdb *tsdb = weir_harness_self(store.harness);
        ck_assert_int_eq(sink_end(sink, tsdb_answer(tsdb, &what, sink)), 0);
        sink_destroy(&sink);
        given += count;
        most = count > most ? count : most;
    }

    ck_assert_uint_eq(given, 60);
    ck_assert_uint_lt(most, 45);
}
END_TEST

SPEC("answers of storage tsdb", gives_what_lies_after_and_until,
     gives_series_that_meet_all_conditions,
     gives_the_last_value_when_asked_alone, gives_figures_when_asked_alone,
     lists_names_and_values_once, says_which_series_are_where_in_time,
     gives_each_series_in_one_slice)
