/* backlog_taker.h - a store at the other end of a backlog, in a test */
#ifndef BACKLOG_TAKER_H
#define BACKLOG_TAKER_H

#include "link/backlog.h"

#include "link/word.h"
#include "sender_calls.h"
#include "spool_scene.h"

/* A store that takes all, and sees which batches come. */
struct taker {
    struct backlog *backlog;
    uint8_t heard[8]; /* types to be answered, in their order */
    size_t heard_count;
    uint8_t stream[16]; /* of the last HELLO */
    uint64_t last, batches;
    uint32_t layouts; /* frames that came since the last HELLO */
    bool without_layout;
};

/* What the sender says to be lost is not waited for. */
static inline void
hear_hello(struct taker *self, const struct frame_view *view)
{
    struct word_hello hello;

    self->layouts = 0;
    ck_assert_int_eq(word_hello_read(view, &hello), 0);
    memcpy(self->stream, hello.stream, sizeof(self->stream));
    if (hello.first > self->last + 1)
        self->last = hello.first - 1;
}

static inline int
take(void *arg, struct frame *frame)
{
    struct taker *self = arg;
    struct frame_view view = frame_look(frame);

    if (view.head.type == FRAME_LAYOUT)
        self->layouts++;
    if (view.head.type == FRAME_HELLO)
        hear_hello(self, &view);
    if (view.head.type == FRAME_BATCH && view.head.a == self->last + 1) {
        self->last++;
        self->batches++;
        self->without_layout |= self->layouts == 0;
    }
    if (self->heard_count < sizeof(self->heard))
        self->heard[self->heard_count++] = view.head.type;
    return 0;
}

static inline void
say(struct taker *self, struct frame *word, int64_t now_ns)
{
    weir_cleanup(frame_release) struct frame *frame = word;
    struct frame_view view = frame_look(frame);

    backlog_heard(self->backlog, &view, now_ns);
}

/* Lets the store answer what it heard, and call all durable. */
static inline void
answer(struct taker *self, int64_t now_ns)
{
    struct word_ack ack = {
        .durable = self->last, .limit = 1 << 20, .next = self->last + 1};
    struct frame_head head = {.type = FRAME_ACK, .slot = BACKLOG_SLOT};
    size_t count = self->heard_count;

    memcpy(ack.stream, self->stream, sizeof(ack.stream));
    self->heard_count = 0;
    for (size_t i = 0; i < count; i++) {
        struct frame_head welcome = {.type = FRAME_WELCOME,
                                     .slot = BACKLOG_SLOT};
        struct frame_head want = {.type = FRAME_WANT, .slot = BACKLOG_SLOT};
        struct word_layout all[] = {{7, 0}, {8, 0}, {9, 0}};
        if (self->heard[i] == FRAME_HELLO)
            say(self, word_ack(&welcome, &ack, NULL, 0), now_ns);
        else if (self->heard[i] == FRAME_USE)
            say(self, word_layouts(&want, all, 3), now_ns);
    }
    ack.durable = self->last;
    ack.next = self->last + 1;
    say(self, word_ack(&head, &ack, NULL, 0), now_ns);
}

/* Lets a store take all that the spool has; returns how often something of it
 * was lost. */
static inline uint64_t
send_all(struct scene *scene, struct taker *taker)
{
    struct backlog_settings settings = {.files = files_real(),
                                        .folder = scene->path,
                                        .link = "test",
                                        .sender = "host",
                                        .send = take,
                                        .settled = ignore_settled,
                                        .arg = taker};
    struct backlog_figures figures;
    int64_t now_ns = clock_now_ns();

    settings.spool = spool_new(&scene->settings);
    taker->backlog = backlog_new(&settings);
    backlog_pump(taker->backlog, now_ns);
    for (int i = 0; i < 100 && backlog_waits(taker->backlog); i++) {
        now_ns += 100 * NS_PER_MS;
        backlog_tick(taker->backlog, now_ns);
        answer(taker, now_ns);
    }
    ck_assert(!backlog_waits(taker->backlog));
    backlog_figures(taker->backlog, &figures);
    backlog_destroy(&taker->backlog);
    return figures.spool.damaged + figures.unusable;
}

#endif /* BACKLOG_TAKER_H */
