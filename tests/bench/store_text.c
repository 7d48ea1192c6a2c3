/* store_text.c - rows as the texts that rivals take */
#include <config.h>

#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <string.h>

#include <weir/text.h>

#include "base.h"
#include "store_rows.h"

/* Writes a label's value, from behind its first quote; returns the last one. */
static const char *
print_influx_value(const char *at, FILE *out)
{
    if (*at == '"') /* a tag can't be empty */
        (void)fputc('-', out);
    for (; *at && *at != '"'; at++) {
        if (*at == '\\' && at[1])
            at++;
        if (strchr(" ,=\\", *at))
            (void)fputc('\\', out);
        (void)fputc(*at, out);
    }
    return at;
}

/* Writes name{a="b",c="d"} as name,a=b,c=d with what InfluxDB wants escaped. */
static void
print_influx_series(const char *series, FILE *out)
{
    for (const char *at = series; *at; at++) {
        if (*at == '"')
            at = print_influx_value(at + 1, out);
        else if (*at != '}')
            (void)fputc(*at == '{' ? ',' : *at, out);
    }
}

static void
print_influx(const char *series, const char *value, int64_t time_ns, FILE *out)
{
    print_influx_series(series, out);
    (void)fprintf(out, " value=%s %" PRId64 "\n", value, time_ns);
}

static void
print_prometheus(const char *series, const char *value, int64_t time_ns,
                 FILE *out)
{
    (void)fprintf(out, "%s %s %" PRId64 "\n", series, value,
                  time_ns / NS_PER_MS);
}

static void
print_openmetrics(const char *series, const char *value, int64_t time_ns,
                  FILE *out)
{
    (void)fprintf(out, "%s %s %" PRId64 ".%03" PRId64 "\n", series, value,
                  time_ns / NS_PER_S, time_ns / NS_PER_MS % 1000);
}

typedef void print(const char *series, const char *value, int64_t time_ns,
                   FILE *out);

static const struct format {
    const char *name, *end;
    print *print;
} formats[] = {
    {"prometheus", "", print_prometheus},
    {"openmetrics", "# EOF\n", print_openmetrics},
    {"influx", "", print_influx},
};

static void
print_row(const struct rows *self, size_t row, const struct format *format,
          FILE *out)
{
    const double *values = rows_at(self, row);

    for (uint32_t i = 0; i < self->width; i++) {
        char value[WEIR_DOUBLE_SIZE];
        if (!isfinite(values[i])) /* InfluxDB takes none of them */
            continue;
        (void)weir_format_double(values[i], value);
        format->print(self->series[i], value, self->times_ns[row], out);
    }
}

int
rows_print(const struct rows *self, const char *name, FILE *out)
{
    const struct format *format = formats;

    while (format < formats + ARRAY_SIZE(formats) &&
           strcmp(format->name, name) != 0)
        format++;
    if (format == formats + ARRAY_SIZE(formats))
        return -EINVAL;
    for (size_t row = 0; row < self->count; row++)
        print_row(self, row, format, out);
    (void)fputs(format->end, out);
    return ferror(out) ? -EIO : 0;
}
