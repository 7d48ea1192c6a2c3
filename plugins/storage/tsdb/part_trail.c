/* part_trail.c - where the entries of a series are in the index of a part */
#include <config.h>

#include <errno.h>

#include "part_format.h"

void
part_trails_init(struct part_trails *self)
{
    for (size_t i = 0; i < PART_TRAILS; i++)
        self->items[i].part = NULL;
    self->next = 0;
}

struct part_trail *
part_trails_find(struct part_trails *self, const struct part *part)
{
    for (size_t i = 0; i < PART_TRAILS; i++)
        if (self->items[i].part == part)
            return &self->items[i];

    struct part_trail *trail = &self->items[self->next++ % PART_TRAILS];
    trail->part = part;
    trail->sure = false;
    return trail;
}

/* Returns the page where the series 'id' may begin. */
static uint64_t
find_page(const struct part *part, uint32_t id)
{
    uint64_t low = 0, high = part_page_count(part);

    while (low < high) {
        uint64_t middle = (low + high) / 2;
        if (part->firsts[middle] < id)
            low = middle + 1;
        else
            high = middle;
    }
    return low ? low - 1 : 0;
}

static void
leave_for_page(struct part_trail *self, uint64_t page)
{
    self->next = page;
    self->place = (struct part_place){.left = 0};
    self->sure = false;
}

void
part_trail_rewind(struct part_trail *self)
{
    leave_for_page(self, 0);
}

void
part_trail_seek(struct part_trail *self, uint32_t id)
{
    uint64_t page = find_page(self->part, id);

    if (!self->sure || self->place.series >= id || page >= self->next)
        leave_for_page(self, page);
}

/* Goes to the beginning of the next page. */
static int
begin_page(struct part_trail *self)
{
    size_t size;

    self->sure = false;
    if (self->next >= part_page_count(self->part))
        return -ENODATA;
    uint64_t at = part_page_at(self->part, self->next++, &size);
    int rc = part_bytes(self->part, at, self->bytes, size);
    if (rc < 0)
        return rc;
    if (!part_page_right(self->bytes, size))
        return -EBADMSG;
    self->place = part_page_begin(self->bytes, size);
    self->sure = true;
    return 0;
}

int
part_trail_next(struct part_trail *self, const struct part_wanted *wanted,
                struct part_chunk *ret_chunk)
{
    int rc = self->place.left ? 0 : begin_page(self);

    if (rc < 0)
        return rc;
    self->before = self->place;
    rc = part_entry_read(&self->place, self->part, wanted, ret_chunk);
    if (rc < 0) {
        self->place.left = 0;
        self->sure = false;
    }
    return rc;
}

void
part_trail_back(struct part_trail *self)
{
    self->place = self->before;
}
