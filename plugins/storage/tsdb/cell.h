/* cell.h - where chunks end
 *
 * A day is divided evenly into cells, such that a cell's samples fit into a
 * chunk: for samples a second apart these are hours.  Chunks that end where
 * cells end have the same times in all series of one interval, whenever those
 * began, and so share their vectors of times.  A cell has its end, not its
 * beginning, as the steps of a select have: a step of whole hours is answered
 * from what is known of whole chunks.
 *
 * Pure; any thread.
 */
#ifndef TSDB_CELL_H
#define TSDB_CELL_H

#include <stddef.h>
#include <stdint.h>

enum {
    CELL_MOST = 4096, /* samples of a chunk */
    CELL_LEAST = 128, /* fewer do not make a chunk of their own */
};

/* Returns how many of the 'count', 1 to CELL_MOST, ascending times make the
 * next chunk.  There are CELL_MOST of them, or no more will come. */
size_t cell_count(const int64_t *times_ns, size_t count);

#endif /* TSDB_CELL_H */
