/* cli/screen.c - what the reader of the output can be shown */
#include <config.h>

#include "cli/screen.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "base.h"
#include "number.h"

enum {
    WIDTH_USUAL = 80,
    HEIGHT_USUAL = 24,
    WIDTH_LEAST = 20,
    WIDTH_MOST = 1000,
    HEIGHT_LEAST = 5,
};

/* Returns the variable, or NULL when it is empty, too. */
static const char *
get_text(const char *name)
{
    const char *text = getenv(name);

    return text && *text ? text : NULL;
}

static bool
is_utf8(void)
{
    static const char *const names[] = {"LC_ALL", "LC_CTYPE", "LANG"};

    for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
        const char *text = get_text(names[i]);
        if (text)
            return strcasestr(text, "utf-8") || strcasestr(text, "utf8");
    }
    return false;
}

static bool
has_colour(void)
{
    const char *term = get_text("TERM");

    return term && strcmp(term, "dumb") != 0 && !get_text("NO_COLOR");
}

/* Returns what the environment says, else 'size', else 'usual'. */
static size_t
extent(const char *name, size_t size, size_t usual)
{
    const char *text = get_text(name);
    uint64_t number = 0;

    if (text && number_scan_u64(text, &number) && number > 0)
        return number < WIDTH_MOST ? number : WIDTH_MOST;
    return size ? size : usual;
}

void
screen_look(int fd, struct screen *ret_screen)
{
    struct winsize size = {0};
    struct screen screen = {.terminal = isatty(fd), .utf8 = is_utf8()};

    if (screen.terminal)
        (void)ioctl(fd, TIOCGWINSZ, &size);
    screen.colour = screen.terminal && has_colour();
    screen.width = extent("COLUMNS", size.ws_col, WIDTH_USUAL);
    screen.height = extent("LINES", size.ws_row, HEIGHT_USUAL);
    if (screen.width < WIDTH_LEAST)
        screen.width = WIDTH_LEAST;
    if (screen.height < HEIGHT_LEAST)
        screen.height = HEIGHT_LEAST;
    *ret_screen = screen;
}
