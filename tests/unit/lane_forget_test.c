/* lane_forget_test.c - a lane's spool keeps no layout that nobody needs */
#include <config.h>

#include <malloc.h>

#include "folder.h"
#include "outlet_world.h"

enum { LAYOUTS = 40, SERIES = 4000, LAYOUT_BYTES = 50000 };

static void
count_stored(void *arg, int rc, const char *why)
{
    atomic_int *stored = arg;

    (void)why;
    *stored += rc == 0;
}

/* Offers a row of a layout of its own, which is forgotten at once. */
static void
offer_forgotten(struct lane *lane, uint32_t number, atomic_int *stored)
{
    const int64_t time_ns = NS_PER_S;
    const double value = 1;
    struct layout *layout = layout_new(number);
    uint32_t next = 0;
    uint64_t state = spec_seed() + number;

    /* Chance takes its room also as it is kept. */
    for (uint32_t i = 0; i < SERIES; i++) {
        char text[40];
        const struct weir_label labels[] = {{"n", text}, {0}};
        (void)snprintf(text, sizeof(text), "%016" PRIx64 "%016" PRIx64,
                       spec_random(&state), spec_random(&state));
        (void)layout_add(layout, &(struct weir_series){&load, "", labels});
    }
    const struct weir_rows rows = {.layout = layout_shape(layout),
                                   .width = 1,
                                   .count = 1,
                                   .times_ns = &time_ns,
                                   .values = &value};
    struct frame *frame =
        frame_of_layout(layout_shape(layout), number, 0, &next);
    struct frame *batch = frame_of_batch(&rows, 1, NULL, 0);
    lane_offer_layout(lane, &frame);
    ck_assert_int_eq(lane_offer(lane, &batch, count_stored, stored), 0);
    lane_forget_layout(lane, number);
    layout_destroy(&layout);
}

START_TEST(what_was_forgotten_before_it_went_to_the_spool_is_not_held_there)
{
    weir_cleanup(folder_destroy) struct folder *folder = folder_new();
    const struct lane_spool spool = {.folder = folder->path,
                                     .size_bytes = 64 << 20,
                                     .patience_ns = NS_PER_MS};
    struct store store = {.endpoint = "inproc://forget"};
    const struct lane_settings settings = {.name = "test",
                                           .endpoint = store.endpoint,
                                           .sender = "host",
                                           .window_bytes = 1 << 20,
                                           .spool = &spool};
    struct lane *lane = NULL;
    atomic_int stored = 0;

    socket_setup();
    ck_assert_int_eq(lane_open(&settings, &lane), 0);
    size_t before = mallinfo2().uordblks;
    for (uint32_t i = 1; i <= LAYOUTS; i++)
        offer_forgotten(lane, i, &stored);
    int64_t until = clock_now_ns() + patience_ns;
    while (stored < LAYOUTS && clock_now_ns() < until)
        (void)usleep(1000);
    ck_assert_int_eq(stored, LAYOUTS);
    store_start(&store);
    while (mallinfo2().uordblks > before + LAYOUTS * LAYOUT_BYTES / 2 &&
           clock_now_ns() < until)
        (void)usleep(1000);
    ck_assert_uint_lt(mallinfo2().uordblks,
                      before + LAYOUTS * LAYOUT_BYTES / 2);
    ck_assert_uint_eq(lane_close(&lane, clock_now_ns() + patience_ns), 0);
    store_stop(&store);
}
END_TEST

SPEC("what a lane forgets",
     what_was_forgotten_before_it_went_to_the_spool_is_not_held_there)
