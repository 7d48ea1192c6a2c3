/* group.c - the rows of a layout in the head */
#include <config.h>

#include "group.h"

#include <string.h>

#include "base.h"

enum {
    WORD = 64,
    TILES_A_WORD = WORD / RING_WIDTH,
    NARROW = 4, /* columns for which a tile would be too much */
    SCATTER = 29,
    SETTLE_TILES = 64, /* at once: less than half a millisecond */
};

static void
make_place(struct head *head, uint32_t number)
{
    if (number < head->group_count)
        return;
    head->groups = xrealloc(head->groups, 2 * (number + 1), sizeof(void *));
    memset(head->groups + head->group_count, 0,
           (2 * (number + 1) - head->group_count) * sizeof(void *));
    head->group_count = 2 * (number + 1);
}

struct group *
group_new(struct head *head, uint32_t number)
{
    struct group *self = xcalloc(1, sizeof(*self));

    make_place(head, number);
    self->number = number;
    head->groups[number] = self;
    return self;
}

/* What a ring has goes to the series --------------------------------------- */

/* A tile whose rows go to their series. */
struct sealing {
    struct head *head;
    const struct ring *ring;
    uint32_t tile;
    uint64_t epoch; /* of the ring */
    struct arena *arena;
    struct ring_stretch stretch;
    const struct run_times *times; /* of the stretch; or NULL */
};

static void
seal_column(const struct sealing *self, struct head_series *series,
            uint32_t column)
{
    const struct ring_stretch *stretch = &self->stretch;
    uint64_t which = stretch->which[column];
    double values[RING_ROWS];
    const double *next = values;

    if (!which || !series)
        return;
    struct run *run = head_run(self->head, series, self->epoch);
    ring_column(self->ring, self->tile, column, stretch, values);
    if (self->times && run->open_count == 0) {
        run_seal(run, self->arena, self->times, which, values);
        return;
    }
    for (; which; which &= which - 1)
        run_put(run, self->arena, stretch->times_ns[__builtin_ctzll(which)],
                *next++);
}

static bool
begin_sealing(struct sealing *self)
{
    const struct ring_stretch *stretch = &self->stretch;

    if (!ring_look(self->ring, self->tile, &self->stretch))
        return false;
    self->arena = head_arena(self->head, self->epoch);
    if (!stretch->twice)
        self->times =
            run_times_new(self->arena, stretch->times_ns, stretch->count);
    return true;
}

static void
seal_tile(struct head *head, const struct group *group, struct ring *ring,
          uint32_t tile)
{
    struct sealing sealing = {.head = head, .ring = ring, .tile = tile};
    const uint32_t *numbers = group->numbers + tile * RING_WIDTH;
    struct head_series *series[RING_WIDTH] = {NULL};
    bool idle = ring_idle(ring, tile);

    sealing.epoch = ring == group->frozen ? head->epoch - 1 : group->epoch;
    if (!begin_sealing(&sealing)) {
        ring_drop(ring, tile);
        return;
    }
    for (uint32_t i = 0; i < RING_WIDTH; i++)
        if (sealing.stretch.which[i]) {
            series[i] = head_at(head, numbers[i]);
            __builtin_prefetch(&series[i]->live, 1);
        }
    for (uint32_t i = 0; i < RING_WIDTH; i++)
        seal_column(&sealing, series[i], i);
    ring_clear(ring, tile);
    if (idle) /* its series may be gone */
        ring_drop(ring, tile);
}

static void
seal_ring(struct head *head, const struct group *group, struct ring **ring_p)
{
    if (!*ring_p)
        return;
    for (uint32_t i = 0; i < (*ring_p)->room; i++)
        seal_tile(head, group, *ring_p, i);
    ring_destroy(ring_p);
}

bool
group_settle(struct head *head, struct group *self, uint32_t *tile_p)
{
    struct ring **ring_p = &self->frozen;
    uint32_t until = *tile_p + SETTLE_TILES;

    if (!*ring_p && self->epoch != head->epoch)
        ring_p = &self->ring;
    struct ring *ring = *ring_p;
    if (!ring)
        return false;
    for (; *tile_p < ring->room && *tile_p < until; ++*tile_p)
        seal_tile(head, self, ring, *tile_p);
    if (*tile_p < ring->room)
        return true;
    ring_destroy(ring_p);
    *tile_p = 0;
    return true; /* there may be the other ring */
}

/* Who is attached ---------------------------------------------------------- */

static void
release_from(struct head *head, struct group *self, struct ring *ring,
             uint32_t column)
{
    uint32_t tile = column / RING_WIDTH, place = column % RING_WIDTH;
    struct sealing sealing = {.head = head, .ring = ring, .tile = tile};

    if (!ring)
        return;
    sealing.epoch = ring == self->frozen ? head->epoch - 1 : self->epoch;
    if (!ring_look(ring, tile, &sealing.stretch) ||
        !sealing.stretch.which[place])
        return;
    sealing.arena = head_arena(head, sealing.epoch);
    seal_column(&sealing, head_at(head, self->numbers[column]), place);
    ring_clear_column(ring, tile, place);
}

void
group_release(struct head *head, struct head_series *series)
{
    struct group *self = series->group;
    uint32_t column = series->column;

    if (!self)
        return;
    release_from(head, self, self->frozen, column);
    release_from(head, self, self->ring, column);
    self->attached[column / WORD] &= ~(UINT64_C(1) << column % WORD);
    series->group = NULL;
}

static bool
is_attached(const struct group *self, uint32_t column)
{
    return self->attached[column / WORD] >> column % WORD & 1;
}

/* Releases the series of the columns from 'from' on. */
static void
release_all(struct head *head, struct group *self, uint32_t from)
{
    for (uint32_t i = from; i < self->count; i++)
        if (is_attached(self, i))
            group_release(head, head_at(head, self->numbers[i]));
}

void
group_resize(struct head *head, struct group *self, uint32_t from,
             uint32_t count)
{
    release_all(head, self, from);
    if (count > self->room) {
        uint32_t room = (count + count / 8 + WORD) / WORD * WORD;
        self->numbers = xrealloc(self->numbers, room, sizeof(*self->numbers));
        self->attached = xrealloc(self->attached, room / 8, 1);
        memset((char *)self->attached + self->room / 8, 0,
               (room - self->room) / 8);
        self->room = room;
    }
    if (from < count)
        memset(self->numbers + from, 0,
               (count - from) * sizeof(*self->numbers));
    self->count = count;
}

void
group_destroy(struct head *head, struct group **self_p)
{
    struct group *self = *self_p;

    seal_ring(head, self, &self->frozen);
    seal_ring(head, self, &self->ring);
    release_all(head, self, 0);
    head->groups[self->number] = NULL;
    free(self->numbers);
    free(self->attached);
    free(self);
    *self_p = NULL;
}

void
group_destroy_all(struct head *head)
{
    for (uint32_t i = 0; i < head->group_count; i++) {
        struct group *group = head->groups[i];
        if (group)
            group_destroy(head, &group);
    }
}

/* Rows --------------------------------------------------------------------- */

static struct ring *
ring_for(struct head *head, struct group *self, uint32_t width)
{
    if (self->ring && self->epoch != head->epoch) {
        self->frozen = self->ring;
        self->ring = NULL;
    }
    if (!self->ring)
        self->ring = ring_new(self->number * SCATTER);
    self->epoch = head->epoch;
    ring_widen(self->ring, width);
    return self->ring;
}

static void
empty_due(struct head *head, const struct group *self)
{
    struct ring *ring = self->ring;

    for (uint32_t i = ring_due(ring); i < ring->room; i += RING_ROWS)
        seal_tile(head, self, ring, i);
}

/* Attaches those columns of a word that can be; puts the others' values right
 * into their series. */
static void
attach(struct head *head, struct group *self, const struct group_row *row,
       uint32_t word, uint64_t columns)
{
    for (; columns; columns &= columns - 1) {
        uint32_t column = word * WORD + (uint32_t)__builtin_ctzll(columns);
        struct head_series *series = head_at(head, self->numbers[column]);
        if (!series)
            continue;
        if (self->count < NARROW) {
            head_put(head, series, row->time_ns, row->values[column]);
            continue;
        }
        group_release(head, series);
        series->group = self;
        series->column = column;
        self->attached[word] |= columns & -columns;
    }
}

static void
put_word(struct ring *ring, uint32_t word, uint64_t columns,
         const double *values)
{
    for (uint32_t i = 0; columns; i++, columns >>= RING_WIDTH)
        if (columns & UINT8_MAX)
            ring_put(ring, word * TILES_A_WORD + i, (uint8_t)columns,
                     values + i * RING_WIDTH);
}

static uint64_t
columns_of(const struct group_row *row, uint32_t word, uint32_t width)
{
    uint32_t rest = width - word * WORD;
    uint64_t columns = row->present ? row->present[word] : UINT64_MAX;

    return rest < WORD ? columns & ((UINT64_C(1) << rest) - 1) : columns;
}

void
group_put(struct head *head, struct group *self, const struct group_row *row)
{
    uint32_t width = row->width < self->count ? row->width : self->count;
    struct ring *ring = ring_for(head, self, width);

    empty_due(head, self);
    for (uint32_t word = 0; word * WORD < width; word++) {
        uint64_t columns = columns_of(row, word, width);
        if (columns & ~self->attached[word])
            attach(head, self, row, word, columns & ~self->attached[word]);
        columns &= self->attached[word];
        head->samples += (uint64_t)__builtin_popcountll(columns);
        put_word(ring, word, columns, row->values + (size_t)word * WORD);
    }
    ring_turn(ring, row->time_ns);
}

/* Readers ------------------------------------------------------------------ */

void
group_copy(const struct ring *ring, uint32_t column, struct samples_range range,
           struct samples *samples)
{
    uint32_t tile = column / RING_WIDTH, place = column % RING_WIDTH;
    struct ring_stretch stretch;
    int64_t times_ns[RING_ROWS];
    double values[RING_ROWS];
    size_t count = 0;

    if (!ring || !ring_look(ring, tile, &stretch))
        return;
    ring_column(ring, tile, place, &stretch, values);
    for (uint64_t rest = stretch.which[place]; rest; rest &= rest - 1)
        times_ns[count++] = stretch.times_ns[__builtin_ctzll(rest)];
    samples_add_within(samples, times_ns, values, count, range);
}

bool
group_touches(const struct ring *ring, uint32_t column,
              struct samples_range range)
{
    uint32_t tile = column / RING_WIDTH, place = column % RING_WIDTH;
    struct ring_stretch stretch;

    if (!ring || !ring_look(ring, tile, &stretch))
        return false;
    for (uint64_t rest = stretch.which[place]; rest; rest &= rest - 1) {
        int64_t time_ns = stretch.times_ns[__builtin_ctzll(rest)];
        if (time_ns > range.after_ns && time_ns <= range.until_ns)
            return true;
    }
    return false;
}
