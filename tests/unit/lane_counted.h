/* lane_counted.h - a store that counts what comes from lanes with spools, and a
 * place for those
 */
#ifndef LANE_COUNTED_H
#define LANE_COUNTED_H

#include "lane_ends.h"

#include <ftw.h>

/* The store's tests want one stream from 1 on: here it is seen which numbers
 * come, the value in column 0, and how often. */
enum { NUMBERS = 20000 };

struct counted {
    struct stage *stage;
    struct port *port;
    atomic_bool begun;
    const char *endpoint;
    atomic_uint seen[NUMBERS];
    atomic_uint via[NUMBERS]; /* which mark, counted from 1 */
    atomic_uint total, wrong;
    struct {
        uint8_t stream[16];
        uint64_t last;
    } marks[64];
    size_t mark_count;
    atomic_bool late;    /* nothing becomes durable */
    atomic_bool refuses; /* every third number, for ever */
    atomic_uint refused;
};

static inline uint64_t *
mark_of(struct counted *self, const uint8_t stream[16])
{
    for (size_t i = 0; i < self->mark_count; i++)
        if (memcmp(self->marks[i].stream, stream, 16) == 0)
            return &self->marks[i].last;
    ck_assert_uint_lt(self->mark_count, ARRAY_SIZE(self->marks));
    memcpy(self->marks[self->mark_count].stream, stream, 16);
    return &self->marks[self->mark_count++].last;
}

static inline unsigned
mark_number(const struct counted *self, const uint64_t *mark)
{
    unsigned number = 1;

    while (&self->marks[number - 1].last != mark)
        number++;
    return number;
}

static inline void
counted_resolve(void *arg, struct layout *layout, uint32_t from)
{
    (void)from;
    *layout_resolved(layout) = arg;
}

static inline void
counted_forget(void *arg, struct layout *layout)
{
    (void)arg;
    (void)layout;
}

static inline int
counted_append(void *arg, const struct frame_batch *batch,
               const struct weir_ticket *ticket)
{
    struct counted *self = arg;
    size_t count = 0;
    const struct weir_rows *rows = frame_batch_rows(batch, &count);
    uint64_t *mark = mark_of(self, ticket->stream);

    if (count != 1 || rows->width != COLUMNS || rows->values[0] >= NUMBERS ||
        ticket->sequence <= *mark) {
        self->wrong++;
        return 0;
    }
    if (self->refuses && (size_t)rows->values[0] % 3 == 0) {
        *mark = ticket->sequence;
        self->refused++;
        port_refused(self->port, ticket->number, "it is divisible by three");
    } else if (!self->late) {
        *mark = ticket->sequence;
        self->seen[(size_t)rows->values[0]]++;
        self->via[(size_t)rows->values[0]] = mark_number(self, mark);
        self->total++;
        port_durable(self->port, ticket->number);
    }
    return 0;
}

static inline int
counted_last(void *arg, const uint8_t stream[16], uint64_t *ret_sequence)
{
    *ret_sequence = *mark_of(arg, stream);
    return *ret_sequence ? 0 : -ENOENT;
}

static inline void
counted_begin(void *arg)
{
    static const struct port_calls calls = {
        counted_resolve, counted_forget, counted_append, counted_last, asked};
    static const struct port_settings settings = {.name = "test",
                                                  .credit_bytes = 4 << 20,
                                                  .streams_most = 8,
                                                  .layouts_most = 8};
    struct counted *self = arg;

    self->port = port_new(self->stage, &settings, &calls, self);
    ck_assert_int_eq(port_bind(self->port, self->endpoint, NULL), 0);
    self->begun = true;
}

static inline void
counted_end(void *arg)
{
    struct counted *self = arg;

    port_destroy(&self->port);
}

static inline void
counted_start(struct counted *self)
{
    socket_setup();
    self->stage = stage_new("store");
    self->begun = false;
    ck_assert_int_eq(stage_start(self->stage, counted_begin, counted_end, self),
                     0);
    while (!self->begun)
        (void)usleep(1000);
}

static inline void
counted_stop(struct counted *self)
{
    stage_ask_stop(self->stage);
    ck_assert(stage_join(self->stage, clock_now_ns() + 10 * NS_PER_S));
    stage_destroy(&self->stage);
}

/* Says whether each number from 1 on came once, and no other. */
static inline void
expect_each_once(const struct counted *self, uint64_t count)
{
    ck_assert_uint_eq(self->wrong, 0);
    for (uint64_t i = 1; i <= count; i++)
        ck_assert_msg(self->seen[i] == 1, "number %llu came %u times",
                      (unsigned long long)i, self->seen[i]);
    ck_assert_uint_eq(self->total, count);
}

/* A spool for as long as a test. */
struct spool_home {
    char path[64];
    struct lane_spool settings;
};

static inline int
remove_one(const char *path, const struct stat *about, int kind,
           struct FTW *place)
{
    (void)about;
    (void)kind;
    (void)place;
    return remove(path);
}

static inline void
home_fini(struct spool_home *self)
{
    (void)nftw(self->path, remove_one, 8, FTW_DEPTH | FTW_PHYS);
}

static inline void
home_init(struct spool_home *self)
{
    (void)strcpy(self->path, "/tmp/weirXXXXXX");
    ck_assert_ptr_nonnull(mkdtemp(self->path));
    self->settings = (struct lane_spool){
        .folder = self->path, .size_bytes = 64 << 20, .drop_oldest = true};
}

static inline uint64_t
close_soon(struct source *self, int64_t patience_ns)
{
    uint64_t left = lane_close(&self->lane, clock_now_ns() + patience_ns);

    layout_destroy(&self->layout);
    return left;
}

/* Waits until the store has so many. */
static inline void
wait_for(const struct counted *store, uint64_t count)
{
    int64_t until_ns = clock_now_ns() + PATIENCE_S * NS_PER_S;

    while (store->total < count && clock_now_ns() < until_ns)
        (void)usleep(1000);
}

#endif /* LANE_COUNTED_H */
