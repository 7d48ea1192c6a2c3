/* relay_test.c - a link that listens: what it takes, and when it says so */
#include <config.h>

#include "relay_way.h"

static void
wait_for_more(struct way *way, size_t count)
{
    WAIT_UNTIL(way_count(way) > count);
}

/* Tells that each of 'count' batches is safe, which come in their order. */
static void
tell_all(struct way *way, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        wait_for_more(way, i);
        ck_assert_double_eq(value_of(way, i), (double)i + 1);
        tell(way, i, 0);
    }
}

START_TEST(acknowledges_in_order_what_becomes_safe_in_any)
{
    SCENE("weir.relay.order", 100, 1 << 20);

    offer_many(&source, 3);
    WAIT_UNTIL(way_count(&way) == 3);
    tell(&way, 2, 0);
    tell(&way, 0, 0);
    WAIT_UNTIL(source.durable == 1);
    (void)usleep(300000);
    ck_assert_uint_eq(source.durable, 1);
    tell(&way, 1, -EDQUOT);
    WAIT_UNTIL(source.durable == 3);
    scene_end(&way, &source);
}
END_TEST

START_TEST(tells_its_sender_what_is_refused_for_ever)
{
    SCENE("weir.relay.refused", 100, 1 << 20);

    offer_many(&source, 4);
    WAIT_UNTIL(way_count(&way) == 4);
    tell(&way, 3, 0);
    tell(&way, 2, -EBADMSG);
    tell(&way, 1, 0);
    tell(&way, 0, -EBADMSG);
    WAIT_UNTIL(source.durable + source.refused == 4);
    ck_assert_uint_eq(source.refused, 2);
    scene_end(&way, &source);
}
END_TEST

START_TEST(offers_again_what_it_is_given_back)
{
    static const int given[] = {-EAGAIN, -ECANCELED};
    SCENE("weir.relay.again", 100, 1 << 20);

    offer_many(&source, 3);
    WAIT_UNTIL(way_count(&way) == 3);
    for (size_t i = 0; i < ARRAY_SIZE(given); i++)
        tell(&way, i, given[i]);
    tell(&way, 2, 0);
    WAIT_UNTIL(way_count(&way) == 5);
    ck_assert_uint_eq(source.durable, 0);
    for (size_t i = 0; i < ARRAY_SIZE(given); i++)
        ck_assert_double_eq(value_of(&way, 3 + i), value_of(&way, i));
    tell(&way, 3, -EAGAIN);
    tell(&way, 4, 0);
    WAIT_UNTIL(way_count(&way) == 6);
    ck_assert_double_eq(value_of(&way, 5), value_of(&way, 0));
    ck_assert_uint_eq(source.durable, 0);
    tell(&way, 5, 0);
    WAIT_UNTIL(source.durable == 3);
    scene_end(&way, &source);
}
END_TEST

START_TEST(without_room_it_keeps_what_comes_and_goes_on_when_there_is_some)
{
    SCENE("weir.relay.room", 2, 1 << 20);
    struct lane_figures figures;

    offer_many(&source, 30);
    WAIT_UNTIL(way.offered >= 4);
    ck_assert_uint_eq(way_count(&way), 2);
    lane_figures(source.lane, &figures);
    ck_assert_uint_eq(figures.batches_durable, 0);
    set_room(&way, 1000);
    tell_all(&way, 30);
    WAIT_UNTIL(source.durable == 30);
    scene_end(&way, &source);
}
END_TEST

START_TEST(takes_no_more_than_its_window)
{
    enum { FIT = 10, COST = COLUMNS * 8 + 8 + 8 + 24 + 128 };
    SCENE("weir.relay.window", 1000, FIT * COST);

    offer_many(&source, 200);
    WAIT_UNTIL(way_count(&way) == FIT);
    (void)usleep(300000);
    ck_assert_uint_eq(way_count(&way), FIT);
    tell_all(&way, 200);
    WAIT_UNTIL(source.durable == 200);
    scene_end(&way, &source);
}
END_TEST

START_TEST(layouts_have_numbers_of_its_own_until_nobody_needs_them)
{
    SCENE("weir.relay.layouts", 100, 1 << 20);
    struct source other = {0};

    source_open(&other, endpoint, 4 << 20);
    offer_many(&source, 1);
    WAIT_UNTIL(way_count(&way) == 1);
    offer_many(&other, 1);
    WAIT_UNTIL(way_count(&way) == 2);
    ck_assert_uint_ne(number_of(&way, 0), 0);
    ck_assert_uint_ne(number_of(&way, 1), 0);
    ck_assert_uint_ne(number_of(&way, 0), number_of(&way, 1));
    lane_forget_layout(source.lane, 1);
    (void)usleep(300000);
    ck_assert_uint_eq(way.forgotten, 0);
    tell(&way, 0, 0);
    tell(&way, 1, 0);
    WAIT_UNTIL(way.forgotten == 1);
    ck_assert_uint_eq(source_close(&source), 0);
    ck_assert_uint_eq(source_close(&other), 0);
    WAIT_UNTIL(way.forgotten == 2);
    relay_end(&way);
}
END_TEST

START_TEST(when_it_comes_back_it_gets_what_was_not_acknowledged)
{
    SCENE("weir.relay.back", 100, 1 << 20);

    offer_many(&source, 5);
    WAIT_UNTIL(way_count(&way) == 5);
    tell(&way, 0, 0);
    tell(&way, 1, 0);
    tell(&way, 4, 0);
    WAIT_UNTIL(source.durable == 2);
    relay_end(&way);
    ck_assert_uint_eq(way.forgotten, 1);
    way.count = 0;
    relay_begin(&way, endpoint, 1 << 20);
    WAIT_UNTIL(way_count(&way) == 3);
    for (size_t i = 0; i < 3; i++) {
        ck_assert_double_eq(value_of(&way, i), (double)i + 3);
        tell(&way, i, 0);
    }
    WAIT_UNTIL(source.durable == 5);
    scene_end(&way, &source);
}
END_TEST

START_TEST(takes_no_more_when_it_leaves_but_acknowledges_what_it_took)
{
    SCENE("weir.relay.leaves", 100, 1 << 20);

    offer_many(&source, 3);
    WAIT_UNTIL(way_count(&way) == 3);
    relay_leave(way.relay);
    offer_many(&source, 3);
    for (size_t i = 0; i < 3; i++)
        tell(&way, i, 0);
    WAIT_UNTIL(source.durable == 3);
    ck_assert_uint_eq(relay_waiting(way.relay), 0);
    (void)usleep(300000);
    ck_assert_uint_eq(way_count(&way), 3);
    relay_end(&way);
    relay_begin(&way, endpoint, 1 << 20);
    WAIT_UNTIL(way_count(&way) == 6);
    for (size_t i = 3; i < 6; i++)
        tell(&way, i, 0);
    WAIT_UNTIL(source.durable == 6);
    scene_end(&way, &source);
}
END_TEST

START_TEST(listens_once_its_endpoint_is_free)
{
    weir_cleanup(way_fini) struct way way = {0};
    struct store holder = {0};
    char endpoint[64];

    free_endpoint(&endpoint);
    holder.endpoint = endpoint;
    way_init(&way, 1);
    socket_setup();
    store_start(&holder);
    ck_assert_int_eq(holder.bound, 0);
    relay_begin(&way, endpoint, 1 << 20);
    (void)usleep(200000);
    ck_assert(!relay_is_open(way.relay));
    store_stop(&holder);
    WAIT_UNTIL(relay_is_open(way.relay));
    relay_end(&way);
}
END_TEST

struct heard {
    struct stage *stage;
    int rc;
    char why[128];
};

static bool
heard_answer(void *arg, const struct answer_part *part)
{
    struct heard *self = arg;

    self->rc = part->rc;
    (void)snprintf(self->why, sizeof(self->why), "%s", part->why);
    stage_ask_stop(self->stage);
    return false;
}

START_TEST(who_asks_it_is_sent_to_the_store)
{
    weir_cleanup(way_fini) struct way way = {0};
    struct heard heard = {.stage = stage_new("asks")};
    struct weir_select what = {.until_ns = 1};
    struct asker *asker = NULL;
    uint64_t id = 0;

    way_init(&way, 1);
    relay_begin(&way, "inproc://weir.relay.asked", 1 << 20);
    WAIT_UNTIL(relay_is_open(way.relay));
    ck_assert_int_eq(
        asker_open(heard.stage, "inproc://weir.relay.asked", NULL, &asker), 0);
    ck_assert_int_eq(asker_ask(asker, &what, heard_answer, &heard, &id), 0);
    stage_run(heard.stage, PATIENCE_S * NS_PER_S);
    ck_assert_int_eq(heard.rc, -ENOTSUP);
    ck_assert_ptr_nonnull(strstr(heard.why, "ask the store"));
    asker_destroy(&asker);
    stage_destroy(&heard.stage);
    relay_end(&way);
}
END_TEST

SPEC("relay", acknowledges_in_order_what_becomes_safe_in_any,
     tells_its_sender_what_is_refused_for_ever,
     offers_again_what_it_is_given_back,
     without_room_it_keeps_what_comes_and_goes_on_when_there_is_some,
     takes_no_more_than_its_window,
     layouts_have_numbers_of_its_own_until_nobody_needs_them,
     when_it_comes_back_it_gets_what_was_not_acknowledged,
     takes_no_more_when_it_leaves_but_acknowledges_what_it_took,
     listens_once_its_endpoint_is_free, who_asks_it_is_sent_to_the_store)
