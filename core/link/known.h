/* known.h - the layouts that a receiver knows of one stream
 *
 * What a peer sends is checked here, and never trusted: a layout that breaks a
 * limit or is malformed is remembered with the reason, so that batches which
 * need it can be refused rather than waited for.
 */
#ifndef LINK_KNOWN_H
#define LINK_KNOWN_H

#include "link/account.h"
#include "link/frame.h"
#include "link/peer.h"
#include "link/trail.h"

struct known;

/* What becomes of layouts; 'arg' is the same for both. */
struct known_calls {
    void (*resolve)(void *arg, struct layout *layout, uint32_t from);
    void (*forget)(void *arg, struct layout *layout);
};

/* Keeps at most 'most' layouts, which 'account' (or NULL) is charged for; it
 * outlives them. */
struct known *known_new(uint32_t most, const struct known_calls *calls,
                        void *arg, struct account *account);

/* Forgets all, which calls 'forget' for each. */
void known_destroy(struct known **self_p);

uint32_t known_count(const struct known *self);

/* Why a layout was not taken, for the log; all NULL when it was. */
struct known_refused {
    const struct weir_label *foreign; /* a label that it claims; valid as long
                                       * as the layout */
    const char *limit;                /* which one it exceeds */
};

/* Takes a FRAME_LAYOUT frame: what is new in it is added and resolved.  Where
 * series claim a label that 'who' (or NULL: anybody) may not, the layout is
 * never to be had; where there would be more than 'who' may have, not now.
 * Returns false when the frame is no good. */
bool known_take(struct known *self, const struct frame_view *view,
                const struct peer *who, struct known_refused *ret_refused);

/* Takes a FRAME_USE frame: forgets layouts that it does not name.  Returns the
 * FRAME_WANT frame that asks for what is lacking, perhaps nothing. */
struct frame *known_compare(struct known *self, const struct frame_view *view);

/* Takes a FRAME_FORGET frame. */
void known_drop(struct known *self, const struct frame_view *view);

/* A frame_find_layout; 'arg' is the struct known.  A foreign one is not found.
 */
struct layout *known_find(void *arg, uint32_t number);

/* A trail_find of the same. */
struct trail_row **known_row(void *arg, uint32_t number, uint32_t *ret_width);

/* Says whether known_refusal() is the last word: it would not help if the
 * sender listed its layouts anew. */
bool known_is_judged(const struct known *self, uint32_t number);

/* Says why the layout 'number' can never be had; NULL when it may yet come. */
const char *known_refusal(const struct known *self, uint32_t number);

#endif /* LINK_KNOWN_H */
