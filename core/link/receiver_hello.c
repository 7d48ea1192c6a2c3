/* receiver_hello.c - who may send */
#include <config.h>

#include "link/receiver_inner.h"

#include <errno.h>

#include "base.h"

/* How long a stream is silent that may make way for another. */
static const int64_t silent_ns = 10 * NS_PER_S;

static bool
has_room(const struct receiver *self, const struct peer *who,
         const char **reterr_why)
{
    if (self->streams.count >= self->settings.limits.streams_most)
        *reterr_why = "there are too many senders";
    else if (who && accounts_streams(&self->streams.accounts, who->name) >=
                        who->limits.streams)
        *reterr_why = "its key may have no more streams";
    else
        return true;
    return false;
}

/* Returns the stream of a HELLO, made when there is room for it; or NULL. */
static struct stream *
stream_for(struct receiver *self, const struct word_hello *hello,
           const struct peer *who, int64_t now_ns, const char **reterr_why)
{
    const struct receiver_settings *settings = &self->settings;
    struct stream *stream = streams_find(&self->streams, hello->stream);
    uint64_t last = 0;

    if (stream)
        return stream;
    if (!has_room(self, who, reterr_why))
        receiver_expire(self, now_ns - silent_ns);
    if (!has_room(self, who, reterr_why))
        return NULL;
    stream = streams_add(&self->streams, hello, who);
    stream->layouts =
        known_new(settings->limits.layouts_most, &self->known_calls,
                  settings->arg, stream->account);
    if (settings->calls->last(settings->arg, hello->stream, &last) == 0) {
        stream->last = last;
        stream->durable = last;
    }
    return stream;
}

/* What was claimed under other rules is heard, and judged, again. */
static void
judge_again(struct receiver *self, struct stream *stream,
            const struct peer *who)
{
    const struct receiver_settings *settings = &self->settings;

    if (!who || stream->version == who->version)
        return;
    stream->version = who->version;
    known_destroy(&stream->layouts);
    stream->layouts =
        known_new(settings->limits.layouts_most, &self->known_calls,
                  settings->arg, stream->account);
}

static void
refuse(struct receiver *self, const struct receiver_peer *to, uint8_t slot,
       const char *why)
{
    receiver_say(self, to, word_refuse(slot, why));
}

static void
welcome(struct receiver *self, struct stream *stream,
        const struct word_hello *hello, const struct receiver_peer *from,
        uint8_t slot)
{
    stream->hello = *hello;
    stream->leaving = false;
    streams_bind(&self->streams, stream, from, slot);
    /* The sender only forgets what a store called durable: it vouches for what
     * this one does not know any more. */
    if (hello->first - 1 > stream->last) {
        stream->last = hello->first - 1;
        stream->durable = stream->last;
    }
    stream_confirm(stream, hello->first);
    stream->rewound_ns = INT64_MIN;
    receiver_say_ack(self, stream, FRAME_WELCOME);
}

void
receiver_hear_hello(struct receiver *self, const struct receiver_peer *from,
                    const struct frame_view *view, int64_t now_ns)
{
    struct word_hello hello;
    uint8_t slot = view->head.slot;

    int rc = word_hello_read(view, &hello);
    if (rc == -EBADMSG) {
        receiver_bad_frame(self, from->who, "its HELLO is malformed");
        return;
    }
    if (rc < 0 || slot >= WORD_SLOTS) {
        refuse(self, from, slot, "this version of the protocol is not spoken");
        return;
    }
    const char *why = NULL;
    struct stream *stream = stream_for(self, &hello, from->who, now_ns, &why);
    if (!stream) {
        self->settings.audit(self->settings.send_arg, from->who, NULL, why);
        refuse(self, from, slot, why);
        return;
    }
    if (hello.incarnation < stream->hello.incarnation) {
        refuse(self, from, slot, "another process has this stream now");
        return;
    }
    if (from->who && !streams_claim(&self->streams, stream, from->who->name)) {
        refuse(self, from, slot, "this stream is another peer's");
        return;
    }
    judge_again(self, stream, from->who);
    stream->heard_ns = now_ns;
    welcome(self, stream, &hello, from, slot);
}
