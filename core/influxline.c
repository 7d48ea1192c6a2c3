/* influxline.c - InfluxDB's line protocol; see weir/text.h
 *
 *     measurement,tag=value,... field=1.5,other=7i 1700000000000000000
 *
 * Each field with a number is a series of its own, called measurement_field,
 * with the tags for labels.  Whatever a name of ours can not have becomes '_'.
 * A text in a field is passed over.
 *
 * What stands before the fields and a field's name are, with a '\n' between,
 * the key of a series reference: a series that was read before is found by
 * these bytes.
 */
#include <config.h>

#include <weir/text.h>

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "arena.h"
#include "base.h"
#include "influxname.h"
#include "lines.h"
#include "number.h"
#include "reading.h"
#include "series.h"
#include "stale.h"
#include "timetext.h"

enum kind { NOTHING, NUMBER, TEXT };

/* A field of the present line, in the order of the line. */
struct field {
    uint32_t reference;
    double value;
};

struct influxline {
    struct weir_batch *into;
    struct reading *how;
    struct lines lines;
    const char *at;
    bool cut; /* the piece ends within a text in quotes */

    char *key; /* [key_room], of the field that is being read */
    size_t key_room;
    size_t head_length; /* of the present line's head, which begins the key */

    struct field *fields; /* [field_room], of the present line */
    size_t field_count, field_room;

    struct arena texts; /* of the series that is being made */
    struct weir_label labels[SERIES_LABELS_MOST + 2];
    size_t label_count;
};

static const char *
keep_name(struct influxline *self, const char *at, const char *end)
{
    return influxname_valid(&self->texts, at, end, self->how->bare_value);
}

/* The name of a series: that of the measurement and, but for the bare value of
 * an export, that of the field. */
static const char *
join_names(struct influxline *self, const char *first, const char *second)
{
    if (self->how->bare_value && strcmp(second, "value") == 0)
        return first;
    size_t size = strlen(first) + strlen(second) + 2;
    char *whole = arena_alloc(&self->texts, size);

    (void)snprintf(whole, size, "%s_%s", first, second);
    return whole;
}

/* Reads "a=b"; more labels than may be are not kept, but for one, by which the
 * series is found to be invalid.  An empty value is no label. */
static bool
keep_tag(struct influxline *self, const char *at, const char *end)
{
    const char *equals = influxname_stop(at, end, "=");

    if (equals == at || equals == end)
        return false;
    if (equals + 1 == end || self->label_count > SERIES_LABELS_MOST)
        return true;
    struct weir_label *label = &self->labels[self->label_count++];
    label->name = keep_name(self, at, equals);
    label->value = influxname_text(&self->texts, equals + 1, end);
    return true;
}

/* Makes a series of the present key; 'field' is the end of the key. */
static int
refer(struct influxline *self, const char *field, size_t length,
      uint32_t *ret_reference)
{
    const char *head = self->key;
    const char *head_end = head + self->head_length;
    const char *at = influxname_stop(head, head_end, ",");

    arena_clear(&self->texts);
    self->label_count = 0;
    const char *measurement = keep_name(self, head, at);
    while (at < head_end) {
        const char *tag = at + 1;
        at = influxname_stop(tag, head_end, ",");
        if (!keep_tag(self, tag, at))
            return -EBADMSG;
    }
    self->labels[self->label_count] = (struct weir_label){0};
    labels_sort(self->labels);

    const char *name = keep_name(self, field, field + length);
    const struct weir_metric metric = {join_names(self, measurement, name),
                                       WEIR_UNTYPED, "", ""};
    const struct weir_series series = {&metric, "", self->labels};
    /* In a push one that is refused goes nowhere, and is counted. */
    int rc = weir_series_refer(self->into, &series, self->key,
                               self->head_length + 1 + length, ret_reference);
    return rc < 0 && self->how->strict ? reading_refused(self->how, rc) : 0;
}

/* Makes room behind the head for a '\n' and 'length' bytes. */
static char *
key_room(struct influxline *self, size_t length)
{
    size_t size = self->head_length + 1 + length;

    if (size > self->key_room) {
        self->key_room = 2 * size;
        self->key = xrealloc(self->key, self->key_room, 1);
    }
    return self->key + self->head_length + 1;
}

static int
find_series(struct influxline *self, const char *field, size_t length,
            uint32_t *ret_reference)
{
    char *copy = key_room(self, length);

    memcpy(copy, field, length);
    if (weir_series_find(self->into, self->key, self->head_length + 1 + length,
                         ret_reference) == 0)
        return 0;
    return refer(self, copy, length, ret_reference);
}

/* Reads the head: all up to the first blank. */
static bool
read_head(struct influxline *self)
{
    const char *end = influxname_stop(self->at, self->lines.end, " ");
    size_t length = (size_t)(end - self->at);

    if (length == 0 || *self->at == ',' || end == self->lines.end ||
        memchr(self->at, '\0', length))
        return false;
    self->head_length = 0;
    (void)key_room(self, length);
    memcpy(self->key, self->at, length);
    self->head_length = length;
    (void)key_room(self, 0);
    self->key[length] = '\n';
    self->at = end;
    return true;
}

static void
skip_blanks(struct influxline *self)
{
    while (*self->at == ' ')
        self->at++;
}

/* Passes over a text in quotes, which may go on on further lines. */
static bool
pass_text(struct influxline *self)
{
    for (self->at++; *self->at != '"'; self->at++) {
        while (self->at >= self->lines.end && !self->cut)
            self->cut = !lines_join(&self->lines);
        if (self->cut)
            return false;
        if (*self->at == '\\' && self->at + 1 < self->lines.end)
            self->at++;
    }
    self->at++;
    return true;
}

/* Reads 1.5, 7i, 7u, t or "text". */
static enum kind
read_value(struct influxline *self, double *ret_value)
{
    if (*self->at == '"')
        return pass_text(self) ? TEXT : NOTHING;

    const char *end = influxname_boolean(self->at, ret_value);
    if (!end) {
        end = number_scan(self->at, ret_value);
        if (end && (*end == 'i' || *end == 'u'))
            end++;
    }
    if (!end)
        return NOTHING;
    self->at = end;
    return NUMBER;
}

static void
keep_field(struct influxline *self, uint32_t reference, double value)
{
    if (self->field_count == self->field_room) {
        self->field_room = self->field_room ? 2 * self->field_room : 16;
        self->fields =
            xrealloc(self->fields, self->field_room, sizeof(*self->fields));
    }
    self->fields[self->field_count++] = (struct field){reference, value};
}

static int
read_field(struct influxline *self)
{
    const char *name = self->at;
    const char *equals = influxname_stop(name, self->lines.end, "=, ");
    size_t length = (size_t)(equals - name);
    double value = 0;
    uint32_t reference = 0;

    if (length == 0 || *equals != '=' || memchr(name, '\0', length))
        return reading_fault(self->how, "field=value is due");
    self->at = equals + 1;
    enum kind kind = read_value(self, &value);
    if (self->cut)
        return reading_fault(self->how, "a text in quotes does not end");
    if (kind == NOTHING)
        return reading_fault(self->how, "a number, true, false or a text in "
                                        "quotes is due behind the =");
    if (kind == TEXT)
        return 0;
    int rc = find_series(self, name, length, &reference);
    if (rc == 0)
        keep_field(self, reference, value);
    return rc;
}

static int
read_fields(struct influxline *self)
{
    self->field_count = 0;
    skip_blanks(self);
    for (;;) {
        int rc = read_field(self);
        if (rc < 0 || *self->at != ',')
            return rc;
        self->at++;
    }
}

static bool
is_at_end(const struct influxline *self)
{
    return self->at >= self->lines.end;
}

/* Reads the time, if there is one, up to the line's end. */
static int
read_time(struct influxline *self, int64_t *ret_time_ns, bool *ret_timed)
{
    static const char what[] = "a whole number, the time, is due at the end";
    int64_t unit_ns = self->how->unit_ns ? self->how->unit_ns : 1;

    if (!is_at_end(self) && *self->at != ' ')
        return reading_fault(self->how, what);
    skip_blanks(self);
    *ret_timed = !is_at_end(self);
    if (!*ret_timed)
        return 0;

    const char *end = timetext_integer(self->at, unit_ns, ret_time_ns);
    if (!end)
        return reading_fault(self->how, what);
    self->at = end;
    skip_blanks(self);
    return is_at_end(self) ? 0 : reading_fault(self->how, what);
}

/* Adds what the line says; in an export the end of a series stands in a line
 * of its own, whose values do not matter. */
static int
add_fields(struct influxline *self, int64_t time_ns, bool timed, bool stale)
{
    int rc = 0;

    for (size_t i = 0; rc == 0 && i < self->field_count; i++) {
        const struct field *field = &self->fields[i];
        double value = stale ? stale_value() : field->value;
        if (timed)
            weir_set_at(self->into, field->reference, time_ns, value);
        else
            rc =
                reading_untimed(self->how, self->into, field->reference, value);
    }
    return rc;
}

/* A line is taken wholly, or not at all; the time stands last. */
static int
read_line(struct influxline *self)
{
    int64_t time_ns = 0;
    bool timed = false;

    self->at = self->lines.at;
    skip_blanks(self);
    const char *mark =
        self->how->strict ? stale_find(self->at, self->lines.end) : NULL;
    if (mark)
        self->at = mark;
    if (is_at_end(self) || *self->at == '#')
        return 0;
    int rc = read_head(self)
                 ? read_fields(self)
                 : reading_fault(self->how, "a measurement, tags and a blank "
                                            "are due");
    if (rc == 0)
        rc = read_time(self, &time_ns, &timed);
    return rc < 0 ? rc : add_fields(self, time_ns, timed, mark != NULL);
}

int
reading_lines(struct reading *how, struct weir_batch *into, const char *text,
              size_t size)
{
    struct influxline self = {.into = into, .how = how};
    int rc = 0;

    lines_init(&self.lines, text, size);
    how->size = size;
    while (rc == 0 && lines_next(&self.lines)) {
        const char *line = self.lines.at;
        size_t before = self.lines.number - 1;
        rc = read_line(&self);
        how->line = rc < 0 && how->strict ? before + 1 : self.lines.number;
        if (rc < 0 && self.cut && how->more) {
            how->size = (size_t)(line - text);
            how->line = before;
            rc = 0;
            break;
        }
    }
    free(self.key);
    free(self.fields);
    arena_clear(&self.texts);
    lines_fini(&self.lines);
    return rc;
}

int
weir_read_lines(struct weir_batch *into, const char *text, size_t size,
                size_t *ret_line)
{
    struct reading how = {0};

    int rc = reading_lines(&how, into, text, size);
    if (rc < 0)
        *ret_line = how.line;
    return rc;
}
