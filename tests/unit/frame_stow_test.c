/* frame_stow_test.c - layouts as they are kept come back as they were */
#include <config.h>

#include <stdio.h>
#include <string.h>

#include <weir/cleanup.h>

#include "base.h"
#include "layout.h"
#include "link/frame.h"
#include "spec.h"

static const struct weir_metric metric = {
    "http_request_duration_seconds", WEIR_HISTOGRAM, "seconds",
    "How long requests took, from their first byte on."};

/* Returns the frame of a layout, for the backlog's slot, whose labels repeat or
 * are all by chance. */
static struct frame *
frame_with(uint32_t count, bool by_chance)
{
    weir_cleanup(layout_destroy) struct layout *layout = layout_new(7);
    uint64_t state = spec_seed();
    uint32_t next = 0;

    for (uint32_t i = 0; i < count; i++) {
        char text[520] = "";
        for (size_t at = 0; by_chance && at < 512; at++)
            text[at] = (char)('!' + spec_random(&state) % 94);
        if (!by_chance)
            (void)snprintf(text, sizeof(text), "/api/%u", i);
        const struct weir_label labels[] = {
            {"instance", "10.0.0.1:9100"}, {"path", text}, {0}};
        (void)layout_add(layout,
                         &(struct weir_series){&metric, "_bucket", labels});
    }
    struct frame *frame = frame_of_layout(layout_shape(layout), 7, 0, &next);
    struct frame_head head = {.type = FRAME_LAYOUT, .slot = 1};
    ck_assert_uint_eq(next, count);
    frame_set_head(frame, &head);
    return frame;
}

static size_t
size_of(const struct frame *frame)
{
    size_t size = 0;

    (void)frame_bytes(frame, &size);
    return size;
}

static void
same_bytes(const struct frame *a, const struct frame *b)
{
    size_t size = size_of(a);
    size_t unused = 0;

    ck_assert_uint_eq(size_of(b), size);
    ck_assert_mem_eq(frame_bytes(a, &unused), frame_bytes(b, &unused), size);
}

START_TEST(a_layout_takes_a_tenth_and_comes_back_in_all_its_bytes)
{
    weir_cleanup(frame_release) struct frame *was = frame_with(1000, false);
    struct frame *own = frame_copy(was);
    weir_cleanup(frame_release) struct frame *stowed = frame_stow(&own);

    ck_assert_ptr_null(own);
    ck_assert_uint_lt(size_of(stowed), size_of(was) / 10);
    weir_cleanup(frame_release) struct frame *back = frame_unstow(stowed);
    same_bytes(back, was);
    weir_cleanup(frame_release) struct frame *again = frame_unstow(stowed);
    same_bytes(again, was);
}
END_TEST

START_TEST(its_number_and_series_can_be_seen_while_it_is_stowed)
{
    struct frame *frame = frame_with(1000, false);
    weir_cleanup(frame_release) struct frame *stowed = frame_stow(&frame);
    struct frame_view view = frame_look(stowed);
    struct frame_layout head = {0};

    ck_assert_uint_eq(view.head.type, FRAME_LAYOUT);
    ck_assert_int_eq(frame_layout_head(&view, &head), 0);
    ck_assert_uint_eq(head.number, 7);
    ck_assert_uint_eq(head.from, 0);
    ck_assert_uint_eq(head.end, 1000);
}
END_TEST

START_TEST(what_is_stowed_already_stays_as_it_is)
{
    struct frame *frame = frame_with(1000, false);
    struct frame *first = frame_stow(&frame);
    const struct frame *same = first;
    weir_cleanup(frame_release) struct frame *twice = frame_stow(&first);

    ck_assert_ptr_eq(twice, same);
}
END_TEST

/* It is then nobody's copy, but the frame itself. */
static void
stays_itself(struct frame *frame)
{
    const struct frame *same = frame;
    weir_cleanup(frame_release) struct frame *stowed = frame_stow(&frame);
    weir_cleanup(frame_release) struct frame *back = frame_unstow(stowed);

    ck_assert_ptr_eq(stowed, same);
    ck_assert_ptr_eq(back, same);
}

START_TEST(what_would_hardly_be_shorter_stays_as_it_is)
{
    stays_itself(frame_with(1, false));
    stays_itself(frame_with(100, true));
}
END_TEST

START_TEST(layouts_of_any_length_come_back)
{
    for (uint32_t count = 1; count < 400; count += 7) {
        weir_cleanup(frame_release) struct frame *was =
            frame_with(count, false);
        struct frame *own = frame_copy(was);
        weir_cleanup(frame_release) struct frame *stowed = frame_stow(&own);
        weir_cleanup(frame_release) struct frame *back = frame_unstow(stowed);
        same_bytes(back, was);
    }
}
END_TEST

SPEC("frames that are stowed",
     a_layout_takes_a_tenth_and_comes_back_in_all_its_bytes,
     its_number_and_series_can_be_seen_while_it_is_stowed,
     what_is_stowed_already_stays_as_it_is,
     what_would_hardly_be_shorter_stays_as_it_is,
     layouts_of_any_length_come_back)
