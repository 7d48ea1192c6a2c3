/* sender_offer.c - what a sender is given, and sends */
#include <config.h>

#include <assert.h>

#include <weir/cleanup.h>

#include "base.h"
#include "link/sender_inner.h"

enum {
    PLAIN_COUNT = 64
}; /* batches that go as they are, after one that does
    * not get shorter */

/* Of layouts that may be under way. */
static const uint64_t layout_cost_most = 1 << 20;

void
sender_offer_layout(struct sender *self, struct frame **frame_p)
{
    int rc = stock_add(self->stock, frame_p);

    assert(rc == 0);
    (void)rc;
}

void
sender_forget_layout(struct sender *self, uint32_t number)
{
    stock_forget(self->stock, number, self->window.next - 1);
}

void
sender_layouts(const struct sender *self,
               void (*see)(void *arg, struct frame *frame), void *arg)
{
    stock_each(self->stock, see, arg);
}

uint32_t
sender_use_layout(struct sender *self, uint32_t number)
{
    return stock_use(self->stock, number);
}

struct pieces *
sender_layout(const struct sender *self, uint32_t number)
{
    return stock_pieces(self->stock, number);
}

void
sender_stream(const struct sender *self, uint8_t ret_stream[16])
{
    memcpy(ret_stream, self->hello.stream, sizeof(self->hello.stream));
}

void
sender_offer(struct sender *self, struct frame **frame_p, sender_told *told,
             void *told_arg)
{
    struct frame_head head = {.type = FRAME_BATCH,
                              .slot = self->slot,
                              .a = self->window.next,
                              .b = self->window.durable + 1};

    uint64_t cost = word_cost(frame_look(*frame_p).size);

    frame_set_head(*frame_p, &head);
    window_push(&self->window,
                &(struct window_batch){.frame = weir_take(*frame_p),
                                       .cost = cost,
                                       .told = told,
                                       .told_arg = told_arg});
}

/* Says whether credit allows the batch at the cursor. */
static bool
may_send(const struct sender *self, const struct window_batch *batch)
{
    uint64_t under_way = batch->begin - window_begin(&self->window);

    if (self->limit == 0)
        return false;
    return under_way == 0 || under_way + batch->cost <= self->limit;
}

void
sender_move(struct sender *self, uint64_t cursor)
{
    self->cursor = cursor;
    self->timed = 0;
    self->trail.pass++;
    frame_release(&self->packed);
}

/* Returns the frame that goes out for a batch: packed where that pays.  What
 * does not get shorter is likely to stay so for a while. */
static struct frame *
frame_for(struct sender *self, const struct window_batch *batch)
{
    const struct frame_view view = frame_look(batch->frame);

    if (self->packed)
        return self->packed;
    if (!self->packs || self->plain_left > 0)
        return batch->frame;
    self->packed = trail_pack(&self->trail, &view, &self->room);
    if (self->packed)
        return self->packed;
    self->plain_left = PLAIN_COUNT;
    return batch->frame;
}

/* Sends the batch at the cursor.  Returns 0, or -EAGAIN. */
static int
send_batch(struct sender *self, const struct window_batch *batch,
           int64_t now_ns)
{
    struct frame *frame = frame_for(self, batch);

    int rc = self->calls->send(self->arg, frame);
    if (rc < 0)
        return rc;
    self->sent_ns = now_ns;
    self->figures.sent++;
    self->figures.again += self->cursor < self->again_below;
    self->figures.bytes += word_cost(frame_look(frame).size);
    self->plain_left -= self->plain_left > 0;
    if (!self->timed) {
        self->timed = self->cursor;
        self->timed_ns = now_ns;
    }
    self->cursor++;
    frame_release(&self->packed);
    return 0;
}

/* Sends the layouts that are to be, as long as what may not have been read of
 * them is little: they are not under credit.  Returns whether all are sent. */
static bool
send_layouts(struct sender *self, int64_t now_ns)
{
    struct frame *kept = NULL;

    while ((kept = stock_next(self->stock)) != NULL) {
        if (self->rests)
            return false;
        self->rests = self->layout_cost >= layout_cost_most;
        if (self->rests) {
            sender_ping(self, now_ns);
            return false;
        }
        weir_cleanup(frame_release) struct frame *layout = frame_unstow(kept);
        if (self->calls->send(self->arg, layout) < 0)
            return false;
        self->layout_cost += word_cost(frame_look(layout).size);
        stock_sent(self->stock);
        self->sent_ns = now_ns;
    }
    return true;
}

void
sender_pump(struct sender *self, int64_t now_ns)
{
    if (self->state != SENDER_STREAMING || !send_layouts(self, now_ns))
        return;
    while (self->cursor < self->window.next) {
        const struct window_batch *batch =
            window_at(&self->window, self->cursor);
        if (!may_send(self, batch) || send_batch(self, batch, now_ns) < 0)
            return;
    }
}

struct sender_figures
sender_figures(const struct sender *self)
{
    struct sender_figures figures = self->figures;
    uint64_t end = self->cursor < self->window.next
                       ? window_at(&self->window, self->cursor)->begin
                       : self->window.end;

    figures.in_flight = end - window_begin(&self->window);
    figures.credit = self->limit;
    return figures;
}

uint64_t
sender_durable(const struct sender *self)
{
    return self->window.durable;
}

uint64_t
sender_next(const struct sender *self)
{
    return self->window.next;
}

uint64_t
sender_kept(const struct sender *self)
{
    return self->window.end - window_begin(&self->window);
}

bool
sender_take(struct sender *self, struct sender_batch *ret_batch)
{
    if (self->window.durable + 1 == self->window.next)
        return false;
    struct window_batch batch = window_take(&self->window);
    *ret_batch = (struct sender_batch){
        .sequence = self->window.durable,
        .frame = batch.frame,
        .cost = batch.cost,
        .told = batch.told,
        .told_arg = batch.told_arg,
        .kept = batch.kept,
    };
    if (self->cursor <= self->window.durable)
        sender_move(self, self->window.durable + 1);
    return true;
}

bool
sender_take_fate(struct sender *self, struct sender_batch *ret_batch)
{
    if (self->untold <= self->window.durable)
        self->untold = self->window.durable + 1;
    while (self->untold < self->window.next) {
        uint64_t sequence = self->untold++;
        struct window_batch *batch = window_at(&self->window, sequence);
        if (!batch->told)
            continue;
        *ret_batch = (struct sender_batch){.sequence = sequence,
                                           .frame = batch->frame,
                                           .cost = batch->cost,
                                           .told = batch->told,
                                           .told_arg = batch->told_arg,
                                           .kept = true};
        batch->told = NULL;
        batch->kept = true;
        return true;
    }
    return false;
}
