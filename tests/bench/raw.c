/* raw.c - what libzmq itself can carry, to compare with */
#include <config.h>

#include "raw.h"

#include <errno.h>
#include <pthread.h>
#include <stdbool.h>
#include <string.h>
#include <zmq.h>

#include <weir/cleanup.h>

#include "base.h"
#include "clock.h"

enum { MARK = 100 }; /* messages in each queue, about what a window holds */

struct taker {
    void *socket;
    uint64_t count;
};

/* A message of no bytes is the last. */
static void *
take_all(void *arg)
{
    struct taker *self = arg;
    bool more = true;

    while (more) {
        zmq_msg_t message;
        (void)zmq_msg_init(&message);
        more = zmq_msg_recv(&message, self->socket, 0) > 0;
        self->count += more;
        (void)zmq_msg_close(&message);
    }
    return NULL;
}

static void
give_all(void *socket, size_t size, int64_t until_ns)
{
    weir_cleanup(weir_free) void *buffer = xcalloc(1, size);

    while (clock_now_ns() < until_ns) {
        zmq_msg_t message;
        (void)zmq_msg_init_size(&message, size);
        memcpy(zmq_msg_data(&message), buffer, size);
        if (zmq_msg_send(&message, socket, 0) < 0)
            (void)zmq_msg_close(&message);
    }
    (void)zmq_send(socket, "", 0, 0);
}

static void *
make_socket(void *context, int type)
{
    static const int mark = MARK;
    void *socket = zmq_socket(context, type);

    (void)zmq_setsockopt(socket, ZMQ_SNDHWM, &mark, sizeof(mark));
    (void)zmq_setsockopt(socket, ZMQ_RCVHWM, &mark, sizeof(mark));
    return socket;
}

int
raw_carry(const char *endpoint, size_t size, int64_t duration_ns,
          uint64_t *ret_messages, int64_t *ret_elapsed_ns)
{
    void *context = zmq_ctx_new();
    struct taker taker = {.socket = make_socket(context, ZMQ_PULL)};
    void *giver = make_socket(context, ZMQ_PUSH);
    pthread_t thread;
    int rc = 0;

    if (zmq_bind(taker.socket, endpoint) != 0 ||
        zmq_connect(giver, endpoint) != 0)
        rc = -errno;
    int64_t begun_ns = clock_now_ns();
    if (rc == 0)
        rc = -pthread_create(&thread, NULL, take_all, &taker);
    if (rc == 0) {
        give_all(giver, size, begun_ns + duration_ns);
        (void)pthread_join(thread, NULL);
    }
    *ret_elapsed_ns = clock_now_ns() - begun_ns;
    *ret_messages = taker.count;
    (void)zmq_close(giver);
    (void)zmq_close(taker.socket);
    (void)zmq_ctx_term(context);
    return rc;
}
