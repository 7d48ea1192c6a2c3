/* part_extent_test.c - frames of a part that are packed together */
#include <config.h>

#include <errno.h>
#include <stdbool.h>
#include <string.h>

#include "link/crc32c.h"
#include "part_format.h"
#include "part_spec.h"

enum { SERIES = 400, COUNT = 200 };

/* What series 'id' has: of each hundred series the first half is much alike,
 * the second is chance. */
static void
values_of(uint32_t id, double *values)
{
    bool alike = id % 100 < 50;
    uint64_t chance = alike ? 1 + id % 3 : id;

    for (size_t i = 0; i < COUNT; i++) {
        uint64_t drawn = spec_random(&chance);
        values[i] = alike ? (double)(drawn % 1009) : 1 / (double)(drawn | 1);
    }
}

static struct part *
write_part(const struct place *place, uint32_t level)
{
    struct part_writer *writer = begin_level(place, level);
    int64_t times_ns[COUNT];
    double values[COUNT];

    cycle(times_ns, COUNT);
    for (uint32_t id = 1; id <= SERIES; id++) {
        values_of(id, values);
        begin_series(writer, id);
        ck_assert_int_eq(part_writer_add(writer, times_ns, values, COUNT), 0);
    }
    (void)end(&writer);
    return open_part(place);
}

static void
check_chunk(struct part_cursor *cursor, const struct part_chunk *chunk)
{
    const int64_t *times_ns = NULL;
    const double *got = NULL;
    int64_t want_ns[COUNT];
    double want[COUNT];

    cycle(want_ns, COUNT);
    values_of(chunk->series, want);
    ck_assert_int_eq(part_cursor_load(cursor, chunk, &times_ns, &got), 0);
    ck_assert_uint_eq(chunk->count, COUNT);
    ck_assert_mem_eq(times_ns, want_ns, sizeof(want_ns));
    ck_assert_mem_eq(got, want, sizeof(want));
}

/* Reads all series in order, and many by chance. */
static void
check_part(const struct part *part)
{
    weir_cleanup(part_cursor_destroy) struct part_cursor *cursor =
        part_cursor_new(part);
    uint64_t chance = spec_seed();
    struct part_chunk chunk;

    for (uint32_t id = 1; id <= SERIES; id++) {
        ck_assert_int_eq(part_cursor_next(cursor, &chunk), 0);
        ck_assert_uint_eq(chunk.series, id);
        check_chunk(cursor, &chunk);
    }
    ck_assert_int_eq(part_cursor_next(cursor, &chunk), -ENODATA);
    for (int i = 0; i < 1000; i++) {
        uint32_t id = 1 + (uint32_t)(spec_random(&chance) % SERIES);
        part_cursor_seek(cursor, id, INT64_MIN, INT64_MAX);
        ck_assert_int_eq(part_cursor_next(cursor, &chunk), 0);
        check_chunk(cursor, &chunk);
    }
}

START_TEST(come_back_bit_for_bit)
{
    weir_cleanup(place_fini) struct place place = place_new();
    weir_cleanup(part_destroy) struct part *part = write_part(&place, 2);

    ck_assert_uint_gt(part->extent_count, 3);
    check_part(part);
    check_sound(&place);
}
END_TEST

START_TEST(are_those_of_a_whole_day_that_become_smaller)
{
    weir_cleanup(place_fini) struct place day = place_new();
    weir_cleanup(place_fini) struct place fresh = place_new();
    weir_cleanup(part_destroy) struct part *packed = write_part(&day, 2);
    weir_cleanup(part_destroy) struct part *alone = write_part(&fresh, 1);
    uint64_t plain = part_plain_end(packed), in_extents = 0;

    ck_assert_uint_eq(alone->extent_count, 0);
    check_part(alone);
    ck_assert_uint_lt(part_info(packed)->size, part_info(alone)->size);
    for (size_t i = 0; i < packed->extent_count; i++) {
        const struct part_extent *extent = &packed->extents[i];
        ck_assert_uint_lt(extent->size, extent->plain_size);
        in_extents += extent->plain_size;
    }
    ck_assert_uint_lt(in_extents, plain / 2); /* chance stays as it is */
}
END_TEST

START_TEST(are_copied_without_decoding_their_values)
{
    weir_cleanup(place_fini) struct place place = place_new();
    weir_cleanup(place_fini) struct place other = place_new();
    weir_cleanup(part_destroy) struct part *part = write_part(&place, 2);
    struct part_writer *copier = begin(&other);
    weir_cleanup(part_cursor_destroy) struct part_cursor *cursor =
        part_cursor_new(part);
    struct part_chunk chunk;

    while (part_cursor_next(cursor, &chunk) == 0) {
        struct part_encoded encoded;
        begin_series(copier, chunk.series);
        ck_assert_int_eq(part_cursor_lend(cursor, &chunk, &encoded), 0);
        ck_assert_int_eq(part_writer_add_encoded(copier, &encoded), 0);
    }
    ck_assert_uint_eq(end(&copier).size, part_info(part)->size);

    weir_cleanup(part_destroy) struct part *copy = open_part(&other);
    check_part(copy);
    check_sound(&other);
}
END_TEST

START_TEST(are_read_of_one_part_and_then_of_another)
{
    weir_cleanup(place_fini) struct place one = place_new();
    weir_cleanup(place_fini) struct place other = place_new();
    struct part *parts[] = {write_part(&one, 2), write_part(&other, 2)};
    weir_cleanup(part_cursor_destroy) struct part_cursor *cursor =
        part_cursor_new(parts[0]);
    struct part_chunk chunk;

    for (uint32_t id = 1; id <= SERIES; id++) {
        part_cursor_turn(cursor, parts[id % 2]);
        part_cursor_seek(cursor, id, INT64_MIN, INT64_MAX);
        ck_assert_int_eq(part_cursor_next(cursor, &chunk), 0);
        check_chunk(cursor, &chunk);
    }
    part_destroy(&parts[0]);
    part_destroy(&parts[1]);
}
END_TEST

/* Makes of the file what version 1 would have written. */
static void
make_older(const struct place *place, size_t size)
{
    weir_cleanup(weir_free) unsigned char *bytes = read_bytes(place, size);
    struct part_head *head = (struct part_head *)(void *)bytes;
    const size_t lacks = sizeof(uint64_t), sum = sizeof(uint32_t);
    unsigned char *foot = bytes + size - sizeof(struct part_foot);

    head->version = 1;
    head->sum = crc32c(0, head, offsetof(struct part_head, sum));
    memmove(foot, foot + lacks, sizeof(struct part_foot) - lacks);
    uint32_t foot_sum = crc32c(0, foot, sizeof(struct part_foot) - lacks - sum);
    memcpy(bytes + size - lacks - sum, &foot_sum, sum);
    write_bytes(place, bytes, size - lacks);
}

START_TEST(are_not_in_parts_of_version_1_which_are_read_all_the_same)
{
    weir_cleanup(place_fini) struct place place = place_new();
    struct part *part = write_part(&place, 0);
    size_t size = part_info(part)->size;

    part_destroy(&part);
    make_older(&place, size);
    part = open_part(&place);
    check_part(part);
    check_sound(&place);
    part_destroy(&part);
}
END_TEST

SPEC("frames that are packed", come_back_bit_for_bit,
     are_those_of_a_whole_day_that_become_smaller,
     are_copied_without_decoding_their_values,
     are_read_of_one_part_and_then_of_another,
     are_not_in_parts_of_version_1_which_are_read_all_the_same)
