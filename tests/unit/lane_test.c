/* lane_test.c - a lane and a port, each on a thread of its own */
#include <config.h>

#include "endpoint.h"
#include "lane_ends.h"

/* Sends 'count' batches to a plain store at 'endpoint'. */
static void
send_all(const char *endpoint, uint64_t count)
{
    struct store store = {.endpoint = endpoint};
    struct source source = {0};
    struct lane_figures figures;

    socket_setup();
    store_start(&store);
    source_open(&source, endpoint, 1 << 20);
    offer_many(&source, count);
    (void)usleep(1000);
    lane_figures(source.lane, &figures);
    ck_assert_uint_le(figures.waiting_bytes, 1 << 20);
    ck_assert_uint_eq(source_close(&source), 0);
    store_stop(&store);

    ck_assert_int_eq(store.bound, 0);
    ck_assert_uint_eq(store.wrong, 0);
    ck_assert_uint_eq(store.last, count);
    ck_assert_uint_eq(store.batches, count);
    ck_assert_uint_eq(source.durable, count);
    ck_assert_int_eq(store.resolved, 1);
    ck_assert_int_eq(store.forgotten, 1);
}

START_TEST(brings_everything_once_and_in_order_within_the_process)
{
    send_all("inproc://weir.test", 20000);
}
END_TEST

START_TEST(brings_everything_once_and_in_order_over_a_unix_socket)
{
    weir_cleanup(folder_fini) struct folder folder;
    folder_init(&folder);

    send_all(folder.endpoint, 20000);
}
END_TEST

START_TEST(brings_everything_once_and_in_order_over_tcp)
{
    char endpoint[64];
    free_endpoint(&endpoint);

    send_all(endpoint, 20000);
}
END_TEST

/* Stops the store in the middle, and starts it again with what was durable. */
static void
send_through_restart(const char *endpoint)
{
    struct store store = {.endpoint = endpoint, .mode = MODE_LATE};
    struct source source = {0};

    socket_setup();
    store_start(&store);
    source_open(&source, endpoint, 1 << 20);
    offer_many(&source, 100);
    while (store.last < 50)
        (void)usleep(1000);
    store_stop(&store);

    store.last = 0;
    memset(store.stream, 0, sizeof(store.stream));
    store.mode = MODE_PLAIN;
    store_start(&store);
    offer_many(&source, 5000);
    ck_assert_uint_eq(source_close(&source), 0);
    store_stop(&store);
    ck_assert_uint_eq(store.wrong, 0);
    ck_assert_uint_eq(store.last, 5100);
    ck_assert_uint_eq(source.durable, 5100);
}

START_TEST(sends_again_what_a_store_that_restarts_has_forgotten)
{
    char endpoint[64];
    free_endpoint(&endpoint);

    send_through_restart(endpoint);
}
END_TEST

START_TEST(finds_a_store_within_the_process_that_was_made_anew)
{
    send_through_restart("inproc://weir.again");
}
END_TEST

START_TEST(finds_a_store_that_starts_later)
{
    struct store store = {.endpoint = "inproc://weir.late"};
    struct source source = {0};

    source_open(&source, store.endpoint, 1 << 20);
    offer_many(&source, 100);
    (void)usleep(300000);
    store_start(&store);
    ck_assert_uint_eq(source_close(&source), 0);
    store_stop(&store);
    ck_assert_uint_eq(store.batches, 100);
    ck_assert_uint_eq(store.wrong, 0);
}
END_TEST

START_TEST(says_so_when_the_window_is_full)
{
    struct source source = {0};
    struct lane_figures figures;
    uint64_t taken = 0;

    source_open(&source, "inproc://weir.nobody", 10000);
    while (taken < 1000 && offer(&source) == 0)
        taken++;
    lane_figures(source.lane, &figures);
    ck_assert_uint_eq(taken, 10000 / (COLUMNS * 8 + 8 + 24 + 8 + 128));
    ck_assert_uint_le(figures.waiting_bytes, 10000);
    ck_assert(!figures.connected);

    ck_assert_uint_eq(lane_close(&source.lane, clock_now_ns()), taken);
    ck_assert_uint_eq(source.cancelled, taken);
    layout_destroy(&source.layout);
}
END_TEST

START_TEST(takes_a_batch_that_is_larger_than_the_window)
{
    struct source source = {0};

    source_open(&source, "inproc://weir.nobody", 1);
    ck_assert_int_eq(offer(&source), 0);
    ck_assert_int_eq(offer(&source), -EAGAIN);
    (void)lane_close(&source.lane, 0);
    layout_destroy(&source.layout);
}
END_TEST

START_TEST(waits_while_the_store_has_no_room)
{
    struct store store = {.endpoint = "inproc://weir.full", .mode = MODE_FULL};
    struct source source = {0};

    source_open(&source, store.endpoint, 1 << 20);
    store_start(&store);
    offer_many(&source, 100);
    (void)usleep(300000);
    ck_assert_uint_eq(store.batches, 0);
    store.mode = MODE_PLAIN;
    port_room(store.port);
    ck_assert_uint_eq(source_close(&source), 0);
    store_stop(&store);
    ck_assert_uint_eq(store.batches, 100);
    ck_assert_uint_eq(store.wrong, 0);
}
END_TEST

START_TEST(tells_what_a_store_refuses)
{
    struct store store = {.endpoint = "inproc://weir.refuse",
                          .mode = MODE_REFUSE};
    struct source source = {0};

    source_open(&source, store.endpoint, 1 << 20);
    store_start(&store);
    offer_many(&source, 100);
    ck_assert_uint_eq(source_close(&source), 0);
    store_stop(&store);
    ck_assert_uint_eq(source.refused, 1);
    ck_assert_uint_eq(source.durable, 99);
}
END_TEST

START_TEST(tells_what_a_limit_refuses)
{
    struct store store = {.endpoint = "inproc://weir.quota",
                          .mode = MODE_QUOTA};
    struct source source = {0};

    source_open(&source, store.endpoint, 4 << 20);
    store_start(&store);
    offer_many(&source, 3000);
    ck_assert_uint_eq(source_close(&source), 0);
    store_stop(&store);
    ck_assert_uint_eq(source.cut, 3000);
}
END_TEST

START_TEST(says_why_it_cannot_connect_or_bind)
{
    weir_cleanup(folder_fini) struct folder folder;
    folder_init(&folder);
    struct lane_settings settings = {.name = "test",
                                     .endpoint = "nonsense",
                                     .sender = "host",
                                     .window_bytes = 1};
    struct store store = {.endpoint = folder.endpoint,
                          .other_endpoint = folder.endpoint};
    struct lane *lane = NULL;

    socket_setup();
    ck_assert_int_eq(lane_open(&settings, &lane), -EINVAL);
    settings.endpoint = "smoke://signals";
    ck_assert_int_eq(lane_open(&settings, &lane), -EINVAL);
    store_start(&store);
    store_stop(&store);
    ck_assert_int_eq(store.bound, -EADDRINUSE);
    store.other_endpoint = "tcp://192.0.2.1:1";
    store_start(&store);
    store_stop(&store);
    ck_assert_int_eq(store.bound, -EADDRNOTAVAIL);
}
END_TEST

/* Starts a store at 'endpoint' again and again. */
static void
bind_again(const char *endpoint)
{
    struct store store = {.endpoint = endpoint};
    struct source source = {0};

    socket_setup();
    for (int i = 0; i < 20; i++) {
        store_start(&store);
        store_stop(&store);
        ck_assert_int_eq(store.bound, 0);
    }
    store_start(&store);
    source_open(&source, endpoint, 1 << 20);
    offer_many(&source, 1);
    ck_assert_uint_eq(source_close(&source), 0);
    store_stop(&store);
}

START_TEST(gives_an_address_back_before_it_ends)
{
    weir_cleanup(folder_fini) struct folder folder;
    char endpoint[64];
    folder_init(&folder);
    free_endpoint(&endpoint);

    bind_again(endpoint);
    bind_again(folder.endpoint);
    bind_again("inproc://weir.bound");
}
END_TEST

static bool
is_local(const char *text)
{
    struct endpoint endpoint;

    ck_assert(endpoint_parse(text, &endpoint));
    return endpoint_is_local(&endpoint);
}

START_TEST(knows_which_endpoints_are_local)
{
    ck_assert(is_local("inproc://weir.store.main"));
    ck_assert(is_local("ipc:///run/weir/store"));
    ck_assert(is_local("tcp://127.0.0.1:9348"));
    ck_assert(is_local("tcp://[::1]:9348"));
    ck_assert(is_local("tcp://localhost:9348"));
    ck_assert(!is_local("tcp://*:9348"));
    ck_assert(!is_local("tcp://0.0.0.0:9348"));
    ck_assert(!is_local("tcp://localhost.example.org:9348"));
}
END_TEST

SPEC("lane", brings_everything_once_and_in_order_within_the_process,
     brings_everything_once_and_in_order_over_a_unix_socket,
     brings_everything_once_and_in_order_over_tcp,
     sends_again_what_a_store_that_restarts_has_forgotten,
     finds_a_store_within_the_process_that_was_made_anew,
     finds_a_store_that_starts_later, says_so_when_the_window_is_full,
     takes_a_batch_that_is_larger_than_the_window,
     waits_while_the_store_has_no_room, tells_what_a_store_refuses,
     tells_what_a_limit_refuses, says_why_it_cannot_connect_or_bind,
     gives_an_address_back_before_it_ends, knows_which_endpoints_are_local)
