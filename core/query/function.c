/* query/function.c - the functions of PromQL, by name */
#include <config.h>

#include "query/function.h"

#include <assert.h>
#include <string.h>

#include "base.h"

/* What most functions take and give. */
#define OF_VECTOR  {VALUE_VECTOR}, 1, 0, VALUE_VECTOR
#define OF_MATRIX  {VALUE_MATRIX}, 1, 0, VALUE_VECTOR
#define OF_TIME    {VALUE_VECTOR}, 1, 1, VALUE_VECTOR
#define OF_NOTHING {VALUE_SCALAR}, 0, 0, VALUE_SCALAR

/* In the order of enum function_id. */
static const struct function functions[] = {
    {"abs", FUNCTION_ABS, OF_VECTOR},
    {"absent", FUNCTION_ABSENT, OF_VECTOR},
    {"absent_over_time", FUNCTION_ABSENT_OVER_TIME, OF_MATRIX},
    {"acos", FUNCTION_ACOS, OF_VECTOR},
    {"acosh", FUNCTION_ACOSH, OF_VECTOR},
    {"asin", FUNCTION_ASIN, OF_VECTOR},
    {"asinh", FUNCTION_ASINH, OF_VECTOR},
    {"atan", FUNCTION_ATAN, OF_VECTOR},
    {"atanh", FUNCTION_ATANH, OF_VECTOR},
    {"avg_over_time", FUNCTION_AVG_OVER_TIME, OF_MATRIX},
    {"ceil", FUNCTION_CEIL, OF_VECTOR},
    {"changes", FUNCTION_CHANGES, OF_MATRIX},
    {"clamp",
     FUNCTION_CLAMP,
     {VALUE_VECTOR, VALUE_SCALAR, VALUE_SCALAR},
     3,
     0,
     VALUE_VECTOR},
    {"clamp_max",
     FUNCTION_CLAMP_MAX,
     {VALUE_VECTOR, VALUE_SCALAR},
     2,
     0,
     VALUE_VECTOR},
    {"clamp_min",
     FUNCTION_CLAMP_MIN,
     {VALUE_VECTOR, VALUE_SCALAR},
     2,
     0,
     VALUE_VECTOR},
    {"cos", FUNCTION_COS, OF_VECTOR},
    {"cosh", FUNCTION_COSH, OF_VECTOR},
    {"count_over_time", FUNCTION_COUNT_OVER_TIME, OF_MATRIX},
    {"day_of_month", FUNCTION_DAY_OF_MONTH, OF_TIME},
    {"day_of_week", FUNCTION_DAY_OF_WEEK, OF_TIME},
    {"day_of_year", FUNCTION_DAY_OF_YEAR, OF_TIME},
    {"days_in_month", FUNCTION_DAYS_IN_MONTH, OF_TIME},
    {"deg", FUNCTION_DEG, OF_VECTOR},
    {"delta", FUNCTION_DELTA, OF_MATRIX},
    {"deriv", FUNCTION_DERIV, OF_MATRIX},
    {"double_exponential_smoothing",
     FUNCTION_DOUBLE_EXPONENTIAL_SMOOTHING,
     {VALUE_MATRIX, VALUE_SCALAR, VALUE_SCALAR},
     3,
     0,
     VALUE_VECTOR},
    {"end", FUNCTION_END, OF_NOTHING},
    {"exp", FUNCTION_EXP, OF_VECTOR},
    {"first_over_time", FUNCTION_FIRST_OVER_TIME, OF_MATRIX},
    {"floor", FUNCTION_FLOOR, OF_VECTOR},
    {"histogram_avg", FUNCTION_HISTOGRAM_AVG, OF_VECTOR},
    {"histogram_count", FUNCTION_HISTOGRAM_COUNT, OF_VECTOR},
    {"histogram_fraction",
     FUNCTION_HISTOGRAM_FRACTION,
     {VALUE_SCALAR, VALUE_SCALAR, VALUE_VECTOR},
     3,
     0,
     VALUE_VECTOR},
    {"histogram_quantile",
     FUNCTION_HISTOGRAM_QUANTILE,
     {VALUE_SCALAR, VALUE_VECTOR},
     2,
     0,
     VALUE_VECTOR},
    {"histogram_quantiles",
     FUNCTION_HISTOGRAM_QUANTILES,
     {VALUE_VECTOR, VALUE_STRING, VALUE_SCALAR, VALUE_SCALAR},
     4,
     9,
     VALUE_VECTOR},
    {"histogram_stddev", FUNCTION_HISTOGRAM_STDDEV, OF_VECTOR},
    {"histogram_stdvar", FUNCTION_HISTOGRAM_STDVAR, OF_VECTOR},
    {"histogram_sum", FUNCTION_HISTOGRAM_SUM, OF_VECTOR},
    {"hour", FUNCTION_HOUR, OF_TIME},
    {"idelta", FUNCTION_IDELTA, OF_MATRIX},
    {"increase", FUNCTION_INCREASE, OF_MATRIX},
    {"info", FUNCTION_INFO, {VALUE_VECTOR, VALUE_VECTOR}, 2, 1, VALUE_VECTOR},
    {"irate", FUNCTION_IRATE, OF_MATRIX},
    {"label_join",
     FUNCTION_LABEL_JOIN,
     {VALUE_VECTOR, VALUE_STRING, VALUE_STRING, VALUE_STRING},
     4,
     FUNCTION_ANY_COUNT,
     VALUE_VECTOR},
    {"label_replace",
     FUNCTION_LABEL_REPLACE,
     {VALUE_VECTOR, VALUE_STRING, VALUE_STRING, VALUE_STRING, VALUE_STRING},
     5,
     0,
     VALUE_VECTOR},
    {"last_over_time", FUNCTION_LAST_OVER_TIME, OF_MATRIX},
    {"ln", FUNCTION_LN, OF_VECTOR},
    {"log10", FUNCTION_LOG10, OF_VECTOR},
    {"log2", FUNCTION_LOG2, OF_VECTOR},
    {"mad_over_time", FUNCTION_MAD_OVER_TIME, OF_MATRIX},
    {"max_over_time", FUNCTION_MAX_OVER_TIME, OF_MATRIX},
    {"min_over_time", FUNCTION_MIN_OVER_TIME, OF_MATRIX},
    {"minute", FUNCTION_MINUTE, OF_TIME},
    {"month", FUNCTION_MONTH, OF_TIME},
    {"pi", FUNCTION_PI, OF_NOTHING},
    {"predict_linear",
     FUNCTION_PREDICT_LINEAR,
     {VALUE_MATRIX, VALUE_SCALAR},
     2,
     0,
     VALUE_VECTOR},
    {"present_over_time", FUNCTION_PRESENT_OVER_TIME, OF_MATRIX},
    {"quantile_over_time",
     FUNCTION_QUANTILE_OVER_TIME,
     {VALUE_SCALAR, VALUE_MATRIX},
     2,
     0,
     VALUE_VECTOR},
    {"rad", FUNCTION_RAD, OF_VECTOR},
    {"range", FUNCTION_RANGE, OF_NOTHING},
    {"rate", FUNCTION_RATE, OF_MATRIX},
    {"resets", FUNCTION_RESETS, OF_MATRIX},
    {"round", FUNCTION_ROUND, {VALUE_VECTOR, VALUE_SCALAR}, 2, 1, VALUE_VECTOR},
    {"scalar", FUNCTION_SCALAR, {VALUE_VECTOR}, 1, 0, VALUE_SCALAR},
    {"sgn", FUNCTION_SGN, OF_VECTOR},
    {"sin", FUNCTION_SIN, OF_VECTOR},
    {"sinh", FUNCTION_SINH, OF_VECTOR},
    {"sort", FUNCTION_SORT, OF_VECTOR},
    {"sort_by_label",
     FUNCTION_SORT_BY_LABEL,
     {VALUE_VECTOR, VALUE_STRING},
     2,
     FUNCTION_ANY_COUNT,
     VALUE_VECTOR},
    {"sort_by_label_desc",
     FUNCTION_SORT_BY_LABEL_DESC,
     {VALUE_VECTOR, VALUE_STRING},
     2,
     FUNCTION_ANY_COUNT,
     VALUE_VECTOR},
    {"sort_desc", FUNCTION_SORT_DESC, OF_VECTOR},
    {"sqrt", FUNCTION_SQRT, OF_VECTOR},
    {"start", FUNCTION_START, OF_NOTHING},
    {"stddev_over_time", FUNCTION_STDDEV_OVER_TIME, OF_MATRIX},
    {"stdvar_over_time", FUNCTION_STDVAR_OVER_TIME, OF_MATRIX},
    {"step", FUNCTION_STEP, OF_NOTHING},
    {"sum_over_time", FUNCTION_SUM_OVER_TIME, OF_MATRIX},
    {"tan", FUNCTION_TAN, OF_VECTOR},
    {"tanh", FUNCTION_TANH, OF_VECTOR},
    {"time", FUNCTION_TIME, OF_NOTHING},
    {"timestamp", FUNCTION_TIMESTAMP, OF_VECTOR},
    {"ts_of_first_over_time", FUNCTION_TS_OF_FIRST_OVER_TIME, OF_MATRIX},
    {"ts_of_last_over_time", FUNCTION_TS_OF_LAST_OVER_TIME, OF_MATRIX},
    {"ts_of_max_over_time", FUNCTION_TS_OF_MAX_OVER_TIME, OF_MATRIX},
    {"ts_of_min_over_time", FUNCTION_TS_OF_MIN_OVER_TIME, OF_MATRIX},
    {"vector", FUNCTION_VECTOR, {VALUE_SCALAR}, 1, 0, VALUE_VECTOR},
    {"year", FUNCTION_YEAR, OF_TIME},
};

static_assert(ARRAY_SIZE(functions) == FUNCTION_COUNT, "a row a function");

const struct function *
function_find(const char *name)
{
    for (size_t i = 0; i < ARRAY_SIZE(functions); i++) {
        if (strcmp(functions[i].name, name) == 0)
            return &functions[i];
    }
    return NULL;
}

const struct function *
function_by_id(enum function_id id)
{
    return &functions[id];
}

const char *
value_type_text(enum value_type type)
{
    static const char *const texts[] = {
        [VALUE_SCALAR] = "scalar",
        [VALUE_STRING] = "string",
        [VALUE_VECTOR] = "instant vector",
        [VALUE_MATRIX] = "range vector",
    };

    return texts[type];
}
