/* cli/canvas.c - lines drawn with characters */
#include <config.h>

#include "cli/canvas.h"

#include <stdint.h>

#include <weir/cleanup.h>

#include "base.h"

static const char normal[] = "\033[m";

static const struct {
    char mark;
    const char *colour;
} palette[CANVAS_INKS] = {
    {'*', "\033[36m"}, {'o', "\033[33m"}, {'+', "\033[35m"}, {'x', "\033[32m"},
    {'#', "\033[31m"}, {'@', "\033[34m"}, {'%', "\033[96m"}, {'=', "\033[93m"},
    {'&', "\033[95m"}, {'~', "\033[92m"}, {'$', "\033[91m"}, {'^', "\033[94m"},
};

struct cell {
    uint8_t dots; /* as braille numbers them */
    uint8_t ink;  /* of the line that came last */
};

struct canvas {
    size_t columns, rows;
    size_t across, down; /* dots in a character */
    bool braille, colour;
    struct cell *cells; /* [rows * columns] */
};

struct canvas *
canvas_new(const struct screen *screen, size_t columns, size_t rows,
           size_t inks)
{
    struct canvas *self = xcalloc(1, sizeof(*self));

    self->columns = columns;
    self->rows = rows;
    self->colour = screen->colour;
    self->braille = screen->utf8 && (screen->colour || inks == 1);
    self->across = self->braille ? 2 : 1;
    self->down = self->braille ? 4 : 1;
    self->cells = xcalloc(columns * rows, sizeof(*self->cells));
    return self;
}

void
canvas_destroy(struct canvas **self_p)
{
    struct canvas *self = weir_take(*self_p);

    if (!self)
        return;
    free(self->cells);
    free(self);
}

size_t
canvas_width(const struct canvas *self)
{
    return self->columns * self->across;
}

size_t
canvas_height(const struct canvas *self)
{
    return self->rows * self->down;
}

size_t
canvas_row(const struct canvas *self, size_t y)
{
    return y / self->down;
}

static void
draw(struct canvas *self, size_t x, size_t y, size_t ink)
{
    static const uint8_t dots[4][2] = {
        {0x01, 0x08}, {0x02, 0x10}, {0x04, 0x20}, {0x40, 0x80}};
    struct cell *cell =
        &self->cells[y / self->down * self->columns + x / self->across];

    cell->dots |= dots[y % self->down][x % self->across];
    cell->ink = (uint8_t)ink;
}

/* Goes along the longer side, and draws a dot for each step there. */
void
canvas_line(struct canvas *self, struct canvas_dot from, struct canvas_dot to,
            size_t ink)
{
    long across = (long)to.x - (long)from.x;
    long down = (long)to.y - (long)from.y;
    long steps = labs(across) > labs(down) ? labs(across) : labs(down);

    for (long i = 0; i <= steps; i++) {
        long half = steps / 2;
        long x = (across * i + (across < 0 ? -half : half));
        long y = (down * i + (down < 0 ? -half : half));
        draw(self, from.x + (size_t)(steps ? x / steps : 0),
             from.y + (size_t)(steps ? y / steps : 0), ink);
    }
}

/* Writes a character of braille. */
static void
write_braille(unsigned dots, FILE *out)
{
    (void)fprintf(out, "\xe2%c%c", 0xa0 + (int)(dots >> 6),
                  0x80 + (int)(dots & 0x3f));
}

static void
write_cell(const struct canvas *self, const struct cell *cell, FILE *out)
{
    if (!cell->dots)
        (void)fputc(' ', out);
    else if (self->braille)
        write_braille(cell->dots, out);
    else
        (void)fputc(palette[cell->ink].mark, out);
}

void
canvas_write(const struct canvas *self, size_t row, FILE *out)
{
    const struct cell *cells = &self->cells[row * self->columns];
    size_t end = self->columns;
    const char *colour = normal;

    while (end > 0 && !cells[end - 1].dots)
        end--;
    for (size_t i = 0; i < end; i++) {
        const char *wanted = palette[cells[i].ink].colour;
        if (self->colour && cells[i].dots && wanted != colour) {
            (void)fputs(wanted, out);
            colour = wanted;
        }
        write_cell(self, &cells[i], out);
    }
    if (colour != normal)
        (void)fputs(normal, out);
}

void
canvas_write_ink(const struct canvas *self, size_t ink, FILE *out)
{
    const struct cell line = {.dots = 0x12, .ink = (uint8_t)ink};

    if (self->colour)
        (void)fputs(palette[ink].colour, out);
    write_cell(self, &line, out);
    write_cell(self, &line, out);
    if (self->colour)
        (void)fputs(normal, out);
}
