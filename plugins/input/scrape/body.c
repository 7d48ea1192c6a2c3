/* body.c - bytes that come in pieces; see body.h */
#include <config.h>

#include "body.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum { ROOM_LEAST = 16384 };

int
body_add(struct body *self, const char *bytes, size_t size, uint64_t most)
{
    size_t room = self->room ? self->room : ROOM_LEAST;

    if (size > most - self->size)
        return -EMSGSIZE;
    while (room - self->size < size)
        room *= 2;
    if (room > self->room) {
        char *text = realloc(self->text, room);
        if (!text)
            return -ENOMEM;
        self->text = text;
        self->room = room;
    }
    if (size)
        memcpy(self->text + self->size, bytes, size);
    self->size += size;
    return 0;
}

void
body_fini(struct body *self)
{
    free(self->text);
    *self = (struct body){0};
}
