/* memory.h - the instance of storage memory
 *
 * The instance's own thread changes the shelf, under 'lock' for writing; query
 * threads look at it under 'lock' for reading, a short while each time.
 */
#ifndef MEMORY_H
#define MEMORY_H

#include <pthread.h>

#include <weir/plugin.h>

#include "shelf.h"

struct memory_stream;

struct memory {
    int64_t samples; /* options: see the table */
    int64_t series;
    struct weir_size size;
    struct weir_duration expire;

    pthread_rwlock_t lock;
    struct shelf shelf; /* under 'lock' */
    uint64_t refused;   /* samples; under 'lock' */
    bool is_open;

    /* Of the instance's own thread. */
    struct memory_stream *streams; /* [stream_count] */
    size_t stream_count, stream_room;
    uint64_t turn;   /* counts batches */
    int64_t told_ns; /* monotonic */
};

/* Answers a select; see weir/plugin.h.  On any thread. */
int memory_answer(struct memory *self, const struct weir_select *what,
                  struct weir_sink *sink);

#endif /* MEMORY_H */
