/* scrape_server.c - very many targets in one process, which answers from memory
 *
 * Each target has an address of its own, 127.0.X.Y, and one port for all; each
 * answer is one of some texts, of which 30 % of the values are others than in
 * the one before.  Prints "ready" when it listens, and goes on until it is
 * killed.
 *
 *     scrape_server PORT TARGETS SERIES [FILE]
 */
#include <config.h>

#include <arpa/inet.h>
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

#include <weir/cleanup.h>

#include "base.h"
#include "scrape_text.h"

enum {
    TEXTS = 7, /* no divisor of how many targets there are likely to be */
    HEAD_SIZE = 256,
    QUESTION_MOST = 4096, /* bytes; one question comes in one piece */
    EVENTS = 64,
    ADDRESSES_A_NET = 250,
    TARGETS_MOST = 100000,
};

static const uint64_t listens = UINT64_C(1) << 32; /* beside a descriptor */

struct answer {
    char head[HEAD_SIZE];
    char *text;
    size_t head_size, text_size;
};

struct server {
    struct answer answers[TEXTS];
    uint64_t turn;
    int epoll;
};

static int
watch(const struct server *self, int fd, uint64_t flags)
{
    struct epoll_event event = {.events = EPOLLIN,
                                .data.u64 = (uint64_t)fd | flags};

    return epoll_ctl(self->epoll, EPOLL_CTL_ADD, fd, &event);
}

static int
open_target(const struct server *self, uint32_t number, uint16_t port)
{
    const int yes = 1;
    struct sockaddr_in address = {
        .sin_family = AF_INET,
        .sin_port = htons(port),
        .sin_addr.s_addr =
            htonl(INADDR_LOOPBACK - 1 + (number / ADDRESSES_A_NET << 8) +
                  number % ADDRESSES_A_NET + 1),
    };

    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd < 0 ||
        setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof(yes)) < 0 ||
        bind(fd, (const struct sockaddr *)&address, sizeof(address)) < 0 ||
        listen(fd, SOMAXCONN) < 0 || watch(self, fd, listens) < 0)
        return -errno;
    return 0;
}

static int
make_answers(struct server *self, const char *file, uint32_t series)
{
    weir_cleanup(scrape_text_destroy) struct scrape_text *text = NULL;

    int rc = scrape_text_open(file, series, &text);
    for (size_t i = 0; rc == 0 && i < TEXTS; i++) {
        struct answer *answer = &self->answers[i];
        answer->text = scrape_text_make(text, &answer->text_size);
        answer->head_size = (size_t)snprintf(
            answer->head, HEAD_SIZE,
            "HTTP/1.1 200 OK\r\nContent-Type: text/plain; version=0.0.4\r\n"
            "Content-Length: %zu\r\n\r\n",
            answer->text_size);
        scrape_text_change(text);
    }
    return rc;
}

/* Whoever asks reads while we write. */
static bool
send_all(int fd, const char *bytes, size_t size)
{
    while (size > 0) {
        ssize_t sent = send(fd, bytes, size, MSG_NOSIGNAL);
        if (sent <= 0)
            return false;
        bytes += sent;
        size -= (size_t)sent;
    }
    return true;
}

static bool
answer_question(struct server *self, int fd)
{
    char question[QUESTION_MOST];
    const struct answer *answer = &self->answers[self->turn++ % TEXTS];

    if (recv(fd, question, sizeof(question), 0) <= 0)
        return false;
    return send_all(fd, answer->head, answer->head_size) &&
           send_all(fd, answer->text, answer->text_size);
}

static void
take_event(struct server *self, uint64_t data)
{
    int fd = (int)(data & UINT32_MAX);

    if (data & listens) {
        int client = accept4(fd, NULL, NULL, SOCK_CLOEXEC);
        if (client >= 0 && watch(self, client, 0) < 0)
            (void)close(client);
    } else if (!answer_question(self, fd)) {
        (void)close(fd);
    }
}

static int
fail(const char *what, int rc)
{
    (void)fprintf(stderr, "scrape_server: %s: %s\n", what, strerror(-rc));
    return EXIT_FAILURE;
}

int
main(int argc, char **argv)
{
    struct server server = {.epoll = epoll_create1(EPOLL_CLOEXEC)};
    struct epoll_event events[EVENTS];

    if (argc < 4)
        return fail("PORT TARGETS SERIES [FILE]", -EINVAL);
    uint16_t port = (uint16_t)strtoul(argv[1], NULL, 10);
    unsigned long targets = strtoul(argv[2], NULL, 10);
    int rc = targets > TARGETS_MOST ? -E2BIG : 0;
    for (uint32_t i = 0; rc == 0 && i < targets; i++)
        rc = open_target(&server, i, port);
    if (rc < 0)
        return fail("cannot listen", rc);
    rc = make_answers(&server, argc > 4 ? argv[4] : SCRAPE_CAPTURE,
                      (uint32_t)strtoul(argv[3], NULL, 10));
    if (rc < 0)
        return fail("cannot read the capture", rc);
    (void)puts("ready");
    (void)fflush(stdout);
    for (;;) {
        int count = epoll_wait(server.epoll, events, EVENTS, -1);
        for (int i = 0; i < count; i++)
            take_event(&server, events[i].data.u64);
    }
}
