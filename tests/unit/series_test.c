/* series_test.c - what is a valid series, which are equal, and their order */
#include <config.h>

#include "base.h"
#include "series.h"
#include "spec.h"

#define LABELS(...) ((const struct weir_label[]){__VA_ARGS__, {0}})

static const struct weir_label none[] = {{0}};

static struct weir_metric
metric_of(const char *name)
{
    return (struct weir_metric){name, WEIR_GAUGE, "", ""};
}

static bool
valid_with(const struct weir_label *labels)
{
    const struct weir_metric metric = metric_of("m");
    return series_valid(&(struct weir_series){&metric, "", labels});
}

static bool
value_is_valid(const char *value)
{
    return valid_with(LABELS({"a", value}));
}

/* Returns a text of 'length' letters, valid until the next call. */
static const char *
letters(size_t length)
{
    static char text[8192];

    memset(text, 'a', length);
    text[length] = '\0';
    return text;
}

START_TEST(names_are_letters_digits_underscores_and_for_metrics_colons)
{
    ck_assert(series_metric_name_valid("a"));
    ck_assert(series_metric_name_valid("_Az09:"));
    ck_assert(series_metric_name_valid(":"));
    ck_assert(series_label_name_valid("_Az09"));
    ck_assert(series_label_name_valid("__a__"));

    ck_assert(!series_metric_name_valid(""));
    ck_assert(!series_metric_name_valid("0a"));
    ck_assert(!series_metric_name_valid("a-b"));
    ck_assert(!series_metric_name_valid("\xc3\xa4"));
    ck_assert(!series_label_name_valid("a:b"));
    ck_assert(!series_label_name_valid("__name__"));
}
END_TEST

START_TEST(names_have_at_most_512_bytes)
{
    ck_assert(series_metric_name_valid(letters(SERIES_NAME_MOST)));
    ck_assert(!series_metric_name_valid(letters(SERIES_NAME_MOST + 1)));
}
END_TEST

START_TEST(values_are_utf_8)
{
    static const char *const good[] = {"",
                                       "a b\n",
                                       "\xc2\x80",
                                       "\xdf\xbf",
                                       "\xe0\xa0\x80",
                                       "\xef\xbf\xbd",
                                       "\xf0\x90\x80\x80",
                                       "\xf4\x8f\xbf\xbf",
                                       "x\xc3\xa4y"};
    static const char *const bad[] = {
        "\x80",         "\xc0\x80",         "\xc1\xbf",         "\xc3",
        "\xe0\x9f\xbf", "\xed\xa0\x80",     "\xe2\x82",         "\xe2\x82 ",
        "\xff",         "\xf0\x8f\xbf\xbf", "\xf4\x90\x80\x80", "\xf8\x88"};

    for (size_t i = 0; i < ARRAY_SIZE(good); i++)
        ck_assert_msg(value_is_valid(good[i]), "good %zu", i);
    for (size_t i = 0; i < ARRAY_SIZE(bad); i++)
        ck_assert_msg(!value_is_valid(bad[i]), "bad %zu", i);
}
END_TEST

START_TEST(values_have_at_most_4096_bytes)
{
    ck_assert(value_is_valid(letters(SERIES_VALUE_MOST)));
    ck_assert(!value_is_valid(letters(SERIES_VALUE_MOST + 1)));
}
END_TEST

START_TEST(labels_are_sorted_and_none_comes_twice)
{
    ck_assert(valid_with(none));
    ck_assert(valid_with(LABELS({"a", "1"}, {"b", "1"})));
    ck_assert(!valid_with(LABELS({"b", "1"}, {"a", "1"})));
    ck_assert(!valid_with(LABELS({"a", "1"}, {"a", "2"})));
}
END_TEST

START_TEST(a_series_has_at_most_64_labels)
{
    struct weir_label labels[SERIES_LABELS_MOST + 2] = {0};
    char names[SERIES_LABELS_MOST + 1][16];

    for (int i = 0; i <= SERIES_LABELS_MOST; i++) {
        (void)snprintf(names[i], sizeof(names[i]), "l%03d", i);
        labels[i] = (struct weir_label){names[i], "1"};
    }
    ck_assert(!valid_with(labels));
    labels[SERIES_LABELS_MOST] = (struct weir_label){0};
    ck_assert(valid_with(labels));
}
END_TEST

START_TEST(labels_are_found_by_name)
{
    const struct weir_label *labels = LABELS({"a", "1"}, {"b", "2"});

    ck_assert_str_eq(labels_get(labels, "b"), "2");
    ck_assert_ptr_null(labels_get(labels, "c"));
    ck_assert_ptr_null(labels_get(NULL, "a"));
    ck_assert_uint_eq(labels_count(labels), 2);
    ck_assert_uint_eq(labels_count(NULL), 0);
}
END_TEST

START_TEST(sorting_puts_labels_in_the_order_of_their_names)
{
    struct weir_label labels[] = {{"c", "3"}, {"a", "1"}, {"b", "2"}, {0}};

    labels_sort(labels);

    ck_assert_str_eq(labels[0].name, "a");
    ck_assert_str_eq(labels[1].value, "2");
    ck_assert_str_eq(labels[2].name, "c");
    labels_sort(&labels[3]);
}
END_TEST

START_TEST(a_name_and_its_suffix_are_one_name)
{
    const struct weir_metric whole = metric_of("size_count");
    const struct weir_metric half = metric_of("size");
    const struct weir_series a = {&whole, "", none};
    const struct weir_series b = {&half, "_count", none};
    const struct weir_series c = {&half, "_countx", none};
    const struct weir_series d = {&half, "", none};

    ck_assert(series_equal(&a, &b));
    ck_assert_uint_eq(series_hash(&a), series_hash(&b));
    ck_assert(!series_equal(&a, &c));
    ck_assert_int_lt(series_compare(&a, &c), 0);
    ck_assert_int_gt(series_compare(&c, &b), 0);
    ck_assert_int_lt(series_compare(&d, &b), 0);
}
END_TEST

START_TEST(the_order_is_by_name_then_by_labels)
{
    const struct weir_metric a = metric_of("a");
    const struct weir_metric b = metric_of("b");
    const struct weir_series sorted[] = {
        {&a, "", none},
        {&a, "", LABELS({"x", "1"})},
        {&a, "", LABELS({"x", "1"}, {"y", "1"})},
        {&a, "", LABELS({"x", "2"})},
        {&a, "", LABELS({"y", "1"})},
        {&a, "_sum", none},
        {&b, "", none},
    };

    for (size_t i = 0; i < ARRAY_SIZE(sorted); i++)
        for (size_t k = 0; k < ARRAY_SIZE(sorted); k++) {
            int order = series_compare(&sorted[i], &sorted[k]);
            ck_assert_int_eq((order > 0) - (order < 0), (i > k) - (i < k));
        }
}
END_TEST

START_TEST(names_and_values_do_not_run_together_in_the_hash)
{
    const struct weir_metric m = metric_of("m");
    const struct weir_series a = {&m, "", LABELS({"a", "bc"})};
    const struct weir_series b = {&m, "", LABELS({"ab", "c"})};
    const struct weir_series c = {&m, "", LABELS({"a", "b"}, {"c", ""})};

    ck_assert_uint_ne(series_hash(&a), series_hash(&b));
    ck_assert_uint_ne(series_hash(&a), series_hash(&c));
}
END_TEST

START_TEST(a_series_is_written_as_prometheus_does)
{
    const struct weir_metric m = metric_of("m");
    char *text = series_text(
        &(struct weir_series){&m, "_sum", LABELS({"a", "\"\\\n"}, {"b", ""})});

    ck_assert_str_eq(text, "m_sum{a=\"\\\"\\\\\\n\",b=\"\"}");
    free(text);
    text = series_text(&(struct weir_series){&m, "", none});
    ck_assert_str_eq(text, "m");
    free(text);
}
END_TEST

START_TEST(a_copy_of_labels_lives_in_the_arena)
{
    struct arena arena = {0};
    char value[] = "1";

    const struct weir_label *copy = labels_copy(&arena, LABELS({"a", value}));
    value[0] = '2';

    ck_assert_str_eq(copy[0].value, "1");
    ck_assert_ptr_null(copy[1].name);
    ck_assert_ptr_null(labels_copy(&arena, NULL)->name);
    arena_clear(&arena);
}
END_TEST

START_TEST(a_copy_of_labels_shares_what_another_has)
{
    struct arena arena = {0};
    const struct weir_label *first =
        labels_copy(&arena, LABELS({"a", "1"}, {"b", "2"}));

    const struct weir_label *same =
        labels_copy_like(&arena, LABELS({"a", "1"}, {"b", "2"}), first);
    ck_assert_ptr_eq(same, first);
    const struct weir_label *other =
        labels_copy_like(&arena, LABELS({"a", "1"}, {"b", "3"}), first);
    ck_assert_ptr_ne(other, first);
    ck_assert_ptr_eq(other[0].value, first[0].value);
    ck_assert_ptr_eq(other[1].name, first[1].name);
    ck_assert_str_eq(other[1].value, "3");
    const struct weir_label *fewer =
        labels_copy_like(&arena, LABELS({"a", "1"}), first);
    ck_assert_ptr_ne(fewer, first);
    ck_assert_ptr_null(fewer[1].name);
    ck_assert_ptr_null(labels_copy_like(&arena, NULL, first)->name);
    arena_clear(&arena);
}
END_TEST

START_TEST(an_arena_gives_zeroed_and_aligned_memory_of_any_size)
{
    static const unsigned char zeros[100000];
    struct arena arena = {0};

    for (size_t size = 0; size < 100000; size = size * 3 + 1) {
        unsigned char *bytes = arena_alloc(&arena, size);
        ck_assert_uint_eq((uintptr_t)bytes % _Alignof(max_align_t), 0);
        ck_assert_mem_eq(bytes, zeros, size);
        memset(bytes, 0xff, size);
        ck_assert_str_eq(arena_text(&arena, "odd"), "odd");
        ck_assert_mem_eq(arena_bytes(&arena, "a\0b", 3), "a\0b", 4);
    }
    arena_clear(&arena);
    ck_assert_uint_eq(arena.size, 0);
    ck_assert_str_eq(arena_text(&arena, "again"), "again");
    arena_clear(&arena);
}
END_TEST

SPEC("series", names_are_letters_digits_underscores_and_for_metrics_colons,
     names_have_at_most_512_bytes, values_are_utf_8,
     values_have_at_most_4096_bytes, labels_are_sorted_and_none_comes_twice,
     a_series_has_at_most_64_labels, labels_are_found_by_name,
     sorting_puts_labels_in_the_order_of_their_names,
     a_name_and_its_suffix_are_one_name, the_order_is_by_name_then_by_labels,
     names_and_values_do_not_run_together_in_the_hash,
     a_series_is_written_as_prometheus_does,
     a_copy_of_labels_lives_in_the_arena,
     a_copy_of_labels_shares_what_another_has,
     an_arena_gives_zeroed_and_aligned_memory_of_any_size)
