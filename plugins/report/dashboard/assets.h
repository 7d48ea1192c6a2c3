/* assets.h - the files that the browser gets; assets.c is made from web/ */
#ifndef ASSETS_H
#define ASSETS_H

#include <stddef.h>

struct asset {
    const char *path; /* as in a request, with the '/' */
    const char *type;
    const unsigned char *bytes;
    size_t size;
};

/* The page "/" comes first; all others have names that change with what they
 * hold.  Ends with {0}. */
extern const struct asset assets[];

#endif /* ASSETS_H */
