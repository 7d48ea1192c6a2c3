/* relay_way.h - a relay in a test, between a source and a way that it sends to
 */
#ifndef RELAY_WAY_H
#define RELAY_WAY_H

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
        int rc;      /* to be told */
        size_t rows; /* parts */
        double value;
    } batches[BATCHES];
    size_t count;
    atomic_uint offered; /* batches, those without room as well */
    atomic_bool several; /* it leads to several stores */
    atomic_bool empty;   /* batches may say nothing */
};

static inline bool
way_parts(void *arg)
{
    const struct way *self = arg;

    return self->several;
}

static inline struct layout *
find_layout(void *arg, uint32_t number)
{
    struct way *self = arg;

    for (size_t i = 0; i < LAYOUTS; i++)
        if (self->layouts[i] && layout_number(self->layouts[i]) == number)
            return self->layouts[i];
    return NULL;
}

static inline void
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

static inline void
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

static inline int
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
        ck_assert(count >= 1 || self->empty);
        ck_assert_uint_lt(self->count, BATCHES);
        self->batches[self->count].rows = count;
        self->batches[self->count].stored = stored;
        self->batches[self->count].arg = stored_arg;
        self->batches[self->count++].value = count ? rows->values[0] : 0;
    }
    (void)pthread_mutex_unlock(&self->lock);
    return taken ? 0 : -EAGAIN;
}

static inline void
way_init(struct way *self, unsigned room)
{
    (void)pthread_mutex_init(&self->lock, NULL);
    self->batch = frame_batch_new();
    self->room = room;
    self->outlet = (struct outlet){.layout = way_layout,
                                   .forget = way_forget,
                                   .batch = way_batch,
                                   .parts = way_parts,
                                   .arg = self};
}

static inline void
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

static inline void
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
static inline void
tell(struct way *self, size_t nth, int rc)
{
    struct telling *telling = xcalloc(1, sizeof(*telling));

    *telling = (struct telling){self, nth};
    (void)pthread_mutex_lock(&self->lock);
    self->batches[nth].rc = rc;
    (void)pthread_mutex_unlock(&self->lock);
    stage_post(relay_stage(self->relay), tell_now, telling);
}

static inline size_t
way_count(struct way *self)
{
    (void)pthread_mutex_lock(&self->lock);
    size_t count = self->count;
    (void)pthread_mutex_unlock(&self->lock);
    return count;
}

static inline void
set_room(struct way *self, unsigned room)
{
    (void)pthread_mutex_lock(&self->lock);
    self->room = room;
    (void)pthread_mutex_unlock(&self->lock);
}

static inline double
value_of(struct way *self, size_t nth)
{
    (void)pthread_mutex_lock(&self->lock);
    double value = self->batches[nth].value;
    (void)pthread_mutex_unlock(&self->lock);
    return value;
}

/* Returns the number of the layout of the nth source, 0 when there is none. */
static inline uint32_t
number_of(struct way *self, size_t nth)
{
    (void)pthread_mutex_lock(&self->lock);
    uint32_t number =
        self->layouts[nth] ? layout_number(self->layouts[nth]) : 0;
    (void)pthread_mutex_unlock(&self->lock);
    return number;
}

static inline bool
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

static inline void
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

static inline void
relay_end(struct way *way)
{
    struct stage *stage = relay_stage(way->relay);

    stage_ask_stop(stage);
    ck_assert(stage_join(stage, clock_now_ns() + PATIENCE_S * NS_PER_S));
    relay_destroy(&way->relay);
}

static inline void
scene_begin(struct way *way, struct source *source, const char *endpoint,
            unsigned room, uint64_t window_bytes)
{
    way_init(way, room);
    relay_begin(way, endpoint, window_bytes);
    WAIT_UNTIL(relay_is_open(way->relay));
    source_open(source, endpoint, 4 << 20);
}

static inline void
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

#endif /* RELAY_WAY_H */
