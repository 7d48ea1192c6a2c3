/* run.c - the samples of one series that are in memory */
#include <config.h>

#include "run.h"

#include <stddef.h>
#include <string.h>

#include "base.h"

enum { ROOM_LEAST = 4 };

/* Packed times, which the series of a layout share. */
struct run_times {
    int64_t from_ns, until_ns; /* first and last */
    uint16_t count, size;
    unsigned char bytes[]; /* [size] */
};

/* There are very many of them. */
struct run_sealed {
    struct run_sealed *older;
    const struct run_times *times;
    uint16_t size;
    bool some; /* not of all times: before the values stands which */
    unsigned char bytes[]; /* [size] */
};

void
run_fini(struct run *self)
{
    free(self->open);
    *self = (struct run){0};
}

const struct run_times *
run_times_new(struct arena *arena, const int64_t *times_ns, uint32_t count)
{
    unsigned char bytes[PACK_ROOM];
    size_t size = pack_times(times_ns, count, bytes);
    struct run_times *times =
        arena_words(arena, offsetof(struct run_times, bytes) + size);

    times->from_ns = times_ns[0];
    times->until_ns = times_ns[count - 1];
    times->count = (uint16_t)count;
    times->size = (uint16_t)size;
    memcpy(times->bytes, bytes, size);
    return times;
}

void
run_seal(struct run *self, struct arena *arena, const struct run_times *times,
         uint64_t which, const double *values)
{
    unsigned char bytes[sizeof(which) + PACK_ROOM];
    size_t count = (size_t)__builtin_popcountll(which), size = 0;
    bool some = count < times->count;

    memcpy(bytes, &which, sizeof(which));
    size += some ? sizeof(which) : 0;
    size += pack_values(values, count, bytes + size);
    struct run_sealed *sealed =
        arena_words(arena, offsetof(struct run_sealed, bytes) + size);
    sealed->older = self->newest;
    sealed->times = times;
    sealed->size = (uint16_t)size;
    sealed->some = some;
    memcpy(sealed->bytes, bytes, size);
    self->newest = sealed;
}

static void
seal_open(struct run *self, struct arena *arena)
{
    int64_t times_ns[RUN_OPEN_MOST];
    double values[RUN_OPEN_MOST];
    struct samples samples = {times_ns, values, self->open_count,
                              RUN_OPEN_MOST};

    for (uint32_t i = 0; i < self->open_count; i++) {
        times_ns[i] = self->open[i].time_ns;
        values[i] = self->open[i].value;
    }
    samples_tidy(&samples);
    uint32_t count = (uint32_t)samples.count;
    run_seal(self, arena, run_times_new(arena, times_ns, count),
             UINT64_MAX >> (RUN_OPEN_MOST - count), values);
    self->open_count = 0;
}

void
run_put(struct run *self, struct arena *arena, int64_t time_ns, double value)
{
    if (self->open_count == RUN_OPEN_MOST)
        seal_open(self, arena);
    if (self->open_count == self->open_room) {
        self->open_room = self->open_room ? 2 * self->open_room : ROOM_LEAST;
        self->open = xrealloc(self->open, self->open_room, sizeof(*self->open));
    }
    self->open[self->open_count++] = (struct run_sample){time_ns, value};
}

static bool
sealed_touches(const struct run_sealed *sealed, int64_t after_ns,
               int64_t until_ns)
{
    return sealed->times->until_ns > after_ns &&
           sealed->times->from_ns <= until_ns;
}

/* Leaves the times that have a value.  Returns how many they are. */
static size_t
pick_times(const struct run_sealed *sealed, int64_t times_ns[PACK_MOST])
{
    uint64_t which;
    size_t count = 0;

    if (!sealed->some)
        return sealed->times->count;
    for (memcpy(&which, sealed->bytes, sizeof(which)); which;
         which &= which - 1)
        times_ns[count++] = times_ns[__builtin_ctzll(which)];
    return count;
}

static void
copy_sealed(const struct run_sealed *sealed, int64_t after_ns, int64_t until_ns,
            struct samples *samples)
{
    const struct run_times *times = sealed->times;
    size_t head = sealed->some ? sizeof(uint64_t) : 0;
    int64_t times_ns[PACK_MOST];
    double values[PACK_MOST];

    unpack_times(times->bytes, times->size, times->count, times_ns);
    size_t count = pick_times(sealed, times_ns);
    unpack_values(sealed->bytes + head, sealed->size - head, count, values);
    samples_add_within(samples, times_ns, values, count,
                       (struct samples_range){after_ns, until_ns});
}

/* Oldest first, which the list is not. */
static void
copy_list(const struct run_sealed *newest, int64_t after_ns, int64_t until_ns,
          struct samples *samples)
{
    const struct run_sealed **turned = NULL;
    size_t count = 0, at = 0;

    for (const struct run_sealed *next = newest; next; next = next->older)
        count += sealed_touches(next, after_ns, until_ns);
    if (count == 0)
        return;
    turned = xcalloc(count, sizeof(*turned));
    for (at = count; at > 0; newest = newest->older)
        if (sealed_touches(newest, after_ns, until_ns))
            turned[--at] = newest;
    for (at = 0; at < count; at++)
        copy_sealed(turned[at], after_ns, until_ns, samples);
    free(turned);
}

void
run_copy(const struct run *self, int64_t after_ns, int64_t until_ns,
         struct samples *samples)
{
    copy_list(self->newest, after_ns, until_ns, samples);
    for (uint32_t i = 0; i < self->open_count; i++)
        if (self->open[i].time_ns > after_ns &&
            self->open[i].time_ns <= until_ns)
            samples_add(samples, self->open[i].time_ns, self->open[i].value);
}

bool
run_touches(const struct run *self, int64_t after_ns, int64_t until_ns)
{
    for (const struct run_sealed *sealed = self->newest; sealed;
         sealed = sealed->older)
        if (sealed_touches(sealed, after_ns, until_ns))
            return true;
    for (uint32_t i = 0; i < self->open_count; i++)
        if (self->open[i].time_ns > after_ns &&
            self->open[i].time_ns <= until_ns)
            return true;
    return false;
}
