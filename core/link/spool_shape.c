/* spool_shape.c - the layouts for what is written to a spool */
#include <config.h>

#include <weir/cleanup.h>

#include "base.h"
#include "link/spool_inner.h"

static void
shape_destroy(struct spool_shape **self_p)
{
    struct spool_shape *self = weir_take(*self_p);

    pieces_fini(&self->pieces);
    trail_row_destroy(&self->row);
    free(self);
}

/* Returns where the layout is in the list, or belongs. */
static size_t
place_of(const struct spool *self, uint32_t number)
{
    size_t low = 0;
    size_t high = self->shape_count;

    while (low < high) {
        size_t middle = (low + high) / 2;
        if (self->shapes[middle]->number < number)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

struct spool_shape *
spool_find_shape(const struct spool *self, uint32_t number)
{
    size_t place = place_of(self, number);

    if (place < self->shape_count && self->shapes[place]->number == number)
        return self->shapes[place];
    return NULL;
}

static struct spool_shape *
add_shape(struct spool *self, uint32_t number)
{
    size_t place = place_of(self, number);
    struct spool_shape *shape = xcalloc(1, sizeof(*shape));

    shape->number = number;
    if (self->shape_count == self->shape_room) {
        self->shape_room = self->shape_room * 2 + 16;
        self->shapes = xrealloc(self->shapes, self->shape_room,
                                sizeof(struct spool_shape *));
    }
    memmove(&self->shapes[place + 1], &self->shapes[place],
            (self->shape_count - place) * sizeof(struct spool_shape *));
    self->shapes[place] = shape;
    self->shape_count++;
    return shape;
}

void
spool_layout(struct spool *self, struct frame *layout)
{
    struct frame_view view = frame_look(layout);
    struct frame_layout head;

    if (frame_layout_head(&view, &head) < 0)
        return;
    struct spool_shape *shape = spool_find_shape(self, head.number);
    if (!shape)
        shape = add_shape(self, head.number);
    struct frame *held = frame_hold(layout);
    pieces_add(&shape->pieces, &held, head.end);
}

uint32_t
spool_layout_end(const struct spool *self, uint32_t number)
{
    const struct spool_shape *shape = spool_find_shape(self, number);

    return shape ? pieces_end(&shape->pieces) : 0;
}

void
spool_forget(struct spool *self, uint32_t number)
{
    size_t place = place_of(self, number);

    if (!spool_find_shape(self, number))
        return;
    shape_destroy(&self->shapes[place]);
    self->shape_count--;
    memmove(&self->shapes[place], &self->shapes[place + 1],
            (self->shape_count - place) * sizeof(struct spool_shape *));
}

void
spool_shapes_fini(struct spool *self)
{
    for (size_t i = 0; i < self->shape_count; i++)
        shape_destroy(&self->shapes[i]);
    free(self->shapes);
}
