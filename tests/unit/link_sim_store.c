/* link_sim_store.c - the store of a simulated link, and what it must not see */
#include <config.h>

#include "link_sim.h"

#include <errno.h>

#include <weir/cleanup.h>

struct kept *
kept_of(struct world *self, const uint8_t stream[16])
{
    for (size_t i = 0; i < self->kept_count; i++)
        if (memcmp(self->kept[i].stream, stream, 16) == 0)
            return &self->kept[i];
    ck_assert_uint_lt(self->kept_count, STREAMS_MOST);
    struct kept *kept = &self->kept[self->kept_count++];
    memcpy(kept->stream, stream, 16);
    return kept;
}

bool
was_refused(const struct kept *kept, uint64_t sequence)
{
    for (size_t i = 0; i < kept->refused_count; i++)
        if (kept->refused[i] == sequence)
            return true;
    return false;
}

static void
resolve(void *arg, struct layout *layout, uint32_t from)
{
    struct world *self = arg;

    HOLDS(self, from < layout_shape(layout)->count);
    HOLDS(self, (*layout_resolved(layout) != NULL) == (from > 0));
    *layout_resolved(layout) = self;
}

static void
forget(void *arg, struct layout *layout)
{
    (void)arg;
    *layout_resolved(layout) = NULL;
}

/* A series says which layout and column it belongs to. */
static bool
is_series(const struct weir_rows *rows, uint32_t column)
{
    char text[32];
    uint32_t number = layout_number(layout_of(rows->layout));

    (void)snprintf(text, sizeof(text), "%u.%u", number, column);
    return strcmp(rows->layout->series[column].labels[0].value, text) == 0;
}

static bool
are_samples(const struct weir_rows *rows, uint64_t sequence)
{
    for (uint32_t row = 0; row < rows->count; row++)
        for (uint32_t i = 0; i < rows->width; i++)
            if (rows->values[(size_t)row * rows->width + i] !=
                sim_sample(sequence, row, i))
                return false;
    return true;
}

static int
append(void *arg, const struct frame_batch *batch,
       const struct weir_ticket *ticket)
{
    struct world *self = arg;
    struct kept *kept = kept_of(self, ticket->stream);
    size_t count = 0;
    const struct weir_rows *rows = frame_batch_rows(batch, &count);

    HOLDS(self, ticket->number == self->appended_count + 1);
    HOLDS(self, ticket->sequence == kept->last + 1);
    HOLDS(self, count == 1 && rows->resolved == self);
    HOLDS(self, are_samples(rows, ticket->sequence));
    HOLDS(self, is_series(rows, 0) && is_series(rows, rows->width - 1));
    if (self->now_ns < self->full_until_ns)
        return draw_chance(&self->seed, 500) ? -EAGAIN : -ENOSPC;
    if (self->appended_count == self->appended_room) {
        self->appended_room = self->appended_room * 2 + 64;
        self->appended = xrealloc(self->appended, self->appended_room,
                                  sizeof(*self->appended));
    }
    self->appended[self->appended_count++] =
        (struct appended){kept, ticket->sequence};
    kept->last = ticket->sequence;
    return draw_chance(&self->seed, 20) ? 1 : 0;
}

static int
last(void *arg, const uint8_t stream[16], uint64_t *ret_sequence)
{
    const struct kept *kept = kept_of(arg, stream);

    if (kept->durable == 0)
        return -ENOENT;
    *ret_sequence = kept->durable;
    return 0;
}

static void
become_durable(struct world *self, uint64_t number)
{
    for (uint64_t i = self->durable; i < number; i++)
        self->appended[i].kept->durable = self->appended[i].sequence;
    self->durable = number;
    receiver_durable(self->receiver, number);
}

/* Refuses the oldest batch that is not durable. */
static void
refuse_one(struct world *self)
{
    struct appended *batch = &self->appended[self->durable];
    struct kept *kept = batch->kept;

    if (kept->refused_count == REFUSED_MOST)
        return;
    kept->refused[kept->refused_count++] = batch->sequence;
    /* A store would note that down as well as data. */
    kept->durable = batch->sequence;
    receiver_refused(self->receiver, ++self->durable, "no");
}

void
store_step(struct world *self)
{
    uint64_t open = self->appended_count - self->durable;

    if (open && self->faulty && draw_chance(&self->seed, self->refusals))
        refuse_one(self);
    else if (open && (!self->faulty || draw_chance(&self->seed, 100)))
        become_durable(self, self->durable + 1 + draw_below(&self->seed, open));
    if (self->faulty && self->now_ns > self->full_until_ns &&
        draw_chance(&self->seed, self->fullness))
        self->full_until_ns =
            self->now_ns + (int64_t)draw_below(&self->seed, 3000) * NS_PER_MS;
    /* Now and then it forgets to say that there is room. */
    if (self->now_ns >= self->full_until_ns && draw_chance(&self->seed, 50))
        receiver_room(self->receiver);
}

/* The receiver's end of the network. */

/* As a store would say it that knows of no packed batches. */
static struct frame *
old_welcome(const struct frame_view *view)
{
    struct frame_head head = view->head;

    head.flags &= (uint8_t)~WORD_PACKS;
    return frame_new(&head, view->body, view->size);
}

static void
receiver_sends(void *arg, const struct receiver_peer *to, struct frame *frame)
{
    struct world *self = arg;
    struct frame_view view = frame_look(frame);
    uint32_t connection = 0;

    if ((view.head.type == FRAME_ACK || view.head.type == FRAME_WELCOME) &&
        view.head.b > self->limit_most)
        self->limit_most = view.head.b;
    memcpy(&connection, to->id.id, sizeof(connection));
    weir_cleanup(frame_release) struct frame *sent =
        self->plain && view.head.type == FRAME_WELCOME ? old_welcome(&view)
                                                       : frame_hold(frame);
    net_send(&self->net, self->now_ns,
             (struct packet){.connection = connection}, sent);
}

static void
audit(void *arg, const struct peer *who, const struct weir_label *label,
      const char *why)
{
    (void)arg;
    (void)who;
    (void)label;
    (void)why;
}

void
receiver_begin(struct world *self)
{
    static const struct port_calls calls = {resolve, forget, append, last,
                                            NULL};
    struct receiver_settings settings = {
        .limits = {.credit_bytes = 1 << 20,
                   .streams_most = 8,
                   .layouts_most = 12},
        .calls = &calls,
        .arg = self,
        .send = receiver_sends,
        .audit = audit,
        .send_arg = self,
    };

    self->receiver = receiver_new(&settings);
    self->lives++;
}

/* What was not durable is lost. */
void
receiver_end(struct world *self)
{
    receiver_destroy(&self->receiver);
    for (size_t i = 0; i < self->kept_count; i++)
        self->kept[i].last = self->kept[i].durable;
    self->appended_count = 0;
    self->durable = 0;
}

void
receiver_hears(struct world *self, const struct packet *packet,
               const struct frame_view *view)
{
    struct receiver_peer from = {.id = {.size = 4}};

    memcpy(from.id.id, &packet->connection, sizeof(packet->connection));
    HOLDS(self,
          !(self->plain && view->head.type == FRAME_BATCH && view->head.flags));
    if (self->receiver)
        receiver_heard(self->receiver, &from, view, self->now_ns);
}
