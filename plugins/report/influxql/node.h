/* node.h - expressions of a tree: written as text, and made shorter */
#ifndef INFLUXQL_NODE_H
#define INFLUXQL_NODE_H

#include <stdio.h>

#include "tree.h"

/* Writes an expression as InfluxDB does in its errors. */
void node_print(FILE *to, const struct node *self);

/* Writes what joins two, such as "!=". */
const char *node_op(enum op op);

/* Does what can be done with numbers and durations alone, as 1 + 2, and takes
 * parentheses away that are not needed, as InfluxDB does to columns and
 * dimensions.  Changes the nodes; returns the one that stands for it now. */
struct node *node_reduce(struct node *self);

/* Reduces as above, with parentheses around the whole taken away, too. */
struct node *node_reduce_whole(struct node *self);

/* The text of a duration, such as "1h" or "90m". */
enum { NODE_DURATION_SIZE = 32 };
void node_duration(int64_t ns, char ret_text[NODE_DURATION_SIZE]);

#endif /* INFLUXQL_NODE_H */
