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

START_TEST(what_was_fresh_stays_when_it_may_not_be_on_disk_elsewhere)
{
    static const uint8_t stream[16] = {9};
    weir_cleanup(scene_destroy) struct scene *scene = scene_new(64 << 20, true);
    const struct weir_layout *shape = layout_shape(scene->layouts[0]);
    const struct weir_rows rows = {.layout = shape,
                                   .width = 1,
                                   .count = 1,
                                   .times_ns = (const int64_t[]){1},
                                   .values = (const double[]){1}};
    struct taker taker = {0};
    uint32_t next = 0;
    unsigned segments = 0;
    char fresh[96];
    int rc = 1;
    struct backlog_settings settings = {.spool = weir_take(scene->spool),
                                        .files = &scene->faults.files,
                                        .fresh_bytes = 16 << 20,
                                        .folder = scene->path,
                                        .link = "test",
                                        .sender = "host",
                                        .send = take,
                                        .settled = ignore_settled,
                                        .arg = &taker};
    taker.backlog = backlog_new(&settings);
    weir_cleanup(frame_release) struct frame *layout =
        frame_of_layout(shape, layout_number(scene->layouts[0]), 0, &next);
    weir_cleanup(frame_release) struct frame *frame =
        frame_of_batch(&rows, 1, NULL, 0);
    struct sender_batch batch = {
        .sequence = 1, .frame = frame, .told = note_rc, .told_arg = &rc};

    backlog_layout(taker.backlog, layout);
    backlog_log(taker.backlog, stream, &batch);
    ck_assert_int_eq(backlog_sync(taker.backlog), 0);
    ck_assert_int_eq(rc, 0);
    ck_assert_int_eq(backlog_keep(taker.backlog, stream, &batch), 0);
    file_fault_set(&scene->faults, FILE_SYNC, 1, 1, -EIO);
    ck_assert_int_lt(backlog_sync(taker.backlog), 0);
    /* There is nothing more to be brought there. */
    ck_assert_int_eq(backlog_sync(taker.backlog), 0);
    backlog_drop_fresh(taker.backlog);
    backlog_destroy(&taker.backlog);
    (void)snprintf(fresh, sizeof(fresh), "%s/fresh", scene->path);
    (void)file_list(files_real(), fresh, count_segment, &segments);
    ck_assert_uint_eq(segments, 1);
}
END_TEST

SPEC("backlog", goes_on_with_its_layouts_after_a_read_that_failed,
     what_was_fresh_stays_when_it_may_not_be_on_disk_elsewhere,
     of_a_flipped_byte_anywhere_all_but_one_batch_is_sent_and_that_is_counted)
