/* top_screen.h - weir top on a terminal, by ncurses */
#ifndef TOP_SCREEN_H
#define TOP_SCREEN_H

#include "top_view.h"

struct top_screen {
    bool utf8;
    const char *where; /* the weir that is asked */
};

/* Takes the terminal over.  Returns 0, or -ENOTTY when there is none, or none
 * that can be drawn on. */
int top_screen_open(void);

/* Gives it back as it was. */
void top_screen_close(void);

/* Returns the next key, waiting 'wait_ms' at most; or negative.  After Ctrl-L
 * the next drawing is of all, not only of what has changed. */
int top_screen_key(int wait_ms);

/* Draws, and tells the view how many rows there is room for. */
void top_screen_draw(const struct top_screen *self, struct top_view *view);

#endif /* TOP_SCREEN_H */
