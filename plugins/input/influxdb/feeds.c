/* feeds.c - a source for each database that is written to */
#include <config.h>

#include "feeds.h"

#include <time.h>

#include "../../influx/naming.h"
#include "base.h"

/* Whose samples may come at once. */
enum { BURST_S = 10 };

static struct feed *
find(const struct feeds *self, const char *database)
{
    for (size_t i = 0; i < self->count; i++)
        if (strcmp(self->items[i].database, database) == 0)
            return &self->items[i];
    return NULL;
}

static int64_t
monotonic_ns(void)
{
    struct timespec now = {0};

    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * NS_PER_S + now.tv_nsec;
}

struct feed *
feeds_get(struct feeds *self, void *instance, const char *database)
{
    /* Who writes says himself which instance and job a series is of. */
    const struct weir_label labels[] = {
        {NAMING_DATABASE, database}, {"instance", ""}, {"job", ""}, {0}};
    struct feed *feed = find(self, database);

    if (feed)
        return feed;
    self->items = xrealloc(self->items, self->count + 1, sizeof(*self->items));
    feed = &self->items[self->count++];
    *feed = (struct feed){.database = x_or_die(strdup(database))};
    feed->source = weir_source_new(instance, database, labels);
    return feed;
}

int64_t
feed_wait_s(struct feed *self, int64_t rate)
{
    double most = (double)(rate * BURST_S);
    int64_t now_ns = monotonic_ns();

    if (rate == 0)
        return 0;
    /* At first that is long ago. */
    self->room +=
        (double)(now_ns - self->seen_ns) / (double)NS_PER_S * (double)rate;
    if (self->seen_ns == 0 || self->room > most)
        self->room = most;
    self->seen_ns = now_ns;
    return self->room > 0 ? 0 : 1 + (int64_t)(-self->room / (double)rate);
}

static void
fini(struct feed *feed)
{
    free(feed->database);
    weir_source_destroy(&feed->source);
}

void
feeds_forget(struct feeds *self, const char *database)
{
    struct feed *feed = find(self, database);

    if (!feed)
        return;
    fini(feed);
    *feed = self->items[--self->count];
}

void
feeds_fini(struct feeds *self)
{
    for (size_t i = 0; i < self->count; i++)
        fini(&self->items[i]);
    free(self->items);
    *self = (struct feeds){0};
}
