/* line.c - samples as lines of InfluxDB's protocol; see line.h */
#include <config.h>

#include "line.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base.h"

static const char of_measurement[] = ", ";
static const char of_tag[] = ",= ";

/* Copies 'text' with a '\\' before each of 'specials'.  A '\\' of its own
 * counts as itself, unless one of them or the end comes next. */
static char *
put_escaped(char *to, const char *text, const char *specials)
{
    for (; *text; text++) {
        char byte = *text;
        if (byte == '\n')
            byte = ' ';
        if (byte == '\\' && (!text[1] || strchr(",= \n", text[1])))
            byte = '/';
        if (strchr(specials, byte))
            *to++ = '\\';
        *to++ = byte;
    }
    return to;
}

/* Returns the most that the head may take. */
static size_t
room_for(const struct weir_series *series)
{
    size_t texts = strlen(series->metric->name) + strlen(series->suffix);
    size_t marks = sizeof(" value=");

    for (const struct weir_label *label = series->labels; label->name;
         label++) {
        texts += strlen(label->name) + strlen(label->value);
        marks += sizeof(",=");
    }
    return 2 * texts + marks;
}

static char *
put_field(char *to, const struct weir_series *series, enum line_fields fields)
{
    const char *name = series->suffix + (*series->suffix == '_');

    *to++ = ' ';
    to = put_escaped(to, fields == LINE_SUFFIX && *name ? name : "value",
                     of_tag);
    *to++ = '=';
    return to;
}

size_t
line_head(const struct weir_series *series, enum line_fields fields,
          char **ret_head)
{
    char *head = xcalloc(room_for(series), 1);
    char *to = put_escaped(head, series->metric->name, of_measurement);

    if (fields == LINE_VALUE)
        to = put_escaped(to, series->suffix, of_measurement);
    for (const struct weir_label *label = series->labels; label->name;
         label++) {
        if (!*label->value)
            continue;
        *to++ = ',';
        to = put_escaped(to, label->name, of_tag);
        *to++ = '=';
        to = put_escaped(to, label->value, of_tag);
    }
    to = put_field(to, series, fields);
    *ret_head = head;
    return (size_t)(to - head);
}

size_t
line_time(int64_t time_ns, char text[LINE_TIME_SIZE])
{
    return (size_t)snprintf(text, LINE_TIME_SIZE, " %" PRId64 "\n", time_ns);
}
