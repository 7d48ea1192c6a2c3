/* leave.c - series that have no samples any more leave */
#include <config.h>

#include "leave.h"

#include "base.h"
#include "clock.h"
#include "columns.h"
#include "tsdb.h"

enum { HANDFUL = 64, BLOCK = 4096 };

/* Between two looks; and of a tick that lets series leave. */
static const int64_t look_ns = 600 * NS_PER_S;
static const int64_t step_ns = 10 * NS_PER_MS;

/* Looking ------------------------------------------------------------------ */

static int
note_number(void *arg, uint32_t number, const struct weir_series *series)
{
    (void)series;
    roaring_bitmap_add(arg, number);
    return 0;
}

/* Finds the series of a part, once for as long as it is there. */
static int
look_at_part(struct parts_item *item)
{
    if (item->numbers)
        return 0;
    roaring_bitmap_t *numbers = x_or_die(roaring_bitmap_create());
    int rc = part_series(item->part, note_number, numbers);
    if (rc < 0) {
        roaring_bitmap_free(numbers);
        return rc;
    }
    (void)roaring_bitmap_run_optimize(numbers);
    (void)roaring_bitmap_shrink_to_fit(numbers);
    item->numbers = numbers;
    return 0;
}

static void *
look(void *arg)
{
    struct leave *self = arg;
    int rc = 0;

    for (uint32_t i = 0; rc == 0 && i < self->parts->count; i++) {
        rc = look_at_part(self->parts->items[i]);
        if (rc == 0)
            roaring_bitmap_or_inplace(self->used,
                                      self->parts->items[i]->numbers);
    }
    self->rc = rc;
    atomic_store(&self->done, true);
    return NULL;
}

static int64_t
oldest_of(const struct parts *parts)
{
    int64_t oldest_ns = INT64_MAX;

    for (uint32_t i = 0; i < parts->count; i++) {
        int64_t from_ns = part_info(parts->items[i]->part)->from_ns;
        if (from_ns < oldest_ns)
            oldest_ns = from_ns;
    }
    return oldest_ns;
}

/* Nothing may be on its way from the head into parts, nor be unreadable. */
static bool
is_quiet(const struct tsdb *tsdb)
{
    return !tsdb->flush.running && !tsdb->flush.frozen &&
           tsdb->damaged_parts == 0 && tsdb->fresh_count == 0;
}

static void
drop_look(struct leave *self)
{
    if (self->used)
        roaring_bitmap_free(self->used);
    self->used = NULL;
}

/* Takes 'parts', which is held, unless it returns false. */
static bool
start_look(struct tsdb *tsdb, struct parts *parts)
{
    struct leave *self = &tsdb->leave;

    self->parts = parts;
    self->used = x_or_die(roaring_bitmap_create());
    self->epoch = tsdb->head.epoch;
    self->next = 1;
    self->looked_ns = clock_now_ns();
    atomic_store(&self->done, false);
    if (pthread_create(&self->thread, NULL, look, self) == 0)
        return true;
    drop_look(self);
    self->parts = NULL;
    return false;
}

static void
end_look(struct leave *self)
{
    (void)pthread_join(self->thread, NULL);
    parts_leave(&self->parts);
    if (self->rc < 0)
        drop_look(self);
}

static struct parts *
hold_parts(struct tsdb *tsdb)
{
    (void)pthread_rwlock_rdlock(&tsdb->head.lock);
    struct parts *parts = parts_hold(tsdb->parts);
    (void)pthread_rwlock_unlock(&tsdb->head.lock);
    return parts;
}

/* Looks when the oldest samples have changed since the last time. */
static void
look_if_due(struct tsdb *tsdb)
{
    struct leave *self = &tsdb->leave;

    if (!is_quiet(tsdb) ||
        (self->looked_ns && clock_now_ns() - self->looked_ns < look_ns))
        return;
    struct parts *parts = hold_parts(tsdb);
    int64_t oldest_ns = oldest_of(parts);
    bool due = self->is_known && oldest_ns != self->oldest_ns;
    self->oldest_ns = oldest_ns;
    self->is_known = true;
    if (!due || !start_look(tsdb, parts))
        parts_leave(&parts);
}

/* Leaving ------------------------------------------------------------------ */

void
leave_one(struct tsdb *tsdb, uint32_t number)
{
    struct leave *self = &tsdb->leave;

    if (self->count == self->room) {
        self->room = self->room ? 2 * self->room : HANDFUL;
        self->numbers =
            xrealloc(self->numbers, self->room, sizeof(*self->numbers));
    }
    self->numbers[self->count++] = number;
    self->left++;
    head_leave(&tsdb->head, number);
}

static bool
is_gone(const struct tsdb *tsdb, uint32_t number)
{
    const struct head_series *series = head_at(&tsdb->head, number);

    return series && !roaring_bitmap_contains(tsdb->leave.used, number) &&
           !head_touches(series, INT64_MIN, INT64_MAX);
}

/* Lets those of the next few leave that can; returns whether one did. */
static bool
leave_few(struct tsdb *tsdb)
{
    struct leave *self = &tsdb->leave;
    uint32_t until = self->next + BLOCK, few = 0;

    (void)pthread_rwlock_wrlock(&tsdb->head.lock);
    if (until > tsdb->head.count)
        until = tsdb->head.count + 1;
    for (; self->next < until && few < HANDFUL; self->next++)
        if (is_gone(tsdb, self->next)) {
            leave_one(tsdb, self->next);
            few++;
        }
    (void)pthread_rwlock_unlock(&tsdb->head.lock);
    return few > 0;
}

/* Groups forget whom they had. */
static void
tidy_groups(struct head *head)
{
    (void)pthread_rwlock_wrlock(&head->lock);
    for (uint32_t i = 0; i < head->group_count; i++) {
        struct group *group = head->groups[i];
        for (uint32_t k = 0; group && k < group->count; k++)
            if (group->numbers[k] && !head_at(head, group->numbers[k]))
                group->numbers[k] = 0;
    }
    (void)pthread_rwlock_unlock(&head->lock);
}

/* What was found holds no more once samples have moved; then the next look is
 * due at once. */
static void
go_on(struct tsdb *tsdb, int64_t budget_ns)
{
    struct leave *self = &tsdb->leave;
    int64_t until_ns = clock_now_ns() + budget_ns;
    bool left = false;

    if (self->epoch != tsdb->head.epoch || !is_quiet(tsdb)) {
        drop_look(self);
        self->oldest_ns = INT64_MIN;
        return;
    }
    while (self->next <= tsdb->head.count && clock_now_ns() < until_ns)
        left |= leave_few(tsdb);
    if (left) {
        tidy_groups(&tsdb->head);
        self->times++;
    }
    if (self->next > tsdb->head.count)
        drop_look(self);
}

void
leave_tick(struct tsdb *tsdb)
{
    struct leave *self = &tsdb->leave;

    if (self->parts && atomic_load(&self->done))
        end_look(self);
    if (self->parts)
        return;
    if (self->used)
        go_on(tsdb, step_ns);
    else
        look_if_due(tsdb);
}

void
leave_now(struct tsdb *tsdb)
{
    struct leave *self = &tsdb->leave;

    struct parts *parts = hold_parts(tsdb);

    if (!is_quiet(tsdb) || !start_look(tsdb, parts)) {
        parts_leave(&parts);
        return;
    }
    end_look(self);
    if (self->used)
        go_on(tsdb, INT64_MAX / 2);
}

/* The catalog -------------------------------------------------------------- */

void
leave_put(const struct tsdb *tsdb)
{
    for (size_t i = 0; i < tsdb->leave.count; i++)
        meta_drop_series(tsdb->meta, tsdb->leave.numbers[i]);
}

void
leave_committed(struct tsdb *tsdb)
{
    tsdb->leave.count = 0;
}

void
leave_follow(const struct tsdb *tsdb, struct columns *columns)
{
    const struct group *group = columns->group;

    if (columns->left == tsdb->leave.times)
        return;
    columns->left = tsdb->leave.times;
    columns->logged = 0;
    for (uint32_t i = 0; i < group->count; i++)
        if (group->numbers[i] == 0)
            columns->unknown[i / 64] |= UINT64_C(1) << i % 64;
}

void
leave_fini(struct tsdb *tsdb)
{
    struct leave *self = &tsdb->leave;

    if (self->parts)
        end_look(self);
    drop_look(self);
    free(self->numbers);
    *self = (struct leave){0};
}
