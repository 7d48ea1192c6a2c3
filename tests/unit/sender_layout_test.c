/* sender_layout_test.c - how many layouts a sender has under way */
#include <config.h>

#include <malloc.h>
#include <stdio.h>
#include <string.h>

#include <weir/cleanup.h>

#include "base.h"
#include "clock.h"
#include "layout.h"
#include "link/crc32c.h"
#include "link/word.h"
#include "sender_calls.h"
#include "spec.h"

enum {
    LAYOUTS = 40,  /* numbered from 1 on */
    SERIES = 1000, /* of each, with a label of so many bytes */
    LABEL = 200,
    MOST = 1 << 20, /* under way, and a frame more */
};

static const uint8_t stream[16] = {'b'};

/* What came of a sender. */
struct heard {
    uint64_t layouts, batches, pings;
    uint64_t bytes, most_bytes; /* of layouts, since the last answer */
    uint64_t series;            /* that could be read of them */
    uint32_t sums[LAYOUTS + 1]; /* of a layout's bytes, by number, or 0 */
    unsigned differed;          /* came again in other bytes */
};

/* Reads a layout as a store does. */
static void
read_layout(struct heard *self, struct frame *frame)
{
    struct frame_view view;
    struct frame_layout head = {0};
    size_t size = 0;
    const void *bytes = frame_bytes(frame, &size);

    ck_assert_int_eq(frame_parse(bytes, size, &view), 0);
    ck_assert_int_eq(frame_layout_head(&view, &head), 0);
    weir_cleanup(layout_destroy) struct layout *layout =
        layout_new(head.number);
    ck_assert_int_eq(frame_layout_read(&view, layout), 0);
    self->series += layout_shape(layout)->count;
    uint32_t sum = crc32c(1, bytes, size);
    self->differed += self->sums[head.number] && self->sums[head.number] != sum;
    self->sums[head.number] = sum;
}

static int
take(void *arg, struct frame *frame)
{
    struct heard *self = arg;
    struct frame_view view = frame_look(frame);

    self->batches += view.head.type == FRAME_BATCH;
    self->pings += view.head.type == FRAME_PING;
    if (view.head.type != FRAME_LAYOUT)
        return 0;
    read_layout(self, frame);
    self->layouts++;
    self->bytes += view.size;
    if (self->bytes > self->most_bytes)
        self->most_bytes = self->bytes;
    return 0;
}

/* Offers a layout and, with the last, a batch of it. */
static void
offer(struct sender *sender, uint32_t number)
{
    static const struct weir_metric metric = {"m", WEIR_GAUGE, "", ""};
    static const double values[SERIES];
    struct layout *layout = layout_new(number);
    char text[LABEL + 1];
    const struct weir_label labels[] = {{"n", text}, {0}};
    const struct weir_rows rows = {.layout = layout_shape(layout),
                                   .width = SERIES,
                                   .count = 1,
                                   .times_ns = (const int64_t[]){1},
                                   .values = values};

    for (unsigned i = 0; i < SERIES; i++) {
        (void)snprintf(text, sizeof(text), "%0*u", LABEL, i);
        (void)layout_add(layout, &(struct weir_series){&metric, "", labels});
    }
    for (uint32_t next = 0; next < SERIES;) {
        struct frame *frame =
            frame_of_layout(layout_shape(layout), number, next, &next);
        sender_offer_layout(sender, &frame);
    }
    struct frame *batch =
        number == LAYOUTS ? frame_of_batch(&rows, 1, NULL, 0) : NULL;
    if (batch)
        sender_offer(sender, &batch, NULL, NULL);
    layout_destroy(&layout);
}

static void
hear(struct sender *sender, struct frame *word)
{
    weir_cleanup(frame_release) struct frame *frame = word;
    struct frame_view view = frame_look(frame);

    sender_heard(sender, &view, 1);
}

static void
hear_ack(struct sender *sender, struct heard *heard, uint8_t type)
{
    const struct frame_head head = {.type = type};
    struct word_ack ack = {.limit = 4 << 20, .next = 1};

    heard->bytes = 0;
    memcpy(ack.stream, stream, sizeof(ack.stream));
    hear(sender, word_ack(&head, &ack, NULL, 0));
}

/* The one batch is durable. */
static void
hear_durable(struct sender *sender, struct heard *heard)
{
    const struct frame_head head = {.type = FRAME_ACK};
    struct word_ack ack = {.durable = 1, .limit = 4 << 20, .next = 2};

    heard->bytes = 0;
    hear(sender, word_ack(&head, &ack, NULL, 0));
}

/* Returns a sender that is told to send all of its layouts. */
static struct sender *
make_sender(struct heard *heard)
{
    static const struct sender_calls calls = {
        take, ignore_reopen, ignore_change, ignore_settled, NULL};
    const struct frame_head head = {.type = FRAME_WANT};
    struct sender_settings settings = {.incarnation = 2, .name = "host"};
    struct word_layout all[LAYOUTS];

    memcpy(settings.stream, stream, sizeof(settings.stream));
    struct sender *sender = sender_new(&settings, &calls, heard, 0);
    for (uint32_t i = 0; i < LAYOUTS; i++) {
        offer(sender, i + 1);
        all[i] = (struct word_layout){i + 1, 0};
    }
    sender_tick(sender, 0);
    hear_ack(sender, heard, FRAME_WELCOME);
    hear(sender, word_layouts(&head, all, LAYOUTS));
    return sender;
}

START_TEST(sends_a_portion_of_its_layouts_and_more_when_that_was_read)
{
    struct heard heard = {0};
    weir_cleanup(sender_destroy) struct sender *sender = make_sender(&heard);
    unsigned portions = 1;

    for (; heard.batches == 0 && portions < 100; portions++) {
        ck_assert_uint_eq(heard.pings, portions);
        /* Time and what is offered change nothing. */
        uint64_t layouts = heard.layouts;
        sender_pump(sender, 1);
        sender_tick(sender, 2);
        ck_assert_uint_eq(heard.layouts, layouts);
        hear_ack(sender, &heard, FRAME_ACK);
    }
    ck_assert_uint_eq(heard.layouts, LAYOUTS);
    ck_assert_uint_eq(heard.batches, 1);
    ck_assert_uint_gt(portions, 5);
    ck_assert_uint_lt(heard.most_bytes, 2 * MOST);
}
END_TEST

START_TEST(asks_again_when_the_answer_is_lost)
{
    struct heard heard = {0};
    weir_cleanup(sender_destroy) struct sender *sender = make_sender(&heard);

    ck_assert_uint_eq(heard.pings, 1);
    sender_tick(sender, 1500 * NS_PER_MS);
    ck_assert_uint_eq(heard.pings, 2);
}
END_TEST

START_TEST(after_a_welcome_it_begins_anew)
{
    struct heard heard = {0};
    weir_cleanup(sender_destroy) struct sender *sender = make_sender(&heard);
    const struct frame_head reset = {.type = FRAME_RESET};
    const struct frame_head want = {.type = FRAME_WANT};
    struct word_layout last = {LAYOUTS, 0};
    uint64_t layouts = heard.layouts;

    hear(sender, word_bare(&reset));
    hear_ack(sender, &heard, FRAME_WELCOME);
    hear(sender, word_layouts(&want, &last, 1));
    ck_assert_uint_eq(heard.layouts, layouts + 1);
    ck_assert_uint_eq(heard.batches, 1);
}
END_TEST

/* Says WANT of all layouts, from the first series on, until all have come. */
static void
want_all(struct sender *sender, struct heard *heard)
{
    const struct frame_head head = {.type = FRAME_WANT};
    struct word_layout all[LAYOUTS];
    uint64_t until = heard->layouts + LAYOUTS;

    for (uint32_t i = 0; i < LAYOUTS; i++)
        all[i] = (struct word_layout){i + 1, 0};
    hear(sender, word_layouts(&head, all, LAYOUTS));
    while (heard->layouts < until)
        hear_ack(sender, heard, FRAME_ACK);
}

START_TEST(what_is_wanted_again_comes_in_the_same_bytes)
{
    struct heard heard = {0};
    weir_cleanup(sender_destroy) struct sender *sender = make_sender(&heard);
    const struct frame_head reset = {.type = FRAME_RESET};

    while (heard.layouts < LAYOUTS)
        hear_ack(sender, &heard, FRAME_ACK);
    hear(sender, word_bare(&reset));
    hear_ack(sender, &heard, FRAME_WELCOME);
    want_all(sender, &heard);
    ck_assert_uint_eq(heard.layouts, 2 * LAYOUTS);
    ck_assert_uint_eq(heard.series, 2 * LAYOUTS * SERIES);
    ck_assert_uint_eq(heard.differed, 0);
}
END_TEST

START_TEST(what_it_keeps_of_its_layouts_is_a_fraction_of_their_bytes)
{
    struct heard heard = {0};
    size_t before = mallinfo2().uordblks + mallinfo2().hblkhd;
    weir_cleanup(sender_destroy) struct sender *sender = make_sender(&heard);

    ck_assert_ptr_nonnull(sender);
    size_t kept = mallinfo2().uordblks + mallinfo2().hblkhd - before;
    /* Under a sanitizer malloc() tells nothing. */
    ck_assert_uint_lt(kept, (size_t)LAYOUTS * SERIES * LABEL / 4);
}
END_TEST

START_TEST(what_was_forgotten_is_not_sent_when_it_is_wanted_again)
{
    struct heard heard = {0};
    weir_cleanup(sender_destroy) struct sender *sender = make_sender(&heard);
    const struct frame_head want = {.type = FRAME_WANT};
    struct word_layout first = {1, 0};

    while (heard.layouts < LAYOUTS)
        hear_ack(sender, &heard, FRAME_ACK);
    ck_assert_uint_eq(heard.batches, 1);
    sender_forget_layout(sender, 1);
    hear_durable(sender, &heard);
    hear(sender, word_layouts(&want, &first, 1));
    hear_durable(sender, &heard);
    ck_assert_uint_eq(heard.layouts, LAYOUTS);
}
END_TEST

SPEC("sender_layout",
     sends_a_portion_of_its_layouts_and_more_when_that_was_read,
     asks_again_when_the_answer_is_lost, after_a_welcome_it_begins_anew,
     what_is_wanted_again_comes_in_the_same_bytes,
     what_it_keeps_of_its_layouts_is_a_fraction_of_their_bytes,
     what_was_forgotten_is_not_sent_when_it_is_wanted_again)
