/* trail.c - the last row of a layout */
#include <config.h>

#include "link/trail_inner.h"

#include "base.h"

void
trail_row_destroy(struct trail_row **self_p)
{
    struct trail_row *self = *self_p;

    if (!self)
        return;
    free(self->values);
    free(self->present);
    free(self->digits);
    free(self);
    *self_p = NULL;
}

/* Columns that were never there are as in a key. */
static void
clear_from(struct trail_row *self, uint32_t column)
{
    uint32_t rest = self->room - column;

    memset(self->values + column, 0, rest * sizeof(*self->values));
    memset(self->digits + column, 0, rest);
    memset(self->present + column / WORD_BITS, 0xff,
           rest / WORD_BITS * sizeof(*self->present));
}

struct trail_row *
trail_row_reserve(struct trail_row **row_p, uint32_t width)
{
    struct trail_row *self = *row_p;

    if (!self)
        self = *row_p = xcalloc(1, sizeof(*self));
    if (self->room >= width)
        return self;
    size_t words = part_words(width);
    uint32_t old = self->room;
    self->room = (uint32_t)(words * WORD_BITS);
    self->values = xrealloc(self->values, self->room, sizeof(*self->values));
    self->present = xrealloc(self->present, words, sizeof(*self->present));
    self->digits = xrealloc(self->digits, self->room, sizeof(*self->digits));
    clear_from(self, old);
    return self;
}

void
trail_row_clear(struct trail_row *self)
{
    self->sequence = 0;
    self->time_ns = 0;
    clear_from(self, 0);
}

double
trail_scale(unsigned digits)
{
    static const double scales[DIGITS_MOST + 1] = {1,   1e1, 1e2, 1e3, 1e4,
                                                   1e5, 1e6, 1e7, 1e8, 1e9};

    return scales[digits];
}
