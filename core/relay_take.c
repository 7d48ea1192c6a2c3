/* relay_take.c - what a relay takes in, and what becomes of it */
#include <config.h>

#include <assert.h>
#include <errno.h>
#include <string.h>
#include <xxhash.h>

#include <weir/cleanup.h>

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
forget_own(void *arg, uint32_t number)
{
    const struct outlet *outlet = arg;

    outlet->forget(outlet->arg, number);
}

static void
forget_settled(struct relay *self)
{
    forgets_settle(&self->forgets, self->book.durable, forget_own,
                   base_own(self->outlet));
}

/* Says what is known now of the batches that came. */
static void
acknowledge(struct relay *self)
{
    const struct relay_book *book = &self->book;

    self->waiting = book->cost;
    if (book->tickets > self->acknowledged) {
        self->acknowledged = book->tickets;
        self->again_ns = again_first_ns;
        port_durable(self->port, book->tickets);
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
put_off(struct relay *self, uint64_t number)
{
    if (!self->book.again)
        self->again_at_ns = clock_now_ns() + self->again_ns;
    relay_book_mark(&self->book, number, true);
}

/* A batch is safe, or refused for ever when there is a 'why': that is said of
 * all that came with it, once the rest of it is safe. */
static void
settle(struct relay *self, uint64_t number, const char *why)
{
    uint64_t ticket = 0;
    weir_cleanup(weir_free) char *refused =
        relay_book_settle(&self->book, number, why, &ticket);

    if (refused)
        port_refused(self->port, ticket, refused);
}

static void
told(void *memory, void *arg, int rc, const char *why)
{
    struct relay *self = memory;
    uint64_t number = (uintptr_t)arg;

    /* Nobody waits any more, or nobody did. */
    if (rc == -ESHUTDOWN || !relay_book_find(&self->book, number))
        return;
    if (rc == -EBADMSG) {
        settle(self, number, why ? why : "the store refused it");
    } else if (rc == 0 || rc == -EDQUOT) {
        settle(self, number, NULL);
    } else {
        self->again++;
        put_off(self, number);
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
offer(struct relay *self, uint64_t number)
{
    void *arg = (void *)(uintptr_t)number; // NOLINT(performance-no-int-to-ptr)
    struct relay_batch *batch = relay_book_find(&self->book, number);
    struct frame *frame = frame_for(batch);
    bool taken = batch->taken;

    relay_book_mark(&self->book, number, false);
    batch->taken = true;
    if (self->outlet->batch(self->outlet->arg, &frame, told, arg) == 0)
        return true;
    batch->taken = taken;
    put_off(self, number);
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
    uint64_t number = relay_book_next(&self->book, 1);

    self->again_ns = lesser(2 * self->again_ns + again_first_ns, again_most_ns);
    for (; number && taken; number = relay_book_next(&self->book, number + 1))
        taken = offer(self, number);
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
    struct relay_layout *made = *layout_resolved(layout);

    if (!made) {
        made = xcalloc(1, sizeof(*made));
        made->own = layout_new(layout_next_number());
        made->home = home_of(shape);
        *layout_resolved(layout) = made;
    }
    for (uint32_t next = from; next < shape->count;) {
        struct frame *frame =
            frame_of_layout(shape, layout_number(made->own), next, &next);
        self->outlet->layout(self->outlet->arg, made->home, &frame);
    }
}

static void
forget(void *arg, struct layout *layout)
{
    struct relay *self = arg;
    struct relay_layout *made = *layout_resolved(layout);

    if (!made)
        return;
    forgets_add(&self->forgets, layout_number(made->own), self->book.last);
    layout_destroy(&made->own);
    free(made);
    forget_settled(self);
}

/* Offers a new batch, unless others wait to be offered before it. */
static void
offer_new(struct relay *self, uint64_t number)
{
    int64_t after_ns = room_most_ns;

    if (self->book.again)
        put_off(self, number);
    else if (!offer(self, number))
        after_ns = again_first_ns;
    if (self->timer && after_ns == room_most_ns)
        return;
    stage_timer_stop(self->stage, self->timer);
    self->timer = stage_timer(self->stage, after_ns, 0, tick, self);
}

/* Takes what came into the book, split as the outlet wants it.  A frame that
 * would be too large is an empty one there. */
static void
take_in(struct relay *self, const struct frame_batch *batch)
{
    const struct outlet *outlet = self->outlet;
    struct relay_split *split = &self->split;

    relay_split_begin(split, batch,
                      outlet->parts && outlet->parts(outlet->arg));
    /* One that says nothing has its number, too. */
    do {
        struct frame *frame = relay_split_frame(split);
        if (!frame)
            frame =
                frame_new(&(struct frame_head){.type = FRAME_BATCH}, NULL, 0);
        (void)relay_book_add(&self->book, &frame, relay_split_ended(split));
    } while (!relay_split_ended(split));
}

/* What finds no room in the outlet waits here, as far as the window goes; so
 * what the senders have under way is not in vain. */
static int
append(void *arg, const struct frame_batch *batch,
       const struct weir_ticket *ticket)
{
    struct relay *self = arg;
    uint64_t number = self->book.last + 1;

    if (self->leaving ||
        (self->book.cost && self->book.cost >= self->window_bytes)) {
        starve(self);
        return -EAGAIN;
    }
    take_in(self, batch);
    assert(relay_book_find(&self->book, number)->ticket == ticket->number);
    (void)ticket;
    for (; number <= self->book.last; number++) {
        const struct relay_batch *added = relay_book_find(&self->book, number);
        if (frame_look(added->frame).size)
            offer_new(self, number);
        else
            settle(self, number, "it is too large to be sent on");
    }
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
    forgets_settle(&self->forgets, UINT64_MAX, forget_own,
                   base_own(self->outlet));
}
