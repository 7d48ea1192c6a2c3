/* result.c - what a statement answers */
#include <config.h>

#include "result.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base.h"

enum { ROOM_LEAST = 8 };

const char *
result_text(struct result *self, const char *text)
{
    self->bytes += strlen(text) + 1;
    return arena_text(&self->texts, text);
}

static struct tag *
copy_tags(struct result *self, const struct tag *tags, size_t count)
{
    if (count == 0)
        return NULL;
    struct tag *copy = arena_alloc(&self->texts, count * sizeof(*copy));
    for (size_t i = 0; i < count; i++) {
        copy[i].key = result_text(self, tags[i].key);
        copy[i].value = result_text(self, tags[i].value);
    }
    return copy;
}

static const char **
copy_columns(struct result *self, const char *const *columns, size_t count)
{
    const char **copy = arena_alloc(&self->texts, count * sizeof(*copy));

    for (size_t i = 0; i < count; i++)
        copy[i] = result_text(self, columns[i]);
    return copy;
}

struct rows * /* NOLINTNEXTLINE(readability-function-size) */
result_add(struct result *self, const char *name, const struct tag *tags,
           size_t tag_count, const char *const *columns, size_t column_count)
{
    if (self->count == self->room) {
        self->room = self->room ? 2 * self->room : ROOM_LEAST;
        self->rows = xrealloc(self->rows, self->room, sizeof(*self->rows));
    }
    struct rows *rows = &self->rows[self->count++];
    *rows = (struct rows){
        .name = name ? result_text(self, name) : NULL,
        .tags = copy_tags(self, tags, tag_count),
        .tag_count = tag_count,
        .columns = copy_columns(self, columns, column_count),
        .column_count = column_count,
    };
    self->bytes += sizeof(*rows) + tag_count * sizeof(*tags) +
                   column_count * sizeof(*columns);
    return rows;
}

void
result_drop(struct result *self)
{
    free(self->rows[--self->count].values);
}

struct value *
rows_add(struct result *self, struct rows *rows)
{
    size_t width = rows->column_count;

    if (rows->count == rows->room) {
        size_t room = rows->room ? 2 * rows->room : ROOM_LEAST;
        rows->values =
            xrealloc(rows->values, room, width * sizeof(*rows->values));
        self->bytes += (room - rows->room) * width * sizeof(*rows->values);
        rows->room = room;
    }
    struct value *values = rows->values + rows->count++ * width;
    for (size_t i = 0; i < width; i++)
        values[i] = (struct value){.kind = VALUE_NULL};
    return values;
}

void
result_fail(struct result *self, const char *format, ...)
{
    va_list arguments;

    if (self->error)
        return;
    va_start(arguments, format);
    int length = vasprintf(&self->error, format, arguments);
    va_end(arguments);
    if (length < 0)
        self->error = x_or_die(NULL);
    self->bytes += (size_t)length + 1;
}

void
result_fini(struct result *self)
{
    for (size_t i = 0; i < self->count; i++)
        free(self->rows[i].values);
    free(self->rows);
    free(self->error);
    free(self->warning);
    arena_clear(&self->texts);
    *self = (struct result){0};
}
