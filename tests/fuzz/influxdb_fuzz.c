/* influxdb_fuzz.c - no body of a write may break its reader, and the names of
 * what it says map back
 */
#include <config.h>

#include "../../plugins/influx/naming.h"
#include "../../plugins/input/influxdb/line.h"

#include <stdint.h>

#include "base.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

static char *
plain(const char *text, size_t size, const char *stops)
{
    char *copy = xcalloc(size + 1, 1);

    line_plain(copy, text, size, stops);
    return copy;
}

static void
check_metric(const char *measurement, const char *field)
{
    size_t room = naming_room(strlen(measurement) + strlen(field));
    char *name = xcalloc(room, 1);
    char *back = xcalloc(room, 1);
    char *rest = xcalloc(room, 1);

    if (naming_metric(measurement, field, name) == 0) {
        naming_split(name, naming_needs_label(measurement) ? measurement : NULL,
                     back, rest);
        if (strcmp(back, measurement) != 0 || strcmp(rest, field) != 0)
            abort();
    }
    free(name);
    free(back);
    free(rest);
}

static void
check_label(const char *tag)
{
    size_t room = naming_room(strlen(tag));
    char *name = xcalloc(room, 1);
    char *back = xcalloc(room, 1);

    if (naming_label(tag, name) == 0) {
        naming_tag(name, back);
        if (strcmp(back, tag) != 0)
            abort();
    }
    naming_tag(tag, back);
    free(name);
    free(back);
}

static void
check_point(struct line *line)
{
    struct line_tag tags[4];
    int count = line_head(line, tags, ARRAY_SIZE(tags));

    if (count < 0)
        return;
    char *measurement =
        plain(tags[0].name, tags[0].name_size, LINE_IN_MEASUREMENT);
    for (int i = 1; i < count && i < (int)ARRAY_SIZE(tags); i++) {
        char *tag = plain(tags[i].name, tags[i].name_size, LINE_IN_TAG);
        check_label(tag);
        free(tag);
    }
    for (size_t i = 0; i < line->field_count; i++) {
        char *field =
            plain(line->fields[i].name, line->fields[i].size, LINE_IN_FIELD);
        check_metric(measurement, field);
        free(field);
    }
    free(measurement);
}

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    char *text = xcalloc(size + 1, 1);
    struct line line = {0};
    const char *at = text;

    if (size)
        memcpy(text, bytes, size);
    for (int rc; (rc = line_next(&line, &at, text + size)) != 0;)
        if (rc > 0)
            check_point(&line);
    line_fini(&line);
    free(text);
    return 0;
}
