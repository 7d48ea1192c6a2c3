/* parse.h - a text of InfluxQL becomes a tree
 *
 * What InfluxDB 1.6 takes is taken, and what it refuses is refused in its
 * words.  Any thread may call these.
 */
#ifndef INFLUXQL_PARSE_H
#define INFLUXQL_PARSE_H

#include <stdint.h>

#include "tree.h"

enum {
    PARSE_WHY_SIZE = 1024,
    PARSE_TEXT_MOST = 1 << 20,     /* bytes of a text */
    PARSE_STATEMENTS_MOST = 1000,  /* of a text */
    PARSE_DEPTH_MOST = 200,        /* of what is in parentheses */
    PARSE_OPERATORS_MOST = 5000,   /* of a text, so that a tree is not deeper */
    PARSE_NODES_MOST = 200 * 1000, /* of a text */
};

/* Reads the statements of 'text'.  'params' is the request's parameter of that
 * name, a JSON object of what $name stands for; NULL or "" for none.  'now_ns'
 * is the time that now() means.  Returns 0 and the tree, which the caller ends
 * with tree_fini(); or -EINVAL with the reason as InfluxDB words it behind
 * "error parsing query: " in 'why'; or -EBADMSG when 'params' cannot be read,
 * with the whole reason in 'why'. */
int parse_influxql(const char *text, const char *params, int64_t now_ns,
                   char why[PARSE_WHY_SIZE], struct tree *ret_tree);

void tree_fini(struct tree *self);

#endif /* INFLUXQL_PARSE_H */
