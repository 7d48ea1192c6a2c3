/* receiver.c - the receiving side of the protocol */
#include <config.h>

#include "link/receiver.h"

#include <weir/cleanup.h>

#include "base.h"
#include "link/receiver_inner.h"

/* All in nanoseconds. */
static const int64_t rewind_ns = 500 * NS_PER_MS; /* between two rewinds */
static const int64_t probe_ns = NS_PER_S; /* until a full store is tried */
static const int64_t active_ns = 5 * NS_PER_S;
static const int64_t expire_ns = 300 * NS_PER_S;

struct receiver *
receiver_new(const struct receiver_settings *settings)
{
    struct receiver *self = xcalloc(1, sizeof(*self));

    self->settings = *settings;
    self->known_calls.resolve = settings->calls->resolve;
    self->known_calls.forget = settings->calls->forget;
    self->batch = frame_batch_new();
    return self;
}

void
receiver_destroy(struct receiver **self_p)
{
    struct receiver *self = *self_p;

    if (!self)
        return;
    pending_fini(&self->pending);
    streams_fini(&self->streams);
    frame_batch_destroy(&self->batch);
    free(self->plain.bytes);
    free(self);
    *self_p = NULL;
}

void
receiver_say(struct receiver *self, const struct receiver_peer *to,
             struct frame *word)
{
    weir_cleanup(frame_release) struct frame *frame = word;

    self->settings.send(self->settings.send_arg, to, frame);
}

void
receiver_bad_frame(struct receiver *self, const struct peer *who,
                   const char *why)
{
    self->figures.bad_frames++;
    self->settings.audit(self->settings.send_arg, who, NULL, why);
}

/* What is fresh gets three times the credit of a backlog. */
static uint64_t
weight_of(const struct stream *stream)
{
    return stream->slot == 0 ? 3 : 1;
}

/* Credit is lent to those who use it; others get enough for one batch. */
static uint64_t
limit_of(const struct receiver *self, const struct stream *stream)
{
    uint64_t least = word_cost(FRAME_MOST);
    uint64_t weight = weight_of(stream);
    uint64_t all = self->active > weight ? self->active : weight;
    uint64_t share = self->settings.limits.credit_bytes / all * weight;

    if (self->full || stream_untold(stream))
        return 0;
    return share > least ? share : least;
}

void
receiver_say_ack(struct receiver *self, struct stream *stream, uint8_t type)
{
    struct frame_head head = {.type = type, .slot = stream->slot};
    struct word_ack ack = {.durable = stream->durable,
                           .limit = limit_of(self, stream),
                           .next = stream->last + 1,
                           .rewind = stream->rewind,
                           .can =
                               type == FRAME_WELCOME ? stream->hello.can : 0};

    memcpy(ack.stream, stream->hello.stream, sizeof(ack.stream));
    receiver_say(
        self, &stream->peer,
        word_ack(&head, &ack, stream->verdicts, stream->verdict_count));
    self->due -= stream->due;
    stream->due = false;
    stream->rewind = false;
    stream->dry = ack.limit == 0;
}

void
receiver_make_due(struct receiver *self, struct stream *stream)
{
    self->due += !stream->due;
    stream->due = true;
}

void
receiver_flush(struct receiver *self)
{
    for (size_t i = 0; self->due && i < self->streams.count; i++) {
        struct stream *stream = self->streams.streams[i];
        if (stream->due && stream->bound) {
            receiver_say_ack(self, stream, FRAME_ACK);
        } else if (stream->due) {
            stream->due = false;
            self->due--;
        }
    }
}

static void
remove_stream(struct receiver *self, struct stream *stream)
{
    self->due -= stream->due;
    streams_remove(&self->streams, stream);
}

/* What the store has done with a batch is known for good. */
static void
settle_first(struct receiver *self)
{
    struct pending_batch *batch = pending_first(&self->pending);
    struct stream *stream = batch->stream;
    char why[WORD_WHY_MOST + 1];

    if (batch->why) {
        stream_verdict(stream, batch->sequence, 0, batch->why);
        self->figures.rejected++;
    } else if (batch->refused) {
        (void)snprintf(why, sizeof(why), "a limit refused %u samples",
                       batch->refused);
        stream_verdict(stream, batch->sequence, batch->refused, why);
    }
    if (batch->sequence > stream->durable)
        stream->durable = batch->sequence;
    stream->pending--;
    stream->pending_cost -= batch->cost;
    pending_pop(&self->pending);
    receiver_make_due(self, stream);
    if (stream->leaving && stream->pending == 0)
        remove_stream(self, stream);
}

/* A batch that was refused waits for those before it, as acks are cumulative.
 */
void
receiver_settle(struct receiver *self)
{
    const struct pending_batch *batch = NULL;

    while ((batch = pending_first(&self->pending)) != NULL &&
           (batch->why || batch->ticket <= self->durable))
        settle_first(self);
}

void
receiver_durable(struct receiver *self, uint64_t number)
{
    if (number > self->durable)
        self->durable = number;
    receiver_settle(self);
}

void
receiver_refused(struct receiver *self, uint64_t number, const char *why)
{
    struct pending_batch *batch = pending_find(&self->pending, number);

    if (batch && !batch->why)
        batch->why = x_or_die(strdup(why));
    receiver_settle(self);
}

void
receiver_room(struct receiver *self)
{
    self->full = false;
    for (size_t i = 0; i < self->streams.count; i++) {
        struct stream *stream = self->streams.streams[i];
        if (!stream->starved && !stream->dry)
            continue;
        stream->rewind = stream->rewind || stream->starved;
        stream->starved = false;
        receiver_make_due(self, stream);
    }
}

/* Makes the sender go back to what is expected; not at each of the batches
 * that are under way behind a gap. */
void
receiver_go_back(struct receiver *self, struct stream *stream, int64_t now_ns)
{
    if (now_ns < stream->rewound_ns + rewind_ns)
        return;
    stream->rewound_ns = now_ns;
    stream->rewind = true;
    receiver_make_due(self, stream);
}

static void
hear_ping(struct receiver *self, struct stream *stream,
          const struct frame_view *view)
{
    stream_confirm(stream, view->head.a);
    /* What was sent before this came before it, or is lost. */
    if (view->head.b > stream->last && !self->full)
        stream->rewind = true;
    receiver_make_due(self, stream);
}

static void
hear_bye(struct receiver *self, struct stream *stream)
{
    streams_unbind(&self->streams, stream);
    stream->leaving = true;
    if (stream->pending == 0)
        remove_stream(self, stream);
}

static void
hear_layout(struct receiver *self, struct stream *stream,
            const struct peer *who, const struct frame_view *view)
{
    struct known_refused refused;

    if (!known_take(stream->layouts, view, who, &refused))
        receiver_bad_frame(self, who, "its layout is malformed");
    if (!refused.foreign && !refused.limit)
        return;
    self->figures.refused_layouts++;
    self->settings.audit(self->settings.send_arg, who, refused.foreign,
                         refused.foreign
                             ? "it claims a label that is not its own"
                             : refused.limit);
}

/* Hears a word of a stream that said HELLO. */
static void
hear_bound(struct receiver *self, struct stream *stream, const struct peer *who,
           const struct frame_view *view, int64_t now_ns)
{
    stream->heard_ns = now_ns;
    switch (view->head.type) {
    case FRAME_BATCH:
        receiver_hear_batch(self, stream, view, now_ns);
        break;
    case FRAME_LAYOUT:
        hear_layout(self, stream, who, view);
        break;
    case FRAME_USE:
        stream->listed = true;
        receiver_say(self, &stream->peer, known_compare(stream->layouts, view));
        break;
    case FRAME_FORGET:
        known_drop(stream->layouts, view);
        break;
    case FRAME_PING:
        hear_ping(self, stream, view);
        break;
    case FRAME_BYE:
        hear_bye(self, stream);
        break;
    default:
        receiver_bad_frame(self, who, "it says what a store says");
        break;
    }
}

/* What a peer may claim has changed: it shall begin anew. */
static bool
is_outdated(const struct stream *stream, const struct peer *who)
{
    return who && stream->version != who->version;
}

void
receiver_heard(struct receiver *self, const struct receiver_peer *from,
               const struct frame_view *view, int64_t now_ns)
{
    struct frame_head reset = {.type = FRAME_RESET, .slot = view->head.slot};
    struct stream *stream =
        streams_of_peer(&self->streams, from, view->head.slot);

    if (view->head.type == FRAME_HELLO)
        receiver_hear_hello(self, from, view, now_ns);
    else if (stream && !is_outdated(stream, from->who))
        hear_bound(self, stream, from->who, view, now_ns);
    else if (view->head.type != FRAME_BYE)
        receiver_say(self, from, word_bare(&reset));
}

void
receiver_expire(struct receiver *self, int64_t before_ns)
{
    for (size_t i = self->streams.count; i-- > 0;) {
        struct stream *stream = self->streams.streams[i];
        if (stream->heard_ns < before_ns && stream->pending == 0)
            remove_stream(self, stream);
    }
}

void
receiver_tick(struct receiver *self, int64_t now_ns)
{
    self->active = 0;
    self->figures.layouts = 0;
    for (size_t i = 0; i < self->streams.count; i++) {
        const struct stream *stream = self->streams.streams[i];
        if (now_ns - stream->batch_ns < active_ns)
            self->active += weight_of(stream);
        self->figures.layouts += known_count(stream->layouts);
    }
    /* Stores may forget to say that there is room. */
    if (self->full && !self->settings.limits.tells_room &&
        now_ns - self->full_ns >= probe_ns)
        receiver_room(self);
    receiver_expire(self, now_ns - expire_ns);
    receiver_flush(self);
}

void
receiver_figures(const struct receiver *self, struct port_figures *ret_figures)
{
    *ret_figures = self->figures;
    ret_figures->streams = self->streams.count;
}
