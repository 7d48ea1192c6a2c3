/* texts.h - a set of texts, each of which is told once */
#ifndef TEXTS_H
#define TEXTS_H

#include "lookup.h"

struct texts {
    struct lookup table;
};

/* Adds a copy.  Returns 1, 0 when it was there already, or -ENOMEM. */
int texts_add(struct texts *self, const char *text);

void texts_fini(struct texts *self);

#endif /* TEXTS_H */
