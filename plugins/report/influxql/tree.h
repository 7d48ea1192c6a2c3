/* tree.h - InfluxQL as a tree: statements, what they select, and conditions
 *
 * Made by parse.h, which owns all of it in one arena; texts end with '\0', are
 * UTF-8 and live as long as the tree.  Pure.
 */
#ifndef INFLUXQL_TREE_H
#define INFLUXQL_TREE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "arena.h"

enum node_kind {
    NODE_NUMBER,   /* number; is_whole when it was written as an integer, which
                    * time_ns holds exactly */
    NODE_DURATION, /* time_ns */
    NODE_TIME,     /* time_ns: now() */
    NODE_TEXT,     /* text */
    NODE_BOOLEAN,  /* number, 0 or 1 */
    NODE_PATTERN,  /* text: a regular expression between '/'s, unescaped */
    NODE_NAME,     /* text: a field or a tag; 'cast' */
    NODE_STAR,     /* '*'; 'cast' */
    NODE_CALL,     /* text: the function in lower case; its arguments are
                    * 'left' and then, by 'next', those behind it */
    NODE_BINARY,   /* left op right */
    NODE_GROUP,    /* left, between parentheses, which names a column, too */
};

enum cast { CAST_NONE, CAST_FIELD, CAST_TAG };

enum op {
    OP_ADD,
    OP_SUBTRACT,
    OP_MULTIPLY,
    OP_DIVIDE,
    OP_MODULO,
    OP_BIT_AND,
    OP_BIT_OR,
    OP_BIT_XOR,
    OP_EQUAL,
    OP_NOT_EQUAL,
    OP_LESS,
    OP_LESS_EQUAL,
    OP_GREATER,
    OP_GREATER_EQUAL,
    OP_LIKE,
    OP_NOT_LIKE,
    OP_AND,
    OP_OR,
};

struct node {
    enum node_kind kind;
    enum cast cast;
    enum op op;
    bool is_whole;
    double number;
    int64_t time_ns;
    const char *text;
    struct node *left, *right;
    struct node *next; /* the next argument */
};

/* A column of a SELECT. */
struct column {
    struct node *what;
    const char *alias; /* or NULL */
    struct column *next;
};

/* What is read from: a measurement, a pattern of measurements, or what another
 * SELECT gives. */
struct source {
    const char *database;  /* or NULL: that of the request */
    const char *policy;    /* or NULL */
    const char *name;      /* or NULL */
    const char *pattern;   /* or NULL */
    struct select *select; /* or NULL */
    struct source *next;
};

/* What is grouped by, but for time: a tag, a pattern of tags, or all. */
struct dimension {
    const char *tag;     /* or NULL */
    const char *pattern; /* or NULL */
    bool all;
    struct dimension *next;
};

enum fill { FILL_NULL, FILL_NONE, FILL_PREVIOUS, FILL_LINEAR, FILL_NUMBER };

struct page {
    uint64_t limit, offset;   /* 0: none */
    uint64_t slimit, soffset; /* of series */
};

struct select {
    struct column *columns;
    struct source *sources;
    struct node *where; /* or NULL */
    struct dimension *dimensions;
    int64_t every_ns, offset_ns; /* GROUP BY time(every, offset); 0: not */
    enum fill fill;
    bool fills; /* fill() was written */
    double fill_number;
    bool backwards; /* ORDER BY time DESC */
    struct page page;
    const char *zone;  /* tz('...'), or NULL */
    const char *wrong; /* why it cannot be answered, in InfluxDB's words, which
                        * is the statement's error, not the query's; or NULL */
};

enum statement_kind {
    STATEMENT_SELECT,
    STATEMENT_CREATE_DATABASE,
    STATEMENT_DROP_DATABASE,
    STATEMENT_SHOW_DATABASES,
    STATEMENT_SHOW_POLICIES,
    STATEMENT_SHOW_MEASUREMENTS,
    STATEMENT_SHOW_TAG_KEYS,
    STATEMENT_SHOW_TAG_VALUES,
    STATEMENT_SHOW_FIELD_KEYS,
    STATEMENT_SHOW_SERIES,
    STATEMENT_NONE, /* what InfluxDB knows and weir does not: 'name' says it */
};

struct statement {
    enum statement_kind kind;
    const char *name;     /* CREATE, DROP: the database; NONE: its words, such
                           * as "DROP SERIES" */
    const char *database; /* SHOW ... ON; or NULL */
    struct select select; /* SELECT; of SHOW: sources, where, page, backwards */
    struct node *with;    /* SHOW TAG VALUES WITH KEY, SHOW MEASUREMENTS WITH
                           * MEASUREMENT: a comparison of the name "_tagKey" or
                           * "_name" with texts or a pattern, several joined by
                           * OP_OR; or NULL */
    bool changes;         /* it must come by POST */
    struct statement *next;
};

struct tree {
    struct statement *statements;
    struct arena arena;
};

#endif /* INFLUXQL_TREE_H */
