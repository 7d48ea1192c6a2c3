/* feeds.c - a source for each database that is written to */
#include <config.h>

#include "feeds.h"

#include "../../influx/naming.h"
#include "base.h"

struct feed {
    char *database;
    struct weir_source *source;
};

static struct feed *
find(const struct feeds *self, const char *database)
{
    for (size_t i = 0; i < self->count; i++)
        if (strcmp(self->items[i].database, database) == 0)
            return &self->items[i];
    return NULL;
}

struct weir_source *
feeds_get(struct feeds *self, void *instance, const char *database)
{
    /* Who writes says himself which instance and job a series is of. */
    const struct weir_label labels[] = {
        {NAMING_DATABASE, database}, {"instance", ""}, {"job", ""}, {0}};
    struct feed *feed = find(self, database);

    if (feed)
        return feed->source;
    self->items = xrealloc(self->items, self->count + 1, sizeof(*self->items));
    feed = &self->items[self->count++];
    feed->database = x_or_die(strdup(database));
    feed->source = weir_source_new(instance, database, labels);
    return feed->source;
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
