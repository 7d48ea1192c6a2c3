/* link/guard.c - who comes in at a socket, and who must go */
#include <config.h>

#include "link/guard.h"

#include <errno.h>
#include <linux/tcp.h>
#include <netdb.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/random.h>
#include <sys/resource.h>
#include <sys/socket.h>

#include <weir/cleanup.h>

#include "base.h"
#include "clock.h"
#include "link/monitor.h"
#include "link/zap.h"
#include "log.h"

/* What a message is on the wire beyond its bytes, and a handshake is. */
enum { MESSAGE_EXTRA = 64, HANDSHAKE_EXTRA = 4096, NAME_SIZE = 32 };

static const int64_t turn_ns = 250 * NS_PER_MS;

const struct guard_limits guard_usual = {
    .connections = 16384,
    .silent = 2048,
    .silent_bytes = 256 << 10,
    .outstanding_bytes = 64 << 20,
};

/* A connection; its place in the array is its descriptor. */
struct caller {
    bool here;
    bool spoken;
    bool cut;              /* its end is under way */
    uint64_t cookie;       /* the kernel's; tells descriptors used again */
    uint64_t heard;        /* bytes that messages of it had, on the wire */
    uint8_t key[KEY_SIZE]; /* once it has spoken */
    char name[NAME_SIZE];  /* the same; cut off when it is too long */
};

struct guard {
    struct stage *stage;
    struct keyring *keys;
    char *name;
    struct guard_limits limits;
    struct monitor *monitor;
    struct roll *roll;
    uint64_t turn;          /* of the roll */
    struct caller *callers; /* [room] */
    size_t room;
    size_t count, silent; /* that are here; of these, is_silent() */
    int timer;            /* while any is here; or 0 */
};

static uint64_t
cookie_of(int fd)
{
    uint64_t cookie = 0;
    socklen_t size = sizeof(cookie);

    if (getsockopt(fd, SOL_SOCKET, SO_COOKIE, &cookie, &size) < 0)
        return 0;
    return cookie;
}

/* Bytes that came over the connection so far. */
static uint64_t
received_by(int fd)
{
    struct tcp_info info;
    socklen_t size = sizeof(info);

    memset(&info, 0, sizeof(info));
    if (getsockopt(fd, IPPROTO_TCP, TCP_INFO, &info, &size) < 0)
        return 0;
    return info.tcpi_bytes_received;
}

static void
write_address(int fd, char *text, size_t size)
{
    struct sockaddr_storage address;
    socklen_t length = sizeof(address);

    memset(&address, 0, sizeof(address));
    (void)snprintf(text, size, "unknown");
    if (getpeername(fd, (struct sockaddr *)&address, &length) == 0)
        (void)getnameinfo((struct sockaddr *)&address, length, text,
                          (socklen_t)size, NULL, 0, NI_NUMERICHOST);
}

static bool
is_silent(const struct caller *caller)
{
    return caller->here && !caller->spoken && !caller->cut;
}

/* Ends a connection: libzmq sees its end, and frees what it held.  The
 * descriptor stays libzmq's. */
static void
cut(struct guard *self, int fd, const char *why)
{
    struct caller *caller = &self->callers[fd];
    char address[NI_MAXHOST];

    if (caller->cut || !caller->cookie || caller->cookie != cookie_of(fd))
        return;
    self->silent -= is_silent(caller);
    caller->cut = true;
    write_address(fd, address, sizeof(address));
    log_line(LOG_WARN, "peer_cut", "instance", self->name, "peer",
             caller->spoken ? caller->name : NULL, "address",
             zap_plain(address), "error", why, NULL);
    (void)shutdown(fd, SHUT_RDWR);
}

static void
forget(struct guard *self, int fd)
{
    if (fd < 0 || (size_t)fd >= self->room || !self->callers[fd].here)
        return;
    self->count--;
    self->silent -= is_silent(&self->callers[fd]);
    self->callers[fd] = (struct caller){0};
    if (self->count == 0 && self->timer) {
        stage_timer_stop(self->stage, self->timer);
        self->timer = 0;
    }
}

static bool
is_welcome(const struct guard *self, const struct caller *caller)
{
    const struct peer *peer = roll_find(self->roll, caller->key);

    return peer && peer->rights;
}

/* Whose the silent connections are is not known: when anybody has gone they
 * all go, and those who may come again. */
static void
cut_unwelcome(struct guard *self, bool all_stay)
{
    for (size_t fd = 0; fd < self->room; fd++) {
        const struct caller *caller = &self->callers[fd];
        if (!caller->here)
            continue;
        if (!caller->spoken && !all_stay)
            cut(self, (int)fd, "a key counts no more, perhaps its own");
        if (caller->spoken && !is_welcome(self, caller))
            cut(self, (int)fd, "its key counts no more");
    }
}

static void
look_at_roll(struct guard *self)
{
    uint64_t turn = keyring_turn(self->keys);
    weir_cleanup(roll_release) struct roll *old = NULL;

    if (turn == self->turn)
        return;
    self->turn = turn;
    old = self->roll;
    self->roll = keyring_roll(self->keys);
    cut_unwelcome(self, roll_keeps(self->roll, old));
}

static void
look_at_bytes(struct guard *self)
{
    for (size_t fd = 0; fd < self->room; fd++) {
        struct caller *caller = &self->callers[fd];
        if (!caller->here || caller->cut)
            continue;
        uint64_t most = caller->spoken ? self->limits.outstanding_bytes
                                       : self->limits.silent_bytes;
        if (received_by((int)fd) > caller->heard + HANDSHAKE_EXTRA + most)
            cut(self, (int)fd, "it sends more than it may");
    }
}

static void
look(void *arg)
{
    struct guard *self = arg;

    look_at_roll(self);
    look_at_bytes(self);
}

/* Any of the silent ones: were it the oldest or the youngest, whoever opens
 * very many could keep all others out. */
static void
cut_a_silent_one(struct guard *self, const char *why)
{
    uint32_t pick = 0;

    (void)getrandom(&pick, sizeof(pick), 0);
    pick %= (uint32_t)self->silent;
    for (size_t fd = 0; fd < self->room; fd++)
        if (is_silent(&self->callers[fd]) && pick-- == 0) {
            cut(self, (int)fd, why);
            return;
        }
}

static void
make_room(struct guard *self, size_t fd)
{
    size_t room = (fd + 64) * 2;

    if (fd < self->room)
        return;
    self->callers = xrealloc(self->callers, room, sizeof(*self->callers));
    memset(&self->callers[self->room], 0,
           (room - self->room) * sizeof(*self->callers));
    self->room = room;
}

static void
accept_one(struct guard *self, int fd)
{
    if (fd < 0)
        return;
    make_room(self, (size_t)fd);
    forget(self, fd);
    self->callers[fd] = (struct caller){.here = true, .cookie = cookie_of(fd)};
    self->count++;
    self->silent++;
    if (!self->timer)
        self->timer = stage_timer(self->stage, turn_ns, turn_ns, look, self);
    if (self->silent > self->limits.silent)
        cut_a_silent_one(self, "too many connections say nothing");
    else if (self->count > self->limits.connections)
        cut(self, fd, "there are too many connections");
}

static void
heard(void *arg, uint16_t event, uint32_t value)
{
    struct guard *self = arg;

    switch (event) {
    case ZMQ_EVENT_ACCEPTED:
        accept_one(self, (int)value);
        break;
    case ZMQ_EVENT_DISCONNECTED:
        forget(self, (int)value);
        break;
    case ZMQ_EVENT_HANDSHAKE_FAILED_NO_DETAIL:
    case ZMQ_EVENT_HANDSHAKE_FAILED_PROTOCOL:
        log_line(
            LOG_WARN, "handshake_failed", "instance", self->name, "error",
            event == ZMQ_EVENT_HANDSHAKE_FAILED_PROTOCOL
                ? "somebody has no key, or takes this host for another"
                : "somebody has no key, went away, or said nothing for too "
                  "long",
            NULL);
        break;
    default:
        break;
    }
}

/* So many that there are descriptors for files and clients, too. */
static uint32_t
within_files(uint32_t most)
{
    struct rlimit files;

    if (getrlimit(RLIMIT_NOFILE, &files) < 0 ||
        files.rlim_cur / 2 >= (rlim_t)most)
        return most;
    return (uint32_t)(files.rlim_cur / 2);
}

int
guard_open(struct stage *stage, const struct guard_settings *settings,
           struct guard **ret_guard)
{
    weir_cleanup(guard_destroy) struct guard *self = xcalloc(1, sizeof(*self));
    struct guard_limits *limits = &self->limits;
    const struct monitor_settings monitor = {
        .zmq = settings->zmq,
        .events = ZMQ_EVENT_ACCEPTED | ZMQ_EVENT_DISCONNECTED |
                  ZMQ_EVENT_HANDSHAKE_FAILED_NO_DETAIL |
                  ZMQ_EVENT_HANDSHAKE_FAILED_PROTOCOL,
        .heard = heard,
        .arg = self,
    };

    self->stage = stage;
    self->keys = settings->keys;
    self->name = x_or_die(strdup(settings->name));
    *limits = settings->limits;
    limits->connections = within_files(limits->connections);
    if (limits->silent > limits->connections)
        limits->silent = limits->connections;
    self->turn = keyring_turn(self->keys);
    self->roll = keyring_roll(self->keys);
    int rc = monitor_open(stage, &monitor, &self->monitor);
    if (rc < 0)
        return rc;
    *ret_guard = weir_take(self);
    return 0;
}

void
guard_destroy(struct guard **self_p)
{
    struct guard *self = weir_take(*self_p);

    if (!self)
        return;
    monitor_destroy(&self->monitor);
    if (self->timer)
        stage_timer_stop(self->stage, self->timer);
    roll_release(&self->roll);
    free(self->callers);
    free(self->name);
    free(self);
}

static size_t
count_of_key(const struct guard *self, const uint8_t key[KEY_SIZE])
{
    size_t count = 0;

    for (size_t fd = 0; fd < self->room; fd++) {
        const struct caller *caller = &self->callers[fd];
        count += caller->here && caller->spoken && !caller->cut &&
                 memcmp(caller->key, key, KEY_SIZE) == 0;
    }
    return count;
}

/* Keeps the account of the connection that the message came by.  Its coming may
 * not have been heard of yet; nor is it known, then, what else the descriptor
 * stands for. */
static void
note(struct guard *self, int fd, size_t size, const struct peer *peer)
{
    struct caller *caller = &self->callers[fd];
    bool first = !caller->spoken;

    self->silent -= is_silent(caller);
    caller->spoken = true;
    caller->heard += size + MESSAGE_EXTRA;
    if (!peer)
        return;
    memcpy(caller->key, peer->key, KEY_SIZE);
    (void)snprintf(caller->name, sizeof(caller->name), "%s", peer->name);
    if (first && count_of_key(self, caller->key) > peer->limits.connections)
        cut(self, fd, "there are too many connections with its key");
}

const struct peer *
guard_hear(struct guard *self, zmq_msg_t *message)
{
    const char *user = zmq_msg_gets(message, "User-Id");
    int fd = zmq_msg_get(message, ZMQ_SRCFD);

    look_at_roll(self);
    const struct peer *peer = user ? roll_find_text(self->roll, user) : NULL;
    if (peer && !peer->rights)
        peer = NULL;
    if (fd < 0 || (size_t)fd >= self->room || !self->callers[fd].here)
        return peer;
    note(self, fd, zmq_msg_size(message), peer);
    if (!peer)
        cut(self, fd, "its key counts no more");
    return peer;
}
