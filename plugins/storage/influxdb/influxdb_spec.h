/* influxdb_spec.h - an InfluxDB of a test's own, and a storage that writes to
 * it
 *
 * InfluxDB is a thread here that hears requests and answers what the test says;
 * the real one is in tests/integration/influx_storage.py.
 */
#ifndef INFLUXDB_SPEC_H
#define INFLUXDB_SPEC_H

#include <arpa/inet.h>
#include <pthread.h>
#include <stdatomic.h>
#include <sys/socket.h>

#include <weir/cleanup.h>
#include <weir/harness.h>

#include "spec.h"

/* A server ----------------------------------------------------------------- */

enum { HEARD_MOST = 64, REQUEST_ROOM = 65536 };

static const char server_ok[] = "HTTP/1.1 204 No Content\r\n\r\n";

struct server {
    const char *answers[HEARD_MOST]; /* whole; after them 204 */
    size_t sizes[HEARD_MOST]; /* of these, where there is a '\0' within */
    bool hang_up;             /* after each of them */
    char *heard[HEARD_MOST];
    atomic_size_t count;
    int socket;
    char url[64];
    pthread_t thread;
};

static inline bool
is_whole(const char *text)
{
    const char *body = strstr(text, "\r\n\r\n");
    const char *length = strstr(text, "Content-Length: ");

    return body && (!length ||
                    strlen(body + 4) >=
                        strtoul(length + strlen("Content-Length: "), NULL, 10));
}

/* Returns whether there was a request. */
static inline bool
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
    const char *answer =
        self->answers[number] ? self->answers[number] : server_ok;
    size_t length = self->sizes[number] ? self->sizes[number] : strlen(answer);
    self->count++;
    (void)send(fd, answer, length, MSG_NOSIGNAL);
    return !self->hang_up;
}

static inline void *
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

static inline void
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
static inline void
server_close(struct server *self)
{
    (void)shutdown(self->socket, SHUT_RDWR);
    (void)pthread_join(self->thread, NULL);
    (void)close(self->socket);
    for (size_t i = 0; i < self->count; i++)
        free(self->heard[i]);
}

static inline const char *
body_of(const struct server *self, size_t number)
{
    ck_assert_uint_lt(number, self->count);
    return strstr(self->heard[number], "\r\n\r\n") + 4;
}

/* The storage -------------------------------------------------------------- */

static inline struct weir_harness *
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

static inline void
append(struct weir_harness *storage, const char *text)
{
    ck_assert_int_eq(weir_harness_append(storage, text), 0);
}

static inline bool
run_until(struct weir_harness *storage, const struct server *server,
          size_t requests)
{
    enum { TRIES = 3000, TRY_NS = 10000000 };

    for (int i = 0; i < TRIES && server->count < requests; i++)
        weir_harness_run(storage, TRY_NS);
    weir_harness_run(storage, TRY_NS);
    return server->count >= requests;
}

static inline bool
run_until_durable(struct weir_harness *storage, uint64_t ticket)
{
    enum { TRIES = 3000, TRY_NS = 10000000 };

    for (int i = 0; i < TRIES && weir_harness_durable(storage) < ticket; i++)
        weir_harness_run(storage, TRY_NS);
    return weir_harness_durable(storage) >= ticket;
}

static inline const struct influxdb_counts *
counts_of(struct weir_harness *storage)
{
    return &((struct influxdb *)weir_harness_self(storage))->counts;
}

static const char not_found[] =
    "HTTP/1.1 404 None\r\nContent-Length: 37\r\n"
    "\r\n{\"error\":\"database not found: \\\"a\\\"\"}\n";

#endif /* INFLUXDB_SPEC_H */
