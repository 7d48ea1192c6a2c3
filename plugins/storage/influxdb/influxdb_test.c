/* influxdb_test.c - what storage influxdb promises of what it writes */
#include <config.h>

#include "influxdb.c"

#include "influxdb_spec.h"

START_TEST(writes_samples_as_lines)
{
    struct server server = {0};
    server_open(&server);
    const char *settings[] = SETTINGS(&server, "database = \"a b\"");
    weir_cleanup(weir_harness_destroy) struct weir_harness *storage =
        storage_with(settings);

    append(storage, "load 0.25 1700000000000000001\n"
                    "up{job=\"a\",z=\"b\"} 1 1700000000000000001\n");

    ck_assert(run_until_durable(storage, 1));
    ck_assert_ptr_nonnull(strstr(
        server.heard[0], "POST /write?precision=ns&db=a%20b HTTP/1.1\r\n"));
    ck_assert_str_eq(body_of(&server, 0),
                     "load value=0.25 1700000000000000001\n"
                     "up,job=a,z=b value=1 1700000000000000001\n");
    weir_harness_destroy(&storage);
    server_close(&server);
}
END_TEST

START_TEST(escapes_what_a_tag_can_have_and_replaces_what_not)
{
    struct server server = {0};
    server_open(&server);
    const char *settings[] = SETTINGS(&server, "");
    weir_cleanup(weir_harness_destroy) struct weir_harness *storage =
        storage_with(settings);

    append(storage, "m{a=\"x, y=\\\"1\\\"\",b=\"C:\\\\dir\\\\\",c=\"\","
                    "d=\"one\\ntwo\",e=\"\\\\,\"} 1 5\n");

    ck_assert(run_until_durable(storage, 1));
    ck_assert_str_eq(
        body_of(&server, 0),
        "m,a=x\\,\\ y\\=\"1\",b=C:\\dir/,d=one\\ two,e=/\\, value=1 5\n");
    weir_harness_destroy(&storage);
    server_close(&server);
}
END_TEST

START_TEST(leaves_out_what_influxdb_cannot_hold)
{
    struct server server = {0};
    server_open(&server);
    const char *settings[] = SETTINGS(&server, "");
    weir_cleanup(weir_harness_destroy) struct weir_harness *storage =
        storage_with(settings);

    append(storage, "a NaN 5\nb +Inf 5\nc -Inf 5\nd -1.5e-300 5\n");

    ck_assert(run_until_durable(storage, 1));
    ck_assert_str_eq(body_of(&server, 0), "d value=-1.5e-300 5\n");
    ck_assert_uint_eq(counts_of(storage)->left_out, 3);
    weir_harness_destroy(&storage);
    server_close(&server);
}
END_TEST

START_TEST(is_durable_when_there_is_nothing_to_write)
{
    static const char *const settings[] = {"batch_time = 1ms", NULL};
    weir_cleanup(weir_harness_destroy) struct weir_harness *storage =
        storage_with(settings);

    append(storage, "a NaN 5\n");

    ck_assert(run_until_durable(storage, 1));
}
END_TEST

START_TEST(is_not_durable_before_it_is_stored)
{
    static const char away[] = "HTTP/1.1 503 Away\r\nContent-Length: 0\r\n\r\n";
    struct server server = {.answers = {away, away, away}};
    server_open(&server);
    const char *settings[] = SETTINGS(&server, "");
    weir_cleanup(weir_harness_destroy) struct weir_harness *storage =
        storage_with(settings);

    append(storage, "load 1 5\n");

    ck_assert(run_until(storage, &server, 1));
    ck_assert(run_until_durable(storage, 1));
    ck_assert_uint_eq(server.count, 4);
    ck_assert_str_eq(body_of(&server, 3), "load value=1 5\n");
    weir_harness_destroy(&storage);
    server_close(&server);
}
END_TEST

START_TEST(a_page_of_another_server_refuses_nothing)
{
    static const char page[] =
        "HTTP/1.1 400 Bad\r\nContent-Length: 6\r\n\r\n<html>";
    static const char login[] =
        "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}";
    static const char none[] =
        "HTTP/1.1 404 None\r\nContent-Length: 2\r\n\r\n{}";
    struct server server = {.answers = {page, login, none}};
    server_open(&server);
    const char *settings[] = SETTINGS(&server, "");
    weir_cleanup(weir_harness_destroy) struct weir_harness *storage =
        storage_with(settings);

    append(storage, "load 1 5\n");

    ck_assert(run_until_durable(storage, 1));
    ck_assert_uint_eq(server.count, 4);
    ck_assert_uint_eq(counts_of(storage)->refused, 0);
    weir_harness_destroy(&storage);
    server_close(&server);
}
END_TEST

START_TEST(makes_the_database_that_is_not_there)
{
    static const char made[] = "HTTP/1.1 200 OK\r\nContent-Length: 34\r\n\r\n"
                               "{\"results\":[{\"statement_id\":0}]}  ";
    struct server server = {.answers = {not_found, made}};
    server_open(&server);
    const char *settings[] = SETTINGS(&server, "database = 'a\"b'");
    weir_cleanup(weir_harness_destroy) struct weir_harness *storage =
        storage_with(settings);

    append(storage, "load 1 5\n");

    ck_assert(run_until_durable(storage, 1));
    ck_assert_uint_eq(server.count, 3);
    ck_assert_str_eq(body_of(&server, 1),
                     "q=CREATE%20DATABASE%20%22a%5C%22b%22");
    ck_assert_str_eq(body_of(&server, 2), "load value=1 5\n");
    weir_harness_destroy(&storage);
    server_close(&server);
}
END_TEST

START_TEST(sends_less_at_once_when_it_was_too_long)
{
    static const char too_long[] =
        "HTTP/1.1 413 Long\r\nContent-Length: 0\r\n\r\n";
    struct server server = {.answers = {too_long}};
    server_open(&server);
    const char *settings[] = SETTINGS(&server, "");
    weir_cleanup(weir_harness_destroy) struct weir_harness *storage =
        storage_with(settings);

    append(storage, "a 1 5\nb 2 5\nc 3 5\nd 4 5\n");

    ck_assert(run_until_durable(storage, 1));
    ck_assert_uint_eq(server.count, 3);
    ck_assert_str_eq(body_of(&server, 2), "c value=3 5\nd value=4 5\n");
    weir_harness_destroy(&storage);
    server_close(&server);
}
END_TEST

START_TEST(takes_nothing_more_when_its_buffer_is_full)
{
    static const char *const settings[] = {"url = \"http://127.0.0.1:1\"",
                                           "buffer = 0.001K", NULL};
    weir_cleanup(weir_harness_destroy) struct weir_harness *storage =
        storage_with(settings);

    append(storage, "a 1 5\n");

    ck_assert_int_eq(weir_harness_append(storage, "a 1 6\n"), -EAGAIN);
}
END_TEST

START_TEST(writes_at_once_when_its_buffer_is_full)
{
    struct server server = {0};
    server_open(&server);
    const char *settings[] = {server.url, "gzip = false", "buffer = 0.001K",
                              "batch_time = 1h", NULL};
    weir_cleanup(weir_harness_destroy) struct weir_harness *storage =
        storage_with(settings);

    append(storage, "a 1 5\n");
    ck_assert_int_eq(weir_harness_append(storage, "a 2 6\n"), -EAGAIN);
    ck_assert(run_until_durable(storage, 1));
    append(storage, "a 2 6\n");

    ck_assert_uint_eq(server.count, 1);
    weir_harness_destroy(&storage);
    server_close(&server);
}
END_TEST

START_TEST(speaks_to_an_influxdb_of_version_2)
{
    char path[] = "/tmp/influxdb_testXXXXXX";
    char setting[96];
    int fd = mkstemp(path);
    struct server server = {0};

    ck_assert_int_eq(write(fd, "se.cret==\n", 10), 10);
    (void)close(fd);
    (void)snprintf(setting, sizeof(setting), "token_file = \"%s\"", path);
    server_open(&server);
    const char *settings[] = SETTINGS(&server, "org = o", "bucket = \"b/c\"",
                                      "fields = suffix", setting);
    weir_cleanup(weir_harness_destroy) struct weir_harness *storage =
        storage_with(settings);

    append(storage, "load 1 5\n");

    ck_assert(run_until_durable(storage, 1));
    ck_assert_ptr_nonnull(strstr(server.heard[0],
                                 "POST /api/v2/write?precision=ns&org=o&bucket="
                                 "b%2Fc HTTP/1.1\r\n"));
    ck_assert_ptr_nonnull(
        strstr(server.heard[0], "Authorization: Token se.cret==\r\n"));
    weir_harness_destroy(&storage);
    server_close(&server);
    (void)unlink(path);
}
END_TEST

START_TEST(a_suffix_can_be_the_field)
{
    static const struct weir_metric metric = {"took_seconds", WEIR_HISTOGRAM,
                                              "seconds", ""};
    static const struct weir_label labels[] = {{"le", "0.5"}, {0}};
    const struct weir_series series = {&metric, "_bucket", labels};
    weir_cleanup(weir_free) char *split = NULL;
    weir_cleanup(weir_free) char *joined = NULL;

    (void)line_head(&series, LINE_SUFFIX, &split);
    (void)line_head(&series, LINE_VALUE, &joined);

    ck_assert_str_eq(split, "took_seconds,le=0.5 bucket=");
    ck_assert_str_eq(joined, "took_seconds_bucket,le=0.5 value=");
}
END_TEST

START_TEST(settings_that_cannot_be_are_refused)
{
    static const struct {
        const char *setting, *why;
    } cases[] = {
        {"url = \"ftp://a\"", "is no URL"},
        {"url = \"http://u:p@a\"", "may have no user"},
        {"database = \"\"", "database cannot be empty"},
        {"bucket = b", "a bucket without an org"},
        {"token_file = t", "a token_file without a bucket"},
        {"basic_auth_password_file = p", "without a basic_auth_user"},
        {"buffer = 0", "buffer and batch_size cannot be 0"},
        {"batch_size = 1G", "batch_size can be 256M"},
        {"retry = 0", "retry and timeout cannot be 0"},
    };

    for (size_t i = 0; i < WEIR_COUNT(cases); i++) {
        const char *settings[] = {cases[i].setting, NULL};
        struct weir_harness *storage = NULL;
        ck_assert_int_eq(
            weir_harness_open(&influxdb_LTX_weir_plugin, settings, &storage),
            -EINVAL);
        ck_assert_msg(strstr(weir_harness_why(NULL), cases[i].why) != NULL,
                      "%s", weir_harness_why(NULL));
    }
}
END_TEST

SPEC("storage influxdb", writes_samples_as_lines,
     escapes_what_a_tag_can_have_and_replaces_what_not,
     leaves_out_what_influxdb_cannot_hold,
     is_durable_when_there_is_nothing_to_write,
     is_not_durable_before_it_is_stored,
     a_page_of_another_server_refuses_nothing,
     makes_the_database_that_is_not_there,
     sends_less_at_once_when_it_was_too_long,
     takes_nothing_more_when_its_buffer_is_full,
     writes_at_once_when_its_buffer_is_full, speaks_to_an_influxdb_of_version_2,
     a_suffix_can_be_the_field, settings_that_cannot_be_are_refused)
