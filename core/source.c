/* source.c - what a source knows of its series */
#include <config.h>

#include "source.h"

#include <assert.h>
#include <errno.h>
#include <string.h>

#include "base.h"
#include "series.h"

enum {
    ENTRIES_SPARE = 1024, /* beyond the limit: series left out, remembered */
};

struct weir_source *
source_new(const struct source_settings *settings)
{
    struct weir_source *self = xcalloc(1, sizeof(*self));

    self->settings = *settings;
    struct weir_label *labels =
        base_own(labels_copy(&self->label_arena, settings->labels));
    labels_sort(labels);
    self->settings.labels = labels;
    self->settings.own = labels_copy(&self->label_arena, settings->own);
    self->batch.source = self;
    self->entry_free = PLACE_NONE;
    return self;
}

void
weir_source_insist(struct weir_source *self)
{
    self->insists = true;
}

void
weir_source_rewrite(struct weir_source *self, weir_rewrite *rewrite, void *arg)
{
    self->rewrite = rewrite;
    self->rewrite_arg = arg;
}

static void
free_sheets(struct weir_source *self)
{
    const struct outlet *outlet = self->settings.outlet;

    for (uint32_t i = 0; i < self->sheet_count; i++) {
        if (self->sheets[i].sent)
            outlet->forget(outlet->arg, layout_number(self->sheets[i].layout));
        sheet_fini(&self->sheets[i]);
    }
    free(self->sheets);
    self->sheets = NULL;
    self->sheet_count = 0;
}

void
source_abandon(struct weir_source **self_p)
{
    struct weir_source *self = *self_p;

    if (!self)
        return;
    self->settings.figures->series -= self->series_count;
    free_sheets(self);
    free(self->entries);
    free(self->places);
    table_fini(&self->by_series);
    table_fini(&self->by_place);
    free(self->keys);
    free(self->followers);
    table_fini(&self->by_key);
    free(self->order);
    free(self->next_order);
    arena_clear(&self->arena);
    arena_clear(&self->label_arena);
    free(self);
    *self_p = NULL;
}

static bool
passes(const struct weir_source *self, const struct weir_series *series)
{
    char name[SERIES_NAME_MOST * 2 + 1];
    const struct source_settings *settings = &self->settings;

    if (!settings->keep && !settings->drop)
        return true;
    (void)snprintf(name, sizeof(name), "%s%s", series->metric->name,
                   series->suffix);
    struct weir_matcher keep = {.match = WEIR_LIKE, .pattern = settings->keep};
    struct weir_matcher drop = {.match = WEIR_LIKE, .pattern = settings->drop};
    return (!settings->keep || weir_matches(&keep, name)) &&
           !(settings->drop && weir_matches(&drop, name));
}

static struct sheet *
add_sheet(struct weir_source *self)
{
    self->sheets =
        xrealloc(self->sheets, self->sheet_count + 1, sizeof(*self->sheets));
    struct sheet *sheet = &self->sheets[self->sheet_count++];
    *sheet = (struct sheet){.layout = layout_new(layout_next_number())};
    return sheet;
}

static const struct weir_series *
series_at(const struct weir_source *self, uint32_t place)
{
    uint32_t column = 0;
    const struct sheet *sheet = sheet_at(self->sheets, place, &column);

    return &layout_shape(sheet->layout)->series[column];
}

/* Files all columns anew, with room for as many again. */
static void
file_places(struct weir_source *self)
{
    table_reset(&self->by_place, self->series_count + 1);
    for (uint32_t s = 0; s < self->sheet_count; s++) {
        uint32_t count = layout_shape(self->sheets[s].layout)->count;
        for (uint32_t c = 0; c < count; c++) {
            uint32_t place = s << COLUMN_BITS | c;
            table_put(&self->by_place, series_hash(series_at(self, place)),
                      place);
        }
    }
}

/* What was given in different ways may be one series: its labels stood in
 * another order, or the source's own labels made it the same. */
static uint32_t
find_place(const struct weir_source *self, const struct weir_series *series,
           uint64_t hash)
{
    uint32_t step = 0;
    uint32_t place = 0;

    while (table_next(&self->by_place, hash, &step, &place))
        if (series_equal(series, series_at(self, place)))
            return place;
    return PLACE_NONE;
}

/* A sheet takes new metrics until three quarters are full, so that a metric
 * that grows finds room beside its kin. */
static uint32_t
take_column(struct weir_source *self, const struct weir_series *series)
{
    static const uint32_t full = WEIR_LAYOUT_MOST / 4 * 3;
    struct sheet *sheet =
        self->sheet_count ? &self->sheets[self->sheet_count - 1] : NULL;

    if (!sheet)
        sheet = add_sheet(self);
    const struct weir_layout *shape = layout_shape(sheet->layout);
    if (shape->count >= full &&
        strcmp(shape->series[shape->count - 1].metric->name,
               series->metric->name) != 0)
        sheet = add_sheet(self);
    uint32_t column = sheet_add(sheet, series);
    if (column == UINT32_MAX) {
        sheet = add_sheet(self);
        column = sheet_add(sheet, series);
    }
    return (self->sheet_count - 1) << COLUMN_BITS | column;
}

static uint32_t
add_place(struct weir_source *self, const struct weir_series *series,
          uint64_t hash)
{
    if (table_full(&self->by_place))
        file_places(self);
    uint32_t place = take_column(self, series);
    table_put(&self->by_place, hash, place);
    self->series_count++;
    return place;
}

uint32_t
source_place(struct weir_source *self, const struct weir_series *series)
{
    uint64_t hash = series_hash(series);
    uint32_t place = find_place(self, series, hash);

    return place == PLACE_NONE ? add_place(self, series, hash) : place;
}

/* Gives a completed series that is new here its place. */
static int
admit_completed(struct weir_source *self, const struct weir_series *series,
                uint32_t *ret_place)
{
    uint32_t limit = self->settings.series_limit;

    if (!passes(self, series))
        return 0;
    uint64_t hash = series_hash(series);
    *ret_place = find_place(self, series, hash);
    if (*ret_place != PLACE_NONE)
        return 0;
    if (limit && self->series_count >= limit) {
        self->settings.figures->refused_series++;
        self->crowded = true;
        return -EDQUOT;
    }
    *ret_place = add_place(self, series, hash);
    self->settings.figures->series++;
    return 0;
}

static bool
has_values(const struct weir_label *labels)
{
    while (labels->name && labels->value)
        labels++;
    return !labels->name;
}

int
source_admit(struct weir_source *self, const struct weir_series *given,
             uint32_t *ret_place)
{
    weir_cleanup(arena_clear) struct arena texts = {0};
    struct weir_label labels[SOURCE_LABELS_ROOM];
    struct weir_series series;

    *ret_place = PLACE_NONE;
    if (!has_values(given->labels) ||
        source_complete(self, given, labels, &texts, &series) < 0) {
        self->settings.figures->invalid_series++;
        return -EINVAL;
    }
    int rc = self->rewrite ? source_rewrite(self, labels, &texts, &series) : 1;
    return rc > 0 ? admit_completed(self, &series, ret_place) : rc;
}

static bool
same_labels(const struct weir_label *a, const struct weir_label *b)
{
    for (; a->name && b->name; a++, b++)
        if (strcmp(a->name, b->name) != 0 || !b->value ||
            strcmp(a->value, b->value) != 0)
            return false;
    return !a->name && !b->name;
}

static bool
is_entry(const struct entry *entry, const struct weir_series *given,
         bool is_rewritten)
{
    return entry->rewritten == is_rewritten &&
           (entry->metric == given->metric ||
            strcmp(entry->metric->name, given->metric->name) == 0) &&
           strcmp(entry->suffix, given->suffix) == 0 &&
           same_labels(entry->labels, given->labels);
}

static uint32_t
take_entry(struct weir_source *self)
{
    if (self->entry_free != PLACE_NONE) {
        uint32_t number = self->entry_free;
        self->entry_free = self->places[number];
        return number;
    }
    if (self->entry_count == self->entry_room) {
        self->entry_room += self->entry_room / 4 + 64;
        self->entries =
            xrealloc(self->entries, self->entry_room, sizeof(*self->entries));
        self->places =
            xrealloc(self->places, self->entry_room, sizeof(*self->places));
    }
    return self->entry_count++;
}

void
source_file_entries(struct weir_source *self)
{
    table_reset(&self->by_series, self->entry_count + 1);
    for (uint32_t i = 0; i < self->entry_count; i++)
        if (self->entries[i].used)
            table_put(&self->by_series, self->entries[i].hash, i);
}

static const struct weir_metric *
copy_metric(struct arena *arena, const struct weir_metric *metric)
{
    struct weir_metric *copy = arena_alloc(arena, sizeof(*copy));

    *copy = (struct weir_metric){
        .name = arena_text(arena, metric->name),
        .type = metric->type,
        .unit = arena_text(arena, metric->unit),
        .help = arena_text(arena, metric->help),
    };
    return copy;
}

void
source_own_texts(struct weir_source *self, struct arena *arena,
                 struct entry *entry)
{
    if (entry->own_metric &&
        !(self->metric_before &&
          metric_equal(self->metric_before, entry->metric)))
        self->metric_before = copy_metric(arena, entry->metric);
    if (entry->own_metric)
        entry->metric = self->metric_before;
    entry->suffix = arena_text(arena, entry->suffix);
    entry->labels = labels_copy_like(arena, entry->labels, self->labels_before);
    self->labels_before = entry->labels;
}

static uint32_t
add_entry(struct weir_source *self, const struct entry *given, uint32_t place)
{
    if (table_full(&self->by_series))
        source_file_entries(self);
    uint32_t number = take_entry(self);
    self->entries[number] = *given;
    source_own_texts(self, &self->arena, &self->entries[number]);
    self->places[number] = place;
    table_put(&self->by_series, given->hash, number);
    return number;
}

uint32_t
source_entry(struct weir_source *self, const struct weir_series *given,
             bool own_metric, int *ret_rc)
{
    uint32_t limit = self->settings.series_limit;
    uint32_t step = 0;
    uint32_t number = 0;
    uint32_t place = 0;

    if (!has_values(given->labels)) {
        self->settings.figures->invalid_series++;
        *ret_rc = -EINVAL;
        return PLACE_NONE;
    }
    *ret_rc = 0;
    uint64_t hash = series_hash(given);
    while (table_next(&self->by_series, hash, &step, &number))
        if (is_entry(&self->entries[number], given, self->rewrite != NULL))
            return number;
    *ret_rc = source_admit(self, given, &place);
    if (*ret_rc < 0 || (limit && place == PLACE_NONE &&
                        self->by_series.count >= limit + ENTRIES_SPARE))
        return PLACE_NONE;
    const struct entry entry = {.metric = given->metric,
                                .suffix = given->suffix,
                                .labels = given->labels,
                                .hash = hash,
                                .used = true,
                                .rewritten = self->rewrite != NULL,
                                .own_metric = own_metric};
    return add_entry(self, &entry, place);
}
