/* shelf.h - all series that are kept, found by what they are
 *
 * A series has a slot; a place is a slot as it was when it was looked up, and
 * leads nowhere once the series has gone.  Nothing here locks: whoever calls
 * holds the storage's lock for writing, except where it says "reader".  What
 * readers do without the lock is to look at the 'series' of an entry that they
 * have pinned.
 */
#ifndef SHELF_H
#define SHELF_H

#include <stdatomic.h>
#include <stdint.h>

#include <weir/batch.h>

#include "lookup.h"
#include "ring.h"

struct shelf_metric;

struct shelf_entry {
    struct weir_series series; /* own, in the same piece of memory */
    struct shelf_metric *metric;
    uint64_t hash;
    uint64_t born;    /* 1, 2, 3... over all entries */
    int64_t alive_ns; /* when it last had a value; monotonic */
    size_t size;      /* bytes of the entry without its ring */
    uint32_t slot;
    atomic_uint pins; /* readers that look at it; it stays meanwhile */
    struct ring ring;
};

struct shelf_place {
    uint32_t slot;
    uint32_t generation; /* 0: nowhere */
};

struct shelf_slot {
    struct shelf_entry *entry; /* NULL: free */
    uint32_t generation;       /* grows with each entry that had it */
    uint32_t next_free;
};

/* The first four are the owner's to set, the rest begins as 0. */
struct shelf {
    uint32_t samples_most; /* of a series */
    uint32_t series_most;  /* 0: no limit */
    uint64_t bytes_most;   /* 0: no limit */
    uint64_t seed;         /* makes hashes that others cannot foresee */

    struct lookup entries, metrics;
    struct shelf_slot *slots; /* [slot_room], the first slot_count were used */
    uint32_t slot_count, slot_room;
    uint32_t first_free; /* slot + 1; 0: none */
    uint64_t born;
    uint64_t bytes; /* as if no block shared its times: at worst */
    uint64_t samples, blocks;
    struct times_pool times;
};

/* Frees everything; nobody reads any more. */
void shelf_fini(struct shelf *self);

/* Finds or makes the entry of 'series'.  Returns 0, -EDQUOT above a limit, or
 * -ENOMEM. */
int shelf_take_in(struct shelf *self, const struct weir_series *series,
                  int64_t now_ns, struct shelf_place *ret_place);

/* Returns the entry at the place, or NULL when it has gone. */
struct shelf_entry *shelf_at(const struct shelf *self,
                             struct shelf_place place);

/* Adds a sample.  Returns 0, -ERANGE for one that is older than a full ring,
 * or -EDQUOT when there is not even room for the series' first block. */
int shelf_put(struct shelf *self, struct shelf_entry *entry, int64_t time_ns,
              double value);

/* What was put since this was called last came in one batch. */
void shelf_end_batch(struct shelf *self);

/* Frees what nobody pins and had its last value before 'before_ns'. */
void shelf_expire(struct shelf *self, int64_t before_ns);

/* Reader: bytes of all series and samples, as it is. */
uint64_t shelf_size(const struct shelf *self);

/* Reader: how many series there are. */
uint32_t shelf_series_count(const struct shelf *self);

#endif /* SHELF_H */
