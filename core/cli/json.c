/* cli/json.c - an answer as the API gave it */
#include <config.h>

#include "base.h"
#include "cli/plain.h"
#include "cli/view.h"
#include "utf8.h"

enum { PLANE = 0x10000, REPLACEMENT = 0xfffd };

/* Beyond the first plane JSON writes two halves. */
static void
write_escape(uint32_t point, FILE *out)
{
    if (point < PLANE)
        (void)fprintf(out, "\\u%04x", point);
    else
        (void)fprintf(out, "\\u%04x\\u%04x", 0xd800 + ((point - PLANE) >> 10),
                      0xdc00 + ((point - PLANE) & 0x3ff));
}

/* Blanks between values are no part of a text; the rest that is hidden can only
 * stand in one. */
static bool
is_blank(uint32_t point)
{
    return point == '\n' || point == '\r' || point == '\t';
}

void
view_json(const char *text, size_t size, const struct screen *screen, FILE *out)
{
    uint32_t point = 0;
    size_t length = 0;

    for (size_t i = 0; screen->terminal && i < size; i += length) {
        length = utf8_read(text + i, &point);
        if (length == 0) {
            length = 1;
            point = REPLACEMENT;
        }
        if (point == REPLACEMENT ||
            (plain_is_hidden(point) && !is_blank(point)))
            write_escape(point, out);
        else
            (void)fwrite(text + i, 1, length, out);
    }
    if (!screen->terminal)
        (void)fwrite(text, 1, size, out);
    (void)fputc('\n', out);
}
