/* refused_test.c - what storage influxdb does with what InfluxDB refuses */
#include <config.h>

#include "influxdb.c"

#include <weir/text.h>

#include "influxdb_spec.h"

static const char dropped[] =
    "HTTP/1.1 400 Bad\r\nContent-Length: 57\r\n\r\n"
    "{\"error\":\"partial write: field type conflict dropped=1\"}\n";

START_TEST(finds_the_point_that_is_refused)
{
    char folder[] = "/tmp/influxdb_testXXXXXX";
    char path[64];
    char setting[96];
    char text[512];
    struct server server = {.answers = {dropped, NULL, dropped}};

    ck_assert_ptr_nonnull(mkdtemp(folder));
    (void)snprintf(path, sizeof(path), "%s/dead", folder);
    (void)snprintf(setting, sizeof(setting), "dead_letters = \"%s\"", path);
    server_open(&server);
    const char *settings[] = SETTINGS(&server, setting);
    weir_cleanup(weir_harness_destroy) struct weir_harness *storage =
        storage_with(settings);

    append(storage, "a 1 5\nb 2 5\nc 3 5\n");

    ck_assert(run_until_durable(storage, 1));
    ck_assert_str_eq(body_of(&server, 1), "a value=1 5\n");
    ck_assert_str_eq(body_of(&server, 2), "b value=2 5\nc value=3 5\n");
    ck_assert_str_eq(body_of(&server, 3), "b value=2 5\n");
    ck_assert_str_eq(body_of(&server, 4), "c value=3 5\n");
    ck_assert_uint_eq(server.count, 5);
    ck_assert_uint_eq(counts_of(storage)->written, 3);
    weir_harness_destroy(&storage);
    server_close(&server);
    ck_assert_int_eq(weir_read_file(path, text, sizeof(text)), -ENOENT);
    (void)rmdir(folder);
}
END_TEST

START_TEST(keeps_what_is_refused_with_the_reason)
{
    char folder[] = "/tmp/influxdb_testXXXXXX";
    char path[64];
    char setting[96];
    char text[512];
    struct server server = {.answers = {dropped, dropped}};

    ck_assert_ptr_nonnull(mkdtemp(folder));
    (void)snprintf(path, sizeof(path), "%s/dead", folder);
    (void)snprintf(setting, sizeof(setting), "dead_letters = \"%s\"", path);
    server_open(&server);
    const char *settings[] = SETTINGS(&server, setting);
    weir_cleanup(weir_harness_destroy) struct weir_harness *storage =
        storage_with(settings);

    append(storage, "a 1 5\nb 2 5\n");

    ck_assert(run_until_durable(storage, 1));
    ck_assert_uint_eq(counts_of(storage)->written, 1);
    ck_assert_uint_eq(counts_of(storage)->refused, 1);
    weir_harness_destroy(&storage);
    server_close(&server);
    ck_assert_int_gt(weir_read_file(path, text, sizeof(text)), 0);
    ck_assert_ptr_nonnull(strstr(
        text, "Z InfluxDB refused 1 of 1: partial write: field type conflict "
              "dropped=1\na value=1 5\n"));
    (void)unlink(path);
    (void)rmdir(folder);
}
END_TEST

START_TEST(refuses_a_batch_of_which_nothing_is_stored)
{
    struct server server = {.answers = {not_found}};
    server_open(&server);
    const char *settings[] =
        SETTINGS(&server, "create_database = false", "dead_letter_size = 0");
    weir_cleanup(weir_harness_destroy) struct weir_harness *storage =
        storage_with(settings);

    append(storage, "a 1 5\nb 2 5\n");

    ck_assert(run_until(storage, &server, 1));
    ck_assert_str_eq(weir_harness_why(storage), "database not found: \"a\"");
    ck_assert_uint_eq(weir_harness_durable(storage), 0);
    ck_assert_uint_eq(counts_of(storage)->refused, 2);
    append(storage, "a 1 6\n");
    ck_assert(run_until_durable(storage, 2));
    weir_harness_destroy(&storage);
    server_close(&server);
}
END_TEST

START_TEST(the_file_of_dead_letters_is_bounded)
{
    enum { POINTS = 100 };
    char folder[] = "/tmp/influxdb_testXXXXXX";
    char path[64];
    char older[64];
    char text[4096];
    const struct deadfile_points points = {"a value=1 5\n", 12, 1, 1, "no"};

    ck_assert_ptr_nonnull(mkdtemp(folder));
    (void)snprintf(path, sizeof(path), "%s/dead", folder);
    (void)snprintf(older, sizeof(older), "%s/dead.1", folder);
    struct deadfile file = {.path = path, .size_most = 2048, .fd = -1};
    for (int i = 0; i < POINTS; i++)
        ck_assert_int_eq(deadfile_add(&file, &points), 0);
    ck_assert_int_eq(deadfile_sync(&file), 0);

    ssize_t size = weir_read_file(path, text, sizeof(text));
    ck_assert_int_gt(size, 0);
    ck_assert_int_le(size, 1024);
    size = weir_read_file(older, text, sizeof(text));
    ck_assert_int_gt(size, 512);
    ck_assert_int_le(size, 1024);
    (void)unlink(path);
    (void)unlink(older);
    (void)rmdir(folder);
}
END_TEST

START_TEST(only_influxdb_itself_refuses_for_ever)
{
    static const struct {
        long status;
        const char *body;
        enum outcome_kind kind;
    } cases[] = {
        {204, "", OUTCOME_STORED},
        {200, "", OUTCOME_LATER},
        {301, "{\"error\":\"x\"}", OUTCOME_LATER},
        {400, "<html>", OUTCOME_LATER},
        {400, "{\"error\":\"unable to parse\"}", OUTCOME_REFUSED},
        {400, "{\"code\":\"invalid\",\"message\":\"x\"}", OUTCOME_REFUSED},
        {400, "{\"error\":\"partial write: x dropped=3\"}", OUTCOME_PARTLY},
        {401, "{\"error\":\"authorization failed\"}", OUTCOME_LATER},
        {404, "404 page not found\n", OUTCOME_LATER},
        {404, "{\"message\":\"path not found\"}", OUTCOME_LATER},
        {404, "{\"message\":\"bucket \\\"b\\\" not found\"}", OUTCOME_NO_PLACE},
        {404, "{\"error\":\"database not found: \\\"d\\\"\"}",
         OUTCOME_NO_PLACE},
        {413, "Request Entity Too Large", OUTCOME_TOO_LONG},
        {422, "{\"message\":\"partial write: x\"}", OUTCOME_PARTLY},
        {429, "{\"message\":\"slower\"}", OUTCOME_LATER},
        {500, "{\"error\":\"timeout\"}", OUTCOME_LATER},
    };

    for (size_t i = 0; i < WEIR_COUNT(cases); i++) {
        struct outcome outcome;
        outcome_read(cases[i].status, cases[i].body, strlen(cases[i].body),
                     &outcome);
        ck_assert_msg(outcome.kind == cases[i].kind, "%ld %s: %d",
                      cases[i].status, cases[i].body, (int)outcome.kind);
    }
}
END_TEST

SPEC("storage influxdb, refused", finds_the_point_that_is_refused,
     keeps_what_is_refused_with_the_reason,
     refuses_a_batch_of_which_nothing_is_stored,
     the_file_of_dead_letters_is_bounded, only_influxdb_itself_refuses_for_ever)
