/* cap_test.c - all files of a store keep to its size */
#include <config.h>

#include "file.h"

struct files *watched_files(void);
#define TSDB_FILES watched_files()
#include "tsdb.c"

#include "day.h"
#include "spread.h"
#include "tsdb_spec.h"

enum { SIZE = 128 << 20, SAMPLES = 400000 };

/* What all files had together when that was most. */
static pthread_mutex_t watch = PTHREAD_MUTEX_INITIALIZER;
static const char *watched;
static uint64_t now_bytes, most_bytes;

static int
add_size(const char *path, const struct stat *stat, int kind, struct FTW *place)
{
    (void)path;
    (void)place;
    now_bytes += kind == FTW_F ? (uint64_t)stat->st_size : 0;
    return 0;
}

static void
look(void)
{
    now_bytes = 0;
    if (watched)
        (void)nftw(watched, add_size, 8, FTW_PHYS);
    if (now_bytes > most_bytes)
        most_bytes = now_bytes;
}

static ssize_t
watched_write(struct files *self, int fd, const void *bytes, size_t size,
              uint64_t offset)
{
    (void)self;
    (void)pthread_mutex_lock(&watch);
    ssize_t rc =
        files_real()->calls->write(files_real(), fd, bytes, size, offset);
    look();
    (void)pthread_mutex_unlock(&watch);
    return rc;
}

static int
watched_rename(struct files *self, const char *from, const char *to)
{
    (void)self;
    (void)pthread_mutex_lock(&watch);
    int rc = file_rename(files_real(), from, to);
    (void)pthread_mutex_unlock(&watch);
    return rc;
}

struct files *
watched_files(void)
{
    static struct file_calls calls;
    static struct files files = {&calls};

    calls = *files_real()->calls;
    calls.write = watched_write;
    calls.rename = watched_rename;
    return &files;
}

/* Adds a part of the day, whose values cannot be packed. */
static void
add_noise(struct store *store, uint64_t *chance, int32_t day)
{
    static uint64_t lsn = 1;
    struct tsdb *tsdb = weir_harness_self(store->harness);
    const struct part_origin origin = {.first_lsn = lsn, .last_lsn = lsn};
    struct samples samples = {0};

    for (int64_t i = 0; i < SAMPLES; i++)
        samples_add(&samples, day_begin_ns(day) + (int64_t)lsn * SAMPLES + i,
                    (double)spec_random(chance));
    lsn++;
    weir_cleanup(spread_destroy) struct spread *spread =
        spread_new(tsdb, &origin);
    ck_assert_int_eq(
        spread_add(spread, 1, &head_at(&tsdb->head, 1)->series, &samples), 0);
    ck_assert_int_eq(spread_turn(spread), 0);
    samples_fini(&samples);
    manifest_begin(tsdb);
    struct parts *next = parts_hold(tsdb->parts);
    next = spread_take(spread, &next);
    ck_assert_int_eq(manifest_end(tsdb, &next, 0), 0);
}

static struct store
new_store(void)
{
    const char *settings[] = {"size = 128M", NULL};
    struct store store = store_new(settings);

    watched = store.path;
    most_bytes = 0;
    return store;
}

START_TEST(all_files_keep_to_the_size_and_the_oldest_go_first)
{
    weir_cleanup(store_fini) struct store store = new_store();
    struct tsdb *tsdb = weir_harness_self(store.harness);
    uint64_t chance = spec_seed();
    int32_t day = 1;

    append(&store, "a 1 1\n");
    for (; tsdb->dropped_parts < 4; day++) {
        ck_assert_int_lt(day, 100);
        for (int i = 0; i < 3; i++)
            add_noise(&store, &chance, day);
        compact_now(&store, 24);
        flush_now(&store);
    }

    ck_assert_uint_gt(tsdb->dropped_samples, 0);
    ck_assert_uint_gt(tsdb->compact.runs, 0);
    ck_assert_uint_gt(most_bytes, SIZE / 2);
    ck_assert_uint_le(most_bytes, SIZE);
    ck_assert_int_gt(tsdb->parts->items[0]->day, 1);
    ck_assert_int_eq(tsdb->parts->items[tsdb->parts->count - 1]->day, day - 1);
    watched = NULL;
}
END_TEST

START_TEST(what_has_no_room_at_all_waits_in_the_log)
{
    weir_cleanup(store_fini) struct store store = new_store();
    struct tsdb *tsdb = weir_harness_self(store.harness);

    append_times(&store, "a", 1, 10);
    tsdb->size.bytes = 1 << 20;
    flush_start(&tsdb->flush);
    ck_assert_int_eq(flush_end(&tsdb->flush), -ENOSPC);
    check_times(&store, "a", 1, 10);
    tsdb->size.bytes = SIZE;
    flush_now(&store);

    check_times(&store, "a", 1, 10);
    reopen(&store);
    check_times(&store, "a", 1, 10);
    watched = NULL;
}
END_TEST

START_TEST(refuses_a_size_that_makes_no_sense)
{
    const char *settings[] = {"size = 10M", NULL};
    struct weir_harness *store = NULL;

    ck_assert_int_eq(weir_harness_open(&tsdb_LTX_weir_plugin, settings, &store),
                     -EINVAL);
    ck_assert_ptr_nonnull(strstr(weir_harness_why(NULL), "size"));
}
END_TEST

SPEC("size of storage tsdb", all_files_keep_to_the_size_and_the_oldest_go_first,
     what_has_no_room_at_all_waits_in_the_log,
     refuses_a_size_that_makes_no_sense)
