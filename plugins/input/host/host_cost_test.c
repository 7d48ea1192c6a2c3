/* host_cost_test.c - what input host takes, and that nothing stops it
 *
 * The linker gives calls of malloc and statfs to the functions here.
 */
#include "host.c"

#include <math.h>
#include <pthread.h>
#include <semaphore.h>
#include <stdatomic.h>
#include <sys/vfs.h>

#include "host_spec.h"

static atomic_ulong allocations;

#define REAL(function) __asm__("__real_" #function)
#define WRAP(function) __asm__("__wrap_" #function)

void *real_malloc(size_t size) REAL(malloc);
void *real_calloc(size_t count, size_t size) REAL(calloc);
void *real_realloc(void *old, size_t size) REAL(realloc);
void *real_reallocarray(void *old, size_t count, size_t size)
    REAL(reallocarray);
void *count_malloc(size_t size) WRAP(malloc);
void *count_calloc(size_t count, size_t size) WRAP(calloc);
void *count_realloc(void *old, size_t size) WRAP(realloc);
void *count_reallocarray(void *old, size_t count, size_t size)
    WRAP(reallocarray);
int answer_statfs(const char *path, struct statfs *sizes) WRAP(statfs);

void *
count_malloc(size_t size)
{
    allocations++;
    return real_malloc(size);
}

void *
count_calloc(size_t count, size_t size)
{
    allocations++;
    return real_calloc(count, size);
}

void *
count_realloc(void *old, size_t size)
{
    allocations++;
    return real_realloc(old, size);
}

void *
count_reallocarray(void *old, size_t count, size_t size)
{
    allocations++;
    return real_reallocarray(old, count, size);
}

/* Paths with "hang" in them do not answer while this is so. */
static atomic_bool hanging;
static atomic_ulong asked;

int
answer_statfs(const char *path, struct statfs *sizes)
{
    const struct timespec nap = {.tv_nsec = 1000000};

    while (strstr(path, "hang") && hanging)
        (void)nanosleep(&nap, NULL);
    *sizes = (struct statfs){.f_bsize = 1, .f_blocks = ++asked};
    return 0;
}

static unsigned long allocated; /* by the last collect */

static int
counting_collect(void *instance, struct weir_batch *out)
{
    unsigned long before = allocations;
    int rc = host_collect(instance, out);

    allocated = allocations - before;
    return rc;
}

static struct weir_harness *
open_host(const char *const settings[])
{
    static struct weir_plugin counting;
    static struct weir_head head;
    struct weir_harness *host = NULL;

    counting = host_plugin;
    counting.collect = counting_collect;
    head = host_LTX_weir_plugin;
    head.plugin = &counting;
    int rc = weir_harness_open(&head, settings, &host);
    ck_assert_msg(rc == 0, "%s", weir_harness_why(NULL));
    return host;
}

START_TEST(a_cycle_allocates_nothing)
{
    weir_cleanup(tree_destroy) struct tree *tree = tree_new();
    weir_cleanup(weir_harness_destroy) struct weir_harness *host =
        open_host(tree->settings);
    collect(host);

    collect(host);

    ck_assert_uint_eq(allocated, 0);
}
END_TEST

START_TEST(a_cycle_of_this_machine_allocates_nothing)
{
    weir_cleanup(weir_harness_destroy) struct weir_harness *host =
        open_host(NULL);
    unsigned long least = ULONG_MAX;
    collect(host);

    /* A process that comes or goes may bring a series of its own. */
    for (int i = 0; i < 5; i++) {
        collect(host);
        least = allocated < least ? allocated : least;
    }

    ck_assert_uint_eq(least, 0);
}
END_TEST

START_TEST(holds_no_more_files_than_it_says)
{
    weir_cleanup(tree_destroy) struct tree *tree = tree_new();
    tree_run("cd '%s/sys/class/net' && for i in $(seq 60); do cp -R eth0 "
             "veth$i; done",
             tree->path);
    weir_cleanup(weir_harness_destroy) struct weir_harness *host =
        open_host(tree->settings);
    const struct host *self = weir_harness_self(host);

    collect(host);
    collect(host);

    ck_assert_uint_le(self->files.held, FILES_HELD_MOST);
    ck_assert(weir_harness_has(host, "node_network_up{device=\"veth1\"}"));
    ck_assert(weir_harness_has(host, "node_network_up{device=\"veth60\"}"));
    ck_assert(weir_harness_has(host, "node_load1"));
}
END_TEST

#define SIZE_OF(point, type)                                      \
    "node_filesystem_size_bytes{device=\"/dev/x\",fstype=\"" type \
    "\",mountpoint=\"" point "\"}"
#define ERROR_OF(point, type)                                       \
    "node_filesystem_device_error{device=\"/dev/x\",fstype=\"" type \
    "\",mountpoint=\"" point "\"}"

static void
write_mounts(const struct tree *tree, const char *hanging_type)
{
    char text[512];

    (void)snprintf(text, sizeof(text),
                   "/dev/x / ext4 rw 0 0\n/dev/x /hang %s rw 0 0\n"
                   "/dev/x /tmp ext4 ro 0 0\n",
                   hanging_type);
    tree_write(tree, "proc/1/mounts", text);
}

/* Collects until the series is above 'least'; or gives up, after what would be
 * far too long. */
static double
collect_until(struct weir_harness *host, const char *series, double least)
{
    double value = 0;

    for (int i = 0; i < 500; i++) {
        collect(host);
        value = weir_harness_value(host, series);
        if (value > least)
            return value;
        weir_harness_run(host, 10 * NS_PER_MS);
    }
    ck_abort_msg("%s stays %g", series, value);
    return 0;
}

static void
hangs_alone(const char *type, const char *error, const char *size)
{
    weir_cleanup(tree_destroy) struct tree *tree = tree_new();
    const char *other = SIZE_OF("/tmp", "ext4");
    tree_set(tree, "mount_timeout = 30ms");
    write_mounts(tree, type);
    weir_cleanup(weir_harness_destroy) struct weir_harness *host =
        open_host(tree->settings);

    hanging = true;
    ck_assert_double_eq(collect_until(host, error, 0), 1);
    ck_assert(!weir_harness_has(host, size));
    double value = collect_until(host, other, 0);
    value = collect_until(host, other, value);
    (void)collect_until(host, other, value);
    ck_assert_double_eq(weir_harness_value(host, error), 1);

    hanging = false;
    (void)collect_until(host, size, 0);
    ck_assert_double_eq(weir_harness_value(host, error), 0);
}

static void *
answer_later(void *arg)
{
    const struct timespec nap = {.tv_nsec = 50000000};

    (void)nanosleep(&nap, NULL);
    hanging = false;
    return arg;
}

/* Who looks for leaks sees the rest. */
START_TEST(what_hangs_when_it_closes_ends_without_it)
{
    weir_cleanup(tree_destroy) struct tree *tree = tree_new();
    pthread_t thread;
    tree_set(tree, "mount_timeout = 30ms");
    write_mounts(tree, "nfs4");
    struct weir_harness *host = open_host(tree->settings);

    hanging = true;
    ck_assert_int_eq(weir_harness_collect(host, 1), 0);
    unsigned long before = asked;
    ck_assert_int_eq(pthread_create(&thread, NULL, answer_later, NULL), 0);
    weir_harness_destroy(&host);
    ck_assert_int_eq(pthread_join(thread, NULL), 0);
    ck_assert_uint_gt(asked, before);
}
END_TEST

START_TEST(a_dead_server_is_an_error_and_stops_nobody)
{
    hangs_alone("nfs4", ERROR_OF("/hang", "nfs4"), SIZE_OF("/hang", "nfs4"));
}
END_TEST

START_TEST(a_dead_disk_is_an_error_and_stops_nobody)
{
    hangs_alone("ext4", ERROR_OF("/hang", "ext4"), SIZE_OF("/hang", "ext4"));
}
END_TEST

START_TEST(mounts_are_told_by_their_own_options)
{
    weir_cleanup(tree_destroy) struct tree *tree = tree_new();
    write_mounts(tree, "proc");
    weir_cleanup(weir_harness_destroy) struct weir_harness *host =
        open_host(tree->settings);

    (void)collect_until(host,
                        "node_filesystem_readonly{device=\"/dev/x\","
                        "fstype=\"ext4\",mountpoint=\"/tmp\"}",
                        0);

    ck_assert(!weir_harness_has(host, ERROR_OF("/hang", "proc")));
}
END_TEST

SPEC("what input host takes", a_cycle_allocates_nothing,
     a_cycle_of_this_machine_allocates_nothing,
     holds_no_more_files_than_it_says,
     what_hangs_when_it_closes_ends_without_it,
     a_dead_server_is_an_error_and_stops_nobody,
     a_dead_disk_is_an_error_and_stops_nobody,
     mounts_are_told_by_their_own_options)
