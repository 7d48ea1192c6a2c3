/* memory_test.c - what storage memory promises */
#include <config.h>

#include "memory.c"

#include <weir/harness.h>

#include "spec.h"

static struct weir_harness *
memory_with(const char *const settings[])
{
    struct weir_harness *self = NULL;

    ck_assert_msg(weir_harness_open(&memory_LTX_weir_plugin, settings, &self) ==
                      0,
                  "%s", weir_harness_why(NULL));
    return self;
}

/* Selects samples of all times, or else what the test changed in 'what'. */
static char *
answer_to(struct weir_harness *memory, struct weir_select what)
{
    char *text = NULL;

    if (what.until_ns == 0)
        what.until_ns = INT64_MAX;
    ck_assert_int_eq(weir_harness_select(memory, &what, &text), 0);
    ck_assert_ptr_nonnull(text);
    return text;
}

static void
check_answer(struct weir_harness *memory, struct weir_select what,
             const char *want)
{
    weir_cleanup(weir_free) char *text = answer_to(memory, what);

    ck_assert_str_eq(text, want);
}

static void
check_has(struct weir_harness *memory, struct weir_select what,
          const char *line)
{
    weir_cleanup(weir_free) char *text = answer_to(memory, what);

    ck_assert_msg(strstr(text, line) != NULL, "no \"%s\" in:\n%s", line, text);
}

static const struct weir_select all = {.want = WEIR_SAMPLES};

START_TEST(gives_back_what_it_was_given)
{
    weir_cleanup(weir_harness_destroy) struct weir_harness *memory =
        memory_with(NULL);

    ck_assert_int_eq(weir_harness_append(memory, "load 1 100\n"
                                                 "cpu{mode=\"idle\"} 5 100\n"),
                     0);
    ck_assert_int_eq(weir_harness_append(memory, "load 2 200\n"), 0);

    check_has(memory, all, "load 1 100\n");
    check_has(memory, all, "load 2 200\n");
    check_has(memory, all, "cpu{mode=\"idle\"} 5 100\n");
}
END_TEST

START_TEST(calls_durable_what_it_took)
{
    weir_cleanup(weir_harness_destroy) struct weir_harness *memory =
        memory_with(NULL);

    (void)weir_harness_append(memory, "load 1 100\n");
    (void)weir_harness_append(memory, "load 1 200\n");

    ck_assert_uint_eq(weir_harness_durable(memory), 2);
}
END_TEST

START_TEST(keeps_the_last_samples_only)
{
    const char *settings[] = {"samples = 3", NULL};
    weir_cleanup(weir_harness_destroy) struct weir_harness *memory =
        memory_with(settings);

    for (int i = 1; i <= 7; i++) {
        char line[64];
        (void)snprintf(line, sizeof(line), "load %d %d\n", i, 10 * i);
        ck_assert_int_eq(weir_harness_append(memory, line), 0);
    }

    check_answer(memory, all, "load 5 50\nload 6 60\nload 7 70\n");
}
END_TEST

START_TEST(keeps_as_many_as_it_should_when_they_are_many)
{
    const char *settings[] = {"samples = 100", NULL};
    weir_cleanup(weir_harness_destroy) struct weir_harness *memory =
        memory_with(settings);

    for (int i = 1; i <= 250; i++) {
        char line[64];
        (void)snprintf(line, sizeof(line), "load %d %d\n", i, i);
        ck_assert_int_eq(weir_harness_append(memory, line), 0);
    }

    weir_cleanup(weir_free) char *text = answer_to(memory, all);
    const char *line = text;
    for (int i = 151; i <= 250; i++) {
        char want[64];
        int length = snprintf(want, sizeof(want), "load %d %d\n", i, i);
        ck_assert_int_eq(strncmp(line, want, (size_t)length), 0);
        line += length;
    }
    ck_assert_str_eq(line, "");
}
END_TEST

START_TEST(puts_late_samples_in_their_place)
{
    const char *settings[] = {"samples = 3", NULL};
    weir_cleanup(weir_harness_destroy) struct weir_harness *memory =
        memory_with(settings);

    (void)weir_harness_append(memory, "load 3 30\n");
    (void)weir_harness_append(memory, "load 1 10\n");
    (void)weir_harness_append(memory, "load 2 20\n");
    check_answer(memory, all, "load 1 10\nload 2 20\nload 3 30\n");

    (void)weir_harness_append(memory, "load 2.5 25\n");
    check_answer(memory, all, "load 2 20\nload 2.5 25\nload 3 30\n");
}
END_TEST

START_TEST(the_last_of_two_at_one_time_wins)
{
    weir_cleanup(weir_harness_destroy) struct weir_harness *memory =
        memory_with(NULL);

    (void)weir_harness_append(memory, "load 1 10\n");
    (void)weir_harness_append(memory, "load 2 20\n");
    (void)weir_harness_append(memory, "load 7 10\n");
    (void)weir_harness_append(memory, "load 8 20\n");

    check_answer(memory, all, "load 7 10\nload 8 20\n");
}
END_TEST

START_TEST(refuses_and_counts_what_comes_too_late)
{
    const char *settings[] = {"samples = 2", NULL};
    weir_cleanup(weir_harness_destroy) struct weir_harness *memory =
        memory_with(settings);
    const struct weir_select status = {.want = WEIR_STATUS};

    (void)weir_harness_append(memory, "load 2 20\n");
    (void)weir_harness_append(memory, "load 3 30\n");

    ck_assert_int_eq(weir_harness_append(memory, "load 1 10\n"), 1);
    check_answer(memory, all, "load 2 20\nload 3 30\n");
    check_has(memory, status, "refused_samples=1\n");
}
END_TEST

START_TEST(refuses_series_above_the_limit)
{
    const char *settings[] = {"series = 2", NULL};
    weir_cleanup(weir_harness_destroy) struct weir_harness *memory =
        memory_with(settings);

    ck_assert_int_eq(weir_harness_append(memory, "a 1 10\nb 1 10\nc 1 10\n"),
                     1);
    ck_assert_int_eq(weir_harness_append(memory, "a 2 20\nb 2 20\nc 2 20\n"),
                     1);
    check_answer(memory, all, "a 1 10\na 2 20\nb 1 10\nb 2 20\n");
}
END_TEST

START_TEST(stays_within_its_size_by_keeping_less)
{
    const char *settings[] = {"size = 2K", "samples = 1000", NULL};
    weir_cleanup(weir_harness_destroy) struct weir_harness *memory =
        memory_with(settings);
    struct memory *self = weir_harness_self(memory);

    for (int i = 1; i <= 500; i++) {
        char line[64];
        (void)snprintf(line, sizeof(line), "load %d %d\n", i, i);
        ck_assert_int_eq(weir_harness_append(memory, line), 0);
    }

    ck_assert_uint_le(self->shelf.bytes, 2048);
    check_has(memory, all, "load 500 500\n");
    check_has(memory, all, "load 450 450\n");
}
END_TEST

START_TEST(forgets_series_without_values)
{
    const char *settings[] = {"expire = 20ms", "series = 1", NULL};
    weir_cleanup(weir_harness_destroy) struct weir_harness *memory =
        memory_with(settings);
    struct memory *self = weir_harness_self(memory);

    (void)weir_harness_append(memory, "a 1 10\n");
    ck_assert_int_eq(weir_harness_append(memory, "b 1 10\n"), 1);
    weir_harness_run(memory, 100000000);

    check_answer(memory, all, "");
    ck_assert_uint_eq(shelf_size(&self->shelf), 0);
    ck_assert_int_eq(weir_harness_append(memory, "b 2 20\n"), 0);
    check_answer(memory, all, "b 2 20\n");
}
END_TEST

START_TEST(gives_what_lies_after_and_until)
{
    weir_cleanup(weir_harness_destroy) struct weir_harness *memory =
        memory_with(NULL);
    const struct weir_select middle = {
        .want = WEIR_SAMPLES, .after_ns = 10, .until_ns = 30};

    for (int i = 1; i <= 4; i++) {
        char line[64];
        (void)snprintf(line, sizeof(line), "load %d %d\n", i, 10 * i);
        (void)weir_harness_append(memory, line);
    }

    check_answer(memory, middle, "load 2 20\nload 3 30\n");
}
END_TEST

START_TEST(gives_series_that_meet_all_conditions)
{
    weir_cleanup(weir_harness_destroy) struct weir_harness *memory =
        memory_with(NULL);
    const struct weir_matcher idle[] = {
        {"__name__", WEIR_EQUAL, "cpu", NULL},
        {"mode", WEIR_NOT_EQUAL, "user", NULL},
    };
    const struct weir_select what = {
        .want = WEIR_SAMPLES, .matchers = idle, .matcher_count = 2};

    (void)weir_harness_append(memory, "cpu{mode=\"idle\"} 1 10\n"
                                      "cpu{mode=\"user\"} 2 10\n"
                                      "load 3 10\n");

    check_answer(memory, what, "cpu{mode=\"idle\"} 1 10\n");
}
END_TEST

START_TEST(gives_the_last_value_when_asked_alone)
{
    weir_cleanup(weir_harness_destroy) struct weir_harness *memory =
        memory_with(NULL);
    const struct weir_select last = {.want = WEIR_SAMPLES,
                                     .after_ns = 5,
                                     .until_ns = 25,
                                     .function = WEIR_LAST,
                                     .range_ns = 20,
                                     .alone = true};

    (void)weir_harness_append(memory, "a 1 10\nold 1 5\n");
    (void)weir_harness_append(memory, "a 2 20\nold 1 3\n");
    (void)weir_harness_append(memory, "a 3 30\n");

    check_answer(memory, last, "a 2 25\n");
}
END_TEST

START_TEST(lists_names_and_values_once)
{
    weir_cleanup(weir_harness_destroy) struct weir_harness *memory =
        memory_with(NULL);

    (void)weir_harness_append(memory, "cpu{cpu=\"0\",mode=\"idle\"} 1 10\n"
                                      "cpu{cpu=\"1\",mode=\"idle\"} 2 10\n");

    check_answer(memory, (struct weir_select){.want = WEIR_LABEL_NAMES},
                 "__name__\ncpu\nmode\n");
    check_answer(
        memory,
        (struct weir_select){.want = WEIR_LABEL_VALUES, .label = "mode"},
        "idle\n");
    check_answer(
        memory,
        (struct weir_select){.want = WEIR_LABEL_VALUES, .label = "__name__"},
        "cpu\n");
}
END_TEST

START_TEST(knows_how_far_each_stream_has_come)
{
    weir_cleanup(weir_harness_destroy) struct weir_harness *memory =
        memory_with(NULL);
    struct memory *self = weir_harness_self(memory);
    const struct weir_ticket one = {1, "one", 7, ""};
    const struct weir_ticket two = {2, "two", 3, ""};
    const struct weir_ticket more = {3, "one", 8, ""};
    uint64_t sequence = 0;

    note_stream(self, &one);
    note_stream(self, &two);
    note_stream(self, &more);

    ck_assert_int_eq(memory_last(self, one.stream, &sequence), 0);
    ck_assert_uint_eq(sequence, 8);
    ck_assert_int_eq(memory_last(self, two.stream, &sequence), 0);
    ck_assert_uint_eq(sequence, 3);
    ck_assert_int_eq(memory_last(self, (const uint8_t[16]){"none"}, &sequence),
                     -ENOENT);
}
END_TEST

START_TEST(remembers_a_bounded_number_of_streams)
{
    weir_cleanup(weir_harness_destroy) struct weir_harness *memory =
        memory_with(NULL);
    struct memory *self = weir_harness_self(memory);

    for (uint32_t i = 0; i < STREAMS_MOST + 10; i++) {
        struct weir_ticket ticket = {.sequence = 1};
        memcpy(ticket.stream, &i, sizeof(i));
        note_stream(self, &ticket);
    }

    ck_assert_uint_eq(self->stream_count, STREAMS_MOST);
}
END_TEST

/* Appends 'count' rows of three series, at the times from 'from' on. */
static void
append_rows(struct weir_harness *memory, int from, int count)
{
    for (int i = from; i < from + count; i++) {
        char text[128];
        (void)snprintf(text, sizeof(text), "a %d %d\nb %d %d\nc %d %d\n", i, i,
                       i, i, i, i);
        ck_assert_int_eq(weir_harness_append(memory, text), 0);
    }
}

START_TEST(series_that_are_collected_together_share_their_times)
{
    const char *settings[] = {"samples = 48", NULL};
    weir_cleanup(weir_harness_destroy) struct weir_harness *memory =
        memory_with(settings);
    struct memory *self = weir_harness_self(memory);

    append_rows(memory, 1, 100);

    ck_assert_uint_eq(self->shelf.times.size, 3 * sizeof(struct times));
}
END_TEST

START_TEST(what_one_series_changes_the_others_do_not_see)
{
    const char *settings[] = {"samples = 20", NULL};
    weir_cleanup(weir_harness_destroy) struct weir_harness *memory =
        memory_with(settings);
    const struct weir_matcher only_c = {"__name__", WEIR_EQUAL, "c", NULL};
    const struct weir_select c = {.want = WEIR_SAMPLES,
                                  .matchers = &only_c,
                                  .matcher_count = 1,
                                  .after_ns = 1180};

    for (int i = 0; i < 3; i++)
        append_rows(memory, 1000 + 100 * i, 35);
    (void)weir_harness_append(memory, "a 7 1216\n");
    (void)weir_harness_append(memory, "b 8 1300\n");
    append_rows(memory, 1400, 3);

    weir_cleanup(weir_free) char *text = answer_to(memory, c);
    const char *line = text;
    for (int i = 0; i < 20; i++) {
        char want[64];
        int time = i < 17 ? 1218 + i : 1400 + i - 17;
        int length = snprintf(want, sizeof(want), "c %d %d\n", time, time);
        ck_assert_int_eq(strncmp(line, want, (size_t)length), 0);
        line += length;
    }
    ck_assert_str_eq(line, "");
    check_has(memory, all, "b 8 1300\n");
}
END_TEST

SPEC("storage memory", gives_back_what_it_was_given, calls_durable_what_it_took,
     keeps_the_last_samples_only, keeps_as_many_as_it_should_when_they_are_many,
     puts_late_samples_in_their_place, the_last_of_two_at_one_time_wins,
     refuses_and_counts_what_comes_too_late, refuses_series_above_the_limit,
     stays_within_its_size_by_keeping_less, forgets_series_without_values,
     gives_what_lies_after_and_until, gives_series_that_meet_all_conditions,
     gives_the_last_value_when_asked_alone, lists_names_and_values_once,
     knows_how_far_each_stream_has_come, remembers_a_bounded_number_of_streams,
     series_that_are_collected_together_share_their_times,
     what_one_series_changes_the_others_do_not_see)
