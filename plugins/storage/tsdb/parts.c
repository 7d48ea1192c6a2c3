/* parts.c - the parts that count, as a list that never changes */
#include <config.h>

#include "parts.h"

#include <weir/cleanup.h>

#include "base.h"

static struct parts *
make(uint32_t room)
{
    struct parts *self =
        xcalloc(1, sizeof(*self) + room * sizeof(self->items[0]));

    atomic_init(&self->holders, 1);
    return self;
}

struct parts *
parts_new(void)
{
    return make(0);
}

struct parts *
parts_hold(struct parts *self)
{
    atomic_fetch_add(&self->holders, 1);
    return self;
}

void
parts_leave(struct parts **self_p)
{
    struct parts *self = weir_take(*self_p);

    if (!self || atomic_fetch_sub(&self->holders, 1) > 1)
        return;
    for (uint32_t i = 0; i < self->count; i++) {
        struct parts_item *item = self->items[i];
        if (atomic_fetch_sub(&item->holders, 1) > 1)
            continue;
        part_destroy(&item->part);
        free(item);
    }
    free(self);
}

static void
add(struct parts *self, struct parts_item *item)
{
    atomic_fetch_add(&item->holders, 1);
    self->items[self->count++] = item;
}

struct parts *
parts_with(const struct parts *self, uint64_t number, struct part **part_p)
{
    struct parts *list = make(self->count + 1);
    struct parts_item *item = xcalloc(1, sizeof(*item));

    item->number = number;
    item->part = weir_take(*part_p);
    for (uint32_t i = 0; i < self->count; i++)
        add(list, self->items[i]);
    add(list, item);
    return list;
}

struct parts *
parts_since(const struct parts *self, int64_t oldest_ns)
{
    struct parts *list = make(self->count);

    for (uint32_t i = 0; i < self->count; i++)
        if (part_info(self->items[i]->part)->until_ns >= oldest_ns)
            add(list, self->items[i]);
    return list;
}
