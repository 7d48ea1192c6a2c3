/* run_inner.h - for run*.c alone */
#ifndef INFLUXQL_RUN_INNER_H
#define INFLUXQL_RUN_INNER_H

#include "../reply/outbox.h"
#include "render.h"
#include "run.h"
#include "select.h"
#include "tree.h"

struct run {
    struct influxql *owner;
    struct weir_request *request;
    struct tree tree;
    struct asked asked;
    const struct statement *at; /* the statement that is being answered */
    size_t nth;                 /* its number, from 0 */
    char *database;             /* of the request, or "" */
    bool posted;                /* the request came by POST */
    bool failed;                /* a statement did: the rest is not done */
    bool is_stepping, is_heard; /* see run.c */
    struct survey survey;
    struct result result;
    struct render render;
    struct parcel parcel; /* the answer, once it is complete */
    struct run *next;     /* of those that wait for their turn */
};

/* Answers the statement at which the run is; run_heard() is called when the
 * result is there, maybe before this returns. */
void run_statement(struct run *self);
void run_heard(struct run *self);

#endif /* INFLUXQL_RUN_INNER_H */
