/* link.h - both ends of a link in one process, for the bench `link`
 *
 * A lane to a store that counts (counter.h), over an endpoint, with keys of
 * their own or without, through a spool or not.
 */
#ifndef LINK_BENCH_H
#define LINK_BENCH_H

#include <stdbool.h>

#include "link/keyfile.h"
#include "link/lane.h"
#include "store_rows.h"

enum { LINK_ENDPOINT_SIZE = 64, LINK_SERIES = 10000 };

/* Writes a tcp:// endpoint of this host where nobody listens just now. */
void link_free_endpoint(char ret_endpoint[LINK_ENDPOINT_SIZE]);

/* How batches travel. */
struct link_way {
    const char *name; /* for the table */
    const char *endpoint;
    bool keys;
    bool durable; /* through a spool with sync = always */
    bool packed;
};

/* What all measures share. */
struct link_bench {
    double seconds;
    int rounds;
    const char *folder;             /* for keys and spools */
    const char *rows;               /* a file of rows, or NULL */
    char store[LINK_ENDPOINT_SIZE]; /* of link_agent_store() */
    struct keypair pair;
    struct keyring *keys;
};

struct link_ends {
    struct lane *lane;
    struct counter *counter;
};

/* Returns 0, or -errno as lane_open() or counter_open(). */
int link_ends_open(const struct link_bench *bench, const struct link_way *way,
                   struct link_ends *ret_ends);
void link_ends_close(struct link_ends *self);

/* The lane alone, to a store elsewhere. */
int link_open_lane(const struct link_bench *bench, const struct link_way *way,
                   struct lane **ret_lane);

/* Waits until all that was offered is durable. */
void link_drain(const struct lane *lane);

/* Makes layouts of 'width' series in all, and tells the lane (or NULL) of them.
 */
struct link_load;
struct link_load *link_load_new(struct lane *lane, uint32_t width);
void link_load_destroy(struct link_load **self_p);

/* Returns a frame of one row; NaN values are absent. */
struct frame *link_load_batch(struct link_load *self, int64_t time_ns,
                              const double *values);

/* Starts another process that is the store of link_agent(); before this one has
 * threads.  Returns its id, or -errno. */
int link_agent_store(struct link_bench *bench);

/* Opens the keys in the bench's folder. */
int link_open_keys(struct link_bench *bench);

/* The next batch of LINK_SERIES counters and decimals, a quarter of which
 * differ from the one before; for a load that gets no others. */
struct frame *link_load_turn(struct link_load *self, int64_t time_ns);

/* What `link` measures, each with a table of its own; return 0 or -errno. */
int link_speed(const struct link_bench *bench);
int link_spool(const struct link_bench *bench);
int link_bytes(const struct link_bench *bench);
int link_agent(const struct link_bench *bench);

#endif /* LINK_BENCH_H */
