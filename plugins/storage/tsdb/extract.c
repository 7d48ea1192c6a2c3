/* extract.c - all that a store has of some series, one after the other */
#include <config.h>

#include "extract.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include <weir/cleanup.h>

#include "base.h"
#include "day.h"
#include "selector.h"
#include "textset.h"
#include "told.h"
#include "tsdb.h"

/* A part by its day. */
struct leaf {
    int32_t day;
    uint32_t index; /* in the list of parts: the later counts */
};

struct extracting {
    struct extract *what;
    struct tsdb *tsdb;
    roaring_bitmap_t *numbers;  /* all that are meant */
    uint32_t generation;        /* of the index, when they were found */
    struct parts *parts;        /* held; or NULL */
    struct leaf *leaves;        /* [parts->count], by day */
    struct part_cursor *cursor; /* for one of them after the other; or NULL */
    struct samples late, samples;
    size_t late_at; /* of those that were given */
    bool told;      /* the series was given */
};

int
extract_select(struct extract *self, const char *text)
{
    if (self->selector_count == EXTRACT_SELECTORS_MOST) {
        (void)snprintf(self->why, sizeof(self->why),
                       "there are more than %d selectors",
                       EXTRACT_SELECTORS_MOST);
        return -EINVAL;
    }
    int rc = weir_selector_new(text, self->why, sizeof(self->why),
                               &self->selectors[self->selector_count]);
    self->selector_count += rc == 0;
    return rc;
}

void
extract_fini(struct extract *self)
{
    for (size_t i = 0; i < self->selector_count; i++)
        weir_selector_destroy(&self->selectors[i]);
    self->selector_count = 0;
}

/* Which series ------------------------------------------------------------- */

/* Adds those of the numbers that meet the rest of the selector. */
static int
add_few(struct extracting *self, struct selector *selector,
        const struct told_few *few)
{
    for (uint32_t i = 0; i < few->count; i++) {
        int rc = selector_meets(selector, &few->items[i].series);
        if (rc < 0)
            return rc;
        if (rc == 1)
            roaring_bitmap_add(self->numbers, few->items[i].number);
    }
    return 0;
}

static int
add_rest(struct extracting *self, struct selector *selector)
{
    struct told_few few = {0};
    roaring_uint32_iterator_t next;
    uint32_t numbers[TOLD_FEW];
    uint32_t count = 0;
    int rc = 0;

    roaring_init_iterator(selector->series, &next);
    while (rc == 0 &&
           (count = roaring_read_uint32_iterator(&next, numbers, TOLD_FEW))) {
        told_look(&few, &self->tsdb->head, numbers, count,
                  selector->generation);
        rc = add_few(self, selector, &few);
    }
    arena_clear(&few.texts);
    return rc;
}

static int
add_selected(struct extracting *self, const struct weir_selector *one)
{
    struct selector selector;
    size_t count = 0;
    const struct weir_matcher *matchers = weir_selector_matchers(one, &count);

    int rc = selector_init(&selector, self->tsdb->head.index, matchers, count);
    if (rc == 0)
        rc = add_rest(self, &selector);
    if (rc < 0)
        (void)snprintf(self->what->why, sizeof(self->what->why), "%s",
                       selector.why);
    selector_fini(&selector);
    return rc;
}

static int
find_numbers(struct extracting *self)
{
    const struct extract *what = self->what;
    int rc = 0;

    self->generation = postings_generation(self->tsdb->head.index);
    if (what->selector_count == 0) {
        self->numbers = postings_all(self->tsdb->head.index);
        return 0;
    }
    self->numbers = x_or_die(roaring_bitmap_create());
    for (size_t i = 0; rc == 0 && i < what->selector_count; i++)
        rc = add_selected(self, what->selectors[i]);
    return rc;
}

/* Names -------------------------------------------------------------------- */

static void
find_names(struct extracting *self, struct textset *names)
{
    struct postings_walk *walk = xcalloc(1, sizeof(*walk));

    walk->name = "__name__";
    walk->among = self->numbers;
    while (postings_walk(self->tsdb->head.index, walk))
        for (uint32_t i = 0; i < walk->count; i++)
            textset_add(names, walk->values[i]);
    free(walk);
    textset_sort(names);
}

static int
tell_labels(struct extracting *self)
{
    struct told_few few = {0};
    roaring_uint32_iterator_t next;
    uint32_t numbers[TOLD_FEW];
    uint32_t count = 0;
    struct textset names = {0};

    roaring_init_iterator(self->numbers, &next);
    while ((count = roaring_read_uint32_iterator(&next, numbers, TOLD_FEW))) {
        told_look(&few, &self->tsdb->head, numbers, count, self->generation);
        for (uint32_t i = 0; i < few.count; i++)
            for (const struct weir_label *label = few.items[i].series.labels;
                 label->name; label++)
                textset_add(&names, label->name);
    }
    arena_clear(&few.texts);
    textset_sort(&names);
    int rc = self->what->names(self->what->arg, names.texts, names.count);
    textset_fini(&names);
    return rc;
}

/* Parts -------------------------------------------------------------------- */

static int
compare_leaves(const void *left, const void *right)
{
    const struct leaf *a = left, *b = right;

    if (a->day != b->day)
        return a->day < b->day ? -1 : 1;
    return (a->index > b->index) - (a->index < b->index);
}

static void
drop_parts(struct extracting *self)
{
    part_cursor_destroy(&self->cursor);
    free(self->leaves);
    self->leaves = NULL;
    parts_leave(&self->parts);
}

/* Takes the parts that count now; 'parts' is held and becomes ours. */
static void
take_parts(struct extracting *self, struct parts *parts)
{
    if (parts == self->parts) {
        parts_leave(&parts);
        return;
    }
    drop_parts(self);
    self->parts = parts;
    self->leaves = xcalloc(parts->count, sizeof(*self->leaves));
    for (uint32_t i = 0; i < parts->count; i++)
        self->leaves[i] = (struct leaf){parts->items[i]->day, i};
    qsort(self->leaves, parts->count, sizeof(*self->leaves), compare_leaves);
    if (parts->count > 0)
        self->cursor = part_cursor_new(parts->items[0]->part);
}

/* Copies what the head has, and takes the parts that count then: what the head
 * dropped before is in them. */
static bool
look_at(struct extracting *self, const struct told *told)
{
    const struct extract *what = self->what;
    struct head *head = &self->tsdb->head;

    self->late.count = self->late_at = 0;
    (void)pthread_rwlock_rdlock(&head->lock);
    const struct head_series *series = told_find(head, told);
    if (series)
        head_copy(series, what->after_ns, what->until_ns, &self->late);
    struct parts *parts = parts_hold(self->tsdb->parts);
    (void)pthread_rwlock_unlock(&head->lock);
    take_parts(self, parts);
    samples_tidy(&self->late);
    return series != NULL;
}

static int
read_part(struct extracting *self, const struct parts_item *item,
          uint32_t number)
{
    const struct extract *what = self->what;
    const struct samples_range range = {what->after_ns, what->until_ns};
    struct part_chunk chunk;
    const int64_t *times_ns = NULL;
    const double *values = NULL;
    int rc = 0;

    part_cursor_turn(self->cursor, item->part);
    part_cursor_seek(self->cursor, number, what->after_ns, what->until_ns);
    while (rc == 0 && (rc = part_cursor_next(self->cursor, &chunk)) == 0) {
        rc = part_cursor_load(self->cursor, &chunk, &times_ns, &values);
        if (rc == 0)
            samples_add_within(&self->samples, times_ns, values, chunk.count,
                               range);
    }
    if (rc == -ENODATA)
        return 0;
    (void)snprintf(self->what->why, sizeof(self->what->why),
                   "part %08" PRIu64 " cannot be read: %s; weir verify says "
                   "more",
                   item->number,
                   rc == -EBADMSG ? "it is damaged" : strerror(-rc));
    return rc;
}

/* Giving ------------------------------------------------------------------- */

/* Gives what was gathered. */
static int
give(struct extracting *self, const struct told *told)
{
    const struct extract *what = self->what;
    int rc = 0;

    if (self->samples.count == 0)
        return 0;
    samples_tidy(&self->samples);
    if (!self->told)
        rc = what->series(what->arg, &told->series);
    self->told = true;
    if (rc == 0)
        rc = what->samples(what->arg, self->samples.times_ns,
                           self->samples.values, self->samples.count);
    self->samples.count = 0;
    return rc;
}

/* Adds what the head has until 'until_ns' and was not given yet. */
static void
add_late(struct extracting *self, int64_t until_ns)
{
    const struct samples *late = &self->late;

    for (; self->late_at < late->count &&
           late->times_ns[self->late_at] <= until_ns;
         self->late_at++)
        samples_add(&self->samples, late->times_ns[self->late_at],
                    late->values[self->late_at]);
}

/* Gives the samples of a day, of which leaves 'begin' to 'end' are, and before
 * it those that only the head has. */
static int
give_day(struct extracting *self, const struct told *told, uint32_t begin,
         uint32_t end)
{
    const struct extract *what = self->what;
    int32_t day = self->leaves[begin].day;
    int rc = 0;

    if (day_last_ns(day) <= what->after_ns ||
        day_begin_ns(day) > what->until_ns)
        return 0;
    add_late(self, day_begin_ns(day) - 1);
    rc = give(self, told);
    for (uint32_t i = begin; rc == 0 && i < end; i++)
        rc = read_part(self, self->parts->items[self->leaves[i].index],
                       told->number);
    if (rc < 0)
        return rc;
    add_late(self, day_last_ns(day));
    return give(self, told);
}

static int
give_series(struct extracting *self, const struct told *told)
{
    int rc = 0;

    self->told = false;
    if (!look_at(self, told))
        return 0;
    for (uint32_t i = 0, end = 0; rc == 0 && i < self->parts->count; i = end) {
        for (end = i + 1; end < self->parts->count &&
                          self->leaves[end].day == self->leaves[i].day;)
            end++;
        rc = give_day(self, told, i, end);
    }
    if (rc < 0)
        return rc;
    add_late(self, INT64_MAX);
    return give(self, told);
}

static int
give_name(struct extracting *self, const char *name)
{
    struct told_few few = {0};
    roaring_uint32_iterator_t next;
    uint32_t numbers[TOLD_FEW];
    uint32_t count = 0;
    roaring_bitmap_t *named = x_or_die(roaring_bitmap_create());
    int rc = 0;

    postings_apply(self->tsdb->head.index, POSTINGS_JOIN, "__name__", name,
                   named);
    roaring_bitmap_and_inplace(named, self->numbers);
    roaring_init_iterator(named, &next);
    while (rc == 0 &&
           (count = roaring_read_uint32_iterator(&next, numbers, TOLD_FEW))) {
        told_look(&few, &self->tsdb->head, numbers, count, self->generation);
        for (uint32_t i = 0; rc == 0 && i < few.count; i++)
            rc = give_series(self, &few.items[i]);
    }
    roaring_bitmap_free(named);
    arena_clear(&few.texts);
    return rc;
}

static int
give_all(struct extracting *self)
{
    struct textset names = {0};
    int rc = self->what->names ? tell_labels(self) : 0;

    find_names(self, &names);
    for (size_t i = 0; rc == 0 && i < names.count; i++)
        rc = give_name(self, names.texts[i]);
    textset_fini(&names);
    return rc;
}

int
extract_run(struct extract *what, struct tsdb *tsdb)
{
    struct extracting self = {.what = what, .tsdb = tsdb};

    what->why[0] = '\0';
    int rc = find_numbers(&self);
    if (rc == 0)
        rc = give_all(&self);
    drop_parts(&self);
    if (self.numbers)
        roaring_bitmap_free(self.numbers);
    samples_fini(&self.late);
    samples_fini(&self.samples);
    return rc;
}
