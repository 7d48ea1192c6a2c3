/* link/keyring.c - the process' one identity: its own key, and its peers */
#include <config.h>

#include "link/keyring.h"

#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <zmq.h>

#include <weir/cleanup.h>

#include "base.h"
#include "clock.h"
#include "link/socket.h"
#include "link/unbind.h"
#include "link/zap.h"
#include "log.h"
#include "self.h"
#include "stage.h"

static const int64_t look_ns = 2 * NS_PER_S;
static const int64_t again_ns = 250 * NS_PER_MS; /* between two looks */
static const int64_t stop_ns = NS_PER_S;

struct keyring {
    struct keypair pair;
    char *folder;
    struct stage *stage;
    void *zap;      /* REP */
    uint64_t stamp; /* of what the roll was read from; the stage's */
    int64_t looked_ns;

    pthread_mutex_t lock; /* of 'roll' */
    struct roll *roll;
    _Atomic uint64_t turn, accepted, refused;
};

static void
log_wrong(void *arg, const char *file, int line, const char *why)
{
    (void)arg;
    log_line(LOG_ERROR, "peer_wrong", "part", file, "line",
             line ? log_number(line) : NULL, "error", why, NULL);
}

static void
take_roll(struct keyring *self, struct roll *fresh)
{
    (void)pthread_mutex_lock(&self->lock);
    struct roll *old = self->roll;
    self->roll = fresh;
    (void)pthread_mutex_unlock(&self->lock);
    self->turn++;
    roll_release(&old);
}

/* Without its folder nobody is a peer; but want of descriptors or the like
 * cuts nobody off. */
static void
read_again(struct keyring *self, uint64_t stamp)
{
    struct roll *fresh = NULL;

    int rc = roll_read(self->folder, log_wrong, NULL, &fresh);
    if (rc < 0)
        log_line(LOG_ERROR, "peers_unread", "folder", self->folder, "error",
                 roll_why(rc), NULL);
    if (rc == -EMFILE || rc == -ENFILE || rc == -ENOMEM || rc == -EIO)
        return;
    if (rc < 0)
        fresh = roll_new();
    self->stamp = stamp;
    log_line(LOG_INFO, "peers_read", "folder", self->folder, "count",
             log_number((long long)roll_count(fresh)), NULL);
    take_roll(self, fresh);
}

static void
look(void *arg)
{
    struct keyring *self = arg;
    uint64_t stamp = roll_stamp(self->folder);

    self->looked_ns = clock_now_ns();
    if (stamp != self->stamp)
        read_again(self, stamp);
}

/* Receives a request's parts.  Returns how many, at most 'most'; 0: none. */
static size_t
receive(struct keyring *self, zmq_msg_t messages[], size_t most)
{
    size_t count = 0;
    bool more = true;

    while (more) {
        zmq_msg_t *message = &messages[count < most ? count : most];
        (void)zmq_msg_close(message);
        (void)zmq_msg_init(message);
        if (zmq_msg_recv(message, self->zap, ZMQ_DONTWAIT) < 0)
            return 0;
        more = zmq_msg_more(message) != 0;
        count++;
    }
    return count;
}

static void
reply(struct keyring *self, const struct zap_part *request,
      const struct zap_verdict *verdict)
{
    bool good = verdict->code == 200;
    /* libzmq takes metadata for words that it knows; we need none. */
    const struct zap_part parts[] = {
        {"1.0", 3},
        *request,
        {good ? "200" : "400", 3},
        {good ? "OK" : "no", 2},
        {verdict->key_text, good ? strlen(verdict->key_text) : 0},
        {"", 0},
    };

    for (size_t i = 0; i < ARRAY_SIZE(parts); i++)
        (void)zmq_send(self->zap, parts[i].bytes, parts[i].size,
                       i + 1 < ARRAY_SIZE(parts) ? ZMQ_SNDMORE : 0);
}

static void
log_refused(const struct zap_verdict *verdict)
{
    char key[17]; /* so much tells keys apart */

    (void)snprintf(key, sizeof(key), "%.16s", verdict->key_text);
    log_line(LOG_WARN, "peer_refused", "peer",
             verdict->peer ? verdict->peer->name : NULL, "address",
             zap_plain(verdict->address), "key", *key ? key : NULL, "error",
             verdict->why, NULL);
}

static void
judge(struct keyring *self, zmq_msg_t messages[], size_t count)
{
    struct zap_part parts[ZAP_PARTS] = {0};

    for (size_t i = 0; i < count && i < ZAP_PARTS; i++)
        parts[i] = (struct zap_part){zmq_msg_data(&messages[i]),
                                     zmq_msg_size(&messages[i])};
    struct roll *roll = keyring_roll(self);
    const struct zap_verdict verdict = zap_judge(roll, parts, count);
    if (verdict.code == 200)
        self->accepted++;
    else
        self->refused++;
    if (verdict.code == 400)
        log_refused(&verdict);
    reply(self, &parts[1], &verdict);
    roll_release(&roll);
}

static void
asked(void *arg, int fd, short events)
{
    struct keyring *self = arg;
    zmq_msg_t messages[ZAP_PARTS + 1];
    size_t count = 0;

    (void)fd;
    (void)events;
    for (size_t i = 0; i < ARRAY_SIZE(messages); i++)
        (void)zmq_msg_init(&messages[i]);
    while ((count = receive(self, messages, ZAP_PARTS)) > 0) {
        if (clock_now_ns() - self->looked_ns >= again_ns)
            look(self);
        judge(self, messages, count);
    }
    for (size_t i = 0; i < ARRAY_SIZE(messages); i++)
        (void)zmq_msg_close(&messages[i]);
}

static void
provide(void *arg, struct weir_batch *into)
{
    static const struct weir_metric peers = {"weir_peers", WEIR_GAUGE, "",
                                             "Keys in the folder of peers."};
    static const struct weir_metric accepted = {
        "weir_handshakes_accepted_total", WEIR_COUNTER, "",
        "Handshakes of links whose key was let in."};
    static const struct weir_metric refused = {
        "weir_handshakes_refused_total", WEIR_COUNTER, "",
        "Handshakes of links whose key was not let in."};
    struct keyring *self = arg;
    struct roll *roll = keyring_roll(self);

    weir_add(into, &peers, NULL, (double)roll_count(roll));
    weir_add(into, &accepted, NULL, (double)self->accepted);
    weir_add(into, &refused, NULL, (double)self->refused);
    roll_release(&roll);
}

static void
begun(void *arg)
{
    struct keyring *self = arg;

    stage_watch_socket(self->stage, self->zap, asked, self);
    (void)stage_timer(self->stage, look_ns, look_ns, look, self);
}

static void
ended(void *arg)
{
    struct keyring *self = arg;

    stage_watch_socket(self->stage, self->zap, NULL, NULL);
    unbind_socket(self->zap);
    (void)zmq_close(self->zap);
    self->zap = NULL;
}

/* Frees a keyring whose stage does not run. */
static void
keyring_free(struct keyring **self_p)
{
    struct keyring *self = weir_take(*self_p);

    if (!self)
        return;
    if (self->zap)
        (void)zmq_close(self->zap);
    stage_destroy(&self->stage);
    roll_release(&self->roll);
    (void)pthread_mutex_destroy(&self->lock);
    explicit_bzero(&self->pair, sizeof(self->pair));
    free(self->folder);
    free(self);
}

static int
start(struct keyring *self)
{
    static const int no_wait_ms = 0;

    self->zap = zmq_socket(socket_context(), ZMQ_REP);
    if (!self->zap)
        return -EMFILE;
    (void)zmq_setsockopt(self->zap, ZMQ_LINGER, &no_wait_ms,
                         sizeof(no_wait_ms));
    if (zmq_bind(self->zap, ZAP_ENDPOINT) != 0)
        return -errno;
    self->stage = stage_new("keys");
    return stage_start(self->stage, begun, ended, self);
}

int
keyring_open(const char *key, const char *peers, char *why, size_t size,
             struct keyring **ret_keyring)
{
    weir_cleanup(keyring_free) struct keyring *self = xcalloc(1, sizeof(*self));
    char reason[256];

    (void)pthread_mutex_init(&self->lock, NULL);
    self->folder = x_or_die(strdup(peers));
    int rc = keypair_read(key, reason, sizeof(reason), &self->pair);
    if (rc < 0) {
        (void)snprintf(why, size, "%s: %s", key, reason);
        return rc;
    }
    self->stamp = roll_stamp(peers);
    rc = roll_read(peers, log_wrong, NULL, &self->roll);
    if (rc < 0) {
        (void)snprintf(why, size, "%s: %s", peers, roll_why(rc));
        return rc;
    }
    rc = start(self);
    if (rc < 0) {
        (void)snprintf(why, size, ZAP_ENDPOINT ": %s", strerror(-rc));
        return rc;
    }
    self_register(provide, self);
    *ret_keyring = weir_take(self);
    return 0;
}

void
keyring_destroy(struct keyring **self_p)
{
    struct keyring *self = weir_take(*self_p);

    if (!self)
        return;
    self_unregister(self);
    stage_ask_stop(self->stage);
    if (stage_join(self->stage, clock_now_ns() + stop_ns))
        keyring_free(&self);
}

const struct keypair *
keyring_pair(const struct keyring *self)
{
    return &self->pair;
}

struct roll *
keyring_roll(struct keyring *self)
{
    (void)pthread_mutex_lock(&self->lock);
    struct roll *roll = roll_hold(self->roll);
    (void)pthread_mutex_unlock(&self->lock);
    return roll;
}

uint64_t
keyring_turn(const struct keyring *self)
{
    return self->turn;
}

struct keyring_figures
keyring_figures(const struct keyring *self)
{
    return (struct keyring_figures){self->accepted, self->refused};
}
