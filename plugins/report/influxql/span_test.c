/* span_test.c - the selects that look at the times of a SELECT */
#include <config.h>

#include "span.h"

#include "spec.h"

enum { EVERY = 10 };

static struct spans
spans_of(int64_t since_ns, int64_t until_ns, int64_t every_ns, bool tallied)
{
    const struct select what = {.every_ns = every_ns};
    const struct where where = {.since_ns = since_ns,
                                .until_ns = until_ns,
                                .has_since = true,
                                .has_until = true};
    const struct plan plan = {.what = &what,
                              .where = &where,
                              .tallied = tallied,
                              .functions = tallied};
    struct spans spans;

    spans_init(&spans, &plan, 1000);
    return spans;
}

static void
expect(const struct span *span, int64_t after_ns, int64_t until_ns,
       int64_t step_ns, int64_t range_ns)
{
    ck_assert_int_eq(span->after_ns, after_ns);
    ck_assert_int_eq(span->until_ns, until_ns);
    ck_assert_int_eq(span->step_ns, step_ns);
    ck_assert_int_eq(span->range_ns, range_ns);
}

START_TEST(asks_for_samples_where_a_store_can_not_compute)
{
    struct spans spans = spans_of(15, 44, EVERY, false);

    ck_assert_uint_eq(spans.count, 1);
    expect(&spans.items[0], 14, 44, 0, 0);
    ck_assert_int_eq(spans.first_ns, 10);
    ck_assert_int_eq(spans.last_ns, 40);
}
END_TEST

START_TEST(asks_for_the_rests_of_buckets_apart)
{
    struct spans spans = spans_of(15, 44, EVERY, true);

    ck_assert_uint_eq(spans.count, 3);
    expect(&spans.items[0], 14, 19, 0, 5);
    expect(&spans.items[1], 19, 39, EVERY, EVERY);
    expect(&spans.items[2], 39, 44, 0, 5);
}
END_TEST

START_TEST(asks_once_for_what_is_whole_or_within_one_bucket)
{
    struct spans whole = spans_of(10, 39, EVERY, true);
    struct spans within = spans_of(12, 17, EVERY, true);
    struct spans all = spans_of(12, 17, 0, true);

    ck_assert_uint_eq(whole.count, 2);
    expect(&whole.items[0], 9, 29, EVERY, EVERY);
    expect(&whole.items[1], 29, 39, 0, EVERY);
    ck_assert_uint_eq(within.count, 1);
    expect(&within.items[0], 11, 17, 0, 6);
    ck_assert_uint_eq(all.count, 1);
    expect(&all.items[0], 11, 17, 0, 6);
}
END_TEST

START_TEST(asks_for_nothing_where_the_range_is_empty)
{
    ck_assert_uint_eq(spans_of(20, 10, EVERY, true).count, 0);
    ck_assert_uint_eq(spans_of(20, 10, EVERY, false).count, 0);
}
END_TEST

SPEC("the spans of a SELECT", asks_for_samples_where_a_store_can_not_compute,
     asks_for_the_rests_of_buckets_apart,
     asks_once_for_what_is_whole_or_within_one_bucket,
     asks_for_nothing_where_the_range_is_empty)
