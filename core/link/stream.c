/* stream.c - the streams that a receiver knows */
#include <config.h>

#include "link/stream.h"

#include <assert.h>

#include "base.h"

static void
destroy(struct streams *self, struct stream *stream)
{
    known_destroy(&stream->layouts);
    accounts_leave(&self->accounts, &stream->account);
    free(stream->verdicts);
    free(stream);
}

void
streams_fini(struct streams *self)
{
    for (size_t i = 0; i < self->count; i++)
        destroy(self, self->streams[i]);
    free(self->streams);
}

struct stream *
streams_add(struct streams *self, const struct word_hello *hello,
            const struct peer *who)
{
    struct stream *stream = xcalloc(1, sizeof(*stream));

    stream->hello = *hello;
    if (who)
        stream->account = accounts_enter(&self->accounts, who->name);
    stream->rewound_ns = INT64_MIN;
    if (self->count == self->room) {
        self->room = self->room * 2 + 8;
        self->streams =
            xrealloc(self->streams, self->room, sizeof(struct stream *));
    }
    self->streams[self->count++] = stream;
    return stream;
}

void
streams_remove(struct streams *self, struct stream *stream)
{
    size_t at = 0;

    streams_unbind(self, stream);
    while (self->streams[at] != stream)
        at++;
    self->streams[at] = self->streams[--self->count];
    destroy(self, stream);
}

struct stream *
streams_find(const struct streams *self, const uint8_t stream[16])
{
    for (size_t i = 0; i < self->count; i++)
        if (memcmp(self->streams[i]->hello.stream, stream, 16) == 0)
            return self->streams[i];
    return NULL;
}

static bool
same_peer(const struct receiver_peer *a, const struct receiver_peer *b)
{
    return a->socket == b->socket && a->id.size == b->id.size &&
           memcmp(a->id.id, b->id.id, a->id.size) == 0;
}

/* Routing ids are numbers that libzmq counts up, last byte last. */
static size_t
chain_of(const struct receiver_peer *peer, uint8_t slot)
{
    size_t sum = slot;

    for (uint8_t i = 0; i < peer->id.size; i++)
        sum = sum * 31 + peer->id.id[i];
    return sum % ARRAY_SIZE(((struct streams *)NULL)->chains);
}

struct stream *
streams_of_peer(const struct streams *self, const struct receiver_peer *peer,
                uint8_t slot)
{
    struct stream *stream = self->chains[chain_of(peer, slot)];

    while (stream && (stream->slot != slot || !same_peer(&stream->peer, peer)))
        stream = stream->next;
    return stream;
}

void
streams_unbind(struct streams *self, struct stream *stream)
{
    if (!stream->bound)
        return;
    struct stream **at = &self->chains[chain_of(&stream->peer, stream->slot)];
    while (*at != stream)
        at = &(*at)->next;
    *at = stream->next;
    stream->bound = false;
}

void
streams_bind(struct streams *self, struct stream *stream,
             const struct receiver_peer *peer, uint8_t slot)
{
    struct stream *other = streams_of_peer(self, peer, slot);

    if (other)
        streams_unbind(self, other);
    streams_unbind(self, stream);
    stream->peer = *peer;
    stream->peer.who = NULL;
    stream->slot = slot;
    stream->bound = true;
    struct stream **chain = &self->chains[chain_of(peer, slot)];
    stream->next = *chain;
    *chain = stream;
}

bool
streams_claim(struct streams *self, struct stream *stream, const char *name)
{
    if (!stream->account)
        stream->account = accounts_enter(&self->accounts, name);
    return strcmp(stream->account->name, name) == 0;
}

void
stream_verdict(struct stream *self, uint64_t sequence, uint32_t refused,
               const char *why)
{
    /* There may be more when a store refuses very much at once; the oldest are
     * then forgotten, and their batches pass for stored. */
    if (self->verdict_count == STREAM_VERDICTS_MOST)
        memmove(self->verdicts, self->verdicts + 1,
                --self->verdict_count * sizeof(*self->verdicts));
    if (self->verdict_count == self->verdict_room) {
        self->verdict_room = self->verdict_room * 2 + 8;
        self->verdicts = xrealloc(self->verdicts, self->verdict_room,
                                  sizeof(*self->verdicts));
    }
    struct word_verdict *verdict = &self->verdicts[self->verdict_count++];
    verdict->sequence = sequence;
    verdict->refused = refused;
    (void)snprintf(verdict->why, sizeof(verdict->why), "%s", why);
}

void
stream_confirm(struct stream *self, uint64_t first)
{
    size_t known = 0;

    while (known < self->verdict_count &&
           self->verdicts[known].sequence < first)
        known++;
    self->verdict_count -= known;
    if (known)
        memmove(self->verdicts, self->verdicts + known,
                self->verdict_count * sizeof(*self->verdicts));
}

bool
stream_untold(const struct stream *self)
{
    return self->verdict_count >= STREAM_VERDICTS_MOST / 2;
}
