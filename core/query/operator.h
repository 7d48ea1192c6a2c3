/* query/operator.h - binary operators and aggregators: how they are written
 *
 * Constant: any thread may read.
 */
#ifndef QUERY_OPERATOR_H
#define QUERY_OPERATOR_H

#include <stdbool.h>

#include "query/tree.h"

/* Returns what is written: "+", ">=", "unless"; "sum", "topk". */
const char *operator_text(enum operator_kind kind);
const char *aggregator_text(enum aggregator aggregator);

/* Returns how strongly the operator binds: 1 (or) to 6 (^, which alone begins
 * at the right). */
int operator_precedence(enum operator_kind kind);

/* Says whether it is one of == != < <= > >=. */
bool operator_compares(enum operator_kind kind);

/* Says whether it is one of and, or, unless. */
bool operator_is_set(enum operator_kind kind);

/* Says whether the aggregator's first argument is a parameter. */
bool aggregator_has_parameter(enum aggregator aggregator);

#endif /* QUERY_OPERATOR_H */
