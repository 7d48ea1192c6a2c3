/* line.c - one point of InfluxDB's line protocol */
#include <config.h>

#include "line_inner.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base.h"

int
line_fault(struct line *self, const char *format, ...)
{
    va_list values;

    va_start(values, format);
    (void)vsnprintf(self->why, sizeof(self->why), format, values);
    va_end(values);
    return -EBADMSG;
}

static bool
is_blank(char byte)
{
    return byte == ' ' || byte == '\t' || byte == '\0';
}

/* Finds the first of 'stops' that has no '\\' before it, from 'at' + 1 on; or
 * the end. */
static const char *
find_stop(const char *at, const char *end, const char *stops)
{
    for (at++; at < end; at++)
        if (at[-1] != '\\' && *at && strchr(stops, *at))
            return at;
    return end;
}

/* Heads ------------------------------------------------------------------- */

/* Reads "name=value" at '*at_p' up to a ',' or the end. */
static int
read_tag(struct line *self, const char **at_p, const char *end,
         struct line_tag *tag)
{
    const char *at = *at_p;

    if (at == end || strchr(" ,=", *at))
        return line_fault(self, "missing tag key");
    const char *equals = find_stop(at, end, "=, ");
    if (equals == end || *equals != '=' || equals + 1 == end ||
        equals[1] == ',' || equals[1] == ' ')
        return line_fault(self, "missing tag value");
    const char *stop = find_stop(equals + 1, end, ",= ");
    if (stop < end && *stop == '=')
        return line_fault(self, "invalid tag format");
    *tag = (struct line_tag){at, equals + 1, (size_t)(equals - at),
                             (size_t)(stop - equals - 1)};
    *at_p = stop;
    return 0;
}

int
line_head(struct line *self, struct line_tag tags[], size_t most)
{
    const char *end = self->head + self->head_size;
    struct line_tag spare;
    size_t count = 1;

    if (self->head_size == 0 || *self->head == ',')
        return line_fault(self, "missing measurement");
    const char *at = find_stop(self->head, end, ", ");
    tags[0] = (struct line_tag){self->head, end, (size_t)(at - self->head), 0};
    while (at < end) {
        at++;
        int rc = read_tag(self, &at, end, count < most ? &tags[count] : &spare);
        if (rc < 0)
            return rc;
        count += count < most + 1;
    }
    return (int)count;
}

void
line_plain(char *out, const char *text, size_t size, const char *stops)
{
    for (size_t i = 0; i < size; i++) {
        if (text[i] == '\\' && i + 1 < size && text[i + 1] &&
            strchr(stops, text[i + 1]))
            i++;
        *out++ = text[i];
    }
    *out = '\0';
}

/* Fields ------------------------------------------------------------------ */

static struct line_field *
next_field(struct line *self)
{
    if (self->field_count == self->field_room) {
        self->field_room = self->field_room ? 2 * self->field_room : 16;
        self->fields =
            xrealloc(self->fields, self->field_room, sizeof(*self->fields));
    }
    return &self->fields[self->field_count++];
}

/* Passes over a text in quotes and what stands behind it. */
static int
pass_text(struct line *self, const char **at_p, const char *end)
{
    bool quoted = false;
    const char *at = *at_p;

    for (; at < end; at++) {
        if (*at == '\\' && at + 1 < end)
            at++;
        else if (*at == '"')
            quoted = !quoted;
        else if (!quoted && (*at == ',' || *at == ' '))
            break;
    }
    *at_p = at;
    return quoted ? line_fault(self, "unbalanced quotes") : 0;
}

/* Finds what ends a field's name; a '\\' takes the next byte along. */
static const char *
name_end(const char *at, const char *end)
{
    for (; at < end; at++) {
        if (*at == '\\' && at + 1 < end)
            at++;
        else if (*at == '=' || *at == ',' || *at == ' ')
            return at;
    }
    return end;
}

/* Reads the fields up to a blank; what is no field is told when all that can be
 * read has been. */
static int
read_fields(struct line *self, const char **at_p)
{
    const char *at = *at_p;
    const char *end = self->end;
    bool odd = false;

    self->field_count = 0;
    for (bool more = true; more; at += more) {
        const char *equals = name_end(at, end);
        more = equals < end && *equals == ',';
        if (equals == end || *equals != '=') {
            odd = true;
            at = equals;
            continue;
        }
        if (equals == at)
            return line_fault(self, "missing field key");
        struct line_field *field = next_field(self);
        *field = (struct line_field){.name = at, .size = (size_t)(equals - at)};
        at = equals + 1;
        field->is_text = at < end && *at == '"';
        int rc = field->is_text ? pass_text(self, &at, end)
                                : line_value(self, &at, end, field);
        if (rc < 0)
            return rc;
        more = at < end && *at == ',';
    }
    *at_p = at;
    return odd ? line_fault(self, "invalid field format") : 0;
}

/* Lines ------------------------------------------------------------------- */

static const char *
skip_blanks(const char *at, const char *end)
{
    while (at < end && is_blank(*at))
        at++;
    return at;
}

static int
read_time(struct line *self, const char *at)
{
    const char *text = skip_blanks(at, self->end);
    const char *end = text + (text < self->end && *text == '-');

    self->timed = false;
    for (; end < self->end && *end != ' '; end++)
        if (*end < '0' || *end > '9')
            return line_fault(self, "bad timestamp");
    if (end == text)
        return 0;
    int rc = line_integer(self, text, end, &self->time);
    if (rc < 0)
        return rc;
    while (end < self->end && *end == ' ')
        end++;
    self->timed = true;
    return end == self->end ? 0 : line_fault(self, "point is invalid");
}

/* Finds the first blank that no '\\' stands before: it ends the head. */
static const char *
head_end(const char *head, const char *end)
{
    const char *at = head + 1;

    while (at < end) {
        at = memchr(at, ' ', (size_t)(end - at));
        if (!at)
            return end;
        if (at[-1] != '\\')
            return at;
        at++;
    }
    return end;
}

static int
read_point(struct line *self)
{
    struct line_tag none;
    const char *at = head_end(self->begin, self->end);

    self->head = self->begin;
    self->head_size = (size_t)(at - self->begin);
    self->rounded = 0;
    self->field_count = 0;
    int rc = 0;
    if (at == self->end)
        rc = line_fault(self, "missing fields");
    else if (self->head_size > LINE_KEY_MOST)
        rc = line_fault(self, "max key length exceeded: %zu > %d",
                        self->head_size, LINE_KEY_MOST);

    at = skip_blanks(at, self->end);
    if (rc == 0 && at == self->end)
        rc = line_fault(self, "invalid field format");
    if (rc == 0)
        rc = read_fields(self, &at);
    if (rc == 0)
        rc = read_time(self, at);
    if (rc == 0)
        return 1;
    /* What is wrong with the head comes first. */
    char why[LINE_WHY_SIZE];
    (void)stpcpy(why, self->why);
    if (line_head(self, &none, 1) >= 0)
        (void)stpcpy(self->why, why);
    return rc;
}

/* Finds the line's end where texts in quotes may hold '\n'. */
static const char *
careful_end(const char *at, const char *end)
{
    bool fields = false, quoted = false;
    size_t equals = 0, commas = 0;

    for (; at < end; at++) {
        if (*at == '\\' && at + 2 < end) {
            at++;
            continue;
        }
        fields |= *at == ' ';
        if (*at == '\n' && !quoted)
            return at;
        if (!fields)
            continue;
        if (*at == '"' && equals > commas)
            quoted = !quoted;
        equals += !quoted && *at == '=';
        commas += !quoted && *at == ',';
    }
    return end;
}

static const char *
line_end(const char *at, const char *end)
{
    const char *stop = memchr(at, '\n', (size_t)(end - at));

    if (!stop)
        stop = end;
    if (memchr(at, '"', (size_t)(stop - at)) ||
        memchr(at, '\\', (size_t)(stop - at)))
        return careful_end(at, end);
    return stop;
}

int
line_next(struct line *self, const char **at_p, const char *end)
{
    while (*at_p < end) {
        const char *stop = line_end(*at_p, end);
        self->begin = skip_blanks(*at_p, stop);
        self->end = stop;
        *at_p = stop < end ? stop + 1 : end;
        if (self->begin < stop && *self->begin != '#')
            return read_point(self);
    }
    return 0;
}

void
line_fini(struct line *self)
{
    free(self->fields);
    *self = (struct line){0};
}
