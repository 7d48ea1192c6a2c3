/* link/port.h - a store's end of links: what arrives, decoded, in order, once
 *
 * ROUTER sockets on one stage and the protocol's receiver (receiver.h) behind
 * them.  The port keeps the layouts of each stream and gives the store each
 * batch once and in the order of its stream; it acknowledges what the store
 * calls durable.  Where peers show keys, it lets each do what it has rights
 * for, and claim the labels that are its own.  All on the stage's thread, but
 * for port_durable(), port_refused(), port_room() and port_figures().
 */
#ifndef LINK_PORT_H
#define LINK_PORT_H

#include <weir/storage.h>

#include "link/frame.h"
#include "link/socket.h"
#include "stage.h"

struct port;

/* What the port asks of the store; 'arg' is the same for all. */
struct port_calls {
    /* A layout grew from 'from'; layout_resolved() is where to keep what is
     * made of it.  Or it is gone. */
    void (*resolve)(void *arg, struct layout *layout, uint32_t from);
    void (*forget)(void *arg, struct layout *layout);

    /* As in weir_plugin; the parts are those of 'batch'. */
    int (*append)(void *arg, const struct frame_batch *batch,
                  const struct weir_ticket *ticket);
    int (*last)(void *arg, const uint8_t stream[16], uint64_t *ret_sequence);

    /* A frame that is not the port's: SELECT, CREDIT, CANCEL.  'socket' is
     * where the answer goes. */
    void (*asked)(void *arg, struct socket *socket,
                  const struct socket_peer *peer,
                  const struct frame_view *view);
};

/* What a port of this program takes.  Streams: two for each of the connections
 * that an address serves.  Layouts: a relay has those of all its senders in one
 * stream. */
enum { PORT_STREAMS_MOST = 1 << 15, PORT_LAYOUTS_MOST = 1 << 16 };

struct port_settings {
    const char *name;      /* the storage, for logs */
    uint64_t credit_bytes; /* lent in all; each stream has at least a batch */
    uint32_t streams_most; /* of senders; more are refused */
    uint32_t layouts_most; /* of a stream */
    bool tells_room;       /* what has no room always says when there is some;
                            * else it is tried each second */
};

struct port_figures {
    uint64_t batches, samples, bytes;
    uint64_t duplicates, rejected, refused_samples, streams, layouts,
        bad_frames, refused_layouts;
};

struct port *port_new(struct stage *stage, const struct port_settings *settings,
                      const struct port_calls *calls, void *arg);
void port_destroy(struct port **self_p);

/* Returns 0, or -errno as socket_bind(), which says what 'keys' (or NULL) are
 * for. */
int port_bind(struct port *self, const char *endpoint, struct keyring *keys);

/* From any thread; see weir/storage.h. */
void port_durable(struct port *self, uint64_t number);
void port_refused(struct port *self, uint64_t number, const char *why);
void port_room(struct port *self);

/* Answers a SELECT that is not to be; the stage's thread.  'rc' and 'why' are
 * for the asker. */
void port_refuse_select(struct socket *socket, const struct socket_peer *peer,
                        const struct frame_view *view, int rc, const char *why);

void port_figures(const struct port *self, struct port_figures *ret_figures);

#endif /* LINK_PORT_H */
