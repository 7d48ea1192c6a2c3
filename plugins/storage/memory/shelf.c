/* shelf.c - all series that are kept, found by what they are */
#include <config.h>

#include "shelf.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <xxhash.h>

#include "series.h"

/* A metric that series share, with its texts behind it. */
struct shelf_metric {
    struct weir_metric metric;
    uint64_t hash;
    size_t size;
    uint32_t users;
};

enum { SLOTS_LEAST = 64, WHOLE_NAME_MOST = 1024 };

/* Texts are hashed with their ends, so that "a" "bc" is not "ab" "c". */
static uint64_t
hash_text(uint64_t seed, const char *text)
{
    return XXH3_64bits_withSeed(text, strlen(text) + 1, seed);
}

/* The name is hashed as a whole: where its suffix begins does not matter.  A
 * monstrous one is cut, which is harmless in a hash. */
static uint64_t
hash_series(const struct shelf *self, const struct weir_series *series)
{
    char name[WHOLE_NAME_MOST];

    (void)snprintf(name, sizeof(name), "%s%s", series->metric->name,
                   series->suffix);
    uint64_t hash = hash_text(self->seed, name);
    for (const struct weir_label *label = series->labels; label->name;
         label++) {
        hash = hash_text(hash, label->name);
        hash = hash_text(hash, label->value);
    }
    return hash;
}

static uint64_t
hash_metric(const struct shelf *self, const struct weir_metric *metric)
{
    uint64_t hash = hash_text(self->seed + metric->type, metric->name);

    hash = hash_text(hash, metric->unit);
    return hash_text(hash, metric->help);
}

/* Says whether two names are one when each is put together: a suffix may begin
 * at another place. */
static bool
same_name(const struct weir_series *a, const struct weir_series *b)
{
    const char *left = a->metric->name;
    const char *right = b->metric->name;
    const char *left_suffix = a->suffix;
    const char *right_suffix = b->suffix;

    for (;; left++, right++) {
        if (!*left && left_suffix) {
            left = left_suffix;
            left_suffix = NULL;
        }
        if (!*right && right_suffix) {
            right = right_suffix;
            right_suffix = NULL;
        }
        if (*left != *right)
            return false;
        if (!*left)
            return true;
    }
}

static bool
same_series(const void *item, const void *key)
{
    const struct shelf_entry *entry = item;
    const struct weir_series *series = key;
    const struct weir_label *mine = entry->series.labels;
    const struct weir_label *its = series->labels;

    if (!same_name(&entry->series, series))
        return false;
    for (; mine->name && its->name; mine++, its++) {
        if (strcmp(mine->name, its->name) != 0 ||
            strcmp(mine->value, its->value) != 0)
            return false;
    }
    return !mine->name && !its->name;
}

static bool
same_metric(const void *item, const void *key)
{
    return metric_equal(&((const struct shelf_metric *)item)->metric, key);
}

/* Copies a text to '*at_p', moves that behind it, and returns the copy. */
static const char *
lay_text(char **at_p, const char *text)
{
    char *copy = *at_p;
    size_t size = strlen(text) + 1;

    memcpy(copy, text, size);
    *at_p += size;
    return copy;
}

static struct shelf_metric *
make_metric(struct shelf *self, const struct weir_metric *metric, uint64_t hash)
{
    size_t size = sizeof(struct shelf_metric) + strlen(metric->name) +
                  strlen(metric->unit) + strlen(metric->help) + 3;
    struct shelf_metric *made = calloc(1, size);
    if (!made)
        return NULL;

    char *texts = (char *)(made + 1);
    made->metric.type = metric->type;
    made->metric.name = lay_text(&texts, metric->name);
    made->metric.unit = lay_text(&texts, metric->unit);
    made->metric.help = lay_text(&texts, metric->help);
    made->hash = hash;
    made->size = size;
    if (lookup_add(&self->metrics, hash, made) < 0) {
        free(made);
        return NULL;
    }
    self->bytes += size;
    return made;
}

static struct shelf_metric *
share_metric(struct shelf *self, const struct weir_metric *metric)
{
    uint64_t hash = hash_metric(self, metric);
    struct shelf_metric *shared =
        lookup_find(&self->metrics, hash, same_metric, metric);

    if (!shared)
        shared = make_metric(self, metric, hash);
    if (shared)
        shared->users++;
    return shared;
}

static void
leave_metric(struct shelf *self, struct shelf_metric *metric)
{
    if (--metric->users > 0)
        return;
    lookup_remove(&self->metrics, metric->hash, metric);
    self->bytes -= metric->size;
    free(metric);
}

static size_t
entry_size(const struct weir_series *series, size_t *ret_label_count)
{
    size_t count = 0;
    size_t size = sizeof(struct shelf_entry) + strlen(series->suffix) + 1;

    for (; series->labels[count].name; count++)
        size += strlen(series->labels[count].name) +
                strlen(series->labels[count].value) + 2;
    *ret_label_count = count;
    return size + (count + 1) * sizeof(struct weir_label);
}

/* An entry is one piece: itself, its labels, their texts. */
static struct shelf_entry *
copy_series(const struct weir_series *series)
{
    size_t label_count = 0;
    size_t size = entry_size(series, &label_count);
    struct shelf_entry *entry = calloc(1, size);
    if (!entry)
        return NULL;

    struct weir_label *labels = (struct weir_label *)(entry + 1);
    char *texts = (char *)(labels + label_count + 1);
    for (size_t i = 0; i < label_count; i++) {
        labels[i].name = lay_text(&texts, series->labels[i].name);
        labels[i].value = lay_text(&texts, series->labels[i].value);
    }
    entry->series.labels = labels;
    entry->series.suffix = lay_text(&texts, series->suffix);
    entry->size = size;
    return entry;
}

/* Returns a free slot, or UINT32_MAX when memory is out. */
static uint32_t
take_slot(struct shelf *self)
{
    if (self->first_free) {
        uint32_t slot = self->first_free - 1;
        self->first_free = self->slots[slot].next_free;
        return slot;
    }
    if (self->slot_count == self->slot_room) {
        uint32_t room = self->slot_room ? 2 * self->slot_room : SLOTS_LEAST;
        struct shelf_slot *slots =
            reallocarray(self->slots, room, sizeof(*slots));
        if (!slots)
            return UINT32_MAX;
        self->slots = slots;
        self->slot_room = room;
    }
    self->slots[self->slot_count] = (struct shelf_slot){0};
    return self->slot_count++;
}

static void
give_slot(struct shelf *self, uint32_t slot)
{
    self->slots[slot].entry = NULL;
    self->slots[slot].next_free = self->first_free;
    self->first_free = slot + 1;
}

/* Gives the entry a metric, a slot and a way to be found. */
static int
settle(struct shelf *self, struct shelf_entry *entry,
       const struct weir_metric *metric)
{
    entry->slot = take_slot(self);
    if (entry->slot == UINT32_MAX)
        return -ENOMEM;
    entry->metric = share_metric(self, metric);
    if (entry->metric && lookup_add(&self->entries, entry->hash, entry) == 0) {
        entry->series.metric = &entry->metric->metric;
        self->slots[entry->slot].entry = entry;
        self->slots[entry->slot].generation++;
        return 0;
    }
    if (entry->metric)
        leave_metric(self, entry->metric);
    give_slot(self, entry->slot);
    return -ENOMEM;
}

uint64_t
shelf_size(const struct shelf *self)
{
    return self->bytes - self->blocks * sizeof(struct times) + self->times.size;
}

static bool
has_room(const struct shelf *self, size_t size)
{
    return self->bytes_most == 0 || self->bytes + size <= self->bytes_most;
}

static int
make_entry(struct shelf *self, const struct weir_series *series, uint64_t hash,
           struct shelf_entry **ret_entry)
{
    size_t label_count = 0;
    size_t size = entry_size(series, &label_count) + ring_block_size();
    uint32_t most = self->series_most ? self->series_most : UINT32_MAX - 1;

    if (self->entries.count >= most || !has_room(self, size))
        return -EDQUOT;
    struct shelf_entry *entry = copy_series(series);
    if (!entry)
        return -ENOMEM;
    entry->hash = hash;
    entry->born = ++self->born;
    entry->ring.most = self->samples_most;
    int rc = settle(self, entry, series->metric);
    if (rc < 0) {
        free(entry);
        return rc;
    }
    self->bytes += entry->size;
    *ret_entry = entry;
    return 0;
}

int
shelf_take_in(struct shelf *self, const struct weir_series *series,
              int64_t now_ns, struct shelf_place *ret_place)
{
    uint64_t hash = hash_series(self, series);
    struct shelf_entry *entry =
        lookup_find(&self->entries, hash, same_series, series);

    if (!entry) {
        int rc = make_entry(self, series, hash, &entry);
        if (rc < 0)
            return rc;
        entry->alive_ns = now_ns;
    }
    *ret_place =
        (struct shelf_place){entry->slot, self->slots[entry->slot].generation};
    return 0;
}

struct shelf_entry *
shelf_at(const struct shelf *self, struct shelf_place place)
{
    if (place.generation == 0)
        return NULL;

    const struct shelf_slot *slot = &self->slots[place.slot];
    return slot->generation == place.generation ? slot->entry : NULL;
}

int
shelf_put(struct shelf *self, struct shelf_entry *entry, int64_t time_ns,
          double value)
{
    struct ring *ring = &entry->ring;
    uint32_t before = ring->count;

    /* Without room for more, a ring keeps fewer samples, but the last. */
    if (ring_is_short(ring) && has_room(self, ring_block_size()) &&
        ring_grow(ring) == 0) {
        self->bytes += ring_block_size();
        self->blocks++;
    }
    int rc = ring_put(ring, &self->times, time_ns, value);
    self->samples += ring->count - before;
    return rc == -ENOSPC ? -EDQUOT : rc;
}

void
shelf_end_batch(struct shelf *self)
{
    times_forget(&self->times);
}

static void
drop_entry(struct shelf *self, struct shelf_entry *entry)
{
    lookup_remove(&self->entries, entry->hash, entry);
    give_slot(self, entry->slot);
    self->bytes -= entry->size + ring_size(&entry->ring);
    self->samples -= entry->ring.count;
    self->blocks -= entry->ring.block_count;
    leave_metric(self, entry->metric);
    ring_fini(&entry->ring, &self->times);
    free(entry);
}

void
shelf_expire(struct shelf *self, int64_t before_ns)
{
    for (uint32_t i = 0; i < self->slot_count; i++) {
        struct shelf_entry *entry = self->slots[i].entry;
        if (entry && entry->alive_ns < before_ns &&
            atomic_load(&entry->pins) == 0)
            drop_entry(self, entry);
    }
}

void
shelf_fini(struct shelf *self)
{
    times_forget(&self->times);
    shelf_expire(self, INT64_MAX);
    lookup_fini(&self->entries);
    lookup_fini(&self->metrics);
    free(self->slots);
    self->slots = NULL;
    self->slot_count = self->slot_room = self->first_free = 0;
}

uint32_t
shelf_series_count(const struct shelf *self)
{
    return self->entries.count;
}
