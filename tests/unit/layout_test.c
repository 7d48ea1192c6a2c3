/* layout_test.c - a list of series that only grows; and the table of hashes */
#include <config.h>

#include "base.h"
#include "layout.h"
#include "series.h"
#include "spec.h"
#include "table.h"

#define LABELS(...) ((const struct weir_label[]){__VA_ARGS__, {0}})

static const struct weir_label none[] = {{0}};

START_TEST(a_layout_owns_copies_of_all_it_has)
{
    struct layout *layout = layout_new(7);
    char name[] = "load";
    char help[] = "Load.";
    char value[] = "a";
    const struct weir_metric metric = {name, WEIR_COUNTER, "seconds", help};

    ck_assert_uint_eq(
        layout_add(layout, &(struct weir_series){&metric, "_x",
                                                 LABELS({"host", value})}),
        0);
    name[0] = help[0] = value[0] = 'X';

    const struct weir_series *series = &layout_shape(layout)->series[0];
    ck_assert_str_eq(series->metric->name, "load");
    ck_assert_str_eq(series->metric->help, "Load.");
    ck_assert_str_eq(series->metric->unit, "seconds");
    ck_assert_int_eq(series->metric->type, WEIR_COUNTER);
    ck_assert_str_eq(series->suffix, "_x");
    ck_assert_str_eq(series->labels[0].value, "a");
    ck_assert_uint_eq(layout_number(layout), 7);
    layout_destroy(&layout);
    ck_assert_ptr_null(layout);
    layout_destroy(&layout);
}
END_TEST

START_TEST(series_of_one_metric_share_it)
{
    struct layout *layout = layout_new(1);
    const struct weir_metric a = {"a", WEIR_GAUGE, "", ""};
    const struct weir_metric b = {"b", WEIR_GAUGE, "", ""};
    const struct weir_series series[] = {
        {&a, "_sum", none}, {&b, "", none}, {&a, "_count", none}};

    for (size_t i = 0; i < ARRAY_SIZE(series); i++)
        ck_assert_uint_eq(layout_add(layout, &series[i]), i);

    const struct weir_layout *shape = layout_shape(layout);
    ck_assert_ptr_eq(shape->series[0].metric, shape->series[2].metric);
    ck_assert_ptr_ne(shape->series[0].metric, shape->series[1].metric);
    layout_destroy(&layout);
}
END_TEST

START_TEST(a_layout_takes_4096_series_and_no_more)
{
    struct layout *layout = layout_new(1);
    const struct weir_metric metric = {"m", WEIR_GAUGE, "", ""};
    const struct weir_layout *shape = layout_shape(layout);

    for (uint32_t i = 0; i < WEIR_LAYOUT_MOST; i++) {
        char text[16];
        (void)snprintf(text, sizeof(text), "%u", i);
        const struct weir_series series = {&metric, "", LABELS({"n", text})};
        ck_assert_uint_eq(layout_add(layout, &series), i);
    }
    ck_assert_uint_eq(
        layout_add(layout, &(struct weir_series){&metric, "", none}),
        UINT32_MAX);

    ck_assert_ptr_eq(layout_shape(layout), shape);
    ck_assert_uint_eq(shape->count, WEIR_LAYOUT_MOST);
    ck_assert_str_eq(shape->series[1234].labels[0].value, "1234");
    ck_assert_ptr_eq(layout_of(shape), layout);
    layout_destroy(&layout);
}
END_TEST

START_TEST(what_a_storage_made_of_a_layout_is_kept_with_it)
{
    struct layout *layout = layout_new(1);
    int made = 0;

    ck_assert_ptr_null(*layout_resolved(layout));
    *layout_resolved(layout) = &made;
    ck_assert_ptr_eq(*layout_resolved(layout), &made);
    layout_destroy(&layout);
}
END_TEST

/* How often 'number' is filed under 'hash'. */
static unsigned
count_filed(const struct table *table, uint64_t hash, uint32_t number)
{
    uint32_t step = 0;
    uint32_t found = 0;
    unsigned count = 0;

    while (table_next(table, hash, &step, &found))
        count += found == number;
    return count;
}

START_TEST(a_table_finds_what_was_filed_and_nothing_else)
{
    enum { COUNT = 5000 };
    struct table table = {0};
    uint64_t hashes[COUNT];
    uint64_t chance = spec_seed();

    ck_assert_uint_eq(count_filed(&table, 1, 1), 0);
    for (uint32_t i = 0; i < COUNT; i++) {
        /* Some fall together in their lower half, some in all. */
        hashes[i] = spec_random(&chance) & ~(uint64_t)(i % 3 ? 0 : 0xffffff);
        if (i % 7 == 6)
            hashes[i] = hashes[i - 1];
        if (table_full(&table)) {
            table_reset(&table, i + 1);
            for (uint32_t k = 0; k < i; k++)
                table_put(&table, hashes[k], k);
        }
        table_put(&table, hashes[i], i);
    }

    for (uint32_t i = 0; i < COUNT; i++)
        ck_assert_uint_eq(count_filed(&table, hashes[i], i), 1);
    ck_assert_uint_eq(count_filed(&table, hashes[0], COUNT), 0);
    ck_assert_uint_le(table.count, (table.mask / 4 + 1) * 3);
    table_reset(&table, 0);
    ck_assert_uint_eq(count_filed(&table, hashes[0], 0), 0);
    table_fini(&table);
}
END_TEST

SPEC("layouts", a_layout_owns_copies_of_all_it_has,
     series_of_one_metric_share_it, a_layout_takes_4096_series_and_no_more,
     what_a_storage_made_of_a_layout_is_kept_with_it,
     a_table_finds_what_was_filed_and_nothing_else)
