/* lane_spool_test.c - a lane that has a spool */
#include <config.h>

#include "lane_counted.h"

/* Waits until so many are told to be safe: all that were offered. */
static void
expect_durable(const struct source *source, uint64_t count)
{
    int64_t until_ns = clock_now_ns() + PATIENCE_S * NS_PER_S;

    while (source->durable < count && clock_now_ns() < until_ns)
        (void)usleep(1000);
    ck_assert_uint_eq(source->durable, count);
}

START_TEST(brings_what_did_not_fit_its_window_once_the_store_is_there)
{
    weir_cleanup(home_fini) struct spool_home home;
    home_init(&home);
    struct counted *store = xcalloc(1, sizeof(*store));
    struct source source = {.spool = &home.settings};

    store->endpoint = "inproc://weir.spool.late";
    source_open(&source, store->endpoint, 50000);
    offer_many(&source, 5000);
    counted_start(store);
    offer_many(&source, 2000);
    wait_for(store, 7000);
    ck_assert_uint_eq(source_close(&source), 0);
    counted_stop(store);
    expect_each_once(store, 7000);
    ck_assert_uint_eq(source.durable, 7000);
    free(store);
}
END_TEST

START_TEST(what_is_left_at_its_end_is_sent_by_the_next_lane)
{
    weir_cleanup(home_fini) struct spool_home home;
    home_init(&home);
    struct counted *store = xcalloc(1, sizeof(*store));
    struct source source = {.spool = &home.settings};

    store->endpoint = "inproc://weir.spool.left";
    for (int life = 0; life < 3; life++) {
        source_open(&source, store->endpoint, 50000);
        offer_many(&source, 500);
        ck_assert_uint_eq(close_soon(&source, 0), 0);
    }
    ck_assert_uint_eq(source.cancelled, 0);
    counted_start(store);
    source_open(&source, store->endpoint, 50000);
    wait_for(store, 1500);
    ck_assert_uint_eq(source_close(&source), 0);
    counted_stop(store);
    expect_each_once(store, 1500);
    ck_assert_uint_eq(source.durable, 1500);
    free(store);
}
END_TEST

START_TEST(with_sync_always_all_is_told_to_be_stored_when_it_is_on_disk)
{
    weir_cleanup(home_fini) struct spool_home home;
    home_init(&home);
    struct counted *store = xcalloc(1, sizeof(*store));
    struct source source = {.spool = &home.settings};

    home.settings.sync_always = true;
    store->endpoint = "inproc://weir.spool.always";
    source_open(&source, store->endpoint, 50000);
    offer_many(&source, 300);
    expect_durable(&source, 300);
    counted_start(store);
    wait_for(store, 300);
    ck_assert_uint_eq(source_close(&source), 0);
    counted_stop(store);
    expect_each_once(store, 300);
    free(store);
}
END_TEST

/* Waits until nothing waits in memory. */
static void
wait_for_window(const struct source *source)
{
    struct lane_figures figures;
    int64_t until_ns = clock_now_ns() + PATIENCE_S * NS_PER_S;

    do
        lane_figures(source->lane, &figures);
    while (figures.waiting_bytes && clock_now_ns() < until_ns);
    ck_assert_uint_eq(figures.waiting_bytes, 0);
}

START_TEST(with_sync_always_what_is_fresh_does_not_wait_behind_the_rest)
{
    weir_cleanup(home_fini) struct spool_home home;
    home_init(&home);
    struct counted *store = xcalloc(1, sizeof(*store));
    struct source source = {.spool = &home.settings};

    home.settings.sync_always = true;
    store->endpoint = "inproc://weir.spool.fresh";
    source_open(&source, store->endpoint, 50000);
    offer_many(&source, 3000);
    counted_start(store);
    wait_for_window(&source);
    offer_many(&source, 20);
    wait_for(store, 3020);
    ck_assert_uint_eq(source_close(&source), 0);
    counted_stop(store);
    expect_each_once(store, 3020);
    ck_assert_uint_eq(source.durable, 3020);
    for (size_t i = 3001; i <= 3020; i++)
        ck_assert_uint_eq(store->via[i], store->via[1]);
    ck_assert_uint_ne(store->via[3000], store->via[1]);
    free(store);
}
END_TEST

START_TEST(with_sync_always_what_was_fresh_outlives_a_kill)
{
    weir_cleanup(home_fini) struct spool_home home, copy;
    home_init(&home);
    home_init(&copy);
    struct counted *store = xcalloc(1, sizeof(*store));
    struct source killed = {.spool = &home.settings};
    struct source next = {.spool = &copy.settings};
    char command[256];

    home.settings.sync_always = true;
    source_open(&killed, "inproc://weir.spool.nobody", 50000);
    offer_many(&killed, 200);
    expect_durable(&killed, 200);
    (void)snprintf(command, sizeof(command), "cp -a %s/. %s", home.path,
                   copy.path);
    /* NOLINTNEXTLINE(cert-env33-c): its words are ours */
    ck_assert_int_eq(system(command), 0);
    ck_assert_uint_eq(close_soon(&killed, 0), 0);

    /* Also when it does not do so any more. */
    store->endpoint = "inproc://weir.spool.after";
    counted_start(store);
    source_open(&next, store->endpoint, 50000);
    wait_for(store, 200);
    ck_assert_uint_eq(source_close(&next), 0);
    counted_stop(store);
    expect_each_once(store, 200);
    free(store);
}
END_TEST

START_TEST(a_store_that_forgets_and_returns_gets_each_batch_once)
{
    weir_cleanup(home_fini) struct spool_home home;
    home_init(&home);
    struct counted *store = xcalloc(1, sizeof(*store));
    struct source source = {.spool = &home.settings};
    uint64_t state = spec_seed();

    store->endpoint = "inproc://weir.spool.back";
    source_open(&source, store->endpoint, 20000);
    for (int round = 0; round < 5; round++) {
        store->late = spec_random(&state) % 2;
        counted_start(store);
        offer_many(&source, 300);
        (void)usleep((useconds_t)(spec_random(&state) % 200000));
        counted_stop(store);
        offer_many(&source, 300);
    }
    store->late = false;
    counted_start(store);
    wait_for(store, 3000);
    ck_assert_uint_eq(source_close(&source), 0);
    counted_stop(store);
    expect_each_once(store, 3000);
    free(store);
}
END_TEST

START_TEST(drops_the_oldest_of_the_spool_and_brings_the_rest_in_order)
{
    weir_cleanup(home_fini) struct spool_home home;
    home_init(&home);
    struct counted *store = xcalloc(1, sizeof(*store));
    struct source source = {.spool = &home.settings, .noise = 1};
    struct lane_figures figures;

    home.settings.size_bytes = 4 << 20;
    store->endpoint = "inproc://weir.spool.full";
    source_open(&source, store->endpoint, 50000);
    offer_many(&source, 10000);
    int64_t until_ns = clock_now_ns() + PATIENCE_S * NS_PER_S;
    do
        lane_figures(source.lane, &figures);
    while (figures.spooled_batches < 9900 && clock_now_ns() < until_ns);
    ck_assert_uint_gt(figures.spool_dropped_bytes, 1 << 20);
    ck_assert_uint_le(figures.spool_disk_bytes, 4 << 20);
    counted_start(store);
    until_ns = clock_now_ns() + PATIENCE_S * NS_PER_S;
    while (store->seen[10000] == 0 && clock_now_ns() < until_ns)
        (void)usleep(1000);
    ck_assert_uint_eq(source_close(&source), 0);
    counted_stop(store);
    ck_assert_uint_eq(store->wrong, 0);
    ck_assert_uint_gt(store->total, 3000);
    ck_assert_uint_lt(store->total, 9000);
    for (uint64_t i = 10000; i > 7500; i--)
        ck_assert_uint_eq(store->seen[i], 1);
    free(store);
}
END_TEST

START_TEST(what_waits_at_a_store_that_takes_nothing_is_safe_in_the_spool)
{
    weir_cleanup(home_fini) struct spool_home home;
    home_init(&home);
    struct counted *store = xcalloc(1, sizeof(*store));
    struct source source = {.spool = &home.settings};

    home.settings.patience_ns = 10 * NS_PER_MS;
    store->endpoint = "inproc://weir.spool.secure";
    source_open(&source, store->endpoint, 1 << 20);
    offer_many(&source, 100);
    expect_durable(&source, 100);
    /* What the window still has is not written once more. */
    ck_assert_uint_eq(close_soon(&source, 0), 0);
    ck_assert_uint_eq(source.cancelled, 0);
    counted_start(store);
    source_open(&source, store->endpoint, 1 << 20);
    wait_for(store, 100);
    ck_assert_uint_eq(source_close(&source), 0);
    counted_stop(store);
    expect_each_once(store, 100);
    ck_assert_uint_eq(source.durable, 100);
    free(store);
}
END_TEST

START_TEST(what_is_safe_in_the_spool_is_sent_from_the_window_all_the_same)
{
    weir_cleanup(home_fini) struct spool_home home;
    home_init(&home);
    struct counted *store = xcalloc(1, sizeof(*store));
    struct source source = {.spool = &home.settings};

    home.settings.patience_ns = 10 * NS_PER_MS;
    store->endpoint = "inproc://weir.spool.both";
    source_open(&source, store->endpoint, 1 << 20);
    offer_many(&source, 100);
    expect_durable(&source, 100);
    counted_start(store);
    wait_for(store, 200);
    ck_assert_uint_eq(source_close(&source), 0);
    counted_stop(store);
    ck_assert_uint_eq(store->wrong, 0);
    for (size_t i = 1; i <= 100; i++)
        ck_assert_uint_eq(store->seen[i], 2);
    ck_assert_uint_eq(source.durable, 100);
    free(store);
}
END_TEST

START_TEST(with_sync_always_what_waits_in_the_window_comes_once)
{
    weir_cleanup(home_fini) struct spool_home home;
    home_init(&home);
    struct counted *store = xcalloc(1, sizeof(*store));
    struct source source = {.spool = &home.settings};

    home.settings.patience_ns = 10 * NS_PER_MS;
    home.settings.sync_always = true;
    store->endpoint = "inproc://weir.spool.once";
    source_open(&source, store->endpoint, 1 << 20);
    offer_many(&source, 100);
    expect_durable(&source, 100);
    (void)usleep(300000);
    counted_start(store);
    wait_for(store, 100);
    ck_assert_uint_eq(source_close(&source), 0);
    counted_stop(store);
    expect_each_once(store, 100);
    ck_assert_uint_eq(source.durable, 100);
    free(store);
}
END_TEST

SPEC("lane_spool", brings_what_did_not_fit_its_window_once_the_store_is_there,
     what_is_left_at_its_end_is_sent_by_the_next_lane,
     with_sync_always_all_is_told_to_be_stored_when_it_is_on_disk,
     with_sync_always_what_is_fresh_does_not_wait_behind_the_rest,
     with_sync_always_what_was_fresh_outlives_a_kill,
     a_store_that_forgets_and_returns_gets_each_batch_once,
     drops_the_oldest_of_the_spool_and_brings_the_rest_in_order,
     what_waits_at_a_store_that_takes_nothing_is_safe_in_the_spool,
     what_is_safe_in_the_spool_is_sent_from_the_window_all_the_same,
     with_sync_always_what_waits_in_the_window_comes_once)
