/* columns.c - the series of a layout, by number */
#include <config.h>

#include "columns.h"

#include <string.h>

#include "base.h"
#include "tsdb.h"

static uint32_t
take_group(struct tsdb *self)
{
    return self->free_count ? self->free_groups[--self->free_count]
                            : self->group_count++;
}

static void
give_group_back(struct tsdb *self, uint32_t group)
{
    if (self->free_count == self->free_room) {
        self->free_room = self->free_room ? 2 * self->free_room : 16;
        self->free_groups = xrealloc(self->free_groups, self->free_room,
                                     sizeof(*self->free_groups));
    }
    self->free_groups[self->free_count++] = group;
}

int
tsdb_resolve(void *instance, const struct weir_layout *layout, uint32_t from,
             void **resolved_p)
{
    struct tsdb *self = instance;
    struct columns *columns = *resolved_p;
    bool fresh = !columns;

    columns = xrealloc(columns, 1,
                       sizeof(*columns) +
                           layout->count * sizeof(columns->numbers[0]));
    if (fresh)
        *columns = (struct columns){.group = take_group(self)};
    memset(columns->numbers + from, 0,
           (layout->count - from) * sizeof(columns->numbers[0]));
    columns->count = layout->count;
    *resolved_p = columns;
    return 0;
}

void
tsdb_forget(void *instance, void *resolved)
{
    struct tsdb *self = instance;
    struct columns *columns = resolved;

    if (!columns)
        return;
    if (self->wal)
        wal_forget(self->wal, columns->group);
    give_group_back(self, columns->group);
    free(columns);
}

void
columns_log(struct tsdb *tsdb, struct columns *self, uint32_t width)
{
    if (self->epoch != tsdb->head.epoch)
        self->logged = 0;
    self->epoch = tsdb->head.epoch;
    if (self->logged >= width)
        return;
    wal_group(tsdb->wal, self->group, self->logged,
              self->numbers + self->logged, width - self->logged);
    self->logged = width;
}
