/* grid.c - the points of a group, and the rows that they make */
#include <config.h>

#include "grid.h"

#include <math.h>
#include <stdbool.h>

#include "base.h"

void
points_add(struct points *self, struct point point)
{
    if (self->count == self->room) {
        self->room = self->room ? 2 * self->room : 64;
        self->items = xrealloc(self->items, self->room, sizeof(*self->items));
    }
    self->items[self->count++] = point;
}

void
points_fini(struct points *self)
{
    free(self->items);
    *self = (struct points){0};
}

static int
compare_points(const void *left_p, const void *right_p)
{
    const struct point *left = left_p, *right = right_p;

    if (left->time_ns != right->time_ns)
        return left->time_ns < right->time_ns ? -1 : 1;
    if (left->series != right->series)
        return left->series < right->series ? -1 : 1;
    return (left->field > right->field) - (left->field < right->field);
}

static bool
is_sorted(const struct points *points)
{
    for (size_t i = 1; i < points->count; i++)
        if (compare_points(&points->items[i - 1], &points->items[i]) > 0)
            return false;
    return true;
}

static bool
is_same_row(const struct point *left, const struct point *right)
{
    return left->time_ns == right->time_ns && left->series == right->series;
}

void
grid_init(struct grid *self, struct points *points, size_t width)
{
    const struct point *items = points->items;
    size_t rows = 0;

    if (!is_sorted(points))
        qsort(points->items, points->count, sizeof(*items), compare_points);
    for (size_t i = 0; i < points->count; i++)
        rows += i == 0 || !is_same_row(&items[i - 1], &items[i]);
    *self = (struct grid){
        .width = width,
        .times_ns = xcalloc(rows, sizeof(*self->times_ns)),
        .series = xcalloc(rows, sizeof(*self->series)),
        .values = xcalloc(rows * width, sizeof(*self->values)),
    };
    for (size_t i = 0; i < points->count; i++) {
        if (i == 0 || !is_same_row(&items[i - 1], &items[i])) {
            self->times_ns[self->count] = items[i].time_ns;
            self->series[self->count] = items[i].series;
            for (size_t f = 0; f < width; f++)
                self->values[self->count * width + f] = (double)NAN;
            self->count++;
        }
        self->values[(self->count - 1) * width + items[i].field] =
            items[i].value;
    }
}

void
grid_fini(struct grid *self)
{
    free(self->times_ns);
    free(self->series);
    free(self->values);
    *self = (struct grid){0};
}
