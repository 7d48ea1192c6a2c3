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

static struct columns *
make_columns(struct tsdb *self)
{
    struct columns *columns = xcalloc(1, sizeof(*columns));

    columns->group = group_new(&self->head, take_group(self));
    columns->left = self->leave.times;
    return columns;
}

static void
make_unknown(struct columns *self, uint32_t from, uint32_t count)
{
    if (count > self->room) {
        self->room = (count + count / 8 + 63) / 64 * 64;
        self->unknown =
            xrealloc(self->unknown, self->room / 64, sizeof(uint64_t));
    }
    for (uint32_t i = from; i < count; i++)
        self->unknown[i / 64] |= UINT64_C(1) << i % 64;
}

int
tsdb_resolve(void *instance, const struct weir_layout *layout, uint32_t from,
             void **resolved_p)
{
    struct tsdb *self = instance;
    struct columns *columns = *resolved_p;

    (void)pthread_rwlock_wrlock(&self->head.lock);
    if (!columns)
        columns = make_columns(self);
    group_resize(&self->head, columns->group, from, layout->count);
    (void)pthread_rwlock_unlock(&self->head.lock);
    make_unknown(columns, from, layout->count);
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
    if (self->is_open) {
        wal_forget(self->wal, columns->group->number);
        give_group_back(self, columns->group->number);
        (void)pthread_rwlock_wrlock(&self->head.lock);
        group_destroy(&self->head, &columns->group);
        (void)pthread_rwlock_unlock(&self->head.lock);
    }
    free(columns->unknown);
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
    wal_group(tsdb->wal, self->group->number, self->logged,
              self->group->numbers + self->logged, width - self->logged);
    self->logged = width;
}
