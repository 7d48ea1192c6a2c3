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
#include "link/keyfile.h"

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

/* Both sides have the same keys. */
static void
use_keys(void *taker, void *giver, const struct keypair *pair)
{
    static const int yes = 1;

    if (!pair)
        return;
    (void)zmq_setsockopt(taker, ZMQ_CURVE_SERVER, &yes, sizeof(yes));
    (void)zmq_setsockopt(taker, ZMQ_CURVE_SECRETKEY, pair->private, KEY_SIZE);
    (void)zmq_setsockopt(giver, ZMQ_CURVE_SERVERKEY, pair->public, KEY_SIZE);
    (void)zmq_setsockopt(giver, ZMQ_CURVE_PUBLICKEY, pair->public, KEY_SIZE);
    (void)zmq_setsockopt(giver, ZMQ_CURVE_SECRETKEY, pair->private, KEY_SIZE);
}

int
raw_carry(const struct raw_way *way, uint64_t *ret_messages,
          int64_t *ret_elapsed_ns)
{
    void *context = zmq_ctx_new();
    struct taker taker = {.socket = make_socket(context, ZMQ_PULL)};
    void *giver = make_socket(context, ZMQ_PUSH);
    pthread_t thread;
    int rc = 0;

    use_keys(taker.socket, giver, way->pair);
    if (zmq_bind(taker.socket, way->endpoint) != 0 ||
        zmq_connect(giver, way->endpoint) != 0)
        rc = -errno;
    int64_t begun_ns = clock_now_ns();
    if (rc == 0)
        rc = -pthread_create(&thread, NULL, take_all, &taker);
    if (rc == 0) {
        give_all(giver, way->size, begun_ns + way->duration_ns);
        (void)pthread_join(thread, NULL);
    }
    *ret_elapsed_ns = clock_now_ns() - begun_ns;
    *ret_messages = taker.count;
    (void)zmq_close(giver);
    (void)zmq_close(taker.socket);
    (void)zmq_ctx_term(context);
    return rc;
}
