/* parts_fault_test.c - parts while files fail: what a flush or a compaction
 * could not do is done later, and nothing is lost
 */
#include <config.h>

#include "file_fault.h"

static struct file_fault fault;

#define TSDB_FILES (&fault.files)
#include "tsdb.c"

#include "tsdb_spec.h"

enum { FIRST = 100, PARTS = 6, COUNT = 80, EACH = 3, TRIES_MOST = 400 };

/* So that the log has small segments. */
static const char *const small[] = {"size = 128M", NULL};

/* A store with parts, and samples in the head. */
static struct store
new_store(void)
{
    file_fault_init(&fault, files_real());
    struct store store = store_new(small);

    for (int i = 0; i < PARTS; i++) {
        append_times(&store, "a", FIRST + i * 10, 10);
        flush_now(&store);
    }
    append_times(&store, "a", FIRST + PARTS * 10, COUNT - PARTS * 10);
    struct tsdb *tsdb = weir_harness_self(store.harness);
    ck_assert_int_eq(wal_settle(tsdb->wal), 0);
    return store;
}

static int
try_flush(struct tsdb *tsdb)
{
    flush_start(&tsdb->flush);
    return flush_end(&tsdb->flush);
}

static int
try_compact(struct tsdb *tsdb)
{
    struct compact *compact = &tsdb->compact;

    compact->rc = 0;
    compact->looked = NULL;
    compact->rules.fan = 24;
    ck_assert(compact_start(compact));
    compact->rules.fan = 0;
    return compact_end(compact);
}

struct mishap {
    enum file_call call;
    int rc;
};

static const struct mishap mishaps[] = {
    {FILE_OPEN, -EMFILE},        {FILE_WRITE, -EIO},  {FILE_WRITE, -ENOSPC},
    {FILE_SYNC, -EIO},           {FILE_RENAME, -EIO}, {FILE_READ, -EIO},
    {FILE_SYNC_FOLDER, -ENOSPC}, {FILE_STAT, -EIO},   {FILE_UNLINK, -EIO},
    {FILE_MAKE_FOLDER, -ENOSPC},
};

typedef int attempt(struct tsdb *tsdb);

/* Lets a call fail, EACH times in a row at most, and tries until it works.
 * Returns whether the call was reached. */
static bool
fail_once(attempt *try, const struct mishap *mishap, uint64_t number)
{
    weir_cleanup(store_fini) struct store store = new_store();
    struct tsdb *tsdb = weir_harness_self(store.harness);
    int tries = 0;

    file_fault_set(&fault, mishap->call, number, EACH, mishap->rc);
    uint64_t first = fault.first;
    while (try(tsdb) < 0) {
        if (mishap->call != FILE_READ) /* else the answer lacks some, too */
            check_times(&store, "a", FIRST, COUNT);
        ck_assert_int_lt(++tries, TRIES_MOST);
    }
    bool reached =
        __atomic_load_n(&fault.counts[mishap->call], __ATOMIC_SEQ_CST) >= first;
    file_fault_set(&fault, mishap->call, 0, 0, 0);
    check_times(&store, "a", FIRST, COUNT);
    reopen(&store);
    check_files(&store);
    check_times(&store, "a", FIRST, COUNT);
    return reached;
}

static void
fail_each(attempt *try)
{
    for (size_t i = 0; i < ARRAY_SIZE(mishaps); i++)
        for (uint64_t number = 1;
             number < 12 && fail_once(try, &mishaps[i], number); number++)
            ;
}

START_TEST(a_flush_that_fails_is_done_again)
{
    fail_each(try_flush);
}
END_TEST

START_TEST(a_compaction_that_fails_is_done_again)
{
    fail_each(try_compact);
}
END_TEST

START_TEST(what_could_not_be_read_is_merged_after_the_next_open)
{
    int failed = 0;

    for (uint64_t number = 1; number <= 8; number++) {
        weir_cleanup(store_fini) struct store store = new_store();
        file_fault_set(&fault, FILE_READ, number, 1, -EIO);
        int rc = try_compact(weir_harness_self(store.harness));
        file_fault_set(&fault, FILE_READ, 0, 0, 0);
        ck_assert(rc == 0 || rc == -EIO);
        failed += rc < 0;
        check_times(&store, "a", FIRST, COUNT);
        check_files(&store);

        reopen(&store);
        if (rc < 0)
            ck_assert_int_eq(try_compact(weir_harness_self(store.harness)), 0);
        ck_assert_uint_eq(part_count(&store), 1);
        check_times(&store, "a", FIRST, COUNT);
    }
    ck_assert_int_gt(failed, 0);
}
END_TEST

START_TEST(short_writes_do_no_harm)
{
    weir_cleanup(store_fini) struct store store = new_store();

    fault.shorten = 7;
    flush_now(&store);
    compact_now(&store, 24);

    ck_assert_uint_eq(part_count(&store), 1);
    reopen(&store);
    check_times(&store, "a", FIRST, COUNT);
}
END_TEST

START_TEST(a_disk_that_stays_full_keeps_what_there_is)
{
    weir_cleanup(store_fini) struct store store = new_store();
    struct tsdb *tsdb = weir_harness_self(store.harness);

    file_fault_set(&fault, FILE_WRITE, 1, UINT64_MAX, -ENOSPC);
    ck_assert_int_eq(try_flush(tsdb), -ENOSPC);
    ck_assert_int_eq(try_compact(tsdb), -ENOSPC);
    ck_assert_int_eq(try_compact(tsdb), -ENOSPC);
    ck_assert_uint_eq(tsdb->compact.failures, 2);
    check_times(&store, "a", FIRST, COUNT);
    check_files(&store);
    file_fault_set(&fault, FILE_WRITE, 0, 0, 0);

    flush_now(&store);
    ck_assert_int_eq(try_compact(tsdb), 0);
    ck_assert_uint_eq(part_count(&store), 1);
    check_times(&store, "a", FIRST, COUNT);
}
END_TEST

SPEC("parts of storage tsdb and failing files",
     a_flush_that_fails_is_done_again, a_compaction_that_fails_is_done_again,
     what_could_not_be_read_is_merged_after_the_next_open,
     short_writes_do_no_harm, a_disk_that_stays_full_keeps_what_there_is)
