/* spool_test.c - what is written to a spool comes back, whatever happens */
#include <config.h>

#include "spool_scene.h"

#include <fcntl.h>

#define SCENE(size, oldest) \
    weir_cleanup(scene_destroy) struct scene *scene = scene_new(size, oldest)

static void
write_many(struct scene *scene, unsigned count, uint32_t rows)
{
    for (unsigned i = 0; i < count; i++)
        ck_assert_int_eq(scene_write(scene, rows), 0);
}

START_TEST(gives_back_what_was_written_in_order_and_keeps_nothing_that_is_done)
{
    SCENE(16 << 20, true);

    for (int round = 0; round < 5; round++) {
        write_many(scene, 700, 200);
        ck_assert_uint_eq(scene_read(scene), 700);
        spool_done(scene->spool, scene->next - 1);
        ck_assert_uint_eq(scene_figures(scene).bytes, 0);
        ck_assert_uint_le(scene_figures(scene).disk, 1 << 20);
    }
    ck_assert_uint_eq(scene->wrong, 0);
    ck_assert_uint_eq(scene_missing(scene), 0);
}
END_TEST

START_TEST(keeps_what_is_not_done_over_kills_and_restarts)
{
    SCENE(16 << 20, true);

    for (int life = 0; life < 4; life++) {
        write_many(scene, 1000, 100);
        if (life % 2) {
            scene_kill(scene);
        } else {
            spool_destroy(&scene->spool);
            scene->stream[0]++;
        }
        scene_open(scene);
    }
    ck_assert_uint_eq(scene_read(scene), 4000);
    ck_assert_uint_eq(scene->wrong, 0);
    ck_assert_uint_eq(scene_missing(scene), 0);
    ck_assert_uint_eq(scene_figures(scene).damaged, 0);
    spool_done(scene->spool, scene->next - 1);
    ck_assert_uint_eq(scene_figures(scene).bytes, 0);
}
END_TEST

START_TEST(old_records_of_a_file_that_is_used_again_do_not_come_back)
{
    SCENE(16 << 20, true);

    write_many(scene, 500, 50);
    ck_assert_uint_eq(scene_read(scene), 500);
    spool_done(scene->spool, scene->next - 1);
    write_many(scene, 3, 50);
    scene_kill(scene);
    scene_open(scene);
    ck_assert_uint_eq(scene_read(scene), 3);
    ck_assert_uint_eq(scene->wrong, 0);
}
END_TEST

/* Opens the spool with that segment, and returns how many batches it reads. */
static uint64_t
read_again(struct scene *scene, const unsigned char *bytes, size_t size)
{
    memset(scene->had, 0, sizeof(scene->had));
    scene_write_segment(scene, bytes, size);
    scene_open(scene);
    uint64_t count = scene_read(scene);
    ck_assert_uint_eq(scene->wrong, 0);
    return count;
}

START_TEST(a_tail_that_is_torn_anywhere_is_cut)
{
    SCENE(16 << 20, true);
    static unsigned char bytes[1 << 20];

    write_many(scene, 5, 2);
    size_t whole = scene_figures(scene).bytes;
    scene_kill(scene);
    size_t size = scene_read_segment(scene, bytes, sizeof(bytes));
    ck_assert_uint_le(whole, size);
    uint64_t least = 5;
    for (size_t end = whole; end > SPOOL_HEAD_SIZE; end--) {
        memset(bytes + end, 0, size - end);
        uint64_t count = read_again(scene, bytes, size);
        /* A batch goes when its bytes do, and none before it. */
        ck_assert_uint_le(count, least);
        ck_assert(count == 0 || scene->had[count]);
        ck_assert_uint_eq(scene_figures(scene).damaged, 0);
        least = count;
        spool_destroy(&scene->spool);
    }
    ck_assert_uint_eq(least, 0);
}
END_TEST

START_TEST(of_a_flipped_byte_one_record_is_lost_and_counted)
{
    SCENE(16 << 20, true);
    static unsigned char bytes[1 << 20];

    write_many(scene, 12, 2);
    size_t whole = scene_figures(scene).bytes;
    spool_destroy(&scene->spool); /* with its end */
    size_t size = scene_read_segment(scene, bytes, sizeof(bytes));
    for (size_t at = 0; at < whole; at++) {
        bytes[at] ^= 0x10;
        memset(scene->known, 0xff, sizeof(scene->known));
        scene_write_segment(scene, bytes, size);
        scene_open(scene);
        uint64_t count = 0;
        struct spool_item item;
        while (spool_peek(scene->spool, &item) > 0) {
            count += item.record.type == FRAME_BATCH;
            spool_pass(scene->spool, true);
        }
        ck_assert_uint_ge(count, at < SPOOL_HEAD_SIZE ? 0 : 11);
        ck_assert_uint_eq(scene_figures(scene).damaged, 1);
        spool_destroy(&scene->spool);
        bytes[at] ^= 0x10;
    }
}
END_TEST

START_TEST(a_damaged_segment_is_set_aside_and_nothing_refuses_to_start)
{
    SCENE(16 << 20, true);
    unsigned char garbage[5000];
    char path[256];

    memset(garbage, 0xa5, sizeof(garbage));
    write_many(scene, 5, 2);
    scene_kill(scene);
    ck_assert_uint_eq(read_again(scene, garbage, sizeof(garbage)), 0);
    spool_done(scene->spool, 0);
    write_many(scene, 5, 2);
    ck_assert_uint_eq(scene_read(scene), 5);
    ck_assert_uint_eq(scene_figures(scene).damaged, 1);
    (void)snprintf(path, sizeof(path), "%s/%016x.damaged", scene->path, 1);
    ck_assert_int_eq(access(path, R_OK), 0);
}
END_TEST

START_TEST(drops_the_oldest_when_it_is_full_and_says_how_much)
{
    SCENE(4 << 20, true);

    for (int i = 0; i < 1500; i++) {
        write_many(scene, 1, 400);
        ck_assert_uint_le(scene_figures(scene).disk, 4 << 20);
    }
    uint64_t count = scene_read(scene);
    ck_assert_uint_gt(count, 100);
    ck_assert_uint_lt(count, 1500);
    ck_assert_uint_gt(scene_figures(scene).dropped_bytes, 1 << 20);
    for (uint64_t i = 1; i < scene->next; i++)
        ck_assert_int_eq(scene->had[i], i >= scene->next - count);
    ck_assert_uint_eq(scene->wrong, 0);
}
END_TEST

START_TEST(refuses_the_newest_when_it_shall_and_takes_more_once_there_is_room)
{
    SCENE(4 << 20, false);

    while (scene_write(scene, 400) == 0)
        ck_assert_uint_le(scene_figures(scene).disk, 4 << 20);
    ck_assert(!spool_has_room(scene->spool));
    ck_assert_int_eq(scene_write(scene, 400), -ENOSPC);
    ck_assert_uint_eq(scene_figures(scene).dropped_batches, 2);
    ck_assert_uint_eq(scene_figures(scene).dropped_bytes, 0);
    (void)scene_read(scene);
    ck_assert_uint_eq(scene_missing(scene), 0);
    spool_done(scene->spool, scene->next - 1);
    ck_assert(spool_has_room(scene->spool));
    write_many(scene, 100, 400);
    ck_assert_uint_eq(scene_read(scene), 100);
}
END_TEST

START_TEST(a_second_process_is_refused_and_told_who_has_it)
{
    SCENE(4 << 20, true);
    struct spool *second = NULL;
    long holder = 0;

    ck_assert_int_eq(spool_open(&scene->settings, &second, &holder), -EBUSY);
    ck_assert_int_eq(holder, getpid());
    uint64_t first = spool_incarnation(scene->spool);
    spool_destroy(&scene->spool);
    scene_open(scene);
    ck_assert_uint_gt(spool_incarnation(scene->spool), first);
}
END_TEST

START_TEST(what_is_older_than_its_age_is_dropped)
{
    SCENE(16 << 20, true);

    scene->settings.age_ns = 3600 * NS_PER_S;
    write_many(scene, 10, 2);
    spool_destroy(&scene->spool);
    scene->stream[0]++;
    scene_open(scene);
    spool_expire(scene->spool, clock_wall_ns() + 1800 * NS_PER_S);
    ck_assert_uint_eq(scene_figures(scene).dropped_bytes, 0);
    spool_expire(scene->spool, clock_wall_ns() + 7200 * NS_PER_S);
    ck_assert_uint_gt(scene_figures(scene).dropped_bytes, 0);
    write_many(scene, 5, 2);
    /* What is written to is ended when it has an eighth of its age. */
    spool_expire(scene->spool, clock_wall_ns() + 1800 * NS_PER_S);
    write_many(scene, 5, 2);
    ck_assert_uint_eq(scene_read(scene), 10);
    spool_done(scene->spool, 15);
    ck_assert_uint_eq(scene_read(scene), 0);
    ck_assert_uint_gt(scene_figures(scene).bytes, 0);
    spool_done(scene->spool, 20);
    ck_assert_uint_eq(scene_figures(scene).bytes, 0);
}
END_TEST

START_TEST(to_start_reads_no_more_than_the_last_segment)
{
    SCENE(32 << 20, true);

    write_many(scene, 2500, 400);
    scene_kill(scene);
    uint64_t before = scene->faults.counts[FILE_READ];
    scene_open(scene);
    /* The lock, the head, and two mebibytes by one and less. */
    ck_assert_uint_le(scene->faults.counts[FILE_READ] - before, 10);
    ck_assert_uint_gt(scene_figures(scene).bytes, 10 << 20);
    ck_assert_uint_eq(scene_read(scene), 2500);
}
END_TEST

/* Writes, reads and starts again while one call fails; what spool_append() took
 * must come back, unless 'call' is one that loses it in earnest. */
static unsigned
run_with_fault(enum file_call call, uint64_t nth, uint64_t times, int rc)
{
    SCENE(4 << 20, false);
    unsigned refused = 0;

    file_fault_set(&scene->faults, call, nth, times, rc);
    for (int i = 0; i < 300; i++) {
        refused += scene_write(scene, 300) < 0;
        if (i % 20 == 0)
            (void)spool_sync(scene->spool);
        if (i % 100 == 50) {
            (void)scene_read(scene);
            spool_done(scene->spool, scene->next - 1);
        }
    }
    (void)scene_read(scene);
    file_fault_set(&scene->faults, call, 0, 0, 0);
    ck_assert_uint_eq(scene->wrong, 0);
    ck_assert_uint_eq(scene_missing(scene), 0);
    /* Once all is well it goes on. */
    spool_done(scene->spool, scene->next - 1);
    write_many(scene, 10, 10);
    ck_assert_uint_eq(scene_read(scene), 10);
    ck_assert_uint_eq(scene_missing(scene), 0);
    return refused;
}

START_TEST(a_call_that_fails_once_loses_nothing)
{
    static const enum file_call calls[] = {FILE_WRITE,    FILE_SYNC,
                                           FILE_ALLOCATE, FILE_RENAME,
                                           FILE_UNLINK,   FILE_SYNC_FOLDER};

    for (size_t i = 0; i < ARRAY_SIZE(calls); i++)
        for (uint64_t nth = 1; nth < 40; nth += nth < 12 ? 1 : 7) {
            ck_assert_uint_eq(run_with_fault(calls[i], nth, 1, -EIO), 0);
        }
}
END_TEST

START_TEST(a_disk_that_fails_for_a_while_refuses_and_loses_nothing_it_took)
{
    (void)run_with_fault(FILE_WRITE, 20, 60, -EIO);
    (void)run_with_fault(FILE_WRITE, 20, 60, -ENOSPC);
    (void)run_with_fault(FILE_ALLOCATE, 2, 60, -ENOSPC);
    (void)run_with_fault(FILE_SYNC, 1, 60, -EIO);
}
END_TEST

enum { MANY = 1000 };

/* Writes a batch of a layout with MANY series, whose frame is held stowed;
 * returns that frame as it was. */
static struct frame *
write_stowed(struct scene *scene)
{
    static const struct weir_metric metric = {"m", WEIR_GAUGE, "", ""};
    weir_cleanup(layout_destroy) struct layout *layout = layout_new(90);
    const struct weir_rows rows = {.layout = layout_shape(layout),
                                   .width = MANY,
                                   .count = 1,
                                   .times_ns = (const int64_t[]){1},
                                   .values = (const double[MANY]){0}};
    uint32_t next = 0;

    for (unsigned i = 0; i < MANY; i++) {
        char text[16];
        const struct weir_label labels[] = {{"n", text}, {0}};
        (void)snprintf(text, sizeof(text), "%u", i);
        (void)layout_add(layout, &(struct weir_series){&metric, "", labels});
    }
    struct frame *frame = frame_of_layout(layout_shape(layout), 90, 0, &next);
    struct frame *own = frame_copy(frame);
    weir_cleanup(frame_release) struct frame *stowed = frame_stow(&own);
    weir_cleanup(frame_release) struct frame *batch =
        frame_of_batch(&rows, 1, NULL, 0);
    spool_layout(scene->spool, stowed);
    ck_assert_int_eq(spool_append(scene->spool, scene->stream, 1, batch, NULL),
                     0);
    return frame;
}

START_TEST(a_layout_that_is_held_stowed_is_written_as_it_was)
{
    SCENE(16 << 20, true);
    weir_cleanup(frame_release) struct frame *layout = write_stowed(scene);
    struct frame_view view = frame_look(layout);
    struct spool_item item = {0};

    ck_assert_int_gt(spool_peek(scene->spool, &item), 0);
    ck_assert_uint_eq(item.record.type, FRAME_LAYOUT);
    ck_assert_uint_eq(item.record.size, view.size);
    ck_assert_mem_eq(item.record.body, view.body, view.size);
}
END_TEST

SPEC("spool",
     gives_back_what_was_written_in_order_and_keeps_nothing_that_is_done,
     keeps_what_is_not_done_over_kills_and_restarts,
     old_records_of_a_file_that_is_used_again_do_not_come_back,
     a_tail_that_is_torn_anywhere_is_cut,
     of_a_flipped_byte_one_record_is_lost_and_counted,
     a_damaged_segment_is_set_aside_and_nothing_refuses_to_start,
     drops_the_oldest_when_it_is_full_and_says_how_much,
     refuses_the_newest_when_it_shall_and_takes_more_once_there_is_room,
     a_second_process_is_refused_and_told_who_has_it,
     what_is_older_than_its_age_is_dropped,
     to_start_reads_no_more_than_the_last_segment,
     a_call_that_fails_once_loses_nothing,
     a_disk_that_fails_for_a_while_refuses_and_loses_nothing_it_took,
     a_layout_that_is_held_stowed_is_written_as_it_was)
