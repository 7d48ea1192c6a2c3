/* parse_test.c - what InfluxQL allows, and the tree that it becomes */
#include <config.h>

#include "parse_rows.h"

START_TEST(reads_columns_and_expressions)
{
    static const struct row rows[] = {
        {"SELECT value FROM cpu", "SELECT value from <cpu> ;"},
        {"select \"a b\", x::float, y::tag, * , *::field, /v.*/ from cpu",
         "SELECT \"a b\", x::field, y::tag, *, *::field, /v.*/ from <cpu> ;"},
        {"SELECT value AS v, mean AS \"y z\" FROM cpu",
         "SELECT value as <v>, mean as <y z> from <cpu> ;"},
        {"SELECT a.b.c FROM cpu", "SELECT \"a.b.c\" from <cpu> ;"},
        {"SELECT \"q\\\"u\\\\o\\nte\" FROM cpu",
         "SELECT \"q\\\"u\\\\o\\nte\" from <cpu> ;"},
        {"SELECT a + b * c - d FROM cpu", "SELECT a + b * c - d from <cpu> ;"},
        {"SELECT (a + b) * c / 2 % 3 FROM cpu",
         "SELECT (a + b) * c / 2 % 3 from <cpu> ;"},
        {"SELECT a & 1 | 2 ^ b FROM cpu", "SELECT a & 1 | 2 ^ b from <cpu> ;"},
        {"SELECT -a, +b, - (c + 1) FROM cpu",
         "SELECT -1 * a, 1 * b, -1 * (c + 1) from <cpu> ;"},
        {"SELECT MEAN(value), COUNT(DISTINCT(x)) FROM cpu",
         "SELECT mean(value), count(distinct(x)) from <cpu> ;"},
        {"SELECT DISTINCT value FROM cpu",
         "SELECT distinct(value) from <cpu> ;"},
        {"SELECT percentile(x, 40 + 50 * 1) FROM cpu",
         "SELECT percentile(x, 90) from <cpu> ;"},
        {"SELECT derivative(mean(x), 30s * 2) FROM cpu GROUP BY time(1m)",
         "SELECT derivative(mean(x), 1m) from <cpu> every 60000000000+0 ;"},
    };

    expect(rows, ARRAY_SIZE(rows));
}
END_TEST

START_TEST(reads_conditions)
{
    static const struct row rows[] = {
        {"SELECT x FROM cpu WHERE a = 'it\\'s' AND b != 2 OR c <> 3 AND NOT_x "
         ">= 1.5",
         "SELECT x from <cpu> where a = 'it\\'s' AND b != 2 OR c != 3 AND "
         "NOT_x >= 1.500 ;"},
        {"SELECT x FROM cpu WHERE a =~ /b\\/c/ AND d !~ /^e$/",
         "SELECT x from <cpu> where a =~ /b\\/c/ AND d !~ /^e$/ ;"},
        {"SELECT x FROM cpu WHERE (a = 'b' OR a = 'c') AND time > now() - "
         "1h30m",
         "SELECT x from <cpu> where (a = 'b' OR a = 'c') AND time > now() - "
         "90m ;"},
        {"SELECT x FROM cpu WHERE b = true AND c = FALSE",
         "SELECT x from <cpu> where b = true AND c = false ;"},
        {"SELECT x FROM cpu WHERE time >= 1500000000000000001 AND time < "
         "'2020-01-01'",
         "SELECT x from <cpu> where time >= 1500000000000000001 AND time < "
         "'2020-01-01' ;"},
        {"SELECT x FROM cpu WHERE x < -9223372036854775808",
         "SELECT x from <cpu> where x < -9223372036854775808 ;"},
        {"SELECT x FROM cpu WHERE time > 1w2d3h4m5s6ms7u8\xc2\xb5"
         "9ns",
         "SELECT x from <cpu> where time > 788645006015009ns ;"},
        {"SELECT x FROM cpu WHERE x > -5 AND x > .5 AND x > 5.",
         "SELECT x from <cpu> where x > -5 AND x > 0.500 AND x > 5.000 ;"},
    };

    expect(rows, ARRAY_SIZE(rows));
}
END_TEST

START_TEST(reads_sources)
{
    static const struct row rows[] = {
        {"SELECT x FROM db.rp.m", "SELECT x from db:db rp:rp <m> ;"},
        {"SELECT x FROM db..m, rp.m, \"m\"",
         "SELECT x from db:db <m> , rp:rp <m> , <m> ;"},
        {"SELECT x FROM db.rp./m/, rp./n/, /o/",
         "SELECT x from db:db rp:rp /m/ , rp:rp /n/ , /o/ ;"},
        {"SELECT max(x) FROM (SELECT mean(y) AS x FROM m GROUP BY time(1m), "
         "host) WHERE x > 1 GROUP BY host",
         "SELECT max(x) from [ mean(y) as <x> from <m> by <host> every "
         "60000000000+0 ] where x > 1 by <host> ;"},
    };

    expect(rows, ARRAY_SIZE(rows));
}
END_TEST

START_TEST(reads_what_a_select_is_grouped_and_cut_by)
{
    static const struct row rows[] = {
        {"SELECT mean(x) FROM m GROUP BY *, host, /h/, time(1m, 70s)",
         "SELECT mean(x) from <m> by * by <host> by /h/ every "
         "60000000000+10000000000 ;"},
        {"SELECT mean(x) FROM m GROUP BY time(7d, now())",
         "SELECT mean(x) from <m> every 604800000000000+259200000001000 ;"},
        {"SELECT mean(x) FROM m GROUP BY time(1m) fill(previous)",
         "SELECT mean(x) from <m> every 60000000000+0 fill previous ;"},
        {"SELECT mean(x) FROM m GROUP BY time(1m) FILL(-1.5) ORDER BY time "
         "DESC LIMIT 1 OFFSET 2 SLIMIT 3 SOFFSET 4 tz('Europe/Berlin')",
         "SELECT mean(x) from <m> every 60000000000+0 fill number -1.5 "
         "backwards limit 1 offset 2 slimit 3 soffset 4 zone Europe/Berlin ;"},
    };

    expect(rows, ARRAY_SIZE(rows));
}
END_TEST

START_TEST(reads_statements_of_many_kinds)
{
    static const struct row rows[] = {
        {"SELECT x /* one */ FROM m -- two", "SELECT x from <m> ;"},
        {"SELECT x FROM m; ;SHOW DATABASES;",
         "SELECT x from <m> ;SHOW DATABASES ;"},
        {"SELECT x INTO y FROM m", "NONE SELECT INTO! x from <m> ;"},
        {"CREATE DATABASE d WITH DURATION 1d REPLICATION 1 SHARD DURATION 1h "
         "NAME \"n\"",
         "CREATE d! ;"},
        {"DROP DATABASE \"d\"", "DROP d! ;"},
        {"SHOW RETENTION POLICIES ON d", "SHOW RETENTION POLICIES on d ;"},
        {"SHOW MEASUREMENTS ON d WITH MEASUREMENT =~ /c/ WHERE a = 'b' LIMIT 1 "
         "OFFSET 2",
         "SHOW MEASUREMENTS on d with _name =~ /c/ where a = 'b' limit 1 "
         "offset 2 ;"},
        {"SHOW MEASUREMENTS WITH MEASUREMENT = cpu",
         "SHOW MEASUREMENTS with _name = 'cpu' ;"},
        {"SHOW TAG KEYS ON d FROM cpu, /m/ WHERE a = 'b' LIMIT 1 SLIMIT 2",
         "SHOW TAG KEYS on d from <cpu> , /m/ where a = 'b' limit 1 slimit 2 "
         ";"},
        {"SHOW TAG VALUES FROM cpu WITH KEY = host ORDER BY DESC",
         "SHOW TAG VALUES with _tagKey = 'host' from <cpu> backwards ;"},
        {"SHOW TAG VALUES WITH KEY IN (a, \"b c\", d)",
         "SHOW TAG VALUES with _tagKey = 'a' OR _tagKey = 'b c' OR _tagKey = "
         "'d' ;"},
        {"SHOW TAG VALUES WITH KEY !~ /h/ WHERE a = 'b'",
         "SHOW TAG VALUES with _tagKey !~ /h/ where a = 'b' ;"},
        {"SHOW TAG VALUES WITH KEY != h",
         "SHOW TAG VALUES with _tagKey != 'h' ;"},
        {"SHOW FIELD KEYS FROM cpu LIMIT 5",
         "SHOW FIELD KEYS from <cpu> limit 5 ;"},
        {"SHOW SERIES ON d FROM cpu WHERE a = 'b' OFFSET 3",
         "SHOW SERIES on d from <cpu> where a = 'b' offset 3 ;"},
        {"SHOW SERIES EXACT CARDINALITY ON d",
         "NONE SHOW SERIES CARDINALITY on d ;"},
        {"SHOW TAG VALUES CARDINALITY WITH KEY = a",
         "NONE SHOW TAG VALUES CARDINALITY with _tagKey = 'a' ;"},
        {"SHOW TAG KEY CARDINALITY", "NONE SHOW TAG KEY CARDINALITY ;"},
        {"EXPLAIN ANALYZE SELECT x FROM m", "NONE EXPLAIN x from <m> ;"},
        {"DELETE FROM m WHERE time < 5",
         "NONE DELETE from <m> where time < 5 ;"},
        {"DROP SERIES FROM m", "NONE DROP SERIES! from <m> ;"},
        {"SHOW STATS FOR 'x'", "NONE SHOW STATS ;"},
        {"KILL QUERY 5 ON \"h\"", "NONE KILL QUERY ;"},
        {"CREATE USER u WITH PASSWORD 'p' WITH ALL PRIVILEGES",
         "NONE CREATE USER! ;"},
        {"CREATE RETENTION POLICY p ON d DURATION INF REPLICATION 1 SHARD "
         "DURATION 1h DEFAULT",
         "NONE CREATE RETENTION POLICY! ;"},
        {"ALTER RETENTION POLICY p ON d DEFAULT REPLICATION 2",
         "NONE ALTER RETENTION POLICY! on d ;"},
        {"CREATE SUBSCRIPTION s ON d.r DESTINATIONS ANY 'a', 'b'",
         "NONE CREATE SUBSCRIPTION! ;"},
        {"CREATE CONTINUOUS QUERY q ON d RESAMPLE EVERY 1m FOR 2m BEGIN SELECT "
         "mean(x) INTO y FROM m GROUP BY time(1m) END",
         "NONE CREATE CONTINUOUS QUERY! on d mean(x) from <m> every "
         "60000000000+0 ;"},
        {"GRANT ALL PRIVILEGES TO u", "NONE GRANT! ;"},
        {"REVOKE READ ON d FROM u", "NONE REVOKE! on d ;"},
        {"SET PASSWORD FOR u = 'p'", "NONE SET PASSWORD FOR! ;"},
    };

    expect(rows, ARRAY_SIZE(rows));
}
END_TEST

START_TEST(puts_parameters_in)
{
    static const char params[] =
        "{\"text\": \"a\", \"whole\": 5, \"real\": 0.1, \"yes\": true,"
        " \"name\": {\"ident\": \"a b\"}, \"like\": {\"regex\": \"a.*\"},"
        " \"hour\": {\"duration\": \"1h\"}, \"ns\": {\"duration\": 1000},"
        " \"two words\": \"b\"}";

    expect_line("SELECT $name FROM $like WHERE a = $text AND b = $yes", params,
                "SELECT \"a b\" from /a.*/ where a = 'a' AND b = true ;");
    expect_line("SELECT a FROM m WHERE a =~ $like AND b < -$whole LIMIT "
                "$whole",
                params,
                "SELECT a from <m> where a =~ /a.*/ AND b < -5 limit 5 ;");
    expect_line("SELECT max(a) FROM m GROUP BY time($hour, $ns)", params,
                "SELECT max(a) from <m> every 3600000000000+1000 ;");
    expect_line("SELECT a FROM m WHERE b > $real AND c = $\"two words\"",
                params, "SELECT a from <m> where b > 0.100 AND c = 'b' ;");
}
END_TEST

START_TEST(says_what_is_wrong_with_parameters)
{
    static const struct row rows[] = {
        {"{}", "missing parameter: a"},
        {"null", "missing parameter: a"},
        {"{\"a\": null}",
         "missing parameter: unable to bind parameter with type <nil>"},
        {"{\"a\": [1]}",
         "missing parameter: unable to bind parameter with type []interface "
         "{}"},
        {"{\"a\": {}}", "missing parameter: bound object parameter value must "
                        "have exactly one entry"},
        {"{\"a\": {\"b\": 1}}",
         "missing parameter: unknown bind object type: b"},
        {"{\"a\": {\"integer\": 1.5}}",
         "missing parameter: integer literal must be an integer value"},
        {"{", "error parsing query parameters: unexpected EOF"},
        {"[]", "error parsing query parameters: json: cannot unmarshal array "
               "into Go value of type map[string]interface {}"},
    };

    for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
        expect_line("SELECT x FROM m WHERE b = $a", rows[i].text,
                    rows[i].expected);
}
END_TEST

/* Returns 'count' times 'text' between two others. */
static char *
repeated(const char *before, const char *text, size_t count, const char *behind)
{
    char *all = NULL;
    size_t size = 0;

    FILE *to = x_or_die(open_memstream(&all, &size));
    (void)fputs(before, to);
    for (size_t i = 0; i < count; i++)
        (void)fputs(text, to);
    (void)fputs(behind, to);
    (void)fclose(to);
    return all;
}

START_TEST(refuses_what_is_too_much)
{
    static const struct {
        const char *before, *text, *behind, *expected;
        size_t count;
    } rows[] = {
        {"SELECT ", "(", "x", "nested more than 200 deep", 100000},
        {"SELECT x FROM ", "(SELECT x FROM ", "m", "nested more than 200 deep",
         1000},
        {"SELECT x", " + x", " FROM m", "more than 5000 operators", 100000},
        {"SELECT x", ", x", " FROM m", "more than 200000 names and numbers",
         300000},
        {"SHOW TAG VALUES WITH KEY IN (x", ", x", ")",
         "more than 5000 tag keys", 10000},
        {"", "SHOW DATABASES;", "", "more than 1000 statements", 2000},
        {"", "SELECT x FROM m", "", "longer than 1048576 bytes", 100000},
    };

    for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
        char *text = repeated(rows[i].before, rows[i].text, rows[i].count,
                              rows[i].behind);
        expect_line(text, NULL, rows[i].expected);
        free(text);
    }
}
END_TEST

SPEC("influxql parser", reads_columns_and_expressions, reads_conditions,
     reads_sources, reads_what_a_select_is_grouped_and_cut_by,
     reads_statements_of_many_kinds, puts_parameters_in,
     says_what_is_wrong_with_parameters, refuses_what_is_too_much)
