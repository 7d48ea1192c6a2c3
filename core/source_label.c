/* source_label.c - the labels of a series and those of its source */
#include <config.h>

#include <errno.h>
#include <string.h>

#include "base.h"
#include "series.h"
#include "source.h"

static const char name_label[] = "__name__";

/* Joins two sorted sets into 'out'; of a name in both, that of 'own' counts,
 * and an empty value is no label.  Returns false when there are too many. */
static bool
merge_labels(const struct weir_label *own, const struct weir_label *common,
             struct weir_label out[SOURCE_LABELS_ROOM])
{
    size_t count = 0;

    while (own->name || common->name) {
        int order = !own->name      ? 1
                    : !common->name ? -1
                                    : strcmp(own->name, common->name);
        const struct weir_label *next = order <= 0 ? own : common;
        own += order <= 0;
        common += order >= 0;
        if (!*next->value)
            continue;
        if (count >= SERIES_LABELS_MOST)
            return false;
        out[count++] = *next;
    }
    out[count] = (struct weir_label){0};
    return true;
}

/* Returns a name that neither the series nor the source has. */
static const char *
other_name(const struct weir_source *self, const struct weir_label *own,
           const char *name, struct arena *texts)
{
    static const char prefix[] = "exported_";

    do {
        size_t size = sizeof(prefix) + strlen(name);
        char *other = arena_alloc(texts, size);
        (void)snprintf(other, size, "%s%s", prefix, name);
        name = other;
    } while (labels_get(own, name) || labels_get(self->settings.labels, name));
    return name;
}

/* Renames the labels of a series that the source has, too. */
static void
rename_labels(const struct weir_source *self, struct weir_label *own,
              struct arena *texts)
{
    for (struct weir_label *label = own; label->name; label++)
        if (labels_get(self->settings.own, label->name))
            label->name = other_name(self, own, label->name, texts);
}

int
source_complete(const struct weir_source *self, const struct weir_series *given,
                struct weir_label labels[SOURCE_LABELS_ROOM],
                struct arena *texts, struct weir_series *ret_series)
{
    struct weir_label own[SERIES_LABELS_MOST + 1];
    size_t count = labels_count(given->labels);

    if (count > SERIES_LABELS_MOST)
        return -EINVAL;
    if (count)
        memcpy(own, given->labels, count * sizeof(*own));
    own[count] = (struct weir_label){0};
    if (self->insists)
        rename_labels(self, own, texts);
    labels_sort(own);
    if (!merge_labels(own, self->settings.labels, labels))
        return -EINVAL;
    *ret_series = (struct weir_series){given->metric, given->suffix, labels};
    return series_valid(ret_series) ? 0 : -EINVAL;
}

/* What the plugin sees: the labels, and the name as one of them. */
static void
show_name(const struct weir_series *series, struct arena *texts,
          struct weir_label shown[SERIES_LABELS_MOST + 2])
{
    size_t count = labels_count(series->labels);
    size_t size = strlen(series->metric->name) + strlen(series->suffix) + 1;
    char *name = arena_alloc(texts, size);

    (void)snprintf(name, size, "%s%s", series->metric->name, series->suffix);
    if (count)
        memcpy(shown, series->labels, count * sizeof(*shown));
    shown[count] = (struct weir_label){name_label, name};
    shown[count + 1] = (struct weir_label){0};
    labels_sort(shown);
}

/* A part of a metric stays a part, if the new name ends like it. */
static void
rename_series(struct weir_series *series, const char *name, struct arena *texts)
{
    struct weir_metric *metric = arena_alloc(texts, sizeof(*metric));
    size_t length = strlen(name);
    size_t suffix = strlen(series->suffix);

    *metric = *series->metric;
    if (length > suffix && strcmp(name + length - suffix, series->suffix) == 0)
        length -= suffix;
    else
        series->suffix = "";
    metric->name = arena_bytes(texts, name, length);
    series->metric = metric;
}

/* Takes the labels in, and returns the name among them: "" when there is none,
 * NULL when there are too many. */
static const char *
take_changed(const struct weir_label *changed,
             struct weir_label labels[SOURCE_LABELS_ROOM])
{
    const char *name = "";
    size_t count = 0;

    for (; changed->name; changed++) {
        if (strcmp(changed->name, name_label) == 0)
            name = changed->value;
        else if (count < SERIES_LABELS_MOST)
            labels[count++] = *changed;
        else
            return NULL;
    }
    labels[count] = (struct weir_label){0};
    return name;
}

int
source_rewrite(const struct weir_source *self,
               struct weir_label labels[SOURCE_LABELS_ROOM],
               struct arena *texts, struct weir_series *series)
{
    struct weir_label shown[SERIES_LABELS_MOST + 2];
    const struct weir_label *changed = NULL;

    show_name(series, texts, shown);
    int rc = self->rewrite(self->rewrite_arg, shown, &changed);
    if (rc <= 0)
        return rc;
    const char *name = take_changed(changed, labels);
    if (name && strcmp(name, labels_get(shown, name_label)) != 0)
        rename_series(series, name, texts);
    if (name && series_valid(series))
        return 1;
    self->settings.figures->invalid_series++;
    return -EINVAL;
}
