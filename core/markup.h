/* markup.h - texts in HTML and SVG */
#ifndef MARKUP_H
#define MARKUP_H

#include <stdio.h>

/* Writes a text so that it stands for itself in an element or in an attribute
 * in double quotes. */
static inline void
markup_text(FILE *out, const char *text)
{
    for (; *text; text++) {
        switch (*text) {
        case '&':
            (void)fputs("&amp;", out);
            break;
        case '<':
            (void)fputs("&lt;", out);
            break;
        case '>':
            (void)fputs("&gt;", out);
            break;
        case '"':
            (void)fputs("&quot;", out);
            break;
        default:
            (void)fputc(*text, out);
        }
    }
}

#endif /* MARKUP_H */
