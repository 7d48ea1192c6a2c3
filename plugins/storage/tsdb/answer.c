/* answer.c - what storage tsdb answers to a select
 *
 * The index says which series are meant.  What a few of them are is copied
 * under the head's lock, then the samples of one after the other; whoever
 * listens is told without it.
 */
#include <config.h>

#include <errno.h>
#include <string.h>

#include "answer_texts.h"
#include "base.h"
#include "damage.h"
#include "fold.h"
#include "selector.h"
#include "series.h"
#include "told.h"
#include "tsdb.h"

struct answer {
    struct tsdb *tsdb;
    const struct weir_select *what;
    struct weir_sink *sink;
    bool any_time; /* series at all, whenever they had samples */
    struct answer_texts texts;
    struct selector selector;
    struct parts *parts;          /* held; or NULL */
    struct part_cursor *cursor;   /* for one of them after the other; or NULL */
    struct samples samples, late; /* of parts and head together; of the head */
    struct fold fold;
    struct steps steps;

    /* The series whose samples are looked for. */
    const struct told *told;
    struct samples_range range;
    bool begun; /* the sink knows of it */
};

/* Samples ------------------------------------------------------------------ */

/* Says whether the answer is values of functions.  The last value alone may be
 * a stale marker: whoever asks knows of them. */
static bool
is_evaluated(const struct weir_select *what)
{
    return weir_asks_once(what, WEIR_LAST) ||
           weir_asks_once(what, WEIR_FIGURES) || steps_can(what);
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

static void
note_damaged(void *arg, const struct part *part, const struct part_chunk *chunk,
             int rc)
{
    struct answer *self = arg;

    damage_note(self->tsdb, self->parts, part, chunk, rc);
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
look_at(struct answer *self, const struct told *told, int64_t after_ns)
{
    struct head *head = &self->tsdb->head;

    self->late.count = 0;
    (void)pthread_rwlock_rdlock(&head->lock);
    const struct head_series *series = told_find(head, told);
    if (series)
        head_copy(series, after_ns, self->what->until_ns, &self->late);
    struct parts *parts = parts_hold(self->tsdb->parts);
    (void)pthread_rwlock_unlock(&head->lock);
    take_parts(self, parts);
}

/* Finds the chunks of the series that may have samples in the range that begins
 * after 'after_ns', and what the head has of it. */
static void
find_samples(struct answer *self, const struct told *told, int64_t after_ns)
{
    self->told = told;
    self->range = (struct samples_range){after_ns, self->what->until_ns};
    self->begun = false;
    look_at(self, told, after_ns);
    samples_tidy(&self->late);
    for (uint32_t i = 0; i < self->parts->count; i++) {
        const struct part *part = self->parts->items[i]->part;
        if (part_touches(part, after_ns, self->what->until_ns))
            fold_add(&self->fold, self->cursor, part, told->number,
                     self->range);
    }
}

static int
keep_span(void *arg, const struct span *span)
{
    struct answer *self = arg;

    samples_add_sorted(&self->samples, span->times_ns, span->values,
                       span->count, self->range);
    return 0;
}

/* Puts all samples of the range together. */
static void
gather(struct answer *self, const struct told *told, int64_t after_ns)
{
    find_samples(self, told, after_ns);
    self->samples.count = 0;
    (void)fold_samples(&self->fold, self->cursor, &self->late,
                       &(struct fold_wish){self->range, keep_span, self});
}

static int
give_steps(struct answer *self, const struct told *told)
{
    const struct weir_select *what = self->what;
    struct steps *steps = &self->steps;

    find_samples(self, told, what->after_ns);
    steps_begin(steps, what);
    fold_steps(&self->fold, self->cursor, &self->late, steps);
    steps_end(steps);
    if (steps->values.count == 0)
        return 0;
    int rc = weir_sink_series(self->sink, &told->series);
    return rc < 0
               ? rc
               : weir_sink_samples(self->sink, steps->values.times_ns,
                                   steps->values.values, steps->values.count);
}

static int
give_last(struct answer *self, const struct told *told)
{
    const struct weir_select *what = self->what;
    const struct samples *samples = &self->samples;

    gather(self, told,
           what->range_ns > 0 ? what->until_ns - what->range_ns
                              : what->after_ns);
    if (samples->count == 0)
        return 0;
    int rc = weir_sink_series(self->sink, &told->series);
    return rc < 0 ? rc
                  : weir_sink_samples(self->sink, &what->until_ns,
                                      &samples->values[samples->count - 1], 1);
}

static int
give_figures(struct answer *self, const struct told *told)
{
    const struct samples *samples = &self->samples;

    gather(self, told, self->what->after_ns);
    return weir_sink_figures(self->sink, &told->series, samples->times_ns,
                             samples->values, samples->count);
}

/* Gives samples as they are read. */
static int
give_span(void *arg, const struct span *span)
{
    struct answer *self = arg;
    size_t from = span_after(span, 0, self->range.after_ns);
    size_t end = span_after(span, from, self->range.until_ns);
    int rc = 0;

    if (from == end)
        return 0;
    if (!self->begun)
        rc = weir_sink_series(self->sink, &self->told->series);
    self->begun = true;
    return rc < 0 ? rc
                  : weir_sink_samples(self->sink, span->times_ns + from,
                                      span->values + from, end - from);
}

static int
give_samples(struct answer *self, const struct told *told)
{
    if (weir_asks_once(self->what, WEIR_LAST))
        return give_last(self, told);
    if (weir_asks_once(self->what, WEIR_FIGURES))
        return give_figures(self, told);
    if (steps_can(self->what))
        return give_steps(self, told);
    find_samples(self, told, self->what->after_ns);
    return fold_samples(&self->fold, self->cursor, &self->late,
                        &(struct fold_wish){self->range, give_span, self});
}

/* Names -------------------------------------------------------------------- */

static int
give_series(struct answer *self, const struct told *told)
{
    return weir_sink_series(self->sink, &told->series);
}

static int
give_text(struct answer *self, const struct told *told)
{
    return answer_texts_give(&self->texts, &told->series);
}

typedef int give(struct answer *self, const struct told *told);

static give *const gives[] = {
    [WEIR_SAMPLES] = give_samples,  [WEIR_SERIES] = give_series,
    [WEIR_LABEL_NAMES] = give_text, [WEIR_LABEL_VALUES] = give_text,
    [WEIR_METRICS] = give_text,
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
is_in_time(struct answer *self, const struct told *told)
{
    const struct weir_select *what = self->what;
    struct head *head = &self->tsdb->head;

    if (self->any_time || what->want == WEIR_SAMPLES)
        return true;
    (void)pthread_rwlock_rdlock(&head->lock);
    const struct head_series *series = told_find(head, told);
    bool touches =
        series && head_touches(series, what->after_ns, what->until_ns);
    struct parts *parts = parts_hold(self->tsdb->parts);
    (void)pthread_rwlock_unlock(&head->lock);
    take_parts(self, parts);
    for (uint32_t i = 0; !touches && i < parts->count; i++)
        touches = is_in_part(self, i, told->number);
    return touches;
}

static int
give_handful(struct answer *self, const struct told_few *handful)
{
    const struct weir_select *what = self->what;
    int rc = 0;

    for (uint32_t i = 0; rc >= 0 && i < handful->count; i++) {
        const struct told *told = &handful->items[i];
        rc = selector_meets(&self->selector, &told->series);
        if (rc < 0)
            return weir_sink_fail(self->sink, rc, "%s", self->selector.why);
        if (rc == 1 && is_in_time(self, told))
            rc = gives[what->want](self, told);
    }
    return rc;
}

/* Keeps the numbers of the slice that is asked for; those of a metric may be
 * all odd.  Returns how many. */
static uint32_t
take_slice(const struct weir_select *what, uint32_t *numbers, uint32_t count)
{
    uint32_t kept = 0;

    for (uint32_t i = 0; i < count; i++)
        if ((numbers[i] * UINT32_C(0x9e3779b1) >> 16) % what->slices ==
            what->slice)
            numbers[kept++] = numbers[i];
    return kept;
}

static int
give_all(struct answer *self)
{
    struct told_few handful = {0};
    roaring_uint32_iterator_t next;
    uint32_t numbers[TOLD_FEW];
    uint32_t count = 0;
    int rc = 0;

    if (is_evaluated(self->what))
        rc = weir_sink_evaluated(self->sink);
    roaring_init_iterator(self->selector.series, &next);
    while (rc >= 0 &&
           (count = roaring_read_uint32_iterator(&next, numbers, TOLD_FEW))) {
        if (self->what->slices > 1)
            count = take_slice(self->what, numbers, count);
        told_look(&handful, &self->tsdb->head, numbers, count,
                  self->selector.generation);
        rc = give_handful(self, &handful);
    }
    arena_clear(&handful.texts);
    return rc < 0 ? rc : 0;
}

/* Values of a label ask for no series when it does not matter when they had
 * samples. */
static int
give_values(struct answer *self)
{
    struct postings *index = self->tsdb->head.index;
    struct postings_walk *walk = xcalloc(1, sizeof(*walk));
    int rc = 0;

    walk->name = self->what->label;
    walk->among = self->what->matcher_count ? self->selector.series : NULL;
    while (rc >= 0 && postings_walk(index, walk))
        for (uint32_t i = 0; rc >= 0 && i < walk->count; i++)
            rc = answer_texts_give_text(&self->texts, walk->values[i]);
    free(walk);
    return rc < 0 ? rc : 0;
}

static int
give_selected(struct answer *self)
{
    const struct weir_select *what = self->what;

    int rc = selector_init(&self->selector, self->tsdb->head.index,
                           what->matchers, what->matcher_count);
    if (rc < 0)
        return weir_sink_fail(self->sink, rc, "%s", self->selector.why);
    if (what->want == WEIR_LABEL_VALUES && self->any_time &&
        self->selector.rest_count == 0)
        return give_values(self);
    return give_all(self);
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
        .texts = {.what = what, .sink = sink},
        .fold = {.damaged = note_damaged, .arg = &answer},
    };

    if (what->want == WEIR_STATUS)
        return tsdb_status(self, sink);
    if (what->want >= WEIR_COUNT(gives))
        return 0;
    int rc = give_selected(&answer);
    drop_parts(&answer);
    samples_fini(&answer.samples);
    samples_fini(&answer.late);
    fold_fini(&answer.fold);
    steps_fini(&answer.steps);
    answer_texts_fini(&answer.texts);
    selector_fini(&answer.selector);
    return rc;
}
