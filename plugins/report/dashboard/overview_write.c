/* overview_write.c - the answer to who asks for the overview */
#include <config.h>

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base.h"
#include "overview_view.h"

enum { FIGURE_DIGITS = 7, SPARK_DIGITS = 4 };

/* The order in which kinds are told. */
static const enum kind told[KINDS] = {KIND_HOST, KIND_GO, KIND_TARGET,
                                      KIND_WEIR};

static const char *const states[STATES] = {[STATE_OK] = "ok",
                                           [STATE_WARN] = "warn",
                                           [STATE_GONE] = "gone",
                                           [STATE_BAD] = "bad"};

/* Writes "name": and what stands before it. */
static void
write_key(struct json *json, const char *before, const char *name)
{
    json_raw(json, before);
    json_text(json, name);
    json_raw(json, ":");
}

static void
write_pair(struct json *json, const char *before, const char *name,
           const char *text)
{
    write_key(json, before, name);
    json_text(json, text);
}

static void
write_count(struct json *json, const char *name, size_t count)
{
    write_key(json, ",", name);
    json_whole(json, (int64_t)count);
}

/* Rows --------------------------------------------------------------------- */

static void
write_cell(struct json *json, const struct cell *cell)
{
    const struct weir_figures *figures = &cell->figures;
    const struct {
        const char *name;
        double value;
    } all[] = {
        {"now", cell->now},
        {"avg", figures->value[WEIR_FIGURE_AVG]},
        {"max", figures->value[WEIR_FIGURE_MAX]},
        {"min", figures->value[WEIR_FIGURE_MIN]},
        {"avg_rate", figures->rate[WEIR_FIGURE_AVG]},
        {"max_rate", figures->rate[WEIR_FIGURE_MAX]},
        {"min_rate", figures->rate[WEIR_FIGURE_MIN]},
    };

    for (size_t i = 0; i < ARRAY_SIZE(all); i++) {
        write_key(json, i ? "," : "{", all[i].name);
        json_number(json, all[i].value, FIGURE_DIGITS);
    }
    json_raw(json, "}");
}

static void
write_spark(struct json *json, const struct subject *row)
{
    size_t at = 0;

    while (at < COLUMNS &&
           (columns[at].kind != row->kind || !subject_look(row, at)))
        at++;
    json_raw(json, ",\"spark\":[");
    for (size_t i = 0; at < COLUMNS && i < SPARK_POINTS; i++) {
        json_raw(json, i ? "," : "");
        json_number(json, (double)subject_look(row, at)->spark[i],
                    SPARK_DIGITS);
    }
    json_raw(json, "]");
    if (at < COLUMNS)
        write_pair(json, ",", "spark_of", columns[at].key);
}

static void
write_wrongs(struct json *json, const struct subject *row)
{
    char more[64];

    json_raw(json, ",\"wrong\":[");
    for (size_t i = 0; i < row->wrong_count; i++) {
        json_raw(json, i ? "," : "");
        json_text(json, row->wrongs[i].text);
    }
    if (row->wrong_more) {
        (void)snprintf(more, sizeof(more), "and %zu more", row->wrong_more);
        json_raw(json, ",");
        json_text(json, more);
    }
    json_raw(json, "]");
}

static void
write_row(struct json *json, const struct subject *row)
{
    bool any = false;

    write_pair(json, "{", "name", row->name);
    write_pair(json, ",\"labels\":{", "instance", row->instance);
    write_pair(json, ",", "job", row->job);
    write_pair(json, "},", "state", states[row->state]);
    write_wrongs(json, row);
    json_raw(json, ",\"figures\":{");
    for (size_t i = 0; i < COLUMNS; i++) {
        const struct cell *cell = subject_look(row, i);
        if (columns[i].kind != row->kind || !cell)
            continue;
        write_key(json, any ? "," : "", columns[i].key);
        write_cell(json, cell);
        any = true;
    }
    json_raw(json, "}");
    write_spark(json, row);
    json_raw(json, "}");
}

/* Kinds -------------------------------------------------------------------- */

static void
write_columns(struct json *json, const struct survey *survey, enum kind kind)
{
    bool any = false;

    json_raw(json, ",\"columns\":[");
    for (size_t i = 0; i < COLUMNS; i++) {
        if (columns[i].kind != kind)
            continue;
        write_pair(json, any ? ",{" : "{", "key", columns[i].key);
        write_pair(json, ",", "title", columns[i].title);
        write_pair(json, ",", "unit", columns[i].unit);
        write_pair(json, ",", "help", columns[i].help);
        weir_cleanup(weir_free) char *query = column_question(
            columns[i].text, survey->rate_ns, survey->key.window_ns);
        write_pair(json, ",", "query", query);
        json_raw(json, "}");
        any = true;
    }
    json_raw(json, "]");
}

static void
write_states(struct json *json, const struct survey *survey, enum kind kind)
{
    static const enum state worth[] = {STATE_BAD, STATE_GONE, STATE_WARN};
    size_t counts[STATES] = {0};

    for (size_t i = 0; i < survey->row_count[kind]; i++)
        counts[survey->rows[kind][i]->state]++;
    for (size_t i = 0; i < ARRAY_SIZE(worth); i++)
        write_count(json, states[worth[i]], counts[worth[i]]);
}

static void
write_kind(const struct view *self, const struct survey *survey, enum kind kind,
           struct json *json)
{
    size_t matched = 0;
    weir_cleanup(weir_free) const struct subject **rows =
        view_rows(self, survey, kind, &matched);

    write_pair(json, "{", "kind", kinds[kind].key);
    write_pair(json, ",", "title", kinds[kind].title);
    write_count(json, "count", survey->row_count[kind]);
    write_count(json, "matched", matched);
    write_states(json, survey, kind);
    write_columns(json, survey, kind);
    json_raw(json, ",\"rows\":[");
    for (size_t i = self->offset; i < matched && i - self->offset < self->limit;
         i++) {
        json_raw(json, i > self->offset ? "," : "");
        write_row(json, rows[i]);
    }
    json_raw(json, "]}");
}

static void
write_warnings(const struct view *self, const struct survey *survey,
               struct json *json)
{
    const char *before = ",\"warnings\":[";
    char text[96];

    for (size_t i = 0; i < survey->notices.warning_count; i++, before = ",") {
        json_raw(json, before);
        json_text(json, survey->notices.warnings[i]);
    }
    if (survey->notices.left_out) {
        json_raw(json, before);
        (void)snprintf(text, sizeof(text), "and %zu warnings more",
                       survey->notices.left_out);
        json_text(json, text);
    }
    if (self->cut) {
        json_raw(json, before);
        before = ",";
        (void)snprintf(text, sizeof(text),
                       "limit is %d rows of each kind at most", LIMIT_MOST);
        json_text(json, text);
    }
    if (before[1] == '\0')
        json_raw(json, "]");
}

void
view_write(const struct view *self, const struct survey *survey,
           struct json *json)
{
    int64_t start_ns = survey->end_ns - survey->key.window_ns;
    bool any = false;

    json_raw(json, "{\"status\":\"success\",\"data\":{\"start\":");
    json_time(json, start_ns);
    json_raw(json, ",\"end\":");
    json_time(json, survey->end_ns);
    json_raw(json, ",\"step\":");
    json_number(json, (double)survey->step_ns / (double)NS_PER_S,
                FIGURE_DIGITS);
    json_raw(json, ",\"kinds\":[");
    for (size_t i = 0; i < KINDS; i++) {
        if (!(survey->key.kinds & 1U << told[i]))
            continue;
        json_raw(json, any ? "," : "");
        write_kind(self, survey, told[i], json);
        any = true;
    }
    json_raw(json, "]}");
    write_warnings(self, survey, json);
    json_raw(json, "}");
}
