/* influxdb_test.c - what storage influxdb promises
 *
 * InfluxDB is a thread here that hears requests and answers what the test says;
 * the real one is in tests/integration/influx_storage.py.
 */
#include <config.h>

#include "influxdb.c"

#include <arpa/inet.h>
#include <pthread.h>
#include <stdatomic.h>
#include <sys/socket.h>

#include <weir/cleanup.h>
#include <weir/harness.h>
#include <weir/text.h>

#include "spec.h"

/* A server ----------------------------------------------------------------- */

enum { HEARD_MOST = 64, REQUEST_ROOM = 65536 };

static const char ok[] = "HTTP/1.1 204 No Content\r\n\r\n";

struct server {
    const char *answers[HEARD_MOST]; /* whole; after them 'ok' */
    char *heard[HEARD_MOST];
    atomic_size_t count;
    int socket;
    char url[64];
    pthread_t thread;
};

static bool
is_whole(const char *text)
{
    const char *body = strstr(text, "\r\n\r\n");
    const char *length = strstr(text, "Content-Length: ");

    return body && (!length ||
                    strlen(body + 4) >=
                        strtoul(length + strlen("Content-Length: "), NULL, 10));
}

/* Returns whether there was a request. */
static bool
hear(struct server *self, int fd)
{
    char *text = calloc(REQUEST_ROOM, 1);
    size_t size = 0;

    ck_assert_ptr_nonnull(text);
    while (!is_whole(text)) {
        ssize_t got = recv(fd, text + size, REQUEST_ROOM - 1 - size, 0);
        if (got <= 0) {
            free(text);
            return false;
        }
        size += (size_t)got;
    }
    size_t number = self->count;
    ck_assert_uint_lt(number, HEARD_MOST);
    self->heard[number] = text;
    const char *answer = self->answers[number] ? self->answers[number] : ok;
    self->count++;
    (void)send(fd, answer, strlen(answer), MSG_NOSIGNAL);
    return true;
}

static void *
serve(void *arg)
{
    struct server *self = arg;

    for (;;) {
        weir_cleanup(weir_close) int fd = accept(self->socket, NULL, NULL);
        if (fd < 0)
            return NULL;
        while (hear(self, fd))
            ;
    }
}

static void
server_open(struct server *self)
{
    struct sockaddr_in at = {.sin_family = AF_INET,
                             .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t size = sizeof(at);

    self->socket = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    ck_assert_int_eq(bind(self->socket, (struct sockaddr *)&at, size), 0);
    ck_assert_int_eq(listen(self->socket, 8), 0);
    (void)getsockname(self->socket, (struct sockaddr *)&at, &size);
    (void)snprintf(self->url, sizeof(self->url),
                   "url = \"http://127.0.0.1:%d\"", ntohs(at.sin_port));
    ck_assert_int_eq(pthread_create(&self->thread, NULL, serve, self), 0);
}

/* After the client has closed its connection. */
static void
server_close(struct server *self)
{
    (void)shutdown(self->socket, SHUT_RDWR);
    (void)pthread_join(self->thread, NULL);
    (void)close(self->socket);
    for (size_t i = 0; i < self->count; i++)
        free(self->heard[i]);
}

static const char *
body_of(const struct server *self, size_t number)
{
    ck_assert_uint_lt(number, self->count);
    return strstr(self->heard[number], "\r\n\r\n") + 4;
}

/* The storage -------------------------------------------------------------- */

static struct weir_harness *
storage_with(const char *const settings[])
{
    struct weir_harness *self = NULL;

    ck_assert_msg(
        weir_harness_open(&influxdb_LTX_weir_plugin, settings, &self) == 0,
        "%s", weir_harness_why(NULL));
    return self;
}

#define SETTINGS(server, ...)                                             \
    {                                                                     \
        (server)->url, "gzip = false", "batch_time = 1ms", "retry = 1ms", \
            __VA_ARGS__, NULL                                             \
    }

static void
append(struct weir_harness *storage, const char *text)
{
    ck_assert_int_eq(weir_harness_append(storage, text), 0);
}

static bool
run_until(struct weir_harness *storage, const struct server *server,
          size_t requests)
{
    enum { TRIES = 3000, TRY_NS = 10000000 };

    for (int i = 0; i < TRIES && server->count < requests; i++)
        weir_harness_run(storage, TRY_NS);
    weir_harness_run(storage, TRY_NS);
    return server->count >= requests;
}

static bool
run_until_durable(struct weir_harness *storage, uint64_t ticket)
{
    enum { TRIES = 3000, TRY_NS = 10000000 };

    for (int i = 0; i < TRIES && weir_harness_durable(storage) < ticket; i++)
        weir_harness_run(storage, TRY_NS);
    return weir_harness_durable(storage) >= ticket;
}

static const struct influxdb_counts *
counts_of(struct weir_harness *storage)
{
    return &((struct influxdb *)weir_harness_self(storage))->counts;
}

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

static const char not_found[] =
    "HTTP/1.1 404 None\r\nContent-Length: 37\r\n"
    "\r\n{\"error\":\"database not found: \\\"a\\\"\"}\n";

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

/* Refusals ----------------------------------------------------------------- */

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
     makes_the_database_that_is_not_there, finds_the_point_that_is_refused,
     keeps_what_is_refused_with_the_reason,
     refuses_a_batch_of_which_nothing_is_stored,
     sends_less_at_once_when_it_was_too_long,
     takes_nothing_more_when_its_buffer_is_full,
     speaks_to_an_influxdb_of_version_2, a_suffix_can_be_the_field,
     settings_that_cannot_be_are_refused)
