/* spread_test.c - a link's stores: which of them get a batch, and its fate */
#include <config.h>

#include "outlet_world.h"

enum { STORES = 3, SOURCES = 60, WINDOW = 1 << 20 };

/* A link with three stores, and what sends over it from many sources. */
struct scene {
    struct store stores[STORES];
    struct lane *lanes[STORES];
    struct spread *spread;
    struct sender sender;
    struct weir_source *sources[SOURCES];
};

static void
scene_open(struct scene *self, const char *const endpoints[STORES],
           size_t copies)
{
    *self = (struct scene){.spread = spread_new("test")};
    for (size_t i = 0; i < STORES; i++) {
        store_open(&self->stores[i], endpoints[i], 0, WINDOW);
        self->lanes[i] = self->stores[i].lane;
    }
    spread_set(self->spread, self->lanes, STORES, copies);
    sender_open(&self->sender, &self->spread, 1);
    for (unsigned i = 0; i < SOURCES; i++)
        self->sources[i] = source_new(&(struct source_settings){
            .outlet = self->sender.to,
            .figures = &self->sender.figures,
            .home = i * UINT64_C(0x9E3779B97F4A7C15)});
}

static void
scene_close(struct scene *self)
{
    lanes_outlet_leave(self->sender.outlet);
    for (unsigned i = 0; i < SOURCES; i++)
        source_abandon(&self->sources[i]);
    source_abandon(&self->sender.source);
    for (size_t i = 0; i < STORES; i++)
        store_close(&self->stores[i]);
    stage_destroy(&self->sender.stage);
    lanes_outlet_destroy(&self->sender.outlet);
    spread_destroy(&self->spread);
}

static void
offer_each(struct scene *self)
{
    const struct weir_series series = {&load, "", none};

    for (unsigned i = 0; i < SOURCES; i++) {
        struct weir_batch *batch = weir_batch_begin(self->sources[i], NS_PER_S);
        weir_add_series(batch, &series, i);
        ck_assert_int_eq(weir_batch_end(&batch, hear, &self->sender), 0);
    }
}

/* Each source sends once, and hears of it. */
static void
send_each(struct scene *self)
{
    unsigned told = self->sender.told;

    offer_each(self);
    run_until_told(&self->sender, told + SOURCES);
    ck_assert_int_eq(self->sender.rc, 0);
}

/* Waits for what is told of one store alone. */
static void
wait_for_counts(const struct scene *self, unsigned sum)
{
    int64_t until = clock_now_ns() + patience_ns;
    unsigned count = 0;

    do {
        count = 0;
        for (size_t i = 0; i < STORES; i++)
            count += self->stores[i].count;
        (void)usleep(1000);
    } while (count < sum && clock_now_ns() < until);
    ck_assert_uint_eq(count, sum);
}

static void
wait_until_away(const struct store *store, bool away)
{
    int64_t until = clock_now_ns() + patience_ns;
    struct lane_figures figures;

    do {
        lane_figures(store->lane, &figures);
        (void)usleep(1000);
    } while ((away ? !lane_is_away(store->lane) : !figures.connected) &&
             clock_now_ns() < until);
    ck_assert(lane_is_away(store->lane) == away);
}

START_TEST(one_copy_goes_to_one_store_and_the_others_do_not_learn_of_it)
{
    static const char *const endpoints[] = {"inproc://one-1", "inproc://one-2",
                                            "inproc://one-3"};
    struct scene scene;
    scene_open(&scene, endpoints, 1);

    send_each(&scene);
    send_each(&scene);

    wait_for_counts(&scene, 2 * SOURCES);
    for (size_t i = 0; i < STORES; i++) {
        ck_assert_uint_gt(scene.stores[i].count, 0);
        ck_assert_uint_eq(scene.stores[i].count, 2 * scene.stores[i].layouts);
    }
    scene_close(&scene);
}
END_TEST

START_TEST(two_copies_go_to_two_stores)
{
    static const char *const endpoints[] = {"inproc://two-1", "inproc://two-2",
                                            "inproc://two-3"};
    struct scene scene;
    scene_open(&scene, endpoints, 2);

    send_each(&scene);

    wait_for_counts(&scene, 2 * SOURCES);
    for (size_t i = 0; i < STORES; i++)
        ck_assert_uint_lt(scene.stores[i].count, SOURCES);
    scene_close(&scene);
}
END_TEST

START_TEST(all_copies_go_to_all_stores)
{
    static const char *const endpoints[] = {"inproc://all-1", "inproc://all-2",
                                            "inproc://all-3"};
    struct scene scene;
    scene_open(&scene, endpoints, STORES);

    send_each(&scene);

    wait_for_counts(&scene, STORES * SOURCES);
    for (size_t i = 0; i < STORES; i++)
        ck_assert_uint_eq(scene.stores[i].layouts, SOURCES);
    scene_close(&scene);
}
END_TEST

/* A source with that home sends a value of each of 'series' series, and hears
 * of it. */
static void
send_wide(struct scene *self, uint64_t home, unsigned series)
{
    struct weir_source *source =
        source_new(&(struct source_settings){.outlet = self->sender.to,
                                             .figures = &self->sender.figures,
                                             .home = home});
    struct weir_batch *batch = weir_batch_begin(source, NS_PER_S);
    unsigned told = self->sender.told;

    for (unsigned i = 0; i < series; i++) {
        char text[16];
        const struct weir_label labels[] = {{"n", text}, {0}};
        (void)snprintf(text, sizeof(text), "%u", i);
        weir_add(batch, &load, labels, i);
    }
    ck_assert_int_eq(weir_batch_end(&batch, hear, &self->sender), 0);
    run_until_told(&self->sender, told + 1);
    ck_assert_int_eq(self->sender.rc, 0);
    source_abandon(&source);
}

START_TEST(a_source_that_is_made_anew_stays_at_home)
{
    static const char *const endpoints[] = {
        "inproc://anew-1", "inproc://anew-2", "inproc://anew-3"};
    struct scene scene;
    scene_open(&scene, endpoints, 1);

    for (unsigned i = 0; i < 10; i++)
        send_wide(&scene, 7, 1 + i);

    wait_for_counts(&scene, 10);
    for (size_t i = 0; i < STORES; i++)
        ck_assert(scene.stores[i].count == 0 || scene.stores[i].count == 10);
    scene_close(&scene);
}
END_TEST

START_TEST(the_layouts_of_a_large_source_may_have_different_homes)
{
    enum { LAYOUTS = 12 };
    static const char *const endpoints[] = {
        "inproc://wide-1", "inproc://wide-2", "inproc://wide-3"};
    struct scene scene;
    unsigned stores = 0;
    unsigned layouts = 0;
    scene_open(&scene, endpoints, 1);

    send_wide(&scene, 7, LAYOUTS * WEIR_LAYOUT_MOST);

    wait_for_counts(&scene, LAYOUTS);
    for (size_t i = 0; i < STORES; i++) {
        stores += scene.stores[i].count > 0;
        layouts += scene.stores[i].layouts;
    }
    ck_assert_uint_gt(stores, 1);
    ck_assert_uint_eq(layouts, LAYOUTS);
    scene_close(&scene);
}
END_TEST

START_TEST(a_store_that_is_away_has_a_stand_in_until_it_is_back)
{
    static const char *const endpoints[] = {
        "inproc://away-1", "inproc://away-2", "inproc://away-3"};
    struct scene scene;
    scene_open(&scene, endpoints, 1);
    send_each(&scene);
    unsigned share = scene.stores[1].count;
    unsigned first = scene.stores[0].count;

    store_stop(&scene.stores[1]);
    wait_until_away(&scene.stores[1], true);
    send_each(&scene);
    ck_assert_uint_eq(scene.stores[1].count, share);
    ck_assert_uint_ge(scene.stores[0].count, 2 * first);
    ck_assert_uint_eq(scene.stores[0].count + scene.stores[2].count,
                      2 * SOURCES - share);

    store_start(&scene.stores[1]);
    wait_until_away(&scene.stores[1], false);
    send_each(&scene);
    ck_assert_uint_eq(scene.stores[1].count, 2 * share);
    scene_close(&scene);
}
END_TEST

START_TEST(a_batch_is_stored_when_the_first_store_says_so)
{
    static const char *const endpoints[] = {
        "inproc://first-1", "inproc://first-2", "inproc://first-3"};
    struct scene scene;
    scene_open(&scene, endpoints, STORES);
    scene.stores[0].rc = 1;
    scene.stores[2].rc = -EBADMSG;

    send_each(&scene);

    wait_for_counts(&scene, STORES * SOURCES);
    scene_close(&scene);
}
END_TEST

START_TEST(when_all_stores_fail_the_worst_is_told)
{
    static const char *const endpoints[] = {
        "inproc://worst-1", "inproc://worst-2", "inproc://worst-3"};
    struct scene scene;
    scene_open(&scene, endpoints, STORES);
    for (size_t i = 0; i < STORES; i++)
        scene.stores[i].rc = -EBADMSG;

    ck_assert_int_eq(send_value(&scene.sender, 1), 0);
    run_until_told(&scene.sender, 1);

    ck_assert_int_eq(scene.sender.rc, -EBADMSG);
    ck_assert_str_eq(scene.sender.why, "it smells");
    scene_close(&scene);
}
END_TEST

START_TEST(a_store_without_room_misses_what_another_takes)
{
    struct store good, full;
    struct spread *spread = spread_new("test");
    struct sender sender;
    struct lane_figures figures;
    store_open(&good, "inproc://miss-good", 0, WINDOW);
    store_open(&full, "inproc://miss-full", 1, 500);
    spread_set(spread, (struct lane *[]){full.lane, good.lane}, 2, 2);
    sender_open(&sender, &spread, 1);

    for (unsigned i = 1; i <= 50; i++) {
        ck_assert_int_eq(send_value(&sender, 1), 0);
        run_until_told(&sender, i);
        ck_assert_int_eq(sender.rc, 0);
    }

    lane_figures(full.lane, &figures);
    ck_assert_uint_gt(figures.batches_missed, 0);
    ck_assert(figures.several);
    ck_assert_uint_eq(good.count, 50);
    ck_assert_uint_eq(sender.figures.lost_batches, 0);
    lane_figures(good.lane, &figures);
    ck_assert_uint_eq(figures.batches_missed, 0);
    lanes_outlet_leave(sender.outlet);
    source_abandon(&sender.source);
    store_close(&good);
    store_close(&full);
    stage_destroy(&sender.stage);
    lanes_outlet_destroy(&sender.outlet);
    spread_destroy(&spread);
}
END_TEST

START_TEST(a_store_that_comes_takes_its_share_and_one_that_goes_leaves_it)
{
    static const char *const endpoints[] = {
        "inproc://come-1", "inproc://come-2", "inproc://come-3"};
    struct scene scene;
    scene_open(&scene, endpoints, 1);
    spread_set(scene.spread, scene.lanes, 1, 1);
    send_each(&scene);
    ck_assert_uint_eq(scene.stores[0].count, SOURCES);

    spread_set(scene.spread, scene.lanes, STORES, 1);
    send_each(&scene);
    unsigned second = scene.stores[1].count;
    unsigned third = scene.stores[2].count;
    ck_assert_uint_gt(second, 0);
    ck_assert_uint_gt(third, 0);
    ck_assert_uint_eq(scene.stores[0].count, 2 * SOURCES - second - third);

    spread_set(scene.spread, &scene.lanes[1], 2, 1);
    send_each(&scene);
    ck_assert_uint_eq(scene.stores[0].count, 2 * SOURCES - second - third);
    ck_assert_uint_ge(scene.stores[1].count, 2 * second);
    ck_assert_uint_ge(scene.stores[2].count, 2 * third);
    scene_close(&scene);
}
END_TEST

START_TEST(what_a_store_that_goes_has_not_stored_the_others_get)
{
    static const char *const endpoints[] = {
        "inproc://gone-1", "inproc://gone-2", "inproc://gone-3"};
    struct scene scene;
    scene_open(&scene, endpoints, 1);
    scene.stores[1].rc = 1;
    offer_each(&scene);
    wait_for_counts(&scene, SOURCES);
    unsigned share = scene.stores[1].count;
    run_until_told(&scene.sender, SOURCES - share);
    /* Their layouts are forgotten, but for the batches that wait. */
    for (unsigned i = 0; i < SOURCES / 2; i++)
        source_abandon(&scene.sources[i]);

    struct lane *const stay[] = {scene.lanes[0], scene.lanes[2]};
    spread_set(scene.spread, stay, 2, 1);
    uint64_t lost =
        spread_retire(scene.spread, &scene.stores[1].lane, clock_now_ns());
    run_until_told(&scene.sender, SOURCES);

    ck_assert_uint_eq(lost, 0);
    ck_assert_int_eq(scene.sender.rc, 0);
    ck_assert_uint_eq(scene.stores[0].count + scene.stores[2].count, SOURCES);
    ck_assert_uint_eq(scene.stores[1].count, share);
    scene_close(&scene);
}
END_TEST

START_TEST(without_any_store_there_is_no_room)
{
    struct spread *spread = spread_new("test");
    struct sender sender;
    sender_open(&sender, &spread, 1);

    ck_assert_int_eq(send_value(&sender, 1), -EAGAIN);

    sender_close(&sender);
    spread_destroy(&spread);
}
END_TEST

SPEC("spread", one_copy_goes_to_one_store_and_the_others_do_not_learn_of_it,
     a_source_that_is_made_anew_stays_at_home,
     the_layouts_of_a_large_source_may_have_different_homes,
     two_copies_go_to_two_stores, all_copies_go_to_all_stores,
     a_store_that_is_away_has_a_stand_in_until_it_is_back,
     a_batch_is_stored_when_the_first_store_says_so,
     when_all_stores_fail_the_worst_is_told,
     a_store_without_room_misses_what_another_takes,
     a_store_that_comes_takes_its_share_and_one_that_goes_leaves_it,
     what_a_store_that_goes_has_not_stored_the_others_get,
     without_any_store_there_is_no_room)
