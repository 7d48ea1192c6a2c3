/* socket.c - the one place that calls ZeroMQ for links */
#include <config.h>

#include "link/socket.h"

#include <arpa/inet.h>
#include <errno.h>
#include <malloc.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>
#include <zmq.h>

#include <weir/cleanup.h>

#include "base.h"
#include "link/curve.h"
#include "link/dial.h"
#include "link/guard.h"
#include "link/options.h"
#include "link/unbind.h"
#include "log.h"

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
    KEPT_BYTES = 8 << 20,   /* free memory that who listens keeps, an arena */
};

struct socket {
    void *zmq;
    struct stage *stage;
    bool router;
    bool bound;
    socket_received *received;
    void *arg;
    struct guard *guard;    /* bound with keys; else NULL */
    struct dial *dial;      /* connected with keys; else NULL */
    const struct peer *who; /* sent what is being received; see socket_who() */
    uint64_t bad_frames;
    char *endpoint;
    bool *gone_p; /* while receiving: set when the socket is destroyed */
};

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

/* What it is: bytes of another program, or of somebody who means harm. */
static void
tell_bad(struct socket *self, const char *why)
{
    self->bad_frames++;
    log_line(LOG_WARN, "bad_frame", "endpoint", self->endpoint, "peer",
             self->who ? self->who->name : NULL, "error", why, NULL);
}

static void
drop_rest(struct socket *self)
{
    weir_cleanup(drop_message) zmq_msg_t rest;

    (void)zmq_msg_init(&rest);
    while (receive_part(self, &rest) == 1)
        ;
    tell_bad(self, "a message has several parts");
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
    self->who = self->guard ? guard_hear(self->guard, &message) : NULL;
    if (more)
        drop_rest(self);
    else if (self->guard && !self->who)
        ; /* the guard has cut it off */
    else if (frame_parse(bytes, size, &view) < 0 ||
             (self->router && !peer.size))
        tell_bad(self, "a message is no frame of this protocol");
    else
        self->received(self->arg, self->router ? &peer : NULL, &view);
    return (ssize_t)size;
}

static void
ready(void *arg, int fd, short events)
{
    struct socket *self = arg;
    bool gone = false;
    ssize_t taken = 0, size = 0;
    unsigned count = 0;

    (void)fd;
    (void)events;
    self->gone_p = &gone;
    while (count < MESSAGES_A_TURN && taken < BYTES_A_TURN) {
        size = receive(self);
        if (gone)
            return;
        if (size < 0)
            break;
        taken += size;
        count++;
    }
    self->gone_p = NULL;
    if (size < 0)
        stage_found(self->stage, count);
}

/* Makes a socket that is not yet bound or connected. */
static int
make(struct stage *stage, int type, const char *endpoint,
     struct socket **ret_socket)
{
    weir_cleanup(socket_destroy) struct socket *self =
        xcalloc(1, sizeof(*self));

    self->stage = stage;
    self->endpoint = x_or_die(strdup(endpoint));
    self->router = type == ZMQ_ROUTER;
    self->zmq = zmq_socket(socket_context(), type);
    if (!self->zmq)
        return -EMFILE;
    int rc = options_set(self->zmq, self->router);
    if (rc < 0)
        return rc;
    *ret_socket = weir_take(self);
    return 0;
}

/* Keys are for what others may listen to. */
static bool
wants_keys(const struct socket_place *place)
{
    return place->keys &&
           strncmp(place->endpoint, "tcp://", strlen("tcp://")) == 0;
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
socket_connect(struct stage *stage, const struct socket_place *place,
               socket_received *received, void *arg, struct socket **ret_socket)
{
    weir_cleanup(socket_destroy) struct socket *self = NULL;

    int rc = make(stage, ZMQ_DEALER, place->endpoint, &self);
    if (rc < 0)
        return rc;
    if (wants_keys(place))
        rc = dial_open(stage, self->zmq, place->keys, place->endpoint,
                       &self->dial);
    else if (zmq_connect(self->zmq, place->endpoint) != 0)
        rc = -errno;
    if (rc < 0)
        return reason_of(-rc);
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

/* Before it is bound: from then on anybody may come. */
static int
protect(struct socket *self, const struct socket_place *place)
{
    struct guard_settings settings = {
        .zmq = self->zmq,
        .keys = place->keys,
        .name = place->endpoint,
        .limits = guard_usual,
    };

    settings.limits.outstanding_bytes += place->lent_bytes;
    int rc = curve_serve(self->zmq, place->keys);
    if (rc == 0)
        rc = guard_open(self->stage, &settings, &self->guard);
    return rc;
}

/* libzmq has memory of a message's size for each that comes, twice with CURVE,
 * and gives it back at once: by default malloc() would then give pages of it to
 * the kernel and fetch them again, tens of thousands a second.  Who connects
 * sends little at a time, and keeps to the default. */
static void
keep_memory(const char *endpoint)
{
    if (strncmp(endpoint, "inproc://", strlen("inproc://")) == 0)
        return;
    (void)mallopt(M_TRIM_THRESHOLD, KEPT_BYTES);
    (void)mallopt(M_MMAP_THRESHOLD, 2 * FRAME_MOST);
}

int
socket_bind(struct stage *stage, const struct socket_place *place,
            socket_received *received, void *arg, struct socket **ret_socket)
{
    weir_cleanup(socket_destroy) struct socket *self = NULL;

    if (ipc_taken(place->endpoint))
        return -EADDRINUSE;
    int rc = make(stage, ZMQ_ROUTER, place->endpoint, &self);
    if (rc == 0 && wants_keys(place))
        rc = protect(self, place);
    if (rc < 0)
        return rc;
    if (zmq_bind(self->zmq, place->endpoint) != 0)
        return reason_of(errno);
    keep_memory(place->endpoint);
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
    dial_destroy(&self->dial);
    guard_destroy(&self->guard);
    if (self->bound)
        unbind_socket(self->zmq);
    if (self->zmq)
        (void)zmq_close(self->zmq);
    free(self->endpoint);
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

const struct peer *
socket_who(const struct socket *self)
{
    return self->who;
}

bool
socket_has_keys(const struct socket *self)
{
    return self->guard != NULL;
}
