/* link/dial.c - connects a socket to the peer that has the key of its host */
#include <config.h>

#include "link/dial.h"

#include <errno.h>
#include <string.h>
#include <zmq.h>

#include <weir/cleanup.h>

#include "base.h"
#include "clock.h"
#include "endpoint.h"
#include "link/curve.h"
#include "link/monitor.h"
#include "log.h"

static const int64_t look_ns = 2 * NS_PER_S;

enum {
    HEARD =
        ZMQ_EVENT_HANDSHAKE_SUCCEEDED | ZMQ_EVENT_HANDSHAKE_FAILED_NO_DETAIL |
        ZMQ_EVENT_HANDSHAKE_FAILED_PROTOCOL | ZMQ_EVENT_HANDSHAKE_FAILED_AUTH,
};

struct dial {
    struct stage *stage;
    void *zmq;
    struct keyring *keys;
    char *text; /* the endpoint */
    char *host; /* of it, without brackets */
    struct monitor *monitor;
    int timer;
    uint64_t turn;         /* of the roll that was looked at */
    bool connected;        /* with 'key' */
    uint8_t key[KEY_SIZE]; /* that is expected */
    size_t nth;            /* which key of the host it is, or will be */
    bool failed;           /* the last handshake */
};

static void
disconnect(struct dial *self)
{
    if (self->connected)
        (void)zmq_disconnect(self->zmq, self->text);
    self->connected = false;
}

static int
connect_to(struct dial *self, const struct peer *peer)
{
    disconnect(self);
    int rc = curve_expect(self->zmq, self->keys, peer);
    if (rc < 0)
        return rc;
    if (zmq_connect(self->zmq, self->text) != 0)
        return -errno;
    memcpy(self->key, peer->key, KEY_SIZE);
    self->connected = true;
    return 0;
}

/* Says whether the key that is expected is still one of the host's. */
static bool
is_right(const struct dial *self, const struct roll *roll)
{
    const struct peer *peer = roll_find(roll, self->key);

    return peer && peer_is_called(peer, self->host);
}

/* Looks for the key, and connects with it; or ends what was made with a key
 * that is gone. */
static int
dial(struct dial *self)
{
    weir_cleanup(roll_release) struct roll *roll = NULL;

    self->turn = keyring_turn(self->keys);
    roll = keyring_roll(self->keys);
    if (self->connected && !self->failed && is_right(self, roll))
        return 0;
    self->nth += self->failed;
    self->failed = false;
    const struct peer *peer = roll_find_name(roll, self->host, self->nth);
    if (peer)
        return connect_to(self, peer);
    log_line(LOG_ERROR, "peer_unknown", "link", self->text, "error",
             "the folder of peers has no key of this host; put it there as "
             "HOST.pub",
             NULL);
    disconnect(self);
    return 0;
}

static void
look(void *arg)
{
    struct dial *self = arg;

    if (!self->failed && keyring_turn(self->keys) == self->turn)
        return;
    int rc = dial(self);
    if (rc < 0)
        log_line(LOG_ERROR, "dial_failed", "link", self->text, "error",
                 strerror(-rc), NULL);
}

static void
heard(void *arg, uint16_t event, uint32_t value)
{
    static const struct {
        uint16_t event;
        const char *why;
    } reasons[] = {
        {ZMQ_EVENT_HANDSHAKE_FAILED_AUTH,
         "it refuses this host's key, which is to stand in its folder of "
         "peers, with rights"},
        {ZMQ_EVENT_HANDSHAKE_FAILED_PROTOCOL,
         "it does not speak with keys, or has another key than the folder of "
         "peers says"},
        {ZMQ_EVENT_HANDSHAKE_FAILED_NO_DETAIL,
         "it hung up: it may have another key than the folder of peers says"},
    };
    struct dial *self = arg;

    (void)value;
    self->failed = event != ZMQ_EVENT_HANDSHAKE_SUCCEEDED;
    for (size_t i = 0; i < ARRAY_SIZE(reasons); i++)
        if (reasons[i].event == event)
            log_line(LOG_ERROR, "handshake_failed", "link", self->text, "error",
                     reasons[i].why, NULL);
}

static char *
bare_host(const char *host)
{
    size_t brackets = host[0] == '[';

    return x_or_die(strndup(host + brackets, strlen(host) - 2 * brackets));
}

int
dial_open(struct stage *stage, void *zmq, struct keyring *keys,
          const char *endpoint, struct dial **ret_dial)
{
    weir_cleanup(dial_destroy) struct dial *self = xcalloc(1, sizeof(*self));
    const struct monitor_settings monitor = {zmq, HEARD, heard, self};
    struct endpoint place;

    self->stage = stage;
    self->zmq = zmq;
    self->keys = keys;
    self->text = x_or_die(strdup(endpoint));
    if (!endpoint_parse(endpoint, &place))
        return -EINVAL;
    self->host = bare_host(place.host);
    int rc = monitor_open(stage, &monitor, &self->monitor);
    if (rc == 0)
        rc = dial(self);
    if (rc < 0)
        return rc;
    self->timer = stage_timer(stage, look_ns, look_ns, look, self);
    *ret_dial = weir_take(self);
    return 0;
}

void
dial_destroy(struct dial **self_p)
{
    struct dial *self = weir_take(*self_p);

    if (!self)
        return;
    if (self->timer)
        stage_timer_stop(self->stage, self->timer);
    monitor_destroy(&self->monitor);
    free(self->host);
    free(self->text);
    free(self);
}
