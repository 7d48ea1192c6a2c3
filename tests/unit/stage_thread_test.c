/* stage_thread_test.c - a stage with a thread, beside others */
#include <config.h>

#include <dlfcn.h>
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <zmq.h>

#include <weir/cleanup.h>

#include "base.h"
#include "clock.h"
#include "link/socket.h"
#include "spec.h"
#include "stage.h"

static const int64_t patience_ns = 20 * NS_PER_S;

/* What calls did, a letter each. */
struct diary {
    struct stage *stage;
    char text[16];
};

static void
note(struct diary *self, char letter)
{
    self->text[strlen(self->text)] = letter;
}

static void
note_a(void *arg)
{
    note(arg, 'a');
}

static void
note_b(void *arg)
{
    note(arg, 'b');
}

static void
note_end(void *arg)
{
    note(arg, '.');
}

static void
finish(void *arg)
{
    struct diary *self = arg;

    note(self, '!');
    stage_ask_stop(self->stage);
}

START_TEST(a_thread_begins_serves_and_ends)
{
    struct diary diary = {.stage = stage_new("diary")};

    stage_post(diary.stage, note_b, &diary);
    stage_post(diary.stage, finish, &diary);
    ck_assert_int_eq(stage_start(diary.stage, note_a, note_end, &diary), 0);
    ck_assert(stage_join(diary.stage, clock_now_ns() + patience_ns));
    stage_post(diary.stage, note_b, &diary);
    ck_assert_int_eq(stage_cpu_ns(diary.stage), 0);
    ck_assert_int_eq(stage_busy_ns(diary.stage), 0);
    stage_destroy(&diary.stage);

    ck_assert_str_eq(diary.text, "ab!.");
}
END_TEST

struct crowd {
    struct stage *stage;
    unsigned count, of_thread[4]; /* by the stage alone */
    bool in_order;
    atomic_uint dropped;
};

struct item {
    struct crowd *crowd;
    unsigned thread, number;
};

static void
take_item(void *arg)
{
    weir_cleanup(weir_free) struct item *item = arg;
    struct crowd *crowd = item->crowd;

    crowd->in_order &= crowd->of_thread[item->thread]++ == item->number;
    crowd->count++;
}

static void
drop_item(void *arg)
{
    weir_cleanup(weir_free) struct item *item = arg;
    item->crowd->dropped++;
}

enum { ITEMS = 2000, THREADS = 4 };

static void *
post_items(void *arg)
{
    const struct item *first = arg;

    for (unsigned i = 0; i < ITEMS; i++) {
        struct item *item = xcalloc(1, sizeof(*item));
        *item = (struct item){first->crowd, first->thread, i};
        stage_post_or(first->crowd->stage, take_item, drop_item, item);
    }
    return NULL;
}

START_TEST(posts_of_many_threads_come_each_once_also_when_it_stops)
{
    for (int stops = 0; stops < 2; stops++) {
        struct crowd crowd = {.stage = stage_new("crowd"), .in_order = true};
        struct item items[THREADS];
        pthread_t threads[THREADS];
        ck_assert_int_eq(stage_start(crowd.stage, NULL, NULL, NULL), 0);
        for (unsigned i = 0; i < THREADS; i++) {
            items[i] = (struct item){&crowd, i, 0};
            (void)pthread_create(&threads[i], NULL, post_items, &items[i]);
        }
        if (stops)
            stage_ask_stop(crowd.stage);
        for (unsigned i = 0; i < THREADS; i++)
            (void)pthread_join(threads[i], NULL);
        stage_ask_stop(crowd.stage);
        ck_assert(stage_join(crowd.stage, clock_now_ns() + patience_ns));
        stage_destroy(&crowd.stage);

        ck_assert_uint_eq(crowd.count + crowd.dropped, ITEMS * THREADS);
        ck_assert(crowd.in_order);
    }
}
END_TEST

struct gate {
    atomic_bool entered, open;
};

static void
wait_at_gate(void *arg)
{
    struct gate *gate = arg;

    gate->entered = true;
    while (!gate->open)
        (void)usleep(1000);
}

static void
find_many(void *arg)
{
    struct crowd *crowd = arg;

    crowd->count++;
    stage_found(crowd->stage, 100);
}

START_TEST(a_stage_that_finds_much_at_once_rests_and_does_all_that_comes)
{
    struct crowd crowd = {.stage = stage_new("crowd")};
    unsigned visits = 0;

    ck_assert_int_eq(stage_start(crowd.stage, NULL, NULL, NULL), 0);
    for (unsigned i = 0; i < ITEMS; i++) {
        stage_post(crowd.stage, find_many, &crowd);
        visits += stage_visit(crowd.stage, find_many, &crowd);
    }
    int64_t until_ns = clock_now_ns() + patience_ns;
    while (!stage_visit(crowd.stage, find_many, &crowd) &&
           clock_now_ns() < until_ns)
        (void)sched_yield();
    stage_ask_stop(crowd.stage);
    ck_assert(stage_join(crowd.stage, clock_now_ns() + patience_ns));
    stage_destroy(&crowd.stage);
    ck_assert_uint_eq(crowd.count, ITEMS + visits + 1);
}
END_TEST

START_TEST(a_stage_that_hangs_is_seen_and_not_waited_for)
{
    struct gate gate = {false, false};
    struct stage *stage = stage_new("a name that is longer than what fits");
    ck_assert_int_eq(stage_start(stage, NULL, NULL, NULL), 0);

    stage_post(stage, wait_at_gate, &gate);
    while (!gate.entered || stage_busy_ns(stage) == 0)
        (void)usleep(1000);
    stage_ask_stop(stage);

    ck_assert(!stage_join(stage, clock_now_ns() + 5 * NS_PER_MS));
    ck_assert_int_gt(stage_busy_ns(stage), 0);
    ck_assert_int_gt(stage_cpu_ns(stage), 0);
    gate.open = true;
    ck_assert(stage_join(stage, clock_now_ns() + patience_ns));
    stage_destroy(&stage);
}
END_TEST

START_TEST(a_stage_that_never_started_is_freed)
{
    struct stage *stage = stage_new("idle");

    stage_post_or(stage, free, free, xcalloc(1, 1));
    ck_assert_str_eq(stage_name(stage), "idle");
    ck_assert(stage_join(stage, 0));
    stage_destroy(&stage);
    stage_destroy(&stage);
}
END_TEST

/* Two sockets, of which a stage watches one until a visitor ends that. */
struct pair {
    struct stage *stage;
    void *here, *there;
    _Atomic(void *) ended;
    atomic_uint asked; /* 'ended' was, which may be closed by then */
};

static struct pair pair;

/* In the way of all that the stage asks of sockets. */
int
zmq_getsockopt(void *socket, int option, void *value, size_t *size_p)
{
    int (*next)(void *, int, void *, size_t *) = NULL;

    *(void **)&next = dlsym(RTLD_NEXT, "zmq_getsockopt");
    pair.asked += socket == pair.ended;
    return next(socket, option, value, size_p);
}

static void
watch_pair(void *arg)
{
    (void)arg;
    stage_watch_socket(pair.stage, pair.here, (stage_ready *)abort, NULL);
}

static void
count_turn(void *arg)
{
    atomic_int *turns = arg;

    ++*turns;
}

static void
end_watch(void *arg)
{
    (void)arg;
    /* The thread, which waits, is woken by it. */
    ck_assert_int_eq(zmq_send(pair.there, "x", 1, 0), 1);
    stage_watch_socket(pair.stage, pair.here, NULL, NULL);
    pair.ended = pair.here;
}

static void
pair_open(void)
{
    socket_setup();
    pair = (struct pair){.stage = stage_new("pair")};
    pair.here = zmq_socket(socket_context(), ZMQ_PAIR);
    pair.there = zmq_socket(socket_context(), ZMQ_PAIR);
    ck_assert_int_eq(zmq_bind(pair.here, "inproc://stage.pair"), 0);
    ck_assert_int_eq(zmq_connect(pair.there, "inproc://stage.pair"), 0);
}

START_TEST(a_socket_whose_watch_a_visitor_ended_is_left_alone)
{
    atomic_int turns = 0;

    pair_open();
    ck_assert_int_eq(stage_start(pair.stage, watch_pair, NULL, NULL), 0);
    while (!stage_visit(pair.stage, end_watch, NULL))
        (void)sched_yield();
    stage_post(pair.stage, count_turn, &turns);
    while (turns == 0)
        (void)sched_yield();
    stage_ask_stop(pair.stage);
    ck_assert(stage_join(pair.stage, clock_now_ns() + patience_ns));
    ck_assert_uint_eq(pair.asked, 0);
    (void)zmq_close(pair.here);
    (void)zmq_close(pair.there);
    stage_destroy(&pair.stage);
}
END_TEST

SPEC("stages with threads", a_thread_begins_serves_and_ends,
     posts_of_many_threads_come_each_once_also_when_it_stops,
     a_stage_that_finds_much_at_once_rests_and_does_all_that_comes,
     a_stage_that_hangs_is_seen_and_not_waited_for,
     a_stage_that_never_started_is_freed,
     a_socket_whose_watch_a_visitor_ended_is_left_alone)
