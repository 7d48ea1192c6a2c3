/* top_wish.h - what the command line of weir top asks for */
#ifndef TOP_WISH_H
#define TOP_WISH_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

struct top_wish {
    bool help; /* and nothing else */
    bool once;
    const char *url;           /* or NULL */
    const char *configuration; /* a file; or NULL */
    const char *kind;          /* host, go, target or weir; or NULL: all */
    const char *search, *sort; /* or "" */
    int64_t window_ns, refresh_ns, timeout_ns;
};

/* Reads the arguments.  Returns 0, or -EINVAL, having written why. */
int top_wish_read(int argc, char **argv, struct top_wish *ret_wish);

/* Writes what the arguments are. */
void top_wish_help(FILE *out);

#endif /* TOP_WISH_H */
