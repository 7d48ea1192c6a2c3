/* feed.h - a source with synthetic series, and its link to a store
 *
 * Source, outlet and lane are weir's own.  Where an input loses a cycle that
 * finds the window full, a feed waits, so that all that it gives is stored.
 */
#ifndef FEED_H
#define FEED_H

#include <stddef.h>
#include <stdint.h>

struct feed;

/* How values are given. */
enum feed_mode {
    FEED_SET, /* weir_set() by series references */
    FEED_ADD, /* weir_add() with two labels */
};

/* Links to 'endpoint' a source of 'series' series with two labels each, 100 of
 * a metric. Returns 0, or -errno as lane_open(). */
int feed_open(const char *endpoint, uint32_t series, enum feed_mode mode,
              struct feed **ret_feed);
void feed_destroy(struct feed **self_p);

/* Gives one batch with a value for each series. */
void feed_batch(struct feed *self);

/* Waits until all is durable.  Returns 0, or -ETIMEDOUT. */
int feed_drain(struct feed *self);

/* Samples given, and the mean size of their frames in bytes. */
uint64_t feed_samples(const struct feed *self);
size_t feed_message_size(const struct feed *self);

#endif /* FEED_H */
