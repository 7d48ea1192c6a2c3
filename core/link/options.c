/* link/options.c - the options of all sockets of links */
#include <config.h>

#include "link/options.h"

#include <errno.h>
#include <stdint.h>
#include <zmq.h>

#include "link/frame.h"

struct option {
    int name, value;
};

/* ROUTER_MANDATORY tells when a peer has gone.  The marks are above what credit
 * allows in batches of some size, so that the I/O thread goes on reading; what
 * is above them waits in TCP's buffers.  There are no ZMTP heartbeats: they cut
 * healthy connections whose reader is slow. */
static const struct option common_options[] = {
    {ZMQ_LINGER, 0},        {ZMQ_HANDSHAKE_IVL, 5000},
    {ZMQ_TCP_MAXRT, 5000},  {ZMQ_CONNECT_TIMEOUT, 3000},
    {ZMQ_TCP_KEEPALIVE, 1}, {ZMQ_IPV6, 1},
    {ZMQ_HEARTBEAT_IVL, 0}, {ZMQ_SNDHWM, 2048},
    {ZMQ_RCVHWM, 4096},     {0, 0},
};

static const struct option dealer_options[] = {
    {ZMQ_RECONNECT_IVL, 100}, {ZMQ_RECONNECT_IVL_MAX, 2000}, {0, 0}};

static const struct option router_options[] = {
    {ZMQ_ROUTER_MANDATORY, 1}, {ZMQ_BACKLOG, 1024}, {0, 0}};

static int
set_all(void *zmq, const struct option *options)
{
    for (; options->name; options++)
        if (zmq_setsockopt(zmq, options->name, &options->value,
                           sizeof(options->value)) != 0)
            return -EINVAL;
    return 0;
}

int
options_set(void *zmq, bool router)
{
    static const int64_t message_most = FRAME_MESSAGE_MOST;

    int rc = set_all(zmq, common_options);
    if (rc == 0)
        rc = set_all(zmq, router ? router_options : dealer_options);
    if (rc == 0 && zmq_setsockopt(zmq, ZMQ_MAXMSGSIZE, &message_most,
                                  sizeof(message_most)) != 0)
        rc = -EINVAL;
    return rc;
}
