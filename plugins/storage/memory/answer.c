/* answer.c - what storage memory answers to a select
 *
 * Series are looked at a handful at a time: pinned under the lock, then judged
 * and told without it.  So the writer never waits for whoever listens.
 */
#include <config.h>

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "answer_texts.h"
#include "memory.h"

enum { HANDFUL = 64 };

struct answer {
    struct memory *memory;
    const struct weir_select *what;
    struct weir_sink *sink;
    uint64_t born_until; /* series after it are not told: they might be ones
                          * that were told already, and left in between */
    bool any_time;       /* series at all, whenever they had samples */
    struct answer_texts texts;

    /* A copy of one series' samples, as many as one has. */
    int64_t *times_ns;
    double *values;
};

struct handful {
    struct shelf_entry *entries[HANDFUL];
    size_t count;
    uint32_t next_slot;
};

static bool
is_in_time(const struct answer *self, const struct ring *ring)
{
    if (self->any_time)
        return true;
    return ring->count > 0 && ring_newest_ns(ring) > self->what->after_ns &&
           ring_oldest_ns(ring) <= self->what->until_ns;
}

/* Pins the next few entries; returns false when there are no more. */
static bool
take_handful(const struct answer *self, struct handful *handful)
{
    const struct shelf *shelf = &self->memory->shelf;

    handful->count = 0;
    (void)pthread_rwlock_rdlock(&self->memory->lock);
    uint32_t slot = handful->next_slot;
    for (; slot < shelf->slot_count && handful->count < HANDFUL; slot++) {
        struct shelf_entry *entry = shelf->slots[slot].entry;
        if (!entry || entry->born > self->born_until ||
            !is_in_time(self, &entry->ring))
            continue;
        atomic_fetch_add(&entry->pins, 1);
        handful->entries[handful->count++] = entry;
    }
    (void)pthread_rwlock_unlock(&self->memory->lock);
    handful->next_slot = slot;
    return handful->count > 0;
}

static void
drop_handful(struct handful *handful)
{
    for (size_t i = 0; i < handful->count; i++)
        atomic_fetch_sub(&handful->entries[i]->pins, 1);
}

static bool
is_evaluated(const struct weir_select *what)
{
    return weir_asks_once(what, WEIR_LAST) ||
           weir_asks_once(what, WEIR_FIGURES);
}

static int
give_last(struct answer *self, const struct shelf_entry *entry)
{
    const struct weir_select *what = self->what;
    int64_t after_ns =
        what->range_ns > 0 ? what->until_ns - what->range_ns : what->after_ns;
    double value = 0;

    (void)pthread_rwlock_rdlock(&self->memory->lock);
    int rc = ring_last(&entry->ring, after_ns, what->until_ns, &value);
    (void)pthread_rwlock_unlock(&self->memory->lock);
    if (rc < 0)
        return 0;
    rc = weir_sink_series(self->sink, &entry->series);
    return rc < 0 ? rc
                  : weir_sink_samples(self->sink, &what->until_ns, &value, 1);
}

static uint32_t
copy_samples(const struct answer *self, const struct shelf_entry *entry)
{
    const struct weir_select *what = self->what;

    (void)pthread_rwlock_rdlock(&self->memory->lock);
    uint32_t count = ring_copy(&entry->ring, what->after_ns, what->until_ns,
                               self->times_ns, self->values);
    (void)pthread_rwlock_unlock(&self->memory->lock);
    return count;
}

static int
give_samples(struct answer *self, const struct shelf_entry *entry)
{
    if (weir_asks_once(self->what, WEIR_LAST))
        return give_last(self, entry);

    uint32_t count = copy_samples(self, entry);
    if (count == 0)
        return 0;
    if (weir_asks_once(self->what, WEIR_FIGURES))
        return weir_sink_figures(self->sink, &entry->series, self->times_ns,
                                 self->values, count);
    int rc = weir_sink_series(self->sink, &entry->series);
    return rc < 0 ? rc
                  : weir_sink_samples(self->sink, self->times_ns, self->values,
                                      count);
}

static int
give_series(struct answer *self, const struct shelf_entry *entry)
{
    return weir_sink_series(self->sink, &entry->series);
}

static int
give_text(struct answer *self, const struct shelf_entry *entry)
{
    return answer_texts_give(&self->texts, &entry->series);
}

static int
give_status(struct answer *self)
{
    struct memory *memory = self->memory;

    (void)pthread_rwlock_rdlock(&memory->lock);
    const struct {
        const char *name;
        uint64_t value;
    } status[] = {
        {"series", shelf_series_count(&memory->shelf)},
        {"samples", memory->shelf.samples},
        {"size_bytes", shelf_size(&memory->shelf)},
        {"refused_samples", memory->refused},
    };
    (void)pthread_rwlock_unlock(&memory->lock);

    int rc = 0;
    for (size_t i = 0; rc == 0 && i < WEIR_COUNT(status); i++) {
        char text[64];
        (void)snprintf(text, sizeof(text), "%s=%llu", status[i].name,
                       (unsigned long long)status[i].value);
        rc = weir_sink_text(self->sink, text);
    }
    return rc;
}

typedef int give(struct answer *self, const struct shelf_entry *entry);

static give *const gives[] = {
    [WEIR_SAMPLES] = give_samples,  [WEIR_SERIES] = give_series,
    [WEIR_LABEL_NAMES] = give_text, [WEIR_LABEL_VALUES] = give_text,
    [WEIR_METRICS] = give_text,
};

static int
give_handful(struct answer *self, const struct handful *handful)
{
    const struct weir_select *what = self->what;
    int rc = 0;

    for (size_t i = 0; rc >= 0 && i < handful->count; i++) {
        const struct shelf_entry *entry = handful->entries[i];
        if (weir_matches_series(what->matchers, what->matcher_count,
                                &entry->series))
            rc = gives[what->want](self, entry);
    }
    return rc;
}

static int
give_all(struct answer *self)
{
    struct handful handful = {0};
    int rc = 0;

    if (is_evaluated(self->what))
        rc = weir_sink_evaluated(self->sink);
    while (rc >= 0 && take_handful(self, &handful)) {
        rc = give_handful(self, &handful);
        drop_handful(&handful);
    }
    return rc < 0 ? rc : 0;
}

static int
make_room(struct answer *self)
{
    uint32_t room = self->memory->shelf.samples_most;

    if (self->what->want != WEIR_SAMPLES ||
        weir_asks_once(self->what, WEIR_LAST))
        return 0;
    self->times_ns = calloc(room, sizeof(*self->times_ns));
    self->values = calloc(room, sizeof(*self->values));
    return self->times_ns && self->values ? 0 : -ENOMEM;
}

int
memory_answer(struct memory *self, const struct weir_select *what,
              struct weir_sink *sink)
{
    struct answer answer = {
        .memory = self,
        .what = what,
        .sink = sink,
        .any_time =
            what->want != WEIR_SAMPLES && what->until_ns <= what->after_ns,
        .texts = {.what = what, .sink = sink},
    };

    if (what->want == WEIR_STATUS)
        return give_status(&answer);
    if (what->want >= WEIR_COUNT(gives))
        return 0;
    (void)pthread_rwlock_rdlock(&self->lock);
    answer.born_until = self->shelf.born;
    (void)pthread_rwlock_unlock(&self->lock);

    int rc = make_room(&answer);
    if (rc == 0)
        rc = give_all(&answer);
    answer_texts_fini(&answer.texts);
    free(answer.times_ns);
    free(answer.values);
    return rc;
}
