/* answer_texts.c - names, values and metrics of series, each told once */
#include <config.h>

#include "answer_texts.h"

#include <xxhash.h>

#include "series.h"

enum { WHOLE_NAME_MOST = 2 * SERIES_NAME_MOST };

static void
file_texts(struct answer_texts *self, uint64_t hash)
{
    if (!table_full(&self->told)) {
        table_put(&self->told, hash, self->count - 1);
        return;
    }
    table_reset(&self->told, self->count);
    for (uint32_t i = 0; i < self->count; i++)
        table_put(&self->told,
                  XXH3_64bits(self->items[i], strlen(self->items[i])), i);
}

/* Notes the text; returns false when it was told before. */
static bool
is_news(struct answer_texts *self, const char *text)
{
    size_t size = strlen(text);
    uint64_t hash = XXH3_64bits(text, size);
    uint32_t step = 0, number = 0;

    while (table_next(&self->told, hash, &step, &number))
        if (strcmp(self->items[number], text) == 0)
            return false;
    if (self->count == self->room) {
        self->room = self->room ? 2 * self->room : 64;
        self->items = xrealloc(self->items, self->room, sizeof(*self->items));
    }
    self->items[self->count++] = arena_bytes(&self->texts, text, size);
    file_texts(self, hash);
    return true;
}

int
answer_texts_give_text(struct answer_texts *self, const char *text)
{
    return is_news(self, text) ? weir_sink_text(self->sink, text) : 0;
}

static int
give_names(struct answer_texts *self, const struct weir_series *series)
{
    int rc = answer_texts_give_text(self, "__name__");

    for (const struct weir_label *label = series->labels;
         rc >= 0 && label->name; label++)
        rc = answer_texts_give_text(self, label->name);
    return rc;
}

static int
give_value(struct answer_texts *self, const struct weir_series *series)
{
    const char *wanted = self->what->label;
    char whole[WHOLE_NAME_MOST];

    if (strcmp(wanted, "__name__") == 0) {
        (void)snprintf(whole, sizeof(whole), "%s%s", series->metric->name,
                       series->suffix);
        return answer_texts_give_text(self, whole);
    }
    const char *value = labels_get(series->labels, wanted);
    return value ? answer_texts_give_text(self, value) : 0;
}

static int
give_metric(struct answer_texts *self, const struct weir_series *series)
{
    static const struct weir_label no_labels[] = {{0}};
    const struct weir_series whole = {series->metric, "", no_labels};

    return is_news(self, whole.metric->name)
               ? weir_sink_series(self->sink, &whole)
               : 0;
}

int
answer_texts_give(struct answer_texts *self, const struct weir_series *series)
{
    switch (self->what->want) {
    case WEIR_LABEL_NAMES:
        return give_names(self, series);
    case WEIR_LABEL_VALUES:
        return give_value(self, series);
    case WEIR_METRICS:
        return give_metric(self, series);
    default:
        return 0;
    }
}

void
answer_texts_fini(struct answer_texts *self)
{
    table_fini(&self->told);
    free(self->items);
    arena_clear(&self->texts);
}
