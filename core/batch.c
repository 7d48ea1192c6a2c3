/* batch.c - one cycle of a source; see weir/batch.h */
#include <config.h>

#include <weir/batch.h>

#include <assert.h>
#include <errno.h>
#include <string.h>

#include "base.h"
#include "series.h"
#include "source.h"

static const struct weir_label no_labels[] = {{0}};

struct weir_batch *
batch_of_frame(const struct frame_batch *received)
{
    struct weir_batch *self = xcalloc(1, sizeof(*self));
    self->received = received;
    return self;
}

const struct weir_rows *
weir_batch_rows(const struct weir_batch *self, size_t *ret_count)
{
    *ret_count = 0;
    return self->received ? frame_batch_rows(self->received, ret_count) : NULL;
}

const struct weir_loose *
weir_batch_loose(const struct weir_batch *self, size_t *ret_count)
{
    *ret_count = 0;
    return self->received ? frame_batch_loose(self->received, ret_count) : NULL;
}

int64_t
weir_batch_time_ns(const struct weir_batch *self)
{
    return self->time_ns;
}

struct weir_batch *
weir_batch_begin(struct weir_source *source, int64_t time_ns)
{
    struct weir_batch *self = &source->batch;

    assert(!self->open);
    self->open = true;
    self->in_part = false;
    self->time_ns = time_ns;
    self->given = 0;
    self->again = 0;
    source->cursor = 0;
    source->key_last = 0;
    source->next_count = 0;
    return self;
}

/* Who adds the same over and over makes the order no longer than that. */
static void
push_order(struct weir_source *source, uint32_t entry)
{
    if (source->next_count == source->next_room) {
        if (source->next_count > 2 * source->entry_count)
            return;
        source->next_room = source->next_room ? 2 * source->next_room : 64;
        source->next_order = xrealloc(source->next_order, source->next_room,
                                      sizeof(*source->next_order));
    }
    source->next_order[source->next_count++] = entry;
}

static bool
same_labels(const struct weir_label *a, const struct weir_label *b)
{
    for (; a->name && b->name; a++, b++) {
        if (a->name != b->name && strcmp(a->name, b->name) != 0)
            return false;
        if (!b->value || strcmp(a->value, b->value) != 0)
            return false;
    }
    return a->name == b->name;
}

/* Looks at the turn where the series came in the last cycle, then at the next
 * few.  Returns false when it is none of these. */
static bool
find_by_order(struct weir_source *source, const struct weir_series *given,
              uint32_t *ret_entry)
{
    uint32_t end = source->cursor + ORDER_AHEAD;

    if (end > source->order_count)
        end = source->order_count;
    for (uint32_t turn = source->cursor; turn < end; turn++) {
        const struct entry *entry = &source->entries[source->order[turn]];
        if (entry->rewritten != (source->rewrite != NULL) ||
            entry->metric != given->metric ||
            strcmp(entry->suffix, given->suffix) != 0 ||
            !same_labels(entry->labels, given->labels))
            continue;
        *ret_entry = source->order[turn];
        source->cursor = turn + 1;
        return true;
    }
    return false;
}

static inline void
set_place(struct weir_source *source, uint32_t place, double value)
{
    if (place == PLACE_NONE)
        return;
    uint32_t column = 0;
    struct sheet *sheet = sheet_at(source->sheets, place, &column);
    sheet->values[column] = value;
    sheet->present[column / 64] |= UINT64_C(1) << (column % 64);
}

void
weir_add_series(struct weir_batch *self, const struct weir_series *series,
                double value)
{
    struct weir_source *source = self->source;
    uint32_t entry = PLACE_NONE;
    int rc = 0;

    assert(self->open);
    self->given++;
    if (!find_by_order(source, series, &entry))
        entry = source_entry(source, series, false, &rc);
    if (entry == PLACE_NONE)
        return;
    push_order(source, entry);
    set_place(source, source->places[entry], value);
}

void
weir_add(struct weir_batch *self, const struct weir_metric *metric,
         const struct weir_label *labels, double value)
{
    struct weir_series series = {metric, "", labels ? labels : no_labels};
    weir_add_series(self, &series, value);
}

static inline uint32_t
place_of(const struct weir_source *source, uint32_t reference)
{
    if (reference == PLACE_NONE)
        return PLACE_NONE;
    return reference & REFERENCE_PLACE ? reference & ~REFERENCE_PLACE
                                       : source->places[reference];
}

void
weir_set(struct weir_batch *self, uint32_t reference, double value)
{
    self->given++;
    set_place(self->source, place_of(self->source, reference), value);
}

void
weir_set_at(struct weir_batch *self, uint32_t reference, int64_t time_ns,
            double value)
{
    struct weir_source *source = self->source;
    uint32_t place = place_of(source, reference);
    uint32_t column = 0;

    self->given++;
    if (place == PLACE_NONE)
        return;
    struct sheet *sheet = sheet_at(source->sheets, place, &column);
    sheet_set_at(sheet, column, time_ns, value);
}

void
batch_set_first(struct weir_batch *self, uint32_t reference, double value)
{
    struct weir_source *source = self->source;
    uint32_t place = place_of(source, reference);
    const struct sheet *sheet = NULL;
    uint32_t column = 0;

    if (place != PLACE_NONE)
        sheet = sheet_at(source->sheets, place, &column);
    if (sheet && has_column(sheet->present, column)) {
        self->given++;
        self->again++;
        return;
    }
    weir_set(self, reference, value);
}

void
batch_set_first_at(struct weir_batch *self, uint32_t reference, int64_t time_ns,
                   double value)
{
    struct weir_source *source = self->source;
    uint32_t place = place_of(source, reference);
    const struct sheet *sheet = NULL;
    uint32_t column = 0;

    if (place != PLACE_NONE)
        sheet = sheet_at(source->sheets, place, &column);
    if (sheet && sheet_ends_with(sheet, column, time_ns)) {
        self->given++;
        self->again++;
        return;
    }
    weir_set_at(self, reference, time_ns, value);
}

struct weir_tally
weir_batch_tally(const struct weir_batch *self)
{
    const struct weir_source *source = self->source;
    struct weir_tally tally = {.given = self->given, .kept = self->again};

    assert(self->open);
    for (uint32_t i = 0; i < source->sheet_count; i++) {
        const struct sheet *sheet = &source->sheets[i];
        tally.kept += sheet_count_present(sheet) + sheet->loose_count;
        tally.added += sheet_count_added(sheet);
    }
    return tally;
}

int
weir_series_find(struct weir_batch *self, const void *key, size_t size,
                 uint32_t *ret_reference)
{
    const struct key *found = source_find_key(self->source, key, size);

    if (!found)
        return -ENOENT;
    *ret_reference = found->place | REFERENCE_PLACE;
    return 0;
}

/* A series with a key needs no entry: what was given is known by its key. */
static int
refer_by_key(struct weir_source *source, const struct weir_series *series,
             const void *key, size_t size, uint32_t *ret_reference)
{
    uint32_t place = PLACE_NONE;

    int rc = source_admit(source, series, &place);
    if (rc == 0)
        source_add_key(source, key, size, place);
    *ret_reference = place | REFERENCE_PLACE;
    return rc;
}

int
weir_series_refer(struct weir_batch *self, const struct weir_series *series,
                  const void *key, size_t size, uint32_t *ret_reference)
{
    struct weir_source *source = self->source;
    int rc = 0;

    if (size)
        return refer_by_key(source, series, key, size, ret_reference);
    uint32_t entry = source_entry(source, series, true, &rc);
    *ret_reference = entry;
    if (entry != PLACE_NONE)
        source->entries[entry].pins++;
    return rc;
}

void
weir_series_drop(struct weir_batch *self, uint32_t reference)
{
    if (!(reference & REFERENCE_PLACE) && self->source->entries[reference].pins)
        self->source->entries[reference].pins--;
}

void
weir_part_begin(struct weir_batch *self)
{
    struct weir_source *source = self->source;

    assert(self->open && !self->in_part);
    self->in_part = true;
    source->saved_next = source->next_count;
    source->saved_sheets = source->sheet_count;
    for (uint32_t i = 0; i < source->sheet_count; i++)
        sheet_save(&source->sheets[i]);
}

/* Sheets that are newer than the part have nothing else in them. */
static void
undo_part(struct weir_source *source)
{
    source->next_count = source->saved_next;
    for (uint32_t i = 0; i < source->sheet_count; i++) {
        if (i < source->saved_sheets)
            sheet_restore(&source->sheets[i]);
        else
            sheet_undo(&source->sheets[i]);
    }
}

void
weir_part_end(struct weir_batch *self, const char *part, int rc)
{
    struct weir_source *source = self->source;

    assert(self->in_part);
    self->in_part = false;
    if (rc >= 0)
        return;
    undo_part(source);
    if (source->settings.part_failed)
        source->settings.part_failed(source->settings.self, part, rc);
}

void
weir_batch_destroy(struct weir_batch **batch_p)
{
    struct weir_batch *self = *batch_p;

    *batch_p = NULL;
    if (self && self->received) {
        free(self);
    } else if (self) {
        assert(self->open);
        self->open = false;
        for (uint32_t i = 0; i < self->source->sheet_count; i++)
            sheet_undo(&self->source->sheets[i]);
    }
}
