/* tally_test.c - buckets of time, and what is known of their points */
#include <config.h>

#include "tally.h"

#include "spec.h"

enum { MINUTE = 60 };

static void
add(struct tallies *self, int64_t time_ns, double value)
{
    tally_add(tallies_at(self, tally_start(time_ns, MINUTE, 0)), time_ns,
              value);
}

START_TEST(begins_buckets_at_whole_multiples_and_before_1970_too)
{
    ck_assert_int_eq(tally_start(119, MINUTE, 0), 60);
    ck_assert_int_eq(tally_start(120, MINUTE, 0), 120);
    ck_assert_int_eq(tally_start(-1, MINUTE, 0), -60);
    ck_assert_int_eq(tally_start(119, MINUTE, 10), 70);
    ck_assert_int_eq(tally_start(5, MINUTE, 10), -50);
    ck_assert_int_eq(tally_start(5, MINUTE, -70), -10);
    ck_assert_int_eq(tally_start(INT64_MIN + 1, INT64_MAX - 1, 0), INT64_MIN);
    ck_assert_int_eq(tally_start(12345, 0, 0), 0);
}
END_TEST

START_TEST(joins_the_buckets_of_several_series_in_the_order_of_time)
{
    struct tallies tallies = {0};

    add(&tallies, 10, 1);
    add(&tallies, 130, 5);
    tallies_settle(&tallies);
    add(&tallies, 20, 3);
    add(&tallies, 70, 7);
    tallies_settle(&tallies);
    ck_assert_uint_eq(tallies.count, 3);
    ck_assert_int_eq(tallies.items[0].start_ns, 0);
    ck_assert_double_eq(tallies.items[0].count, 2);
    ck_assert_double_eq(kahan_total(&tallies.items[0].sum), 4);
    ck_assert_int_eq(tallies.items[1].start_ns, 60);
    ck_assert_double_eq(tallies.items[1].last, 7);
    ck_assert_int_eq(tallies.items[2].start_ns, 120);
    tallies_fini(&tallies);
}
END_TEST

START_TEST(takes_the_earliest_of_equal_values_and_the_greatest_of_equal_times)
{
    struct tally tally = {0};

    tally_add(&tally, 20, 4);
    tally_add(&tally, 10, 4);
    tally_add(&tally, 30, 4);
    tally_add(&tally, 10, 5);
    tally_add(&tally, 30, 2);
    ck_assert_int_eq(tally.most_ns, 10);
    ck_assert_double_eq(tally.most, 5);
    ck_assert_int_eq(tally.least_ns, 30);
    ck_assert_double_eq(tally.first, 5);
    ck_assert_double_eq(tally.last, 4);
}
END_TEST

SPEC("tallies", begins_buckets_at_whole_multiples_and_before_1970_too,
     joins_the_buckets_of_several_series_in_the_order_of_time,
     takes_the_earliest_of_equal_values_and_the_greatest_of_equal_times)
