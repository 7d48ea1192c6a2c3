/* result.h - what a statement answers: series, each a table of values
 *
 * Not thread safe; memory that lacks ends the program, so who adds looks at
 * 'bytes'.
 */
#ifndef INFLUXQL_RESULT_H
#define INFLUXQL_RESULT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "arena.h"

enum value_kind {
    VALUE_NULL,
    VALUE_NUMBER,
    VALUE_WHOLE,
    VALUE_TIME,
    VALUE_TEXT,
    VALUE_BOOLEAN
};

struct value {
    enum value_kind kind;
    union {
        double number;
        int64_t whole;    /* also of a time, in nanoseconds; and a boolean */
        const char *text; /* of the result's */
    };
};

struct tag {
    const char *key, *value;
};

/* One series of the answer; texts are the result's. */
struct rows {
    const char *name; /* or NULL */
    struct tag *tags; /* [tag_count], sorted by key */
    size_t tag_count;
    const char **columns; /* [column_count] */
    size_t column_count;
    struct value *values; /* [count * column_count], row by row */
    size_t count, room;   /* rows */
};

struct result {
    struct rows *rows; /* [count] */
    size_t count, room;
    char *error;   /* or NULL */
    char *warning; /* or NULL */
    size_t bytes;  /* that all of this takes, nearly */
    struct arena texts;
};

/* Adds a series without values; 'name' may be NULL.  Texts are copied.  Valid
 * until the next is added. */
struct rows *result_add(struct result *self, const char *name,
                        const struct tag *tags, size_t tag_count,
                        const char *const *columns, size_t column_count);

/* Adds a row of nulls; returns its [column_count] values. */
struct value *rows_add(struct result *self, struct rows *rows);

/* Takes the series that was added last away again. */
void result_drop(struct result *self);

/* Copies a text, to live as long as the result. */
const char *result_text(struct result *self, const char *text);

/* Keeps an error, the first one; printf-like. */
void result_fail(struct result *self, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

void result_fini(struct result *self);

#endif /* INFLUXQL_RESULT_H */
