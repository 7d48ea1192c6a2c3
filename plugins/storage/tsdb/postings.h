/* postings.h - the label index: which series have a label with a value
 *
 * For every pair of a label's name and value, and for each metric's whole name
 * as a value of "__name__", it has the set of series.  What is told of series
 * is kept here, each text once: series point to it.
 *
 * One thread changes the index: the storage's own.  It locks out readers only
 * while it takes in or removes a series; a reader locks it out only for the
 * bounded time of a look, and copies what it found.
 */
#ifndef TSDB_POSTINGS_H
#define TSDB_POSTINGS_H

#include <weir/batch.h>

#include "numbers.h"

struct postings;

struct postings *postings_new(void);
void postings_destroy(struct postings **self_p);

/* Takes in the series 'number', which is not in it.  Makes '*ret_own' of it:
 * the same, but with texts that live until it is removed, and labels in
 * 'labels', which has room for them and the end. */
void postings_add(struct postings *self, uint32_t number,
                  const struct weir_series *series, struct weir_series *ret_own,
                  struct weir_label *labels);

/* Removes a series as postings_add() made it; its texts may go. */
void postings_remove(struct postings *self, uint32_t number,
                     const struct weir_series *own);

/* Reading: on any thread. ---------------------------------------------------
 */

/* A set is made from nothing, or else changed, by what is asked of it. */
enum postings_do { POSTINGS_JOIN, POSTINGS_KEEP, POSTINGS_TAKE_OUT };

/* Does that to 'set' with the series that have the label with the value; those
 * that have the label at all when 'value' is NULL. */
void postings_apply(struct postings *self, enum postings_do what,
                    const char *name, const char *value, roaring_bitmap_t *set);

/* Returns all series; the caller frees it. */
roaring_bitmap_t *postings_all(struct postings *self);

/* Returns how many series have the label with that value, or at all. */
uint32_t postings_count(struct postings *self, const char *name,
                        const char *value);

/* Returns how many values the label has. */
uint32_t postings_value_count(struct postings *self, const char *name);

/* A walk through the values of a label, a few at a time. */
enum { POSTINGS_FEW = 64, POSTINGS_TEXTS = 16384 };

struct postings_walk {
    const char *name;
    const roaring_bitmap_t *among; /* only values of one of these; or NULL */
    uint32_t next;                 /* place in the label's list */
    uint32_t tidied;               /* of that list */
    uint32_t count;
    uint32_t pairs[POSTINGS_FEW];
    const char *values[POSTINGS_FEW]; /* in 'texts' */
    char texts[POSTINGS_TEXTS];       /* copies */
};

/* Gets the next few values of 'self->name', which may be none of those that
 * were looked at; begins anew when values have gone.  Returns false when it
 * was at the end. */
bool postings_walk(struct postings *self, struct postings_walk *walk);

/* Joins 'set' with the series of those of the walk's values that are marked. */
void postings_join_marked(struct postings *self,
                          const struct postings_walk *walk, uint64_t marked,
                          roaring_bitmap_t *set);

/* Grows when series are removed: what was gathered in several looks may then be
 * of different series under one number. */
uint32_t postings_generation(struct postings *self);

/* Finds the value of 'name' that has most of the series of 'among', or of all
 * when that is NULL.  Returns how many it has; 'text', 'size' bytes, gets the
 * value, cut off where it is longer. */
uint32_t postings_largest(struct postings *self, const char *name,
                          const roaring_bitmap_t *among, char *text,
                          size_t size);

/* What it has, for figures and benches. */
struct postings_figures {
    uint32_t names, pairs, metrics;
    size_t size; /* bytes, about */
};

void postings_figures(struct postings *self,
                      struct postings_figures *ret_figures);

#endif /* TSDB_POSTINGS_H */
