/* link/monitor.h - hears what happens to a socket's connections
 *
 * libzmq tells of it over a pair of sockets of its own.  Belongs to the thread
 * of its stage.
 */
#ifndef LINK_MONITOR_H
#define LINK_MONITOR_H

#include <stdint.h>

#include "stage.h"

struct monitor;

/* An event, ZMQ_EVENT_..., and its value: a descriptor, an errno, or whatever
 * zmq_socket_monitor(3) says. */
typedef void monitor_heard(void *arg, uint16_t event, uint32_t value);

struct monitor_settings {
    void *zmq;  /* the socket; outlives the monitor */
    int events; /* to be told of */
    monitor_heard *heard;
    void *arg;
};

/* Returns 0, or -EMFILE. */
int monitor_open(struct stage *stage, const struct monitor_settings *settings,
                 struct monitor **ret_monitor);
void monitor_destroy(struct monitor **self_p);

#endif /* LINK_MONITOR_H */
