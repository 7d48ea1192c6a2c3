/* ask_world.h - for tests of asking: two stores that answer what they are told
 */
#ifndef ASK_WORLD_H
#define ASK_WORLD_H

#include "ask.h"

#include <errno.h>
#include <pthread.h>
#include <stdarg.h>
#include <string.h>

#include <weir/cleanup.h>

#include "base.h"
#include "clock.h"
#include "crew.h"
#include "link/answer.h"
#include "series.h"
#include "spec.h"

enum { STORES = 2, SAMPLES_MOST = 16 };

static const struct weir_metric loads = {"load", WEIR_GAUGE, "", "Load."};
static const struct weir_metric hits = {"hits_total", WEIR_COUNTER, "", "H."};
static const struct weir_label on_a[] = {{"host", "a"}, {0}};
static const struct weir_label on_b[] = {{"host", "b"}, {0}};
static const struct weir_series load_a = {&loads, "", on_a};
static const struct weir_series load_b = {&loads, "", on_b};
static const struct weir_series hits_a = {&hits, "", on_a};

/* What a store has; times are in seconds. */
struct stock {
    const struct weir_series *series;
    int count;
    int seconds[SAMPLES_MOST];
    double values[SAMPLES_MOST];
};

struct store_fake {
    struct socket *socket;
    struct desk *desk;
    const struct stock *stock; /* ends with {0} */
    const char *const *texts;  /* ends with NULL; or NULL */
    int rc;
    bool evaluates; /* makes the figures of its stock itself */
    bool lies;      /* says so and gives samples */
    bool alone;
    int64_t after_ns;
    int selects; /* so far */
};

struct world {
    struct stage *stage;
    struct crew *crew;
    struct ask *ask;
    struct store_fake stores[STORES];

    /* What was heard. */
    char text[4096]; /* a line "series seconds=value..." each */
    char notes[512];
    int rc;
    int lasts;
    bool stop; /* hear no more */
    struct weir_figures figures[4];
    size_t figure_count;
};

static inline int
give_stock(const struct stock *stock, struct weir_sink *sink)
{
    int rc = 0;

    for (; stock->series && rc == 0; stock++) {
        rc = weir_sink_series(sink, stock->series);
        for (int i = 0; i < stock->count && rc == 0; i++) {
            int64_t time_ns = stock->seconds[i] * NS_PER_S;
            rc = weir_sink_samples(sink, &time_ns, &stock->values[i], 1);
        }
    }
    return rc;
}

static inline int
give_stock_figures(const struct stock *stock, struct weir_sink *sink)
{
    int rc = weir_sink_evaluated(sink);

    for (; stock->series && rc == 0; stock++) {
        int64_t times_ns[SAMPLES_MOST];
        for (int i = 0; i < stock->count; i++)
            times_ns[i] = stock->seconds[i] * NS_PER_S;
        rc = weir_sink_figures(sink, stock->series, times_ns, stock->values,
                               (size_t)stock->count);
    }
    return rc;
}

static inline int
give_lies(const struct stock *stock, struct weir_sink *sink)
{
    int rc = weir_sink_evaluated(sink);

    return rc < 0 ? rc : give_stock(stock, sink);
}

static inline int
fake_select(void *arg, const struct weir_select *what, struct weir_sink *sink)
{
    static const struct stock none[] = {{0}};
    static pthread_mutex_t seen = PTHREAD_MUTEX_INITIALIZER;
    struct store_fake *store = arg;
    const struct stock *stock = store->stock ? store->stock : none;
    int rc = 0;

    if (store->lies)
        rc = give_lies(stock, sink);
    else if (store->evaluates && weir_asks_once(what, WEIR_FIGURES))
        rc = give_stock_figures(stock, sink);
    else
        rc = give_stock(stock, sink);

    (void)pthread_mutex_lock(&seen);
    store->alone = what->alone;
    store->after_ns = what->after_ns;
    store->selects++;
    (void)pthread_mutex_unlock(&seen);
    for (const char *const *text = store->texts; text && *text && rc == 0;
         text++)
        rc = weir_sink_text(sink, *text);
    return rc < 0 ? rc : store->rc;
}

static inline void
store_received(void *arg, const struct socket_peer *peer,
               const struct frame_view *view)
{
    struct store_fake *store = arg;

    desk_take(store->desk, store->socket, peer, view);
}

static const struct ask_store places[STORES] = {
    {.name = "main", .endpoint = "inproc://ask-test-main"},
    {.name = "second", .endpoint = "inproc://ask-test-second"},
};

static inline void
store_bind(struct world *self, int nth)
{
    static const struct timespec moment = {0, NS_PER_MS};
    struct store_fake *store = &self->stores[nth];
    int rc = -EADDRINUSE;

    while (rc == -EADDRINUSE) {
        (void)nanosleep(&moment, NULL);
        rc = socket_bind(
            self->stage,
            &(struct socket_place){.endpoint = places[nth].endpoint},
            store_received, store, &store->socket);
    }
    ck_assert_int_eq(rc, 0);
    store->desk = desk_new(self->stage, self->crew, fake_select, store);
}

static inline void
store_stop(struct store_fake *store)
{
    desk_destroy(&store->desk);
    socket_destroy(&store->socket);
}

/* An ask to 'count' stores, all of which are there. */
static inline struct world *
world_new(size_t count)
{
    struct world *self = xcalloc(1, sizeof(*self));

    socket_setup();
    self->stage = stage_new("ask-test");
    self->crew = crew_new("ask-test", 2);
    for (int i = 0; i < STORES; i++)
        store_bind(self, i);
    ck_assert_int_eq(ask_open(self->stage, places, count, &self->ask), 0);
    return self;
}

static inline void
world_destroy(struct world **self_p)
{
    struct world *self = *self_p;

    ask_destroy(&self->ask);
    for (int i = 0; i < STORES; i++)
        store_stop(&self->stores[i]);
    crew_destroy(&self->crew, clock_now_ns() + 10 * NS_PER_S);
    stage_destroy(&self->stage);
    free(self);
    *self_p = NULL;
}

static inline void append(char *text, size_t size, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

static inline void
append(char *text, size_t size, const char *format, ...)
{
    size_t length = strlen(text);
    va_list values;

    va_start(values, format);
    (void)vsnprintf(text + length, size - length, format, values);
    va_end(values);
}

static inline void
write_samples(struct world *self, const struct weir_loose *samples)
{
    for (uint32_t i = 0; i < samples->count; i++) {
        const struct weir_series *series =
            &samples->layout->series[samples->index[i]];
        if (i == 0 || samples->index[i] != samples->index[i - 1]) {
            weir_cleanup(weir_free) char *name = series_text(series);
            append(self->text, sizeof(self->text), "%s%s", i ? "\n" : "", name);
        }
        append(self->text, sizeof(self->text), " %d=%g",
               (int)(samples->times_ns[i] / NS_PER_S), samples->values[i]);
    }
}

static inline bool
hear(void *instance, void *arg, const struct weir_result *result)
{
    struct world *self = instance;

    ck_assert_ptr_eq(arg, self->stores);
    if (result->samples)
        write_samples(self, result->samples);
    for (size_t i = 0; i < result->count && result->texts; i++)
        append(self->text, sizeof(self->text), "%s\n", result->texts[i]);
    for (size_t i = 0; i < result->count && result->figures; i++)
        self->figures[self->figure_count++] = result->figures[i];
    for (size_t i = 0; i < result->note_count; i++)
        append(self->notes, sizeof(self->notes), "%s %s\n",
               result->notes[i].kind, result->notes[i].text);
    self->rc = result->rc;
    self->lasts += result->rc != 0;
    return !self->stop;
}

static inline int
run(struct world *self)
{
    while (self->rc == 0)
        stage_run(self->stage, NS_PER_MS);
    return self->rc;
}

#endif /* ASK_WORLD_H */
