/* depot_test.c - a disk that hangs holds up nobody but its own thread */
#include <config.h>

#include "link/depot.h"

#include <pthread.h>
#include <stdatomic.h>

#include "spool_scene.h"

/* A disk whose syncs hang. */
struct slow_disk {
    struct files files;
    struct file_calls calls;
    atomic_bool hangs;
    atomic_uint waiting;
};

static int
slow_sync(struct files *files, int fd)
{
    struct slow_disk *self = (struct slow_disk *)files;

    self->waiting++;
    while (self->hangs)
        (void)usleep(1000);
    self->waiting--;
    return file_sync(files_real(), fd);
}

static void
slow_disk_init(struct slow_disk *self)
{
    self->calls = *files_real()->calls;
    self->calls.sync = slow_sync;
    self->files.calls = &self->calls;
    self->hangs = false;
    self->waiting = 0;
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
ignore_settled(void *arg, uint64_t cost, int rc)
{
    (void)arg;
    (void)cost;
    (void)rc;
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
open_depot(struct scene *scene, struct slow_disk *disk, struct heard *heard)
{
    static const struct depot_calls calls = {ignore_frames, hear_written,
                                             ignore_settled, ignore_settled,
                                             hear_change};
    struct depot_settings settings = {
        .name = "depot", .sync_always = true, .calls = &calls, .arg = heard};
    struct depot *depot = NULL;

    scene->settings.files = &disk->files;
    settings.backlog.spool = spool_new(&scene->settings);
    settings.backlog.files = &disk->files;
    settings.backlog.fresh_bytes = 8 << 20;
    settings.backlog.folder = scene->path;
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
    struct depot *depot = open_depot(scene, &disk, &heard);
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
    struct depot *depot = open_depot(scene, &disk, &heard);
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
     what_the_store_has_by_then_is_not_written,
     what_it_refused_is_written_until_that_is_buried)
