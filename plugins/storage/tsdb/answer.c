/* answer.c - what storage tsdb answers to a select
 *
 * The lock is held only while the samples of one series are copied out of the
 * head; series are judged, and whoever listens is told, without it.
 */
#include <config.h>

#include <errno.h>
#include <string.h>
#include <xxhash.h>

#include "base.h"
#include "fold.h"
#include "series.h"
#include "tsdb.h"

enum { HANDFUL = 64, WHOLE_NAME_MOST = 1024 };

struct answer {
    struct tsdb *tsdb;
    const struct weir_select *what;
    struct weir_sink *sink;
    bool any_time;      /* series at all, whenever they had samples */
    struct arena texts; /* of what was told */
    struct table told;  /* numbers of 'items' */
    const char **items; /* [item_count], texts that were told */
    uint32_t item_count, item_room;
    struct parts *parts;          /* held; or NULL */
    struct part_cursor *cursor;   /* for one of them after the other; or NULL */
    struct samples samples, late; /* of parts and head together; of the head */
    struct fold fold;
    struct steps steps;
};

struct handful {
    const struct head_series *items[HANDFUL];
    uint32_t count;
    uint32_t next, last; /* numbers */
};

/* Gets the next few series; returns false when there are no more. */
static bool
take_handful(struct head *head, struct handful *handful)
{
    handful->count = 0;
    (void)pthread_rwlock_rdlock(&head->lock);
    while (handful->count < HANDFUL && handful->next <= handful->last) {
        const struct head_series *series = head_at(head, handful->next++);
        if (series)
            handful->items[handful->count++] = series;
    }
    (void)pthread_rwlock_unlock(&head->lock);
    return handful->count > 0;
}

/* Samples ------------------------------------------------------------------ */

/* The last value alone may be a stale marker: whoever asks knows of them. */
static bool
is_last(const struct weir_select *what)
{
    return what->want == WEIR_SAMPLES && what->alone &&
           what->function == WEIR_LAST && what->step_ns == 0;
}

static void
drop_parts(struct answer *self)
{
    part_cursor_destroy(&self->cursor);
    parts_leave(&self->parts);
}

/* Takes the parts that count now; 'parts' is held and becomes the answer's. */
static void
take_parts(struct answer *self, struct parts *parts)
{
    if (parts == self->parts) {
        parts_leave(&parts);
        return;
    }
    drop_parts(self);
    self->parts = parts;
    if (parts->count > 0)
        self->cursor = part_cursor_new(parts->items[0]->part);
}

/* Adds what a part has of the series; a chunk that is damaged is left out and
 * counted. */
static void
read_part(struct answer *self, const struct part *part, uint32_t number,
          int64_t after_ns)
{
    struct part_cursor *cursor = self->cursor;
    struct part_chunk chunk;
    const int64_t *times_ns = NULL;
    const double *values = NULL;
    const struct samples_range range = {after_ns, self->what->until_ns};
    int rc = 0;

    part_cursor_turn(cursor, part);
    part_cursor_seek(cursor, number, after_ns, self->what->until_ns);
    while ((rc = part_cursor_next(cursor, &chunk)) == 0) {
        if (part_cursor_load(cursor, &chunk, &times_ns, &values) < 0)
            atomic_fetch_add(&self->tsdb->failures, 1);
        else
            samples_add_within(&self->samples, times_ns, values, chunk.count,
                               range);
    }
    if (rc != -ENODATA)
        atomic_fetch_add(&self->tsdb->failures, 1);
}

static bool
part_touches(const struct part *part, int64_t after_ns, int64_t until_ns)
{
    const struct part_info *info = part_info(part);

    return info->until_ns > after_ns && info->from_ns <= until_ns;
}

/* Copies what the head has of the series, and takes the parts.  Those are the
 * ones that count after that: what the head dropped before is in them.  What
 * the head has came later, and counts. */
static void
look_at(struct answer *self, const struct head_series *series, int64_t after_ns)
{
    struct head *head = &self->tsdb->head;

    self->late.count = 0;
    (void)pthread_rwlock_rdlock(&head->lock);
    head_copy(series, after_ns, self->what->until_ns, &self->late);
    struct parts *parts = parts_hold(self->tsdb->parts);
    (void)pthread_rwlock_unlock(&head->lock);
    take_parts(self, parts);
}

static void
gather(struct answer *self, const struct head_series *series, int64_t after_ns)
{
    const struct samples *late = &self->late;
    int64_t until_ns = self->what->until_ns;

    self->samples.count = 0;
    look_at(self, series, after_ns);
    for (uint32_t i = 0; i < self->parts->count; i++) {
        const struct part *part = self->parts->items[i]->part;
        if (part_touches(part, after_ns, until_ns))
            read_part(self, part, series->number, after_ns);
    }
    samples_add_within(&self->samples, late->times_ns, late->values,
                       late->count, (struct samples_range){after_ns, until_ns});
    samples_tidy(&self->samples);
}

static int
give_steps(struct answer *self, const struct head_series *series)
{
    const struct weir_select *what = self->what;
    const struct samples_range range = {what->after_ns, what->until_ns};
    struct steps *steps = &self->steps;
    uint64_t damaged = 0;

    look_at(self, series, what->after_ns);
    samples_tidy(&self->late);
    for (uint32_t i = 0; i < self->parts->count; i++) {
        const struct part *part = self->parts->items[i]->part;
        if (part_touches(part, what->after_ns, what->until_ns))
            damaged += fold_add(&self->fold, self->cursor, part, series->number,
                                range) < 0;
    }
    steps_begin(steps, what);
    damaged += fold_run(&self->fold, self->cursor, &self->late, steps);
    steps_end(steps);
    atomic_fetch_add(&self->tsdb->failures, damaged);
    if (steps->values.count == 0)
        return 0;
    int rc = weir_sink_series(self->sink, &series->series);
    return rc < 0
               ? rc
               : weir_sink_samples(self->sink, steps->values.times_ns,
                                   steps->values.values, steps->values.count);
}

static int
give_last(struct answer *self, const struct head_series *series)
{
    const struct weir_select *what = self->what;
    const struct samples *samples = &self->samples;

    gather(self, series,
           what->range_ns > 0 ? what->until_ns - what->range_ns
                              : what->after_ns);
    if (samples->count == 0)
        return 0;
    int rc = weir_sink_series(self->sink, &series->series);
    return rc < 0 ? rc
                  : weir_sink_samples(self->sink, &what->until_ns,
                                      &samples->values[samples->count - 1], 1);
}

static int
give_samples(struct answer *self, const struct head_series *series)
{
    const struct samples *samples = &self->samples;

    if (is_last(self->what))
        return give_last(self, series);
    if (steps_can(self->what))
        return give_steps(self, series);
    gather(self, series, self->what->after_ns);
    if (samples->count == 0)
        return 0;
    int rc = weir_sink_series(self->sink, &series->series);
    return rc < 0 ? rc
                  : weir_sink_samples(self->sink, samples->times_ns,
                                      samples->values, samples->count);
}

/* Names -------------------------------------------------------------------- */

static int
give_series(struct answer *self, const struct head_series *series)
{
    return weir_sink_series(self->sink, &series->series);
}

/* Notes the text; returns false when it was told before. */
static bool
is_news(struct answer *self, const char *text)
{
    size_t size = strlen(text);
    uint64_t hash = XXH3_64bits(text, size);
    uint32_t step = 0, number = 0;

    while (table_next(&self->told, hash, &step, &number))
        if (strcmp(self->items[number], text) == 0)
            return false;
    if (self->item_count == self->item_room) {
        self->item_room = self->item_room ? 2 * self->item_room : 64;
        self->items =
            xrealloc(self->items, self->item_room, sizeof(*self->items));
    }
    self->items[self->item_count++] = arena_bytes(&self->texts, text, size);
    if (!table_full(&self->told)) {
        table_put(&self->told, hash, self->item_count - 1);
        return true;
    }
    table_reset(&self->told, self->item_count);
    for (uint32_t i = 0; i < self->item_count; i++)
        table_put(&self->told,
                  XXH3_64bits(self->items[i], strlen(self->items[i])), i);
    return true;
}

static int
give_text(struct answer *self, const char *text)
{
    return is_news(self, text) ? weir_sink_text(self->sink, text) : 0;
}

static int
give_label_names(struct answer *self, const struct head_series *series)
{
    int rc = give_text(self, "__name__");

    for (const struct weir_label *label = series->series.labels;
         rc >= 0 && label->name; label++)
        rc = give_text(self, label->name);
    return rc;
}

static int
give_whole_name(struct answer *self, const struct weir_series *series)
{
    char whole[WHOLE_NAME_MOST];
    int length = snprintf(whole, sizeof(whole), "%s%s", series->metric->name,
                          series->suffix);

    return length < (int)sizeof(whole) ? give_text(self, whole) : 0;
}

static int
give_label_values(struct answer *self, const struct head_series *series)
{
    const char *wanted = self->what->label;

    if (strcmp(wanted, "__name__") == 0)
        return give_whole_name(self, &series->series);
    const char *value = labels_get(series->series.labels, wanted);
    return value ? give_text(self, value) : 0;
}

static int
give_metric(struct answer *self, const struct head_series *series)
{
    static const struct weir_label no_labels[] = {{0}};
    const struct weir_series whole = {series->series.metric, "", no_labels};

    return is_news(self, whole.metric->name)
               ? weir_sink_series(self->sink, &whole)
               : 0;
}

static int
give_status(struct answer *self)
{
    struct tsdb *tsdb = self->tsdb;
    struct wal_figures log;

    wal_figures(tsdb->wal, &log);
    (void)pthread_rwlock_rdlock(&tsdb->head.lock);
    const struct {
        const char *name;
        uint64_t value;
    } status[] = {
        {"series", tsdb->head.known},
        {"head_samples", tsdb->head.samples + tsdb->head.frozen_samples},
        {"refused_samples", tsdb->refused},
        {"refused_old_samples", tsdb->too_old},
        {"refused_early_samples", tsdb->too_early},
        {"dropped_samples", tsdb->dropped_samples},
        {"parts", tsdb->parts->count},
        {"damaged_parts", tsdb->damaged_parts},
        {"rebuilt_parts", tsdb->rebuilt_parts},
        {"quarantined_files", tsdb->quarantine.files},
        {"lost_records", tsdb->lost_records},
        {"log_records", log.records},
        {"log_bytes", log.bytes},
        {"log_syncs", log.syncs},
        {"compactions", tsdb->compact.runs},
        {"compaction_read_bytes", tsdb->compact.read_bytes},
        {"compaction_written_bytes", tsdb->compact.written_bytes},
        {"compaction_failures", tsdb->compact.failures},
        {"failures", tsdb->failures},
        {"read_only", tsdb->read_only},
    };
    (void)pthread_rwlock_unlock(&tsdb->head.lock);

    int rc = 0;
    for (size_t i = 0; rc == 0 && i < WEIR_COUNT(status); i++) {
        char text[64];
        (void)snprintf(text, sizeof(text), "%s=%llu", status[i].name,
                       (unsigned long long)status[i].value);
        rc = weir_sink_text(self->sink, text);
    }
    return rc;
}

typedef int give(struct answer *self, const struct head_series *series);

static give *const gives[] = {
    [WEIR_SAMPLES] = give_samples,
    [WEIR_SERIES] = give_series,
    [WEIR_LABEL_NAMES] = give_label_names,
    [WEIR_LABEL_VALUES] = give_label_values,
    [WEIR_METRICS] = give_metric,
};

static bool
is_in_part(struct answer *self, uint32_t index, uint32_t number)
{
    const struct part *part = self->parts->items[index]->part;
    const struct weir_select *what = self->what;
    struct part_chunk chunk;

    if (!part_touches(part, what->after_ns, what->until_ns))
        return false;
    part_cursor_turn(self->cursor, part);
    part_cursor_seek(self->cursor, number, what->after_ns, what->until_ns);
    return part_cursor_next(self->cursor, &chunk) == 0;
}

/* Samples are looked for anyhow when they are wanted. */
static bool
is_in_time(struct answer *self, const struct head_series *series)
{
    const struct weir_select *what = self->what;
    struct head *head = &self->tsdb->head;

    if (self->any_time || what->want == WEIR_SAMPLES)
        return true;
    (void)pthread_rwlock_rdlock(&head->lock);
    bool touches = head_touches(series, what->after_ns, what->until_ns);
    struct parts *parts = parts_hold(self->tsdb->parts);
    (void)pthread_rwlock_unlock(&head->lock);
    take_parts(self, parts);
    for (uint32_t i = 0; !touches && i < parts->count; i++)
        touches = is_in_part(self, i, series->number);
    return touches;
}

static int
give_handful(struct answer *self, const struct handful *handful)
{
    const struct weir_select *what = self->what;
    int rc = 0;

    for (uint32_t i = 0; rc >= 0 && i < handful->count; i++) {
        const struct head_series *series = handful->items[i];
        if (weir_matches_series(what->matchers, what->matcher_count,
                                &series->series) &&
            is_in_time(self, series))
            rc = gives[what->want](self, series);
    }
    return rc;
}

static int
give_all(struct answer *self)
{
    struct head *head = &self->tsdb->head;
    struct handful handful = {.next = 1};
    int rc = 0;

    (void)pthread_rwlock_rdlock(&head->lock);
    handful.last = head->count;
    (void)pthread_rwlock_unlock(&head->lock);
    if (is_last(self->what) || steps_can(self->what))
        rc = weir_sink_evaluated(self->sink);
    while (rc >= 0 && take_handful(head, &handful))
        rc = give_handful(self, &handful);
    return rc < 0 ? rc : 0;
}

int
tsdb_answer(struct tsdb *self, const struct weir_select *what,
            struct weir_sink *sink)
{
    struct answer answer = {
        .tsdb = self,
        .what = what,
        .sink = sink,
        .any_time =
            what->want != WEIR_SAMPLES && what->until_ns <= what->after_ns,
    };

    if (what->want == WEIR_STATUS)
        return give_status(&answer);
    if (what->want >= WEIR_COUNT(gives))
        return 0;
    int rc = give_all(&answer);
    drop_parts(&answer);
    samples_fini(&answer.samples);
    samples_fini(&answer.late);
    fold_fini(&answer.fold);
    steps_fini(&answer.steps);
    table_fini(&answer.told);
    free(answer.items);
    arena_clear(&answer.texts);
    return rc;
}
