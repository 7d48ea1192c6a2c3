/* ring.c - the last samples of one series, by time */
#include <config.h>

#include "ring.h"

#include <errno.h>
#include <stdlib.h>

void
ring_fini(struct ring *self, struct times_pool *pool)
{
    for (uint32_t i = 0; i < self->block_count; i++) {
        times_leave(pool, &self->blocks[i]->times);
        free(self->blocks[i]);
    }
    free(self->blocks);
    *self = (struct ring){0};
}

size_t
ring_block_size(void)
{
    return sizeof(struct ring_block) + sizeof(struct ring_block *) +
           sizeof(struct times);
}

size_t
ring_size(const struct ring *self)
{
    return self->block_count * ring_block_size();
}

/* How many samples its blocks can keep. */
static uint32_t
room_of(const struct ring *self)
{
    uint32_t room = self->block_count * RING_BLOCK;

    return room < self->most ? room : self->most;
}

/* Growing would tear a ring apart that has wrapped around; such a one, which
 * was denied a block before, waits until its oldest is at the front again. */
bool
ring_is_short(const struct ring *self)
{
    return self->count == room_of(self) && self->count < self->most &&
           self->start == 0;
}

int
ring_grow(struct ring *self)
{
    struct ring_block **blocks = reallocarray(
        self->blocks, self->block_count + 1, sizeof(struct ring_block *));
    if (!blocks)
        return -ENOMEM;
    self->blocks = blocks;

    struct ring_block *block = calloc(1, sizeof(*block));
    if (!block)
        return -ENOMEM;
    blocks[self->block_count++] = block;
    return 0;
}

/* Where the nth sample lies, from 0, the oldest. */
struct spot {
    struct ring_block *block;
    uint32_t place;
};

static struct spot
spot_of(const struct ring *self, uint32_t nth)
{
    uint32_t room = room_of(self);
    uint32_t place = self->start + nth;
    if (place >= room)
        place -= room;

    return (struct spot){self->blocks[place / RING_BLOCK], place % RING_BLOCK};
}

static int64_t
time_at(const struct ring *self, uint32_t nth)
{
    struct spot spot = spot_of(self, nth);

    return spot.block->times->ns[spot.place];
}

static double
value_at(const struct ring *self, uint32_t nth)
{
    struct spot spot = spot_of(self, nth);

    return spot.block->values[spot.place];
}

static void
write_spot(struct spot spot, struct times_pool *pool, int64_t time_ns,
           double value)
{
    times_set(pool, &spot.block->times, spot.place, time_ns);
    spot.block->values[spot.place] = value;
}

int64_t
ring_oldest_ns(const struct ring *self)
{
    return time_at(self, 0);
}

int64_t
ring_newest_ns(const struct ring *self)
{
    return time_at(self, self->count - 1);
}

/* How many samples are not after 'time_ns'. */
static uint32_t
count_until(const struct ring *self, int64_t time_ns)
{
    uint32_t low = 0;
    uint32_t high = self->count;

    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (time_at(self, middle) <= time_ns)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static void
drop_oldest(struct ring *self)
{
    self->start = self->start + 1 < room_of(self) ? self->start + 1 : 0;
    self->count--;
}

/* Puts a sample before the nth. */
static void
insert(struct ring *self, struct times_pool *pool, uint32_t nth,
       int64_t time_ns, double value)
{
    for (uint32_t i = self->count++; i > nth; i--)
        write_spot(spot_of(self, i), pool, time_at(self, i - 1),
                   value_at(self, i - 1));
    write_spot(spot_of(self, nth), pool, time_ns, value);
}

int
ring_put(struct ring *self, struct times_pool *pool, int64_t time_ns,
         double value)
{
    if (self->block_count == 0)
        return -ENOSPC;

    uint32_t nth = self->count;
    if (nth > 0 && time_ns <= ring_newest_ns(self))
        nth = count_until(self, time_ns);
    if (nth > 0 && time_at(self, nth - 1) == time_ns) {
        write_spot(spot_of(self, nth - 1), pool, time_ns, value);
        return 0;
    }
    if (self->count == room_of(self)) {
        if (nth == 0)
            return -ERANGE;
        drop_oldest(self);
        nth--;
    }
    insert(self, pool, nth, time_ns, value);
    return 0;
}

uint32_t
ring_copy(const struct ring *self, int64_t after_ns, int64_t until_ns,
          int64_t *times_ns, double *values)
{
    uint32_t count = 0;

    for (uint32_t i = count_until(self, after_ns); i < self->count; i++) {
        int64_t time_ns = time_at(self, i);
        if (time_ns > until_ns)
            break;
        times_ns[count] = time_ns;
        values[count++] = value_at(self, i);
    }
    return count;
}

int
ring_last(const struct ring *self, int64_t after_ns, int64_t until_ns,
          double *ret_value)
{
    uint32_t until = count_until(self, until_ns);
    if (until == 0)
        return -ENOENT;

    if (time_at(self, until - 1) <= after_ns)
        return -ENOENT;
    *ret_value = value_at(self, until - 1);
    return 0;
}
