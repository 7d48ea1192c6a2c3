/* part_older_test.c - parts that older versions wrote are read on */
#include <config.h>

#include <errno.h>

#include "part_format.h"
#include "part_older.h"
#include "part_spec.h"

enum { SERIES = 8, COUNT = 40 };

static void
values_of(uint32_t id, double values[COUNT])
{
    for (size_t i = 0; i < COUNT; i++)
        values[i] = id == 8   ? 4
                    : id == 7 ? 0.1 * (double)i * (double)i
                              : (double)((i * i * 7919 + id / 6) % 1009);
}

static void
check_chunk(struct part_cursor *cursor, const struct part_chunk *chunk,
            uint32_t id)
{
    const int64_t *times_ns = NULL;
    const double *got = NULL;
    int64_t want_ns[COUNT];
    double want[COUNT];

    cycle(want_ns, COUNT);
    values_of(id, want);
    ck_assert_int_eq(part_cursor_load(cursor, chunk, &times_ns, &got), 0);
    ck_assert_uint_eq(chunk->series, id * 3);
    ck_assert_uint_eq(chunk->count, COUNT - id % 2);
    ck_assert_mem_eq(times_ns, want_ns + id % 2,
                     chunk->count * sizeof(*want_ns));
    ck_assert_mem_eq(got, want, chunk->count * sizeof(*want));
}

static int
check_name(void *arg, uint32_t id, const struct weir_series *series)
{
    uint32_t *seen = arg;
    char text[16];

    (void)snprintf(text, sizeof(text), "%" PRIu32, id);
    ck_assert_uint_eq(id, 3 * ++*seen);
    ck_assert_str_eq(series->metric->name, requests.name);
    ck_assert_str_eq(series->metric->help, requests.help);
    ck_assert_int_eq((int)series->metric->type, WEIR_COUNTER);
    ck_assert_str_eq(series->suffix, "_sum");
    ck_assert_str_eq(series->labels[0].value, text);
    ck_assert_str_eq(series->labels[1].name, "zone");
    ck_assert_str_eq(series->labels[1].value, "a");
    ck_assert_ptr_null(series->labels[2].name);
    return 0;
}

static void
check_older(const unsigned char *bytes, size_t size)
{
    weir_cleanup(place_fini) struct place place = place_new();
    uint32_t seen = 0;

    write_bytes(&place, bytes, size);
    weir_cleanup(part_destroy) struct part *part = open_part(&place);
    weir_cleanup(part_cursor_destroy) struct part_cursor *cursor =
        part_cursor_new(part);
    for (uint32_t id = 1; id <= SERIES; id++) {
        struct part_chunk chunk;
        ck_assert_int_eq(part_cursor_next(cursor, &chunk), 0);
        check_chunk(cursor, &chunk, id);
    }
    ck_assert_int_eq(part_series(part, check_name, &seen), 0);
    ck_assert_uint_eq(seen, SERIES);
    check_sound(&place);
}

START_TEST(of_version_1_are_read)
{
    check_older(part_version_1, sizeof(part_version_1));
}
END_TEST

START_TEST(of_version_2_are_read)
{
    check_older(part_version_2, sizeof(part_version_2));
}
END_TEST

/* Each byte wrong in turn. */
START_TEST(that_are_damaged_are_noticed)
{
    weir_cleanup(place_fini) struct place place = place_new();
    unsigned char bytes[sizeof(part_version_2)];

    memcpy(bytes, part_version_2, sizeof(bytes));
    for (size_t i = 0; i < sizeof(bytes); i++) {
        char why[256];
        bytes[i] ^= 0x55;
        write_bytes(&place, bytes, sizeof(bytes));
        ck_assert_int_lt(
            part_verify(files_real(), place.path, why, sizeof(why)), 0);
        bytes[i] ^= 0x55;
    }
}
END_TEST

SPEC("parts of older versions", of_version_1_are_read, of_version_2_are_read,
     that_are_damaged_are_noticed)
