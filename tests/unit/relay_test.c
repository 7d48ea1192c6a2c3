/* relay_test.c - a link that listens: what it takes, and when it says so */
#include <config.h>

#include "lane_ends.h"

#include "link/answer.h"
#include "relay.h"

enum { BATCHES = 2000, LAYOUTS = 16 };

/* Where a relay sends to, in a test: it has room as the test says, and tells
 * fates when the test does. */
struct way {
    struct outlet outlet;
    struct relay *relay;
    pthread_mutex_t lock; /* of what follows */
    struct frame_batch *batch;
    struct layout *layouts[LAYOUTS]; /* NULL: free */
    atomic_uint forgotten;
    unsigned room; /* batches that it takes yet */
    struct {
        weir_stored *stored; /* NULL: told */
        void *arg;
        int rc; /* to be told */
        double value;
    } batches[BATCHES];
    size_t count;
    atomic_uint offered; /* batches, those without room as well */
};

static struct layout *
find_layout(void *arg, uint32_t number)
{
    struct way *self = arg;

    for (size_t i = 0; i < LAYOUTS; i++)
        if (self->layouts[i] && layout_number(self->layouts[i]) == number)
            return self->layouts[i];
    return NULL;
}

static void
way_layout(void *arg, uint64_t home, struct frame **frame_p)
{
    struct way *self = arg;
    struct frame_view view = frame_look(*frame_p);
    struct frame_layout head = {0};
    size_t free_place = 0;

    (void)home;
    (void)pthread_mutex_lock(&self->lock);
    ck_assert_int_eq(frame_layout_head(&view, &head), 0);
    if (!find_layout(self, head.number)) {
        while (self->layouts[free_place])
            free_place++;
        ck_assert_uint_lt(free_place, LAYOUTS);
        self->layouts[free_place] = layout_new(head.number);
    }
    ck_assert_int_eq(frame_layout_read(&view, find_layout(self, head.number)),
                     0);
    (void)pthread_mutex_unlock(&self->lock);
    frame_release(frame_p);
}

static void
way_forget(void *arg, uint32_t number)
{
    struct way *self = arg;

    (void)pthread_mutex_lock(&self->lock);
    for (size_t i = 0; i < LAYOUTS; i++)
        if (self->layouts[i] && layout_number(self->layouts[i]) == number)
            layout_destroy(&self->layouts[i]);
    self->forgotten++;
    (void)pthread_mutex_unlock(&self->lock);
}

static int
way_batch(void *arg, struct frame **frame_p, weir_stored *stored,
          void *stored_arg)
{
    struct way *self = arg;
    weir_cleanup(frame_release) struct frame *frame = *frame_p;
    struct frame_view view = frame_look(frame);
    uint32_t number = 0;
    size_t count = 0;

    *frame_p = NULL;
    (void)pthread_mutex_lock(&self->lock);
    self->offered++;
    bool taken = self->room > 0;
    if (taken) {
        self->room--;
        ck_assert_int_eq(
            frame_batch_read(self->batch, &view, find_layout, self, &number),
            0);
        const struct weir_rows *rows = frame_batch_rows(self->batch, &count);
        ck_assert_uint_eq(count, 1);
        ck_assert_uint_lt(self->count, BATCHES);
        self->batches[self->count].stored = stored;
        self->batches[self->count].arg = stored_arg;
        self->batches[self->count++].value = rows->values[0];
    }
    (void)pthread_mutex_unlock(&self->lock);
    return taken ? 0 : -EAGAIN;
}

static void
way_init(struct way *self, unsigned room)
{
    (void)pthread_mutex_init(&self->lock, NULL);
    self->batch = frame_batch_new();
    self->room = room;
    self->outlet = (struct outlet){.layout = way_layout,
                                   .forget = way_forget,
                                   .batch = way_batch,
                                   .arg = self};
}

static void
way_fini(struct way *self)
{
    for (size_t i = 0; i < LAYOUTS; i++)
        layout_destroy(&self->layouts[i]);
    frame_batch_destroy(&self->batch);
    (void)pthread_mutex_destroy(&self->lock);
}

/* A fate on its way to the relay's stage. */
struct telling {
    struct way *way;
    size_t nth;
};

static void
tell_now(void *arg)
{
    struct telling *telling = arg;
    struct way *self = telling->way;

    (void)pthread_mutex_lock(&self->lock);
    weir_stored *stored = weir_take(self->batches[telling->nth].stored);
    void *stored_arg = self->batches[telling->nth].arg;
    int rc = self->batches[telling->nth].rc;
    (void)pthread_mutex_unlock(&self->lock);
    ck_assert_ptr_nonnull(stored);
    stored(self->relay, stored_arg, rc, rc ? "so it is" : NULL);
    free(telling);
}

/* Tells the fate of the nth batch that was taken. */
static void
tell(struct way *self, size_t nth, int rc)
{
    struct telling *telling = xcalloc(1, sizeof(*telling));

    *telling = (struct telling){self, nth};
    (void)pthread_mutex_lock(&self->lock);
    self->batches[nth].rc = rc;
    (void)pthread_mutex_unlock(&self->lock);
    stage_post(relay_stage(self->relay), tell_now, telling);
}

static size_t
way_count(struct way *self)
{
    (void)pthread_mutex_lock(&self->lock);
    size_t count = self->count;
    (void)pthread_mutex_unlock(&self->lock);
    return count;
}

static void
set_room(struct way *self, unsigned room)
{
    (void)pthread_mutex_lock(&self->lock);
    self->room = room;
    (void)pthread_mutex_unlock(&self->lock);
}

static double
value_of(struct way *self, size_t nth)
{
    (void)pthread_mutex_lock(&self->lock);
    double value = self->batches[nth].value;
    (void)pthread_mutex_unlock(&self->lock);
    return value;
}

/* Returns the number of the layout of the nth source, 0 when there is none. */
static uint32_t
number_of(struct way *self, size_t nth)
{
    (void)pthread_mutex_lock(&self->lock);
    uint32_t number =
        self->layouts[nth] ? layout_number(self->layouts[nth]) : 0;
    (void)pthread_mutex_unlock(&self->lock);
    return number;
}

static bool
patient(int64_t since_ns)
{
    (void)usleep(1000);
    return clock_now_ns() - since_ns < PATIENCE_S * NS_PER_S;
}

#define WAIT_UNTIL(condition)                       \
    do {                                            \
        int64_t since_ns = clock_now_ns();          \
        while (!(condition) && patient(since_ns)) { \
        }                                           \
        ck_assert(condition);                       \
    } while (0)

static void
relay_begin(struct way *way, const char *endpoint, uint64_t window_bytes)
{
    const struct relay_settings settings = {.name = "test",
                                            .listen = &endpoint,
                                            .listen_count = 1,
                                            .window_bytes = window_bytes};

    socket_setup();
    way->relay = relay_new(&settings);
    ck_assert_int_eq(relay_start(way->relay, &way->outlet), 0);
}

static void
relay_end(struct way *way)
{
    struct stage *stage = relay_stage(way->relay);

    stage_ask_stop(stage);
    ck_assert(stage_join(stage, clock_now_ns() + PATIENCE_S * NS_PER_S));
    relay_destroy(&way->relay);
}

static void
scene_begin(struct way *way, struct source *source, const char *endpoint,
            unsigned room, uint64_t window_bytes)
{
    way_init(way, room);
    relay_begin(way, endpoint, window_bytes);
    WAIT_UNTIL(relay_is_open(way->relay));
    source_open(source, endpoint, 4 << 20);
}

static void
scene_end(struct way *way, struct source *source)
{
    ck_assert_uint_eq(source_close(source), 0);
    relay_end(way);
}

#define SCENE(name, room, window)                    \
    weir_cleanup(way_fini) struct way way = {0};     \
    struct source source = {0};                      \
    static const char endpoint[] = "inproc://" name; \
    scene_begin(&way, &source, endpoint, room, window)

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
