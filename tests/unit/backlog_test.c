/* backlog_test.c - a backlog whose disk fails now and then */
#include <config.h>

#include "link/backlog.h"

#include "link/word.h"
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
static void
hear_hello(struct taker *self, const struct frame_view *view)
{
    struct word_hello hello;

    self->layouts = 0;
    ck_assert_int_eq(word_hello_read(view, &hello), 0);
    memcpy(self->stream, hello.stream, sizeof(self->stream));
    if (hello.first > self->last + 1)
        self->last = hello.first - 1;
}

static int
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

static void
ignore_settled(void *arg, uint64_t cost, int rc)
{
    (void)arg;
    (void)cost;
    (void)rc;
}

static void
say(struct taker *self, struct frame *word, int64_t now_ns)
{
    weir_cleanup(frame_release) struct frame *frame = word;
    struct frame_view view = frame_look(frame);

    backlog_heard(self->backlog, &view, now_ns);
}

/* Lets the store answer what it heard, and call all durable. */
static void
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

START_TEST(goes_on_with_its_layouts_after_a_read_that_failed)
{
    weir_cleanup(scene_destroy) struct scene *scene = scene_new(64 << 20, true);
    struct taker taker = {0};

    for (int i = 0; i < 1000; i++)
        ck_assert_int_eq(scene_write(scene, 200), 0);
    struct backlog_settings settings = {.spool = weir_take(scene->spool),
                                        .files = &scene->faults.files,
                                        .folder = scene->path,
                                        .link = "test",
                                        .sender = "host",
                                        .send = take,
                                        .settled = ignore_settled,
                                        .arg = &taker};
    taker.backlog = backlog_new(&settings);
    int64_t now_ns = clock_now_ns();
    /* The third read of records fails, when all before is durable. */
    file_fault_set(&scene->faults, FILE_READ, 4, 1, -EIO);
    int64_t until_ns = now_ns + 20 * NS_PER_S;
    while (taker.batches < 1000 && clock_now_ns() < until_ns) {
        now_ns += 100 * NS_PER_MS;
        backlog_tick(taker.backlog, now_ns);
        answer(&taker, now_ns);
        (void)usleep(1000);
    }
    struct backlog_figures figures;
    backlog_figures(taker.backlog, &figures);
    ck_assert_uint_eq(figures.spool.failures, 1);
    ck_assert_uint_eq(figures.unusable, 0);
    ck_assert_uint_eq(taker.batches, 1000);
    ck_assert(!taker.without_layout);
    backlog_destroy(&taker.backlog);
}
END_TEST

/* The only segment of the spool. */
static const char *
segment_path(struct scene *scene)
{
    static char path[128];

    (void)snprintf(path, sizeof(path), "%s/%016x.seg", scene->path, 1);
    return path;
}

static size_t
read_segment(struct scene *scene, unsigned char *bytes, size_t size)
{
    FILE *file = fopen(segment_path(scene), "r");

    ck_assert_ptr_nonnull(file);
    size_t got = fread(bytes, 1, size, file);
    (void)fclose(file);
    return got;
}

static void
write_segment(struct scene *scene, const unsigned char *bytes, size_t size)
{
    FILE *file = fopen(segment_path(scene), "w");

    ck_assert_ptr_nonnull(file);
    ck_assert_uint_eq(fwrite(bytes, 1, size, file), size);
    (void)fclose(file);
}

/* Lets a store take all that the spool has; returns how often something of it
 * was lost. */
static uint64_t
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

START_TEST(
    of_a_flipped_byte_anywhere_all_but_one_batch_is_sent_and_that_is_counted)
{
    weir_cleanup(scene_destroy) struct scene *scene = scene_new(64 << 20, true);
    static unsigned char bytes[1 << 16];
    struct spool_figures figures;

    for (int i = 0; i < 12; i++)
        ck_assert_int_eq(scene_write(scene, 2), 0);
    spool_figures(scene->spool, &figures);
    size_t whole = figures.bytes;
    spool_destroy(&scene->spool);
    size_t size = read_segment(scene, bytes, sizeof(bytes));
    for (size_t at = 0; at < whole; at++) {
        struct taker taker = {0};
        bytes[at] ^= 0x10;
        write_segment(scene, bytes, size);
        ck_assert_uint_ge(send_all(scene, &taker), 1);
        ck_assert_uint_ge(taker.batches, at < SPOOL_HEAD_SIZE ? 0 : 11);
        ck_assert(!taker.without_layout);
        bytes[at] ^= 0x10;
    }
}
END_TEST

SPEC("backlog", goes_on_with_its_layouts_after_a_read_that_failed,
     of_a_flipped_byte_anywhere_all_but_one_batch_is_sent_and_that_is_counted)
