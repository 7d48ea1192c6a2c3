/* series.c - metrics and label sets: what is valid, equal, and in which order
 */
#include <config.h>

#include "series.h"

#include <string.h>
#include <sys/auxv.h>
#define XXH_STATIC_LINKING_ONLY /* for a state on the stack */
#include <xxhash.h>

#include "base.h"
#include "utf8.h"

static bool
is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

static bool
name_valid(const char *text, bool colons)
{
    size_t length = 0;

    for (; text[length]; length++) {
        char c = text[length];
        bool digit = c >= '0' && c <= '9' && length > 0;
        if (!is_letter(c) && !digit && !(colons && c == ':'))
            return false;
        if (length >= SERIES_NAME_MOST)
            return false;
    }
    return length > 0;
}

bool
series_metric_name_valid(const char *text)
{
    return name_valid(text, true);
}

bool
series_label_name_valid(const char *text)
{
    return name_valid(text, false) && strcmp(text, "__name__") != 0;
}

static bool
value_valid(const char *text)
{
    const char *at = text;

    while (*at) {
        size_t length = utf8_length(at);
        if (!length)
            return false;
        at += length;
    }
    return at - text <= SERIES_VALUE_MOST;
}

static bool
label_valid(const struct weir_label *label)
{
    return label->value && series_label_name_valid(label->name) &&
           value_valid(label->value);
}

static bool
suffix_valid(const char *suffix)
{
    return !*suffix || name_valid(suffix, true);
}

bool
series_valid(const struct weir_series *series)
{
    if (!series_metric_name_valid(series->metric->name) ||
        !suffix_valid(series->suffix))
        return false;

    const struct weir_label *labels = series->labels;
    for (size_t i = 0; labels[i].name; i++) {
        if (i >= SERIES_LABELS_MOST || !label_valid(&labels[i]))
            return false;
        if (i && strcmp(labels[i - 1].name, labels[i].name) >= 0)
            return false;
    }
    return true;
}

size_t
labels_count(const struct weir_label *labels)
{
    size_t count = 0;

    while (labels && labels[count].name)
        count++;
    return count;
}

const char *
labels_get(const struct weir_label *labels, const char *name)
{
    for (; labels && labels->name; labels++)
        if (strcmp(labels->name, name) == 0)
            return labels->value;
    return NULL;
}

/* Sets are small and nearly sorted: by insertion. */
void
labels_sort(struct weir_label *labels)
{
    for (size_t i = 1; labels[0].name && labels[i].name; i++) {
        struct weir_label moved = labels[i];
        size_t at = i;
        for (; at && strcmp(labels[at - 1].name, moved.name) > 0; at--)
            labels[at] = labels[at - 1];
        labels[at] = moved;
    }
}

uint64_t
series_seed(void)
{
    const void *random = NULL;
    unsigned long address = getauxval(AT_RANDOM);
    uint64_t bits = 0;

    memcpy(&random, &address, sizeof(random));
    if (random)
        memcpy(&bits, random, sizeof(bits));
    return bits;
}

uint64_t
series_hash(const struct weir_series *series)
{
    XXH64_state_t state;

    (void)XXH64_reset(&state, series_seed());
    (void)XXH64_update(&state, series->metric->name,
                       strlen(series->metric->name));
    (void)XXH64_update(&state, series->suffix, strlen(series->suffix) + 1);
    for (const struct weir_label *l = series->labels; l->name; l++) {
        (void)XXH64_update(&state, l->name, strlen(l->name) + 1);
        (void)XXH64_update(&state, l->value, strlen(l->value) + 1);
    }
    return XXH64_digest(&state);
}

/* Texts are often shared. */
static int
compare_texts(const char *a, const char *b)
{
    return a == b ? 0 : strcmp(a, b);
}

/* Compares the names with their suffixes, as if each were one text. */
static int
compare_names(const struct weir_series *a, const struct weir_series *b)
{
    const char *left = a->metric->name;
    const char *right = b->metric->name;
    bool left_ends = false;
    bool right_ends = false;

    if (left == right)
        return compare_texts(a->suffix, b->suffix);
    for (;; left++, right++) {
        if (!*left && !left_ends) {
            left = a->suffix;
            left_ends = true;
        }
        if (!*right && !right_ends) {
            right = b->suffix;
            right_ends = true;
        }
        if (*left != *right || !*left)
            return (unsigned char)*left - (unsigned char)*right;
    }
}

static int
compare_labels(const struct weir_label *a, const struct weir_label *b)
{
    for (; a->name && b->name; a++, b++) {
        int order = compare_texts(a->name, b->name);
        if (order == 0)
            order = compare_texts(a->value, b->value);
        if (order != 0)
            return order;
    }
    return (a->name != NULL) - (b->name != NULL);
}

int
series_compare(const struct weir_series *a, const struct weir_series *b)
{
    int order = compare_names(a, b);
    return order ? order : compare_labels(a->labels, b->labels);
}

bool
series_equal(const struct weir_series *a, const struct weir_series *b)
{
    return series_compare(a, b) == 0;
}

const struct weir_label *
labels_copy_like(struct arena *arena, const struct weir_label *labels,
                 const struct weir_label *like)
{
    if (like && labels && compare_labels(labels, like) == 0)
        return like;
    size_t count = labels_count(labels);
    struct weir_label *copy = arena_words(arena, (count + 1) * sizeof(*copy));

    for (size_t i = 0; i < count; i++) {
        const struct weir_label *label = &labels[i];
        while (like && like->name && strcmp(like->name, label->name) < 0)
            like++;
        bool named = like && like->name && strcmp(like->name, label->name) == 0;
        bool valued = named && strcmp(like->value, label->value) == 0;
        copy[i].name = named ? like->name : arena_text(arena, label->name);
        copy[i].value = valued ? like->value : arena_text(arena, label->value);
    }
    return copy;
}

const struct weir_label *
labels_copy(struct arena *arena, const struct weir_label *labels)
{
    return labels_copy_like(arena, labels, NULL);
}

static void
write_escaped(FILE *out, const char *text)
{
    for (; *text; text++) {
        if (*text == '\n')
            (void)fputs("\\n", out);
        else if (*text == '"' || *text == '\\')
            (void)fprintf(out, "\\%c", *text);
        else
            (void)fputc(*text, out);
    }
}

char *
series_text(const struct weir_series *series)
{
    char *text = NULL;
    size_t size = 0;
    FILE *out = x_or_die(open_memstream(&text, &size));

    (void)fprintf(out, "%s%s", series->metric->name, series->suffix);
    for (const struct weir_label *l = series->labels; l->name; l++) {
        (void)fprintf(out, "%s%s=\"", l == series->labels ? "{" : ",", l->name);
        write_escaped(out, l->value);
        (void)fputc('"', out);
    }
    if (series->labels->name)
        (void)fputc('}', out);
    (void)fclose(out);
    return x_or_die(text);
}
