/* pick.c - which parts are to be merged next */
#include <config.h>

#include "pick.h"

#include <string.h>

#include <weir/cleanup.h>

#include "base.h"
#include "day.h"

/* For so long after a day more of it is waited for. */
static const int64_t grace_ns = 3600 * NS_PER_S;

enum { LEVEL_DAY = 2, SHARE = 4 };

/* Some parts of one day that follow each other, none of them damaged. */
struct stretch {
    struct parts_item **items; /* [count] */
    uint32_t count;
};

void
pick_job_fini(struct pick_job *self)
{
    free(self->items);
    *self = (struct pick_job){0};
}

static uint32_t
level_of(const struct parts_item *item)
{
    return part_info(item->part)->origin.level;
}

static uint64_t
bytes_of(const struct stretch *self)
{
    uint64_t bytes = 0;

    for (uint32_t i = 0; i < self->count; i++)
        bytes += part_info(self->items[i]->part)->size;
    return bytes;
}

/* Takes as many parts from the beginning as may be merged at once. */
static bool
take(const struct pick_rules *rules, struct stretch stretch, uint32_t level,
     struct pick_job *ret_job)
{
    uint32_t least = stretch.count < 2 ? stretch.count : 2;

    while (rules->bytes_most && bytes_of(&stretch) > rules->bytes_most &&
           stretch.count >= least)
        stretch.count--;
    if (stretch.count < least)
        return false;
    *ret_job = (struct pick_job){
        .items = xcalloc(stretch.count, sizeof(*stretch.items)),
        .count = stretch.count,
        .level = level,
        .bytes = bytes_of(&stretch),
    };
    memcpy(ret_job->items, stretch.items,
           stretch.count * sizeof(*stretch.items));
    return true;
}

/* Looks for many parts of one level that follow each other. */
static bool
pick_level(const struct pick_rules *rules, const struct stretch *stretch,
           struct pick_job *ret_job)
{
    struct stretch same = {stretch->items, 0};

    for (uint32_t i = 0; i <= stretch->count; i++) {
        if (i < stretch->count && same.count &&
            level_of(stretch->items[i]) == level_of(same.items[0])) {
            same.count++;
            continue;
        }
        if (same.count >= rules->fan && level_of(same.items[0]) < LEVEL_DAY &&
            take(rules, same, 1, ret_job))
            return true;
        same = (struct stretch){stretch->items + i, 1};
    }
    return false;
}

/* A day that is over becomes one part; what comes later still waits until it is
 * worth the while to write the day again. */
static bool
pick_day(const struct pick_rules *rules, const struct stretch *stretch,
         struct pick_job *ret_job)
{
    uint64_t bytes = bytes_of(stretch), largest = 0;

    if (rules->now_ns - grace_ns <= day_last_ns(stretch->items[0]->day) ||
        (rules->bytes_most && bytes > rules->bytes_most))
        return false;
    if (stretch->count == 1)
        return level_of(stretch->items[0]) < LEVEL_DAY &&
               take(rules, *stretch, LEVEL_DAY, ret_job);
    for (uint32_t i = 0; i < stretch->count; i++) {
        uint64_t size = part_info(stretch->items[i]->part)->size;
        if (size > largest)
            largest = size;
    }
    return ((bytes - largest) * SHARE >= largest ||
            stretch->count >= rules->fan) &&
           take(rules, *stretch, LEVEL_DAY, ret_job);
}

typedef bool pick(const struct pick_rules *rules, const struct stretch *stretch,
                  struct pick_job *ret_job);

/* Looks at each stretch; 'items' are sorted by day. */
static bool
pick_stretch(pick *one, const struct pick_rules *rules,
             struct parts_item **items, uint32_t count,
             struct pick_job *ret_job)
{
    uint32_t begin = 0;

    for (uint32_t i = 0; i <= count; i++) {
        bool damaged = i < count && atomic_load(&items[i]->damaged);
        if (i < count && !damaged && items[i]->day == items[begin]->day)
            continue;
        const struct stretch stretch = {items + begin, i - begin};
        if (stretch.count && one(rules, &stretch, ret_job))
            return true;
        begin = damaged ? i + 1 : i;
    }
    return false;
}

/* By day, and in a day by what came first. */
static int
compare_items(const void *left, const void *right)
{
    const struct parts_item *a = *(struct parts_item *const *)left;
    const struct parts_item *b = *(struct parts_item *const *)right;
    uint64_t a_lsn = part_info(a->part)->origin.last_lsn;
    uint64_t b_lsn = part_info(b->part)->origin.last_lsn;

    if (a->day != b->day)
        return a->day < b->day ? -1 : 1;
    if (a_lsn != b_lsn)
        return a_lsn < b_lsn ? -1 : 1;
    return (a->number > b->number) - (a->number < b->number);
}

bool
pick_next(const struct pick_rules *rules, const struct parts *parts,
          struct pick_job *ret_job)
{
    static pick *const picks[] = {pick_level, pick_day};
    weir_cleanup(weir_free) struct parts_item **items =
        xcalloc(parts->count, sizeof(*items));
    bool found = false;

    if (!rules->fan)
        return false;
    memcpy(items, parts->items, parts->count * sizeof(*items));
    qsort(items, parts->count, sizeof(items[0]), compare_items);
    for (size_t i = 0; !found && i < ARRAY_SIZE(picks); i++)
        found = pick_stretch(picks[i], rules, items, parts->count, ret_job);
    return found;
}
