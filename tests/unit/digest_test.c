/* digest_test.c - what samples come to does not depend on how they come */
#include <config.h>

#include <string.h>

#include <weir/batch.h>
#include <weir/cleanup.h>

#include "base.h"
#include "query/digest.h"
#include "spec.h"

enum { ROUNDS = 4000, SAMPLES_MOST = 400, STEPS_MOST = 60 };

/* A series, and the points that were made of it. */
struct trial {
    struct weir_digest what;
    size_t count;
    int64_t times_ns[SAMPLES_MOST];
    double values[SAMPLES_MOST];
};

struct points {
    size_t count;
    int64_t times_ns[STEPS_MOST];
    double values[STEPS_MOST];
};

static bool
go_on(void *arg, size_t samples)
{
    (void)arg;
    (void)samples;
    return true;
}

static double
draw_value(uint64_t *chance, double before)
{
    uint64_t kind = spec_random(chance) % 40;
    double value = before + (double)(spec_random(chance) % 100);
    uint64_t stale = WEIR_STALE_BITS;

    if (kind == 0)
        memcpy(&value, &stale, sizeof(value));
    else if (kind == 1)
        value = 0; /* a reset */
    return value;
}

/* Mostly even times, now and then a gap. */
static void
draw_trial(uint64_t *chance, struct trial *trial)
{
    int64_t time_ns = (int64_t)(spec_random(chance) % 1000);
    double value = 0;

    do
        trial->what = (struct weir_digest){
            .function = (unsigned)(spec_random(chance) % (DIGEST_INSTANT + 1)),
            .range_ns = 1 + (int64_t)(spec_random(chance) % 200),
            .ends = {.start_ns = (int64_t)(spec_random(chance) % 2000),
                     .step_ns = 1 + (int64_t)(spec_random(chance) % 100),
                     .count = 1 + spec_random(chance) % STEPS_MOST}};
    while (!digest_is_valid(&trial->what));
    trial->count = spec_random(chance) % SAMPLES_MOST;
    for (size_t i = 0; i < trial->count; i++) {
        bool gap = spec_random(chance) % 50 == 0;
        time_ns += gap ? (int64_t)(spec_random(chance) % 500) : 10;
        double next = draw_value(chance, value);
        value = next >= 0 ? next : value;
        trial->times_ns[i] = time_ns;
        trial->values[i] = next;
    }
}

static void
take(struct points *into, struct digest_points points)
{
    ck_assert_uint_le(into->count + points.count, STEPS_MOST);
    if (points.count > 0) {
        memcpy(into->times_ns + into->count, points.times_ns,
               points.count * sizeof(*points.times_ns));
        memcpy(into->values + into->count, points.values,
               points.count * sizeof(*points.values));
    }
    into->count += points.count;
}

/* Gives the series in pieces of at most 'most' samples, in memory of their
 * own. */
static struct points
digest(const struct trial *trial, size_t most, uint64_t *chance)
{
    weir_cleanup(digester_destroy) struct digester *digester =
        digester_new(&trial->what, go_on, NULL);
    struct points points = {0};

    for (size_t at = 0; at < trial->count;) {
        size_t left = trial->count - at;
        size_t count = 1 + spec_random(chance) % most;
        if (count > left)
            count = left;
        weir_cleanup(weir_free) int64_t *times_ns = xcalloc(count, 8);
        weir_cleanup(weir_free) double *values = xcalloc(count, 8);
        memcpy(times_ns, trial->times_ns + at, count * 8);
        memcpy(values, trial->values + at, count * 8);
        take(&points, digester_add(digester, times_ns, values, count));
        at += count;
    }
    take(&points, digester_end(digester));
    return points;
}

START_TEST(points_are_the_same_in_whatever_pieces_samples_come)
{
    uint64_t chance = spec_seed();
    uint64_t made = 0;

    for (int i = 0; i < ROUNDS; i++) {
        struct trial trial;
        draw_trial(&chance, &trial);
        const struct points whole = digest(&trial, SAMPLES_MOST * 100, &chance);
        const struct points few = digest(&trial, 5, &chance);
        const struct points many = digest(&trial, 150, &chance);
        ck_assert_uint_eq(few.count, whole.count);
        ck_assert_uint_eq(many.count, whole.count);
        ck_assert_mem_eq(few.times_ns, whole.times_ns, whole.count * 8);
        ck_assert_mem_eq(many.times_ns, whole.times_ns, whole.count * 8);
        ck_assert_mem_eq(few.values, whole.values, whole.count * 8);
        ck_assert_mem_eq(many.values, whole.values, whole.count * 8);
        made += whole.count;
    }
    ck_assert_uint_gt(made, ROUNDS);
}
END_TEST

SPEC("digests", points_are_the_same_in_whatever_pieces_samples_come)
