/* group_test.c - what is in the head belongs to the series, whatever becomes of
 * the layouts that it came in */
#include <config.h>

#include "group.c"

#include <weir/cleanup.h>

#include "spec.h"

enum {
    SERIES = 150,
    GROUPS = 4,
    TIMES = 400,
    STEPS = 2000,
};

/* Every sample of a series, in the order they came. */
struct history {
    struct samples samples;
    uint64_t *epochs; /* [samples.room] */
};

struct world {
    struct head head;
    struct group *groups[GROUPS];
    struct history history[SERIES + 1];
    uint64_t dropped; /* epochs up to this one */
    uint64_t chance;
    int64_t now_ns;
};

static uint32_t
below(struct world *self, uint32_t most)
{
    return (uint32_t)(spec_random(&self->chance) % most);
}

/* Bits of which three in four are set. */
static uint64_t
often(struct world *self)
{
    uint64_t bits = spec_random(&self->chance);

    return bits | spec_random(&self->chance);
}

static struct world
world_new(void)
{
    struct world self = {.chance = spec_seed(), .now_ns = 1};
    static const struct weir_label none[] = {{0}};

    head_init(&self.head);
    for (uint32_t i = 1; i <= SERIES; i++) {
        char name[16];
        const struct weir_metric metric = {name, WEIR_GAUGE, "", ""};
        const struct weir_series series = {&metric, "", none};
        (void)snprintf(name, sizeof(name), "s%u", i);
        ck_assert_uint_eq(head_take_in(&self.head, &series, 0), i);
    }
    return self;
}

static void
world_fini(struct world *self)
{
    head_fini(&self->head);
    for (uint32_t i = 1; i <= SERIES; i++) {
        samples_fini(&self->history[i].samples);
        free(self->history[i].epochs);
    }
}

static void
note(struct world *self, uint32_t series, int64_t time_ns, double value)
{
    struct history *history = &self->history[series];

    samples_add(&history->samples, time_ns, value);
    history->epochs = xrealloc(history->epochs, history->samples.room,
                               sizeof(*history->epochs));
    history->epochs[history->samples.count - 1] = self->head.epoch;
}

/* What the series has of some epochs. */
static void
expect(const struct world *self, uint32_t series, uint64_t from, uint64_t until,
       struct samples *samples)
{
    const struct history *history = &self->history[series];

    samples->count = 0;
    for (size_t i = 0; i < history->samples.count; i++)
        if (history->epochs[i] >= from && history->epochs[i] <= until)
            samples_add(samples, history->samples.times_ns[i],
                        history->samples.values[i]);
    samples_tidy(samples);
}

static void
check_same(struct samples *got, const struct samples *want)
{
    samples_tidy(got);
    ck_assert_uint_eq(got->count, want->count);
    if (want->count == 0)
        return;
    ck_assert_mem_eq(got->times_ns, want->times_ns,
                     want->count * sizeof(*want->times_ns));
    ck_assert_mem_eq((const void *)got->values, (const void *)want->values,
                     want->count * sizeof(*want->values));
}

static void
check_head(const struct world *self)
{
    struct samples got = {0}, want = {0};

    for (uint32_t i = 1; i <= SERIES; i++) {
        const struct head_series *series = head_at(&self->head, i);
        got.count = 0;
        head_copy(series, INT64_MIN, INT64_MAX, &got);
        expect(self, i, self->dropped + 1, UINT64_MAX, &want);
        check_same(&got, &want);
        ck_assert_int_eq(head_touches(series, INT64_MIN, INT64_MAX),
                         want.count > 0);
    }
    samples_fini(&got);
    samples_fini(&want);
}

static void
check_frozen(const struct world *self)
{
    struct samples got = {0}, want = {0};
    uint64_t epoch = self->head.epoch - 1;

    for (uint32_t i = 1; i <= SERIES; i++) {
        const struct run *run =
            head_frozen(&self->head, head_at(&self->head, i));
        got.count = 0;
        if (run)
            run_copy(run, INT64_MIN, INT64_MAX, &got);
        expect(self, i, epoch, epoch, &want);
        check_same(&got, &want);
    }
    samples_fini(&got);
    samples_fini(&want);
}

/* What happens ------------------------------------------------------------- */

static void
put_rows(struct world *self)
{
    struct group *group = self->groups[below(self, GROUPS)];
    uint32_t rows = 1 + below(self, 20);
    uint64_t present[SERIES / WORD + 1];
    double values[SERIES];

    for (; group && rows > 0; rows--) {
        int64_t time_ns =
            below(self, 8) ? ++self->now_ns : 1 + below(self, TIMES);
        struct group_row row = {1 + below(self, group->count), time_ns, values,
                                below(self, 2) ? present : NULL};
        for (uint32_t i = 0; i < ARRAY_SIZE(present); i++)
            present[i] = often(self);
        for (uint32_t i = 0; i < row.width; i++) {
            values[i] = below(self, 1000) / 10.;
            if (group->numbers[i] &&
                (!row.present || present[i / WORD] >> i % WORD & 1))
                note(self, group->numbers[i], time_ns, values[i]);
        }
        group_put(&self->head, group, &row);
    }
}

static void
put_one(struct world *self)
{
    uint32_t series = 1 + below(self, SERIES);
    int64_t time_ns = 1 + below(self, TIMES);
    double value = below(self, 1000);

    note(self, series, time_ns, value);
    head_put(&self->head, head_at(&self->head, series), time_ns, value);
}

/* Makes a group of some series, or more of it, or ends it. */
static void
change_group(struct world *self)
{
    uint32_t number = below(self, GROUPS);
    struct group **group = &self->groups[number];
    uint32_t before = *group ? (*group)->count : 0;
    uint32_t count = before + 1 + below(self, 70);

    if (*group && (count > SERIES || below(self, 3) == 0)) {
        group_destroy(&self->head, group);
        return;
    }
    if (!*group)
        *group = group_new(&self->head, number);
    group_resize(&self->head, *group, before, count);
    uint32_t from = below(self, SERIES);
    for (uint32_t i = before; i < count; i++)
        (*group)->numbers[i] = below(self, 20) ? 1 + (from + i) % SERIES : 0;
}

static bool
has_series_twice(const struct group *group)
{
    bool seen[SERIES + 1] = {false};

    for (uint32_t i = 0; group && i < group->count; i++) {
        if (group->numbers[i] && seen[group->numbers[i]])
            return true;
        seen[group->numbers[i]] = true;
    }
    return false;
}

static void
keep_unique(struct world *self)
{
    for (uint32_t i = 0; i < GROUPS; i++)
        if (has_series_twice(self->groups[i]))
            group_destroy(&self->head, &self->groups[i]);
}

static void
freeze_or_drop(struct world *self)
{
    if (self->dropped + 1 == self->head.epoch) {
        head_freeze(&self->head);
        return;
    }
    head_settle(&self->head);
    check_frozen(self);
    check_head(self);
    head_drop(&self->head, 1, SERIES);
    head_dropped(&self->head);
    self->dropped++;
}

START_TEST(a_series_has_what_came_to_it_in_any_group_or_alone)
{
    static void (*const steps[])(struct world * self) = {
        put_rows, put_rows, put_rows, put_rows,
        put_rows, put_rows, put_one,  put_one,
    };
    weir_cleanup(world_fini) struct world world = world_new();

    for (int step = 0; step < STEPS; step++) {
        steps[below(&world, ARRAY_SIZE(steps))](&world);
        if (below(&world, 40) == 0) {
            change_group(&world);
            keep_unique(&world);
        }
        if (below(&world, 80) == 0)
            freeze_or_drop(&world);
        if (below(&world, 100) == 0)
            check_head(&world);
    }
    check_head(&world);
}
END_TEST

SPEC("the head's groups", a_series_has_what_came_to_it_in_any_group_or_alone)
