/* outcome.h - what an answer to a write says
 *
 * Pure: it is given bytes that came from outside, and may be anything.
 */
#ifndef INFLUXDB_OUTCOME_H
#define INFLUXDB_OUTCOME_H

#include <stddef.h>

enum outcome_kind {
    OUTCOME_STORED,
    OUTCOME_LATER,    /* to be tried again: neither stored nor refused */
    OUTCOME_REFUSED,  /* it never will be */
    OUTCOME_PARTLY,   /* a part of it never will be; the rest is stored */
    OUTCOME_TOO_LONG, /* less at once may be taken */
    OUTCOME_NO_PLACE, /* there is no such database, or bucket */
};

enum { OUTCOME_WHY_SIZE = 320 };

struct outcome {
    enum outcome_kind kind;
    size_t dropped; /* points, of OUTCOME_PARTLY; 0: it does not say */
    char why[OUTCOME_WHY_SIZE]; /* one line; "" when stored */
};

/* Reads an answer with 'status' and a body of 'size' bytes. */
void outcome_read(long status, const char *body, size_t size,
                  struct outcome *ret_outcome);

/* The same for an answer to a query, which may fail with status 200. */
void outcome_read_query(long status, const char *body, size_t size,
                        struct outcome *ret_outcome);

#endif /* INFLUXDB_OUTCOME_H */
