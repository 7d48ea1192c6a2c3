/* spread_retire_test.c - what a store that goes leaves, when sources forget */
#include <config.h>

#include "outlet_world.h"

enum {
    WINDOW = 1 << 20,
    /* Series of layouts, and their numbers. */
    SMALL = 2,
    LARGE = 600,
};

/* Gives the spread, or else the lane, a layout of 'width' series and a batch of
 * it. */
static void
offer_row(struct spread *spread, struct lane *lane, uint32_t width,
          lane_fate *fate, void *arg)
{
    static const double values[600];
    const int64_t time_ns = NS_PER_S;
    struct layout *layout = layout_new(width);
    uint32_t next = 0;

    for (uint32_t i = 0; i < width; i++) {
        char text[16];
        const struct weir_label labels[] = {{"n", text}, {0}};
        (void)snprintf(text, sizeof(text), "%u", i);
        (void)layout_add(layout, &(struct weir_series){&load, "", labels});
    }
    const struct weir_rows rows = {.layout = layout_shape(layout),
                                   .width = width,
                                   .count = 1,
                                   .times_ns = &time_ns,
                                   .values = values};
    struct frame *frame =
        frame_of_layout(layout_shape(layout), width, 0, &next);
    struct frame *batch = frame_of_batch(&rows, 1, NULL, 0);
    if (lane)
        lane_offer_layout(lane, &frame);
    else
        spread_layout(spread, width, &frame);
    ck_assert_int_eq(lane ? lane_offer(lane, &batch, fate, arg)
                          : spread_offer(spread, &batch, fate, arg),
                     0);
    layout_destroy(&layout);
}

static void
forget_small(void *arg, int rc, const char *why)
{
    (void)why;
    ck_assert_int_eq(rc, -ECANCELED);
    spread_forget(arg, SMALL);
}

START_TEST(what_its_source_forgets_meanwhile_the_others_get_all_the_same)
{
    struct store goes, one, other;
    struct spread *spread = spread_new("test");
    store_open(&goes, "inproc://meanwhile-1", 1, WINDOW);
    store_open(&one, "inproc://meanwhile-2", 1, LARGE * sizeof(double));
    store_open(&other, "inproc://meanwhile-3", 1, LARGE * sizeof(double));
    spread_set(spread, &goes.lane, 1, 1);
    offer_row(spread, NULL, LARGE, forget_small, spread);
    offer_row(spread, NULL, SMALL, NULL, NULL);
    offer_row(NULL, one.lane, SMALL + 1, NULL, NULL);
    offer_row(NULL, other.lane, SMALL + 1, NULL, NULL);

    /* There is no room for the large one, and its source hears of that. */
    spread_set(spread, (struct lane *[]){one.lane, other.lane}, 2, 1);
    ck_assert_uint_eq(spread_retire(spread, &goes.lane, clock_now_ns()), 1);

    int64_t until = clock_now_ns() + patience_ns;
    while (one.count + other.count < 3 && clock_now_ns() < until)
        (void)usleep(1000);
    ck_assert_uint_eq(one.count + other.count, 3);
    store_close(&one);
    store_close(&other);
    store_close(&goes);
    spread_destroy(&spread);
}
END_TEST

START_TEST(where_its_spool_has_no_folder_the_others_get_it)
{
    static const struct lane_spool spool = {.folder = "/dev/null/spool",
                                            .size_bytes = 4 << 20};
    struct store goes, stays;
    struct spread *spread = spread_new("test");
    struct lane *lane = NULL;
    store_open(&goes, "inproc://unkept-1", 1, WINDOW);
    store_open(&stays, "inproc://unkept-2", 0, WINDOW);
    const struct lane_settings settings = {.name = "test",
                                           .endpoint = goes.endpoint,
                                           .sender = "host",
                                           .window_bytes = WINDOW,
                                           .spool = &spool};
    ck_assert_int_eq(lane_open(&settings, &lane), 0);
    spread_set(spread, &lane, 1, 1);
    offer_row(spread, NULL, SMALL, NULL, NULL);

    spread_set(spread, &stays.lane, 1, 1);
    ck_assert_uint_eq(spread_retire(spread, &lane, clock_now_ns()), 0);

    int64_t until = clock_now_ns() + patience_ns;
    while (stays.count < 1 && clock_now_ns() < until)
        (void)usleep(1000);
    ck_assert_uint_eq(stays.count, 1);
    store_close(&stays);
    store_close(&goes);
    spread_destroy(&spread);
}
END_TEST

SPEC("stores that go",
     what_its_source_forgets_meanwhile_the_others_get_all_the_same,
     where_its_spool_has_no_folder_the_others_get_it)
