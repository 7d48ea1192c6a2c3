/* relay_split_test.c - a relay before several stores */
#include <config.h>

#include "relay_way.h"

/* Instances of the layouts of a batch, in its order. */
static const char *const instances[] = {"a", "b", "a"};

/* Sends a batch of all layouts. */
static void
send_batch(struct source *source)
{
    static const int64_t times_ns[] = {1000};
    static const double values[ARRAY_SIZE(instances)] = {1, 2, 3};
    struct layout *layouts[ARRAY_SIZE(instances)];
    struct weir_rows rows[ARRAY_SIZE(instances)];

    for (uint32_t i = 0; i < ARRAY_SIZE(instances); i++) {
        const struct weir_label labels[] = {{"instance", instances[i]}, {0}};
        uint32_t next = 0;
        layouts[i] = layout_new(10 + i);
        (void)layout_add(layouts[i],
                         &(struct weir_series){&metric, "", labels});
        struct frame *frame =
            frame_of_layout(layout_shape(layouts[i]), 10 + i, 0, &next);
        lane_offer_layout(source->lane, &frame);
        rows[i] = (struct weir_rows){.layout = layout_shape(layouts[i]),
                                     .width = 1,
                                     .count = 1,
                                     .times_ns = times_ns,
                                     .values = &values[i]};
    }
    struct frame *batch = frame_of_batch(rows, ARRAY_SIZE(rows), NULL, 0);
    ck_assert_int_eq(lane_offer(source->lane, &batch, fate, source), 0);
    for (size_t i = 0; i < ARRAY_SIZE(instances); i++)
        layout_destroy(&layouts[i]);
}

/* Returns which of the two batches that came has so many parts. */
static size_t
with_rows(const struct way *way, size_t rows)
{
    ck_assert_uint_eq(way->batches[0].rows + way->batches[1].rows, 3);
    return way->batches[0].rows == rows ? 0 : 1;
}

START_TEST(sends_what_has_different_homes_in_batches_of_their_own)
{
    SCENE("weir.relay.homes", 100, 1 << 20);

    way.several = true;
    send_batch(&source);
    WAIT_UNTIL(way_count(&way) == 2);
    ck_assert_double_eq(value_of(&way, with_rows(&way, 2)), 1);
    ck_assert_double_eq(value_of(&way, with_rows(&way, 1)), 2);
    tell(&way, 1, 0);
    (void)usleep(300000);
    ck_assert_uint_eq(source.durable, 0);
    tell(&way, 0, 0);
    WAIT_UNTIL(source.durable == 1);
    scene_end(&way, &source);
}
END_TEST

START_TEST(what_is_refused_of_a_batch_is_told_once_the_rest_is_safe)
{
    SCENE("weir.relay.part", 100, 1 << 20);

    way.several = true;
    send_batch(&source);
    WAIT_UNTIL(way_count(&way) == 2);
    tell(&way, 0, -EBADMSG);
    (void)usleep(300000);
    ck_assert_uint_eq(source.refused, 0);
    tell(&way, 1, -EAGAIN);
    WAIT_UNTIL(way_count(&way) == 3);
    tell(&way, 2, 0);
    WAIT_UNTIL(source.refused == 1);
    ck_assert_uint_eq(source.durable, 0);
    scene_end(&way, &source);
}
END_TEST

START_TEST(before_one_store_a_batch_stays_one)
{
    SCENE("weir.relay.whole", 100, 1 << 20);

    send_batch(&source);
    WAIT_UNTIL(way_count(&way) == 1);
    ck_assert_uint_eq(way.batches[0].rows, 3);
    tell(&way, 0, 0);
    WAIT_UNTIL(source.durable == 1);
    scene_end(&way, &source);
}
END_TEST

static void
send_nothing(bool several)
{
    SCENE("weir.relay.nothing", 100, 1 << 20);
    struct frame *batch = frame_of_batch(NULL, 0, NULL, 0);

    way.several = several;
    way.empty = true;
    ck_assert_int_eq(lane_offer(source.lane, &batch, fate, &source), 0);
    WAIT_UNTIL(way_count(&way) == 1);
    ck_assert_uint_eq(way.batches[0].rows, 0);
    tell(&way, 0, 0);
    WAIT_UNTIL(source.durable == 1);
    scene_end(&way, &source);
}

START_TEST(a_batch_that_says_nothing_is_sent_on_and_acknowledged)
{
    send_nothing(false);
    send_nothing(true);
}
END_TEST

SPEC("relay_split", sends_what_has_different_homes_in_batches_of_their_own,
     a_batch_that_says_nothing_is_sent_on_and_acknowledged,
     what_is_refused_of_a_batch_is_told_once_the_rest_is_safe,
     before_one_store_a_batch_stays_one)
