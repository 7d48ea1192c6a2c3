/* where_time.c - the times of a condition */
#include <config.h>

#include "where_time.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base.h"
#include "node.h"
#include "timetext.h"

/* Reads a date, whose 'T' may be a blank. */
static int
read_date(const char *text, int64_t *ret_ns)
{
    char date[TIMETEXT_SIZE];
    size_t size = strlen(text);

    if (size >= sizeof(date))
        return -EINVAL;
    (void)stpcpy(date, text);
    if (size > 10 && date[10] == ' ')
        date[10] = 'T';
    const char *end = timetext_date(date, ret_ns);
    return end && !*end ? 0 : -EINVAL;
}

/* NOLINTBEGIN(misc-no-recursion): parse.h says how deep a tree is at most. */

static int moment(const struct node *node, int64_t *ret_ns,
                  char why[WHERE_WHY_SIZE]);

/* A sum or difference of times and durations. */
static int
moment_of_two(const struct node *node, int64_t *ret_ns,
              char why[WHERE_WHY_SIZE])
{
    int64_t left_ns = 0, right_ns = 0;

    int rc = moment(node->left, &left_ns, why);
    if (rc == 0)
        rc = moment(node->right, &right_ns, why);
    if (rc < 0)
        return rc;
    bool beyond = node->op == OP_ADD
                      ? __builtin_add_overflow(left_ns, right_ns, ret_ns)
                      : __builtin_sub_overflow(left_ns, right_ns, ret_ns);
    if (!beyond && (node->op == OP_ADD || node->op == OP_SUBTRACT))
        return 0;
    (void)snprintf(why, WHERE_WHY_SIZE,
                   "invalid operation: time and *influxql.BinaryExpr are not "
                   "compatible");
    return -EINVAL;
}

/* Says in InfluxDB's words what is no time. */
static int
refuse(const struct node *node, char why[WHERE_WHY_SIZE])
{
    static const char *const kinds[] = {
        [NODE_TEXT] = "StringLiteral",   [NODE_BOOLEAN] = "BooleanLiteral",
        [NODE_PATTERN] = "RegexLiteral", [NODE_NAME] = "VarRef",
        [NODE_STAR] = "Wildcard",        [NODE_CALL] = "Call",
        [NODE_BINARY] = "BinaryExpr",
    };

    (void)snprintf(why, WHERE_WHY_SIZE,
                   "invalid operation: time and *influxql.%s are not "
                   "compatible",
                   node->kind < ARRAY_SIZE(kinds) && kinds[node->kind]
                       ? kinds[node->kind]
                       : "Expr");
    return -EINVAL;
}

/* Computes a time.  Returns 0, or -EINVAL with the reason. */
static int
moment(const struct node *node, int64_t *ret_ns, char why[WHERE_WHY_SIZE])
{
    switch (node->kind) {
    case NODE_GROUP:
        return moment(node->left, ret_ns, why);
    case NODE_BINARY:
        return moment_of_two(node, ret_ns, why);
    case NODE_TIME:
    case NODE_DURATION:
        *ret_ns = node->time_ns;
        return 0;
    case NODE_NUMBER:
        *ret_ns = (int64_t)node->number;
        if (node->is_whole)
            *ret_ns = node->time_ns;
        return 0;
    case NODE_TEXT:
        if (read_date(node->text, ret_ns) == 0)
            return 0;
        return refuse(node, why);
    default:
        return refuse(node, why);
    }
}

/* NOLINTEND(misc-no-recursion) */

static void
not_before(struct where *self, int64_t since_ns)
{
    if (!self->has_since || since_ns > self->since_ns)
        self->since_ns = since_ns;
    self->has_since = true;
}

static void
not_after(struct where *self, int64_t until_ns)
{
    if (!self->has_until || until_ns < self->until_ns)
        self->until_ns = until_ns;
    self->has_until = true;
}

/* The same comparison with its sides exchanged. */
static enum op
mirrored(enum op op)
{
    switch (op) {
    case OP_LESS:
        return OP_GREATER;
    case OP_LESS_EQUAL:
        return OP_GREATER_EQUAL;
    case OP_GREATER:
        return OP_LESS;
    case OP_GREATER_EQUAL:
        return OP_LESS_EQUAL;
    default:
        return op;
    }
}

/* What each comparison says of the time: it is not before, or not after, the
 * other side and so many nanoseconds. */
static const struct {
    bool since, until;
    int64_t shift_ns;
} bounds[] = {
    [OP_EQUAL] = {true, true, 0},          [OP_GREATER] = {true, false, 1},
    [OP_GREATER_EQUAL] = {true, false, 0}, [OP_LESS] = {false, true, -1},
    [OP_LESS_EQUAL] = {false, true, 0},
};

int
where_narrow(struct where *self, const struct node *node,
             char why[WHERE_WHY_SIZE])
{
    bool is_left = where_is_time(node->left);
    enum op op = is_left ? node->op : mirrored(node->op);
    int64_t at_ns = 0, shifted_ns = 0;

    int rc = moment(is_left ? node->right : node->left, &at_ns, why);
    if (rc < 0)
        return rc;
    if (op >= ARRAY_SIZE(bounds) || (!bounds[op].since && !bounds[op].until)) {
        (void)snprintf(why, WHERE_WHY_SIZE,
                       "invalid time comparison operator: %s", node_op(op));
        return -EINVAL;
    }
    if (__builtin_add_overflow(at_ns, bounds[op].shift_ns, &shifted_ns))
        shifted_ns = at_ns;
    if (bounds[op].since)
        not_before(self, shifted_ns);
    if (bounds[op].until)
        not_after(self, shifted_ns);
    return 0;
}
