/* check_inner.h - what the files of the check share
 *
 * Functions that return a text return NULL, or what is wrong.
 */
#ifndef INFLUXQL_CHECK_INNER_H
#define INFLUXQL_CHECK_INNER_H

#include "check.h"

/* What is known of a SELECT so far. */
struct check {
    struct arena *arena;
    const struct select *select;
    int64_t every_ns;
    bool inherits;    /* 'every_ns' is that of the SELECT around it */
    bool no_wildcard; /* within an expression */
    bool has_distinct;
    bool has_plain;    /* a field or a tag without a function */
    bool aggregates;   /* a function that is no selector */
    const char *edges; /* "top" or "bottom"; or NULL */
    size_t calls;
};

/* Returns a text that lives as long as the arena. */
const char *check_say(struct check *self, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* Checks a column, or a part of one. */
const char *check_expression(struct check *self, const struct node *node);

/* Checks a call. */
const char *check_call(struct check *self, const struct node *call);

/* Checks a call of top() or bottom() with two arguments or more. */
const char *check_edges(struct check *self, const struct node *call);

#endif /* INFLUXQL_CHECK_INNER_H */
