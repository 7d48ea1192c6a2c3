/* outlet_test.c - an instance's batches on their way to several stores */
#include <config.h>

#include "outlet_world.h"

enum { WINDOW = 1 << 20 };

START_TEST(each_store_gets_each_batch_and_the_fate_is_one)
{
    struct store stores[3];
    struct sender sender;
    static const char *const endpoints[] = {
        "inproc://outlet-1", "inproc://outlet-2", "inproc://outlet-3"};
    for (size_t i = 0; i < 3; i++)
        store_open(&stores[i], endpoints[i], 0, WINDOW);
    sender_open(&sender,
                (struct spread *[]){stores[0].spread, stores[1].spread,
                                    stores[2].spread},
                3);

    for (int i = 1; i <= 10; i++)
        ck_assert_int_eq(send_value(&sender, i), 0);
    run_until_told(&sender, 10);

    ck_assert_int_eq(sender.rc, 0);
    ck_assert_str_eq(sender.why, "-");
    for (size_t i = 0; i < 3; i++) {
        ck_assert_uint_eq(stores[i].count, 10);
        ck_assert(stores[i].sum == 55);
    }
    sender_close(&sender);
    for (size_t i = 0; i < 3; i++)
        store_close(&stores[i]);
}
END_TEST

START_TEST(a_store_that_refuses_makes_the_fate)
{
    struct store good, bad;
    struct sender sender;
    store_open(&good, "inproc://outlet-good", 0, WINDOW);
    store_open(&bad, "inproc://outlet-bad", -EBADMSG, WINDOW);
    sender_open(&sender, (struct spread *[]){good.spread, bad.spread}, 2);

    ck_assert_int_eq(send_value(&sender, 1), 0);
    run_until_told(&sender, 1);

    ck_assert_int_eq(sender.rc, -EBADMSG);
    ck_assert_str_eq(sender.why, "it smells");
    sender_close(&sender);
    store_close(&good);
    store_close(&bad);
}
END_TEST

/* Sends until the window of the only lane, or of one of them, is full. */
static unsigned
fill(struct sender *self)
{
    unsigned count = 0;

    while (send_value(self, 1) == 0 && self->figures.lost_batches == 0 &&
           count < 1000)
        count++;
    return count;
}

START_TEST(without_room_the_batch_is_lost_and_no_fate_told)
{
    struct store store;
    struct sender sender;
    store_open(&store, "inproc://outlet-full", 1, 2000);
    sender_open(&sender, (struct spread *[]){store.spread}, 1);

    unsigned count = fill(&sender);
    ck_assert_uint_gt(count, 0);
    ck_assert_int_eq(send_value(&sender, 1), -EAGAIN);
    stage_run(sender.stage, NS_PER_MS);

    ck_assert_uint_eq(sender.told, 0);
    sender_close(&sender);
    store_close(&store);
}
END_TEST

START_TEST(room_at_one_store_of_two_makes_the_fate_to_try_again)
{
    struct store good, full;
    struct sender sender;
    unsigned fates = 0;
    store_open(&good, "inproc://outlet-room", 0, WINDOW);
    store_open(&full, "inproc://outlet-no-room", 1, 500);
    sender_open(&sender, (struct spread *[]){good.spread, full.spread}, 2);

    while (sender.rc != -EAGAIN && fates++ < 100) {
        ck_assert_int_eq(send_value(&sender, 1), 0);
        stage_run(sender.stage, 5 * NS_PER_MS);
    }

    ck_assert_int_eq(sender.rc, -EAGAIN);
    ck_assert_str_ne(sender.why, "-");
    sender_close(&sender);
    store_close(&good);
    store_close(&full);
}
END_TEST

START_TEST(without_any_lane_there_is_no_room)
{
    struct sender sender;
    sender_open(&sender, NULL, 0);

    ck_assert_int_eq(send_value(&sender, 1), -EAGAIN);
    stage_run(sender.stage, NS_PER_MS);

    ck_assert_uint_eq(sender.told, 0);
    ck_assert_uint_eq(sender.figures.lost_batches, 1);
    sender_close(&sender);
}
END_TEST

START_TEST(who_waits_when_the_instance_closes_is_told_then_and_once)
{
    struct store store;
    struct sender sender;
    store_open(&store, "inproc://outlet-close", 1, WINDOW);
    sender_open(&sender, (struct spread *[]){store.spread}, 1);
    for (int i = 0; i < 100; i++)
        ck_assert_int_eq(send_value(&sender, 1), 0);

    sender.to->cancel(sender.to->arg, -ECANCELED);
    ck_assert_uint_eq(sender.told, 100);
    ck_assert_int_eq(sender.rc, -ECANCELED);

    while (store.count < 100)
        (void)usleep(1000);
    port_durable(store.port, store.number);
    stage_run(sender.stage, 5 * NS_PER_MS);
    ck_assert_uint_eq(sender.told, 100);
    sender_close(&sender);
    store_close(&store);
}
END_TEST

START_TEST(what_is_sent_while_the_instance_closes_is_told_nobody)
{
    struct store store;
    struct sender sender;
    store_open(&store, "inproc://outlet-late", 0, WINDOW);
    sender_open(&sender, (struct spread *[]){store.spread}, 1);

    for (int i = 0; i < 100; i++)
        ck_assert_int_eq(send_value(&sender, 1), 0);
    sender.to->cancel(sender.to->arg, -ESHUTDOWN);
    while (store.count < 100)
        (void)usleep(1000);
    stage_run(sender.stage, 5 * NS_PER_MS);

    ck_assert_uint_eq(sender.told, 0);
    sender_close(&sender);
    store_close(&store);
}
END_TEST

START_TEST(what_a_lane_tells_when_the_instance_has_gone_goes_nowhere)
{
    struct store store;
    struct sender sender;
    store_open(&store, "inproc://outlet-gone", 0, WINDOW);
    for (int round = 0; round < 20; round++) {
        sender_open(&sender, (struct spread *[]){store.spread}, 1);
        for (int i = 0; i < 50; i++)
            ck_assert_int_eq(send_value(&sender, 1), 0);
        sender.to->cancel(sender.to->arg, -ECANCELED);
        sender_close(&sender);
    }

    while (store.count < 1000)
        (void)usleep(1000);
    store_close(&store);
}
END_TEST

SPEC("outlets", each_store_gets_each_batch_and_the_fate_is_one,
     a_store_that_refuses_makes_the_fate,
     without_room_the_batch_is_lost_and_no_fate_told,
     room_at_one_store_of_two_makes_the_fate_to_try_again,
     without_any_lane_there_is_no_room,
     who_waits_when_the_instance_closes_is_told_then_and_once,
     what_is_sent_while_the_instance_closes_is_told_nobody,
     what_a_lane_tells_when_the_instance_has_gone_goes_nowhere)
