/* overview_words.c - figures in words */
#include <config.h>

#include "overview_words.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base.h"
#include "overview_subject.h"
#include "utf8.h"

enum { LABEL_MOST = 80, NAME_MOST = 32 }; /* bytes */

/* How big numbers of a unit are told: the first row that is not above. */
static const struct {
    const char *unit;
    double least, divisor;
    const char *format;
} scales[] = {
    {"ratio", 0.0995, 0.01, "%.0f %%"},
    {"ratio", 0, 0.01, "%.2g %%"},
    {"bytes", 0x1p40, 0x1p40, "%.1f TiB"},
    {"bytes", 0x1p30, 0x1p30, "%.1f GiB"},
    {"bytes", 0x1p20, 0x1p20, "%.1f MiB"},
    {"bytes", 0x1p10, 0x1p10, "%.1f KiB"},
    {"bytes", 0, 1, "%.0f B"},
    {"bytes/s", 0x1p40, 0x1p40, "%.1f TiB/s"},
    {"bytes/s", 0x1p30, 0x1p30, "%.1f GiB/s"},
    {"bytes/s", 0x1p20, 0x1p20, "%.1f MiB/s"},
    {"bytes/s", 0x1p10, 0x1p10, "%.1f KiB/s"},
    {"bytes/s", 0, 1, "%.0f B/s"},
    {"seconds", 172800, 86400, "%.0f d"},
    {"seconds", 7200, 3600, "%.0f h"},
    {"seconds", 120, 60, "%.0f min"},
    {"seconds", 10, 1, "%.0f s"},
    {"seconds", 1, 1, "%.1f s"},
    {"seconds", 0.01, 1e-3, "%.0f ms"},
    {"seconds", 0, 1e-3, "%.2g ms"},
    {"1/s", 1e6, 1e6, "%.1f M/s"},
    {"1/s", 1e4, 1e3, "%.1f k/s"},
    {"1/s", 100, 1, "%.0f/s"},
    {"1/s", 0, 1, "%.2g/s"},
    {"count", 1e7, 1e6, "%.1f M"},
    {"count", 100, 1, "%.0f"},
    {"count", 0, 1, "%.3g"},
};

char *
words_figure(double value, const char *unit, char text[FIGURE_SIZE])
{
    double size = fabs(value);

    for (size_t i = 0; i < ARRAY_SIZE(scales); i++)
        if (strcmp(scales[i].unit, unit) == 0 && size >= scales[i].least) {
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
            (void)snprintf(text, FIGURE_SIZE, scales[i].format,
                           value / scales[i].divisor);
#pragma GCC diagnostic pop
            return text;
        }
    (void)snprintf(text, FIGURE_SIZE, "%g", value);
    return text;
}

/* Writes the beginning of a text from outside: whole characters. */
static void
write_begin(FILE *out, const char *text)
{
    uint32_t point = 0;
    size_t length = 0;

    while (text[length]) {
        size_t size = utf8_read(text + length, &point);
        size = size ? size : 1;
        if (length + size > LABEL_MOST)
            break;
        length += size;
    }
    (void)fprintf(out, "%.*s%s", (int)length, text, text[length] ? "..." : "");
}

/* Writes what the braces at 'text' stand for; returns what is behind them. */
static const char *
write_filled(FILE *out, const char *text, const struct weir_label *labels,
             const char *figure)
{
    char name[NAME_MOST] = "";
    size_t length = strcspn(++text, "}");

    if (length < sizeof(name))
        memcpy(name, text, length);
    if (strcmp(name, "value") == 0)
        (void)fputs(figure, out);
    else
        write_begin(out, label_value(labels, name));
    return text + length + 1;
}

char *
words_fill(const char *pattern, const struct weir_label *labels, double value,
           const char *unit)
{
    char figure[FIGURE_SIZE];
    char *whole = NULL;
    size_t size = 0;
    FILE *out = x_or_die(open_memstream(&whole, &size));

    (void)words_figure(value, unit, figure);
    while (*pattern)
        if (*pattern == '{')
            pattern = write_filled(out, pattern, labels, figure);
        else
            (void)fputc(*pattern++, out);
    (void)fclose(out);
    while (size && whole[size - 1] == ' ')
        whole[--size] = '\0';
    return x_or_die(whole);
}
