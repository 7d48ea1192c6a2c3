/* query/tree.h - a question in PromQL, read: what the parser makes of a text
 *
 * A tree of expressions that lives in one arena and never changes: any thread
 * may read it, also several at once, until tree_destroy().  It has passed the
 * type check, so who walks it may rely on all that is said here; and no
 * expression has more than TREE_HEIGHT_MOST levels, so he may recurse.
 *
 * Any operand may stand in parentheses, a string or a matrix, too; they are
 * expressions of their own, of the type of what is in them.
 *
 * The grammar is Prometheus 3's with its experimental functions, but without
 * the arithmetic of durations, 'anchored', 'smoothed' and 'fill'.
 */
#ifndef QUERY_TREE_H
#define QUERY_TREE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <weir/storage.h>

#include "query/function.h"

enum {
    TREE_TEXT_MOST = 128 * 1024, /* bytes of a question */
    TREE_HEIGHT_MOST = 1000,     /* of expressions in one another */
};

enum expression_kind {
    EXPRESSION_NUMBER,
    EXPRESSION_STRING,
    EXPRESSION_SELECTOR,
    EXPRESSION_SUBQUERY,
    EXPRESSION_UNARY,
    EXPRESSION_PAREN,
    EXPRESSION_BINARY,
    EXPRESSION_AGGREGATION,
    EXPRESSION_CALL,
};

/* In the order of the table in operator.c.  What compares and what works on
 * sets are runs: see operator_compares() and operator_is_set(). */
enum operator_kind {
    OPERATOR_ADD,
    OPERATOR_SUBTRACT,
    OPERATOR_MULTIPLY,
    OPERATOR_DIVIDE,
    OPERATOR_MODULO,
    OPERATOR_POWER,
    OPERATOR_ATAN2,
    OPERATOR_EQUAL,
    OPERATOR_NOT_EQUAL,
    OPERATOR_LESS,
    OPERATOR_LESS_EQUAL,
    OPERATOR_GREATER,
    OPERATOR_GREATER_EQUAL,
    OPERATOR_AND,
    OPERATOR_OR,
    OPERATOR_UNLESS,
};

enum aggregator {
    AGGREGATOR_AVG,
    AGGREGATOR_BOTTOMK,
    AGGREGATOR_COUNT,
    AGGREGATOR_COUNT_VALUES,
    AGGREGATOR_GROUP,
    AGGREGATOR_LIMIT_RATIO,
    AGGREGATOR_LIMITK,
    AGGREGATOR_MAX,
    AGGREGATOR_MIN,
    AGGREGATOR_QUANTILE,
    AGGREGATOR_STDDEV,
    AGGREGATOR_STDVAR,
    AGGREGATOR_SUM,
    AGGREGATOR_TOPK,
};

/* What '@' says: nothing, a time, or the first or last step of the question. */
enum anchor { ANCHOR_NONE, ANCHOR_TIME, ANCHOR_START, ANCHOR_END };

/* How many series of each side meet. */
enum cardinality { ONE_TO_ONE, MANY_TO_ONE, ONE_TO_MANY, MANY_TO_MANY };

/* Whence a selector or a subquery looks: the step's time, or the anchor, less
 * the offset. */
struct expression_shift {
    enum anchor anchor;
    int64_t anchor_ns; /* of ANCHOR_TIME, since 1970; whole milliseconds */
    int64_t offset_ns; /* negative looks ahead */
};

/* Names of labels in the order of the text; may repeat. */
struct expression_labels {
    const char *const *names; /* [count] */
    size_t count;
};

/* 'name{matchers}', '{matchers}' or either with a '[range]'. */
struct expression_selector {
    /* The name before the braces; NULL when there is none, though a matcher may
     * tell it: {"my.metric"}. */
    const char *name;
    /* All conditions, ready for a select: patterns are compiled.  Where 'name'
     * is set, the last one is about it.  At least one does not match "" (but
     * for the second argument of info()). */
    const struct weir_matcher *matchers; /* [matcher_count] */
    size_t matcher_count;
    int64_t range_ns; /* above 0 for a matrix, 0 for a vector */
    struct expression_shift shift;
};

/* 'inner[range:step]'; 'inner' is a vector. */
struct expression_subquery {
    const struct expression *inner;
    int64_t range_ns; /* above 0 */
    int64_t step_ns;  /* 0: the default, which the evaluator knows */
    struct expression_shift shift;
};

/* Two operands, each a scalar or a vector.  What follows 'right' is about
 * matching and means something only when both are vectors. */
struct expression_binary {
    enum operator_kind kind;
    bool returns_bool; /* only where operator_compares() */
    const struct expression *left, *right;
    enum cardinality cardinality; /* MANY_TO_MANY just for sets */
    bool on;                      /* match on 'labels', else on all others */
    struct expression_labels labels;
    struct expression_labels include; /* of group_left() and group_right() */
};

struct expression_aggregation {
    enum aggregator aggregator;
    bool without;                    /* 'labels' are dropped, else kept */
    struct expression_labels labels; /* none and not 'without': one group */
    /* A string for count_values; a scalar for topk, bottomk, quantile, limitk
     * and limit_ratio; else NULL. */
    const struct expression *parameter;
    const struct expression *inner; /* a vector */
};

struct expression_call {
    const struct function *function;
    /* As many, and of such types, as the function's row says. */
    const struct expression *const *arguments; /* [argument_count] */
    size_t argument_count;
};

struct expression {
    enum expression_kind kind;
    enum value_type type;
    uint32_t start, end; /* bytes of the text, [start, end) */
    uint32_t height;     /* levels, 1 for what has no operands */
    union {
        struct {
            double value;  /* in seconds when it was written as a duration */
            bool duration; /* such as 5m */
        } number;
        const char *string; /* unescaped; may have any byte but '\0' */
        struct expression_selector selector;
        struct expression_subquery subquery;
        struct {
            bool negative; /* '-', else '+' */
            const struct expression *inner;
        } unary; /* a scalar or a vector, as 'inner' is */
        const struct expression *paren;
        struct expression_binary binary;
        struct expression_aggregation aggregation;
        struct expression_call call;
    };
};

/* Returns what stands in parentheses, if any. */
static inline const struct expression *
expression_bare(const struct expression *expression)
{
    while (expression->kind == EXPRESSION_PAREN)
        expression = expression->paren;
    return expression;
}

struct tree;

/* Reads 'text' and checks its types.  Returns 0, or -EINVAL when it is no
 * question, with the reason in '*reterr_why', such as "1:5: parse error:
 * unexpected end of input", which the caller frees. */
int tree_parse(const char *text, struct tree **ret_tree, char **reterr_why);

/* Reads one selector of series, such as 'up{job="a"}', as match[] has it: the
 * root is a vector's selector without a shift.  Matchers that all match "" are
 * allowed; the caller may look.  Otherwise as above. */
int tree_parse_selector(const char *text, struct tree **ret_tree,
                        char **reterr_why);

/* Frees all expressions and patterns, and sets '*self_p' to NULL. */
void tree_destroy(struct tree **self_p);

/* The whole question; the tree owns it, and its text. */
const struct expression *tree_root(const struct tree *self);
const char *tree_text(const struct tree *self);

/* Returns the line and column, both from 1, of the byte 'at' of 'text', as in
 * "1:5"; a column is a byte.  The caller frees it. */
char *tree_position(const char *text, uint32_t at);

#endif /* QUERY_TREE_H */
