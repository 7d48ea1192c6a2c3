/* welcome_test.c - a sender is told how far its own stream is, and no other */
#include <config.h>

#include <string.h>

#include <weir/cleanup.h>

#include "base.h"
#include "link/word.h"
#include "sender_calls.h"
#include "spec.h"

static int
drop_frame(void *arg, struct frame *frame)
{
    (void)arg;
    (void)frame;
    return 0;
}

/* A sender of a stream that an earlier process began, which has said HELLO. */
static struct sender *
make_sender(uint8_t stream)
{
    static const struct sender_calls calls = {
        drop_frame, ignore_reopen, ignore_change, ignore_settled, NULL};
    struct sender_settings settings = {
        .incarnation = 2, .slot = 1, .name = "host", .first = 1};

    memset(settings.stream, stream, sizeof(settings.stream));
    struct sender *self = sender_new(&settings, &calls, NULL, 0);
    sender_tick(self, 0);
    return self;
}

static void
hear_welcome(struct sender *self, uint8_t stream, uint64_t durable)
{
    struct word_ack ack = {
        .durable = durable, .limit = 1 << 20, .next = durable + 1};
    const struct frame_head head = {.type = FRAME_WELCOME, .slot = 1};

    memset(ack.stream, stream, sizeof(ack.stream));
    weir_cleanup(frame_release) struct frame *frame =
        word_ack(&head, &ack, NULL, 0);
    struct frame_view view = frame_look(frame);
    sender_heard(self, &view, 1);
}

START_TEST(goes_on_behind_what_the_receiver_has)
{
    weir_cleanup(sender_destroy) struct sender *sender = make_sender('b');

    hear_welcome(sender, 'b', 147);
    ck_assert_uint_eq(sender_next(sender), 148);
}
END_TEST

/* A HELLO of the stream that had the slot before was said twice, and the answer
 * to the second comes late. */
START_TEST(a_late_welcome_of_another_stream_is_passed_over)
{
    weir_cleanup(sender_destroy) struct sender *sender = make_sender('b');

    hear_welcome(sender, 'a', 147);
    ck_assert_uint_eq(sender_next(sender), 1);
    hear_welcome(sender, 'b', 3);
    ck_assert_uint_eq(sender_next(sender), 4);
}
END_TEST

START_TEST(a_welcome_that_is_cut_off_is_passed_over)
{
    weir_cleanup(sender_destroy) struct sender *sender = make_sender('b');
    struct word_ack ack = {.durable = 3, .limit = 1 << 20, .next = 4};
    const struct frame_head head = {.type = FRAME_WELCOME, .slot = 1};

    memset(ack.stream, 'b', sizeof(ack.stream));
    weir_cleanup(frame_release) struct frame *frame =
        word_ack(&head, &ack, NULL, 0);
    struct frame_view view = frame_look(frame);
    while (view.size-- > 0) {
        sender_heard(sender, &view, 1);
        ck_assert_uint_eq(sender_next(sender), 1);
    }
}
END_TEST

SPEC("welcome", goes_on_behind_what_the_receiver_has,
     a_late_welcome_of_another_stream_is_passed_over,
     a_welcome_that_is_cut_off_is_passed_over)
