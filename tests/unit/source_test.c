/* source_test.c - what a source makes of the values that it is given */
#include <config.h>

#include "source_store.h"

static const struct weir_metric load = {"load", WEIR_GAUGE, "", "Load."};
static const struct weir_metric uptime = {"uptime", WEIR_GAUGE, "", "Uptime."};
static const struct weir_metric size = {"size", WEIR_HISTOGRAM, "", "Sizes."};
static const struct weir_metric size_count = {"size_count", WEIR_COUNTER, "",
                                              "Sizes, counted."};
static const struct weir_metric odd = {"1odd", WEIR_GAUGE, "", "No name."};

#define LABELS(...) ((const struct weir_label[]){__VA_ARGS__, {0}})
static const struct weir_label none[] = {{0}};

static struct store store;
static struct weir_source *source;
static struct weir_batch *batch;

static void
begin(const struct source_settings *settings)
{
    store_init(&store);
    source = store_source(&store, settings);
    batch = weir_batch_begin(source, NS_PER_S);
}

/* Ends the cycle, begins the next, and returns what was sent. */
static const char *
next(void)
{
    ck_assert_int_eq(weir_batch_end(&batch, NULL, NULL), 0);
    ck_assert_ptr_null(batch);
    batch = weir_batch_begin(source, NS_PER_S);
    return store_text(&store);
}

static void
end(void)
{
    weir_batch_destroy(&batch);
    source_abandon(&source);
    store_fini(&store);
}

START_TEST(values_are_sent_as_a_row)
{
    begin(NULL);

    weir_add(batch, &load, NULL, 1.5);
    weir_add(batch, &uptime, LABELS({"host", "a"}, {"os", "b"}), 2);

    ck_assert_str_eq(next(), "load 1.5\nuptime{host=\"a\",os=\"b\"} 2\n");
    ck_assert_uint_eq(store.figures.batches, 1);
    ck_assert_uint_eq(store.figures.samples, 2);
    ck_assert_uint_eq(store.figures.series, 2);
    end();
}
END_TEST

START_TEST(an_empty_cycle_sends_nothing)
{
    begin(NULL);

    ck_assert_str_eq(next(), "");
    ck_assert_uint_eq(store.figures.batches, 0);
    end();
}
END_TEST

START_TEST(a_second_value_replaces_the_first)
{
    begin(NULL);

    weir_add(batch, &load, NULL, 1);
    weir_add(batch, &load, NULL, 2);

    ck_assert_str_eq(next(), "load 2\n");
    end();
}
END_TEST

START_TEST(a_nan_keeps_its_bits)
{
    const uint64_t given = UINT64_C(0x7ff8dead0000beef);
    double value = 0;
    begin(NULL);
    memcpy(&value, &given, sizeof(value));

    weir_add(batch, &load, NULL, value);
    ck_assert_str_eq(next(), "load NaN\n");
    ck_assert_uint_eq(store.last_bits, given);

    weir_add(batch, &load, NULL, -0.0);
    (void)next();
    ck_assert_uint_eq(store.last_bits, UINT64_C(1) << 63);
    end();
}
END_TEST

START_TEST(a_series_that_is_gone_is_marked_once)
{
    begin(NULL);
    weir_add(batch, &load, NULL, 1);
    weir_add(batch, &uptime, NULL, 2);
    (void)next();

    weir_add(batch, &uptime, NULL, 3);
    ck_assert_str_eq(next(), "load stale\nuptime 3\n");
    weir_add(batch, &uptime, NULL, 4);
    ck_assert_str_eq(next(), "uptime 4\n");
    weir_add(batch, &load, NULL, 5);
    weir_add(batch, &uptime, NULL, 5);
    ck_assert_str_eq(next(), "load 5\nuptime 5\n");
    end();
}
END_TEST

START_TEST(a_marker_that_found_no_room_comes_again)
{
    begin(NULL);
    weir_add(batch, &load, NULL, 1);
    weir_add(batch, &uptime, NULL, 2);
    (void)next();
    store.room = 0;
    weir_add(batch, &uptime, NULL, 3);
    ck_assert_int_eq(weir_batch_end(&batch, NULL, NULL), -EAGAIN);
    ck_assert_uint_eq(store.figures.lost_batches, 1);
    ck_assert_uint_eq(store.figures.samples, 2);
    store.room = 10;
    batch = weir_batch_begin(source, NS_PER_S);

    weir_add(batch, &uptime, NULL, 4);
    ck_assert_str_eq(next(), "load stale\nuptime 4\n");
    weir_add(batch, &uptime, NULL, 5);
    ck_assert_str_eq(next(), "uptime 5\n");
    end();
}
END_TEST

START_TEST(a_failed_cycle_makes_all_stale)
{
    begin(NULL);
    weir_add(batch, &load, NULL, 1);
    weir_add(batch, &uptime, NULL, 2);
    (void)next();

    weir_add(batch, &load, NULL, 3);
    weir_batch_fail(&batch);

    ck_assert_ptr_null(batch);
    ck_assert_str_eq(store_text(&store), "load stale\nuptime stale\n");
    end();
}
END_TEST

START_TEST(a_destroyed_batch_never_happened)
{
    begin(NULL);
    weir_add(batch, &load, NULL, 1);
    (void)next();

    weir_add(batch, &uptime, NULL, 2);
    weir_batch_destroy(&batch);
    ck_assert_str_eq(store_text(&store), "");

    batch = weir_batch_begin(source, NS_PER_S);
    weir_add(batch, &load, NULL, 3);
    ck_assert_str_eq(next(), "load 3\n");
    end();
}
END_TEST

static void
count_part(void *self, const char *part, int rc)
{
    (void)self;
    ck_assert_str_eq(part, "network");
    ck_assert_int_eq(rc, -EIO);
    store.figures.lost_batches++;
}

START_TEST(a_part_that_fails_takes_its_values_along_and_no_others)
{
    begin(&(struct source_settings){.part_failed = count_part});
    weir_add(batch, &load, NULL, 1);
    weir_add(batch, &size, NULL, 1);
    (void)next();

    weir_add(batch, &load, NULL, 2);
    weir_part_begin(batch);
    uint32_t reference = 0;
    weir_add(batch, &size, NULL, 2);
    weir_add(batch, &uptime, NULL, 2);
    (void)weir_series_refer(batch, &(struct weir_series){&load, "_x", none},
                            NULL, 0, &reference);
    weir_set_at(batch, reference, 7, 2);
    weir_part_end(batch, "network", -EIO);
    weir_part_begin(batch);
    weir_add(batch, &size_count, NULL, 3);
    weir_part_end(batch, "good", 0);

    ck_assert_str_eq(next(), "load 2\nsize stale\nsize_count 3\n");
    ck_assert_uint_eq(store.figures.lost_batches, 1);
    end();
}
END_TEST

START_TEST(labels_of_the_source_fill_in_what_a_series_lacks)
{
    const struct source_settings settings = {
        .labels = LABELS({"job", "web"}, {"dc", "fra"})};
    begin(&settings);

    weir_add(batch, &load, LABELS({"z", "1"}), 1);
    weir_add(batch, &uptime, LABELS({"job", "mine"}), 2);
    weir_add(batch, &size, LABELS({"dc", ""}, {"a", ""}), 3);

    ck_assert_str_eq(next(), "load{dc=\"fra\",job=\"web\",z=\"1\"} 1\n"
                             "size{job=\"web\"} 3\n"
                             "uptime{dc=\"fra\",job=\"mine\"} 2\n");
    end();
}
END_TEST

START_TEST(one_series_given_in_several_ways_has_one_column)
{
    const struct source_settings settings = {.labels = LABELS({"job", "web"})};
    begin(&settings);

    weir_add(batch, &load, LABELS({"a", "1"}, {"b", "2"}), 1);
    weir_add(batch, &load, LABELS({"b", "2"}, {"a", "1"}), 2);
    weir_add(batch, &load, LABELS({"b", "2"}, {"a", "1"}, {"c", ""}), 3);
    weir_add(batch, &load, LABELS({"a", "1"}, {"b", "2"}, {"job", "web"}), 4);
    weir_add(batch, &size_count, NULL, 5);
    weir_add_series(batch, &(struct weir_series){&size, "_count", none}, 6);

    ck_assert_str_eq(next(), "load{a=\"1\",b=\"2\",job=\"web\"} 4\n"
                             "size_count{job=\"web\"} 6\n");
    ck_assert_uint_eq(store.figures.series, 2);
    end();
}
END_TEST

START_TEST(what_is_invalid_is_left_out_and_counted)
{
    char long_value[SERIES_VALUE_MOST + 2];
    struct weir_label many[SERIES_LABELS_MOST + 2] = {0};
    static char names[SERIES_LABELS_MOST + 1][8];
    begin(NULL);
    memset(long_value, 'x', sizeof(long_value));
    long_value[sizeof(long_value) - 1] = '\0';
    for (size_t i = 0; i <= SERIES_LABELS_MOST; i++) {
        (void)snprintf(names[i], sizeof(names[i]), "l%zu", i);
        many[i] = (struct weir_label){names[i], "1"};
    }

    weir_add(batch, &odd, NULL, 1);
    weir_add(batch, &load, LABELS({"bad-name", "1"}), 1);
    weir_add(batch, &load, LABELS({"__name__", "other"}), 1);
    weir_add(batch, &load, LABELS({"a", "\xff"}), 1);
    weir_add(batch, &load, LABELS({"a", NULL}), 1);
    weir_add(batch, &load, LABELS({"a", "1"}, {"a", "2"}), 1);
    weir_add(batch, &load, LABELS({"a", long_value}), 1);
    weir_add(batch, &load, many, 1);
    weir_add(batch, &uptime, NULL, 2);

    ck_assert_str_eq(next(), "uptime 2\n");
    ck_assert_uint_eq(store.figures.invalid_series, 8);
    end();
}
END_TEST

START_TEST(what_is_above_the_limit_is_left_out_and_counted)
{
    begin(&(struct source_settings){.series_limit = 2});

    for (int cycle = 0; cycle < 2; cycle++) {
        char text[2] = "a";
        for (; *text < 'f'; ++*text)
            weir_add(batch, &load, LABELS({"n", text}), 1);
        ck_assert_str_eq(next(), "load{n=\"a\"} 1\nload{n=\"b\"} 1\n");
    }
    ck_assert_uint_eq(store.figures.refused_series, 6);
    end();
}
END_TEST

START_TEST(keep_and_drop_choose_by_the_whole_name)
{
    struct weir_pattern *keep = NULL;
    struct weir_pattern *drop = NULL;
    char why[64];
    ck_assert_int_eq(weir_pattern_new("size.*|load", why, sizeof(why), &keep),
                     0);
    ck_assert_int_eq(weir_pattern_new(".*_count", why, sizeof(why), &drop), 0);
    begin(&(struct source_settings){.keep = keep, .drop = drop});

    for (int cycle = 0; cycle < 2; cycle++) {
        weir_add(batch, &load, NULL, 1);
        weir_add(batch, &uptime, NULL, 2);
        weir_add_series(batch, &(struct weir_series){&size, "_sum", none}, 3);
        weir_add_series(batch, &(struct weir_series){&size, "_count", none}, 4);
        ck_assert_str_eq(next(), "load 1\nsize_sum 3\n");
    }
    ck_assert_uint_eq(store.figures.invalid_series, 0);
    ck_assert_uint_eq(store.figures.refused_series, 0);
    end();
    weir_pattern_destroy(&keep);
    weir_pattern_destroy(&drop);
}
END_TEST

START_TEST(the_order_may_change_with_each_cycle)
{
    enum { COUNT = 200 };
    uint64_t chance = spec_seed();
    bool was[COUNT] = {0};
    begin(NULL);
    store.silent = true;

    for (int cycle = 0; cycle < 50; cycle++) {
        bool is[COUNT] = {0};
        uint64_t expected = 0;
        for (int i = 0; i < 300; i++) {
            uint64_t n = spec_random(&chance) % COUNT;
            char text[8];
            (void)snprintf(text, sizeof(text), "%u", (unsigned)n);
            weir_add(batch, &load, LABELS({"n", text}), (double)n);
            is[n] = true;
        }
        store_clear(&store);
        ck_assert_int_eq(weir_batch_end(&batch, NULL, NULL), 0);
        batch = weir_batch_begin(source, NS_PER_S);
        for (int i = 0; i < COUNT; i++) {
            expected += is[i] || was[i];
            was[i] = is[i];
        }
        ck_assert_uint_eq(store.samples, expected);
    }
    ck_assert_uint_le(store.figures.series, COUNT);
    end();
}
END_TEST

START_TEST(what_a_series_was_made_of_may_be_gone_after_the_call)
{
    begin(NULL);

    for (int cycle = 0; cycle < 3; cycle++) {
        char name[8] = "n";
        char value[8] = "v";
        weir_add(batch, &load, LABELS({name, value}), cycle);
        memset(name, 'x', sizeof(name) - 1);
        memset(value, 'x', sizeof(value) - 1);
        (void)next();
    }
    weir_add(batch, &load, LABELS({"n", "v"}), 9);
    ck_assert_str_eq(next(), "load{n=\"v\"} 9\n");
    end();
}
END_TEST

START_TEST(who_adds_the_same_for_ever_does_not_grow)
{
    begin(NULL);

    for (int i = 0; i < 100000; i++)
        weir_add(batch, &load, NULL, i);

    ck_assert_uint_le(source->next_room, 1024);
    ck_assert_str_eq(next(), "load 99999\n");
    end();
}
END_TEST

SPEC("sources", values_are_sent_as_a_row, an_empty_cycle_sends_nothing,
     a_second_value_replaces_the_first, a_nan_keeps_its_bits,
     a_series_that_is_gone_is_marked_once,
     a_marker_that_found_no_room_comes_again, a_failed_cycle_makes_all_stale,
     a_destroyed_batch_never_happened,
     a_part_that_fails_takes_its_values_along_and_no_others,
     labels_of_the_source_fill_in_what_a_series_lacks,
     one_series_given_in_several_ways_has_one_column,
     what_is_invalid_is_left_out_and_counted,
     what_is_above_the_limit_is_left_out_and_counted,
     keep_and_drop_choose_by_the_whole_name,
     the_order_may_change_with_each_cycle,
     what_a_series_was_made_of_may_be_gone_after_the_call,
     who_adds_the_same_for_ever_does_not_grow)
