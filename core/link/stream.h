/* stream.h - the streams that a receiver knows, by name and by peer
 *
 * A stream is a sender's numbered sequence of batches; a peer with a slot is
 * the connection on which it comes at present.
 */
#ifndef LINK_STREAM_H
#define LINK_STREAM_H

#include "link/account.h"
#include "link/known.h"
#include "link/socket.h"
#include "link/word.h"

/* Where frames of a sender come from, and go to. */
struct receiver_peer {
    struct socket *socket;
    struct socket_peer id;
    const struct peer
        *who; /* while it is heard; NULL: keys are not asked for */
};

enum { STREAM_VERDICTS_MOST = 1024 };

struct stream {
    struct word_hello hello; /* the last one */
    struct receiver_peer peer;
    uint8_t slot;
    bool bound;    /* 'peer' and 'slot' are those of a connection */
    bool leaving;  /* said BYE; goes when nothing is pending */
    bool due;      /* an ack is to be sent */
    bool rewind;   /* which says so */
    bool starved;  /* a batch was dropped for want of room */
    bool dry;      /* it was told that it has no credit at all */
    uint64_t last; /* taken up to here: appended or refused */
    uint64_t durable;
    uint64_t pending;      /* batches between */
    uint64_t pending_cost; /* and their cost */
    unsigned wants;        /* how often the next batch's layout was asked for */
    bool listed;        /* its sender listed all layouts since the last batch */
    int64_t rewound_ns; /* when 'rewind' was last said; INT64_MIN: not */
    int64_t heard_ns;   /* when anything came */
    int64_t batch_ns;   /* when a batch came */
    struct account *account; /* of who began it; NULL without keys */
    uint64_t version; /* of what its owner might claim, when layouts came */
    struct known *layouts;
    struct word_verdict *verdicts; /* that the sender may not know */
    size_t verdict_count, verdict_room;
    struct stream *next; /* in its chain of the table */
};

struct streams {
    struct stream **streams; /* [count] */
    size_t count, room;
    struct stream *chains[1 << 12]; /* those that are bound, by peer and slot */
    struct accounts accounts;
};

void streams_fini(struct streams *self);

/* Returns a new stream, which the table owns, of the peer 'who' (or NULL). */
struct stream *streams_add(struct streams *self, const struct word_hello *hello,
                           const struct peer *who);

/* Unbinds a stream, takes it out and frees it. */
void streams_remove(struct streams *self, struct stream *stream);

struct stream *streams_find(const struct streams *self,
                            const uint8_t stream[16]);

struct stream *streams_of_peer(const struct streams *self,
                               const struct receiver_peer *peer, uint8_t slot);

/* Says that the stream comes from 'peer' now, and no other does. */
void streams_bind(struct streams *self, struct stream *stream,
                  const struct receiver_peer *peer, uint8_t slot);
void streams_unbind(struct streams *self, struct stream *stream);

/* Says whether the stream is that of the peer 'name', whichever key of it;
 * whose it becomes when it is nobody's yet. */
bool streams_claim(struct streams *self, struct stream *stream,
                   const char *name);

/* Keeps a verdict until stream_confirm(). */
void stream_verdict(struct stream *self, uint64_t sequence, uint32_t refused,
                    const char *why);

/* Says whether there are so many that the sender should hear of them before
 * more is taken. */
bool stream_untold(const struct stream *self);

/* The sender knows the fate of all batches below 'first'. */
void stream_confirm(struct stream *self, uint64_t first);

#endif /* LINK_STREAM_H */
