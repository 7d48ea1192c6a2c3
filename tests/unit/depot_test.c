/* depot_test.c - a disk that hangs holds up nobody but its own thread */
#include <config.h>

#include "link/depot.h"

#include <pthread.h>
#include <stdatomic.h>

#include "backlog_taker.h"

/* A disk whose syncs hang, and whose calls fail once it is 'armed'. */
struct slow_disk {
    struct files files;
    struct file_calls calls;
    atomic_bool hangs;
    atomic_uint waiting;
    atomic_bool armed;
    unsigned writes, syncs; /* since then */
    unsigned bad_write, last_bad_write;
    unsigned bad_sync;
};

static int
slow_sync(struct files *files, int fd)
{
    struct slow_disk *self = (struct slow_disk *)files;

    self->waiting++;
    while (self->hangs)
        (void)usleep(1000);
    self->waiting--;
    if (self->armed && ++self->syncs == self->bad_sync)
        return -EIO;
    return file_sync(files_real(), fd);
}

static ssize_t
bad_write(struct files *files, int fd, const void *bytes, size_t size,
          uint64_t offset)
{
    struct slow_disk *self = (struct slow_disk *)files;
    unsigned count = self->armed ? ++self->writes : 0;

    if (count >= self->bad_write && count <= self->last_bad_write && count)
        return -EIO;
    return files_real()->calls->write(files_real(), fd, bytes, size, offset);
}

static void
slow_disk_init(struct slow_disk *self)
{
    *self = (struct slow_disk){.calls = *files_real()->calls};
    self->calls.sync = slow_sync;
    self->calls.write = bad_write;
    self->files.calls = &self->calls;
}

/* What a lane would hear. */
struct heard {
    atomic_uint written, told, failed;
    _Atomic uint64_t batches; /* that were written to the disk */
};

static void
ignore_frames(void *arg)
{
    (void)arg;
}

static void
hear_written(void *arg, uint64_t cost)
{
    struct heard *self = arg;

    (void)cost;
    self->written++;
}

static void
hear_change(void *arg, const struct backlog *backlog)
{
    struct heard *self = arg;
    struct backlog_figures figures;

    backlog_figures(backlog, &figures);
    /* What was fresh is dropped at the end. */
    if (figures.spool.batches > self->batches)
        self->batches = figures.spool.batches;
}

static void
hear_told(void *arg, int rc, const char *why)
{
    struct heard *self = arg;

    (void)why;
    self->told += rc == 0;
    self->failed += rc != 0;
}

static struct depot *
open_depot(struct scene *scene, struct slow_disk *disk, struct heard *heard,
           uint64_t fresh_bytes)
{
    static const struct depot_calls calls = {ignore_frames, hear_written,
                                             ignore_settled, hear_change};
    struct depot_settings settings = {
        .name = "depot", .sync_always = true, .calls = &calls, .arg = heard};
    struct depot *depot = NULL;

    scene->settings.files = &disk->files;
    settings.backlog.spool = spool_new(&scene->settings);
    settings.backlog.files = &disk->files;
    settings.backlog.folder = scene->path;
    settings.backlog.fresh_bytes = fresh_bytes;
    settings.backlog.link = "test";
    settings.backlog.sender = "host";
    ck_assert_int_eq(depot_open(&settings, &depot), 0);
    return depot;
}

/* Returns the next batch, whose layout the depot gets with the first. */
static struct frame *
make_batch(struct scene *scene, struct depot *depot)
{
    const struct layout *layout = scene->layouts[0];
    int64_t time_ns = 1;
    double value = 1;
    uint32_t next = 0;
    struct weir_rows rows = {.layout = layout_shape(layout),
                             .width = 1,
                             .count = 1,
                             .times_ns = &time_ns,
                             .values = &value};
    weir_cleanup(frame_release) struct frame *frame =
        frame_of_layout(layout_shape(layout), layout_number(layout), 0, &next);

    if (scene->next++ == 1)
        depot_layout(depot, frame);
    return frame_of_batch(&rows, 1, NULL, 0);
}

static void
hand_over(struct scene *scene, struct depot *depot, struct heard *heard)
{
    struct frame *batch = make_batch(scene, depot);

    depot_offer(depot, &batch, hear_told, heard);
}

/* The same of what is sent from the window as well. */
static void
log_next(struct scene *scene, struct depot *depot, struct heard *heard)
{
    struct sender_batch batch = {
        .sequence = scene->next, .told = hear_told, .told_arg = heard};

    batch.frame = make_batch(scene, depot);
    ck_assert(depot_log(depot, scene->stream, &batch));
}

/* As a lane does for what the store refused for ever. */
static void
bury_next(struct scene *scene, struct depot *depot)
{
    struct letter *letter = xcalloc(1, sizeof(*letter));

    letter->batch = make_batch(scene, depot);
    letter->why = x_or_die(strdup("it smells"));
    ck_assert(depot_bury(depot, &letter));
}

static void
wait_until_more(const atomic_uint *count, unsigned than)
{
    int64_t until_ns = clock_now_ns() + 30 * NS_PER_S;

    while (*count <= than && clock_now_ns() < until_ns)
        (void)usleep(1000);
    ck_assert_uint_gt(*count, than);
}

START_TEST(who_hands_over_does_not_wait_for_a_disk_that_hangs)
{
    weir_cleanup(scene_destroy) struct scene *scene = scene_make(8 << 20, true);
    struct slow_disk disk;
    struct heard heard = {0};

    slow_disk_init(&disk);
    struct depot *depot = open_depot(scene, &disk, &heard, 0);
    hand_over(scene, depot, &heard);
    wait_until_more(&heard.told, 0);
    disk.hangs = true;
    for (int i = 0; i < 500; i++)
        hand_over(scene, depot, &heard);
    wait_until_more(&disk.waiting, 0);
    for (int i = 0; i < 500; i++)
        hand_over(scene, depot, &heard);
    ck_assert_uint_eq(heard.told, 1);
    ck_assert_ptr_nonnull(depot_frame(depot));
    /* Nor who stops it; it is left behind then. */
    ck_assert(!depot_stop(depot, clock_now_ns() + 10 * NS_PER_MS));
    disk.hangs = false;
    ck_assert(depot_stop(depot, clock_now_ns() + 30 * NS_PER_S));
    ck_assert_uint_eq(heard.told, 1001);
    ck_assert_uint_eq(heard.written, 1001);
    ck_assert_uint_eq(heard.failed, 0);
    depot_destroy(&depot);
    scene->settings.files = files_real();
    scene_open(scene);
    struct spool_figures figures;
    spool_figures(scene->spool, &figures);
    ck_assert_uint_gt(figures.bytes, 1001 * SPOOL_RECORD_SIZE);
}
END_TEST

enum { WINDOW = 3 };

static int
count_segment(void *arg, const char *name)
{
    *(unsigned *)arg += strstr(name, ".seg") != NULL;
    return 0;
}

/* Ends a depot that has a window of batches on its disk, which fails then.
 * Returns how many of them a store gets of the next run; all are safe. */
static uint64_t
end_on(struct scene *scene, struct slow_disk *disk, unsigned *ret_kept)
{
    static const uint8_t stream[16] = {9};
    struct heard heard = {0};
    struct taker taker = {0};
    struct sender_batch batches[WINDOW];
    struct sender_batch batch;
    int rc = 0;
    struct depot *depot = open_depot(scene, disk, &heard, 16 << 20);

    for (unsigned i = 0; i < WINDOW; i++) {
        batches[i] = (struct sender_batch){.sequence = i + 1,
                                           .frame = make_batch(scene, depot),
                                           .told = hear_told,
                                           .told_arg = &heard};
        struct sender_batch logged = batches[i];
        logged.frame = frame_hold(logged.frame);
        ck_assert(depot_log(depot, stream, &logged));
    }
    wait_until_more(&heard.told, WINDOW - 1);
    disk->armed = true;
    for (unsigned i = 0; i < WINDOW; i++) {
        /* For so long the spool takes the disk to be full. */
        if (disk->last_bad_write && i + 1 == WINDOW)
            (void)usleep(1100000);
        depot_keep(depot, stream, &batches[i]);
    }
    ck_assert(depot_stop(depot, clock_now_ns() + 30 * NS_PER_S));
    for (unsigned i = 1; depot_take_kept(depot, &batch, &rc); i++) {
        ck_assert_uint_eq(batch.sequence, i);
        ck_assert_int_eq(rc, 0);
        frame_release(&batch.frame);
    }
    depot_destroy(&depot);
    scene->settings.files = files_real();
    (void)file_list(files_real(), scene->path, count_segment, ret_kept);
    (void)send_all(scene, &taker);
    return taker.batches;
}

START_TEST(what_is_on_disk_is_sent_also_when_some_of_it_could_not_be_kept)
{
    weir_cleanup(scene_destroy) struct scene *scene = scene_make(8 << 20, true);
    struct slow_disk disk;
    unsigned kept = 0;

    slow_disk_init(&disk);
    /* A head and the first batch, then the second one in either segment. */
    disk.bad_write = 3;
    disk.last_bad_write = 4;
    ck_assert_uint_eq(end_on(scene, &disk, &kept), WINDOW);
}
END_TEST

START_TEST(what_was_kept_and_may_not_be_on_disk_is_sent_from_where_it_is)
{
    weir_cleanup(scene_destroy) struct scene *scene = scene_make(8 << 20, true);
    struct slow_disk disk;
    unsigned kept = 0;

    slow_disk_init(&disk);
    disk.bad_sync = 2;
    ck_assert_uint_eq(end_on(scene, &disk, &kept), WINDOW);
    ck_assert_uint_eq(kept, 0);
}
END_TEST

START_TEST(what_is_kept_is_sent_once)
{
    weir_cleanup(scene_destroy) struct scene *scene = scene_make(8 << 20, true);
    struct slow_disk disk;
    unsigned kept = 0;

    slow_disk_init(&disk);
    ck_assert_uint_eq(end_on(scene, &disk, &kept), WINDOW);
    ck_assert_uint_eq(kept, 1);
}
END_TEST

/* Logs batches, the second of which hangs in its sync when 98 more come.  Then
 * the store has them all, or has refused one.  Returns how many were written.
 */
static uint64_t
write_beside_a_store(bool refused)
{
    weir_cleanup(scene_destroy) struct scene *scene = scene_make(8 << 20, true);
    struct slow_disk disk;
    struct heard heard = {0};

    slow_disk_init(&disk);
    struct depot *depot = open_depot(scene, &disk, &heard, 8 << 20);
    log_next(scene, depot, &heard);
    wait_until_more(&heard.told, 0);
    disk.hangs = true;
    log_next(scene, depot, &heard);
    wait_until_more(&disk.waiting, 0);
    for (int i = 0; i < 98; i++)
        log_next(scene, depot, &heard);
    if (refused)
        bury_next(scene, depot);
    depot_logged(depot, 100);
    disk.hangs = false;
    wait_until_more(&heard.told, 99);
    ck_assert(depot_stop(depot, clock_now_ns() + 30 * NS_PER_S));
    ck_assert_uint_eq(heard.failed, 0);
    depot_destroy(&depot);
    return heard.batches;
}

START_TEST(what_the_store_has_by_then_is_not_written)
{
    ck_assert_uint_eq(write_beside_a_store(false), 2);
}
END_TEST

START_TEST(what_it_refused_is_written_until_that_is_buried)
{
    ck_assert_uint_eq(write_beside_a_store(true), 100);
}
END_TEST

SPEC("depot", who_hands_over_does_not_wait_for_a_disk_that_hangs,
     what_is_on_disk_is_sent_also_when_some_of_it_could_not_be_kept,
     what_was_kept_and_may_not_be_on_disk_is_sent_from_where_it_is,
     what_is_kept_is_sent_once, what_the_store_has_by_then_is_not_written,
     what_it_refused_is_written_until_that_is_buried)
