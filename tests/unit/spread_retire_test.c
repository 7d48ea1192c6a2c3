/* spread_retire_test.c - what a store that goes leaves, when sources forget */
#include <config.h>

#include "folder.h"
#include "outlet_world.h"

enum {
    WINDOW = 1 << 20,
    SPOOL_SIZE = 4 << 20,
    /* Series of layouts, and their numbers. */
    SMALL = 2,
    LARGE = 600,
};

/* Makes a layout of 'width' series, and a batch of it. */
static void
make_row(uint32_t width, struct frame **ret_layout, struct frame **ret_batch)
{
    static const double values[LARGE];
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
    *ret_layout = frame_of_layout(layout_shape(layout), width, 0, &next);
    *ret_batch = frame_of_batch(&rows, 1, NULL, 0);
    layout_destroy(&layout);
}

/* Gives them to the spread, or else the lane. */
static void
offer_row(struct spread *spread, struct lane *lane, uint32_t width,
          lane_fate *fate, void *arg)
{
    struct frame *frame = NULL;
    struct frame *batch = NULL;

    make_row(width, &frame, &batch);
    if (lane)
        lane_offer_layout(lane, &frame);
    else
        spread_layout(spread, width, &frame);
    ck_assert_int_eq(lane ? lane_offer(lane, &batch, fate, arg)
                          : spread_offer(spread, &batch, fate, arg),
                     0);
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

/* What becomes of the batches of a lane. */
struct fates {
    atomic_uint taken, stored, again, cancelled;
};

static void
note_fate(void *arg, int rc, const char *why)
{
    struct fates *self = arg;

    (void)why;
    self->stored += rc == 0;
    self->again += rc == -EAGAIN;
    self->cancelled += rc == -ECANCELED;
}

/* Offers batches to the one lane of a spread, until 'is_full' of its figures.
 */
static void
fill(struct spread *spread, struct lane *lane, struct fates *fates,
     bool (*is_full)(const struct lane_figures *figures))
{
    struct lane_figures figures;
    struct frame *layout = NULL;
    struct frame *batch = NULL;

    make_row(LARGE, &layout, &batch);
    spread_layout(spread, LARGE, &layout);
    do {
        struct frame *own = frame_copy(batch);
        fates->taken += spread_offer(spread, &own, note_fate, fates) == 0;
        frame_release(&own);
        lane_figures(lane, &figures);
    } while (!is_full(&figures));
    frame_release(&batch);
}

static bool
has_refused(const struct lane_figures *figures)
{
    return figures->spool_dropped_batches > 0;
}

static bool
has_dropped(const struct lane_figures *figures)
{
    return figures->spool_dropped_bytes > 0;
}

/* Retires a lane whose store takes nothing and whose spool is full, and counts
 * what the other store of the link gets. */
static unsigned
retire_full(bool drop_oldest, struct fates *fates,
            bool (*is_full)(const struct lane_figures *figures))
{
    struct folder *folder = folder_new();
    const struct lane_spool spool = {.folder = folder->path,
                                     .size_bytes = SPOOL_SIZE,
                                     .drop_oldest = drop_oldest};
    struct lane *lane = NULL;
    const struct lane_settings settings = {.name = "test",
                                           .endpoint = "inproc://nobody",
                                           .sender = "host",
                                           .window_bytes = WINDOW,
                                           .spool = &spool};
    struct spread *spread = spread_new("test");
    struct store stays;
    store_open(&stays, "inproc://full", 0, 4 * WINDOW);
    ck_assert_int_eq(lane_open(&settings, &lane), 0);
    spread_set(spread, &lane, 1, 1);
    fill(spread, lane, fates, is_full);

    spread_set(spread, &stays.lane, 1, 1);
    ck_assert_uint_eq(spread_retire(spread, &lane, clock_now_ns()), 0);

    int64_t until = clock_now_ns() + patience_ns;
    while (fates->stored + fates->again + fates->cancelled < fates->taken &&
           clock_now_ns() < until)
        (void)usleep(1000);
    unsigned got = stays.count;
    store_close(&stays);
    spread_destroy(&spread);
    folder_destroy(&folder);
    return got;
}

START_TEST(what_finds_no_room_in_its_spool_the_others_get)
{
    struct fates fates = {0};

    ck_assert_uint_gt(retire_full(false, &fates, has_refused),
                      WINDOW / (LARGE * sizeof(double)) / 2);
    ck_assert_uint_eq(fates.cancelled, 0);
    ck_assert_uint_eq(fates.stored + fates.again, fates.taken);
}
END_TEST

START_TEST(its_spool_drops_nothing_for_what_the_others_can_get)
{
    struct fates fates = {0};

    ck_assert_uint_gt(retire_full(true, &fates, has_dropped), 0);
    ck_assert_uint_eq(fates.cancelled, 0);
    ck_assert_uint_eq(fates.stored, fates.taken);
}
END_TEST

SPEC("stores that go",
     what_its_source_forgets_meanwhile_the_others_get_all_the_same,
     where_its_spool_has_no_folder_the_others_get_it,
     what_finds_no_room_in_its_spool_the_others_get,
     its_spool_drops_nothing_for_what_the_others_can_get)
