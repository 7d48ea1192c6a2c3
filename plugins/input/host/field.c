/* field.c - names that the kernel gives to numbers, and metrics made of them */
#include <config.h>

#include "field.h"

#include <stdlib.h>
#include <string.h>

#include "base.h"

void
fields_fini(struct fields *self)
{
    for (size_t i = 0; i < self->count; i++) {
        struct field *field = self->items[i];
        free(field->texts);
        free(field->name);
        free(field);
    }
    free(self->items);
    *self = (struct fields){0};
}

static bool
is_name(const char *name, size_t length)
{
    for (size_t i = 0; i < length; i++) {
        if (name[i] <= ' ' || name[i] == 0x7f)
            return false;
    }
    return length > 0 && length < FIELD_NAME_SIZE;
}

static struct field *
add_field(struct fields *self, const char *name, size_t length)
{
    if (self->count == FIELDS_MOST || !is_name(name, length))
        return NULL;
    if (self->count == self->room) {
        self->room = self->room ? 2 * self->room : 64;
        self->items = xrealloc(self->items, self->room, sizeof(struct field *));
    }

    struct field *field = xcalloc(1, sizeof(*field));
    field->name = x_or_die(strndup(name, length));
    field->length = length;
    self->items[self->count++] = field;
    return field;
}

static bool
has_name(const struct field *self, const char *name, size_t length)
{
    return self->length == length && memcmp(self->name, name, length) == 0;
}

struct field *
fields_find(struct fields *self, const char *name, size_t length)
{
    for (size_t tried = 0; tried < self->count; tried++) {
        size_t i = self->next < self->count ? self->next : 0;
        self->next = i + 1;
        if (has_name(self->items[i], name, length))
            return self->items[i];
    }
    struct field *field = add_field(self, name, length);
    self->next = self->count;
    return field;
}

/* Appends a text with its end. */
static const char *
put_text(char **place, const char *text)
{
    size_t size = strlen(text) + 1;
    const char *copy = memcpy(*place, text, size);

    *place += size;
    return copy;
}

void
field_want(struct field *self, enum weir_type type, const char *name,
           const char *unit, const char *help)
{
    char *place = xcalloc(strlen(name) + strlen(unit) + strlen(help) + 3, 1);

    self->known = true;
    self->wanted = true;
    self->texts = place;
    self->metric = (struct weir_metric){
        .name = put_text(&place, name),
        .type = type,
        .unit = put_text(&place, unit),
        .help = put_text(&place, help),
    };
}

void
field_refuse(struct field *self)
{
    self->known = true;
}
