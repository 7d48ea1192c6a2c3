/* http_test.c - what the HTTP server promises to clients and handlers
 *
 * Each test talks to a real server over the loopback.  What is handed over
 * lands on a desk, from which the test takes and answers it, as an instance's
 * thread would.
 */
#include "http/http.h"

#include <errno.h>
#include <netinet/in.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

#include <weir/cleanup.h>
#include <weir/http.h>

#include "base.h"
#include "http/gzip.h"
#include "http/request.h"

#include "spec.h"

enum { ANSWER_SIZE = 4 << 20, DESK_SIZE = 8 };

struct desk {
    pthread_mutex_t lock;
    pthread_cond_t came;
    struct weir_request *requests[DESK_SIZE];
    size_t count;
};

struct fixture {
    struct http *http;
    struct desk desk;
    uint16_t port;
};

static void
put_on_desk(void *arg, struct weir_request *request)
{
    struct desk *desk = arg;

    (void)pthread_mutex_lock(&desk->lock);
    desk->requests[desk->count++] = request;
    (void)pthread_cond_signal(&desk->came);
    (void)pthread_mutex_unlock(&desk->lock);
}

static struct weir_request *
take_from_desk(struct fixture *self)
{
    struct desk *desk = &self->desk;

    (void)pthread_mutex_lock(&desk->lock);
    while (desk->count == 0)
        (void)pthread_cond_wait(&desk->came, &desk->lock);
    struct weir_request *request = desk->requests[0];
    desk->count--;
    for (size_t i = 0; i < desk->count; i++)
        desk->requests[i] = desk->requests[i + 1];
    (void)pthread_mutex_unlock(&desk->lock);
    return request;
}

static bool
not_ready(void *arg, char *why, size_t size)
{
    (void)arg;
    (void)snprintf(why, size, "a log is replayed");
    return false;
}

static void
mount(struct fixture *self, const char *method, const char *path)
{
    struct http_route route = {method, path, "Help of it.", put_on_desk,
                               &self->desk};

    ck_assert_int_eq(http_mount(self->http, self, &route), 0);
}

static struct fixture *
serve(struct http_settings settings)
{
    struct fixture *self = xcalloc(1, sizeof(*self));
    char why[256];

    (void)signal(SIGPIPE, SIG_IGN);
    (void)pthread_mutex_init(&self->desk.lock, NULL);
    (void)pthread_cond_init(&self->desk.came, NULL);
    settings.reload = put_on_desk;
    settings.arg = &self->desk;
    self->http = http_new(&settings);
    ck_assert_int_eq(
        http_listen(self->http, "127.0.0.1:0", &self->port, why, sizeof(why)),
        0);
    mount(self, "GET", "/metrics");
    mount(self, "POST", "/write");
    mount(self, "GET", "/label/*/values");
    mount(self, "GET", "/files/*");
    mount(self, "READ", "/query");
    mount(self, "LINES", "/lines");
    ck_assert_int_eq(http_start(self->http), 0);
    return self;
}

static void
fixture_destroy(struct fixture **self_p)
{
    struct fixture *self = *self_p;

    http_stop(self->http);
    http_destroy(&self->http);
    free(self);
    *self_p = NULL;
}

static int
connect_to(const struct fixture *self)
{
    struct sockaddr_in address = {.sin_family = AF_INET,
                                  .sin_port = htons(self->port),
                                  .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    const void *any = &address;
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

    ck_assert_int_ge(fd, 0);
    ck_assert_int_eq(connect(fd, any, sizeof(address)), 0);
    return fd;
}

static void
send_bytes(int fd, const void *bytes, size_t size)
{
    ck_assert_int_eq(send(fd, bytes, size, MSG_NOSIGNAL), (ssize_t)size);
}

static int
ask(const struct fixture *self, const char *text)
{
    int fd = connect_to(self);

    send_bytes(fd, text, strlen(text));
    return fd;
}

/* Reads to the end; requests here say "Connection: close". */
static char *
read_all(int fd, size_t *ret_size)
{
    char *text = xcalloc(ANSWER_SIZE, 1);
    size_t size = 0;

    for (;;) {
        ssize_t rc = recv(fd, text + size, ANSWER_SIZE - size - 1, 0);
        if (rc <= 0)
            break;
        size += (size_t)rc;
    }
    (void)close(fd);
    *ret_size = size;
    return text;
}

static char *
read_answer(int fd)
{
    size_t unused = 0;
    return read_all(fd, &unused);
}

static void
expect(int fd, const char *status, const char *contains)
{
    weir_cleanup(weir_free) char *answer = read_answer(fd);

    ck_assert_msg(strncmp(answer, "HTTP/1.1 ", 9) == 0 &&
                      strncmp(answer + 9, status, 3) == 0 &&
                      strstr(answer, contains) != NULL,
                  "%s with \"%s\" was due, not: %s", status, contains, answer);
}

static void
answer_with(struct weir_request *request, const char *text)
{
    weir_answer(&request, 200, "text/plain", text, strlen(text));
}

#define CLOSE "Host: localhost\r\nConnection: close\r\n"

START_TEST(answers_what_another_thread_says_later)
{
    weir_cleanup(fixture_destroy) struct fixture *server =
        serve((struct http_settings){0});
    int client = ask(server, "GET /metrics HTTP/1.1\r\n" CLOSE "\r\n");

    answer_with(take_from_desk(server), "up 1\n");
    expect(client, "200", "\r\n\r\nup 1\n");
}
END_TEST

START_TEST(takes_no_body_for_a_form_where_lines_are_due)
{
    weir_cleanup(fixture_destroy) struct fixture *server =
        serve((struct http_settings){0});
    int lines =
        ask(server, "POST /lines?db=a HTTP/1.1\r\n" CLOSE
                    "Content-Type: application/x-www-form-urlencoded\r\n"
                    "Content-Length: 12\r\n\r\n"
                    "m,db=b v=%zz");
    size_t size = 0;

    struct weir_request *request = take_from_desk(server);
    ck_assert_str_eq(weir_request_get(request, "db", 0), "a");
    ck_assert_ptr_null(weir_request_get(request, "db", 1));
    ck_assert_str_eq(weir_request_body(request, &size), "m,db=b v=%zz");
    answer_with(request, "ok");
    expect(lines, "200", "ok");
}
END_TEST

START_TEST(gives_the_query_the_form_the_headers_and_the_stars)
{
    weir_cleanup(fixture_destroy) struct fixture *server =
        serve((struct http_settings){0});
    int form = ask(server, "POST /write?db=a%20b&x=1 HTTP/1.1\r\n" CLOSE
                           "Content-Type: application/x-www-form-urlencoded\r\n"
                           "Content-Length: 14\r\nX-Own: yes\r\n\r\n"
                           "x=2&q=up%7B%7D");

    struct weir_request *request = take_from_desk(server);
    ck_assert_str_eq(weir_request_get(request, "db", 0), "a b");
    ck_assert_str_eq(weir_request_get(request, "x", 0), "2");
    ck_assert_str_eq(weir_request_get(request, "x", 1), "1");
    ck_assert_str_eq(weir_request_get(request, "q", 0), "up{}");
    ck_assert_ptr_null(weir_request_get(request, "q", 1));
    ck_assert_str_eq(weir_request_head(request, "x-own"), "yes");
    ck_assert_str_eq(weir_request_peer(request), "127.0.0.1");
    answer_with(request, "ok");
    expect(form, "200", "ok");

    int star = ask(server, "GET /label/a%2Fb/values HTTP/1.1\r\n" CLOSE "\r\n");
    request = take_from_desk(server);
    ck_assert_str_eq(weir_request_path(request, 0), "a/b");
    ck_assert_ptr_null(weir_request_path(request, 1));
    answer_with(request, "ok");
    expect(star, "200", "ok");

    int rest = ask(server, "GET /files/a/b.css HTTP/1.1\r\n" CLOSE "\r\n");
    request = take_from_desk(server);
    ck_assert_str_eq(weir_request_path(request, 0), "a/b.css");
    answer_with(request, "ok");
    expect(rest, "200", "ok");
}
END_TEST

START_TEST(keeps_a_connection_for_the_next_request)
{
    weir_cleanup(fixture_destroy) struct fixture *server =
        serve((struct http_settings){0});
    int client =
        ask(server, "GET /metrics HTTP/1.1\r\nHost: localhost\r\n\r\n");
    char text[512];

    answer_with(take_from_desk(server), "first");
    ck_assert_int_gt(recv(client, text, sizeof(text), 0), 0);
    const char *next = "GET /metrics HTTP/1.1\r\n" CLOSE "\r\n";
    send_bytes(client, next, strlen(next));
    answer_with(take_from_desk(server), "second");
    expect(client, "200", "second");
}
END_TEST

START_TEST(sends_a_long_answer_in_parts)
{
    weir_cleanup(fixture_destroy) struct fixture *server =
        serve((struct http_settings){0});
    int client = ask(server, "GET /metrics HTTP/1.0\r\n\r\n");
    struct weir_request *request = take_from_desk(server);
    weir_cleanup(weir_free) char *block = xcalloc(100000, 1);
    size_t size = 0;

    /* Nobody reads yet, so at some time there is no room. */
    memset(block, 'x', 100000);
    int rc = 0;
    size_t sent = 0;
    while (rc == 0) {
        rc = weir_answer_part(request, 200, "text/plain", block, 100000);
        sent += rc == 0 ? 100000 : 0;
        ck_assert_uint_lt(sent, 100 << 20);
    }
    ck_assert_int_eq(rc, -EAGAIN);
    weir_answer(&request, 0, NULL, "end", 3);

    char *bytes = xcalloc(sent + 4096, 1);
    for (ssize_t got = 1; got > 0; size += (size_t)got)
        got = recv(client, bytes + size, sent + 4095 - size, 0);
    const char *body = strstr(bytes, "\r\n\r\n");
    ck_assert_ptr_nonnull(body);
    ck_assert_uint_eq(size - (size_t)(body + 4 - bytes), sent + 3);
    ck_assert_str_eq(bytes + size - 3, "end");
    free(bytes);
    (void)close(client);
}
END_TEST

START_TEST(sends_the_head_before_the_first_bytes)
{
    weir_cleanup(fixture_destroy) struct fixture *server =
        serve((struct http_settings){0});
    int client = ask(server, "GET /metrics HTTP/1.1\r\n" CLOSE "\r\n");
    struct weir_request *request = take_from_desk(server);
    char text[512] = {0};

    ck_assert_int_eq(weir_answer_part(request, 200, "text/event-stream", "", 0),
                     0);
    ck_assert_int_gt(recv(client, text, sizeof(text) - 1, 0), 0);
    ck_assert_ptr_nonnull(strstr(text, "text/event-stream"));

    ck_assert_int_eq(weir_answer_part(request, 0, NULL, "data: 1\n\n", 9), 0);
    weir_answer(&request, 0, NULL, NULL, 0);
    weir_cleanup(weir_free) char *rest = read_answer(client);
    ck_assert_ptr_nonnull(strstr(rest, "data: 1\n\n"));
}
END_TEST

START_TEST(packs_a_large_answer_for_who_can_unpack_it)
{
    weir_cleanup(fixture_destroy) struct fixture *server =
        serve((struct http_settings){0});
    int client = ask(server, "GET /metrics HTTP/1.1\r\n" CLOSE
                             "Accept-Encoding: br, gzip;q=0.5\r\n\r\n");
    char text[5000];
    char *unpacked = NULL;
    size_t size = 0;
    size_t unpacked_size = 0;

    memset(text, 'a', sizeof(text) - 1);
    text[sizeof(text) - 1] = '\0';
    answer_with(take_from_desk(server), text);
    weir_cleanup(weir_free) char *answer = read_all(client, &size);
    ck_assert_ptr_nonnull(strstr(answer, "Content-Encoding: gzip"));
    const char *body = strstr(answer, "\r\n\r\n") + 4;
    ck_assert_int_eq(gzip_unpack(body, size - (size_t)(body - answer), 10000,
                                 &unpacked, &unpacked_size),
                     0);
    ck_assert_str_eq(unpacked, text);
    free(unpacked);

    client = ask(server, "GET /metrics HTTP/1.1\r\n" CLOSE
                         "Accept-Encoding: gzip;q=0\r\n\r\n");
    answer_with(take_from_desk(server), text);
    expect(client, "200", text);
}
END_TEST

START_TEST(packs_the_parts_of_a_long_answer)
{
    enum { PARTS = 40, PART = 20000 };
    weir_cleanup(fixture_destroy) struct fixture *server =
        serve((struct http_settings){0});
    int client = ask(server, "GET /metrics HTTP/1.0\r\n"
                             "Accept-Encoding: gzip\r\n\r\n");
    struct weir_request *request = take_from_desk(server);
    weir_cleanup(weir_free) char *all = xcalloc(PARTS * PART + 4, 1);
    uint64_t chance = 1;
    char *unpacked = NULL;
    size_t size = 0, unpacked_size = 0;

    /* What packs badly, so that parts are held back and then come at once. */
    for (size_t i = 0; i < PARTS * PART; i++)
        all[i] = (char)('!' + spec_random(&chance) % 90);
    memcpy(all + PARTS * PART, "end", 4);
    for (size_t i = 0; i < PARTS; i++)
        ck_assert_int_eq(weir_answer_part(request, 200, "application/json",
                                          all + i * PART, PART),
                         0);
    weir_answer(&request, 0, NULL, "end", 3);

    weir_cleanup(weir_free) char *answer = read_all(client, &size);
    ck_assert_ptr_nonnull(strstr(answer, "Content-Encoding: gzip"));
    const char *body = strstr(answer, "\r\n\r\n") + 4;
    ck_assert_int_eq(gzip_unpack(body, size - (size_t)(body - answer),
                                 PARTS * PART + 3, &unpacked, &unpacked_size),
                     0);
    ck_assert_uint_eq(unpacked_size, PARTS * PART + 3);
    ck_assert_int_eq(memcmp(unpacked, all, unpacked_size), 0);
    free(unpacked);
}
END_TEST

static int
post_packed(const struct fixture *server, const char *bytes, size_t size)
{
    char head[256];
    int fd = connect_to(server);

    int length =
        snprintf(head, sizeof(head),
                 "POST /write HTTP/1.1\r\n" CLOSE "Content-Encoding: gzip\r\n"
                 "Content-Length: %zu\r\n\r\n",
                 size);
    send_bytes(fd, head, (size_t)length);
    send_bytes(fd, bytes, size);
    return fd;
}

START_TEST(unpacks_a_body_and_refuses_a_bomb)
{
    weir_cleanup(fixture_destroy) struct fixture *server =
        serve((struct http_settings){.body_most_bytes = 100000});
    weir_cleanup(weir_free) char *zeros = xcalloc(1000000, 1);
    char *packed = NULL;
    size_t size = 0;

    ck_assert(gzip_pack(zeros, 100000, &packed, &size));
    int client = post_packed(server, packed, size);
    struct weir_request *request = take_from_desk(server);
    size_t body_size = 0;
    (void)weir_request_body(request, &body_size);
    ck_assert_uint_eq(body_size, 100000);
    answer_with(request, "ok");
    expect(client, "200", "ok");

    expect(post_packed(server, packed, size - 1), "400", "unpacked");
    free(packed);

    ck_assert(gzip_pack(zeros, 1000000, &packed, &size));
    expect(post_packed(server, packed, size), "413", "max_body");
    free(packed);
}
END_TEST

START_TEST(refuses_a_body_that_is_too_large)
{
    weir_cleanup(fixture_destroy) struct fixture *server =
        serve((struct http_settings){.body_most_bytes = 10});

    expect(ask(server,
               "POST /write HTTP/1.1\r\n" CLOSE "Content-Length: 11\r\n\r\n"),
           "413", "max_body");
    expect(ask(server, "POST /write HTTP/1.1\r\n" CLOSE
                       "Transfer-Encoding: chunked\r\n\r\n"
                       "b\r\n0123456789x\r\n0\r\n\r\n"),
           "413", "max_body");
}
END_TEST

START_TEST(refuses_bodies_that_are_too_large_together)
{
    weir_cleanup(fixture_destroy) struct fixture *server =
        serve((struct http_settings){.body_most_bytes = 1 << 20,
                                     .bodies_most_bytes = 2 << 20});
    weir_cleanup(weir_free) char *zeros = xcalloc(700000, 1);
    static const char head[] =
        "POST /write HTTP/1.1\r\n" CLOSE "Content-Length: 700000\r\n\r\n";

    int first = ask(server, head);
    send_bytes(first, zeros, 700000);
    struct weir_request *request = take_from_desk(server);
    int second = ask(server, head);
    send_bytes(second, zeros, 700000);
    expect(second, "503", "too large together");

    answer_with(request, "ok");
    expect(first, "200", "ok");
    int third = ask(server, head);
    send_bytes(third, zeros, 700000);
    answer_with(take_from_desk(server), "ok");
    expect(third, "200", "ok");
}
END_TEST

START_TEST(refuses_an_answer_for_which_others_leave_no_room)
{
    weir_cleanup(fixture_destroy) struct fixture *server =
        serve((struct http_settings){.bodies_most_bytes = 1 << 20});
    weir_cleanup(weir_free) char *text = xcalloc(2 << 20, 1);
    int client = ask(server, "GET /metrics HTTP/1.1\r\n" CLOSE "\r\n");
    struct weir_request *request = take_from_desk(server);

    ck_assert_int_eq(
        weir_answer_part(request, 200, "text/plain", text, 2 << 20), -EAGAIN);
    weir_answer_head(request, "Content-Encoding", "none");
    weir_answer(&request, 200, "text/plain", text, 2 << 20);

    expect(client, "503", "wait for their clients");
}
END_TEST

START_TEST(takes_clients_again_after_all_that_it_had_room_for_left)
{
    enum { ROOM = 4 };
    weir_cleanup(fixture_destroy) struct fixture *server =
        serve((struct http_settings){.connections_most = ROOM});
    int idle[ROOM + 1];

    for (size_t i = 0; i < ARRAY_SIZE(idle); i++)
        idle[i] = ask(server, "POST /write HTTP/1.1\r\nHost: localhost\r\n"
                              "Content-Length: 100\r\n\r\nhalf");
    for (size_t i = 0; i < ARRAY_SIZE(idle); i++)
        (void)close(idle[i]);

    int client = ask(server, "GET /metrics HTTP/1.1\r\n" CLOSE "\r\n");
    answer_with(take_from_desk(server), "ok");
    expect(client, "200", "ok");
}
END_TEST

START_TEST(refuses_more_requests_than_it_takes_at_a_time)
{
    weir_cleanup(fixture_destroy) struct fixture *server =
        serve((struct http_settings){.requests_most = 1});
    int first = ask(server, "GET /metrics HTTP/1.1\r\n" CLOSE "\r\n");
    struct weir_request *request = take_from_desk(server);

    expect(ask(server, "GET /metrics HTTP/1.1\r\n" CLOSE "\r\n"), "503",
           "too many requests");
    expect(ask(server, "GET /-/healthy HTTP/1.1\r\n" CLOSE "\r\n"), "200", "");
    answer_with(request, "ok");
    expect(first, "200", "ok");
}
END_TEST

START_TEST(one_whose_answer_comes_in_parts_is_none_of_those_that_wait)
{
    weir_cleanup(fixture_destroy) struct fixture *server =
        serve((struct http_settings){.requests_most = 1});
    int first = ask(server, "GET /metrics HTTP/1.1\r\n" CLOSE "\r\n");
    struct weir_request *stream = take_from_desk(server);
    char byte = 0;

    ck_assert_int_eq(weir_answer_part(stream, 200, "text/plain", "a", 1), 0);
    ck_assert_int_eq(recv(first, &byte, 1, MSG_PEEK), 1);
    int second = ask(server, "GET /metrics HTTP/1.1\r\n" CLOSE "\r\n");
    answer_with(take_from_desk(server), "ok");
    expect(second, "200", "ok");
    answer_with(stream, "b");
    expect(first, "200", "b");
}
END_TEST

START_TEST(closes_a_connection_that_sends_half_a_request)
{
    weir_cleanup(fixture_destroy) struct fixture *server =
        serve((struct http_settings){.timeout_ns = 50 * NS_PER_MS});
    static const char *const halves[] = {
        "", "GET /metr", "GET /metrics HTTP/1.1\r\nHost: lo",
        "POST /write HTTP/1.1\r\nContent-Length: 5\r\n\r\nab"};

    for (size_t i = 0; i < ARRAY_SIZE(halves); i++) {
        weir_cleanup(weir_free) char *answer =
            read_answer(ask(server, halves[i]));
        ck_assert_str_eq(answer, "");
    }
}
END_TEST

START_TEST(answers_503_in_the_place_of_a_late_handler)
{
    weir_cleanup(fixture_destroy) struct fixture *server =
        serve((struct http_settings){.timeout_ns = 50 * NS_PER_MS});
    int client = ask(server, "GET /metrics HTTP/1.1\r\n" CLOSE "\r\n");
    struct weir_request *request = take_from_desk(server);

    expect(client, "503", "in time");
    ck_assert(request_left(request));
    ck_assert_int_eq(weir_answer_part(request, 200, "", "late", 4), -EPIPE);
    answer_with(request, "late");
}
END_TEST

START_TEST(notices_a_client_that_leaves)
{
    weir_cleanup(fixture_destroy) struct fixture *server =
        serve((struct http_settings){0});
    int client = ask(server, "GET /metrics HTTP/1.1\r\n" CLOSE "\r\n");
    struct weir_request *request = take_from_desk(server);

    ck_assert(!request_left(request));
    (void)close(client);
    while (!request_left(request))
        (void)poll(NULL, 0, 1);
    answer_with(request, "too late");

    client = ask(server, "GET /-/healthy HTTP/1.1\r\n" CLOSE "\r\n");
    expect(client, "200", "weir is healthy");
}
END_TEST

START_TEST(notices_a_client_that_leaves_between_parts)
{
    weir_cleanup(fixture_destroy) struct fixture *server =
        serve((struct http_settings){0});
    int client = ask(server, "GET /metrics HTTP/1.1\r\n" CLOSE "\r\n");
    struct weir_request *request = take_from_desk(server);
    char text[512];

    ck_assert_int_eq(weir_answer_part(request, 200, "text/plain", "a", 1), 0);
    ck_assert_int_gt(recv(client, text, sizeof(text), 0), 0);
    (void)close(client);
    while (weir_answer_part(request, 0, NULL, "b", 1) != -EPIPE)
        (void)poll(NULL, 0, 1);
    weir_answer(&request, 0, NULL, NULL, 0);
}
END_TEST

START_TEST(refuses_a_second_mount_of_the_same_route)
{
    weir_cleanup(fixture_destroy) struct fixture *server =
        serve((struct http_settings){0});
    struct http_route route = {"GET", "/metrics", "", put_on_desk,
                               &server->desk};
    int other = 0;

    ck_assert_int_eq(http_mount(server->http, &other, &route), -EEXIST);
    route.method = "POST";
    ck_assert_int_eq(http_mount(server->http, &other, &route), 0);
    route.method = "BREW";
    ck_assert_int_eq(http_mount(server->http, &other, &route), -EINVAL);

    http_unmount_all(server->http, server);
    route.method = "GET";
    ck_assert_int_eq(http_mount(server->http, &other, &route), 0);
}
END_TEST

START_TEST(lets_a_plugin_have_the_first_page)
{
    weir_cleanup(fixture_destroy) struct fixture *server =
        serve((struct http_settings){0});

    expect(ask(server, "GET / HTTP/1.1\r\n" CLOSE "\r\n"), "200",
           "<a href=\"/metrics\">/metrics</a> Help of it.");
    mount(server, "GET", "/");
    int client = ask(server, "GET / HTTP/1.1\r\n" CLOSE "\r\n");
    answer_with(take_from_desk(server), "dashboard");
    expect(client, "200", "dashboard");
}
END_TEST

START_TEST(says_why_an_address_can_not_be_had)
{
    weir_cleanup(fixture_destroy) struct fixture *server =
        serve((struct http_settings){0});
    weir_cleanup(http_destroy) struct http *second =
        http_new(&(struct http_settings){0});
    char address[32];
    char start[80];
    char why[256] = "";

    (void)snprintf(address, sizeof(address), "127.0.0.1:%u", server->port);
    (void)snprintf(start, sizeof(start),
                   "cannot listen on %s: Address already in use, ", address);
    ck_assert_int_eq(http_listen(second, address, NULL, why, sizeof(why)),
                     -EADDRINUSE);
    ck_assert_msg(strncmp(why, start, strlen(start)) == 0, "%s", why);
    ck_assert_int_eq(http_listen(second, "9347", NULL, why, sizeof(why)),
                     -EINVAL);
    ck_assert_int_eq(http_listen(second, "192.0.2.1:0", NULL, why, sizeof(why)),
                     -EADDRNOTAVAIL);
}
END_TEST

START_TEST(answers_head_without_a_body)
{
    weir_cleanup(fixture_destroy) struct fixture *server =
        serve((struct http_settings){0});
    int client = ask(server, "HEAD /metrics HTTP/1.1\r\n" CLOSE "\r\n");

    answer_with(take_from_desk(server), "up 1\n");
    weir_cleanup(weir_free) char *answer = read_answer(client);
    ck_assert_ptr_nonnull(strstr(answer, "Content-Length: 5\r\n"));
    ck_assert_ptr_null(strstr(answer, "up 1"));
}
END_TEST

START_TEST(tells_unknown_paths_from_unknown_methods)
{
    weir_cleanup(fixture_destroy) struct fixture *server =
        serve((struct http_settings){0});

    expect(ask(server, "GET /nowhere HTTP/1.1\r\n" CLOSE "\r\n"), "404", "");
    expect(ask(server,
               "POST /metrics HTTP/1.1\r\n" CLOSE "Content-Length: 0\r\n\r\n"),
           "405", "Allow: GET, HEAD\r\n");
    expect(ask(server, "OPTIONS /metrics HTTP/1.1\r\n" CLOSE "\r\n"), "204",
           "Allow: GET, HEAD\r\n");
    expect(ask(server, "GET /metrics?a=%zz HTTP/1.1\r\n" CLOSE "\r\n"), "400",
           "bad escape");
}
END_TEST

START_TEST(refuses_writes_from_pages_of_others)
{
    weir_cleanup(fixture_destroy) struct fixture *server =
        serve((struct http_settings){0});

    expect(ask(server, "POST /write HTTP/1.1\r\n" CLOSE
                       "Origin: http://evil.example\r\n"
                       "Content-Length: 0\r\n\r\n"),
           "403", "another origin");
    expect(ask(server, "POST /write HTTP/1.1\r\nHost: evil.example\r\n"
                       "Connection: close\r\nContent-Length: 0\r\n\r\n"),
           "403", "another origin");

    int own = ask(server, "POST /write HTTP/1.1\r\n" CLOSE
                          "Origin: http://localhost\r\n"
                          "Content-Length: 0\r\n\r\n");
    answer_with(take_from_desk(server), "ok");
    expect(own, "200", "ok");

    int read = ask(server, "GET /metrics HTTP/1.1\r\n" CLOSE
                           "Origin: http://evil.example\r\n\r\n");
    answer_with(take_from_desk(server), "ok");
    expect(read, "200", "Access-Control-Allow-Origin: *");
}
END_TEST

START_TEST(lets_pages_of_others_post_what_only_reads)
{
    weir_cleanup(fixture_destroy) struct fixture *server =
        serve((struct http_settings){0});

    int post = ask(server, "POST /query?a=1 HTTP/1.1\r\nHost: other.example\r\n"
                           "Connection: close\r\nContent-Length: 0\r\n\r\n");
    answer_with(take_from_desk(server), "ok");
    expect(post, "200", "ok");
    int get = ask(server, "GET /query HTTP/1.1\r\n" CLOSE "\r\n");
    answer_with(take_from_desk(server), "ok");
    expect(get, "200", "ok");
    expect(ask(server, "OPTIONS /query HTTP/1.1\r\n" CLOSE "\r\n"), "204",
           "Allow: GET, HEAD, POST\r\n");
}
END_TEST

START_TEST(says_whether_it_is_healthy_and_ready)
{
    weir_cleanup(fixture_destroy) struct fixture *server =
        serve((struct http_settings){.ready = not_ready});

    expect(ask(server, "GET /-/healthy HTTP/1.1\r\n" CLOSE "\r\n"), "200",
           "weir is healthy");
    expect(ask(server, "GET /-/ready HTTP/1.1\r\n" CLOSE "\r\n"), "503",
           "a log is replayed");
    int reload = ask(server, "POST /-/reload HTTP/1.1\r\n" CLOSE
                             "Content-Length: 0\r\n\r\n");
    answer_with(take_from_desk(server), "reloaded");
    expect(reload, "200", "reloaded");
}
END_TEST

START_TEST(asks_to_try_again_where_nothing_is_mounted_yet)
{
    weir_cleanup(fixture_destroy) struct fixture *server =
        serve((struct http_settings){.ready = not_ready});

    expect(ask(server,
               "POST /nowhere HTTP/1.1\r\n" CLOSE "Content-Length: 0\r\n\r\n"),
           "503", "weir is not ready: try again");
}
END_TEST

START_TEST(stops_while_requests_wait)
{
    struct fixture *server = serve((struct http_settings){0});
    int waiting = ask(server, "GET /metrics HTTP/1.1\r\n" CLOSE "\r\n");
    int begun = ask(server, "POST /write HTTP/1.1\r\n" CLOSE
                            "Content-Length: 0\r\n\r\n");
    int half = ask(server, "GET /met");
    struct weir_request *first = take_from_desk(server);
    struct weir_request *second = take_from_desk(server);

    ck_assert_int_eq(weir_answer_part(strcmp(request_method(first), "POST") == 0
                                          ? first
                                          : second,
                                      200, "text/plain", "a", 1),
                     0);
    http_stop(server->http);
    expect(waiting, "503", "stopping");
    expect(begun, "200", "");
    weir_cleanup(weir_free) char *nothing = read_answer(half);
    ck_assert_str_eq(nothing, "");

    answer_with(first, "late");
    weir_answer(&second, 200, "text/plain", "late", 4);
    fixture_destroy(&server);
}
END_TEST

START_TEST(answers_for_an_owner_that_is_gone)
{
    weir_cleanup(fixture_destroy) struct fixture *server =
        serve((struct http_settings){0});
    int client = ask(server, "GET /metrics HTTP/1.1\r\n" CLOSE "\r\n");

    (void)take_from_desk(server);
    http_unmount_all(server->http, server);
    http_forget(server->http, server);
    expect(client, "503", "gone");
    expect(ask(server, "GET /metrics HTTP/1.1\r\n" CLOSE "\r\n"), "404", "");
}
END_TEST

static void
hear_nothing(void *arg, struct weir_request *request)
{
    (void)arg;
    (void)request;
}

START_TEST(hands_over_what_its_own_process_asks)
{
    weir_cleanup(fixture_destroy) struct fixture *server =
        serve((struct http_settings){0});
    struct weir_request *request =
        request_new("POST", "/query?a=b", hear_nothing, NULL);
    struct weir_request *lost =
        request_new("POST", "/metrics", hear_nothing, NULL);
    struct request_answer answer;

    ck_assert_int_eq(request_parse(request), 0);
    ck_assert_int_eq(request_parse(lost), 0);
    ck_assert_int_eq(http_ask(server->http, lost), -ENOENT);
    ck_assert_int_eq(http_ask(server->http, request), 0);
    struct weir_request *taken = take_from_desk(server);
    ck_assert_ptr_eq(taken, request);
    weir_answer(&taken, 200, "text/plain", "c", 1);
    ck_assert_int_eq(request_answer(request, &answer), REQUEST_ENDED);
    ck_assert_int_eq(answer.status, 200);
    request_destroy(&request);
    request_destroy(&lost);
}
END_TEST

START_TEST(serves_a_control_socket_for_its_user_alone)
{
    struct fixture *server = xcalloc(1, sizeof(*server));
    char folder[] = "/tmp/specXXXXXX";
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    const void *any = &address;
    char why[256];
    struct stat file;

    ck_assert_ptr_nonnull(mkdtemp(folder));
    (void)snprintf(address.sun_path, sizeof(address.sun_path), "%s/c.sock",
                   folder);
    server->http = http_new(&(struct http_settings){0});
    weir_cleanup(http_destroy) struct http *second =
        http_new(&(struct http_settings){0});
    ck_assert_int_eq(
        http_control(server->http, address.sun_path, why, sizeof(why)), 0);
    ck_assert_int_eq(http_control(second, address.sun_path, why, sizeof(why)),
                     -EADDRINUSE);
    ck_assert_int_eq(stat(address.sun_path, &file), 0);
    ck_assert_uint_eq(file.st_mode & 0777, 0600);
    ck_assert_int_eq(http_start(server->http), 0);

    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    ck_assert_int_eq(connect(fd, any, sizeof(address)), 0);
    const char *text = "GET /-/healthy HTTP/1.1\r\n" CLOSE "\r\n";
    send_bytes(fd, text, strlen(text));
    expect(fd, "200", "weir is healthy");

    fixture_destroy(&server);
    ck_assert_int_eq(stat(address.sun_path, &file), -1);
    (void)rmdir(folder);
}
END_TEST

START_TEST(counts_what_it_does)
{
    weir_cleanup(fixture_destroy) struct fixture *server =
        serve((struct http_settings){0});
    struct http_figures figures = {0};

    expect(ask(server, "GET /nowhere HTTP/1.1\r\n" CLOSE "\r\n"), "404", "");
    expect(ask(server, "GET /-/healthy HTTP/1.1\r\n" CLOSE "\r\n"), "200", "");
    while (figures.requests[3] == 0 || figures.requests[1] == 0)
        http_figures(server->http, &figures);
    ck_assert_uint_eq(figures.requests[3], 1);
    ck_assert_uint_eq(figures.requests[1], 1);
    ck_assert_uint_eq(figures.sent_bytes, strlen("weir is healthy\n"));
}
END_TEST

SPEC("http", answers_what_another_thread_says_later,
     gives_the_query_the_form_the_headers_and_the_stars,
     takes_no_body_for_a_form_where_lines_are_due,
     keeps_a_connection_for_the_next_request, sends_a_long_answer_in_parts,
     sends_the_head_before_the_first_bytes,
     packs_a_large_answer_for_who_can_unpack_it,
     packs_the_parts_of_a_long_answer, unpacks_a_body_and_refuses_a_bomb,
     refuses_a_body_that_is_too_large,
     refuses_bodies_that_are_too_large_together,
     refuses_an_answer_for_which_others_leave_no_room,
     takes_clients_again_after_all_that_it_had_room_for_left,
     refuses_more_requests_than_it_takes_at_a_time,
     one_whose_answer_comes_in_parts_is_none_of_those_that_wait,
     closes_a_connection_that_sends_half_a_request,
     answers_503_in_the_place_of_a_late_handler, notices_a_client_that_leaves,
     notices_a_client_that_leaves_between_parts,
     refuses_a_second_mount_of_the_same_route,
     lets_a_plugin_have_the_first_page, says_why_an_address_can_not_be_had,
     answers_head_without_a_body, tells_unknown_paths_from_unknown_methods,
     refuses_writes_from_pages_of_others,
     lets_pages_of_others_post_what_only_reads,
     says_whether_it_is_healthy_and_ready,
     asks_to_try_again_where_nothing_is_mounted_yet, stops_while_requests_wait,
     answers_for_an_owner_that_is_gone, hands_over_what_its_own_process_asks,
     serves_a_control_socket_for_its_user_alone, counts_what_it_does)
