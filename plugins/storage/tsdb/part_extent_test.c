/* part_extent_test.c - frames of a part that are packed together */
#include <config.h>

#include <errno.h>
#include <stdbool.h>
#include <string.h>

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

/* Checks that what is alike was packed, and what is chance was not. */
static void
check_extents(const struct part *part)
{
    uint64_t plain = part_plain_end(part), in_extents = 0;

    for (size_t i = 0; i < part->extent_count; i++) {
        const struct part_extent *extent = &part->extents[i];
        ck_assert_uint_lt(extent->size, extent->plain_size);
        in_extents += extent->plain_size;
    }
    ck_assert_uint_gt(in_extents, plain / 32);
    ck_assert_uint_lt(in_extents, plain / 2);
}

START_TEST(are_those_that_become_smaller)
{
    weir_cleanup(place_fini) struct place place = place_new();

    for (uint32_t level = 0; level <= 2; level++) {
        weir_cleanup(part_destroy) struct part *part =
            write_part(&place, level);
        check_part(part);
        check_extents(part);
        check_sound(&place);
    }
}
END_TEST

START_TEST(of_a_whole_day_are_packed_more_closely)
{
    weir_cleanup(place_fini) struct place day = place_new();
    weir_cleanup(place_fini) struct place fresh = place_new();
    weir_cleanup(part_destroy) struct part *day_part = write_part(&day, 2);
    weir_cleanup(part_destroy) struct part *fresh_part = write_part(&fresh, 0);

    ck_assert_uint_lt(part_info(day_part)->size, part_info(fresh_part)->size);
    ck_assert_uint_lt(day_part->extent_count, fresh_part->extent_count);
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

SPEC("frames that are packed", come_back_bit_for_bit,
     are_those_that_become_smaller, of_a_whole_day_are_packed_more_closely,
     are_copied_without_decoding_their_values,
     are_read_of_one_part_and_then_of_another)
