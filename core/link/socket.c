/* socket.c - the one place that calls ZeroMQ for links */
#include <config.h>

#include "link/socket.h"

#include <arpa/inet.h>
#include <czmq.h>
#include <errno.h>
#include <poll.h>
#include <sys/random.h>
#include <sys/un.h>

#include <weir/cleanup.h>

#include "base.h"
#include "link/unbind.h"

#if defined(__SANITIZE_THREAD__)
#define HAVE_TSAN 1
#elif defined(__has_feature)
#if __has_feature(thread_sanitizer)
#define HAVE_TSAN 1
#endif
#endif

/* libzmq is not instrumented: what one thread wrote before it sent a message,
 * another may read once it has it. */
#ifdef HAVE_TSAN
#include <sanitizer/tsan_interface.h>
#define HAND_OVER(address) __tsan_release(address)
#define TAKE_OVER(address) __tsan_acquire(address)
#else
#define HAND_OVER(address) ((void)(address))
#define TAKE_OVER(address) ((void)(address))
#endif

enum {
    MESSAGES_A_TURN = 256,
    BYTES_A_TURN = 8 << 20, /* so that other calls of the stage have a turn */
    COPIED_BELOW = 1024,    /* smaller frames are copied rather than lent */
};

struct socket {
    void *zmq;
    struct stage *stage;
    bool router;
    bool bound;
    socket_received *received;
    void *arg;
    uint64_t bad_frames;
    bool *gone_p; /* while receiving: set when the socket is destroyed */
};

struct socket_option {
    int name, value;
};

/* ROUTER_MANDATORY tells when a peer has gone.  The marks are above what credit
 * allows in batches of some size, so that the I/O thread goes on reading; what
 * is above them waits in TCP's buffers.  There are no ZMTP heartbeats: they cut
 * healthy connections whose reader is slow. */
static const struct socket_option common_options[] = {
    {ZMQ_LINGER, 0},        {ZMQ_HANDSHAKE_IVL, 5000},
    {ZMQ_TCP_MAXRT, 5000},  {ZMQ_CONNECT_TIMEOUT, 3000},
    {ZMQ_TCP_KEEPALIVE, 1}, {ZMQ_IPV6, 1},
    {ZMQ_HEARTBEAT_IVL, 0}, {ZMQ_SNDHWM, 2048},
    {ZMQ_RCVHWM, 4096},     {0, 0},
};

static const struct socket_option dealer_options[] = {
    {ZMQ_RECONNECT_IVL, 100}, {ZMQ_RECONNECT_IVL_MAX, 2000}, {0, 0}};

static const struct socket_option router_options[] = {
    {ZMQ_ROUTER_MANDATORY, 1}, {ZMQ_BACKLOG, 1024}, {0, 0}};

/* Returns the process' one context. */
static void *
context(void)
{
    return zsys_init();
}

void
socket_setup(void)
{
    unsigned seed = 0;

    zsys_handler_set(NULL);
    void *zmq = context();
    (void)zmq_ctx_set(zmq, ZMQ_BLOCKY, 0);
    /* libzmq draws its first routing id from rand() and never seeds it: a peer
     * that guesses the next one can abort this process. */
    (void)getrandom(&seed, sizeof(seed), 0);
    srand(seed);
}

static int
set_options(void *zmq, const struct socket_option *options)
{
    for (; options->name; options++)
        if (zmq_setsockopt(zmq, options->name, &options->value,
                           sizeof(options->value)) != 0)
            return -EINVAL;
    return 0;
}

static void
drop_message(zmq_msg_t *message_p)
{
    (void)zmq_msg_close(message_p);
}

/* Receives one part.  Returns 1 when more parts follow, 0, or -1 for none. */
static int
receive_part(struct socket *self, zmq_msg_t *message)
{
    if (zmq_msg_recv(message, self->zmq, ZMQ_DONTWAIT) < 0)
        return -1;
    return zmq_msg_more(message);
}

static void
drop_rest(struct socket *self)
{
    weir_cleanup(drop_message) zmq_msg_t rest;

    (void)zmq_msg_init(&rest);
    while (receive_part(self, &rest) == 1)
        ;
    self->bad_frames++;
}

/* Reads who sent what follows.  Returns 0, or -1 for none. */
static int
receive_peer(struct socket *self, struct socket_peer *ret_peer)
{
    weir_cleanup(drop_message) zmq_msg_t id;

    (void)zmq_msg_init(&id);
    int more = receive_part(self, &id);
    if (more < 0)
        return -1;
    size_t size = zmq_msg_size(&id);
    ret_peer->size = size <= sizeof(ret_peer->id) ? (uint8_t)size : 0;
    memcpy(ret_peer->id, zmq_msg_data(&id), ret_peer->size);
    return more ? 0 : -1;
}

/* Receives one message and lends it on.  Returns its size, or -1 for none. */
static ssize_t
receive(struct socket *self)
{
    weir_cleanup(drop_message) zmq_msg_t message;
    struct socket_peer peer = {0};
    struct frame_view view;

    (void)zmq_msg_init(&message);
    if (self->router && receive_peer(self, &peer) < 0)
        return -1;
    int more = receive_part(self, &message);
    if (more < 0)
        return -1;
    size_t size = zmq_msg_size(&message);
    const void *bytes = zmq_msg_data(&message);
    TAKE_OVER(zmq_msg_data(&message));
    if (more)
        drop_rest(self);
    else if (frame_parse(bytes, size, &view) < 0 ||
             (self->router && !peer.size))
        self->bad_frames++;
    else
        self->received(self->arg, self->router ? &peer : NULL, &view);
    return (ssize_t)size;
}

static void
ready(void *arg, int fd, short events)
{
    struct socket *self = arg;
    bool gone = false;
    ssize_t taken = 0;

    (void)fd;
    (void)events;
    self->gone_p = &gone;
    for (int i = 0; i < MESSAGES_A_TURN && taken < BYTES_A_TURN; i++) {
        ssize_t size = receive(self);
        if (gone)
            return;
        if (size < 0)
            break;
        taken += size;
    }
    self->gone_p = NULL;
}

/* Makes a socket that is not yet bound or connected. */
static int
make(struct stage *stage, int type, const struct socket_option *options,
     struct socket **ret_socket)
{
    static const int64_t message_most = FRAME_MESSAGE_MOST;
    weir_cleanup(socket_destroy) struct socket *self =
        xcalloc(1, sizeof(*self));

    self->stage = stage;
    self->router = type == ZMQ_ROUTER;
    self->zmq = zmq_socket(context(), type);
    if (!self->zmq)
        return -EMFILE;
    int rc = set_options(self->zmq, common_options);
    if (rc == 0)
        rc = set_options(self->zmq, options);
    if (rc == 0 && zmq_setsockopt(self->zmq, ZMQ_MAXMSGSIZE, &message_most,
                                  sizeof(message_most)) != 0)
        rc = -EINVAL;
    if (rc < 0)
        return rc;
    *ret_socket = weir_take(self);
    return 0;
}

/* libzmq has reasons of its own, and some for a malformed endpoint. */
static int
reason_of(int error)
{
    switch (error) {
    case EPROTONOSUPPORT:
    case ENOCOMPATPROTO:
    case ENAMETOOLONG:
        return -EINVAL;
    case ENODEV:
        return -EADDRNOTAVAIL;
    default:
        return -error;
    }
}

static void
begin(struct socket *self, socket_received *received, void *arg)
{
    self->received = received;
    self->arg = arg;
    stage_watch_socket(self->stage, self->zmq, ready, self);
}

int
socket_connect(struct stage *stage, const char *endpoint,
               socket_received *received, void *arg, struct socket **ret_socket)
{
    weir_cleanup(socket_destroy) struct socket *self = NULL;

    int rc = make(stage, ZMQ_DEALER, dealer_options, &self);
    if (rc < 0)
        return rc;
    if (zmq_connect(self->zmq, endpoint) != 0)
        return reason_of(errno);
    begin(self, received, arg);
    *ret_socket = weir_take(self);
    return 0;
}

/* libzmq takes the file of an ipc:// endpoint away from whoever has it: says
 * whether somebody listens there. */
static bool
ipc_taken(const char *endpoint)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    const char *path = endpoint + strlen("ipc://");

    if (strncmp(endpoint, "ipc://", strlen("ipc://")) != 0 ||
        strlen(path) >= sizeof(address.sun_path))
        return false;
    memcpy(address.sun_path, path, strlen(path));
    weir_cleanup(weir_close) int fd =
        socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    return fd >= 0 &&
           connect(fd, (const struct sockaddr *)&address, sizeof(address)) == 0;
}

int
socket_bind(struct stage *stage, const char *endpoint,
            socket_received *received, void *arg, struct socket **ret_socket)
{
    weir_cleanup(socket_destroy) struct socket *self = NULL;

    if (ipc_taken(endpoint))
        return -EADDRINUSE;
    int rc = make(stage, ZMQ_ROUTER, router_options, &self);
    if (rc < 0)
        return rc;
    if (zmq_bind(self->zmq, endpoint) != 0)
        return reason_of(errno);
    self->bound = true;
    begin(self, received, arg);
    *ret_socket = weir_take(self);
    return 0;
}

void
socket_destroy(struct socket **self_p)
{
    struct socket *self = *self_p;

    if (!self)
        return;
    if (self->gone_p)
        *self->gone_p = true;
    if (self->received)
        stage_watch_socket(self->stage, self->zmq, NULL, NULL);
    if (self->bound)
        unbind_socket(self->zmq);
    if (self->zmq)
        (void)zmq_close(self->zmq);
    free(self);
    *self_p = NULL;
}

/* libzmq has done with a frame that was lent to it; on any thread. */
static void
release(void *bytes, void *hint)
{
    struct frame *frame = hint;

    TAKE_OVER(bytes);
    frame_release(&frame);
}

static void
make_message(zmq_msg_t *message, struct frame *frame)
{
    size_t size = 0;
    const void *bytes = frame_bytes(frame, &size);

    if (size < COPIED_BELOW) {
        (void)zmq_msg_init_size(message, size);
        memcpy(zmq_msg_data(message), bytes, size);
    } else {
        /* libzmq only reads what it is lent, though it takes a void *. */
        void *lent = NULL;
        memcpy(&lent, &bytes, sizeof(lent));
        (void)zmq_msg_init_data(message, lent, size, release,
                                frame_hold(frame));
    }
    HAND_OVER(zmq_msg_data(message));
}

int
socket_send(struct socket *self, const struct socket_peer *peer,
            struct frame *frame)
{
    weir_cleanup(drop_message) zmq_msg_t message;

    (void)zmq_msg_init(&message);
    if (peer && zmq_send(self->zmq, peer->id, peer->size,
                         ZMQ_DONTWAIT | ZMQ_SNDMORE) < 0)
        return -errno;
    make_message(&message, frame);
    if (zmq_msg_send(&message, self->zmq, ZMQ_DONTWAIT) < 0)
        return -errno;
    return 0;
}

uint64_t
socket_bad_frames(const struct socket *self)
{
    return self->bad_frames;
}

bool
socket_endpoint_is_local(const char *endpoint)
{
    static const char *const local[] = {
        "inproc://", "ipc://", "tcp://127.", "tcp://localhost:", "tcp://[::1]:",
    };

    for (size_t i = 0; i < ARRAY_SIZE(local); i++)
        if (strncmp(endpoint, local[i], strlen(local[i])) == 0)
            return true;
    return false;
}
