/* query/call_sort.c - the order of an answer at an instant
 *
 * What has steps is always answered in the order of its labels.
 */
#include <config.h>

#include "query/call.h"

#include <math.h>
#include <stdlib.h>

/* What is no number comes last, either way. */
static int
compare_values(const void *a, const void *b, void *descending)
{
    double left = *((const struct track *)a)->values;
    double right = *((const struct track *)b)->values;

    if (isnan(left) || isnan(right))
        return !!isnan(left) - !!isnan(right);
    int order = (left > right) - (left < right);
    return descending ? -order : order;
}

void
call_sort(struct evaluator *self, const struct expression *call,
          const struct grid *grid, struct vector *ret_vector)
{
    bool descending = call->call.function->id == FUNCTION_SORT_DESC;

    call_argument(self, call, 0, grid, ret_vector);
    if (grid->count > 1)
        return;
    evaluator_prune(self, ret_vector, grid);
    if (ret_vector->count > 1)
        qsort_r(ret_vector->tracks, ret_vector->count,
                sizeof(*ret_vector->tracks), compare_values,
                descending ? ret_vector : NULL);
}

static bool
is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* Compares the numbers at '*a' and '*b' and moves behind them. */
static int
compare_numbers(const char **a, const char **b)
{
    *a += strspn(*a, "0");
    *b += strspn(*b, "0");
    size_t left = strspn(*a, "0123456789"), right = strspn(*b, "0123456789");
    int order = left == right ? strncmp(*a, *b, left) : left < right ? -1 : 1;
    *a += left;
    *b += right;
    return order;
}

/* Compares with numbers as numbers: "a9" before "a10". */
static int
compare_naturally(const char *a, const char *b)
{
    int order = 0;

    while (!order && *a && *b) {
        if (is_digit(*a) && is_digit(*b))
            order = compare_numbers(&a, &b);
        else
            order = (unsigned char)*a++ - (unsigned char)*b++;
    }
    return order ? order : !!*a - !!*b;
}

static int
compare_labels(const void *a, const void *b, void *arg)
{
    const struct expression *call = arg;
    const struct labelset *left = ((const struct track *)a)->labels;
    const struct labelset *right = ((const struct track *)b)->labels;
    int order = 0;

    for (size_t i = 1; i < call->call.argument_count && !order; i++) {
        const char *name = expression_text(call->call.arguments[i]);
        order = compare_naturally(labelset_value(left, name),
                                  labelset_value(right, name));
    }
    if (!order)
        order = labelset_compare(left, right);
    return call->call.function->id == FUNCTION_SORT_BY_LABEL_DESC ? -order
                                                                  : order;
}

void
call_sort_by_label(struct evaluator *self, const struct expression *call,
                   const struct grid *grid, struct vector *ret_vector)
{
    struct expression order = *call;

    call_argument(self, call, 0, grid, ret_vector);
    if (grid->count == 1 && ret_vector->count > 1)
        qsort_r(ret_vector->tracks, ret_vector->count,
                sizeof(*ret_vector->tracks), compare_labels, &order);
}
