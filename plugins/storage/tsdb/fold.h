/* fold.h - what parts and head have of a series, in order of time
 *
 * Chunks are found first and read then, one after the other, so that however
 * long the time is little of it is in memory.  Where chunks of several parts
 * overlap, or samples of the head lie between theirs, those are put in order
 * first.  Not thread safe.
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

/* Takes samples, which come by time, those of a chunk at once: spelled out,
 * with nothing left to divide.  Returns 0, or a negative errno to stop. */
typedef int fold_take(void *arg, const struct span *span);

struct fold_wish {
    struct samples_range range;
    fold_take *take;
    void *arg; /* of 'take' */
};

/* Gives the samples of the chunks, and 'late' ones, tidy, which count more than
 * chunks, and forgets them.  Of chunks that overlap there may be some that are
 * not in the range.  Returns 0, or what 'take' did. */
int fold_samples(struct fold *self, struct part_cursor *cursor,
                 const struct samples *late, const struct fold_wish *wish);

/* Does the same with the steps in place of 'take'.  A chunk that nothing
 * overlaps and that lies in one window counts by its summary, without being
 * read; so do the values of one where all are the same, and of one of which
 * only the count is asked. */
void fold_steps(struct fold *self, struct part_cursor *cursor,
                const struct samples *late, struct steps *steps);

#endif /* TSDB_FOLD_H */
