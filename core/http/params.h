/* params.h - the parameters of a query or of a form
 *
 * "a=1&b=x+y" becomes a list of names and values, unescaped, in their order;
 * a name may come more than once.  The texts live in an arena that the caller
 * owns.  Pure; it reads bytes from outside.
 */
#ifndef PARAMS_H
#define PARAMS_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "arena.h"

enum { PARAMS_MOST = 1024 };

struct param {
    const char *name, *value;
};

struct params {
    size_t count, room;
    struct param *items; /* [count] */
};

/* Replaces %XX (and '+' by a blank when 'form') in 'length' characters at
 * 'text', and writes at most as many to 'out', which may be 'text', without a
 * '\0'.  Returns how many, or -EBADMSG for an escape that is none, or that
 * would end the text. */
ssize_t params_unescape(char *out, const char *text, size_t length, bool form);

/* Adds a pair; the texts are the caller's. */
void params_add(struct params *self, const char *name, const char *value);

/* Adds what 'size' bytes at 'text' say.  Returns 0, or -EBADMSG for a bad
 * escape, a '\0' or more than PARAMS_MOST in all; then some may be added. */
int params_read(struct params *self, struct arena *arena, const char *text,
                size_t size);

/* Returns the nth value, from 0, of 'name'; or NULL. */
const char *params_get(const struct params *self, const char *name, size_t nth);

/* Frees the list, not its texts. */
void params_fini(struct params *self);

#endif /* PARAMS_H */
