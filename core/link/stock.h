/* stock.h - the layouts that a sender has, as frames, and which are to be sent
 *
 * Each layout is a row of FRAME_LAYOUT frames, from the first series on without
 * gaps, which are stowed: whoever lent one sends what frame_unstow() makes of
 * it.  One thread owns a stock.
 */
#ifndef LINK_STOCK_H
#define LINK_STOCK_H

#include "link/pieces.h"
#include "link/trail.h"

struct stock;

struct stock *stock_new(void);
void stock_destroy(struct stock **self_p);

/* Takes a FRAME_LAYOUT frame, stowed or not, which is to be sent.  Returns 0,
 * or -EBADMSG when it does not go on where the layout ended. */
int stock_add(struct stock *self, struct frame **frame_p);

/* The layout is not needed any more once all batches up to 'sequence' are
 * durable. */
void stock_forget(struct stock *self, uint32_t number, uint64_t sequence);

/* Returns how many series the layout has, 0 when it is none; it is not to be
 * forgotten any more. */
uint32_t stock_use(struct stock *self, uint32_t number);

/* Returns the pieces of a layout, or NULL; they stay the stock's. */
struct pieces *stock_pieces(struct stock *self, uint32_t number);

/* A trail_find; 'arg' is the struct stock. */
struct trail_row **stock_row(void *arg, uint32_t number, uint32_t *ret_width);

/* Drops what was to be forgotten up to 'durable'; returns the FRAME_FORGET
 * frame that says so, or NULL when there was nothing. */
struct frame *stock_drop(struct stock *self, uint64_t durable, uint8_t slot);

/* Returns the FRAME_USE frame of all layouts, and marks all as sent: the
 * receiver will say what it lacks. */
struct frame *stock_announce(struct stock *self, uint8_t slot);

/* Marks as to be sent what a FRAME_WANT frame asks for. */
void stock_want(struct stock *self, const struct frame_view *view);

/* Calls for each frame of all layouts, in their order; they stay the stock's.
 */
typedef void stock_see(void *arg, struct frame *frame);
void stock_each(const struct stock *self, stock_see *see, void *arg);

/* The next frame to be sent, or NULL; it stays the stock's. */
struct frame *stock_next(struct stock *self);

/* It was sent. */
void stock_sent(struct stock *self);

#endif /* LINK_STOCK_H */
