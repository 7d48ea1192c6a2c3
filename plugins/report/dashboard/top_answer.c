/* top_answer.c - an answer of /api/v1/overview, read for weir top */
#include <config.h>

#include "top_answer.h"

#include <jansson.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include <weir/cleanup.h>

#include "base.h"
#include "cli/plain.h"

enum { SHOWN_MOST = 200 };

static const char *const states[TOP_STATES] = {"ok", "warn", "gone", "bad"};
static const char *const figures[TOP_FIGURES] = {"now", "avg", "max", "min"};

/* Returns a text, made harmless, or "". */
static char *
text_of(const json_t *object, const char *key, unsigned flags)
{
    const char *text = json_string_value(json_object_get(object, key));

    return plain_text(text ? text : "", flags);
}

static size_t
count_of(const json_t *object, const char *key)
{
    json_int_t count = json_integer_value(json_object_get(object, key));

    return count > 0 ? (size_t)count : 0;
}

static double
number_of(const json_t *value)
{
    return json_is_number(value) ? json_number_value(value) : (double)NAN;
}

/* Reads the texts of a list, at most 'most'; returns how many. */
static size_t
read_texts(const json_t *list, unsigned flags, char **ret_texts, size_t most)
{
    size_t count = json_array_size(list);

    if (count > most)
        count = most;
    for (size_t i = 0; i < count; i++) {
        const char *text = json_string_value(json_array_get(list, i));
        ret_texts[i] = plain_text(text ? text : "", flags);
    }
    return count;
}

static void
read_columns(struct top_kind *kind, const json_t *list, unsigned flags)
{
    size_t count = json_array_size(list);

    kind->column_count = count < TOP_COLUMNS ? count : TOP_COLUMNS;
    for (size_t i = 0; i < kind->column_count; i++) {
        const json_t *each = json_array_get(list, i);
        kind->columns[i] = (struct top_column){
            text_of(each, "key", flags), text_of(each, "title", flags),
            text_of(each, "unit", flags), text_of(each, "help", flags)};
    }
}

static enum top_state
read_state(const json_t *value)
{
    const char *text = json_string_value(value);
    size_t state = 0;

    while (text && state < TOP_STATES && strcmp(states[state], text) != 0)
        state++;
    return text && state < TOP_STATES ? (enum top_state)state : TOP_OK;
}

static void
read_figures(const struct top_kind *kind, struct top_row *row,
             const json_t *given)
{
    for (size_t i = 0; i < kind->column_count; i++) {
        const json_t *cell = json_object_get(given, kind->columns[i].key);
        for (size_t j = 0; j < TOP_FIGURES; j++)
            row->figures[i][j] = number_of(json_object_get(cell, figures[j]));
    }
}

static void
read_row(const struct top_kind *kind, struct top_row *row, const json_t *given,
         unsigned flags)
{
    const json_t *spark = json_object_get(given, "spark");
    size_t count = json_array_size(spark);

    row->name = text_of(given, "name", flags);
    row->state = read_state(json_object_get(given, "state"));
    row->wrong_count = read_texts(json_object_get(given, "wrong"), flags,
                                  row->wrong, TOP_WRONGS);
    read_figures(kind, row, json_object_get(given, "figures"));
    row->spark_count = count < TOP_SPARK ? count : TOP_SPARK;
    for (size_t i = 0; i < row->spark_count; i++)
        row->spark[i] = number_of(json_array_get(spark, i));
}

static void
read_kind(struct top_kind *kind, const json_t *given, unsigned flags)
{
    const json_t *rows = json_object_get(given, "rows");

    kind->title = text_of(given, "title", flags);
    kind->count = count_of(given, "count");
    kind->matched = count_of(given, "matched");
    kind->bad = count_of(given, "bad");
    kind->gone = count_of(given, "gone");
    kind->warn = count_of(given, "warn");
    read_columns(kind, json_object_get(given, "columns"), flags);
    kind->row_count = json_array_size(rows);
    kind->rows = xcalloc(kind->row_count, sizeof(*kind->rows));
    for (size_t i = 0; i < kind->row_count; i++)
        read_row(kind, &kind->rows[i], json_array_get(rows, i), flags);
}

static struct top_answer *
read_data(const json_t *whole, unsigned flags)
{
    const json_t *data = json_object_get(whole, "data");
    const json_t *kinds = json_object_get(data, "kinds");
    struct top_answer *self = xcalloc(1, sizeof(*self));
    size_t count = json_array_size(kinds);

    self->end_s = number_of(json_object_get(data, "end"));
    self->window_s = self->end_s - number_of(json_object_get(data, "start"));
    self->kind_count = count < TOP_KINDS ? count : TOP_KINDS;
    for (size_t i = 0; i < self->kind_count; i++)
        read_kind(&self->kinds[i], json_array_get(kinds, i), flags);
    self->warning_count = read_texts(json_object_get(whole, "warnings"), flags,
                                     self->warnings, TOP_WARNINGS);
    return self;
}

/* Says why there is no answer in it. */
static char *
explain(const json_t *whole, const char *bytes, size_t size, unsigned flags)
{
    const char *error = json_string_value(json_object_get(whole, "error"));
    char shown[SHOWN_MOST + 1] = "";
    char *why = NULL;

    if (error)
        return plain_text(error, flags);
    (void)snprintf(shown, sizeof(shown), "%.*s", (int)size, bytes);
    shown[strcspn(shown, "\r\n")] = '\0';
    weir_cleanup(weir_free) char *harmless = plain_text(shown, flags);
    if (asprintf(&why,
                 "the answer is not that of a weir with report dashboard { } "
                 "in its configuration: \"%s\"",
                 harmless) < 0)
        why = NULL;
    return x_or_die(why);
}

struct top_answer *
top_answer_read(const char *bytes, size_t size, unsigned flags,
                char **reterr_why)
{
    struct top_answer *answer = NULL;
    json_t *whole = bytes ? json_loadb(bytes, size, 0, NULL) : NULL;

    if (json_is_array(json_object_get(json_object_get(whole, "data"), "kinds")))
        answer = read_data(whole, flags);
    else
        *reterr_why = explain(whole, bytes ? bytes : "", size, flags);
    json_decref(whole);
    return answer;
}

static void
free_texts(char **texts, size_t count)
{
    for (size_t i = 0; i < count; i++)
        free(texts[i]);
}

static void
kind_fini(struct top_kind *self)
{
    for (size_t i = 0; i < self->row_count; i++) {
        free(self->rows[i].name);
        free_texts(self->rows[i].wrong, self->rows[i].wrong_count);
    }
    free(self->rows);
    for (size_t i = 0; i < self->column_count; i++) {
        free(self->columns[i].key);
        free(self->columns[i].title);
        free(self->columns[i].unit);
        free(self->columns[i].help);
    }
    free(self->title);
}

void
top_answer_destroy(struct top_answer **self_p)
{
    struct top_answer *self = weir_take(*self_p);

    if (!self)
        return;
    for (size_t i = 0; i < self->kind_count; i++)
        kind_fini(&self->kinds[i]);
    free_texts(self->warnings, self->warning_count);
    free(self);
}
