/* queue.c - lines that wait to be written, in parcels; see queue.h */
#include <config.h>

#include "queue.h"

#include <string.h>

#include <weir/text.h>

#include "base.h"

enum { ROOM_LEAST = 65536 };

struct parcel *
queue_begin(struct queue *self, uint64_t ticket, int64_t now_ns)
{
    if (!self->open) {
        struct parcel *made = xcalloc(1, sizeof(*made));
        made->first = ticket;
        made->since_ns = now_ns;
        if (self->last)
            self->last->next = made;
        else
            self->first = made;
        self->last = made;
        self->open = true;
    }
    self->last->last = ticket;
    return self->last;
}

void
queue_end(struct queue *self, size_t before)
{
    self->bytes += self->last->size - before;
}

static void
make_room(struct parcel *self, size_t size)
{
    size_t room = self->room ? self->room : ROOM_LEAST;

    while (room - self->size < size)
        room *= 2;
    if (room > self->room) {
        self->text = xrealloc(self->text, room, 1);
        self->room = room;
    }
}

void
parcel_add(struct parcel *self, const struct parcel_line *line)
{
    make_room(self, line->head_length + WEIR_DOUBLE_SIZE + line->time_length);

    char *to = self->text + self->size;
    memcpy(to, line->head, line->head_length);
    to += line->head_length;
    to += weir_format_double(line->value, to);
    memcpy(to, line->time, line->time_length);
    to += line->time_length;
    self->size = (size_t)(to - self->text);
    self->points++;
}

size_t
parcel_piece(const struct parcel *self, size_t points, size_t bytes,
             size_t *ret_points)
{
    size_t size = 0;
    size_t count = 0;

    while (self->done + size < self->size && count < points) {
        const char *at = self->text + self->done + size;
        const char *end = self->text + self->size;
        const char *stop = memchr(at, '\n', (size_t)(end - at));
        size_t length = (size_t)((stop ? stop + 1 : end) - at);
        if (count && size + length > bytes)
            break;
        size += length;
        count++;
    }
    *ret_points = count;
    return size;
}

void
queue_close(struct queue *self)
{
    self->open = false;
}

struct parcel *
queue_first(const struct queue *self)
{
    return self->open && self->first == self->last ? NULL : self->first;
}

void
queue_pop(struct queue *self)
{
    struct parcel *parcel = self->first;

    self->first = parcel->next;
    if (!self->first)
        self->last = NULL;
    self->bytes -= parcel->size;
    free(parcel->text);
    free(parcel);
}

void
queue_fini(struct queue *self)
{
    queue_close(self);
    while (self->first)
        queue_pop(self);
    *self = (struct queue){0};
}
