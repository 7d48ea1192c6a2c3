/* query/vector.c - series over steps */
#include <config.h>

#include "query/vector.h"

#include "base.h"

void
vector_take(struct vector *self, const struct labelset *labels, double *values)
{
    if (self->count == self->room) {
        self->room = self->room ? 2 * self->room : 4;
        self->tracks =
            xrealloc(self->tracks, self->room, sizeof(*self->tracks));
    }
    struct track *track = &self->tracks[self->count++];
    track->labels = labels;
    track->values = values;
}

struct track *
vector_add(struct vector *self, const struct labelset *labels, size_t steps)
{
    double *values = xrealloc(NULL, steps, sizeof(*values));

    for (size_t i = 0; i < steps; i++)
        values[i] = value_none();
    vector_take(self, labels, values);
    return &self->tracks[self->count - 1];
}

bool
track_has_any(const struct track *self, size_t steps)
{
    for (size_t i = 0; i < steps; i++)
        if (!value_is_none(self->values[i]))
            return true;
    return false;
}

void
vector_prune(struct vector *self, size_t steps)
{
    size_t kept = 0;

    for (size_t i = 0; i < self->count; i++) {
        if (track_has_any(&self->tracks[i], steps))
            self->tracks[kept++] = self->tracks[i];
        else
            free(self->tracks[i].values);
    }
    self->count = kept;
}

void
vector_fini(struct vector *self)
{
    for (size_t i = 0; i < self->count; i++)
        free(self->tracks[i].values);
    free(self->tracks);
    *self = (struct vector){0};
}
