/* query/operator.c - binary operators and aggregators: how they are written */
#include <config.h>

#include "query/operator.h"

/* In the order of enum operator_kind. */
static const struct {
    const char *text;
    int precedence;
} operators[] = {
    {"+", 4},     {"-", 4},   {"*", 5},  {"/", 5},      {"%", 5},  {"^", 6},
    {"atan2", 5}, {"==", 3},  {"!=", 3}, {"<", 3},      {"<=", 3}, {">", 3},
    {">=", 3},    {"and", 2}, {"or", 1}, {"unless", 2},
};

/* In the order of enum aggregator. */
static const struct {
    const char *text;
    bool has_parameter;
} aggregators[] = {
    {"avg", false},         {"bottomk", true}, {"count", false},
    {"count_values", true}, {"group", false},  {"limit_ratio", true},
    {"limitk", true},       {"max", false},    {"min", false},
    {"quantile", true},     {"stddev", false}, {"stdvar", false},
    {"sum", false},         {"topk", true},
};

const char *
operator_text(enum operator_kind kind)
{
    return operators[kind].text;
}

const char *
aggregator_text(enum aggregator aggregator)
{
    return aggregators[aggregator].text;
}

int
operator_precedence(enum operator_kind kind)
{
    return operators[kind].precedence;
}

bool
operator_compares(enum operator_kind kind)
{
    return kind >= OPERATOR_EQUAL && kind <= OPERATOR_GREATER_EQUAL;
}

bool
operator_is_set(enum operator_kind kind)
{
    return kind >= OPERATOR_AND;
}

bool
aggregator_has_parameter(enum aggregator aggregator)
{
    return aggregators[aggregator].has_parameter;
}
