/* store_fault_test.c - a store whose files fail, or whose disk is full */
#include <config.h>

#include "file.h"

/* What the store under test uses; NULL: the real files. */
static struct files *faulty;

#define TSDB_FILES (faulty ? faulty : files_real())
#include "tsdb.c"

#include <fcntl.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/wait.h>

#include "file_fault.h"
#include "tsdb_spec.h"

/* Appends until something is refused; returns how many of 'most' were not. */
static int
append_what_goes(struct store *store, int from, int most)
{
    for (int i = from; i < from + most; i++) {
        char line[64];
        (void)snprintf(line, sizeof(line), "a %d %d\n", i, i);
        if (weir_harness_append(store->harness, line) != 0)
            return i - from;
    }
    return most;
}

static int
settle(struct store *store)
{
    struct tsdb *tsdb = weir_harness_self(store->harness);

    return wal_settle(tsdb->wal);
}

/* Files that fail ---------------------------------------------------------- */

/* Opens and uses a store some of whose calls fail.  Returns how many samples
 * behind 'from' it called durable. */
static int
live_through(struct store *store, int from)
{
    int kept = 0;

    if (try_reopen(store) < 0)
        return 0;
    for (int turn = 0; turn < 2; turn++) {
        struct tsdb *tsdb = weir_harness_self(store->harness);
        int count = append_what_goes(store, from + kept, 3);
        if (settle(store) == 0)
            kept += count;
        flush_start(&tsdb->flush);
        (void)flush_end(&tsdb->flush);
        free(answer_to(store, all));
        if (count < 3)
            break;
    }
    weir_harness_destroy(&store->harness);
    return kept;
}

static void
try_call(struct store *store, enum file_call call, uint64_t first,
         uint64_t times, int *count_p)
{
    struct file_fault fault;

    weir_harness_destroy(&store->harness);
    file_fault_init(&fault, files_real());
    file_fault_set(&fault, call, first, times, -EIO);
    faulty = &fault.files;
    int kept = live_through(store, 1 + *count_p);
    faulty = NULL;
    reopen(store);

    /* What was not acknowledged may be there, too; it comes again. */
    append_times(store, "a", 1 + *count_p, 6);
    check_times(store, "a", 1, *count_p + 6);
    check_has(store, (struct weir_select){.want = WEIR_STATUS},
              "damaged_parts=0\n");
    check_has(store, (struct weir_select){.want = WEIR_STATUS},
              "lost_records=0\n");
    ck_assert_int_le(kept, 6);
    *count_p += 6;
}

START_TEST(loses_nothing_whatever_call_fails)
{
    static const uint64_t firsts[] = {1, 3, 8};
    weir_cleanup(store_fini) struct store store = store_new(NULL);
    int count = 5;

    append_times(&store, "a", 1, 3);
    flush_now(&store);
    append_times(&store, "a", 4, 2);
    for (int call = 0; call < FILE_CALLS; call++)
        for (size_t i = 0; i < WEIR_COUNT(firsts); i++)
            for (uint64_t times = 1; times < 1000000; times += 999998)
                try_call(&store, (enum file_call)call, firsts[i], times,
                         &count);
}
END_TEST

START_TEST(tries_a_flush_again_that_failed)
{
    weir_cleanup(store_fini) struct store store = store_new(NULL);
    struct file_fault fault;

    file_fault_init(&fault, files_real());
    faulty = &fault.files;
    reopen(&store);
    struct flush *flush =
        &((struct tsdb *)weir_harness_self(store.harness))->flush;
    append_times(&store, "a", 1, 100);
    /* Each call, since the log makes some, too. */
    file_fault_set(&fault, FILE_SYNC_FOLDER, 1, 1000000, -EIO);
    flush_start(flush);
    ck_assert_int_eq(flush_end(flush), -EIO);
    file_fault_set(&fault, FILE_SYNC_FOLDER, 0, 0, 0);
    append_times(&store, "a", 101, 10);
    check_times(&store, "a", 1, 110);
    flush_now(&store);
    flush_now(&store);

    check_times(&store, "a", 1, 110);
    faulty = NULL;
    reopen(&store);
    check_times(&store, "a", 1, 110);
}
END_TEST

START_TEST(goes_on_while_a_part_cannot_be_read)
{
    struct file_fault fault; /* outlives the store */
    weir_cleanup(store_fini) struct store store = store_new(NULL);

    append_times(&store, "a", 1, 100);
    flush_now(&store);
    file_fault_init(&fault, files_real());
    faulty = &fault.files;
    reopen(&store);
    struct tsdb *tsdb = weir_harness_self(store.harness);
    append_times(&store, "a", 101, 10);
    file_fault_set(&fault, FILE_READ, 1, 1000000, -EIO);

    check_times(&store, "a", 101, 10);
    ck_assert_uint_gt(tsdb->failures, 0);
    file_fault_set(&fault, FILE_READ, 0, 0, 0);
    check_times(&store, "a", 1, 110);
    faulty = NULL;
}
END_TEST

/* A full disk -------------------------------------------------------------- */

/* Fills the log with what takes room and no memory, until not even the smallest
 * record fits. */
static void
fill_log(struct store *store)
{
    static const uint32_t series[WEIR_LAYOUT_MOST];
    struct tsdb *tsdb = weir_harness_self(store->harness);
    int64_t began_ns = clock_now_ns();

    for (uint32_t count = WEIR_COUNT(series); count > 0;) {
        wal_begin(tsdb->wal);
        wal_group(tsdb->wal, 5000, 0, series, count);
        int rc = wal_end(tsdb->wal, 0, NULL);
        ck_assert(rc == 0 || rc == -EAGAIN || rc == -ENOSPC);
        ck_assert_int_lt(clock_now_ns() - began_ns, 40 * NS_PER_S);
        if (rc == -ENOSPC)
            count /= 2;
        else if (rc == -EAGAIN)
            (void)usleep(1000);
    }
}

/* What is appended waits, is not acknowledged, and goes when there is room. */
static void
wait_for_room(struct store *store, int from)
{
    int64_t began_ns = clock_now_ns();

    while (append_what_goes(store, from, 1) == 0) {
        ck_assert_int_lt(clock_now_ns() - began_ns, 30 * NS_PER_S);
        (void)usleep(10000);
    }
}

/* A log that tries to reserve a segment takes, for a moment, all there is. */
static void
flush_again(struct tsdb *tsdb)
{
    int rc = -ENOSPC;

    for (int tries = 0; rc == -ENOSPC && tries < 100; tries++) {
        flush_start(&tsdb->flush);
        rc = flush_end(&tsdb->flush);
        if (rc < 0)
            (void)usleep(100000);
    }
    ck_assert_int_eq(rc, 0);
}

/* 'make_room' is called when the disk is full. */
static void
fill_and_go_on(struct store *store, void (*make_room)(void *arg), void *arg)
{
    struct tsdb *tsdb = weir_harness_self(store->harness);

    append_times(store, "a", 1, 100);
    fill_log(store);
    uint64_t durable = weir_harness_durable(store->harness);
    ck_assert_int_eq(append_what_goes(store, 101, 5), 0);
    flush_start(&tsdb->flush);
    int rc = flush_end(&tsdb->flush);
    ck_assert(rc == 0 || rc == -ENOSPC);
    check_times(store, "a", 1, 100);
    ck_assert_int_eq(settle(store), 0);
    ck_assert_uint_eq(weir_harness_durable(store->harness), durable);
    ck_assert(!tsdb->read_only);

    make_room(arg);
    wait_for_room(store, 101);
    append_times(store, "a", 102, 50);
    flush_again(tsdb);
    check_times(store, "a", 1, 151);
    faulty = NULL;
    reopen(store);
    check_times(store, "a", 1, 151);
}

static void
stop_fault(void *arg)
{
    file_fault_set(arg, FILE_ALLOCATE, 0, 0, 0);
}

START_TEST(waits_while_no_room_is_given)
{
    weir_cleanup(store_fini) struct store store = store_new(NULL);
    struct file_fault fault;

    file_fault_init(&fault, files_real());
    faulty = &fault.files;
    reopen(&store);
    file_fault_set(&fault, FILE_ALLOCATE, 1, 1000000, -ENOSPC);

    fill_and_go_on(&store, stop_fault, &fault);
}
END_TEST

enum { DISK_MB = 160, NOT_MOUNTED = 77 };

static void
remove_ballast(void *arg)
{
    ck_assert_int_eq(unlink(arg), 0);
}

/* Fills what the file system of 'path' has left. */
static void
write_ballast(const char *path)
{
    static char bytes[1 << 16];
    int fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);

    ck_assert_int_ge(fd, 0);
    memset(bytes, 'x', sizeof(bytes));
    for (size_t size = sizeof(bytes); size > 0;)
        if (write(fd, bytes, size) <= 0)
            size /= 2;
    ck_assert_int_eq(close(fd), 0);
}

/* In a child with a file system of its own, which goes with it. */
static int
live_on_small_disk(const char *folder)
{
    char ballast[128], size[32];

    if (unshare(CLONE_NEWNS) < 0 && unshare(CLONE_NEWUSER | CLONE_NEWNS) < 0)
        return NOT_MOUNTED;
    (void)mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL);
    (void)snprintf(size, sizeof(size), "size=%dm", DISK_MB);
    if (mount("none", folder, "tmpfs", 0, size) < 0)
        return NOT_MOUNTED;
    (void)setenv("TMPDIR", folder, 1);
    struct store store = store_new(NULL);
    (void)snprintf(ballast, sizeof(ballast), "%s/ballast", folder);
    write_ballast(ballast);
    fill_and_go_on(&store, remove_ballast, ballast);
    store_fini(&store);
    return 0;
}

START_TEST(waits_while_a_real_disk_is_full)
{
    char *folder = NULL;
    char *text = spec_template(NULL, &folder);
    int status = 0;

    ck_assert_ptr_nonnull(mkdtemp(folder));
    pid_t pid = fork();
    ck_assert_int_ge(pid, 0);
    if (pid == 0)
        _exit(live_on_small_disk(folder));
    ck_assert_int_eq(waitpid(pid, &status, 0), pid);
    (void)rmdir(folder);
    free(text);

    if (WIFEXITED(status) && WEXITSTATUS(status) == NOT_MOUNTED)
        printf(
            "# no tmpfs can be mounted here, the test above stands for it\n");
    else
        ck_assert_int_eq(status, 0);
}
END_TEST

SPEC("a store under faults", loses_nothing_whatever_call_fails,
     tries_a_flush_again_that_failed, goes_on_while_a_part_cannot_be_read,
     waits_while_no_room_is_given, waits_while_a_real_disk_is_full)
