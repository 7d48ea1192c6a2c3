/* fold.h - what the store has of a series as the values of steps
 *
 * A chunk that nothing overlaps and that lies in one window counts by its
 * summary, without being read.  The rest is decoded; where chunks of several
 * parts overlap, or samples of the head lie between theirs, they are put in
 * order first.  Not thread safe.
 */
#ifndef TSDB_FOLD_H
#define TSDB_FOLD_H

#include "part.h"
#include "steps.h"

/* A chunk, and where it is. */
struct fold_chunk {
    const struct part *part;
    uint32_t turn; /* of the part; what comes later counts */
    struct part_chunk chunk;
};

/* Zeroed, it is empty. */
struct fold {
    struct fold_chunk *chunks; /* [count] */
    size_t count, room;
    struct samples mixed; /* of chunks that overlap */
};

void fold_fini(struct fold *self);

/* Adds the chunks of series 'id' in 'part' that may have samples in the range.
 * Parts come in the order of their age, oldest first, and live until the run.
 * Returns 0, or -EBADMSG when not all could be found. */
int fold_add(struct fold *self, struct part_cursor *cursor,
             const struct part *part, uint32_t id, struct samples_range range);

/* Folds the chunks, and 'late' samples, tidy, which count more than chunks, and
 * forgets them.  Returns how many chunks were damaged and are left out. */
uint64_t fold_run(struct fold *self, struct part_cursor *cursor,
                  const struct samples *late, struct steps *steps);

#endif /* TSDB_FOLD_H */
