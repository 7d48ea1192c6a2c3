/* shelf_test.c - what the shelf of storage memory promises */
#include <config.h>

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <weir/plugin.h>

#include "shelf.h"
#include "spec.h"

enum { SERIES = 6, SAMPLES = 20, PUTS = 20000, TIMES = 400 };

static const struct weir_metric metric = {"m", WEIR_GAUGE, "", ""};

static struct shelf_place
take_in(struct shelf *shelf, int number, int64_t now_ns)
{
    char value[16];
    struct shelf_place place = {0};
    const struct weir_label labels[] = {{"n", value}, {0}};
    const struct weir_series series = {&metric, "", labels};

    (void)snprintf(value, sizeof(value), "%d", number);
    ck_assert_int_eq(shelf_take_in(shelf, &series, now_ns, &place), 0);
    ck_assert_ptr_nonnull(shelf_at(shelf, place));
    return place;
}

START_TEST(finds_series_again_after_many_came_and_went)
{
    struct shelf shelf = {.samples_most = SAMPLES};
    struct shelf_place places[500] = {{0}};

    for (int turn = 1; turn <= 3; turn++) {
        for (int i = 0; i < 500; i += turn)
            places[i] = take_in(&shelf, i, i % 3);
        shelf_expire(&shelf, 2);
        for (int i = 0; i < 500; i += turn)
            ck_assert(!shelf_at(&shelf, places[i]) == (i % 3 < 2));
    }
    ck_assert_uint_eq(shelf_series_count(&shelf), 166);
    shelf_fini(&shelf);
}
END_TEST

START_TEST(a_place_leads_nowhere_when_its_series_has_gone)
{
    struct shelf shelf = {.samples_most = SAMPLES};

    struct shelf_place old = take_in(&shelf, 1, 0);
    shelf_expire(&shelf, 1);
    struct shelf_place new = take_in(&shelf, 2, 0);

    ck_assert_uint_eq(old.slot, new.slot);
    ck_assert_ptr_null(shelf_at(&shelf, old));
    ck_assert_ptr_null(shelf_at(&shelf, (struct shelf_place){0}));
    shelf_fini(&shelf);
}
END_TEST

START_TEST(what_a_reader_has_pinned_stays)
{
    struct shelf shelf = {.samples_most = SAMPLES};
    struct shelf_place place = take_in(&shelf, 1, 0);
    struct shelf_entry *entry = shelf_at(&shelf, place);

    atomic_fetch_add(&entry->pins, 1);
    shelf_expire(&shelf, 1);
    ck_assert_ptr_eq(shelf_at(&shelf, place), entry);
    atomic_fetch_sub(&entry->pins, 1);
    shelf_expire(&shelf, 1);
    ck_assert_ptr_null(shelf_at(&shelf, place));
    shelf_fini(&shelf);
}
END_TEST

START_TEST(a_series_is_one_wherever_its_suffix_begins)
{
    struct shelf shelf = {.samples_most = SAMPLES};
    const struct weir_label labels[] = {{0}};
    const struct weir_metric whole = {"took_sum", WEIR_UNTYPED, "", ""};
    const struct weir_metric part = {"took", WEIR_HISTOGRAM, "", ""};
    const struct weir_series one = {&whole, "", labels};
    const struct weir_series two = {&part, "_sum", labels};
    struct shelf_place places[2] = {{0}};

    ck_assert_int_eq(shelf_take_in(&shelf, &one, 0, &places[0]), 0);
    ck_assert_int_eq(shelf_take_in(&shelf, &two, 0, &places[1]), 0);
    ck_assert_uint_eq(places[0].slot, places[1].slot);
    ck_assert_uint_eq(shelf_series_count(&shelf), 1);
    shelf_fini(&shelf);
}
END_TEST

/* The plain way to keep the last samples: a value for each time; and the time
 * below which all were dropped. */
struct plain {
    double values[TIMES];
    bool has[TIMES];
    int count;
};

static int
plain_oldest(const struct plain *self)
{
    int time = 0;

    while (time < TIMES && !self->has[time])
        time++;
    return time;
}

static int
plain_put(struct plain *self, int time, double value)
{
    if (!self->has[time] && self->count == SAMPLES) {
        int oldest = plain_oldest(self);
        if (time < oldest)
            return -ERANGE;
        self->has[oldest] = false;
        self->count--;
    }
    self->count += !self->has[time];
    self->has[time] = true;
    self->values[time] = value;
    return 0;
}

static void
check_same(const struct ring *ring, const struct plain *plain)
{
    int64_t times_ns[SAMPLES];
    double values[SAMPLES];
    uint32_t count = ring_copy(ring, -1, TIMES, times_ns, values);

    ck_assert_uint_eq(count, (uint32_t)plain->count);
    for (uint32_t i = 0; i < count; i++) {
        ck_assert(plain->has[times_ns[i]]);
        ck_assert_double_eq(values[i], plain->values[times_ns[i]]);
        ck_assert(i == 0 || times_ns[i] > times_ns[i - 1]);
    }
}

/* Most rows are of all series at a new time; some are of one series alone, at
 * any time; some series begin late. */
START_TEST(keeps_what_the_plain_way_keeps_while_times_are_shared)
{
    struct shelf shelf = {.samples_most = SAMPLES};
    struct plain plain[SERIES] = {{{0}, {0}, 0}};
    struct shelf_entry *entries[SERIES];

    srand48(11);
    for (int i = 0; i < SERIES; i++)
        entries[i] = shelf_at(&shelf, take_in(&shelf, i, 0));
    for (int n = 0; n < PUTS; n++) {
        long alone = lrand48() % 4 ? -1 : lrand48() % SERIES;
        int time = (int)(alone < 0 ? (n / 50) % TIMES : lrand48() % TIMES);
        for (int i = 0; i < SERIES; i++) {
            if ((alone >= 0 && alone != i) || n < 100 * i)
                continue;
            ck_assert_int_eq(shelf_put(&shelf, entries[i], time, n),
                             plain_put(&plain[i], time, n));
            check_same(&entries[i]->ring, &plain[i]);
        }
        shelf_end_batch(&shelf);
    }
    shelf_fini(&shelf);
    ck_assert_uint_eq(shelf.times.size, 0);
    ck_assert_uint_eq(shelf.bytes, 0);
}
END_TEST

SPEC("storage memory: shelf", finds_series_again_after_many_came_and_went,
     a_place_leads_nowhere_when_its_series_has_gone,
     what_a_reader_has_pinned_stays, a_series_is_one_wherever_its_suffix_begins,
     keeps_what_the_plain_way_keeps_while_times_are_shared)
