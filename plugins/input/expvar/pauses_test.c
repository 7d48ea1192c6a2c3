/* pauses_test.c - pauses are counted once each, whatever happens between looks
 */
#include <config.h>

#include "pauses.h"

#include "base.h"
#include "spec.h"

/* A program whose collection n pauses for as long as pause_of() says. */
struct run {
    struct pauses_ring ring;
    double born; /* ns since 1970 */
};

static uint64_t
pause_of(uint64_t collection)
{
    return 20000 + collection * 997 % 4000000;
}

static void
collect(struct run *self, uint64_t count)
{
    for (uint64_t i = 0; i < count; i++) {
        uint64_t collection = (uint64_t)++self->ring.collections;
        size_t place = (collection - 1) % PAUSES_RING;
        self->ring.ns[place] = (double)pause_of(collection);
        self->ring.end[place] = self->born + (double)collection * 1e6;
        self->ring.allocated += 1000;
    }
}

static struct run
run_born_at(double born)
{
    return (struct run){.born = born};
}

static void
check_sums(const struct pauses *pauses)
{
    uint64_t sum = 0;

    for (size_t i = 0; i <= PAUSES_BOUNDS; i++)
        sum += pauses->counts[i];
    ck_assert_uint_eq(sum, pauses->seen);
}

static uint64_t
sum_of(uint64_t first, uint64_t last)
{
    uint64_t sum = 0;

    for (uint64_t i = first; i <= last; i++)
        sum += pause_of(i);
    return sum;
}

START_TEST(the_first_look_counts_nothing)
{
    struct pauses pauses = {0};
    struct run run = run_born_at(1e18);

    collect(&run, 49);
    pauses_look(&pauses, &run.ring);
    ck_assert_uint_eq(pauses.seen, 0);
    ck_assert_uint_eq(pauses.missed, 0);
}
END_TEST

START_TEST(each_pause_is_seen_once)
{
    static const uint64_t steps[] = {0, 1, 0, 5, 250, 256, 0, 255, 3};
    struct pauses pauses = {0};
    struct run run = run_born_at(1e18);
    uint64_t total = 7;

    collect(&run, 7);
    pauses_look(&pauses, &run.ring);
    for (size_t i = 0; i < ARRAY_SIZE(steps); i++) {
        collect(&run, steps[i]);
        pauses_look(&pauses, &run.ring);
        total += steps[i];
        ck_assert_uint_eq(pauses.seen, total - 7);
        ck_assert_uint_eq(pauses.seen_ns, sum_of(8, total));
        ck_assert_uint_eq(pauses.missed, 0);
        check_sums(&pauses);
    }
}
END_TEST

START_TEST(what_was_overwritten_is_missed)
{
    struct pauses pauses = {0};
    struct run run = run_born_at(1e18);

    pauses_look(&pauses, &run.ring);
    collect(&run, 300);
    pauses_look(&pauses, &run.ring);

    ck_assert_uint_eq(pauses.seen, 256);
    ck_assert_uint_eq(pauses.missed, 44);
    ck_assert_uint_eq(pauses.seen_ns, sum_of(45, 300));
    check_sums(&pauses);
}
END_TEST

/* Looks at a run with 'before' collections, then at another with 'after'. */
static struct pauses
restart(uint64_t before, uint64_t after)
{
    struct pauses pauses = {0};
    struct run first = run_born_at(1e18);
    struct run second = run_born_at(1.001e18);

    pauses_look(&pauses, &first.ring);
    collect(&first, before);
    pauses_look(&pauses, &first.ring);
    collect(&second, after);
    pauses_look(&pauses, &second.ring);
    check_sums(&pauses);
    return pauses;
}

START_TEST(of_another_run_every_pause_is_new)
{
    static const uint64_t counts[][2] = {
        {0, 0}, {0, 9}, {9, 0}, {9, 3}, {9, 9}, {9, 200}, {200, 255}, {1, 256},
    };

    for (size_t i = 0; i < ARRAY_SIZE(counts); i++) {
        uint64_t before = counts[i][0];
        uint64_t after = counts[i][1];
        struct pauses pauses = restart(before, after);
        ck_assert_msg(pauses.seen == before + after,
                      "%" PRIu64 " and %" PRIu64 ": %" PRIu64, before, after,
                      pauses.seen);
        ck_assert_uint_eq(pauses.seen_ns, sum_of(1, before) + sum_of(1, after));
        ck_assert_uint_eq(pauses.missed, 0);
    }
    ck_assert_uint_eq(restart(200, 455).missed, 199);
    ck_assert_uint_eq(restart(300, 299).missed, 44 + 43);
}
END_TEST

START_TEST(a_bound_belongs_to_its_bucket)
{
    struct pauses pauses = {0};
    struct run run = run_born_at(1e18);
    static const uint64_t ns[] = {0, 1000, 1001, 25000, 1000000000, 1000000001};

    pauses_look(&pauses, &run.ring);
    collect(&run, ARRAY_SIZE(ns));
    for (size_t i = 0; i < ARRAY_SIZE(ns); i++)
        run.ring.ns[i] = (double)ns[i];
    pauses_look(&pauses, &run.ring);

    ck_assert_uint_eq(pauses.counts[0], 2);
    ck_assert_uint_eq(pauses.counts[1], 1);
    ck_assert_uint_eq(pauses.counts[2], 1);
    ck_assert_uint_eq(pauses.counts[PAUSES_BOUNDS - 1], 1);
    ck_assert_uint_eq(pauses.counts[PAUSES_BOUNDS], 1);
}
END_TEST

START_TEST(the_bounds_are_what_their_texts_say)
{
    for (size_t i = 0; i < PAUSES_BOUNDS; i++) {
        ck_assert_double_eq(strtod(pauses_bounds[i].le, NULL),
                            pauses_seconds((double)pauses_bounds[i].ns));
        if (i > 0)
            ck_assert_uint_gt(pauses_bounds[i].ns, pauses_bounds[i - 1].ns);
    }
}
END_TEST

/* What debug.ReadGCStats() says of the same. */
START_TEST(quantiles_are_those_of_go)
{
    struct pauses_ring ring = {.ns = {5000, 1000, 4000, 2000, 3000}};
    double seconds[PAUSES_QUANTILES];

    pauses_quantiles(&ring, seconds);
    for (size_t i = 0; i < PAUSES_QUANTILES; i++)
        ck_assert_double_eq(seconds[i], 0);
    ring.collections = 5;
    pauses_quantiles(&ring, seconds);
    for (size_t i = 0; i < PAUSES_QUANTILES; i++)
        ck_assert_double_eq(seconds[i], (double)(i + 1) / 1e6);
    ring.collections = 2;
    pauses_quantiles(&ring, seconds);
    ck_assert_double_eq(seconds[0], 1e-6);
    ck_assert_double_eq(seconds[1], 1e-6);
    ck_assert_double_eq(seconds[2], 5e-6);
    ck_assert_double_eq(seconds[4], 5e-6);
}
END_TEST

SPEC("GC pauses", the_first_look_counts_nothing, each_pause_is_seen_once,
     what_was_overwritten_is_missed, of_another_run_every_pause_is_new,
     a_bound_belongs_to_its_bucket, the_bounds_are_what_their_texts_say,
     quantiles_are_those_of_go)
