/* reply_test.c - what is read of InfluxDB's answers to queries */
#include <config.h>

#include "reply.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include <weir/cleanup.h>
#include <weir/text.h>

#include "reply_spec.h"

/* Writes what it hears as a text. */
struct hearing {
    char text[4096];
    size_t size;
    int rc; /* that rows are answered with */
};

#define SAY(self, ...)                             \
    ((self)->size +=                               \
     (size_t)snprintf((self)->text + (self)->size, \
                      sizeof((self)->text) - (self)->size, __VA_ARGS__))

static int
hear_series(void *arg, struct reply_series *series)
{
    struct hearing *self = arg;

    SAY(self, "%" PRIu64 " %s", series->statement, series->name);
    for (const struct weir_label *tag = series->tags; tag->name; tag++)
        SAY(self, " %s=%s", tag->name, tag->value);
    SAY(self, "\n");
    return 0;
}

static int
hear_row(void *arg, const struct reply_cell *cells, size_t count)
{
    static const char *const kinds[] = {"nil",  "bool", "int",
                                        "real", "text", "other"};
    struct hearing *self = arg;

    for (size_t i = 0; i < count; i++) {
        char number[WEIR_DOUBLE_SIZE];
        (void)weir_format_double(cells[i].real, number);
        SAY(self, " %s", kinds[cells[i].kind]);
        if (cells[i].kind == MSGPACK_INTEGER)
            SAY(self, " %" PRId64, cells[i].integer);
        else if (cells[i].text)
            SAY(self, " %s", cells[i].text);
        else
            SAY(self, " %s", number);
    }
    SAY(self, "\n");
    return self->rc;
}

static const struct reply_calls calls = {hear_series, hear_row};

/* Reads the answer in pieces of 'step' bytes. */
static int
read_by(const struct packed *packed, size_t step, struct hearing *hearing,
        char why[REPLY_WHY_SIZE])
{
    weir_cleanup(reply_destroy) struct reply *reply =
        reply_new(&calls, hearing);
    int rc = 0;

    for (size_t at = 0; rc == 0 && at < packed->size; at += step) {
        size_t left = packed->size - at;
        rc = reply_take(reply, packed->bytes + at, left < step ? left : step);
    }
    if (why)
        (void)snprintf(why, REPLY_WHY_SIZE, "%s", reply_why(reply));
    return rc < 0 ? rc : reply_end(reply);
}

static const char *const tags[] = {"host", "a", "none", "", "dc", "b", NULL};
static const char *const no_tags[] = {NULL};

START_TEST(tells_series_and_rows_in_whatever_pieces_they_come)
{
    static const size_t steps[] = {1, 2, 7, 4096};
    struct packed packed = {0};
    pack_results(&packed, 3, 2);
    pack_series(&packed, "cpu", tags, 2);
    pack_sample(&packed, 1700000000000000001, 0.1);
    pack_sample(&packed, -1, 1e300);
    pack_series(&packed, "up", no_tags, 1);
    pack_sample(&packed, INT64_MAX, -0.0);

    for (size_t i = 0; i < sizeof(steps) / sizeof(steps[0]); i++) {
        struct hearing hearing = {0};
        ck_assert_int_eq(read_by(&packed, steps[i], &hearing, NULL), 0);
        ck_assert_str_eq(hearing.text, "3 cpu host=a dc=b\n"
                                       " int 1700000000000000001 real 0.1\n"
                                       " int -1 real 1e+300\n"
                                       "3 up\n"
                                       " int 9223372036854775807 real -0\n");
    }
}
END_TEST

START_TEST(reads_all_kinds_of_cells)
{
    static const uint8_t cells[] = {
        0x9f,                                        /* 15 of them: rows */
        0x91, 0xc0,                                  /* nil */
        0x91, 0xc2, 0x91, 0xc3,                      /* false, true */
        0x91, 0x7f, 0x91, 0xe0,                      /* 127, -32 */
        0x91, 0xcc, 0xff, 0x91, 0xd0, 0x80,          /* 255, -128 */
        0x91, 0xcd, 1,    0,    0x91, 0xd1, 0xff, 0, /* 256, -256 */
        0x91, 0xce, 255,  255,  255,  255,           /* 4294967295 */
        0x91, 0xcf, 255,  255,  255,  255,  255,  255,
        255,  255,  0x91, 0xca, 0x3f, 0xc0, 0,    0, /* 1.5 */
        0x91, 0xa2, 'h',  'i',                       /* "hi" */
        0x91, 0xd9, 3,    'a',  0,    'b',           /* a '\0' within */
        0x91, 0xc7, 2,    5,    1,    2, /* an extension of two bytes */
    };
    struct hearing hearing = {0};
    struct packed packed = {0};
    pack_results(&packed, 0, 1);
    pack_map(&packed, 1);
    pack_text(&packed, "values");
    memcpy(packed.bytes + packed.size, cells, sizeof(cells));
    packed.size += sizeof(cells);

    ck_assert_int_eq(read_by(&packed, 1, &hearing, NULL), 0);
    ck_assert_str_eq(hearing.text,
                     "0 \n nil 0\n bool 0\n bool 1\n int 127\n int -32\n"
                     " int 255\n int -128\n int 256\n int -256\n"
                     " int 4294967295\n real 1.8446744073709552e+19\n"
                     " real 1.5\n text hi\n text a\xff"
                     "b\n other 0\n");
}
END_TEST

START_TEST(passes_over_what_it_does_not_know)
{
    struct hearing hearing = {0};
    struct packed packed = {0};
    pack_map(&packed, 2);
    pack_text(&packed, "messages");
    pack_array(&packed, 1);
    pack_map(&packed, 2);
    pack_text(&packed, "level");
    pack_text(&packed, "warning");
    pack_integer(&packed, 7);
    pack_array(&packed, 0);
    pack_text(&packed, "results");
    pack_array(&packed, 1);
    pack_map(&packed, 0);

    ck_assert_int_eq(read_by(&packed, 1, &hearing, NULL), 0);
    ck_assert_str_eq(hearing.text, "");
}
END_TEST

START_TEST(tells_the_error_in_one_line)
{
    char why[REPLY_WHY_SIZE];
    struct hearing hearing = {0};
    struct packed packed = {0};
    pack_error(&packed, "database not\nfound: \x1b[31mweir");

    ck_assert_int_eq(read_by(&packed, 3, &hearing, why), -EREMOTEIO);
    ck_assert_str_eq(why, "database not found:  [31mweir");
}
END_TEST

START_TEST(stops_when_nobody_wants_more)
{
    struct hearing hearing = {.rc = -ECANCELED};
    struct packed packed = {0};
    pack_results(&packed, 0, 1);
    pack_series(&packed, "up", no_tags, 2);
    pack_sample(&packed, 1, 1);
    pack_sample(&packed, 2, 2);

    ck_assert_int_eq(read_by(&packed, 4096, &hearing, NULL), -ECANCELED);
    ck_assert_str_eq(hearing.text, "0 up\n int 1 real 1\n");
}
END_TEST

START_TEST(says_that_an_answer_is_cut_short)
{
    struct hearing hearing = {0};
    struct packed packed = {0};
    pack_results(&packed, 0, 1);
    pack_series(&packed, "up", no_tags, 2);
    pack_sample(&packed, 1, 1);

    ck_assert_int_eq(read_by(&packed, 4096, &hearing, NULL), -EBADMSG);
    packed.size = 0;
    ck_assert_int_eq(read_by(&packed, 4096, &hearing, NULL), -EBADMSG);
}
END_TEST

START_TEST(refuses_what_is_no_answer)
{
    static const char *const texts[] = {
        "{\"results\":[]}",
        "<html>",
        "\xc1",
        "\x81\xa7results\x80",
        "\x81\xa7results\x91\x91\xc0",
        "\x81\xa5\x65rror\x07",
        "\x81\xdb\x7f\xff\xff\xff",
        "\x81\x90",
        "\x91\x91",
    };

    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
        struct hearing hearing = {0};
        struct packed packed = {.size = strlen(texts[i])};
        memcpy(packed.bytes, texts[i], packed.size);
        ck_assert_msg(read_by(&packed, 1, &hearing, NULL) == -EBADMSG, "%s",
                      texts[i]);
    }
}
END_TEST

START_TEST(refuses_what_is_too_deep)
{
    struct hearing hearing = {0};
    struct packed packed = {0};
    pack_map(&packed, 1);
    pack_text(&packed, "deep");
    for (int i = 0; i < 100; i++)
        pack_array(&packed, 1);

    ck_assert_int_eq(read_by(&packed, 4096, &hearing, NULL), -EBADMSG);
}
END_TEST

START_TEST(counts_tags_that_are_too_many)
{
    const char *many[2 * 100 + 1] = {NULL};
    struct hearing hearing = {0};
    struct packed packed = {0};
    for (size_t i = 0; i < 200; i++)
        many[i] = "t";
    pack_results(&packed, 0, 1);
    pack_series(&packed, "m", many, 0);

    ck_assert_int_eq(read_by(&packed, 4096, &hearing, NULL), 0);
    ck_assert_uint_eq(hearing.size, strlen("0 m\n") + 4 * REPLY_TAGS_MOST);
}
END_TEST

SPEC("a reply of InfluxDB", tells_series_and_rows_in_whatever_pieces_they_come,
     reads_all_kinds_of_cells, passes_over_what_it_does_not_know,
     tells_the_error_in_one_line, stops_when_nobody_wants_more,
     says_that_an_answer_is_cut_short, refuses_what_is_no_answer,
     refuses_what_is_too_deep, counts_tags_that_are_too_many)
