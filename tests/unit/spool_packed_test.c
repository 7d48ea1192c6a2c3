/* spool_packed_test.c - batches that are packed in a spool come back as they
 * were, and what is damaged takes little along
 */
#include <config.h>

#include <fcntl.h>

#include "link/spool_unpack.h"
#include "spool_scene.h"

enum { WIDER = 60, ROWS_MOST = 3, LOST_MOST = 1 + 15 * SCENE_LAYOUTS };

static struct scene *
make_scene(uint64_t size_bytes)
{
    static const struct weir_metric metric = {"m", WEIR_GAUGE, "", ""};
    struct scene *scene = scene_make(size_bytes, false);

    for (int i = 0; i < SCENE_LAYOUTS; i++)
        for (int column = 0; column < WIDER; column++) {
            char text[16];
            (void)snprintf(text, sizeof(text), "wider %d", column);
            const struct weir_label labels[] = {{"n", text}, {0}};
            (void)layout_add(scene->layouts[i],
                             &(struct weir_series){&metric, "", labels});
        }
    scene->settings.packs = true;
    return scene;
}

static struct scene *
open_scene(uint64_t size_bytes)
{
    struct scene *scene = make_scene(size_bytes);

    scene_open(scene);
    return scene;
}

/* What a part's arrays are made in. */
struct arrays {
    int64_t times_ns[ROWS_MOST];
    double values[ROWS_MOST * (WIDER + SCENE_LAYOUTS)];
    uint64_t present[ROWS_MOST];
};

/* Fills in counters and decimals, some of which are absent; and of some batches
 * what cannot be packed. */
static struct weir_rows
make_rows(const struct scene *scene, uint64_t sequence, unsigned layout,
          struct arrays *arrays)
{
    uint64_t chance = sequence * SCENE_LAYOUTS + layout;
    struct weir_rows rows = {
        .layout = layout_shape(scene->layouts[layout]),
        .width = layout_shape(scene->layouts[layout])->count,
        .count = 1 + (uint32_t)(sequence % ROWS_MOST),
        .times_ns = arrays->times_ns,
        .values = arrays->values,
        .present = sequence % 5 == 0 ? arrays->present : NULL,
    };

    for (uint32_t row = 0; row < rows.count; row++) {
        double *values = arrays->values + (size_t)row * rows.width;
        arrays->times_ns[row] = (int64_t)(sequence * 1000 + row);
        arrays->present[row] = (UINT64_C(1) << rows.width % 64) - 1;
        if (rows.present)
            arrays->present[row] &= spec_random(&chance) | 1;
        for (uint32_t i = 0; i < rows.width; i++) {
            bool is = !rows.present || arrays->present[row] >> i & 1;
            values[i] = (double)(sequence * (i % 7)) / 100;
            if (sequence % 211 == 0)
                values[i] = (double)spec_random(&chance) / 3;
            values[i] = is ? values[i] : 0;
        }
    }
    return rows;
}

/* Returns the batch 'sequence', of one layout or two. */
static struct frame *
make_batch(const struct scene *scene, uint64_t sequence)
{
    static struct arrays arrays[2];
    unsigned first = (unsigned)(sequence % SCENE_LAYOUTS);
    unsigned second = (unsigned)(sequence / 4 % SCENE_LAYOUTS);
    const struct weir_rows rows[2] = {
        make_rows(scene, sequence, first, &arrays[0]),
        make_rows(scene, sequence, second, &arrays[1]),
    };

    return frame_of_batch(rows, first == second ? 1 : 2, NULL, 0);
}

static int
write_one(struct scene *scene)
{
    uint64_t sequence = scene->next++;
    weir_cleanup(frame_release) struct frame *batch =
        make_batch(scene, sequence);

    int rc = spool_append(scene->spool, scene->stream, sequence, batch, NULL);
    scene->written[sequence] = rc == 0;
    return rc;
}

static void
write_many(struct scene *scene, unsigned count)
{
    for (unsigned i = 0; i < count; i++)
        ck_assert_int_eq(write_one(scene), 0);
}

/* Each batch is as it was written, byte for byte, and comes once. */
static void
see_batch(struct scene *scene, const struct spool_record *record)
{
    weir_cleanup(frame_release) struct frame *batch =
        make_batch(scene, record->sequence);
    struct frame_view view = frame_look(batch);

    ck_assert_uint_lt(record->sequence, scene->next);
    ck_assert(!scene->had[record->sequence]);
    ck_assert_uint_eq(record->size, view.size);
    ck_assert_mem_eq(record->body, view.body, view.size);
    scene->had[record->sequence] = true;
}

/* Reads all that there is; returns how many batches. */
static uint64_t
read_all(struct scene *scene)
{
    struct spool_item item;
    uint64_t count = 0;

    while (spool_peek(scene->spool, &item) > 0) {
        if (item.record.type == FRAME_BATCH) {
            see_batch(scene, &item.record);
            count++;
        }
        spool_pass(scene->spool, true);
    }
    return count;
}

START_TEST(all_comes_back_as_it_was_over_kills_and_restarts)
{
    weir_cleanup(scene_destroy) struct scene *scene = open_scene(16 << 20);

    for (int life = 0; life < 4; life++) {
        write_many(scene, 2000);
        if (life == 1)
            (void)read_all(scene);
        if (life % 2) {
            scene_kill(scene);
        } else {
            spool_destroy(&scene->spool);
            scene->stream[0]++;
        }
        scene_open(scene);
    }
    ck_assert_uint_eq(read_all(scene), 8000);
    ck_assert_uint_eq(scene_figures(scene).damaged, 0);
    spool_done(scene->spool, scene->next - 1);
    ck_assert_uint_eq(scene_figures(scene).bytes, 0);
}
END_TEST

START_TEST(it_takes_less_than_half_of_the_bytes)
{
    weir_cleanup(scene_destroy) struct scene *scene = open_scene(16 << 20);
    size_t plain = 0;

    for (uint64_t sequence = 1; sequence <= 1000; sequence++) {
        weir_cleanup(frame_release) struct frame *batch =
            make_batch(scene, sequence);
        plain += frame_look(batch).size;
    }
    write_many(scene, 1000);
    ck_assert_uint_lt(scene_figures(scene).bytes, plain / 2);
}
END_TEST

START_TEST(segments_that_were_written_before_are_read_and_packed_ones_follow)
{
    weir_cleanup(scene_destroy) struct scene *scene = make_scene(16 << 20);

    for (int life = 0; life < 4; life++) {
        scene->settings.packs = life % 2;
        scene_open(scene);
        write_many(scene, 300);
        spool_destroy(&scene->spool);
        scene->stream[0]++;
    }
    scene_open(scene);
    ck_assert_uint_eq(read_all(scene), 1200);
    ck_assert_uint_eq(scene_figures(scene).damaged, 0);
}
END_TEST

/* Files ------------------------------------------------------------------- */

/* Opens the spool with that segment; returns how many batches it reads. */
static uint64_t
read_again(struct scene *scene, const unsigned char *bytes, size_t size)
{
    memset(scene->had, 0, sizeof(scene->had));
    scene_write_segment(scene, bytes, size);
    scene_open(scene);
    return read_all(scene);
}

START_TEST(what_is_torn_off_takes_nothing_along_that_was_before)
{
    weir_cleanup(scene_destroy) struct scene *scene = open_scene(16 << 20);
    static unsigned char bytes[1 << 20];
    uint64_t least = 40;

    write_many(scene, 40);
    size_t whole = scene_figures(scene).bytes;
    scene_kill(scene);
    size_t size = scene_read_segment(scene, bytes, sizeof(bytes));
    for (size_t end = whole; end > SPOOL_HEAD_SIZE; end -= 24) {
        memset(bytes + end, 0, size - end);
        uint64_t count = read_again(scene, bytes, size);
        ck_assert_uint_le(count, least);
        ck_assert(count == 0 || scene->had[count]);
        ck_assert_uint_eq(scene_figures(scene).damaged, 0);
        least = count;
        spool_destroy(&scene->spool);
    }
    ck_assert_uint_eq(least, 0);
}
END_TEST

/* Returns the first sequence that is missing, and how many are. */
static unsigned
count_missing(const struct scene *scene, uint64_t *ret_first)
{
    unsigned missing = 0;

    for (uint64_t i = scene->next - 1; i > 0; i--) {
        if (scene->had[i])
            continue;
        *ret_first = i;
        missing++;
    }
    return missing;
}

START_TEST(
    of_a_damaged_record_those_that_hang_on_it_are_lost_up_to_the_next_key)
{
    weir_cleanup(scene_destroy) struct scene *scene = open_scene(16 << 20);
    static unsigned char bytes[1 << 20];
    unsigned most = 0;

    write_many(scene, 200);
    size_t whole = scene_figures(scene).bytes;
    scene->stream[0]++;
    write_many(scene, 50); /* in a segment of their own */
    spool_destroy(&scene->spool);
    size_t size = scene_read_segment(scene, bytes, sizeof(bytes));
    for (size_t at = SPOOL_HEAD_SIZE; at < whole; at += 59) {
        uint64_t first = 0;
        bytes[at] ^= 0x10;
        (void)read_again(scene, bytes, size);
        unsigned missing = count_missing(scene, &first);
        ck_assert_uint_le(missing, LOST_MOST);
        ck_assert(missing == 0 || first <= 200);
        ck_assert_uint_gt(scene_figures(scene).damaged, 0);
        most = missing > most ? missing : most;
        bytes[at] ^= 0x10;
        spool_destroy(&scene->spool);
    }
    ck_assert_uint_gt(most, 1);
}
END_TEST

/* Disks that fail --------------------------------------------------------- */

static void
run_with_fault(enum file_call call, uint64_t nth, uint64_t count, int rc)
{
    weir_cleanup(scene_destroy) struct scene *scene = open_scene(4 << 20);

    file_fault_set(&scene->faults, call, nth, count, rc);
    for (int i = 0; i < 6000; i++) {
        (void)write_one(scene);
        if (i % 1000 == 999)
            (void)spool_sync(scene->spool);
        if (i % 1500 == 1499) {
            (void)read_all(scene);
            spool_done(scene->spool, scene->next - 1);
        }
    }
    file_fault_set(&scene->faults, call, 0, 0, 0);
    (void)read_all(scene);
    ck_assert_uint_eq(scene_missing(scene), 0);
}

START_TEST(nothing_hangs_on_a_batch_that_was_not_written)
{
    for (uint64_t nth = 1; nth < 3000; nth += nth < 9 ? 1 : 997)
        run_with_fault(FILE_WRITE, nth, 1, -EIO);
    run_with_fault(FILE_WRITE, 20, 60, -EIO);
    run_with_fault(FILE_ALLOCATE, 1, 3, -ENOSPC);
    run_with_fault(FILE_SYNC, 1, 9, -EIO);
}
END_TEST

START_TEST(when_it_is_full_the_rest_is_whole)
{
    weir_cleanup(scene_destroy) struct scene *scene = open_scene(2 << 20);

    for (int round = 0; round < 3; round++) {
        while (write_one(scene) == 0)
            ;
        for (int i = 0; i < 5; i++)
            (void)write_one(scene);
        ck_assert_uint_gt(read_all(scene), 1000);
        spool_done(scene->spool, scene->next - 1);
    }
    ck_assert_uint_eq(scene_missing(scene), 0);
}
END_TEST

START_TEST(what_is_no_packed_batch_is_none)
{
    weir_cleanup(spool_unpacker_destroy) struct spool_unpacker *unpacker =
        spool_unpacker_new();
    unsigned char bytes[64] = {0};
    struct spool_record record = {
        .type = SPOOL_PACKED, .sequence = 1, .body = bytes};

    for (record.size = 0; record.size < sizeof(bytes); record.size++)
        ck_assert_int_eq(spool_unpack(unpacker, &record), -EBADMSG);
    ck_assert_uint_eq(record.type, SPOOL_PACKED);
}
END_TEST

SPEC("a spool that packs", all_comes_back_as_it_was_over_kills_and_restarts,
     it_takes_less_than_half_of_the_bytes,
     segments_that_were_written_before_are_read_and_packed_ones_follow,
     what_is_torn_off_takes_nothing_along_that_was_before,
     of_a_damaged_record_those_that_hang_on_it_are_lost_up_to_the_next_key,
     nothing_hangs_on_a_batch_that_was_not_written,
     when_it_is_full_the_rest_is_whole, what_is_no_packed_batch_is_none)
