/* query/binary.c - operators between two operands, one of them a scalar */
#include <config.h>

#include "query/binary.h"

#include <math.h>

#include "query/operator.h"

static double
calculate(enum operator_kind operator, double left, double right)
{
    switch (operator) {
    case OPERATOR_ADD:
        return left + right;
    case OPERATOR_SUBTRACT:
        return left - right;
    case OPERATOR_MULTIPLY:
        return left * right;
    case OPERATOR_DIVIDE:
        return left / right;
    case OPERATOR_MODULO:
        return fmod(left, right);
    case OPERATOR_POWER:
        return pow(left, right);
    default:
        return atan2(left, right);
    }
}

static bool
holds(enum operator_kind operator, double left, double right)
{
    switch (operator) {
    case OPERATOR_EQUAL:
        return left == right;
    case OPERATOR_NOT_EQUAL:
        return left != right;
    case OPERATOR_LESS:
        return left < right;
    case OPERATOR_LESS_EQUAL:
        return left <= right;
    case OPERATOR_GREATER:
        return left > right;
    default:
        return left >= right;
    }
}

double
binary_compute(const struct expression_binary *binary, double left,
               double right)
{
    if (!operator_compares(binary->kind))
        return calculate(binary->kind, left, right);
    bool so = holds(binary->kind, left, right);
    if (binary->returns_bool)
        return so;
    return so ? left : value_none();
}

bool
binary_drops_name(const struct expression_binary *binary)
{
    return binary->returns_bool || !operator_compares(binary->kind);
}

const struct labelset *
binary_signature(struct arena *arena, const struct expression_binary *binary,
                 const struct labelset *labels)
{
    if (binary->on)
        return labelset_only(arena, labels, &binary->labels);
    return labelset_nameless(arena,
                             labelset_without(arena, labels, &binary->labels));
}

/* Of a comparison the vector's value is kept, on whichever side it is. */
static double
with_scalar(const struct expression_binary *binary, bool swapped, double value,
            double scalar)
{
    if (!swapped)
        return binary_compute(binary, value, scalar);
    double result = binary_compute(binary, scalar, value);
    if (operator_compares(binary->kind) && !binary->returns_bool &&
        !value_is_none(result))
        return value;
    return result;
}

static void
scalar_match(struct evaluator *self, const struct expression_binary *binary,
             const struct grid *grid, struct vector *ret_vector)
{
    bool swapped = binary->left->type == VALUE_SCALAR;
    struct vector scalar = {0};

    evaluate(self, swapped ? binary->left : binary->right, grid, &scalar);
    evaluate(self, swapped ? binary->right : binary->left, grid, ret_vector);
    for (size_t i = 0; i < ret_vector->count && scalar.count > 0; i++) {
        double *values = ret_vector->tracks[i].values;
        if (!evaluator_goes_on(self, grid->count))
            break;
        for (size_t step = 0; step < grid->count; step++)
            if (!value_is_none(values[step]))
                values[step] = with_scalar(binary, swapped, values[step],
                                           scalar.tracks[0].values[step]);
    }
    evaluator_drop(self, &scalar, grid);
    if (binary_drops_name(binary))
        evaluator_drop_names(self, ret_vector, grid);
    evaluator_prune(self, ret_vector, grid);
}

static void
scalars(struct evaluator *self, const struct expression_binary *binary,
        const struct grid *grid, struct vector *ret_vector)
{
    struct vector right = {0};

    evaluate(self, binary->left, grid, ret_vector);
    evaluate(self, binary->right, grid, &right);
    for (size_t step = 0; !self->rc && step < grid->count; step++) {
        double *value = &ret_vector->tracks[0].values[step];
        *value = binary_compute(binary, *value, right.tracks[0].values[step]);
    }
    evaluator_drop(self, &right, grid);
}

void
binary_evaluate(struct evaluator *self, const struct expression *expression,
                const struct grid *grid, struct vector *ret_vector)
{
    const struct expression_binary *binary = &expression->binary;
    bool left = binary->left->type == VALUE_SCALAR;
    bool right = binary->right->type == VALUE_SCALAR;

    if (left && right)
        scalars(self, binary, grid, ret_vector);
    else if (left || right)
        scalar_match(self, binary, grid, ret_vector);
    else if (operator_is_set(binary->kind))
        binary_set(self, binary, grid, ret_vector);
    else
        binary_match(self, binary, grid, ret_vector);
}
