/* spread.h - samples of any times, written into one part a day
 *
 * All series are given in ascending order, with all their samples.  A round
 * writes at most SPREAD_MOST days at once; when samples of others were met, all
 * series are given again:
 *
 *     do {
 *         for each series
 *             rc = spread_add(spread, number, series, samples);
 *         rc = spread_turn(spread);
 *     } while (rc > 0);
 *
 * One thread has it.
 */
#ifndef TSDB_SPREAD_H
#define TSDB_SPREAD_H

#include "parts.h"
#include "samples.h"

struct tsdb;

enum { SPREAD_MOST = 16 };

struct spread;

/* The parts get this origin. */
struct spread *spread_new(struct tsdb *tsdb, const struct part_origin *origin);

/* Removes what was not taken. */
void spread_destroy(struct spread **self_p);

/* Adds samples, tidied; 'series' is copied.  Returns 0 or -errno. */
int spread_add(struct spread *self, uint32_t number,
               const struct weir_series *series, const struct samples *samples);

/* Claims room for so many bytes more, which are written for the parts in some
 * other place.  Returns 0 or -ENOSPC. */
int spread_claim(struct spread *self, uint64_t more);

/* Ends a round.  Returns 0 when all is written, 1 when another round is due, or
 * -errno. */
int spread_turn(struct spread *self);

/* Returns 'list' with the parts that were written, which are its own from now
 * on; 'list' is left. */
struct parts *spread_take(struct spread *self, struct parts **list_p);

/* The parts could not be committed after all: their files go. */
void spread_drop(struct spread *self);

#endif /* TSDB_SPREAD_H */
