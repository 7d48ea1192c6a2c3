/* query/function.h - the functions of PromQL, by name
 *
 * One table says what each function takes and gives; the parser checks calls
 * against it, and the evaluator goes by 'id'.  Constant: any thread may read.
 */
#ifndef QUERY_FUNCTION_H
#define QUERY_FUNCTION_H

#include <stddef.h>

/* What an expression evaluates to.  A matrix, "range vector" to people, is the
 * samples of a range for each series. */
enum value_type { VALUE_SCALAR, VALUE_STRING, VALUE_VECTOR, VALUE_MATRIX };

enum { FUNCTION_ARGUMENTS_MOST = 5, FUNCTION_ANY_COUNT = -1 };

enum function_id {
    FUNCTION_ABS,
    FUNCTION_ABSENT,
    FUNCTION_ABSENT_OVER_TIME,
    FUNCTION_ACOS,
    FUNCTION_ACOSH,
    FUNCTION_ASIN,
    FUNCTION_ASINH,
    FUNCTION_ATAN,
    FUNCTION_ATANH,
    FUNCTION_AVG_OVER_TIME,
    FUNCTION_CEIL,
    FUNCTION_CHANGES,
    FUNCTION_CLAMP,
    FUNCTION_CLAMP_MAX,
    FUNCTION_CLAMP_MIN,
    FUNCTION_COS,
    FUNCTION_COSH,
    FUNCTION_COUNT_OVER_TIME,
    FUNCTION_DAY_OF_MONTH,
    FUNCTION_DAY_OF_WEEK,
    FUNCTION_DAY_OF_YEAR,
    FUNCTION_DAYS_IN_MONTH,
    FUNCTION_DEG,
    FUNCTION_DELTA,
    FUNCTION_DERIV,
    FUNCTION_DOUBLE_EXPONENTIAL_SMOOTHING,
    FUNCTION_END,
    FUNCTION_EXP,
    FUNCTION_FIRST_OVER_TIME,
    FUNCTION_FLOOR,
    FUNCTION_HISTOGRAM_AVG,
    FUNCTION_HISTOGRAM_COUNT,
    FUNCTION_HISTOGRAM_FRACTION,
    FUNCTION_HISTOGRAM_QUANTILE,
    FUNCTION_HISTOGRAM_QUANTILES,
    FUNCTION_HISTOGRAM_STDDEV,
    FUNCTION_HISTOGRAM_STDVAR,
    FUNCTION_HISTOGRAM_SUM,
    FUNCTION_HOUR,
    FUNCTION_IDELTA,
    FUNCTION_INCREASE,
    FUNCTION_INFO,
    FUNCTION_IRATE,
    FUNCTION_LABEL_JOIN,
    FUNCTION_LABEL_REPLACE,
    FUNCTION_LAST_OVER_TIME,
    FUNCTION_LN,
    FUNCTION_LOG10,
    FUNCTION_LOG2,
    FUNCTION_MAD_OVER_TIME,
    FUNCTION_MAX_OVER_TIME,
    FUNCTION_MIN_OVER_TIME,
    FUNCTION_MINUTE,
    FUNCTION_MONTH,
    FUNCTION_PI,
    FUNCTION_PREDICT_LINEAR,
    FUNCTION_PRESENT_OVER_TIME,
    FUNCTION_QUANTILE_OVER_TIME,
    FUNCTION_RAD,
    FUNCTION_RANGE,
    FUNCTION_RATE,
    FUNCTION_RESETS,
    FUNCTION_ROUND,
    FUNCTION_SCALAR,
    FUNCTION_SGN,
    FUNCTION_SIN,
    FUNCTION_SINH,
    FUNCTION_SORT,
    FUNCTION_SORT_BY_LABEL,
    FUNCTION_SORT_BY_LABEL_DESC,
    FUNCTION_SORT_DESC,
    FUNCTION_SQRT,
    FUNCTION_START,
    FUNCTION_STDDEV_OVER_TIME,
    FUNCTION_STDVAR_OVER_TIME,
    FUNCTION_STEP,
    FUNCTION_SUM_OVER_TIME,
    FUNCTION_TAN,
    FUNCTION_TANH,
    FUNCTION_TIME,
    FUNCTION_TIMESTAMP,
    FUNCTION_TS_OF_FIRST_OVER_TIME,
    FUNCTION_TS_OF_LAST_OVER_TIME,
    FUNCTION_TS_OF_MAX_OVER_TIME,
    FUNCTION_TS_OF_MIN_OVER_TIME,
    FUNCTION_VECTOR,
    FUNCTION_YEAR,
    FUNCTION_COUNT,
};

struct function {
    const char *name;
    enum function_id id;
    enum value_type arguments[FUNCTION_ARGUMENTS_MOST]; /* [argument_count] */
    int argument_count;
    /* 0: as many arguments as there are types.  Else the last type may be left
     * out, or come up to 'variadic' times, or FUNCTION_ANY_COUNT. */
    int variadic;
    enum value_type result;
};

/* Returns the function of that exact name, or NULL. */
const struct function *function_find(const char *name);

/* Returns the function's row of the table; 'id' is below FUNCTION_COUNT. */
const struct function *function_by_id(enum function_id id);

/* Returns what people call a type: "scalar", "string", "instant vector" or
 * "range vector". */
const char *value_type_text(enum value_type type);

#endif /* QUERY_FUNCTION_H */
