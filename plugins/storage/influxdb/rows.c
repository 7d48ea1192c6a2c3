/* rows.c - the series and samples of fields, as InfluxDB tells them; see rows.h
 */
#include <config.h>

#include "rows.h"

#include <errno.h>
#include <string.h>

#include <weir/cleanup.h>

#include "../../influx/naming.h"
#include "answer_texts.h"
#include "base.h"
#include "choice.h"
#include "series.h"

enum { HANDFUL = 1024, LABELS_ROOM = REPLY_TAGS_MOST + 2 };

struct rows {
    const struct weir_select *what;
    struct weir_sink *sink;
    struct metrics *metrics;
    struct answer_texts texts;
    const struct catalogue_field *fields; /* [field_count] */
    size_t field_count;

    /* The series that rows belong to. */
    const struct catalogue_field *field; /* or NULL, before the first */
    struct arena labels;
    struct weir_metric metric;
    struct weir_series series;
    bool meant;        /* it is one, and meets the conditions */
    bool given;        /* the sink knows of it */
    uint64_t left_out; /* series */

    /* Its samples that were not given yet. */
    int64_t times_ns[HANDFUL];
    double values[HANDFUL];
    size_t count;
};

struct rows *
rows_new(const struct weir_select *what, struct weir_sink *sink,
         struct metrics *metrics)
{
    struct rows *self = xcalloc(1, sizeof(*self));

    self->what = what;
    self->sink = sink;
    self->metrics = metrics;
    self->texts = (struct answer_texts){.what = what, .sink = sink};
    return self;
}

void
rows_destroy(struct rows **self_p)
{
    struct rows *self = *self_p;

    *self_p = NULL;
    if (!self)
        return;
    answer_texts_fini(&self->texts);
    arena_clear(&self->labels);
    free(self);
}

uint64_t
rows_left_out(const struct rows *self)
{
    return self->left_out;
}

void
rows_expect(struct rows *self, const struct catalogue_field *fields,
            size_t count)
{
    self->fields = fields;
    self->field_count = count;
    self->field = NULL;
}

/* Labels ------------------------------------------------------------------- */

/* Makes the name of a tag's label; NULL when it can have none. */
static const char *
name_of(struct arena *arena, const char *tag)
{
    if (series_label_name_valid(tag))
        return tag;
    char *name = arena_alloc(arena, naming_room(strlen(tag)));
    return naming_label(tag, name) == 0 ? name : NULL;
}

/* Makes sorted labels of what is told, which live as long as that and 'arena';
 * false when some tag can be none. */
static bool
make_labels(struct arena *arena, const struct reply_series *told,
            const struct catalogue_field *field,
            struct weir_label labels[LABELS_ROOM])
{
    size_t count = 0;

    if (told->tag_count >= REPLY_TAGS_MOST)
        return false;
    for (const struct weir_label *tag = told->tags; tag->name; tag++) {
        labels[count].name = name_of(arena, tag->name);
        labels[count].value = tag->value;
        if (!labels[count++].name)
            return false;
    }
    if (field->labelled)
        labels[count++] =
            (struct weir_label){NAMING_MEASUREMENT, field->measurement};
    labels[count] = (struct weir_label){0};
    labels_sort(labels);
    return true;
}

static bool
is_same(const struct weir_label *a, const struct weir_label *b)
{
    for (; a->name && b->name; a++, b++)
        if (strcmp(a->name, b->name) != 0 || strcmp(a->value, b->value) != 0)
            return false;
    return !a->name && !b->name;
}

/* Series ------------------------------------------------------------------- */

static void
begin(struct rows *self, const struct catalogue_field *field,
      const struct weir_label *labels)
{
    arena_clear(&self->labels);
    self->field = field;
    metrics_find(self->metrics, field->metric, &self->metric,
                 &self->series.suffix);
    self->series.metric = &self->metric;
    self->series.labels = labels_copy(&self->labels, labels);
    self->given = false;
    bool valid = series_valid(&self->series);
    self->left_out += !valid;
    self->meant =
        valid && weir_matches_series(self->what->matchers,
                                     self->what->matcher_count, &self->series);
}

/* Many samples of a series come in several pieces. */
static int
take_series(struct rows *self, const struct reply_series *told,
            struct arena *scratch)
{
    const struct catalogue_field *field = &self->fields[told->statement];
    struct weir_label labels[LABELS_ROOM];

    bool fine = make_labels(scratch, told, field, labels);
    if (fine && field == self->field && is_same(labels, self->series.labels))
        return 0;
    int rc = rows_end(self);
    if (fine)
        begin(self, field, labels);
    else
        self->field = NULL;
    self->left_out += !fine;
    return rc;
}

int
rows_series(void *arg, struct reply_series *series)
{
    struct rows *self = arg;
    struct arena scratch = {0};

    if (series->statement >= self->field_count)
        return -EBADMSG;
    int rc = take_series(self, series, &scratch);
    arena_clear(&scratch);
    return rc;
}

/* Samples ------------------------------------------------------------------ */

int
rows_end(struct rows *self)
{
    size_t count = self->count;
    int rc = 0;

    self->count = 0;
    if (count > 0 && !self->given)
        rc = weir_sink_series(self->sink, &self->series);
    if (count > 0)
        self->given = true;
    return rc < 0 || count == 0 ? rc
                                : weir_sink_samples(self->sink, self->times_ns,
                                                    self->values, count);
}

static int
take_sample(struct rows *self, const struct reply_cell *cells)
{
    const struct weir_select *what = self->what;
    int64_t time_ns = cells[0].integer;

    if (cells[1].kind == MSGPACK_NIL || cells[1].kind >= MSGPACK_TEXT ||
        time_ns <= what->after_ns || time_ns > what->until_ns)
        return 0;
    self->times_ns[self->count] =
        choice_is_last(what) ? what->until_ns : time_ns;
    self->values[self->count++] = cells[1].real;
    return self->count == HANDFUL ? rows_end(self) : 0;
}

static int
give_series(struct rows *self)
{
    if (self->given)
        return 0;
    self->given = true;
    return self->what->want == WEIR_SERIES
               ? weir_sink_series(self->sink, &self->series)
               : answer_texts_give(&self->texts, &self->series);
}

int
rows_row(void *arg, const struct reply_cell *cells, size_t count)
{
    struct rows *self = arg;

    if (count < 2 || cells[0].kind != MSGPACK_INTEGER)
        return -EBADMSG;
    if (!self->field || !self->meant)
        return 0;
    return self->what->want == WEIR_SAMPLES ? take_sample(self, cells)
                                            : give_series(self);
}
