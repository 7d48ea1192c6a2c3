/* link/monitor.c - hears what happens to a socket's connections */
#include <config.h>

#include "link/monitor.h"

#include <czmq.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include <weir/cleanup.h>

#include "base.h"

enum { EVENT_SIZE = 6 };

struct monitor {
    struct stage *stage;
    struct monitor_settings settings;
    void *events; /* PAIR */
    bool *gone_p; /* while events are told: set when this is destroyed */
};

/* Takes the next event: a part with its number and value, and the endpoint. */
static bool
take(struct monitor *self, uint16_t *ret_event, uint32_t *ret_value)
{
    unsigned char bytes[EVENT_SIZE];
    char endpoint[512];

    int size = zmq_recv(self->events, bytes, sizeof(bytes), ZMQ_DONTWAIT);
    if (size < 0)
        return false;
    (void)zmq_recv(self->events, endpoint, sizeof(endpoint), ZMQ_DONTWAIT);
    memcpy(ret_event, bytes, sizeof(*ret_event));
    memcpy(ret_value, bytes + sizeof(*ret_event), sizeof(*ret_value));
    return size == EVENT_SIZE;
}

static void
ready(void *arg, int fd, short events)
{
    struct monitor *self = arg;
    uint16_t event = 0;
    uint32_t value = 0;
    bool gone = false;

    (void)fd;
    (void)events;
    self->gone_p = &gone;
    while (take(self, &event, &value)) {
        self->settings.heard(self->settings.arg, event, value);
        if (gone)
            return;
    }
    self->gone_p = NULL;
}

int
monitor_open(struct stage *stage, const struct monitor_settings *settings,
             struct monitor **ret_monitor)
{
    static const int none = 0;
    weir_cleanup(monitor_destroy) struct monitor *self =
        xcalloc(1, sizeof(*self));
    char name[64];

    self->stage = stage;
    self->settings = *settings;
    (void)snprintf(name, sizeof(name), "inproc://weir.monitor.%p",
                   settings->zmq);
    if (zmq_socket_monitor(settings->zmq, name, settings->events) != 0)
        return -EMFILE;
    self->events = zmq_socket(zsys_init(), ZMQ_PAIR);
    if (!self->events)
        return -EMFILE;
    (void)zmq_setsockopt(self->events, ZMQ_LINGER, &none, sizeof(none));
    /* No mark: at one libzmq's I/O thread would wait for this stage. */
    (void)zmq_setsockopt(self->events, ZMQ_RCVHWM, &none, sizeof(none));
    if (zmq_connect(self->events, name) != 0)
        return -EMFILE;
    stage_watch_socket(stage, self->events, ready, self);
    *ret_monitor = weir_take(self);
    return 0;
}

void
monitor_destroy(struct monitor **self_p)
{
    struct monitor *self = weir_take(*self_p);

    if (!self)
        return;
    if (self->gone_p)
        *self->gone_p = true;
    (void)zmq_socket_monitor(self->settings.zmq, NULL, 0);
    if (self->events) {
        stage_watch_socket(self->stage, self->events, NULL, NULL);
        (void)zmq_close(self->events);
    }
    free(self);
}
