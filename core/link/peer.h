/* link/peer.h - one whose key is known: who it is and what it may
 *
 * A file of the folder of peers, NAME.pub, tells of one:
 *
 *     # as weir key wrote it
 *     key    = 9f3c...
 *     name   = web-1 web-1.example.net
 *     rights = write
 *     claim instance = web-1(:[0-9]+)?
 *     series = 20000
 *
 * 'name': what it is called, first in logs; without it the file's name.  A link
 * connects to a host only with the key of the peer that is called like it.
 * 'rights': "write", "read" or both; without them it may not connect, only be
 * connected to.  'claim': a label's value in each series that it writes must
 * match the pattern; a series without the label claims nothing by it.
 * 'connections', 'streams', 'layouts', 'series': how many of these it may have
 * at a store at a time.
 *
 * A peer never changes; any thread may read it.
 */
#ifndef LINK_PEER_H
#define LINK_PEER_H

#include <weir/batch.h>

#include "arena.h"
#include "link/keyfile.h"

enum {
    PEER_WRITE = 1,
    PEER_READ = 2,
    PEER_NAMES_MOST = 8,
    PEER_CLAIMS_MOST = 16,
};

/* What a peer may have at a store at a time, unless its file says otherwise. */
enum {
    PEER_CONNECTIONS = 64, /* of one key, at an address */
    PEER_STREAMS = 256,    /* a lane has two; those of a lost process expire */
    PEER_LAYOUTS = 16384,
    PEER_SERIES = 1000000, /* of the layouts */
    PEER_LIMIT_MOST = 1000000000,
};

struct peer_limits {
    uint32_t connections, streams, layouts, series;
};

struct peer_claim {
    const char *label;
    struct weir_pattern *pattern;
};

struct peer {
    const char *name; /* the first */
    const char *names[PEER_NAMES_MOST];
    size_t name_count;
    const char *file; /* where it stands */
    uint8_t key[KEY_SIZE];
    char key_text[KEY_TEXT_SIZE];
    unsigned rights; /* of PEER_WRITE, PEER_READ */
    struct peer_claim claims[PEER_CLAIMS_MOST];
    size_t claim_count;
    struct peer_limits limits;
    uint64_t version; /* another one when its file says something else */
};

/* What is wrong with a file, and in which line; 0: as a whole. */
struct peer_wrong {
    char why[512];
    int line;
};

/* Reads 'text' as the file 'file' (with the folder); what the peer points to
 * lives in 'memory', but for the patterns: peer_fini(), also after a failure.
 * Returns 0, or -EBADMSG. */
int peer_read(struct peer *self, const char *file, const char *text,
              struct arena *memory, struct peer_wrong *reterr_wrong);
void peer_fini(struct peer *self);

/* Says whether the peer is called 'name', in letters of any case. */
bool peer_is_called(const struct peer *self, const char *name);

/* Returns the label of the series that the peer may not claim, or NULL. */
const struct weir_label *peer_overclaims(const struct peer *self,
                                         const struct weir_series *series);

#endif /* LINK_PEER_H */
