/* part_damage_test.c - a part knows when it is not what was written */
#include <config.h>

#include <errno.h>
#include <stdbool.h>

#include "part_format.h"
#include "part_spec.h"

/* A small part with all that a part may have, as bytes. */
static unsigned char *
small_part(const struct place *place, size_t *ret_size)
{
    struct part_writer *writer = begin_level(place, 0);
    int64_t times_ns[80];
    double values[80];

    cycle(times_ns, 80);
    for (uint32_t i = 1; i < 5; i++) {
        for (size_t j = 0; j < 80; j++)
            values[j] = i == 1   ? 1
                        : i == 2 ? (double)(j * j) / 10
                                 : 1 / (double)(j + i);
        if (i == 4)
            values[3] = __builtin_nan("");
        begin_series(writer, i);
        ck_assert_int_eq(
            part_writer_add(writer, times_ns + i % 2, values, 80 - i), 0);
    }
    *ret_size = end(&writer).size;
    return read_bytes(place, *ret_size);
}

/* One whose frames are packed, in one extent. */
static unsigned char *
packed_part(const struct place *place, size_t *ret_size)
{
    struct part_writer *writer = begin(place);
    int64_t times_ns[80];
    double values[80];

    cycle(times_ns, 80);
    for (uint32_t i = 1; i < 5; i++) {
        for (size_t j = 0; j < 80; j++)
            values[j] = (double)((j * j * 7919 + i / 3) % 1009);
        begin_series(writer, i);
        ck_assert_int_eq(part_writer_add(writer, times_ns, values, 80), 0);
    }
    *ret_size = end(&writer).size;
    weir_cleanup(part_destroy) struct part *part = open_part(place);
    ck_assert_uint_eq(part->extent_count, 1);
    return read_bytes(place, *ret_size);
}

/* Reads all chunks; returns how many are damaged. */
static unsigned
read_damaged(const struct part *part)
{
    weir_cleanup(part_cursor_destroy) struct part_cursor *cursor =
        part_cursor_new(part);
    struct part_chunk chunk;
    unsigned damaged = 0;
    int rc;

    while ((rc = part_cursor_next(cursor, &chunk)) == 0) {
        const int64_t *times_ns;
        const double *values;
        rc = part_cursor_load(cursor, &chunk, &times_ns, &values);
        ck_assert(rc == 0 || rc == -EBADMSG);
        damaged += rc < 0;
    }
    ck_assert_int_eq(rc, -ENODATA);
    return damaged;
}

static int
see_nothing(void *arg, uint32_t id, const struct weir_series *series)
{
    (void)arg;
    (void)id;
    (void)series;
    return 0;
}

/* Says whether who reads the part as it is now hears of the damage, which is of
 * 'most' chunks. */
static bool
is_noticed(const struct place *place, unsigned most)
{
    weir_cleanup(part_destroy) struct part *part = NULL;

    int rc = part_open(files_real(), place->path, &part);
    if (rc < 0) {
        ck_assert_int_eq(rc, -EBADMSG);
        return true;
    }
    unsigned damaged = read_damaged(part);
    ck_assert_uint_le(damaged, most);
    return damaged || part_series(part, see_nothing, NULL) == -EBADMSG;
}

/* Spoils each of the bytes in turn. */
static void
spoil(const struct place *place, unsigned char *bytes, size_t size,
      unsigned most)
{
    uint64_t chance = spec_seed();
    char why[256];

    check_sound(place);
    for (size_t i = 0; i < size; i++) {
        unsigned char was = bytes[i];
        bytes[i] ^= (unsigned char)(1 + spec_random(&chance) % 255);
        write_bytes(place, bytes, size);
        ck_assert_msg(is_noticed(place, most), "byte %zu", i);
        ck_assert_int_eq(
            part_verify(files_real(), place->path, why, sizeof(why)), -EBADMSG);
        bytes[i] = was;
    }
}

START_TEST(notices_each_byte_that_is_wrong)
{
    weir_cleanup(place_fini) struct place place = place_new();
    size_t size = 0;
    weir_cleanup(weir_free) unsigned char *bytes = small_part(&place, &size);

    spoil(&place, bytes, size, 1);
}
END_TEST

START_TEST(notices_each_byte_that_is_wrong_among_packed_frames)
{
    weir_cleanup(place_fini) struct place place = place_new();
    size_t size = 0;
    weir_cleanup(weir_free) unsigned char *bytes = packed_part(&place, &size);

    spoil(&place, bytes, size, 4);
}
END_TEST

START_TEST(notices_that_it_was_cut_off)
{
    weir_cleanup(place_fini) struct place place = place_new();
    struct part *part = NULL;
    size_t size = 0;
    weir_cleanup(weir_free) unsigned char *bytes = small_part(&place, &size);

    for (size_t less = 0; less < size; less++) {
        write_bytes(&place, bytes, less);
        ck_assert_int_eq(part_open(files_real(), place.path, &part), -EBADMSG);
    }
}
END_TEST

SPEC("a damaged part", notices_each_byte_that_is_wrong,
     notices_each_byte_that_is_wrong_among_packed_frames,
     notices_that_it_was_cut_off)
