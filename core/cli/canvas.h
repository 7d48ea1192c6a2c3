/* cli/canvas.h - lines drawn with characters
 *
 * With braille a character holds 2 by 4 dots, and an ink is a colour; where
 * there are no colours for several inks, or no braille, a character is one dot,
 * and an ink a mark.  The dot (0, 0) is at the top on the left.
 */
#ifndef CLI_CANVAS_H
#define CLI_CANVAS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "cli/screen.h"

enum { CANVAS_INKS = 12 };

struct canvas;

/* Makes an empty canvas of 'columns' by 'rows' characters for 'inks' inks. */
struct canvas *canvas_new(const struct screen *screen, size_t columns,
                          size_t rows, size_t inks);
void canvas_destroy(struct canvas **self_p);

/* How many dots there are. */
size_t canvas_width(const struct canvas *self);
size_t canvas_height(const struct canvas *self);

/* Returns the row of characters in which the dots of height 'y' are. */
size_t canvas_row(const struct canvas *self, size_t y);

/* Draws a line of 'ink', 0 to inks - 1, between two dots, both inclusive. */
struct canvas_dot {
    size_t x, y;
};
void canvas_line(struct canvas *self, struct canvas_dot from,
                 struct canvas_dot to, size_t ink);

/* Writes a row of characters, without blanks at its end. */
void canvas_write(const struct canvas *self, size_t row, FILE *out);

/* Writes a sample of 'ink', two characters wide, for a legend. */
void canvas_write_ink(const struct canvas *self, size_t ink, FILE *out);

#endif /* CLI_CANVAS_H */
