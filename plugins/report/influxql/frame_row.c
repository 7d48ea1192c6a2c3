/* frame_row.c - expressions of fields and conditions, row by row */
#include <config.h>

#include <math.h>

#include "base.h"
#include "frame_inner.h"

double
frame_operate(enum op op, double left, double right)
{
    if (isnan(left) || isnan(right))
        return (double)NAN;
    switch (op) {
    case OP_ADD:
        return left + right;
    case OP_SUBTRACT:
        return left - right;
    case OP_MULTIPLY:
        return left * right;
    case OP_DIVIDE:
        return right == 0 ? 0 : left / right;
    case OP_MODULO:
        return right == 0 ? 0 : fmod(left, right);
    case OP_BIT_AND:
        return (double)((int64_t)left & (int64_t)right);
    case OP_BIT_OR:
        return (double)((int64_t)left | (int64_t)right);
    case OP_BIT_XOR:
        return (double)((int64_t)left ^ (int64_t)right);
    default:
        return (double)NAN;
    }
}

/* NOLINTBEGIN(misc-no-recursion): parse.h says how deep a tree is at most. */

double
frame_of_row(const struct plan *plan, const struct grid *grid, size_t row,
             const struct node *node)
{
    int64_t input = -1;

    switch (node->kind) {
    case NODE_NUMBER:
    case NODE_BOOLEAN:
        return node->number;
    case NODE_GROUP:
        return frame_of_row(plan, grid, row, node->left);
    case NODE_NAME:
        input = plan_input(plan, node);
        return input < 0 ? (double)NAN
                         : grid->values[row * grid->width + (size_t)input];
    case NODE_BINARY:
        return frame_operate(node->op,
                             frame_of_row(plan, grid, row, node->left),
                             frame_of_row(plan, grid, row, node->right));
    default:
        return (double)NAN;
    }
}

/* NOLINTEND(misc-no-recursion) */

static bool
compare(enum op op, double left, double right)
{
    if (isnan(left) || isnan(right))
        return false;
    switch (op) {
    case OP_EQUAL:
        return left == right;
    case OP_NOT_EQUAL:
        return left != right;
    case OP_LESS:
        return left < right;
    case OP_LESS_EQUAL:
        return left <= right;
    case OP_GREATER:
        return left > right;
    case OP_GREATER_EQUAL:
        return left >= right;
    default:
        return false;
    }
}

/* NOLINTBEGIN(misc-no-recursion): parse.h says how deep a tree is at most. */

/* Says whether a row meets a condition; of its tags is known what they say. */
static bool
meets(const struct frame *self, const struct grid *grid, size_t row,
      const struct node *node)
{
    const struct plan *plan = self->plan;
    enum verdict verdict = where_of_node(
        plan->where, node, self->groups->series[grid->series[row]]);

    if (verdict != VERDICT_DEPENDS)
        return verdict == VERDICT_YES;
    node = where_without_time(node);
    if (node->kind != NODE_BINARY)
        return frame_of_row(plan, grid, row, node) != 0;
    if (node->op == OP_AND)
        return meets(self, grid, row, node->left) &&
               meets(self, grid, row, node->right);
    if (node->op == OP_OR)
        return meets(self, grid, row, node->left) ||
               meets(self, grid, row, node->right);
    return compare(node->op, frame_of_row(plan, grid, row, node->left),
                   frame_of_row(plan, grid, row, node->right));
}

/* NOLINTEND(misc-no-recursion) */

void
frame_filter(struct frame *self)
{
    struct grid *grid = &self->grid;
    const struct node *condition = self->plan->where->condition;
    size_t kept = 0;

    for (size_t row = 0; condition && row < grid->count; row++) {
        if (!meets(self, grid, row, condition))
            continue;
        grid->times_ns[kept] = grid->times_ns[row];
        grid->series[kept] = grid->series[row];
        memmove(&grid->values[kept * grid->width],
                &grid->values[row * grid->width],
                grid->width * sizeof(*grid->values));
        kept++;
    }
    if (condition)
        grid->count = kept;
}
