/* fold.h - what the store has of a series as the values of steps
 *
 * A chunk that nothing overlaps and that lies in one window counts by its
 * summary, without being read; so do one whose values are all the same, and
 * one of which only the count is asked.  The rest is decoded; where chunks of
 * several parts overlap, or samples of the head lie between theirs, they are
 * put in order first.  Not thread safe.
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

/* Hears of a chunk that cannot be read, -EBADMSG when it is damaged or -errno;
 * it is left out.  Without 'chunk' it is the part's index, of which the rest is
 * left out. */
typedef void fold_damaged(void *arg, const struct part *part,
                          const struct part_chunk *chunk, int rc);

/* Zeroed but for 'damaged' and its 'arg', it is empty. */
struct fold {
    fold_damaged *damaged;
    void *arg;
    struct fold_chunk *chunks; /* [count] */
    size_t count, room;
    struct samples mixed; /* of chunks that overlap */
};

void fold_fini(struct fold *self);

/* Adds the chunks of series 'id' in 'part' that may have samples in the range.
 * Parts come in the order of their age, oldest first, and live until the run.
 */
void fold_add(struct fold *self, struct part_cursor *cursor,
              const struct part *part, uint32_t id, struct samples_range range);

/* Folds the chunks, and 'late' samples, tidy, which count more than chunks, and
 * forgets them. */
void fold_run(struct fold *self, struct part_cursor *cursor,
              const struct samples *late, struct steps *steps);

#endif /* TSDB_FOLD_H */
