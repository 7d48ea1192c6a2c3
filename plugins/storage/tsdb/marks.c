/* marks.c - how far each stream of batches has come */
#include <config.h>

#include "marks.h"

#include <string.h>

#include "base.h"

enum { ROOM_LEAST = 4 };

void
marks_fini(struct marks *self)
{
    free(self->items);
    *self = (struct marks){0};
}

static struct mark *
find(const struct marks *self, const uint8_t stream[16])
{
    for (size_t i = 0; i < self->count; i++)
        if (memcmp(self->items[i].stream, stream, 16) == 0)
            return &self->items[i];
    return NULL;
}

static struct mark *
find_oldest(const struct marks *self)
{
    struct mark *oldest = &self->items[0];

    for (size_t i = 1; i < self->count; i++)
        if (self->items[i].heard_ns < oldest->heard_ns)
            oldest = &self->items[i];
    return oldest;
}

static struct mark *
add(struct marks *self)
{
    if (self->count == MARKS_MOST)
        return find_oldest(self);
    if (self->count == self->room) {
        self->room = self->room ? 2 * self->room : ROOM_LEAST;
        self->items = xrealloc(self->items, self->room, sizeof(*self->items));
    }
    return &self->items[self->count++];
}

void
marks_set(struct marks *self, const struct mark *mark)
{
    struct mark *place = find(self, mark->stream);

    if (!place)
        place = add(self);
    *place = *mark;
}

void
marks_copy(struct marks *self, const struct marks *from)
{
    self->room = from->count;
    self->items = xrealloc(self->items, self->room, sizeof(*self->items));
    self->count = from->count;
    if (from->count)
        memcpy(self->items, from->items, from->count * sizeof(*self->items));
}

const struct mark *
marks_find(const struct marks *self, const uint8_t stream[16])
{
    return find(self, stream);
}

void
marks_expire(struct marks *self, int64_t before_ns)
{
    size_t kept = 0;

    for (size_t i = 0; i < self->count; i++)
        if (self->items[i].heard_ns >= before_ns)
            self->items[kept++] = self->items[i];
    self->count = kept;
}
