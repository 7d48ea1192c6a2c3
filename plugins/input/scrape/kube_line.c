/* kube_line.c - lines out of bytes that come in pieces */
#include <config.h>

#include "kube_line.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum { ROOM_LEAST = 4096 };

static int
add(struct kube_line *self, const char *bytes, size_t size)
{
    size_t room = self->room ? self->room : ROOM_LEAST;

    if (size > KUBE_LINE_MOST - self->size)
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

int
kube_line_take(struct kube_line *self, const char *bytes, size_t size,
               int (*hear)(void *arg, const char *text, size_t size), void *arg)
{
    const char *rest = bytes;
    const char *end = bytes + size;
    const char *stop = NULL;

    while ((stop = memchr(rest, '\n', (size_t)(end - rest)))) {
        int rc = add(self, rest, (size_t)(stop - rest));
        if (rc == 0)
            rc = hear(arg, self->text, self->size);
        self->size = 0;
        if (rc < 0)
            return rc;
        rest = stop + 1;
    }
    return add(self, rest, (size_t)(end - rest));
}

void
kube_line_reset(struct kube_line *self)
{
    self->size = 0;
}

void
kube_line_fini(struct kube_line *self)
{
    free(self->text);
    *self = (struct kube_line){0};
}
