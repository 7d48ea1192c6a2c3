/* link/share.h - how a batch fared that went to several stores, as one
 *
 * It is stored as soon as one store says so; when all have failed it fared as
 * source_worse() says.  Told from any thread.
 */
#ifndef LINK_SHARE_H
#define LINK_SHARE_H

#include "link/lane.h"

struct share;

/* Makes a share that who made it holds. */
struct share *share_new(lane_fate *fate, void *arg);

/* One store more has it, and will tell; returns self. */
struct share *share_hold(struct share *self);

/* A lane_fate: a store tells how the batch fared there, and lets go. */
void share_told(void *arg, int rc, const char *why);

/* Lets go without a word: of what did not get there, or by who made it.  What
 * nobody ever had has no fate. */
void share_release(struct share *self);

#endif /* LINK_SHARE_H */
