/* reply.h - what InfluxDB answers to a query, as it comes
 *
 * The answer is MessagePack, in one document or many, of the shape
 *
 *     {results: [{series: [{name, tags: {}, columns: [], values: [[]]}]}]}
 *
 * where a result, or all, may be an {error: text} instead.  It is told row by
 * row; nothing is kept but the series' head.  One thread has a reply.
 */
#ifndef INFLUXDB_REPLY_H
#define INFLUXDB_REPLY_H

#include <stddef.h>

#include <weir/batch.h>

#include "msgpack.h"

enum {
    REPLY_CELLS_MOST = 4, /* that are told of a row */
    REPLY_TAGS_MOST = 65, /* that are told, which is more than a series has */
    REPLY_WHY_SIZE = 256,
};

/* The head of a series.  Tags without a value are left out. */
struct reply_series {
    const char *name;        /* of the measurement, or "" */
    struct weir_label *tags; /* in any order, ends with {0}; to be changed */
    size_t tag_count;        /* may be above REPLY_TAGS_MOST: the rest is
                              * not told */
    uint64_t statement;      /* of the query, from 0 */
};

/* A cell of a row; 'text' of a text ends with '\0', and has the byte 0xff where
 * it had one within. */
struct reply_cell {
    enum msgpack_kind kind; /* no array and no map */
    int64_t integer;
    double real;
    const char *text;
};

/* What hears the answer.  What is told is lent for the call.  Each returns 0,
 * or a negative errno that ends it. */
struct reply_calls {
    /* A series begins, or goes on after others in a further document. */
    int (*series)(void *arg, struct reply_series *series);
    /* The next row of it. */
    int (*row)(void *arg, const struct reply_cell *cells, size_t count);
};

struct reply;

/* The caller frees it; 'calls' and 'arg' outlive it. */
struct reply *reply_new(const struct reply_calls *calls, void *arg);
void reply_destroy(struct reply **self_p);

/* Takes the next bytes of the answer.  Returns 0; -EBADMSG when it is none;
 * -EREMOTEIO for an error that InfluxDB tells; or what a call returned.  Then
 * it is over. */
int reply_take(struct reply *self, const void *bytes, size_t size);

/* Says whether the answer is whole; 0 or -EBADMSG. */
int reply_end(const struct reply *self);

/* Returns the error that InfluxDB told, one line; or "". */
const char *reply_why(const struct reply *self);

#endif /* INFLUXDB_REPLY_H */
