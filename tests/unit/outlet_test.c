/* outlet_test.c - an instance's batches on their way to several stores */
#include <config.h>

#include <errno.h>
#include <stdatomic.h>

#include "base.h"
#include "clock.h"
#include "layout.h"
#include "link/port.h"
#include "link/socket.h"
#include "outlet.h"
#include "spec.h"

static const int64_t patience_ns = 20 * NS_PER_S;
static const struct weir_metric load = {"load", WEIR_GAUGE, "", "Load."};
static const struct weir_label none[] = {{0}};

/* A store of one stage; it does with each batch as 'rc' says. */
struct store {
    const char *endpoint;
    struct stage *stage;
    struct port *port;
    struct lane *lane;  /* the way to it */
    _Atomic int rc;     /* 0, -EBADMSG, or 1: nothing yet */
    atomic_uint count;  /* batches */
    _Atomic double sum; /* of their values */
    _Atomic uint64_t number;
    uint64_t sequence; /* of the last batch */
    atomic_bool begun;
};

static void
resolve(void *arg, struct layout *layout, uint32_t from)
{
    (void)arg;
    (void)layout;
    (void)from;
}

static void
forget(void *arg, struct layout *layout)
{
    (void)arg;
    (void)layout;
}

static int
append(void *arg, const struct frame_batch *batch,
       const struct weir_ticket *ticket)
{
    struct store *self = arg;
    size_t count = 0;
    const struct weir_rows *rows = frame_batch_rows(batch, &count);

    self->number = ticket->number;
    self->sequence = ticket->sequence;
    if (self->rc == 0)
        port_durable(self->port, ticket->number);
    if (self->rc < 0)
        port_refused(self->port, ticket->number, "it smells");
    self->sum = self->sum + rows->values[0];
    self->count++;
    return 0;
}

static int
last(void *arg, const uint8_t stream[16], uint64_t *ret_sequence)
{
    const struct store *self = arg;

    (void)stream;
    if (!self->sequence)
        return -ENOENT;
    *ret_sequence = self->sequence;
    return 0;
}

static void
asked(void *arg, struct socket *socket, const struct socket_peer *peer,
      const struct frame_view *view)
{
    (void)arg;
    (void)socket;
    (void)peer;
    (void)view;
}

static void
begin(void *arg)
{
    static const struct port_calls calls = {resolve, forget, append, last,
                                            asked};
    static const struct port_settings settings = {
        .name = "test",
        .credit_bytes = 4 << 20,
        .streams_most = 4,
        .layouts_most = 64,
    };
    struct store *self = arg;

    self->port = port_new(self->stage, &settings, &calls, self);
    ck_assert_int_eq(port_bind(self->port, self->endpoint, NULL), 0);
    self->begun = true;
}

static void
end(void *arg)
{
    struct store *self = arg;
    port_destroy(&self->port);
}

static void
store_open(struct store *self, const char *endpoint, int rc, uint64_t window)
{
    const struct lane_settings lane = {.name = "test",
                                       .endpoint = endpoint,
                                       .sender = "host",
                                       .window_bytes = window};

    socket_setup();
    *self = (struct store){.endpoint = endpoint, .rc = rc};
    self->stage = stage_new("store");
    ck_assert_int_eq(stage_start(self->stage, begin, end, self), 0);
    while (!self->begun)
        (void)usleep(1000);
    ck_assert_int_eq(lane_open(&lane, &self->lane), 0);
}

static void
store_close(struct store *self)
{
    (void)lane_close(&self->lane, clock_now_ns());
    stage_ask_stop(self->stage);
    ck_assert(stage_join(self->stage, clock_now_ns() + patience_ns));
    stage_destroy(&self->stage);
}

/* What sends. */
struct sender {
    struct stage *stage;
    struct lanes_outlet *outlet;
    const struct outlet *to;
    struct source_figures figures;
    struct weir_source *source;
    unsigned told;
    int rc; /* what was told last */
    char why[64];
};

static void
hear(void *self, void *arg, int rc, const char *why)
{
    struct sender *sender = arg;

    ck_assert_ptr_eq(self, sender);
    sender->told++;
    sender->rc = rc;
    (void)snprintf(sender->why, sizeof(sender->why), "%s", why ? why : "-");
}

static void
sender_open(struct sender *self, struct lane *const lanes[], size_t count)
{
    *self = (struct sender){.stage = stage_new("sender")};
    self->outlet = lanes_outlet_new(self->stage, self, lanes, count);
    self->to = lanes_outlet_outlet(self->outlet);
    self->source = source_new(&(struct source_settings){
        .outlet = self->to, .figures = &self->figures});
}

static int
send_value(struct sender *self, double value)
{
    const struct weir_series series = {&load, "", none};
    struct weir_batch *batch = weir_batch_begin(self->source, NS_PER_S);

    weir_add_series(batch, &series, value);
    return weir_batch_end(&batch, hear, self);
}

static void
run_until_told(struct sender *self, unsigned count)
{
    int64_t until = clock_now_ns() + patience_ns;

    while (self->told < count && clock_now_ns() < until)
        stage_run(self->stage, NS_PER_MS);
    ck_assert_uint_eq(self->told, count);
}

static void
sender_close(struct sender *self)
{
    lanes_outlet_leave(self->outlet);
    source_abandon(&self->source);
    stage_destroy(&self->stage);
    lanes_outlet_destroy(&self->outlet);
    ck_assert_ptr_null(self->outlet);
    lanes_outlet_destroy(&self->outlet);
}

enum { WINDOW = 1 << 20 };

START_TEST(each_store_gets_each_batch_and_the_fate_is_one)
{
    struct store stores[3];
    struct sender sender;
    static const char *const endpoints[] = {
        "inproc://outlet-1", "inproc://outlet-2", "inproc://outlet-3"};
    for (size_t i = 0; i < 3; i++)
        store_open(&stores[i], endpoints[i], 0, WINDOW);
    sender_open(
        &sender,
        (struct lane *[]){stores[0].lane, stores[1].lane, stores[2].lane}, 3);

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
    sender_open(&sender, (struct lane *[]){good.lane, bad.lane}, 2);

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
    sender_open(&sender, (struct lane *[]){store.lane}, 1);

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
    sender_open(&sender, (struct lane *[]){good.lane, full.lane}, 2);

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
    sender_open(&sender, (struct lane *[]){store.lane}, 1);
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
    sender_open(&sender, (struct lane *[]){store.lane}, 1);

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
        sender_open(&sender, (struct lane *[]){store.lane}, 1);
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
