/* query/harvest.h - the samples that a select gave, for an evaluation
 *
 * Copies the parts of one answer, and then gives its series in the order of
 * their names and labels.  Not thread safe.
 */
#ifndef QUERY_HARVEST_H
#define QUERY_HARVEST_H

#include "query/evaluation.h"

struct harvest;

struct harvest *harvest_new(void);
void harvest_destroy(struct harvest **self_p);

/* Forgets what it has, but keeps memory for samples: that of a next answer
 * need not be had from the system. */
void harvest_clear(struct harvest *self);

/* Adds a part, whose layout has the series of the parts before, and those that
 * are new; the samples of a series come in one run. */
void harvest_add(struct harvest *self, const struct weir_loose *part);

/* Returns the bytes, and the samples, that it holds. */
uint64_t harvest_bytes(const struct harvest *self);
size_t harvest_samples(const struct harvest *self);

/* Returns all of it, valid as long as nothing is added. */
struct evaluation_input harvest_input(struct harvest *self);

/* The same of two harvests of one digest, whose further steps the second one
 * has. */
struct evaluation_input harvest_join(struct harvest *self,
                                     struct harvest *further);

#endif /* QUERY_HARVEST_H */
