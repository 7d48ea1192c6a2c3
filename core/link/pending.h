/* pending.h - batches that a store has taken and not yet called durable
 *
 * A queue in the order in which they were appended, over all streams.
 */
#ifndef LINK_PENDING_H
#define LINK_PENDING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct stream;

struct pending_batch {
    struct stream *stream;
    uint64_t sequence;
    uint64_t ticket; /* the last one given out when it came */
    uint64_t cost;
    uint32_t refused; /* samples, by a limit */
    bool appended;    /* the ticket is its own; else it was refused before */
    char *why;        /* why it is refused for ever, owned; else NULL */
};

struct pending {
    struct pending_batch *batches; /* [room], from 'first' on */
    size_t room, first, count;
};

void pending_fini(struct pending *self);

/* Takes a batch in, with its 'why'. */
void pending_push(struct pending *self, const struct pending_batch *batch);

/* Returns the oldest batch, or NULL; valid until the next push or pop. */
struct pending_batch *pending_first(struct pending *self);

/* Drops the oldest. */
void pending_pop(struct pending *self);

/* Returns the batch that was appended as 'ticket', or NULL. */
struct pending_batch *pending_find(struct pending *self, uint64_t ticket);

#endif /* LINK_PENDING_H */
