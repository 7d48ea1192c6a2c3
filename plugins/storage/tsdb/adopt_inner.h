/* adopt_inner.h - for adopt*.c alone */
#ifndef TSDB_ADOPT_INNER_H
#define TSDB_ADOPT_INNER_H

#include "adopt.h"

struct adopt_series {
    uint32_t there, here; /* numbers in the part and in the store */
    bool fresh;           /* the store did not have it */
};

/* Keeps the first reason.  Returns 'rc'. */
int adopt_fail(struct adopt *self, int rc, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

#endif /* TSDB_ADOPT_INNER_H */
