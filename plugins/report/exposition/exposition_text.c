/* exposition_text.c - a page as Prometheus text 0.0.4 or OpenMetrics 1.0
 *
 * The forms differ in the name of a counter's or info's family, which is
 * without its ending in OpenMetrics, in the names of types, and in units and
 * the end mark, which only OpenMetrics has.
 */
#include <config.h>

#include "exposition_text.h"

#include <string.h>
#include <strings.h>

#include <weir/text.h>

static const char *const types[] = {
    [EXPOSITION_PROMETHEUS] = "text/plain; version=0.0.4; charset=utf-8",
    [EXPOSITION_OPENMETRICS] =
        "application/openmetrics-text; version=1.0.0; charset=utf-8",
};

/* How each form calls a type; a family whose name lacks the ending that
 * OpenMetrics asks for is unknown there. */
static const struct {
    const char *prometheus, *openmetrics;
    const char *ending;
} names[] = {
    [WEIR_UNTYPED] = {"untyped", "unknown", ""},
    [WEIR_COUNTER] = {"counter", "counter", "_total"},
    [WEIR_GAUGE] = {"gauge", "gauge", ""},
    [WEIR_HISTOGRAM] = {"histogram", "histogram", ""},
    [WEIR_SUMMARY] = {"summary", "summary", ""},
    [WEIR_INFO] = {"gauge", "info", "_info"},
};

/* What a family is called in the form. */
struct title {
    const char *type;
    size_t length; /* of the name without its ending */
};

static const char openmetrics_type[] = "application/openmetrics-text";

static bool
has_ending(const char *name, size_t length, const char *ending)
{
    size_t ending_length = strlen(ending);

    return length > ending_length &&
           strncmp(name + length - ending_length, ending, ending_length) == 0;
}

static struct title
title_of(const struct page_family *family, enum exposition_form form)
{
    const char *ending = names[family->type].ending;
    size_t length = strlen(family->name);

    if (form == EXPOSITION_PROMETHEUS)
        return (struct title){names[family->type].prometheus, length};
    if (!has_ending(family->name, length, ending))
        return (struct title){names[WEIR_UNTYPED].openmetrics, length};
    return (struct title){names[family->type].openmetrics,
                          length - strlen(ending)};
}

/* OpenMetrics escapes quotes in a help text, too. */
static void
write_help(FILE *out, const char *help, enum exposition_form form)
{
    for (; *help; help++) {
        bool quote = *help == '"' && form == EXPOSITION_OPENMETRICS;
        if (*help == '\n')
            (void)fputs("\\n", out);
        else if (*help == '\\' || quote)
            (void)fprintf(out, "\\%c", *help);
        else
            (void)putc_unlocked(*help, out);
    }
}

static void
write_head(FILE *out, const struct page_family *family,
           enum exposition_form form)
{
    struct title title = title_of(family, form);
    int length = (int)title.length;
    const char *unit = family->unit;

    if (*family->help) {
        (void)fprintf(out, "# HELP %.*s ", length, family->name);
        write_help(out, family->help, form);
        (void)putc_unlocked('\n', out);
    }
    (void)fprintf(out, "# TYPE %.*s %s\n", length, family->name, title.type);

    /* A unit counts only when the name ends with it. */
    if (form == EXPOSITION_OPENMETRICS && *unit &&
        has_ending(family->name, title.length, unit) &&
        family->name[title.length - strlen(unit) - 1] == '_')
        (void)fprintf(out, "# UNIT %.*s %s\n", length, family->name, unit);
}

/* Writes the label texts that are not empty, between braces. */
static void
write_labels(FILE *out, const struct page_line *line)
{
    const char *const texts[] = {
        line->labels, line->identified ? line->identity : "", line->limit};
    char before = '{';

    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
        if (!*texts[i])
            continue;
        (void)putc_unlocked(before, out);
        (void)fputs_unlocked(texts[i], out);
        before = ',';
    }
    if (before == ',')
        (void)putc_unlocked('}', out);
}

static void
write_line(FILE *out, const struct page_line *line)
{
    char number[WEIR_DOUBLE_SIZE];

    (void)fputs_unlocked(line->family->name, out);
    (void)fputs_unlocked(line->suffix, out);
    write_labels(out, line);
    (void)putc_unlocked(' ', out);
    (void)weir_format_double(line->value, number);
    (void)fputs_unlocked(number, out);
    (void)putc_unlocked('\n', out);
}

void
exposition_write(FILE *out, const struct page *page, enum exposition_form form)
{
    const char *name = "";

    for (size_t i = 0; i < page->count; i++) {
        const struct page_family *family = page->lines[i].family;
        if (strcmp(family->name, name) != 0)
            write_head(out, family, form);
        name = family->name;
        write_line(out, &page->lines[i]);
    }
    if (form == EXPOSITION_OPENMETRICS)
        (void)fputs("# EOF\n", out);
}

const char *
exposition_type(enum exposition_form form)
{
    return types[form];
}

/* Reads the parameter "name=" in 'length' characters of a media range; returns
 * where its value is, or NULL. */
static const char *
find_parameter(const char *range, size_t length, const char *name)
{
    const char *at = range;
    size_t name_length = strlen(name);

    while ((at = memchr(at, ';', length - (size_t)(at - range)))) {
        at++;
        at += strspn(at, " \t");
        if (strncasecmp(at, name, name_length) == 0)
            return at + name_length;
    }
    return NULL;
}

/* Returns the weight of a media range, 0 to 1. */
static double
read_weight(const char *range, size_t length)
{
    const char *text = find_parameter(range, length, "q=");
    double weight = 1;

    if (text)
        (void)weir_scan_double(&text, &weight);
    return weight;
}

/* We speak version 1.0.0; a range without version takes any. */
static bool
is_our_version(const char *range, size_t length)
{
    const char *version = find_parameter(range, length, "version=");

    if (!version)
        return true;
    version += *version == '"';
    return strncmp(version, "1.0.0", 5) == 0;
}

enum exposition_form
exposition_negotiate(const char *accept)
{
    const char *range = accept ? accept : "";
    double openmetrics = 0;
    double text = 0;

    while (*range) {
        range += strspn(range, " \t,");
        size_t length = strcspn(range, ",");
        size_t name = strcspn(range, "; \t,");
        double weight = read_weight(range, length);
        if (name == sizeof(openmetrics_type) - 1 &&
            strncasecmp(range, openmetrics_type, name) == 0) {
            if (is_our_version(range, length) && weight > openmetrics)
                openmetrics = weight;
        } else if (weight > text && strncasecmp(range, "text/", 5) == 0) {
            text = weight;
        }
        range += length;
    }
    return openmetrics > 0 && openmetrics >= text ? EXPOSITION_OPENMETRICS
                                                  : EXPOSITION_PROMETHEUS;
}
