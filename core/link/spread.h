/* link/spread.h - the lanes of one link, and which of them a batch goes to
 *
 * Each layout has a *home* (rank.h); its batches go to the 'copies' lanes that
 * rank first for it.  One whose store is away, or that has no room, is replaced
 * by the next in rank until it is back; where fewer are up, those that rank
 * first keep the rest in their window and spool.
 *
 * The spread keeps the layouts' frames, and gives a layout to a lane before the
 * first batch that goes there, so that a store does not learn of series which
 * it never gets.  With one lane everything goes straight through.
 *
 * Any thread may offer.  Lanes belong to whoever made them.
 */
#ifndef LINK_SPREAD_H
#define LINK_SPREAD_H

#include "link/lane.h"

enum { SPREAD_MOST = 64 }; /* lanes */

struct spread;

/* Returns a spread without lanes; 'name' is the link's, for logs, and copied.
 */
struct spread *spread_new(const char *name);

/* After all lanes that it ever had have closed, or were taken out by
 * spread_set(): their batches tell it how they fared. */
void spread_destroy(struct spread **self_p);

/* Makes these its lanes, of which each batch goes to 'copies' (at least 1; more
 * than there are: all).  What has been offered stays where it is; a lane that
 * is not among them any more gets nothing from now on. */
void spread_set(struct spread *self, struct lane *const lanes[], size_t count,
                size_t copies);

/* As the lane's.  A layout's number is unique in the process; 'home' is taken
 * of its first frame. */
void spread_layout(struct spread *self, uint64_t home, struct frame **frame_p);
void spread_forget(struct spread *self, uint32_t number);

/* As lane_offer(): 'fate' (or NULL) is told once: 0 or -EDQUOT as soon as one
 * of the lanes says so, else the worst of what all said, on the thread of a
 * lane or on this one.  A lane that has no room while another took the batch
 * counts it as missed. */
int spread_offer(struct spread *self, struct frame **frame_p, lane_fate *fate,
                 void *arg);

/* Closes a lane that is not among its lanes any more, as lane_close(): the
 * others get what its store has not taken by then and the lane's spool, if
 * there is one, has no room for. Returns how many batches were lost. */
uint64_t spread_retire(struct spread *self, struct lane **lane_p,
                       int64_t deadline_ns);

/* Says whether batches of layouts with different homes may have to go to
 * different lanes. */
bool spread_parts(const struct spread *self);

#endif /* LINK_SPREAD_H */
