/* backlog_test.c - a backlog whose disk fails now and then */
#include <config.h>

#include "backlog_taker.h"

START_TEST(goes_on_with_its_layouts_after_a_read_that_failed)
{
    weir_cleanup(scene_destroy) struct scene *scene = scene_new(64 << 20, true);
    struct taker taker = {0};

    for (int i = 0; i < 1000; i++)
        ck_assert_int_eq(scene_write(scene, 200), 0);
    struct backlog_settings settings = {.spool = weir_take(scene->spool),
                                        .files = &scene->faults.files,
                                        .folder = scene->path,
                                        .link = "test",
                                        .sender = "host",
                                        .send = take,
                                        .settled = ignore_settled,
                                        .arg = &taker};
    taker.backlog = backlog_new(&settings);
    int64_t now_ns = clock_now_ns();
    /* The third read of records fails, when all before is durable. */
    file_fault_set(&scene->faults, FILE_READ, 4, 1, -EIO);
    int64_t until_ns = now_ns + 20 * NS_PER_S;
    while (taker.batches < 1000 && clock_now_ns() < until_ns) {
        now_ns += 100 * NS_PER_MS;
        backlog_tick(taker.backlog, now_ns);
        answer(&taker, now_ns);
        (void)usleep(1000);
    }
    struct backlog_figures figures;
    backlog_figures(taker.backlog, &figures);
    ck_assert_uint_eq(figures.spool.failures, 1);
    ck_assert_uint_eq(figures.unusable, 0);
    ck_assert_uint_eq(taker.batches, 1000);
    ck_assert(!taker.without_layout);
    backlog_destroy(&taker.backlog);
}
END_TEST

START_TEST(
    of_a_flipped_byte_anywhere_all_but_one_batch_is_sent_and_that_is_counted)
{
    weir_cleanup(scene_destroy) struct scene *scene = scene_new(64 << 20, true);
    static unsigned char bytes[1 << 16];
    struct spool_figures figures;

    for (int i = 0; i < 12; i++)
        ck_assert_int_eq(scene_write(scene, 2), 0);
    spool_figures(scene->spool, &figures);
    size_t whole = figures.bytes;
    spool_destroy(&scene->spool);
    size_t size = scene_read_segment(scene, bytes, sizeof(bytes));
    for (size_t at = 0; at < whole; at++) {
        struct taker taker = {0};
        bytes[at] ^= 0x10;
        scene_write_segment(scene, bytes, size);
        ck_assert_uint_ge(send_all(scene, &taker), 1);
        ck_assert_uint_ge(taker.batches, at < SPOOL_HEAD_SIZE ? 0 : 11);
        ck_assert(!taker.without_layout);
        bytes[at] ^= 0x10;
    }
}
END_TEST

static void
note_rc(void *arg, int rc, const char *why)
{
    (void)why;
    *(int *)arg = rc;
}

static int
count_segment(void *arg, const char *name)
{
    *(unsigned *)arg += strstr(name, ".seg") != NULL;
    return 0;
}

/* A batch that the fresh folder has, and that is kept. */
struct keeping {
    struct scene *scene;
    struct taker taker;
    struct frame *frame;
    struct sender_batch batch;
    int rc; /* what was told of it */
};

static const uint8_t kept_stream[16] = {9};

static void
keep_one(struct keeping *self)
{
    const struct weir_layout *shape = layout_shape(self->scene->layouts[0]);
    const struct weir_rows rows = {.layout = shape,
                                   .width = 1,
                                   .count = 1,
                                   .times_ns = (const int64_t[]){1},
                                   .values = (const double[]){1}};
    struct backlog_settings settings = {.spool = weir_take(self->scene->spool),
                                        .files = &self->scene->faults.files,
                                        .fresh_bytes = 16 << 20,
                                        .folder = self->scene->path,
                                        .link = "test",
                                        .sender = "host",
                                        .send = take,
                                        .settled = ignore_settled,
                                        .arg = &self->taker};
    uint32_t next = 0;
    weir_cleanup(frame_release) struct frame *layout = frame_of_layout(
        shape, layout_number(self->scene->layouts[0]), 0, &next);

    self->taker.backlog = backlog_new(&settings);
    self->frame = frame_of_batch(&rows, 1, NULL, 0);
    self->rc = 1;
    self->batch = (struct sender_batch){.sequence = 1,
                                        .frame = self->frame,
                                        .told = note_rc,
                                        .told_arg = &self->rc};
    backlog_layout(self->taker.backlog, layout);
    backlog_log(self->taker.backlog, kept_stream, &self->batch);
    ck_assert_int_eq(backlog_sync(self->taker.backlog), 0);
    ck_assert_int_eq(self->rc, 0);
    ck_assert_int_eq(
        backlog_keep(self->taker.backlog, kept_stream, &self->batch), 0);
}

/* Returns how many segments there are in a folder of the spool, "" for its own.
 */
static unsigned
count_segments(const struct keeping *self, const char *folder)
{
    unsigned segments = 0;
    char path[96];

    (void)snprintf(path, sizeof(path), "%s/%s", self->scene->path, folder);
    (void)file_list(files_real(), path, count_segment, &segments);
    return segments;
}

static void
keeping_fini(struct keeping *self)
{
    backlog_destroy(&self->taker.backlog);
    frame_release(&self->frame);
    scene_destroy(&self->scene);
}

#define KEEPING                                           \
    weir_cleanup(keeping_fini) struct keeping keeping = { \
        .scene = scene_new(64 << 20, true)};              \
    keep_one(&keeping)

START_TEST(what_was_fresh_stays_when_it_may_not_be_on_disk_elsewhere)
{
    KEEPING;

    file_fault_set(&keeping.scene->faults, FILE_SYNC, 1, 1, -EIO);
    ck_assert_int_lt(backlog_sync(keeping.taker.backlog), 0);
    /* There is nothing more to be brought there. */
    ck_assert_int_eq(backlog_sync(keeping.taker.backlog), 0);
    backlog_drop_fresh(keeping.taker.backlog);
    backlog_destroy(&keeping.taker.backlog);
    ck_assert_uint_eq(count_segments(&keeping, "fresh"), 1);
}
END_TEST

START_TEST(a_sync_that_failed_since_the_first_was_kept_takes_all_of_it_back)
{
    KEEPING;

    file_fault_set(&keeping.scene->faults, FILE_SYNC, 1, 1, -EIO);
    ck_assert_int_lt(backlog_sync(keeping.taker.backlog), 0);
    ck_assert_int_eq(backlog_end_keep(keeping.taker.backlog), -EIO);
    backlog_destroy(&keeping.taker.backlog);
    ck_assert_uint_eq(count_segments(&keeping, ""), 0);
    ck_assert_uint_eq(count_segments(&keeping, "fresh"), 1);
}
END_TEST

START_TEST(what_is_kept_stays_when_only_the_fresh_folder_fails)
{
    KEEPING;

    keeping.batch.sequence = 2;
    backlog_log(keeping.taker.backlog, kept_stream, &keeping.batch);
    file_fault_set(&keeping.scene->faults, FILE_SYNC, 2, 1, -EIO);
    ck_assert_int_eq(backlog_end_keep(keeping.taker.backlog), 0);
    ck_assert_int_eq(keeping.rc, -EAGAIN); /* the sync did fail */
    backlog_destroy(&keeping.taker.backlog);
    ck_assert_uint_eq(count_segments(&keeping, ""), 1);
}
END_TEST

SPEC("backlog", goes_on_with_its_layouts_after_a_read_that_failed,
     what_was_fresh_stays_when_it_may_not_be_on_disk_elsewhere,
     a_sync_that_failed_since_the_first_was_kept_takes_all_of_it_back,
     what_is_kept_stays_when_only_the_fresh_folder_fails,
     of_a_flipped_byte_anywhere_all_but_one_batch_is_sent_and_that_is_counted)
