/* families.c - what was told of metrics, and the names of their parts */
#include <config.h>

#include "families.h"

#include <errno.h>
#include <search.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

/* Endings of names, and whose parts they are. */
static const struct {
    const char *text;
    bool of_histogram, of_summary;
} endings[] = {
    {"_bucket", true, false}, {"_sum", true, true},    {"_count", true, true},
    {"_total", false, false}, {"_info", false, false},
};

enum { ENDING_COUNT = sizeof(endings) / sizeof(endings[0]) };

static int
compare(const void *left, const void *right)
{
    const struct weir_metric *const a = left;
    const struct weir_metric *const b = right;

    return strcmp(a->name, b->name);
}

static char *
copy_text(const char *text)
{
    char *copy = strdup(text);

    if (!copy)
        abort();
    return copy;
}

/* The texts are ours, though the struct says that they do not change. */
static void
free_text(const char *text)
{
    union {
        const char *kept;
        char *owned;
    } memory = {text};

    free(memory.owned);
}

static void
destroy(void *memory)
{
    struct weir_metric *metric = memory;

    free_text(metric->name);
    free_text(metric->unit);
    free_text(metric->help);
    free(metric);
}

static const struct weir_metric *
find(const struct families *self, const char *name)
{
    const struct weir_metric wanted = {.name = name};
    struct weir_metric *const *found = tfind(&wanted, &self->tree, compare);

    return found ? *found : NULL;
}

void
families_add(struct families *self, const struct weir_metric *metric)
{
    if (self->count == FAMILIES_MOST || find(self, metric->name))
        return;
    struct weir_metric *made = calloc(1, sizeof(*made));
    if (!made)
        abort();
    *made = (struct weir_metric){
        .name = copy_text(metric->name),
        .type = metric->type,
        .unit = copy_text(metric->unit),
        .help = copy_text(metric->help),
    };
    if (!tsearch(made, &self->tree, compare))
        abort();
    self->count++;
}

/* Returns the number of the ending that 'name' has, or ENDING_COUNT. */
static size_t
ending_of(const char *name, size_t length)
{
    size_t i = 0;

    for (; i < ENDING_COUNT; i++) {
        size_t size = strlen(endings[i].text);
        if (length > size && strcmp(name + length - size, endings[i].text) == 0)
            break;
    }
    return i;
}

static bool
is_part(const struct weir_metric *metric, size_t ending)
{
    if (metric->type == WEIR_HISTOGRAM)
        return endings[ending].of_histogram;
    return metric->type == WEIR_SUMMARY && endings[ending].of_summary;
}

/* What a name alone suggests. */
static enum weir_type
guess(size_t ending)
{
    if (ending < ENDING_COUNT && strcmp(endings[ending].text, "_total") == 0)
        return WEIR_COUNTER;
    if (ending < ENDING_COUNT && strcmp(endings[ending].text, "_bucket") == 0)
        return WEIR_HISTOGRAM;
    return WEIR_UNTYPED;
}

int
families_split(const struct families *self, const char *name,
               const struct weir_metric *known, struct family_name *ret_name)
{
    size_t length = strlen(name);
    size_t ending = ending_of(name, length);

    if (length > FAMILY_NAME_MOST)
        return -EINVAL;
    size_t base =
        ending < ENDING_COUNT ? length - strlen(endings[ending].text) : length;
    memcpy(ret_name->text, name, length + 1);
    if (!known)
        known = find(self, name);
    if (!known && base < length) {
        ret_name->text[base] = '\0';
        known = find(self, ret_name->text);
        memcpy(ret_name->text, name, length + 1);
    }
    ret_name->metric =
        (struct weir_metric){ret_name->text, guess(ending), "", ""};
    if (known)
        ret_name->metric = (struct weir_metric){ret_name->text, known->type,
                                                known->unit, known->help};
    ret_name->suffix = "";
    if (ending < ENDING_COUNT && is_part(&ret_name->metric, ending)) {
        ret_name->text[base] = '\0';
        ret_name->suffix = endings[ending].text;
    }
    return 0;
}

void
families_fini(struct families *self)
{
    tdestroy(self->tree, destroy);
    *self = (struct families){0};
}
