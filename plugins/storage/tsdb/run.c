/* run.c - the samples of one series that are in memory */
#include <config.h>

#include "run.h"

#include <string.h>

#include "base.h"
#include "codec.h"
#include "times.h"

enum { ROOM_LEAST = 4 };

/* Samples that are encoded: first their times, then their values. */
struct run_sealed {
    struct run_sealed *next;
    int64_t from_ns, until_ns; /* first and last time */
    uint32_t count;
    uint32_t times_size, values_size; /* bytes */
    unsigned char bytes[];
};

void
run_fini(struct run *self)
{
    while (self->first) {
        struct run_sealed *next = self->first->next;
        free(self->first);
        self->first = next;
    }
    free(self->open);
    *self = (struct run){0};
}

static struct run_sealed *
encode(const struct samples *samples)
{
    unsigned char times[TIMES_ROOM];
    unsigned char values[CODEC_ROOM];
    size_t times_size = times_encode(samples->times_ns, samples->count, times);
    size_t values_size = codec_encode(samples->values, samples->count, values);
    struct run_sealed *sealed =
        xcalloc(1, sizeof(*sealed) + times_size + values_size);

    sealed->from_ns = samples->times_ns[0];
    sealed->until_ns = samples->times_ns[samples->count - 1];
    sealed->count = (uint32_t)samples->count;
    sealed->times_size = (uint32_t)times_size;
    sealed->values_size = (uint32_t)values_size;
    memcpy(sealed->bytes, times, times_size);
    memcpy(sealed->bytes + times_size, values, values_size);
    return sealed;
}

static void
seal(struct run *self)
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
    struct run_sealed *sealed = encode(&samples);
    if (self->last)
        self->last->next = sealed;
    else
        self->first = sealed;
    self->last = sealed;
    self->open_count = 0;
}

void
run_put(struct run *self, int64_t time_ns, double value)
{
    if (self->open_count == RUN_OPEN_MOST)
        seal(self);
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
    return sealed->until_ns > after_ns && sealed->from_ns <= until_ns;
}

/* What was encoded here can be decoded, unless memory itself is bad. */
static void
copy_sealed(const struct run_sealed *sealed, int64_t after_ns, int64_t until_ns,
            struct samples *samples)
{
    int64_t times_ns[RUN_OPEN_MOST];
    double values[RUN_OPEN_MOST];

    if (times_decode(sealed->bytes, sealed->times_size, sealed->count,
                     times_ns) < 0 ||
        codec_decode(sealed->bytes + sealed->times_size, sealed->values_size,
                     sealed->count, values) < 0)
        return;
    samples_add_within(samples, times_ns, values, sealed->count,
                       (struct samples_range){after_ns, until_ns});
}

void
run_copy(const struct run *self, int64_t after_ns, int64_t until_ns,
         struct samples *samples)
{
    for (const struct run_sealed *sealed = self->first; sealed;
         sealed = sealed->next)
        if (sealed_touches(sealed, after_ns, until_ns))
            copy_sealed(sealed, after_ns, until_ns, samples);
    for (uint32_t i = 0; i < self->open_count; i++)
        if (self->open[i].time_ns > after_ns &&
            self->open[i].time_ns <= until_ns)
            samples_add(samples, self->open[i].time_ns, self->open[i].value);
}

bool
run_touches(const struct run *self, int64_t after_ns, int64_t until_ns)
{
    for (const struct run_sealed *sealed = self->first; sealed;
         sealed = sealed->next)
        if (sealed_touches(sealed, after_ns, until_ns))
            return true;
    for (uint32_t i = 0; i < self->open_count; i++)
        if (self->open[i].time_ns > after_ns &&
            self->open[i].time_ns <= until_ns)
            return true;
    return false;
}
