/* dialect_forms.c - what the formats are that weir export writes */
#include <config.h>

#include <inttypes.h>
#include <string.h>

#include "base.h"
#include "dialect_inner.h"
#include "guess.h"
#include "series.h"
#include "stale.h"
#include "timetext.h"

/* Expositions -------------------------------------------------------------- */

/* How each form calls a type, and the ending that a family is called without in
 * OpenMetrics. */
static const struct {
    const char *prometheus, *openmetrics, *ending;
} types[] = {
    [WEIR_UNTYPED] = {"untyped", "unknown", ""},
    [WEIR_COUNTER] = {"counter", "counter", "_total"},
    [WEIR_GAUGE] = {"gauge", "gauge", ""},
    [WEIR_HISTOGRAM] = {"histogram", "histogram", ""},
    [WEIR_SUMMARY] = {"summary", "summary", ""},
    [WEIR_INFO] = {"gauge", "info", "_info"},
};

void
dialect_escape(FILE *out, const char *text)
{
    for (; *text; text++)
        if (*text == '\n')
            (void)fputs("\\n", out);
        else if (*text == '\\' || *text == '"')
            (void)fprintf(out, "\\%c", *text);
        else
            (void)putc_unlocked(*text, out);
}

static bool
ends_with(const char *name, size_t length, const char *ending)
{
    size_t size = strlen(ending);

    return length > size && memcmp(name + length - size, ending, size) == 0;
}

void
dialect_describe(FILE *out, const struct weir_metric *metric, bool open_metrics)
{
    size_t length = strlen(metric->name), unit = strlen(metric->unit);
    const char *ending = types[metric->type].ending;
    const char *type = open_metrics ? types[metric->type].openmetrics
                                    : types[metric->type].prometheus;

    if (open_metrics && ends_with(metric->name, length, ending))
        length -= strlen(ending);
    else if (open_metrics && *ending)
        type = types[WEIR_UNTYPED].openmetrics;
    if (*metric->help) {
        (void)fprintf(out, "# HELP %.*s ", (int)length, metric->name);
        dialect_escape(out, metric->help);
        (void)fputc('\n', out);
    }
    (void)fprintf(out, "# TYPE %.*s %s\n", (int)length, metric->name, type);
    if (open_metrics && unit && ends_with(metric->name, length, metric->unit) &&
        metric->name[length - unit - 1] == '_')
        (void)fprintf(out, "# UNIT %.*s %s\n", (int)length, metric->name,
                      metric->unit);
}

static const char *
head_exposition(struct dialect *self, FILE *out,
                const struct weir_series *series)
{
    char before = '{';

    (void)self;
    (void)fprintf(out, "%s%s", series->metric->name, series->suffix);
    for (const struct weir_label *label = series->labels; label->name;
         label++) {
        (void)fprintf(out, "%c%s=\"", before, label->name);
        dialect_escape(out, label->value);
        (void)fputc('"', out);
        before = ',';
    }
    if (before == ',')
        (void)fputc('}', out);
    (void)fputc(' ', out);
    return NULL;
}

static size_t
time_milliseconds(int64_t time_ns, char *text)
{
    if (time_ns % NS_PER_MS != 0)
        return 0;
    return (size_t)snprintf(text, TIMETEXT_SIZE, "%" PRId64,
                            time_ns / NS_PER_MS);
}

/* InfluxDB ----------------------------------------------------------------- */

/* A '\' that stands before one that must be escaped, or at the end, would take
 * the meaning of that away. */
static bool
can_be_tag(const char *value)
{
    for (; *value; value++)
        if (*value == '\n' || (*value == '\\' && strchr(",= \\", value[1])))
            return false;
    return true;
}

static const char *
head_influx(struct dialect *self, FILE *out, const struct weir_series *series)
{
    (void)self;
    (void)fprintf(out, "%s%s", series->metric->name, series->suffix);
    for (const struct weir_label *label = series->labels; label->name;
         label++) {
        if (!can_be_tag(label->value))
            return "a tag of InfluxDB cannot have such a line's end or '\\' in "
                   "it; take another format";
        (void)fprintf(out, ",%s=", label->name);
        for (const char *at = label->value; *at; at++)
            (void)fprintf(out, strchr(",= ", *at) ? "\\%c" : "%c", *at);
    }
    (void)fputs(" value=", out);
    return NULL;
}

static size_t
time_nanoseconds(int64_t time_ns, char *text)
{
    return (size_t)snprintf(text, TIMETEXT_SIZE, "%" PRId64, time_ns);
}

/* CSV ---------------------------------------------------------------------- */

void
dialect_cell(FILE *out, const char *text)
{
    if (!strpbrk(text, ",\"\r\n")) {
        (void)fputs(text, out);
        return;
    }
    (void)fputc('"', out);
    for (; *text; text++)
        (void)fprintf(out, *text == '"' ? "\"%c" : "%c", *text);
    (void)fputc('"', out);
}

static const char *
head_csv(struct dialect *self, FILE *out, const struct weir_series *series)
{
    const struct weir_label *label = series->labels;

    (void)fprintf(out, "%s%s,", series->metric->name, series->suffix);
    for (size_t i = 0; i < self->name_count; i++) {
        if (label->name && strcmp(label->name, self->names[i]) == 0)
            dialect_cell(out, (label++)->value);
        (void)fputc(',', out);
    }
    return label->name ? "a label came while this was being written; do it "
                         "again"
                       : NULL;
}

static size_t
time_date(int64_t time_ns, char *text)
{
    return timetext_write_date(time_ns, text);
}

static size_t
time_seconds(int64_t time_ns, char *text)
{
    return timetext_write(time_ns, text);
}

const struct dialect_form dialect_forms[] = {
    [READER_OPENMETRICS] = {.last = "# EOF\n",
                            .described = true,
                            .between = " ",
                            .mark = STALE_HELP,
                            .head = head_exposition,
                            .time = time_seconds},
    [READER_PROMETHEUS] = {.described = true,
                           .between = " ",
                           .mark = STALE_REMARK,
                           .head = head_exposition,
                           .time = time_milliseconds},
    [READER_INFLUX] = {.first = GUESS_EXPORT,
                       .between = " ",
                       .stale = "0",
                       .mark = STALE_REMARK,
                       .head = head_influx,
                       .time = time_nanoseconds},
    [READER_CSV] = {.time_first = true,
                    .between = ",",
                    .stale = "stale",
                    .head = head_csv,
                    .time = time_date},
};
