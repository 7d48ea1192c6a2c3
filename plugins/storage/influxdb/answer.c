/* answer.c - what storage influxdb answers to a select; see answer.h
 *
 * InfluxDB is asked twice: which fields it has, and then for those whose metric
 * is meant, a statement each, many in one request.  It looks at times and tags;
 * all that comes is looked at again here, where the rules are weir's.
 */
#include <config.h>

#include "answer.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include <weir/cleanup.h>

#include "answer_texts.h"
#include "base.h"
#include "catalogue.h"
#include "choice.h"
#include "influxdb.h"
#include "influxql.h"
#include "rows.h"

enum { QUERY_AIM = 32768 }; /* bytes of a request's statements */

struct answer {
    struct influxdb *influxdb;
    const struct weir_select *what;
    struct weir_sink *sink;
    bool any_time; /* series at all, whenever they had samples */
    struct catalogue catalogue;
};

/* Asks, and has 'calls' hear the answer. */
static int
ask(struct answer *self, const char *query, const struct reply_calls *calls,
    void *arg)
{
    weir_cleanup(reply_destroy) struct reply *reply = reply_new(calls, arg);
    const struct caller_wish wish = {self->what, self->sink, query, reply};

    return callers_ask(self->influxdb, &wish);
}

/* Which fields there are --------------------------------------------------- */

struct survey {
    struct answer *answer;
    char *measurement; /* whose fields are heard of */
};

static int
hear_measurement(void *arg, struct reply_series *series)
{
    struct survey *self = arg;

    free(self->measurement);
    self->measurement = x_or_die(strdup(series->name));
    return 0;
}

static int
hear_field(void *arg, const struct reply_cell *cells, size_t count)
{
    struct survey *self = arg;
    struct answer *answer = self->answer;
    uint64_t most = answer->what->bounds.memory_bytes;

    if (count < 2 || !cells[0].text || !cells[1].text)
        return -EBADMSG;
    const struct catalogue_field field = {.measurement = self->measurement,
                                          .name = cells[0].text,
                                          .cast = cells[1].text};
    catalogue_add(&answer->catalogue, answer->what, &field);
    if (most && answer->catalogue.texts.size > most)
        return weir_sink_fail(answer->sink, -E2BIG,
                              "InfluxDB has more fields than the bound allows");
    return 0;
}

/* A database is not there before something is written to it. */
static int
no_database(const struct answer *self)
{
    const struct influxdb *influxdb = self->influxdb;

    if (influxdb->create_database && !*influxdb->bucket)
        return 0;
    return weir_sink_fail(
        self->sink, -ENOENT, "InfluxDB at %s has no database \"%s\"",
        influxdb->url,
        *influxdb->bucket ? influxdb->bucket : influxdb->database);
}

static int
read_catalogue(struct answer *self)
{
    static const struct reply_calls calls = {hear_measurement, hear_field};
    struct survey survey = {.answer = self};
    weir_cleanup(weir_free) char *query = NULL;
    size_t size = 0;
    FILE *to = x_or_die(open_memstream(&query, &size));

    catalogue_question(to, self->what);
    (void)fclose(to);
    int rc = ask(self, query, &calls, &survey);
    free(survey.measurement);
    if (rc == -ENOENT)
        rc = no_database(self);
    catalogue_tidy(&self->catalogue);
    return rc;
}

/* Their series ------------------------------------------------------------- */

static void
put_statement(const struct answer *self, FILE *to,
              const struct catalogue_field *field)
{
    const char *choice = choice_of(self->what, field->cast);

    (void)fprintf(to, "SELECT %s%s", choice ? choice : "", choice ? "(" : "");
    influxql_name(to, field->name);
    (void)fprintf(to, "::%s%s FROM ", field->cast, choice ? ")" : "");
    influxql_name(to, field->measurement);
    influxql_where(to, self->what, !self->any_time);
    (void)fputs(" GROUP BY *", to);
    if (self->what->want != WEIR_SAMPLES)
        (void)fputs(" LIMIT 1", to);
    (void)fputc(';', to);
}

/* Asks for fields from '*next_p' on, which then is the one after them. */
static int
ask_some(struct answer *self, struct rows *rows, size_t *next_p)
{
    static const struct reply_calls calls = {rows_series, rows_row};
    const struct catalogue *catalogue = &self->catalogue;
    weir_cleanup(weir_free) char *query = NULL;
    size_t size = 0;
    size_t first = *next_p;
    FILE *to = x_or_die(open_memstream(&query, &size));

    while (*next_p < catalogue->count && ftell(to) < QUERY_AIM)
        put_statement(self, to, &catalogue->items[(*next_p)++]);
    (void)fclose(to);
    rows_expect(rows, &catalogue->items[first], *next_p - first);
    int rc = ask(self, query, &calls, rows);
    if (rc == -ENOENT)
        rc = no_database(self);
    return rc < 0 ? rc : rows_end(rows);
}

/* What others wrote may be nothing that a series here can be. */
static void
tell_left_out(const struct answer *self, const struct rows *rows)
{
    uint64_t fields = self->catalogue.left_out;
    uint64_t series = rows_left_out(rows);

    if (fields > 0 || series > 0)
        weir_warn(self->influxdb,
                  "of what was asked of %s, %" PRIu64 " fields and %" PRIu64
                  " series are left out: their names or tags are too many, too "
                  "long, the same, or no UTF-8",
                  self->influxdb->url, fields, series);
}

static int
ask_all(struct answer *self)
{
    weir_cleanup(rows_destroy) struct rows *rows =
        rows_new(self->what, self->sink, &self->influxdb->metrics);
    size_t next = 0;
    int rc = 0;

    if (choice_is_last(self->what))
        rc = weir_sink_evaluated(self->sink);
    while (rc == 0 && next < self->catalogue.count)
        rc = ask_some(self, rows, &next);
    tell_left_out(self, rows);
    return rc;
}

/* Names -------------------------------------------------------------------- */

static bool
is_of_names(const struct weir_select *what)
{
    for (size_t i = 0; i < what->matcher_count; i++)
        if (strcmp(what->matchers[i].name, "__name__") != 0)
            return false;
    return what->want == WEIR_METRICS || (what->want == WEIR_LABEL_VALUES &&
                                          strcmp(what->label, "__name__") == 0);
}

/* What asks for names of metrics, and not for when there were samples, has all
 * it needs. */
static int
give_names(const struct answer *self)
{
    static const struct weir_label none[] = {{0}};
    struct answer_texts texts = {.what = self->what, .sink = self->sink};
    int rc = 0;

    for (size_t i = 0; rc >= 0 && i < self->catalogue.count; i++) {
        struct weir_metric metric;
        struct weir_series series = {.metric = &metric, .labels = none};
        metrics_find(&self->influxdb->metrics, self->catalogue.items[i].metric,
                     &metric, &series.suffix);
        rc = answer_texts_give(&texts, &series);
    }
    answer_texts_fini(&texts);
    return rc < 0 ? rc : 0;
}

/* Status ------------------------------------------------------------------- */

static int
hear_nothing(void *arg, struct reply_series *series)
{
    (void)arg;
    (void)series;
    return 0;
}

static int
hear_count(void *arg, const struct reply_cell *cells, size_t count)
{
    const struct answer *self = arg;
    char text[64];

    if (count < 1 || cells[0].kind != MSGPACK_INTEGER)
        return -EBADMSG;
    (void)snprintf(text, sizeof(text), "series=%" PRId64, cells[0].integer);
    return weir_sink_text(self->sink, text);
}

static int
give_status(struct answer *self)
{
    static const struct reply_calls calls = {hear_nothing, hear_count};
    int rc = ask(self, "SHOW SERIES CARDINALITY", &calls, self);

    return rc == -ENOENT ? no_database(self) : rc;
}

int
answer_select(struct influxdb *self, const struct weir_select *what,
              struct weir_sink *sink)
{
    const struct weir_select asked = choice_narrow(what);
    struct answer answer = {
        .influxdb = self,
        .what = &asked,
        .sink = sink,
        .any_time =
            what->want != WEIR_SAMPLES && what->until_ns <= what->after_ns,
        .catalogue.fields = (enum line_fields)self->fields,
    };

    if (what->want == WEIR_STATUS)
        return give_status(&answer);
    if (what->want >= WEIR_STATUS)
        return 0;
    int rc = read_catalogue(&answer);
    if (rc == 0)
        rc = answer.any_time && is_of_names(what) ? give_names(&answer)
                                                  : ask_all(&answer);
    catalogue_fini(&answer.catalogue);
    return rc;
}
