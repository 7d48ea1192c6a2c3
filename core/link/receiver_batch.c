/* receiver_batch.c - what becomes of a batch */
#include <config.h>

#include "link/receiver_inner.h"

#include <errno.h>

#include "base.h"

/* How often a layout is asked for, before a batch that needs it is refused. */
enum { WANTS_MOST = 50 };

static void
take_in(struct receiver *self, struct stream *stream,
        const struct pending_batch *batch)
{
    pending_push(&self->pending, batch);
    stream->pending++;
    stream->pending_cost += batch->cost;
    stream->last = batch->sequence;
    stream->wants = 0;
    stream->listed = false;
    stream->rewound_ns = INT64_MIN;
    receiver_settle(self);
}

/* Refuses the batch that is next for ever. */
static void
reject(struct receiver *self, struct stream *stream, const char *why)
{
    struct pending_batch batch = {.stream = stream,
                                  .sequence = stream->last + 1,
                                  .ticket = self->tickets,
                                  .why = x_or_die(strdup(why))};

    take_in(self, stream, &batch);
}

/* Asks for the layout that a batch lacks; the batch will come again.  Where
 * there seem to be too many layouts, a word that some are gone may have been
 * lost: the sender is made to list them anew, before the batch is refused. */
static void
want(struct receiver *self, struct stream *stream, uint32_t number,
     int64_t now_ns)
{
    const char *why = known_refusal(stream->layouts, number);
    bool judged = known_is_judged(stream->layouts, number);

    if (stream->wants >= WANTS_MOST)
        why = "its layout does not come";
    if (why && (judged || stream->listed || stream->wants >= WANTS_MOST)) {
        reject(self, stream, why);
        return;
    }
    receiver_go_back(self, stream, now_ns);
    if (!stream->rewind)
        return;
    const struct layout *layout = known_find(stream->layouts, number);
    struct word_layout word = {number,
                               layout ? layout_shape(layout)->count : 0};
    struct frame_head head = {.type = why ? FRAME_RESET : FRAME_WANT,
                              .slot = stream->slot};
    receiver_say(self, &stream->peer, word_layouts(&head, &word, why ? 0 : 1));
    stream->wants++;
}

static uint64_t
count_samples(const struct frame_batch *batch)
{
    uint64_t samples = 0;
    size_t count = 0;
    const struct weir_rows *rows = frame_batch_rows(batch, &count);

    for (size_t i = 0; i < count; i++) {
        size_t words = (rows[i].width + 63) / 64 * rows[i].count;
        if (!rows[i].present)
            samples += (uint64_t)rows[i].width * rows[i].count;
        for (size_t word = 0; rows[i].present && word < words; word++)
            samples += (uint64_t)__builtin_popcountll(rows[i].present[word]);
    }
    const struct weir_loose *loose = frame_batch_loose(batch, &count);
    for (size_t i = 0; i < count; i++)
        samples += loose[i].count;
    return samples;
}

/* Gives the batch that was read to the store. */
static void
append(struct receiver *self, struct stream *stream, size_t size,
       int64_t now_ns)
{
    const struct receiver_settings *to = &self->settings;
    struct weir_ticket ticket = {.number = self->tickets + 1,
                                 .sequence = stream->last + 1,
                                 .peer = stream->hello.name};

    memcpy(ticket.stream, stream->hello.stream, sizeof(ticket.stream));
    int rc = to->calls->append(to->arg, self->batch, &ticket);
    if (rc < 0) {
        self->full = true;
        self->full_ns = now_ns;
        stream->starved = true;
        receiver_make_due(self, stream);
        return;
    }
    self->tickets++;
    self->figures.batches++;
    self->figures.bytes += size;
    self->figures.samples += count_samples(self->batch);
    self->figures.refused_samples += (uint64_t)rc;
    take_in(self, stream,
            &(struct pending_batch){.stream = stream,
                                    .sequence = ticket.sequence,
                                    .ticket = ticket.number,
                                    .cost = word_cost(size),
                                    .refused = (uint32_t)rc,
                                    .appended = true});
}

/* Says whether the batch that is next may be looked at. */
static bool
has_room(struct receiver *self, struct stream *stream, int64_t now_ns)
{
    /* More than was ever lent: the sender does not keep to the protocol. */
    uint64_t most = self->settings.limits.credit_bytes + word_cost(FRAME_MOST);

    if (self->full) {
        stream->starved = true;
        receiver_make_due(self, stream);
        return false;
    }
    if (stream_untold(stream) || stream->pending_cost > most) {
        receiver_go_back(self, stream, now_ns);
        return false;
    }
    return true;
}

/* Makes a batch that came packed plain, in 'view'. */
static int
unpack(struct receiver *self, const struct stream *stream,
       struct frame_view *view, uint32_t *ret_number)
{
    if (view->head.flags & ~FRAME_PACKED)
        return -EBADMSG;
    if (!view->head.flags)
        return 0;
    if (!self->plain.bytes)
        self->plain.bytes = xcalloc(TRAIL_PLAIN_MOST, 1);
    int rc = trail_unpack(known_row, stream->layouts, view, &self->plain);
    view->body = self->plain.bytes;
    view->size = self->plain.size;
    *ret_number = self->plain.missing;
    return rc;
}

/* Reads the batch that is next, and gives it to the store. */
static void
take_batch(struct receiver *self, struct stream *stream, struct frame_view view,
           int64_t now_ns)
{
    uint32_t number = 0;

    int rc = unpack(self, stream, &view, &number);
    if (rc == 0)
        rc = frame_batch_read(self->batch, &view, known_find, stream->layouts,
                              &number);
    if (rc == -ENOENT)
        want(self, stream, number, now_ns);
    else if (rc == -ESTALE)
        receiver_go_back(self, stream, now_ns);
    else if (rc < 0)
        reject(self, stream, "the batch is malformed");
    else
        append(self, stream, view.size, now_ns);
}

void
receiver_hear_batch(struct receiver *self, struct stream *stream,
                    const struct frame_view *view, int64_t now_ns)
{
    stream->batch_ns = now_ns;
    stream_confirm(stream, view->head.b);
    if (view->head.a <= stream->last) {
        self->figures.duplicates++;
        receiver_make_due(self, stream);
        return;
    }
    if (view->head.a != stream->last + 1) {
        receiver_go_back(self, stream, now_ns);
        return;
    }
    if (has_room(self, stream, now_ns))
        take_batch(self, stream, *view, now_ns);
}
