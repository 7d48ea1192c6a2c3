/* lines.c - a text, line by line */
#include <config.h>

#include "lines.h"

#include <string.h>

#include "base.h"

void
lines_init(struct lines *self, const char *text, size_t size)
{
    *self = (struct lines){0};
    if (size > 0 && text[size - 1] != '\n') {
        self->copy = xcalloc(size + 1, 1);
        memcpy(self->copy, text, size);
        self->copy[size++] = '\n';
        text = self->copy;
    }
    self->rest = text;
    self->stop = text + size;
}

void
lines_fini(struct lines *self)
{
    free(self->copy);
    self->copy = NULL;
}

/* Moves the end of the present line to the next '\n'. */
static bool
find_end(struct lines *self)
{
    if (self->rest == self->stop)
        return false;
    self->end = memchr(self->rest, '\n', (size_t)(self->stop - self->rest));
    self->rest = self->end + 1;
    self->number++;
    return true;
}

bool
lines_next(struct lines *self)
{
    const char *at = self->rest;

    if (!find_end(self))
        return false;
    self->at = at;
    if (self->end > at && self->end[-1] == '\r')
        self->end--;
    return true;
}

bool
lines_join(struct lines *self)
{
    return find_end(self);
}
