/* node_reduce.c - what needs no data is done at once; see node.h */
#include <config.h>

#include "node.h"

#include <math.h>

/* Both are whole.  What does not fit wraps around, as in Go. */
static bool
fold_whole(struct node *self, int64_t a, int64_t b)
{
    uint64_t x = (uint64_t)a;
    uint64_t y = (uint64_t)b;

    switch (self->op) {
    case OP_ADD:
        self->time_ns = (int64_t)(x + y);
        break;
    case OP_SUBTRACT:
        self->time_ns = (int64_t)(x - y);
        break;
    case OP_MULTIPLY:
        self->time_ns = (int64_t)(x * y);
        break;
    case OP_MODULO:
        self->time_ns = b == 0 || b == -1 ? 0 : a % b;
        break;
    case OP_BIT_AND:
        self->time_ns = a & b;
        break;
    case OP_BIT_OR:
        self->time_ns = a | b;
        break;
    case OP_BIT_XOR:
        self->time_ns = a ^ b;
        break;
    default:
        return false;
    }
    self->is_whole = true;
    self->number = (double)self->time_ns;
    return true;
}

static bool
fold_numbers(struct node *self, double a, double b)
{
    switch (self->op) {
    case OP_ADD:
        self->number = a + b;
        break;
    case OP_SUBTRACT:
        self->number = a - b;
        break;
    case OP_MULTIPLY:
        self->number = a * b;
        break;
    case OP_DIVIDE:
        self->number = b == 0 ? 0 : a / b;
        break;
    case OP_MODULO:
        self->number = fmod(a, b);
        break;
    default:
        return false;
    }
    return true;
}

/* As a whole number; what is out of its range is 0, so that it is defined. */
static int64_t
truncated(const struct node *node)
{
    if (node->is_whole)
        return node->time_ns;
    if (!(node->number > -9e18 && node->number < 9e18))
        return 0;
    return (int64_t)node->number;
}

static bool
fold_durations(struct node *self)
{
    uint64_t left = (uint64_t)self->left->time_ns;
    uint64_t right = (uint64_t)self->right->time_ns;

    if (self->op != OP_ADD && self->op != OP_SUBTRACT)
        return false;
    self->time_ns = (int64_t)(self->op == OP_ADD ? left + right : left - right);
    return true;
}

static bool
fold_duration(struct node *self)
{
    int64_t by = truncated(self->right);
    int64_t ns = self->left->time_ns;

    if (self->op == OP_MULTIPLY)
        self->time_ns = (int64_t)((uint64_t)ns * (uint64_t)by);
    else if (self->op == OP_DIVIDE)
        self->time_ns = by == 0    ? 0
                        : by == -1 ? (int64_t) - (uint64_t)ns
                                   : ns / by;
    else
        return false;
    return true;
}

static bool
fold(struct node *self)
{
    const struct node *left = self->left;
    const struct node *right = self->right;

    if (left->kind == NODE_NUMBER && right->kind == NODE_NUMBER) {
        self->kind = NODE_NUMBER;
        if (left->is_whole && right->is_whole && self->op != OP_DIVIDE)
            return fold_whole(self, left->time_ns, right->time_ns);
        return fold_numbers(self, left->number, right->number);
    }
    self->kind = NODE_DURATION;
    if (left->kind == NODE_DURATION && right->kind == NODE_DURATION)
        return fold_durations(self);
    if (left->kind == NODE_DURATION && right->kind == NODE_NUMBER)
        return fold_duration(self);
    return false;
}

/* NOLINTBEGIN(misc-no-recursion): parse.h says how deep a tree is at most. */
static struct node *
reduce_binary(struct node *self)
{
    self->left = node_reduce(self->left);
    self->right = node_reduce(self->right);
    if (fold(self))
        self->left = self->right = NULL;
    else
        self->kind = NODE_BINARY;
    return self;
}

static struct node *
reduce_call(struct node *self)
{
    for (struct node **at = &self->left; *at; at = &(*at)->next) {
        struct node *next = (*at)->next;
        *at = node_reduce(*at);
        (*at)->next = next;
    }
    return self;
}

struct node *
node_reduce(struct node *self)
{
    switch (self->kind) {
    case NODE_BINARY:
        return reduce_binary(self);
    case NODE_CALL:
        return reduce_call(self);
    case NODE_GROUP:
        self->left = node_reduce(self->left);
        return self->left->kind == NODE_BINARY ? self : self->left;
    default:
        return self;
    }
}

/* NOLINTEND(misc-no-recursion) */

struct node *
node_reduce_whole(struct node *self)
{
    struct node *node = node_reduce(self);

    return node->kind == NODE_GROUP ? node->left : node;
}
