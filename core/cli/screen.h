/* cli/screen.h - what the reader of the output can be shown
 *
 * A terminal gets colours, unless NO_COLOR or TERM=dumb say no; who does not
 * read UTF-8 gets ASCII.
 */
#ifndef CLI_SCREEN_H
#define CLI_SCREEN_H

#include <stdbool.h>
#include <stddef.h>

struct screen {
    bool terminal;
    bool colour;
    bool utf8;
    size_t width, height; /* in characters; 80 by 24 where nobody knows */
};

/* Looks at the descriptor 'fd' and the environment, which is also where width
 * (COLUMNS), height (LINES) and character set (LC_ALL, LC_CTYPE, LANG) are
 * told. */
void screen_look(int fd, struct screen *ret_screen);

#endif /* CLI_SCREEN_H */
