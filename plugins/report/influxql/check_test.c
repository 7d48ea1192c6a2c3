/* check_test.c - what can be read and makes no sense, in the words of influxd
 * 1.6.7
 */
#include <config.h>

#include "parse_rows.h"

START_TEST(says_what_makes_no_sense_though_it_can_be_read)
{
    static const struct row rows[] = {
        {"SELECT value FROM cpu GROUP BY 'host'",
         "SELECT value from <cpu> ! only time and tag dimensions allowed ;"},
        {"SELECT value FROM cpu GROUP BY 1",
         "SELECT value from <cpu> ! only time and tag dimensions allowed ;"},
        {"SELECT value FROM cpu GROUP BY time",
         "SELECT value from <cpu> ! time() is a function and expects at least "
         "one argument ;"},
        {"SELECT value FROM cpu GROUP BY time()",
         "SELECT value from <cpu> ! time dimension expected 1 or 2 arguments "
         ";"},
        {"SELECT value FROM cpu GROUP BY time(1m)",
         "SELECT value from <cpu> every 60000000000+0 ! GROUP BY requires at "
         "least one aggregate function ;"},
        {"SELECT mean(value) FROM cpu WHERE time > now() - 1h GROUP BY "
         "time(1m, now(1))",
         "SELECT mean(value) from <cpu> where time > now() - 1h every "
         "60000000000+0 ! time dimension offset now() function requires no "
         "arguments ;"},
        {"SELECT mean(value) FROM cpu WHERE time > now() - 1h GROUP BY "
         "time(1m, foo())",
         "SELECT mean(value) from <cpu> where time > now() - 1h every "
         "60000000000+0 ! time dimension offset function must be now() ;"},
        {"SELECT mean(value) FROM cpu WHERE time > now() - 1h GROUP BY "
         "time(1m, 'x')",
         "SELECT mean(value) from <cpu> where time > now() - 1h every "
         "60000000000+0 ! time dimension offset must be duration or now() ;"},
        {"SELECT mean(value) FROM cpu WHERE time > now() - 1h GROUP BY "
         "time(1m, 10s, 3s)",
         "SELECT mean(value) from <cpu> where time > now() - 1h ! time "
         "dimension expected 1 or 2 arguments ;"},
        {"SELECT mean(value) FROM cpu WHERE time > now() - 1h GROUP BY time(5)",
         "SELECT mean(value) from <cpu> where time > now() - 1h ! time "
         "dimension must have duration argument ;"},
        {"SELECT mean(value) FROM cpu WHERE time > now() - 1h GROUP BY "
         "time(1m), time(2m)",
         "SELECT mean(value) from <cpu> where time > now() - 1h every "
         "60000000000+0 ! multiple time dimensions not allowed ;"},
        {"SELECT mean(value) FROM cpu WHERE time > now() - 1h GROUP BY foo(1m)",
         "SELECT mean(value) from <cpu> where time > now() - 1h ! only time() "
         "calls allowed in dimensions ;"},
        {"SELECT mean(value) FROM cpu WHERE time > now() - 1h GROUP BY now()",
         "SELECT mean(value) from <cpu> where time > now() - 1h ! only time() "
         "calls allowed in dimensions ;"},
        {"SELECT value FROM cpu fill(none)",
         "SELECT value from <cpu> fill none ! fill(none) must be used with a "
         "function ;"},
        {"SELECT value FROM cpu fill(linear)",
         "SELECT value from <cpu> fill linear ! fill(linear) must be used with "
         "a function ;"},
        {"SELECT value FROM (SELECT mean(value), x FROM cpu)",
         "SELECT value from [ mean(value), x from <cpu> ] ! mixing aggregate "
         "and non-aggregate queries is not supported ;"},
        {"SELECT value FROM (SELECT value FROM cpu ORDER BY time DESC)",
         "SELECT value from [ value from <cpu> backwards ] ! subqueries must "
         "be ordered in the same direction as the query itself ;"},
        {"SELECT mean() FROM cpu",
         "SELECT mean() from <cpu> ! invalid number of arguments for mean, "
         "expected 1, got 0 ;"},
        {"SELECT mean(value, x) FROM cpu",
         "SELECT mean(value, x) from <cpu> ! invalid number of arguments for "
         "mean, expected 1, got 2 ;"},
        {"SELECT mean(/v/, 1) FROM cpu",
         "SELECT mean(/v/, 1) from <cpu> ! invalid number of arguments for "
         "mean, expected 1, got 2 ;"},
        {"SELECT mean(*) + 1 FROM cpu",
         "SELECT mean(*) + 1 from <cpu> ! unsupported expression with "
         "wildcard: mean() ;"},
        {"SELECT * + 1 FROM cpu", "SELECT * + 1 from <cpu> ! unable to use "
                                  "wildcard in a binary expression ;"},
        {"SELECT mean(1) FROM cpu",
         "SELECT mean(1) from <cpu> ! expected field argument in mean() ;"},
        {"SELECT mean(mean(value)) FROM cpu",
         "SELECT mean(mean(value)) from <cpu> ! expected field argument in "
         "mean() ;"},
        {"SELECT foo(value) FROM cpu",
         "SELECT foo(value) from <cpu> ! undefined function foo() ;"},
        {"SELECT foo() FROM cpu",
         "SELECT foo() from <cpu> ! undefined function foo() ;"},
        {"SELECT now() FROM cpu",
         "SELECT now() from <cpu> ! undefined function now() ;"},
        {"SELECT mean(value), x FROM cpu",
         "SELECT mean(value), x from <cpu> ! mixing aggregate and "
         "non-aggregate queries is not supported ;"},
        {"SELECT max(value), min(x), host FROM cpu",
         "SELECT max(value), min(x), host from <cpu> ! mixing multiple "
         "selector functions with tags or fields is not supported ;"},
        {"SELECT DISTINCT value, x FROM cpu",
         "SELECT distinct(value), x from <cpu> ! aggregate function distinct() "
         "cannot be combined with other functions or fields ;"},
        {"SELECT distinct(value), mean(x) FROM cpu",
         "SELECT distinct(value), mean(x) from <cpu> ! aggregate function "
         "distinct() cannot be combined with other functions or fields ;"},
        {"SELECT distinct() FROM cpu",
         "SELECT distinct() from <cpu> ! distinct function requires at least "
         "one argument ;"},
        {"SELECT distinct(value, x) FROM cpu",
         "SELECT distinct(value, x) from <cpu> ! distinct function can only "
         "have one argument ;"},
        {"SELECT distinct(1) FROM cpu",
         "SELECT distinct(1) from <cpu> ! expected field argument in "
         "distinct() ;"},
        {"SELECT sum(distinct(value)) FROM cpu",
         "SELECT sum(distinct(value)) from <cpu> ! expected field argument in "
         "sum() ;"},
        {"SELECT percentile(value) FROM cpu",
         "SELECT percentile(value) from <cpu> ! invalid number of arguments "
         "for percentile, expected 2, got 1 ;"},
        {"SELECT percentile(value, 'x') FROM cpu",
         "SELECT percentile(value, 'x') from <cpu> ! expected float argument "
         "in percentile() ;"},
        {"SELECT derivative(value, 0s) FROM cpu",
         "SELECT derivative(value, 0s) from <cpu> ! duration argument must be "
         "positive, got 0s ;"},
        {"SELECT derivative(value, -1m) FROM cpu",
         "SELECT derivative(value, -1m) from <cpu> ! duration argument must be "
         "positive, got -1m ;"},
        {"SELECT derivative(value, -90m) FROM cpu",
         "SELECT derivative(value, -90m) from <cpu> ! duration argument must "
         "be positive, got -90m ;"},
        {"SELECT derivative(value, 5) FROM cpu",
         "SELECT derivative(value, 5) from <cpu> ! second argument to "
         "derivative must be a duration, got *influxql.IntegerLiteral ;"},
        {"SELECT derivative(value, 5.5) FROM cpu",
         "SELECT derivative(value, 5.500) from <cpu> ! second argument to "
         "derivative must be a duration, got *influxql.NumberLiteral ;"},
        {"SELECT derivative(value, 'x') FROM cpu",
         "SELECT derivative(value, 'x') from <cpu> ! second argument to "
         "derivative must be a duration, got *influxql.StringLiteral ;"},
        {"SELECT derivative(value, x) FROM cpu",
         "SELECT derivative(value, x) from <cpu> ! second argument to "
         "derivative must be a duration, got *influxql.VarRef ;"},
        {"SELECT derivative(value, x+1) FROM cpu",
         "SELECT derivative(value, x + 1) from <cpu> ! second argument to "
         "derivative must be a duration, got *influxql.BinaryExpr ;"},
        {"SELECT derivative(value, foo()) FROM cpu",
         "SELECT derivative(value, foo()) from <cpu> ! second argument to "
         "derivative must be a duration, got *influxql.Call ;"},
        {"SELECT derivative(value, true) FROM cpu",
         "SELECT derivative(value, true) from <cpu> ! second argument to "
         "derivative must be a duration, got *influxql.BooleanLiteral ;"},
        {"SELECT derivative(value, *) FROM cpu",
         "SELECT derivative(value, *) from <cpu> ! second argument to "
         "derivative must be a duration, got *influxql.Wildcard ;"},
        {"SELECT derivative() FROM cpu",
         "SELECT derivative() from <cpu> ! invalid number of arguments for "
         "derivative, expected at least 1 but no more than 2, got 0 ;"},
        {"SELECT derivative(value, 1s, 2s) FROM cpu",
         "SELECT derivative(value, 1s, 2s) from <cpu> ! invalid number of "
         "arguments for derivative, expected at least 1 but no more than 2, "
         "got 3 ;"},
        {"SELECT derivative(mean(value)) FROM cpu",
         "SELECT derivative(mean(value)) from <cpu> ! derivative aggregate "
         "requires a GROUP BY interval ;"},
        {"SELECT derivative(value) FROM cpu WHERE time > now() - 1h GROUP BY "
         "time(1m)",
         "SELECT derivative(value) from <cpu> where time > now() - 1h every "
         "60000000000+0 ! aggregate function required inside the call to "
         "derivative ;"},
        {"SELECT derivative(value), x FROM cpu",
         "SELECT derivative(value), x from <cpu> ! mixing aggregate and "
         "non-aggregate queries is not supported ;"},
        {"SELECT non_negative_derivative() FROM cpu",
         "SELECT non_negative_derivative() from <cpu> ! invalid number of "
         "arguments for non_negative_derivative, expected at least 1 but no "
         "more than 2, got 0 ;"},
        {"SELECT difference(value, 1) FROM cpu",
         "SELECT difference(value, 1) from <cpu> ! invalid number of arguments "
         "for difference, expected 1, got 2 ;"},
        {"SELECT difference(max(value)) FROM cpu",
         "SELECT difference(max(value)) from <cpu> ! difference aggregate "
         "requires a GROUP BY interval ;"},
        {"SELECT non_negative_difference(max(value)) FROM cpu",
         "SELECT non_negative_difference(max(value)) from <cpu> ! "
         "non_negative_difference aggregate requires a GROUP BY interval ;"},
        {"SELECT moving_average(value) FROM cpu",
         "SELECT moving_average(value) from <cpu> ! invalid number of "
         "arguments for moving_average, expected 2, got 1 ;"},
        {"SELECT moving_average(value, 1) FROM cpu",
         "SELECT moving_average(value, 1) from <cpu> ! moving_average window "
         "must be greater than 1, got 1 ;"},
        {"SELECT moving_average(value, 2.5) FROM cpu",
         "SELECT moving_average(value, 2.500) from <cpu> ! second argument for "
         "moving_average must be an integer, got *influxql.NumberLiteral ;"},
        {"SELECT moving_average(value, x) FROM cpu",
         "SELECT moving_average(value, x) from <cpu> ! second argument for "
         "moving_average must be an integer, got *influxql.VarRef ;"},
        {"SELECT moving_average(mean(value), 2) FROM cpu",
         "SELECT moving_average(mean(value), 2) from <cpu> ! moving_average "
         "aggregate requires a GROUP BY interval ;"},
        {"SELECT cumulative_sum(value, 2) FROM cpu",
         "SELECT cumulative_sum(value, 2) from <cpu> ! invalid number of "
         "arguments for cumulative_sum, expected 1, got 2 ;"},
        {"SELECT cumulative_sum(mean(value)) FROM cpu",
         "SELECT cumulative_sum(mean(value)) from <cpu> ! cumulative_sum "
         "aggregate requires a GROUP BY interval ;"},
        {"SELECT cumulative_sum(foo(value)) FROM cpu WHERE time > now() - 1h "
         "GROUP BY time(1m)",
         "SELECT cumulative_sum(foo(value)) from <cpu> where time > now() - 1h "
         "every 60000000000+0 ! undefined function foo() ;"},
        {"SELECT elapsed(value, 0s) FROM cpu",
         "SELECT elapsed(value, 0s) from <cpu> ! duration argument must be "
         "positive, got 0s ;"},
        {"SELECT elapsed(value, 1) FROM cpu",
         "SELECT elapsed(value, 1) from <cpu> ! second argument to elapsed "
         "must be a duration, got *influxql.IntegerLiteral ;"},
        {"SELECT elapsed() FROM cpu",
         "SELECT elapsed() from <cpu> ! invalid number of arguments for "
         "elapsed, expected at least 1 but no more than 2, got 0 ;"},
        {"SELECT integral(value, 1) FROM cpu",
         "SELECT integral(value, 1) from <cpu> ! second argument must be a "
         "duration ;"},
        {"SELECT integral(value, 0s) FROM cpu",
         "SELECT integral(value, 0s) from <cpu> ! duration argument must be "
         "positive, got 0s ;"},
        {"SELECT integral() FROM cpu",
         "SELECT integral() from <cpu> ! invalid number of arguments for "
         "integral, expected at least 1 but no more than 2, got 0 ;"},
        {"SELECT integral(mean(value)) FROM cpu",
         "SELECT integral(mean(value)) from <cpu> ! expected field argument in "
         "integral() ;"},
        {"SELECT top(value) FROM cpu",
         "SELECT top(value) from <cpu> ! invalid number of arguments for top, "
         "expected at least 2, got 1 ;"},
        {"SELECT top(value, 0) FROM cpu",
         "SELECT top(value, 0) from <cpu> ! limit (0) in top function must be "
         "at least 1 ;"},
        {"SELECT top(value, 2.5) FROM cpu",
         "SELECT top(value, 2.500) from <cpu> ! expected integer as last "
         "argument in top(), found 2.500 ;"},
        {"SELECT top(value, 'x y') FROM cpu",
         "SELECT top(value, 'x y') from <cpu> ! expected integer as last "
         "argument in top(), found 'x y' ;"},
        {"SELECT top(value, x + 1.5) FROM cpu",
         "SELECT top(value, x + 1.500) from <cpu> ! expected integer as last "
         "argument in top(), found x + 1.500 ;"},
        {"SELECT top(value, mean(x), 2) FROM cpu",
         "SELECT top(value, mean(x), 2) from <cpu> ! only fields or tags are "
         "allowed in top(), found mean(x) ;"},
        {"SELECT top(1.5, 2) FROM cpu",
         "SELECT top(1.500, 2) from <cpu> ! expected first argument to be a "
         "field in top(), found 1.500 ;"},
        {"SELECT top(value, 5) FROM cpu LIMIT 2",
         "SELECT top(value, 5) from <cpu> limit 2 ! limit (5) in top function "
         "can not be larger than the LIMIT (2) in the select statement ;"},
        {"SELECT top(value, 2), bottom(value, 2) FROM cpu",
         "SELECT top(value, 2), bottom(value, 2) from <cpu> ! selector "
         "function top() cannot be combined with other functions ;"},
        {"SELECT top(value, 2), mean(value) FROM cpu",
         "SELECT top(value, 2), mean(value) from <cpu> ! selector function "
         "top() cannot be combined with other functions ;"},
        {"SELECT bottom(value, now()) FROM cpu",
         "SELECT bottom(value, now()) from <cpu> ! expected integer as last "
         "argument in bottom(), found now() ;"},
        {"SELECT bottom(value, 1h) FROM cpu",
         "SELECT bottom(value, 1h) from <cpu> ! expected integer as last "
         "argument in bottom(), found 1h ;"},
        {"SELECT bottom(value, 0) FROM cpu",
         "SELECT bottom(value, 0) from <cpu> ! limit (0) in bottom function "
         "must be at least 1 ;"},
        {"SELECT sample(value) FROM cpu",
         "SELECT sample(value) from <cpu> ! invalid number of arguments for "
         "sample, expected 2, got 1 ;"},
        {"SELECT sample(value, 0) FROM cpu",
         "SELECT sample(value, 0) from <cpu> ! sample window must be greater "
         "than 1, got 0 ;"},
        {"SELECT sample(value, 1.5) FROM cpu",
         "SELECT sample(value, 1.500) from <cpu> ! expected integer argument "
         "in sample() ;"},
        {"SELECT abs() FROM cpu", "SELECT abs() from <cpu> ! invalid number of "
                                  "arguments for abs, expected 1, got 0 ;"},
        {"SELECT abs(-1) FROM cpu", "SELECT abs(-1) from <cpu> ! field must "
                                    "contain at least one variable ;"},
        {"SELECT pow(value) FROM cpu",
         "SELECT pow(value) from <cpu> ! invalid number of arguments for pow, "
         "expected 2, got 1 ;"},
        {"SELECT log(value) FROM cpu",
         "SELECT log(value) from <cpu> ! invalid number of arguments for log, "
         "expected 2, got 1 ;"},
        {"SELECT round(value, 2) FROM cpu",
         "SELECT round(value, 2) from <cpu> ! invalid number of arguments for "
         "round, expected 1, got 2 ;"},
        {"SELECT histogram(value) FROM cpu",
         "SELECT histogram(value) from <cpu> ! undefined function histogram() "
         ";"},
        {"SELECT 1 FROM cpu",
         "SELECT 1 from <cpu> ! field must contain at least one variable ;"},
        {"SELECT 'a' FROM cpu",
         "SELECT 'a' from <cpu> ! field must contain at least one variable ;"},
        {"SELECT 1 + 1 FROM cpu",
         "SELECT 2 from <cpu> ! field must contain at least one variable ;"},
        {"SELECT 1s FROM cpu",
         "SELECT 1s from <cpu> ! field must contain at least one variable ;"},
        {"SELECT mean(value) + x FROM cpu",
         "SELECT mean(value) + x from <cpu> ! mixing aggregate and "
         "non-aggregate queries is not supported ;"},
        {"SELECT time FROM cpu", "SELECT time from <cpu> ! at least 1 non-time "
                                 "field must be queried ;"},
    };

    expect(rows, ARRAY_SIZE(rows));
}
END_TEST

SPEC("influxql check", says_what_makes_no_sense_though_it_can_be_read)
