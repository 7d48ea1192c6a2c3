/* memory.c - storage: the last samples of each series, in memory
 *
 * For tests and for what need not last: everything is gone when weir ends.
 * What it has taken in it calls durable at once.
 */
#include <config.h>

#include "memory.h"

#include <assert.h>
#include <errno.h>
#include <string.h>
#include <sys/random.h>
#include <time.h>

#include "lock.h"

enum { STREAMS_MOST = 4096, TELL_EVERY_NS = 1000000000 };

/* How far a stream of batches has come. */
struct memory_stream {
    uint8_t stream[16];
    uint64_t sequence;
    uint64_t turn; /* when it was last heard of */
};

/* What is made of a layout. */
struct columns {
    uint32_t count;
    struct shelf_place places[]; /* [count] */
};

static const struct weir_option options[] = {
    WEIR_INTEGER(struct memory, samples, "128", 1, 100000,
                 "Samples to keep of each series."),
    WEIR_INTEGER(struct memory, series, "10000", 0, 100000000,
                 "Most series to keep; what is new above is refused."),
    WEIR_SIZE(struct memory, size, "64M",
              "Most memory for all; above, no series is added or grows."),
    WEIR_DURATION(struct memory, expire, "1h",
                  "A series without a value for so long is forgotten."),
    {0},
};

static const struct weir_metric told[] = {
    {"weir_storage_series", WEIR_GAUGE, "", "Series that are kept."},
    {"weir_storage_samples", WEIR_GAUGE, "", "Samples that are kept."},
    {"weir_storage_size_bytes", WEIR_GAUGE, "bytes",
     "Memory or disk that the samples and their series take."},
    {"weir_storage_refused_samples_total", WEIR_COUNTER, "",
     "Samples that a limit refused, or that came too late."},
};

static int64_t
now_ns(void)
{
    struct timespec now;

    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

static void
tell(struct memory *self, int64_t now)
{
    const double values[] = {
        shelf_series_count(&self->shelf),
        (double)self->shelf.samples,
        (double)shelf_size(&self->shelf),
        (double)self->refused,
    };

    self->told_ns = now;
    for (size_t i = 0; i < WEIR_COUNT(told); i++)
        weir_tell(self, &told[i], values[i]);
}

/* Frees what has had no value for long, so that series which come and go do
 * not fill the storage with their past. */
static void
expire(void *instance, void *arg)
{
    struct memory *self = instance;
    int64_t now = now_ns();

    (void)arg;
    (void)pthread_rwlock_wrlock(&self->lock);
    shelf_expire(&self->shelf, now - self->expire.ns);
    (void)pthread_rwlock_unlock(&self->lock);
    tell(self, now);
}

static int
memory_open(void *instance)
{
    struct memory *self = instance;
    uint64_t seed = 0;

    (void)getrandom(&seed, sizeof(seed), GRND_NONBLOCK);
    lock_init(&self->lock);
    self->shelf = (struct shelf){
        .samples_most = (uint32_t)self->samples,
        .series_most = (uint32_t)self->series,
        .bytes_most = self->size.bytes,
        .seed = seed,
    };
    self->refused = 0;
    self->is_open = true;
    tell(self, now_ns());
    if (self->expire.ns == 0)
        return 0;
    return weir_timer(self, self->expire.ns / 4 + 1, self->expire.ns / 4 + 1,
                      expire, NULL);
}

static void
memory_close(void *instance)
{
    struct memory *self = instance;

    if (!self->is_open)
        return;
    self->is_open = false;
    shelf_fini(&self->shelf);
    (void)pthread_rwlock_destroy(&self->lock);
    free(self->streams);
    self->streams = NULL;
    self->stream_count = self->stream_room = 0;
}

/* Only makes room for places: a series is taken in with its first value, so
 * that those which never have one cost nothing. */
static int
memory_resolve(void *instance, const struct weir_layout *layout, uint32_t from,
               void **resolved_p)
{
    struct columns *columns =
        realloc(*resolved_p,
                sizeof(*columns) + layout->count * sizeof(columns->places[0]));

    (void)instance;
    if (!columns)
        return -ENOMEM;
    memset(columns->places + from, 0,
           (layout->count - from) * sizeof(columns->places[0]));
    columns->count = layout->count;
    *resolved_p = columns;
    return 0;
}

static void
memory_forget(void *instance, void *resolved)
{
    (void)instance;
    free(resolved);
}

static bool
is_stale(double value)
{
    uint64_t bits = 0;

    memcpy(&bits, &value, sizeof(bits));
    return bits == WEIR_STALE_BITS;
}

/* One sample of a batch, and where its series is, or will be, known. */
struct arrival {
    const struct weir_series *series;
    struct shelf_place *place;
    int64_t time_ns;
    double value;
};

/* Returns how many samples were refused: 0 or 1.  The end of a series that is
 * not here needs no note. */
static int
take_in(struct memory *self, const struct arrival *in, int64_t now)
{
    struct shelf_entry *entry = shelf_at(&self->shelf, *in->place);
    bool stale = is_stale(in->value);

    if (!entry) {
        if (stale)
            return 0;
        if (shelf_take_in(&self->shelf, in->series, now, in->place) < 0)
            return 1;
        entry = shelf_at(&self->shelf, *in->place);
    }
    if (!stale)
        entry->alive_ns = now;
    return shelf_put(&self->shelf, entry, in->time_ns, in->value) < 0;
}

static int
append_row(struct memory *self, const struct weir_rows *rows, uint32_t row,
           int64_t now)
{
    struct columns *columns = rows->resolved;
    const uint64_t *present =
        rows->present ? rows->present + (size_t)row * ((rows->width + 63) / 64)
                      : NULL;
    const double *values = rows->values + (size_t)row * rows->width;
    int refused = 0;

    for (uint32_t i = 0; i < rows->width; i++) {
        if (present && !(present[i / 64] >> (i % 64) & 1))
            continue;
        const struct arrival in = {&rows->layout->series[i],
                                   &columns->places[i], rows->times_ns[row],
                                   values[i]};
        refused += take_in(self, &in, now);
    }
    return refused;
}

static int
append_loose(struct memory *self, const struct weir_loose *loose, int64_t now)
{
    struct columns *columns = loose->resolved;
    int refused = 0;

    for (uint32_t i = 0; i < loose->count; i++) {
        uint32_t index = loose->index[i];
        const struct arrival in = {&loose->layout->series[index],
                                   &columns->places[index], loose->times_ns[i],
                                   loose->values[i]};
        refused += take_in(self, &in, now);
    }
    return refused;
}

static int
append_all(struct memory *self, const struct weir_batch *in, int64_t now)
{
    size_t rows_count = 0;
    size_t loose_count = 0;
    const struct weir_rows *rows = weir_batch_rows(in, &rows_count);
    const struct weir_loose *loose = weir_batch_loose(in, &loose_count);
    int refused = 0;

    for (size_t i = 0; i < rows_count; i++) {
        for (uint32_t row = 0; row < rows[i].count; row++)
            refused += append_row(self, &rows[i], row, now);
    }
    for (size_t i = 0; i < loose_count; i++)
        refused += append_loose(self, &loose[i], now);
    return refused;
}

static struct memory_stream *
find_stream(const struct memory *self, const uint8_t stream[16])
{
    for (size_t i = 0; self->streams && i < self->stream_count; i++) {
        if (memcmp(self->streams[i].stream, stream, 16) == 0)
            return &self->streams[i];
    }
    return NULL;
}

static struct memory_stream *
oldest_stream(const struct memory *self)
{
    struct memory_stream *oldest = &self->streams[0];

    assert(self->streams && self->stream_count > 0);
    for (size_t i = 1; i < self->stream_count; i++) {
        if (self->streams[i].turn < oldest->turn)
            oldest = &self->streams[i];
    }
    return oldest;
}

/* Returns a place for one more stream, that of the one which has been silent
 * for longest when there are too many; or NULL. */
static struct memory_stream *
add_stream(struct memory *self)
{
    if (self->stream_count == STREAMS_MOST)
        return oldest_stream(self);
    if (self->stream_count == self->stream_room) {
        size_t room = self->stream_room ? 2 * self->stream_room : 4;
        struct memory_stream *streams =
            reallocarray(self->streams, room, sizeof(*streams));
        if (!streams)
            return NULL;
        self->streams = streams;
        self->stream_room = room;
    }
    return &self->streams[self->stream_count++];
}

static void
note_stream(struct memory *self, const struct weir_ticket *ticket)
{
    struct memory_stream *note = find_stream(self, ticket->stream);

    if (!note) {
        note = add_stream(self);
        if (!note)
            return;
        memcpy(note->stream, ticket->stream, sizeof(note->stream));
    }
    note->sequence = ticket->sequence;
    note->turn = ++self->turn;
}

static int
memory_append(void *instance, const struct weir_batch *in,
              const struct weir_ticket *ticket)
{
    struct memory *self = instance;
    int64_t now = now_ns();

    (void)pthread_rwlock_wrlock(&self->lock);
    int refused = append_all(self, in, now);
    shelf_end_batch(&self->shelf);
    self->refused += (uint64_t)refused;
    (void)pthread_rwlock_unlock(&self->lock);

    note_stream(self, ticket);
    if (now - self->told_ns >= TELL_EVERY_NS)
        tell(self, now);
    weir_durable(self, ticket->number);
    return refused;
}

static int
memory_last(void *instance, const uint8_t stream[16], uint64_t *ret_sequence)
{
    const struct memory_stream *note = find_stream(instance, stream);

    if (!note)
        return -ENOENT;
    *ret_sequence = note->sequence;
    return 0;
}

static int
memory_select(void *instance, const struct weir_select *what,
              struct weir_sink *sink)
{
    return memory_answer(instance, what, sink);
}

WEIR_STORAGE(memory) = {
    .help = "Keeps the last samples of each series in memory.",
    .instance_size = sizeof(struct memory),
    .options = options,
    .open = memory_open,
    .close = memory_close,
    .resolve = memory_resolve,
    .forget = memory_forget,
    .append = memory_append,
    .last = memory_last,
    .select = memory_select,
    .is_prompt = true,
};
