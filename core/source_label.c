/* source_label.c - the labels of a series and those of its source */
#include <config.h>

#include <errno.h>
#include <string.h>

#include "base.h"
#include "series.h"
#include "source.h"

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
