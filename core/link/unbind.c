/* unbind.c - give an address back */
#include <config.h>

#include "link/unbind.h"

#include <czmq.h>

#include <weir/cleanup.h>

enum { WAIT_MOST_MS = 500 };

static void
close_socket(void **zmq_p)
{
    if (*zmq_p)
        (void)zmq_close(*zmq_p);
}

/* Begins to hear of listeners of 'zmq' that close. */
static void *
begin_to_watch(void *zmq)
{
    static const int wait_ms = WAIT_MOST_MS;
    static const int no_wait_ms = 0;
    char name[64];

    (void)snprintf(name, sizeof(name), "inproc://weir.unbind.%p", zmq);
    if (zmq_socket_monitor(zmq, name,
                           ZMQ_EVENT_CLOSED | ZMQ_EVENT_CLOSE_FAILED) != 0)
        return NULL;
    void *events = zmq_socket(zsys_init(), ZMQ_PAIR);
    if (!events)
        return NULL;
    (void)zmq_setsockopt(events, ZMQ_RCVTIMEO, &wait_ms, sizeof(wait_ms));
    (void)zmq_setsockopt(events, ZMQ_LINGER, &no_wait_ms, sizeof(no_wait_ms));
    (void)zmq_connect(events, name);
    return events;
}

void
unbind_socket(void *zmq)
{
    char endpoint[512];
    size_t size = sizeof(endpoint);
    char event[64];

    if (zmq_getsockopt(zmq, ZMQ_LAST_ENDPOINT, endpoint, &size) != 0)
        return;
    weir_cleanup(close_socket) void *events = begin_to_watch(zmq);
    bool within = strncmp(endpoint, "inproc://", strlen("inproc://")) == 0;
    /* Within the process it is done at once, and there is no event. */
    if (zmq_unbind(zmq, endpoint) == 0 && events && !within)
        (void)zmq_recv(events, event, sizeof(event), 0);
    (void)zmq_socket_monitor(zmq, NULL, 0);
}
