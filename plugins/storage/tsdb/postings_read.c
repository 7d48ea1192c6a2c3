/* postings_read.c - looks at the label index, each for a bounded time */
#include <config.h>

#include <stdio.h>
#include <string.h>

#include "base.h"
#include "postings_inner.h"

/* Returns the set of the label's value, of the label when that is NULL, or NULL
 * when there is none. */
static const struct numbers *
find(const struct postings *self, const char *name, const char *value)
{
    uint32_t number = postings_find_name(self, name);

    if (number == POSTINGS_NONE || !value)
        return number == POSTINGS_NONE ? NULL : &self->names[number].series;
    uint32_t pair = postings_find_pair(self, number, value);
    return pair == POSTINGS_NONE ? NULL : &self->pairs[pair].series;
}

void
postings_apply(struct postings *self, enum postings_do what, const char *name,
               const char *value, roaring_bitmap_t *set)
{
    static const struct numbers none;

    (void)pthread_rwlock_rdlock(&self->lock);
    const struct numbers *found = find(self, name, value);
    if (!found)
        found = &none;
    switch (what) {
    case POSTINGS_JOIN:
        numbers_join(found, set);
        break;
    case POSTINGS_KEEP:
        numbers_keep(found, set);
        break;
    case POSTINGS_TAKE_OUT:
        numbers_take_out(found, set);
        break;
    }
    (void)pthread_rwlock_unlock(&self->lock);
}

roaring_bitmap_t *
postings_all(struct postings *self)
{
    (void)pthread_rwlock_rdlock(&self->lock);
    roaring_bitmap_t *all = x_or_die(roaring_bitmap_copy(self->all));
    (void)pthread_rwlock_unlock(&self->lock);
    return all;
}

uint32_t
postings_count(struct postings *self, const char *name, const char *value)
{
    (void)pthread_rwlock_rdlock(&self->lock);
    const struct numbers *found = find(self, name, value);
    uint32_t count = found ? found->count : 0;
    (void)pthread_rwlock_unlock(&self->lock);
    return count;
}

uint32_t
postings_value_count(struct postings *self, const char *name)
{
    (void)pthread_rwlock_rdlock(&self->lock);
    uint32_t number = postings_find_name(self, name);
    uint32_t count = number == POSTINGS_NONE ? 0 : self->names[number].used;
    (void)pthread_rwlock_unlock(&self->lock);
    return count;
}

/* Walking ------------------------------------------------------------------ */

/* Copies the value; returns false when there is no room any more. */
static bool
take_value(struct postings_walk *walk, size_t *used_p, uint32_t number,
           const char *value)
{
    size_t size = strlen(value) + 1;

    if (walk->count == POSTINGS_FEW || size > sizeof(walk->texts) - *used_p)
        return false;
    memcpy(walk->texts + *used_p, value, size);
    walk->values[walk->count] = walk->texts + *used_p;
    walk->pairs[walk->count++] = number;
    *used_p += size;
    return true;
}

static void
walk_list(const struct postings *self, const struct postings_name *name,
          struct postings_walk *walk)
{
    size_t used = 0;
    uint32_t until = walk->next + 4 * POSTINGS_FEW;

    if (until > name->count)
        until = name->count;
    for (; walk->next < until; walk->next++) {
        uint32_t number = name->pairs[walk->next];
        if (number == POSTINGS_NONE)
            continue;
        const struct postings_pair *pair = &self->pairs[number];
        if (walk->among && !numbers_meet(&pair->series, walk->among))
            continue;
        if (!take_value(walk, &used, number, pair->value))
            break;
    }
}

bool
postings_walk(struct postings *self, struct postings_walk *walk)
{
    bool more = false;

    walk->count = 0;
    (void)pthread_rwlock_rdlock(&self->lock);
    uint32_t number = postings_find_name(self, walk->name);
    if (number != POSTINGS_NONE) {
        const struct postings_name *name = &self->names[number];
        if (walk->tidied != name->tidied)
            walk->next = 0;
        walk->tidied = name->tidied;
        more = walk->next < name->count;
        walk_list(self, name, walk);
    }
    (void)pthread_rwlock_unlock(&self->lock);
    return more;
}

void
postings_join_marked(struct postings *self, const struct postings_walk *walk,
                     uint64_t marked, roaring_bitmap_t *set)
{
    if (!marked)
        return;
    (void)pthread_rwlock_rdlock(&self->lock);
    for (uint32_t i = 0; i < walk->count; i++)
        if (marked >> i & 1)
            numbers_join(&self->pairs[walk->pairs[i]].series, set);
    (void)pthread_rwlock_unlock(&self->lock);
}

uint32_t
postings_generation(struct postings *self)
{
    (void)pthread_rwlock_rdlock(&self->lock);
    uint32_t generation = self->generation;
    (void)pthread_rwlock_unlock(&self->lock);
    return generation;
}

/* Figures ------------------------------------------------------------------ */

static uint32_t
count_among(const struct numbers *numbers, const roaring_bitmap_t *among,
            roaring_bitmap_t *scratch)
{
    if (!among)
        return numbers->count;
    roaring_bitmap_clear(scratch);
    numbers_join(numbers, scratch);
    return (uint32_t)roaring_bitmap_and_cardinality(scratch, among);
}

/* Who asks for it is the one thread that changes the index. */
uint32_t
postings_largest(struct postings *self, const char *name,
                 const roaring_bitmap_t *among, char *text, size_t size)
{
    roaring_bitmap_t *scratch = x_or_die(roaring_bitmap_create());
    uint32_t number = postings_find_name(self, name);
    uint32_t most = 0;

    (void)snprintf(text, size, "%s", "");
    for (uint32_t i = 0;
         number != POSTINGS_NONE && i < self->names[number].count; i++) {
        uint32_t at = self->names[number].pairs[i];
        if (at == POSTINGS_NONE || self->pairs[at].series.count <= most)
            continue;
        uint32_t count = count_among(&self->pairs[at].series, among, scratch);
        if (count <= most)
            continue;
        most = count;
        (void)snprintf(text, size, "%s", self->pairs[at].value);
    }
    roaring_bitmap_free(scratch);
    return most;
}

static size_t
table_size(const struct table *table)
{
    return table->slots ? ((size_t)table->mask + 1) * sizeof(*table->slots) : 0;
}

void
postings_figures(struct postings *self, struct postings_figures *ret_figures)
{
    (void)pthread_rwlock_rdlock(&self->lock);
    size_t size = self->text_size + roaring_bitmap_size_in_bytes(self->all) +
                  table_size(&self->name_pool.by_hash) +
                  table_size(&self->pair_pool.by_hash) +
                  table_size(&self->metric_pool.by_hash) +
                  self->name_pool.room * sizeof(*self->names) +
                  self->pair_pool.room * sizeof(*self->pairs);
    for (uint32_t i = 0; i < self->name_pool.count; i++)
        size += numbers_size(&self->names[i].series) +
                self->names[i].room * sizeof(uint32_t);
    for (uint32_t i = 0; i < self->pair_pool.count; i++)
        size += numbers_size(&self->pairs[i].series);
    *ret_figures =
        (struct postings_figures){self->name_pool.used, self->pair_pool.used,
                                  self->metric_pool.used, size};
    (void)pthread_rwlock_unlock(&self->lock);
}
