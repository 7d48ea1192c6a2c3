/* cli/column.c - a column of numbers whose points stand below each other */
#include <config.h>

#include "cli/column.h"

#include <string.h>

#include <weir/text.h>

#include "cli/plain.h"

void
column_measure(struct column *self, double number)
{
    char text[WEIR_DOUBLE_SIZE];
    size_t length = weir_format_plain(number, text);
    size_t whole = strcspn(text, ".");

    if (self->whole < whole)
        self->whole = whole;
    if (self->rest < length - whole)
        self->rest = length - whole;
    if (self->width < self->whole + self->rest)
        self->width = self->whole + self->rest;
}

/* Writes 'text' so that its point, or end, stands where those of others do. */
static void
write_text(const struct column *self, const char *text, bool last, FILE *out)
{
    size_t whole = strcspn(text, ".");
    size_t rest = strlen(text) - whole;

    plain_blanks(out, self->width - self->rest - whole);
    (void)fputs(text, out);
    if (!last)
        plain_blanks(out, self->rest - rest);
}

void
column_write(const struct column *self, double number, bool last, FILE *out)
{
    char text[WEIR_DOUBLE_SIZE];

    (void)weir_format_plain(number, text);
    write_text(self, text, last, out);
}

void
column_write_none(const struct column *self, bool last, FILE *out)
{
    if (self->rest == self->width) { /* there is no number in it */
        plain_blanks(out, last ? 0 : self->width);
        return;
    }
    write_text(self, "-", last, out);
}
