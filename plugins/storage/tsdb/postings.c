/* postings.c - the label index: how it changes; postings_read.c is the rest */
#include <config.h>

#include "postings.h"

#include <stdio.h>
#include <string.h>
#include <xxhash.h>

#include "base.h"
#include "lock.h"
#include "postings_inner.h"
#include "series.h"

enum { ROOM_LEAST = 16, WHOLE_NAME_MOST = 2 * SERIES_NAME_MOST };

struct postings *
postings_new(void)
{
    struct postings *self = xcalloc(1, sizeof(*self));

    lock_init(&self->lock);
    self->all = x_or_die(roaring_bitmap_create());
    return self;
}

void
postings_destroy(struct postings **self_p)
{
    struct postings *self = *self_p;

    if (!self)
        return;
    for (uint32_t i = 0; i < self->name_pool.count; i++) {
        numbers_fini(&self->names[i].series);
        free(self->names[i].pairs);
        free(self->names[i].text);
    }
    for (uint32_t i = 0; i < self->pair_pool.count; i++) {
        numbers_fini(&self->pairs[i].series);
        free(self->pairs[i].value);
    }
    for (uint32_t i = 0; i < self->metric_pool.count; i++)
        free(self->metrics[i]);
    free(self->names);
    free(self->pairs);
    free(self->metrics);
    postings_pool_fini(&self->name_pool);
    postings_pool_fini(&self->pair_pool);
    postings_pool_fini(&self->metric_pool);
    roaring_bitmap_free(self->all);
    (void)pthread_rwlock_destroy(&self->lock);
    free(self);
    *self_p = NULL;
}

/* Texts -------------------------------------------------------------------- */

static char *
keep_text(struct postings *self, const char *text)
{
    size_t size = strlen(text) + 1;
    char *copy = xrealloc(NULL, 1, size);

    memcpy(copy, text, size);
    self->text_size += size;
    return copy;
}

static void
drop_text(struct postings *self, char **text_p)
{
    self->text_size -= strlen(*text_p) + 1;
    free(*text_p);
    *text_p = NULL;
}

/* Names -------------------------------------------------------------------- */

static uint64_t
text_hash(const char *text, uint64_t seed)
{
    return XXH3_64bits_withSeed(text, strlen(text), seed ^ series_seed());
}

static bool
name_hash(const void *index, uint32_t number, uint64_t *ret_hash)
{
    const struct postings *self = index;
    const char *text = self->names[number].text;

    if (text)
        *ret_hash = text_hash(text, 0);
    return text != NULL;
}

uint32_t
postings_find_name(const struct postings *self, const char *text)
{
    uint64_t hash = text_hash(text, 0);
    uint32_t step = 0, number = 0;

    while (table_next(&self->name_pool.by_hash, hash, &step, &number)) {
        const char *known = self->names[number].text;
        if (known && strcmp(known, text) == 0)
            return number;
    }
    return POSTINGS_NONE;
}

static uint32_t
take_name(struct postings *self, const char *text)
{
    uint32_t number = postings_find_name(self, text);

    if (number != POSTINGS_NONE)
        return number;
    number = postings_pool_take(&self->name_pool, &self->names,
                                sizeof(*self->names));
    self->names[number].text = keep_text(self, text);
    postings_pool_file(&self->name_pool, name_hash, self, number);
    return number;
}

/* Closes the gaps in the list when they are more than what is left. */
static void
tidy_list(struct postings *self, struct postings_name *name)
{
    uint32_t count = 0;

    if (name->count < ROOM_LEAST || name->used > name->count / 2)
        return;
    for (uint32_t i = 0; i < name->count; i++) {
        if (name->pairs[i] == POSTINGS_NONE)
            continue;
        self->pairs[name->pairs[i]].place = count;
        name->pairs[count++] = name->pairs[i];
    }
    name->count = count;
    name->tidied++;
}

static void
list_pair(struct postings *self, uint32_t number)
{
    struct postings_pair *pair = &self->pairs[number];
    struct postings_name *name = &self->names[pair->name];

    if (name->count == name->room) {
        name->room = name->room ? name->room + name->room / 2 : 2;
        name->pairs = xrealloc(name->pairs, name->room, sizeof(*name->pairs));
    }
    pair->place = name->count;
    name->pairs[name->count++] = number;
    name->used++;
}

static void
drop_name(struct postings *self, uint32_t number)
{
    struct postings_name *name = &self->names[number];

    free(name->pairs);
    drop_text(self, &name->text);
    *name = (struct postings_name){.tidied = name->tidied + 1};
    postings_pool_give_back(&self->name_pool, number);
}

/* Pairs -------------------------------------------------------------------- */

static bool
pair_hash(const void *index, uint32_t number, uint64_t *ret_hash)
{
    const struct postings *self = index;
    const struct postings_pair *pair = &self->pairs[number];

    if (pair->value)
        *ret_hash = text_hash(pair->value, pair->name + 1);
    return pair->value != NULL;
}

uint32_t
postings_find_pair(const struct postings *self, uint32_t name,
                   const char *value)
{
    uint64_t hash = text_hash(value, (uint64_t)name + 1);
    uint32_t step = 0, number = 0;

    while (table_next(&self->pair_pool.by_hash, hash, &step, &number)) {
        const struct postings_pair *pair = &self->pairs[number];
        if (pair->value && pair->name == name &&
            strcmp(pair->value, value) == 0)
            return number;
    }
    return POSTINGS_NONE;
}

static uint32_t
take_pair(struct postings *self, uint32_t name, const char *value)
{
    uint32_t number = postings_find_pair(self, name, value);

    if (number != POSTINGS_NONE)
        return number;
    number = postings_pool_take(&self->pair_pool, &self->pairs,
                                sizeof(*self->pairs));
    self->pairs[number].value = keep_text(self, value);
    self->pairs[number].name = name;
    list_pair(self, number);
    postings_pool_file(&self->pair_pool, pair_hash, self, number);
    return number;
}

/* Returns the label with texts that are kept. */
static struct weir_label
add_label(struct postings *self, uint32_t number, const char *name,
          const char *value)
{
    uint32_t name_number = take_name(self, name);
    uint32_t pair = take_pair(self, name_number, value);

    numbers_add(&self->pairs[pair].series, number);
    if (*value)
        numbers_add(&self->names[name_number].series, number);
    return (struct weir_label){self->names[name_number].text,
                               self->pairs[pair].value};
}

static void
drop_pair(struct postings *self, uint32_t number)
{
    struct postings_pair *pair = &self->pairs[number];
    struct postings_name *name = &self->names[pair->name];

    name->pairs[pair->place] = POSTINGS_NONE;
    name->used--;
    drop_text(self, &pair->value);
    postings_pool_give_back(&self->pair_pool, number);
    tidy_list(self, name);
}

static void
remove_label(struct postings *self, uint32_t number, const char *name,
             const char *value)
{
    uint32_t name_number = postings_find_name(self, name);
    uint32_t pair = postings_find_pair(self, name_number, value);

    if (*value)
        numbers_remove(&self->names[name_number].series, number);
    numbers_remove(&self->pairs[pair].series, number);
    if (self->pairs[pair].series.count == 0)
        drop_pair(self, pair);
    if (self->names[name_number].used == 0)
        drop_name(self, name_number);
}

/* Metrics ------------------------------------------------------------------ */

static uint64_t
hash_of_metric(const struct weir_metric *metric)
{
    return text_hash(
        metric->name,
        text_hash(metric->help, text_hash(metric->unit, metric->type)));
}

static bool
metric_hash(const void *index, uint32_t number, uint64_t *ret_hash)
{
    const struct postings *self = index;
    const struct postings_metric *item = self->metrics[number];

    if (item)
        *ret_hash = hash_of_metric(&item->metric);
    return item != NULL;
}

static uint32_t
find_metric(const struct postings *self, const struct weir_metric *metric)
{
    uint64_t hash = hash_of_metric(metric);
    uint32_t step = 0, number = 0;

    while (table_next(&self->metric_pool.by_hash, hash, &step, &number)) {
        const struct postings_metric *item = self->metrics[number];
        if (item && metric_equal(&item->metric, metric))
            return number;
    }
    return POSTINGS_NONE;
}

static struct postings_metric *
copy_metric(const struct weir_metric *metric)
{
    size_t name = strlen(metric->name) + 1, unit = strlen(metric->unit) + 1;
    size_t help = strlen(metric->help) + 1;
    struct postings_metric *copy =
        xcalloc(1, sizeof(*copy) + name + unit + help);

    memcpy(copy->texts, metric->name, name);
    memcpy(copy->texts + name, metric->unit, unit);
    memcpy(copy->texts + name + unit, metric->help, help);
    copy->metric =
        (struct weir_metric){copy->texts, metric->type, copy->texts + name,
                             copy->texts + name + unit};
    return copy;
}

static const struct weir_metric *
add_metric(struct postings *self, const struct weir_metric *metric)
{
    uint32_t number = find_metric(self, metric);

    if (number == POSTINGS_NONE) {
        number = postings_pool_take(&self->metric_pool, &self->metrics,
                                    sizeof(struct postings_metric *));
        self->metrics[number] = copy_metric(metric);
        postings_pool_file(&self->metric_pool, metric_hash, self, number);
    }
    self->metrics[number]->users++;
    return &self->metrics[number]->metric;
}

static void
remove_metric(struct postings *self, const struct weir_metric *metric)
{
    uint32_t number = find_metric(self, metric);

    if (--self->metrics[number]->users)
        return;
    free(self->metrics[number]);
    self->metrics[number] = NULL;
    postings_pool_give_back(&self->metric_pool, number);
}

/* Series ------------------------------------------------------------------- */

void
postings_add(struct postings *self, uint32_t number,
             const struct weir_series *series, struct weir_series *ret_own,
             struct weir_label *labels)
{
    char whole[WHOLE_NAME_MOST];
    size_t count = 0;

    (void)snprintf(whole, sizeof(whole), "%s%s", series->metric->name,
                   series->suffix);
    (void)pthread_rwlock_wrlock(&self->lock);
    const char *name = add_label(self, number, "__name__", whole).value;
    for (const struct weir_label *at = series->labels; at->name; at++)
        labels[count++] = add_label(self, number, at->name, at->value);
    labels[count] = (struct weir_label){0};
    ret_own->metric = add_metric(self, series->metric);
    ret_own->suffix = name + strlen(series->metric->name);
    ret_own->labels = labels;
    roaring_bitmap_add(self->all, number);
    (void)pthread_rwlock_unlock(&self->lock);
}

void
postings_remove(struct postings *self, uint32_t number,
                const struct weir_series *own)
{
    char whole[WHOLE_NAME_MOST];

    (void)snprintf(whole, sizeof(whole), "%s%s", own->metric->name,
                   own->suffix);
    (void)pthread_rwlock_wrlock(&self->lock);
    self->generation++;
    remove_label(self, number, "__name__", whole);
    for (const struct weir_label *at = own->labels; at->name; at++)
        remove_label(self, number, at->name, at->value);
    remove_metric(self, own->metric);
    roaring_bitmap_remove(self->all, number);
    (void)pthread_rwlock_unlock(&self->lock);
}
