/* parse_refusal_test.c - what SELECT does not allow, in the words of
 * influxd 1.6.7 */
#include <config.h>

#include "parse_rows.h"

START_TEST(refuses_a_select_as_influxdb_does)
{
    static const struct row rows[] = {
        {"SELECT", "found EOF, expected identifier, string, number, bool at "
                   "line 1, char 8"},
        {"SELECT ", "found EOF, expected identifier, string, number, bool at "
                    "line 1, char 8"},
        {"SELECT *::foo FROM cpu",
         "found foo, expected field, tag at line 1, char 11"},
        {"SELECT * ::field FROM cpu",
         "found ::, expected FROM at line 1, char 10"},
        {"SELECT value::foo FROM cpu",
         "found foo, expected float, integer, unsigned, string, boolean, "
         "field, tag at line 1, char 15"},
        {"SELECT value::select FROM cpu",
         "found SELECT, expected float, integer, string, boolean, field, tag "
         "at line 1, char 15"},
        {"SELECT value:: FROM cpu", "found  , expected float, integer, string, "
                                    "boolean, field, tag at line 1, char 15"},
        {"SELECT value : FROM cpu",
         "found :, expected FROM at line 1, char 14"},
        {"SELECT value FROM",
         "found EOF, expected identifier at line 1, char 19"},
        {"SELECT value FROM ",
         "found EOF, expected identifier at line 1, char 19"},
        {"SELECT value cpu", "found cpu, expected FROM at line 1, char 14"},
        {"SELECT value, FROM cpu", "found FROM, expected identifier, string, "
                                   "number, bool at line 1, char 15"},
        {"SELECT value,, x FROM cpu", "found ,, expected identifier, string, "
                                      "number, bool at line 1, char 14"},
        {"SELECT FROM cpu", "found FROM, expected identifier, string, number, "
                            "bool at line 1, char 8"},
        {"SELECT value AS FROM cpu",
         "found FROM, expected identifier at line 1, char 17"},
        {"SELECT value AS 'v' FROM cpu",
         "found v, expected identifier at line 1, char 16"},
        {"SELECT value v FROM cpu",
         "found v, expected FROM at line 1, char 14"},
        {"SELECT value FROM cpu ORDER",
         "found EOF, expected BY at line 1, char 29"},
        {"SELECT value FROM cpu ORDER BY",
         "found EOF, expected identifier, ASC, DESC at line 1, char 32"},
        {"SELECT value FROM cpu ORDER BY value",
         "only ORDER BY time supported at this time"},
        {"SELECT value FROM cpu ORDER BY time, value",
         "only ORDER BY time supported at this time"},
        {"SELECT value FROM cpu ORDER BY time,",
         "found EOF, expected identifier at line 1, char 37"},
        {"SELECT value FROM cpu ORDER BY TIME",
         "only ORDER BY time supported at this time"},
        {"SELECT value FROM cpu LIMIT",
         "found EOF, expected integer at line 1, char 29"},
        {"SELECT value FROM cpu LIMIT 'x'",
         "found x, expected integer at line 1, char 28"},
        {"SELECT value FROM cpu LIMIT -1",
         "found -, expected integer at line 1, char 29"},
        {"SELECT value FROM cpu LIMIT 1.5",
         "found 1.5, expected integer at line 1, char 29"},
        {"SELECT value FROM cpu OFFSET 2 LIMIT 1",
         "found LIMIT, expected ; at line 1, char 32"},
        {"SELECT value FROM cpu SLIMIT x",
         "found x, expected integer at line 1, char 30"},
        {"SELECT value FROM cpu SOFFSET",
         "found EOF, expected integer at line 1, char 31"},
        {"SELECT value FROM cpu tz('Nowhere/Foo')",
         "unable to find time zone Nowhere/Foo"},
        {"SELECT value FROM cpu tz('../x')", "unable to find time zone ../x"},
        {"SELECT value FROM cpu tz()", "tz requires exactly one argument"},
        {"SELECT value FROM cpu tz(UTC)", "expected string argument in tz()"},
        {"SELECT value FROM cpu tz", "tz must be a function call"},
        {"SELECT value FROM cpu tz('Europe')",
         "unable to find time zone Europe"},
        {"SELECT value FROM cpu SELECT x FROM cpu",
         "found SELECT, expected ; at line 1, char 23"},
        {"SELECT value -- comment",
         "found EOF, expected FROM at line 1, char 25"},
        {"SELECT /* c */ value FROM /* d */ cpu",
         "error parsing regexp: missing argument to repetition operator: `*` "
         "at line 1, char 7"},
        {"SELECT value /* unclosed FROM cpu",
         "found ILLEGAL, expected FROM at line 1, char 14"},
        {"SELECT value FROM cpu /* c **/",
         "found  , expected regex at line 1, char 22"},
        {"SELECT value FROM 'cpu'",
         "found cpu, expected identifier at line 1, char 18"},
        {"SELECT value FROM a.b.c.d",
         "too many segments in \"a\".\"b\".\"c\".d at line 1, char 1"},
        {"SELECT value FROM \"a b\".b.\"c d\".e",
         "too many segments in \"a b\".\"b\".\"c d\".e at line 1, char 1"},
        {"SELECT value FROM a...d",
         "too many segments in \"a\"...d at line 1, char 1"},
        {"SELECT value FROM ....",
         "found ., expected identifier at line 1, char 19"},
        {"SELECT value FROM d.",
         "found EOF, expected identifier at line 1, char 22"},
        {"SELECT value FROM d..",
         "found EOF, expected identifier at line 1, char 23"},
        {"SELECT value FROM d .cpu", "found ., expected ; at line 1, char 21"},
        {"SELECT value FROM cpu,",
         "found EOF, expected identifier at line 1, char 24"},
        {"SELECT value FROM cpu /x/",
         "found  , expected regex at line 1, char 22"},
        {"SELECT value FROM cpu where/x/",
         "found /, expected identifier, string, number, bool at line 1, char "
         "28"},
        {"SELECT value FROM (SELECT value FROM cpu",
         "found EOF, expected ) at line 1, char 42"},
        {"SELECT value FROM (value)",
         "found value, expected SELECT at line 1, char 20"},
        {"SELECT value FROM ()", "found ), expected SELECT at line 1, char 20"},
        {"SELECT value INTO foo FROM",
         "found EOF, expected identifier at line 1, char 28"},
        {"SELECT value INTO a.b.c.d FROM cpu",
         "too many segments in \"a\".\"b\".\"c\".d at line 1, char 1"},
        {"SELECT value INTO FROM cpu",
         "found FROM, expected identifier at line 1, char 19"},
        {"SELECT value INTO foo.bar.:MEASUREMENT",
         "found EOF, expected FROM at line 1, char 40"},
        {"SELECT value INTO foo.:MEASUREMENT x",
         "found x, expected FROM at line 1, char 36"},
        {"SELECT value INTO foo.:x FROM cpu",
         "found x, expected MEASUREMENT at line 1, char 24"},
        {"SELECT mean (value) FROM cpu",
         "found (, expected FROM at line 1, char 13"},
        {"SELECT top(value/,2) FROM cpu",
         "found ,, expected identifier, string, number, bool at line 1, "
         "char 18"},
        {"SELECT mean(value FROM cpu",
         "found FROM, expected ) at line 1, char 19"},
        {"SELECT mean(value, FROM cpu",
         "found FROM, expected identifier, string, number, bool at line 1, "
         "char 20"},
        {"SELECT mean(/v/ FROM cpu",
         "found FROM, expected ) at line 1, char 17"},
        {"SELECT distinct FROM cpu",
         "found FROM, expected identifier at line 1, char 17"},
        {"SELECT distinct 1 FROM cpu",
         "found 1, expected identifier at line 1, char 17"},
        {"SELECT distinct, x FROM cpu",
         "found ,, expected (, identifier at line 1, char 16"},
        {"SELECT distinct/x/ FROM cpu",
         "found /, expected (, identifier at line 1, char 16"},
        {"SELECT value = 1 FROM cpu",
         "invalid operator = in SELECT clause at line 1, char 8; operator is "
         "intended for WHERE clause"},
        {"SELECT value > 1 FROM cpu",
         "invalid operator > in SELECT clause at line 1, char 8; operator is "
         "intended for WHERE clause"},
        {"SELECT value AND x FROM cpu",
         "invalid operator AND in SELECT clause at line 1, char 8; operator is "
         "intended for WHERE clause"},
        {"SELECT x, value != 1 FROM cpu",
         "invalid operator != in SELECT clause at line 1, char 11; operator is "
         "intended for WHERE clause"},
        {"SELECT mean(value > 1) FROM cpu",
         "invalid operator > in SELECT clause at line 1, char 8; operator is "
         "intended for WHERE clause"},
        {"SELECT mean(value = 1, x < 2) FROM cpu",
         "invalid operator < in SELECT clause at line 1, char 8; operator is "
         "intended for WHERE clause"},
        {"SELECT value =~ /x/ FROM cpu",
         "invalid operator =~ in SELECT clause at line 1, char 8; operator is "
         "intended for WHERE clause"},
        {"SELECT \"a\\qb\" FROM cpu", "found \\q, expected identifier, string, "
                                      "number, bool at line 1, char 11"},
        {"SELECT '' FROM ''",
         "found STRING, expected identifier at line 1, char 15"},
        {"SELECT a.b.c.d FROM cpu",
         "too many segments in \"a\".\"b\".\"c\".d at line 1, char 1"},
        {"SELECT a.select FROM cpu",
         "found SELECT, expected identifier at line 1, char 10"},
        {"SELECT @ FROM cpu", "found @, expected identifier, string, number, "
                              "bool at line 1, char 8"},
        {"SELECT ! FROM cpu", "found !, expected identifier, string, number, "
                              "bool at line 1, char 8"},
        {"SELECT \xc2\xb5 FROM cpu", "found \xc2\xb5, expected identifier, "
                                     "string, number, bool at line 1, char 8"},
        {"SELECT 5\xc2\xb5\xc2\xb5 FROM cpu", "invalid duration"},
        {"SELECT $x FROM cpu", "missing parameter: x"},
    };

    expect(rows, ARRAY_SIZE(rows));
}
END_TEST

START_TEST(refuses_conditions_and_groups_as_influxdb_does)
{
    static const struct row rows[] = {
        {"SELECT value FROM cpu WHERE",
         "found EOF, expected identifier, string, number, bool at line 1, char "
         "29"},
        {"SELECT value FROM cpu WHERE host =",
         "found EOF, expected identifier, string, number, bool at line 1, char "
         "35"},
        {"SELECT value FROM cpu WHERE host = 'a",
         "found a, expected identifier, string, number, bool at line 1, char "
         "35"},
        {"SELECT value FROM cpu WHERE host = \"a",
         "found a, expected identifier, string, number, bool at line 1, char "
         "35"},
        {"SELECT value FROM cpu WHERE host = 'a\\q'",
         "found \\q, expected identifier, string, number, bool at line 1, char "
         "39"},
        {"SELECT value FROM cpu WHERE host =~ /a",
         "bad regex:  at line 1, char 36"},
        {"SELECT value FROM cpu WHERE host =~ 'a'",
         "found a, expected regex at line 1, char 36"},
        {"SELECT value FROM cpu WHERE host =~",
         "found EOF, expected regex at line 1, char 37"},
        {"SELECT value FROM cpu WHERE (host = 'a'",
         "found EOF, expected ) at line 1, char 40"},
        {"SELECT value FROM cpu WHERE (host = 'a'))",
         "found ), expected ; at line 1, char 41"},
        {"SELECT value FROM cpu WHERE host = 'a' AND",
         "found EOF, expected identifier, string, number, bool at line 1, char "
         "44"},
        {"SELECT value FROM cpu WHERE time >= now() - 1x", "invalid duration"},
        {"SELECT value FROM cpu WHERE x = 1.5.5",
         "found .5, expected ; at line 1, char 36"},
        {"SELECT value FROM cpu WHERE x = 1e5", "invalid duration"},
        {"SELECT value FROM cpu WHERE x = 99999999999999999999",
         "unable to parse integer at line 1, char 33"},
        {"SELECT value FROM cpu WHERE x = -9223372036854775809",
         "constant -9223372036854775809 underflows int64"},
        {"SELECT value FROM cpu WHERE x = --5",
         "found EOF, expected identifier, string, number, bool at line 1, char "
         "37"},
        {"SELECT value FROM cpu WHERE x = -'5'",
         "found 5, expected identifier, number, duration, ( at line 1, char "
         "33"},
        {"SELECT value FROM cpu GROUP",
         "found EOF, expected BY at line 1, char 29"},
        {"SELECT value FROM cpu GROUP BY",
         "found EOF, expected identifier, string, number, bool at line 1, char "
         "32"},
        {"SELECT value FROM cpu GROUP BY host,",
         "found EOF, expected identifier, string, number, bool at line 1, char "
         "38"},
        {"SELECT mean(value) FROM cpu WHERE time > now() - 1h GROUP BY "
         "time(1m) fill(foo)",
         "expected number argument in fill()"},
        {"SELECT mean(value) FROM cpu WHERE time > now() - 1h GROUP BY "
         "time(1m) fill()",
         "fill requires an argument, e.g.: 0, null, none, previous, linear"},
        {"SELECT mean(value) FROM cpu WHERE time > now() - 1h GROUP BY "
         "time(1m) fill",
         "fill must be a function call"},
        {"SELECT mean(value) FROM cpu WHERE time > now() - 1h GROUP BY "
         "time(1m) fill(1,2)",
         "fill requires an argument, e.g.: 0, null, none, previous, linear"},
        {"SELECT mean(value) FROM cpu WHERE time > now() - 1h GROUP BY "
         "time(1m) fill(NONE)",
         "expected number argument in fill()"},
        {"SELECT value FROM cpu WHERE x ! 1",
         "found !, expected ; at line 1, char 31"},
        {"SELECT value FROM cpu WHERE time > 5n", "invalid duration"},
        {"SELECT value FROM cpu WHERE time > 5ms3", "invalid duration"},
        {"SELECT value FROM cpu WHERE host = $host", "missing parameter: host"},
        {"SELECT value FROM cpu WHERE host = $", "empty bound parameter"},
        {"SELECT value FROM cpu WHERE host = $\"h i\"",
         "missing parameter: h i"},
    };

    expect(rows, ARRAY_SIZE(rows));
}
END_TEST

SPEC("influxql refusals", refuses_a_select_as_influxdb_does,
     refuses_conditions_and_groups_as_influxdb_does)
