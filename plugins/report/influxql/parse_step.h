/* parse_step.h - what follows the first words of simple statements */
#ifndef INFLUXQL_PARSE_STEP_H
#define INFLUXQL_PARSE_STEP_H

#include "parse_inner.h"

/* What follows the first words where that is simple: a list of kinds of tokens
 * and of these, up to STEP_END, which is TOKEN_ILLEGAL. */
enum step {
    STEP_END = TOKEN_ILLEGAL,
    STEP_NAME = TOKEN_COUNT, /* what the statement is about */
    STEP_IDENT,
    STEP_STRING,
    STEP_STRINGS,
    STEP_U64,
    STEP_COUNT,
    STEP_DURATION,
    STEP_DOT,
    STEP_MODE,
    STEP_SELECT,
    STEP_MAY,       /* the next step, or the statement ends here */
    STEP_MAY_SHARD, /* SHARD DURATION and how long, or none of it */
};

/* Reads what the steps from 'step' on say. */
int parse_steps(struct parser *self, struct statement *into,
                const unsigned char *step);

#endif /* INFLUXQL_PARSE_STEP_H */
