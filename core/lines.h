/* lines.h - a text, line by line
 *
 * Every line ends with a '\n' that may be read, whether the text's last one
 * has one or not: so scanners of numbers and words need no bounds.
 */
#ifndef LINES_H
#define LINES_H

#include <stdbool.h>
#include <stddef.h>

struct lines {
    const char *at;   /* the present line */
    const char *end;  /* its '\n' */
    size_t number;    /* of the present line, from 1; 0 before the first */
    const char *rest; /* the next line */
    const char *stop; /* the end of all */
    char *copy;       /* of a text that did not end in '\n'; else NULL */
};

/* 'text', 'size' bytes, is lent until lines_fini(). */
void lines_init(struct lines *self, const char *text, size_t size);
void lines_fini(struct lines *self);

/* Goes to the next line, without a '\r' at its end.  Returns false when there
 * is none. */
bool lines_next(struct lines *self);

/* Adds the next line, and the '\n' between, to the present one.  Returns false
 * when there is none. */
bool lines_join(struct lines *self);

#endif /* LINES_H */
