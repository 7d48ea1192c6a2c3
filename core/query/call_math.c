/* query/call_math.c - functions of single values */
#include <config.h>

#include "query/call.h"

#include <math.h>

static double
degrees(double value)
{
    return value * 180 / M_PI;
}

static double
radians(double value)
{
    return value * M_PI / 180;
}

static double
sign(double value)
{
    return value < 0 ? -1 : value > 0 ? 1 : value;
}

static double (*const functions[FUNCTION_COUNT])(double) = {
    [FUNCTION_ABS] = fabs,    [FUNCTION_ACOS] = acos,
    [FUNCTION_ACOSH] = acosh, [FUNCTION_ASIN] = asin,
    [FUNCTION_ASINH] = asinh, [FUNCTION_ATAN] = atan,
    [FUNCTION_ATANH] = atanh, [FUNCTION_CEIL] = ceil,
    [FUNCTION_COS] = cos,     [FUNCTION_COSH] = cosh,
    [FUNCTION_DEG] = degrees, [FUNCTION_EXP] = exp,
    [FUNCTION_FLOOR] = floor, [FUNCTION_LN] = log,
    [FUNCTION_LOG10] = log10, [FUNCTION_LOG2] = log2,
    [FUNCTION_RAD] = radians, [FUNCTION_SGN] = sign,
    [FUNCTION_SIN] = sin,     [FUNCTION_SINH] = sinh,
    [FUNCTION_SQRT] = sqrt,   [FUNCTION_TAN] = tan,
    [FUNCTION_TANH] = tanh,
};

void
call_math(struct evaluator *self, const struct expression *call,
          const struct grid *grid, struct vector *ret_vector)
{
    double (*function)(double) = functions[call->call.function->id];

    call_argument(self, call, 0, grid, ret_vector);
    for (size_t i = 0; i < ret_vector->count; i++) {
        double *values = ret_vector->tracks[i].values;
        for (size_t step = 0; step < grid->count; step++)
            if (!value_is_none(values[step]))
                values[step] = function(values[step]);
    }
    evaluator_drop_names(self, ret_vector, grid);
}

void
call_round(struct evaluator *self, const struct expression *call,
           const struct grid *grid, struct vector *ret_vector)
{
    struct vector nearest = {0};

    call_argument(self, call, 1, grid, &nearest);
    call_argument(self, call, 0, grid, ret_vector);
    for (size_t i = 0; i < ret_vector->count; i++) {
        double *values = ret_vector->tracks[i].values;
        for (size_t step = 0; step < grid->count; step++) {
            double inverse = 1 / call_scalar(&nearest, step, 1);
            if (!value_is_none(values[step]))
                values[step] = floor(values[step] * inverse + 0.5) / inverse;
        }
    }
    evaluator_drop(self, &nearest, grid);
    evaluator_drop_names(self, ret_vector, grid);
}

/* What is no number stays so, but for an end that nothing is beyond. */
static double
least(double a, double b)
{
    if (a == -HUGE_VAL || b == -HUGE_VAL)
        return -HUGE_VAL;
    return isnan(a) || isnan(b) ? (double)NAN : fmin(a, b);
}

static double
greatest(double a, double b)
{
    if (a == HUGE_VAL || b == HUGE_VAL)
        return HUGE_VAL;
    return isnan(a) || isnan(b) ? (double)NAN : fmax(a, b);
}

static double
clamp(double value, double low, double high)
{
    if (value_is_none(value) || high < low)
        return value_none();
    return greatest(low, least(high, value));
}

void
call_clamp(struct evaluator *self, const struct expression *call,
           const struct grid *grid, struct vector *ret_vector)
{
    enum function_id id = call->call.function->id;
    struct vector low = {0}, high = {0};

    if (id != FUNCTION_CLAMP_MAX)
        call_argument(self, call, 1, grid, &low);
    if (id != FUNCTION_CLAMP_MIN)
        call_argument(self, call, id == FUNCTION_CLAMP ? 2 : 1, grid, &high);
    call_argument(self, call, 0, grid, ret_vector);
    for (size_t i = 0; i < ret_vector->count; i++) {
        double *values = ret_vector->tracks[i].values;
        for (size_t step = 0; step < grid->count; step++)
            values[step] =
                clamp(values[step], call_scalar(&low, step, -HUGE_VAL),
                      call_scalar(&high, step, HUGE_VAL));
    }
    evaluator_drop(self, &low, grid);
    evaluator_drop(self, &high, grid);
    evaluator_drop_names(self, ret_vector, grid);
}
