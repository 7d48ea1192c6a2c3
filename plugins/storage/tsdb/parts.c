/* parts.c - the parts that count, as a list that never changes */
#include <config.h>

#include "parts.h"

#include <weir/cleanup.h>

#include "base.h"
#include "day.h"

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
        if (item->numbers)
            roaring_bitmap_free(item->numbers);
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

/* Says whether what is in 'item' came before what is in 'other'. */
static bool
is_older(const struct parts_item *item, const struct parts_item *other)
{
    const struct part_origin *a = &part_info(item->part)->origin;
    const struct part_origin *b = &part_info(other->part)->origin;

    return a->last_lsn < b->last_lsn ||
           (a->last_lsn == b->last_lsn && item->number < other->number);
}

struct parts *
parts_with(const struct parts *self, uint64_t number, struct part **part_p)
{
    struct parts *list = make(self->count + 1);
    struct parts_item *item = xcalloc(1, sizeof(*item));
    uint32_t at = 0;

    item->number = number;
    item->part = weir_take(*part_p);
    item->day = day_of(part_info(item->part)->from_ns);
    while (at < self->count && is_older(self->items[at], item))
        add(list, self->items[at++]);
    add(list, item);
    while (at < self->count)
        add(list, self->items[at++]);
    return list;
}

struct parts *
parts_only(const struct parts *self, parts_keep *keeps, const void *arg)
{
    struct parts *list = make(self->count);

    for (uint32_t i = 0; i < self->count; i++)
        if (keeps(arg, self->items[i]))
            add(list, self->items[i]);
    return list;
}

bool
parts_have(const struct parts *self, uint64_t number)
{
    for (uint32_t i = 0; i < self->count; i++)
        if (self->items[i]->number == number)
            return true;
    return false;
}
