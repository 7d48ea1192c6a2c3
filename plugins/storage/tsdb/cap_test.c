/* cap_test.c - all files of a store keep to its size */
#include <config.h>

#include "file.h"

struct files *watched_files(void);
#define TSDB_FILES watched_files()
#include "tsdb.c"

#include "tsdb_spec.h"

enum { BATCH = 1000 };

/* The size that a test keeps to, which leaves parts little. */
static const uint64_t tight = 16 << 20;

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

/* Appends a row of values that cannot be packed. */
static void
append_noise(struct store *store, uint64_t *chance, int64_t time_ns)
{
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);

    ck_assert_ptr_nonnull(out);
    for (int i = 0; i < BATCH; i++)
        (void)fprintf(out, "s{i=\"%d\"} %.17g %" PRId64 "\n", i,
                      (double)spec_random(chance) / 1e9, time_ns);
    (void)fclose(out);
    append(store, text);
    free(text);
}

static struct store
new_store(void)
{
    const char *settings[] = {"size = 128M", NULL};
    struct store store = store_new(settings);
    struct tsdb *tsdb = weir_harness_self(store.harness);

    tsdb->size.bytes = tight;
    watched = store.path;
    most_bytes = 0;
    return store;
}

/* Says whether the store has a sample of that time. */
static bool
has_time(struct store *store, int64_t time_ns)
{
    const struct weir_select what = {
        .want = WEIR_SAMPLES, .after_ns = time_ns - 1, .until_ns = time_ns};
    weir_cleanup(weir_free) char *text = answer_to(store, what);

    return *text != '\0';
}

START_TEST(all_files_keep_to_the_size_and_the_oldest_go_first)
{
    weir_cleanup(store_fini) struct store store = new_store();
    struct tsdb *tsdb = weir_harness_self(store.harness);
    uint64_t chance = spec_seed();
    int64_t hour = 1;

    for (; tsdb->dropped_parts < 4; hour++) {
        ck_assert_int_lt(hour, 4000);
        append_noise(&store, &chance, hour * 3600 * NS_PER_S);
        if (hour % 20)
            continue;
        flush_now(&store);
        if (hour % 80 == 0)
            compact_now(&store, 3);
    }

    ck_assert_uint_gt(tsdb->dropped_samples, 0);
    ck_assert_uint_gt(tsdb->compact.runs, 0);
    ck_assert_uint_gt(most_bytes, tight / 2);
    ck_assert_uint_le(most_bytes, tight);
    ck_assert(!has_time(&store, 3600 * NS_PER_S));
    ck_assert(has_time(&store, (hour - 1) * 3600 * NS_PER_S));
    watched = NULL;
}
END_TEST

START_TEST(what_has_no_room_at_all_waits_in_the_log)
{
    weir_cleanup(store_fini) struct store store = new_store();
    struct tsdb *tsdb = weir_harness_self(store.harness);
    uint64_t chance = spec_seed();

    append_noise(&store, &chance, 1);
    tsdb->size.bytes = 1 << 20;
    flush_start(&tsdb->flush);
    ck_assert_int_eq(flush_end(&tsdb->flush), -ENOSPC);
    ck_assert(has_time(&store, 1));
    tsdb->size.bytes = tight;
    flush_now(&store);

    ck_assert(has_time(&store, 1));
    reopen(&store);
    ck_assert(has_time(&store, 1));
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
