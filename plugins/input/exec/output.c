/* output.c - what a command printed, and what it complained of */
#include <config.h>

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "exec.h"

enum { ROOM_LEAST = 4096 };

int
output_add(struct output *self, const char *bytes, size_t size)
{
    size_t room = self->room ? self->room : ROOM_LEAST;

    while (room - self->size < size)
        room *= 2;
    if (room > self->room) {
        char *text = realloc(self->text, room);
        if (!text)
            return -ENOMEM;
        self->text = text;
        self->room = room;
    }
    memcpy(self->text + self->size, bytes, size);
    self->size += size;
    return 0;
}

void
output_drop(struct output *self, size_t size)
{
    self->size -= size;
    if (self->size > 0)
        memmove(self->text, self->text + size, self->size);
}

void
output_fini(struct output *self)
{
    free(self->text);
    *self = (struct output){0};
}

/* Says whether a line, without its '\n', ends a cycle. */
static bool
is_end(const char *line, size_t length)
{
    static const char mark[] = "# EOF";

    if (length > 0 && line[length - 1] == '\r')
        length--;
    return length == 0 ||
           (length == strlen(mark) && memcmp(line, mark, length) == 0);
}

size_t
output_cycle(const struct output *self, size_t *looked)
{
    while (*looked < self->size) {
        const char *line = self->text + *looked;
        const char *end = memchr(line, '\n', self->size - *looked);
        if (!end)
            return 0;
        *looked = (size_t)(end + 1 - self->text);
        if (is_end(line, (size_t)(end - line)))
            return *looked;
    }
    return 0;
}

size_t
output_lines(const struct output *self)
{
    const char *last =
        self->size ? memrchr(self->text, '\n', self->size) : NULL;

    return last ? (size_t)(last + 1 - self->text) : 0;
}

/* Bytes that are no text would spoil the log. */
static void
add_byte(struct complaint *self, char byte)
{
    if (byte < ' ' || byte > '~')
        byte = '?';
    if (self->ended)
        self->length = 0;
    self->ended = false;
    if (self->length + 1 < sizeof(self->line))
        self->line[self->length++] = byte;
    self->line[self->length] = '\0';
}

void
complaint_add(struct complaint *self, const char *bytes, size_t size)
{
    for (size_t i = 0; i < size; i++) {
        if (bytes[i] == '\n')
            self->ended = true;
        else if (bytes[i] != '\r')
            add_byte(self, bytes[i]);
    }
}

const char *
complaint_line(const struct complaint *self)
{
    return self->length ? self->line : "";
}
