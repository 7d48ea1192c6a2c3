/* relay_take.c - what a relay takes in, and what becomes of it */
#include <config.h>

#include <assert.h>
#include <errno.h>
#include <string.h>
#include <xxhash.h>

#include "base.h"
#include "clock.h"
#include "log.h"
#include "relay_inner.h"
#include "series.h"

/* Until what has no room, or was given back, is offered again. */
static const int64_t again_first_ns = NS_PER_MS;
static const int64_t room_most_ns = 250 * NS_PER_MS;
static const int64_t again_most_ns = 5 * NS_PER_S;

/* Until the log is told that the window is full. */
static const int64_t full_ns = 5 * NS_PER_S;

/* Fates -------------------------------------------------------------------- */

static void
forget_settled(struct relay *self)
{
    size_t gone = 0;

    while (gone < self->forget_count &&
           self->forgets[gone].after <= self->book.durable)
        self->outlet->forget(self->outlet->arg, self->forgets[gone++].number);
    self->forget_count -= gone;
    if (gone)
        memmove(self->forgets, self->forgets + gone,
                self->forget_count * sizeof(*self->forgets));
}

/* Says what is known now of the batches that came. */
static void
acknowledge(struct relay *self)
{
    const struct relay_book *book = &self->book;

    self->waiting = book->cost;
    if (book->durable > self->acknowledged) {
        self->acknowledged = book->durable;
        self->again_ns = again_first_ns;
        port_durable(self->port, book->durable);
        forget_settled(self);
    }
    if (!self->starved || self->leaving || book->cost > self->window_bytes / 2)
        return;
    self->starved = false;
    self->starved_told = false;
    port_room(self->port);
}

/* The batch waits here. */
static void
put_off(struct relay *self, uint64_t ticket)
{
    if (!self->book.again)
        self->again_at_ns = clock_now_ns() + self->again_ns;
    relay_book_mark(&self->book, ticket, true);
}

static void
told(void *memory, void *arg, int rc, const char *why)
{
    struct relay *self = memory;
    uint64_t ticket = (uintptr_t)arg;

    /* Nobody waits any more, or nobody did. */
    if (rc == -ESHUTDOWN || !relay_book_find(&self->book, ticket))
        return;
    if (rc == -EBADMSG)
        port_refused(self->port, ticket, why ? why : "the store refused it");
    if (rc == 0 || rc == -EDQUOT || rc == -EBADMSG) {
        relay_book_settle(&self->book, ticket);
    } else {
        self->again++;
        put_off(self, ticket);
    }
    acknowledge(self);
}

/* Returns the batch's frame for the outlet: another one when the outlet had it,
 * and may hold it. */
static struct frame *
frame_for(struct relay_batch *batch)
{
    return batch->taken ? frame_copy(batch->frame) : frame_hold(batch->frame);
}

/* Returns false when there is no room for it, and it waits. */
static bool
offer(struct relay *self, uint64_t ticket)
{
    void *arg = (void *)(uintptr_t)ticket; // NOLINT(performance-no-int-to-ptr)
    struct relay_batch *batch = relay_book_find(&self->book, ticket);
    struct frame *frame = frame_for(batch);
    bool taken = batch->taken;

    relay_book_mark(&self->book, ticket, false);
    batch->taken = true;
    if (self->outlet->batch(self->outlet->arg, &frame, told, arg) == 0)
        return true;
    batch->taken = taken;
    put_off(self, ticket);
    return false;
}

static int64_t
lesser(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

/* What finds no room is tried again soon, as long as there is some in between;
 * what was taken and is given back, ever later. */
static void
offer_again(struct relay *self)
{
    bool taken = true;
    uint64_t ticket = relay_book_next(&self->book, 1);

    self->again_ns = lesser(2 * self->again_ns + again_first_ns, again_most_ns);
    for (; ticket && taken; ticket = relay_book_next(&self->book, ticket + 1))
        taken = offer(self, ticket);
    if (!taken)
        self->again_ns = lesser(self->again_ns, room_most_ns);
    self->again_at_ns = clock_now_ns() + self->again_ns;
    acknowledge(self);
}

static void
starve(struct relay *self)
{
    if (self->starved)
        return;
    self->starved = true;
    self->starved_ns = clock_now_ns();
    self->full++;
}

/* A window may be full for a moment. */
static void
tell_starved(struct relay *self)
{
    if (!self->starved || self->starved_told ||
        clock_now_ns() - self->starved_ns < full_ns)
        return;
    self->starved_told = true;
    log_line(LOG_WARN, "relay_full", "link", self->name, "bytes",
             log_number((long long)self->book.cost), "error",
             "the link takes nothing: who sends must keep the rest", NULL);
}

static void
tick(void *arg)
{
    struct relay *self = arg;
    const struct relay_book *book = &self->book;

    self->timer = 0;
    tell_starved(self);
    if (book->again && clock_now_ns() >= self->again_at_ns)
        offer_again(self);
    if (book->cost)
        self->timer = stage_timer(
            self->stage,
            book->again ? lesser(self->again_ns, room_most_ns) : room_most_ns,
            0, tick, self);
}

/* Taking in ---------------------------------------------------------------- */

static uint64_t
add_text(uint64_t hash, const char *text)
{
    return XXH3_64bits_withSeed(text, strlen(text), hash);
}

/* The senders' own homes do not travel: what has the same job and instance
 * stays together; where it has none, the first series says which layout it is.
 */
static uint64_t
home_of(const struct weir_layout *shape)
{
    const struct weir_series *first = &shape->series[0];
    const char *instance = labels_get(first->labels, "instance");
    const char *job = labels_get(first->labels, "job");
    uint64_t home = add_text(0, job ? job : "");

    if (instance)
        return add_text(home, instance);
    home = add_text(home, first->metric->name);
    for (const struct weir_label *label = first->labels; label->name; label++)
        home = add_text(add_text(home, label->name), label->value);
    return home;
}

static void
resolve(void *arg, struct layout *layout, uint32_t from)
{
    struct relay *self = arg;
    const struct weir_layout *shape = layout_shape(layout);
    void **own = layout_resolved(layout);

    /* Only its number is used. */
    if (!*own)
        *own = layout_new(layout_next_number());
    for (uint32_t next = from; next < shape->count;) {
        struct frame *frame =
            frame_of_layout(shape, layout_number(*own), next, &next);
        self->outlet->layout(self->outlet->arg, home_of(shape), &frame);
    }
}

static void
forget(void *arg, struct layout *layout)
{
    struct relay *self = arg;
    struct layout *own = *layout_resolved(layout);

    if (!own)
        return;
    if (self->forget_count == self->forget_room) {
        self->forget_room = self->forget_room * 2 + 16;
        self->forgets =
            xrealloc(self->forgets, self->forget_room, sizeof(*self->forgets));
    }
    self->forgets[self->forget_count++] =
        (struct relay_forget){layout_number(own), self->book.last};
    layout_destroy(&own);
    forget_settled(self);
}

/* Returns the batch as a frame with this process' numbers; NULL when it would
 * be too large. */
static struct frame *
renumber(struct relay *self, const struct frame_batch *batch)
{
    size_t row_count = 0;
    size_t loose_count = 0;
    const struct weir_rows *rows = frame_batch_rows(batch, &row_count);
    const struct weir_loose *loose = frame_batch_loose(batch, &loose_count);

    if (self->row_room < row_count) {
        self->row_room = row_count;
        self->rows = xrealloc(self->rows, row_count, sizeof(*rows));
    }
    if (self->loose_room < loose_count) {
        self->loose_room = loose_count;
        self->loose = xrealloc(self->loose, loose_count, sizeof(*loose));
    }
    for (size_t i = 0; i < row_count; i++) {
        self->rows[i] = rows[i];
        self->rows[i].layout = layout_shape(rows[i].resolved);
    }
    for (size_t i = 0; i < loose_count; i++) {
        self->loose[i] = loose[i];
        self->loose[i].layout = layout_shape(loose[i].resolved);
    }
    return frame_of_batch(self->rows, row_count, self->loose, loose_count);
}

/* Offers the newest batch, unless others wait to be offered before it. */
static void
offer_newest(struct relay *self)
{
    int64_t after_ns = room_most_ns;

    if (self->book.again)
        put_off(self, self->book.last);
    else if (!offer(self, self->book.last))
        after_ns = again_first_ns;
    if (self->timer && after_ns == room_most_ns)
        return;
    stage_timer_stop(self->stage, self->timer);
    self->timer = stage_timer(self->stage, after_ns, 0, tick, self);
}

/* What finds no room in the outlet waits here, as far as the window goes; so
 * what the senders have under way is not in vain. */
static int
append(void *arg, const struct frame_batch *batch,
       const struct weir_ticket *ticket)
{
    struct relay *self = arg;

    if (self->leaving ||
        (self->book.cost && self->book.cost >= self->window_bytes)) {
        starve(self);
        return -EAGAIN;
    }
    struct frame *frame = renumber(self, batch);
    uint64_t own = relay_book_add(&self->book, &frame);
    assert(own == ticket->number);
    if (relay_book_find(&self->book, own))
        offer_newest(self);
    else
        port_refused(self->port, own, "it is too large to be sent on");
    acknowledge(self);
    return 0;
}

static int
last(void *arg, const uint8_t stream[16], uint64_t *ret_sequence)
{
    (void)arg;
    (void)stream;
    *ret_sequence = 0;
    return -ENOENT;
}

static void
asked(void *arg, struct socket *socket, const struct socket_peer *peer,
      const struct frame_view *view)
{
    (void)arg;
    if (view->head.type == FRAME_SELECT)
        port_refuse_select(socket, peer, view, -ENOTSUP,
                           "this is a relay, which keeps nothing: ask the "
                           "store that it sends to");
}

const struct port_calls relay_calls = {resolve, forget, append, last, asked};

void
relay_forget_all(struct relay *self)
{
    /* The lanes keep what their batches use. */
    for (size_t i = 0; i < self->forget_count; i++)
        self->outlet->forget(self->outlet->arg, self->forgets[i].number);
    self->forget_count = 0;
}
