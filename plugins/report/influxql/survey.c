/* survey.c - the series of a database as InfluxDB has them */
#include <config.h>

#include "survey.h"

#include <string.h>

#include <weir/cleanup.h>

#include "../../influx/naming.h"
#include "base.h"

/* The joined name of metric and suffix. */
static const char *
whole_name(struct survey *self, const struct weir_series *series)
{
    size_t size = strlen(series->metric->name) + strlen(series->suffix) + 1;
    char *name = arena_words(&self->arena, size);

    (void)stpcpy(stpcpy(name, series->metric->name), series->suffix);
    return name;
}

static int
compare_tags(const void *left, const void *right)
{
    return strcmp(((const struct tag *)left)->key,
                  ((const struct tag *)right)->key);
}

/* Takes the labels that are tags; returns what NAMING_MEASUREMENT says. */
static const char *
take_tags(struct survey *self, struct found *found,
          const struct weir_label *labels)
{
    const char *measurement = NULL;
    size_t count = 0;

    while (labels[count].name)
        count++;
    found->tags = arena_alloc(&self->arena, count * sizeof(*found->tags));
    for (; labels->name; labels++) {
        if (strcmp(labels->name, NAMING_MEASUREMENT) == 0)
            measurement = labels->value;
        if (strcmp(labels->name, NAMING_MEASUREMENT) == 0 ||
            strcmp(labels->name, NAMING_DATABASE) == 0)
            continue;
        char *key = arena_words(&self->arena, strlen(labels->name) + 1);
        naming_tag(labels->name, key);
        found->tags[found->tag_count++] = (struct tag){
            .key = key, .value = arena_text(&self->arena, labels->value)};
    }
    qsort(found->tags, found->tag_count, sizeof(*found->tags), compare_tags);
    return measurement;
}

static struct found *
add_one(struct survey *self)
{
    if (self->count == self->room) {
        self->room = self->room ? 2 * self->room : 64;
        self->found = xrealloc(self->found, self->room, sizeof(*self->found));
    }
    self->bytes = self->arena.size + self->room * sizeof(*self->found);
    return &self->found[self->count++];
}

void
survey_add_found(struct survey *self, const struct found *found)
{
    *add_one(self) = *found;
}

void
survey_add(struct survey *self, const struct weir_series *series)
{
    struct found *found = add_one(self);

    *found = (struct found){.metric = whole_name(self, series)};
    const char *label = take_tags(self, found, series->labels);
    size_t size = strlen(found->metric) + sizeof("value");
    char *measurement = arena_words(&self->arena, size);
    char *field = arena_words(&self->arena, size);
    naming_split(found->metric, label, measurement, field);
    found->measurement = measurement;
    found->field = field;
}

int
found_compare_tags(const struct found *left, const struct found *right)
{
    size_t i = 0;

    for (; i < left->tag_count && i < right->tag_count; i++) {
        int order = strcmp(left->tags[i].key, right->tags[i].key);
        if (order == 0)
            order = strcmp(left->tags[i].value, right->tags[i].value);
        if (order != 0)
            return order;
    }
    return (left->tag_count > i) - (right->tag_count > i);
}

static int
compare_found(const void *left_p, const void *right_p)
{
    const struct found *left = left_p, *right = right_p;
    int order = strcmp(left->measurement, right->measurement);

    if (order == 0)
        order = found_compare_tags(left, right);
    return order ? order : strcmp(left->field, right->field);
}

void
survey_sort(struct survey *self)
{
    if (self->count)
        qsort(self->found, self->count, sizeof(*self->found), compare_found);
}

int64_t
survey_find_found(const struct survey *self, const struct found *wanted)
{
    const struct found *found = NULL;

    if (self->count)
        found = bsearch(wanted, self->found, self->count, sizeof(*self->found),
                        compare_found);
    return found ? found - self->found : -1;
}

int64_t
survey_find(const struct survey *self, const struct weir_series *series)
{
    weir_cleanup(survey_clear) struct survey one = {0};

    survey_add(&one, series);
    return survey_find_found(self, one.found);
}

const char *
found_tag(const struct found *self, const char *key)
{
    const struct tag wanted = {key, NULL};
    const struct tag *tag = NULL;

    if (self->tag_count)
        tag = bsearch(&wanted, self->tags, self->tag_count, sizeof(*self->tags),
                      compare_tags);
    return tag ? tag->value : "";
}

void
survey_clear(struct survey *self)
{
    free(self->found);
    arena_clear(&self->arena);
    *self = (struct survey){0};
}
