/* dialect_inner.h - for dialect*.c alone */
#ifndef TSDB_DIALECT_INNER_H
#define TSDB_DIALECT_INNER_H

#include <stdbool.h>
#include <stdio.h>

#include "dialect.h"

enum { DIALECT_ROOM = 1 << 16 };

/* A format. */
struct dialect_form {
    const char *first; /* line of all; or NULL */
    const char *last;
    const char *between; /* the first and the second of time and value */
    const char *stale;   /* the value of a stale marker */
    const char *mark;    /* before it, in a line that others pass over */
    bool described;      /* has lines on what a metric is */
    bool time_first;

    /* Writes what the lines of a series begin with.  Returns NULL, or what is
     * wrong. */
    const char *(*head)(struct dialect *self, FILE *out,
                        const struct weir_series *series);
    /* Writes a time; returns its length, 0 when that cannot be written. */
    size_t (*time)(int64_t time_ns, char *text);
};

extern const struct dialect_form dialect_forms[]; /* by enum reader_format */

struct dialect {
    enum reader_format format;
    const struct dialect_form *form;
    dialect_write *write;
    void *arg;
    char text[DIALECT_ROOM]; /* [size], not written yet */
    size_t size;
    char *head; /* [head_size], what a sample's line begins with */
    size_t head_size;
    char *family; /* that was described last; or NULL */
    char **names; /* [name_count], columns */
    size_t name_count;
    bool begun;
    char why[256];
};

/* Writes a text with '\' before '\', '"' and, as "\n", a line's end. */
void dialect_escape(FILE *out, const char *text);

/* Writes a cell, in quotes where it needs them. */
void dialect_cell(FILE *out, const char *text);

/* Writes what a metric is, in Prometheus' or OpenMetrics' words. */
void dialect_describe(FILE *out, const struct weir_metric *metric,
                      bool open_metrics);

#endif /* TSDB_DIALECT_INNER_H */
