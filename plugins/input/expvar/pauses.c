/* pauses.c - each pause of a garbage collector; see pauses.h */
#include <config.h>

#include "pauses.h"

#include <stdlib.h>
#include <string.h>

#include "base.h"

const struct pauses_bound pauses_bounds[PAUSES_BOUNDS] = {
    {1000, "1e-06"},    {10000, "1e-05"},   {25000, "2.5e-05"},
    {50000, "5e-05"},   {100000, "0.0001"}, {250000, "0.00025"},
    {500000, "0.0005"}, {1000000, "0.001"}, {2500000, "0.0025"},
    {5000000, "0.005"}, {10000000, "0.01"}, {25000000, "0.025"},
    {50000000, "0.05"}, {100000000, "0.1"}, {250000000, "0.25"},
    {500000000, "0.5"}, {1000000000, "1"},
};

static void
count_pause(struct pauses *self, uint64_t ns)
{
    size_t bucket = 0;

    while (bucket < PAUSES_BOUNDS && ns > pauses_bounds[bucket].ns)
        bucket++;
    self->counts[bucket]++;
    self->seen++;
    self->seen_ns += ns;
}

/* Where the pause of a collection is, which is 1 or more. */
static size_t
place_of(uint64_t collection)
{
    return (collection - 1) % PAUSES_RING;
}

/* Says whether another run of the program is seen than the last time: it has
 * done less, or says something else of a collection that was seen. */
static bool
is_another_run(const struct pauses *self, const struct pauses_ring *ring)
{
    uint64_t collected = (uint64_t)ring->collections;

    if (collected < self->collected || ring->allocated < self->allocated)
        return true;
    return self->collected > 0 && collected - self->collected < PAUSES_RING &&
           ring->end[place_of(self->collected)] != self->last_end;
}

static void
remember(struct pauses *self, const struct pauses_ring *ring)
{
    self->begun = true;
    self->collected = (uint64_t)ring->collections;
    self->allocated = ring->allocated;
    if (self->collected)
        self->last_end = ring->end[place_of(self->collected)];
}

void
pauses_look(struct pauses *self, const struct pauses_ring *ring)
{
    uint64_t collected = (uint64_t)ring->collections;
    uint64_t before = self->begun ? self->collected : collected;

    if (self->begun && is_another_run(self, ring))
        before = 0;
    if (collected - before > PAUSES_RING) {
        self->missed += collected - before - PAUSES_RING;
        before = collected - PAUSES_RING;
    }
    for (uint64_t i = before + 1; i <= collected; i++)
        count_pause(self, (uint64_t)ring->ns[place_of(i)]);
    remember(self, ring);
}

double
pauses_seconds(double ns)
{
    uint64_t whole = (uint64_t)ns;

    uint64_t seconds = whole / NS_PER_S;

    return (double)seconds + (double)(whole % NS_PER_S) / (double)NS_PER_S;
}

static int
compare(const void *a, const void *b)
{
    double left = *(const double *)a;
    double right = *(const double *)b;

    return (left > right) - (left < right);
}

void
pauses_quantiles(const struct pauses_ring *ring,
                 double ret_seconds[PAUSES_QUANTILES])
{
    enum { PARTS = PAUSES_QUANTILES - 1 };
    double sorted[PAUSES_RING];
    size_t count = PAUSES_RING;

    if (ring->collections < PAUSES_RING)
        count = (size_t)ring->collections;
    memset(ret_seconds, 0, PAUSES_QUANTILES * sizeof(*ret_seconds));
    if (count == 0)
        return;
    memcpy(sorted, ring->ns, count * sizeof(*sorted));
    qsort(sorted, count, sizeof(*sorted), compare);
    for (size_t i = 0; i < PARTS; i++)
        ret_seconds[i] = pauses_seconds(sorted[count * i / PARTS]);
    ret_seconds[PARTS] = pauses_seconds(sorted[count - 1]);
}
