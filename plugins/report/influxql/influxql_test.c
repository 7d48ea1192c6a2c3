/* influxql_test.c - requests and databases of report influxql
 *
 * All answers here are those of influxd 1.6.7, but for its faults.
 */
#include <config.h>

#include "influxql.c"

#include "answer_spec.h"
#include "base.h"

/* Requests ----------------------------------------------------------------- */

START_TEST(tells_what_is_wrong_with_a_request)
{
    SCENE("");

    expect(&scene, "GET", "/query", 400,
           "{\"error\":\"missing required parameter \\\"q\\\"\"}\n");
    expect(&scene, "POST", "/query?q=", 400,
           "{\"error\":\"missing required parameter \\\"q\\\"\"}\n");
    expect(&scene, "GET", "/query?q=SELEC", 400,
           "{\"error\":\"error parsing query: found SELEC, expected SELECT, "
           "DELETE, SHOW, CREATE, DROP, EXPLAIN, GRANT, REVOKE, ALTER, SET, "
           "KILL at line 1, char 1\"}\n");
    expect(&scene, "GET", "/query?q=%3B", 200, "{}\n");
}
END_TEST

START_TEST(tells_it_in_csv_to_who_wants_that)
{
    SCENE("");

    expect_csv(&scene, "/query", 400,
               "error\n\"missing required parameter \"\"q\"\"\"\n");
    expect_csv(&scene, "/query?q=SHOW+SERIES&db=no", 200,
               "error\ndatabase not found: no\n");
}
END_TEST

START_TEST(takes_a_query_in_a_form)
{
    const struct weir_label heads[] = {
        {"Content-Type", "application/x-www-form-urlencoded"}, {0}};
    weir_cleanup(weir_free) char *text = NULL;
    SCENE("");

    ck_assert_int_eq(weir_harness_request(scene.plugin, "POST", "/query", heads,
                                          "q=SHOW+DATABASES&db=", &text),
                     200);
    ck_assert_str_eq(text, "{\"results\":[{\"statement_id\":0,\"series\":[{"
                           "\"name\":\"databases\",\"columns\":[\"name\"],"
                           "\"values\":[[\"db\"]]}]}]}\n");
}
END_TEST

START_TEST(asks_who_comes_when_it_shall)
{
    SCENE("username = \"me\" password = \"secret\"");

    expect(&scene, "GET", "/query?q=SHOW+DATABASES", 401,
           "{\"error\":\"unable to parse authentication credentials\"}\n");
    expect(&scene, "GET", "/query?q=SHOW+DATABASES&u=me&p=no", 401,
           "{\"error\":\"authorization failed\"}\n");
    expect(&scene, "POST", "/query?q=CREATE+DATABASE+db&u=me&p=secret", 200,
           "{\"results\":[{\"statement_id\":0}]}\n");
}
END_TEST

START_TEST(answers_one_statement_after_the_other)
{
    SCENE("");

    expect(&scene, "POST",
           "/query?q=CREATE+DATABASE+b%3BSHOW+DATABASES%3BSHOW+SERIES+ON+no%3B"
           "SHOW+DATABASES%3BSHOW+DATABASES",
           200,
           "{\"results\":[{\"statement_id\":0},{\"statement_id\":1,\"series\":["
           "{\"name\":\"databases\",\"columns\":[\"name\"],\"values\":[[\"b\"],"
           "[\"db\"]]}]},{\"statement_id\":2,\"error\":\"database not found: "
           "no\"},{\"statement_id\":3,\"error\":\"not executed\"},"
           "{\"statement_id\":4,\"error\":\"not executed\"}]}\n");
}
END_TEST

START_TEST(names_what_it_does_not_do)
{
    SCENE("");

    expect_result(&scene, "DROP+SERIES+FROM+cpu",
                  ",\"error\":\"DROP SERIES is not supported by weir\"");
}
END_TEST

START_TEST(refuses_what_is_more_than_may_wait)
{
    SCENE("max_queue = 0");

    struct influxql *self = weir_harness_self(scene.plugin);
    self->running = self->max_queries;
    expect(&scene, "GET", "/query?q=SHOW+DATABASES", 503,
           "{\"error\":\"too many queries wait to be answered, see "
           "max_queue\"}\n");
    self->running = 0;
    expect(&scene, "GET", "/query?q=%3B", 200, "{}\n");
}
END_TEST

START_TEST(refuses_an_answer_that_is_too_large)
{
    static const char *const ways[] = {"", "&pretty=true", "&chunked=true"};
    SCENE("max_answer = 1K");

    for (size_t i = 0; i < WEIR_COUNT(ways); i++) {
        weir_cleanup(weir_free) char *text = NULL;
        char target[512];
        (void)snprintf(target, sizeof(target), "/query?db=db%s&q=", ways[i]);
        for (size_t k = 0; k < 12; k++)
            (void)snprintf(target + strlen(target),
                           sizeof(target) - strlen(target),
                           "SHOW+TAG+KEYS%%3B");
        ck_assert_int_eq(weir_harness_request(scene.plugin, "GET", target, NULL,
                                              NULL, &text),
                         200);
        ck_assert_msg(strstr(text, "larger than max_answer") != NULL, "%s",
                      text);
        ck_assert_uint_lt(strlen(text), 5 * 1024);
    }
}
END_TEST

/* Fills the list of databases with 'count' names of 200 bytes. */
static void
fill_databases(const struct scene *scene, size_t count)
{
    char *path = NULL;

    ck_assert_int_gt(asprintf(&path, "%s/databases", scene->folder), 0);
    FILE *out = fopen(path, "w");
    ck_assert_ptr_nonnull(out);
    for (size_t i = 0; i < count; i++)
        (void)fprintf(out, "%0200zu\n", i);
    ck_assert_int_eq(fclose(out), 0);
    free(path);
}

START_TEST(sends_a_large_answer_whole)
{
    enum { STATEMENTS = 15, NAMES = 1000 };
    weir_cleanup(weir_free) char *text = NULL;
    char target[STATEMENTS * 20 + 16] = "/query?q=";
    SCENE("");

    fill_databases(&scene, NAMES);
    for (size_t i = 0; i < STATEMENTS; i++)
        (void)strncat(target, "SHOW+DATABASES%3B",
                      sizeof(target) - strlen(target) - 1);
    ck_assert_int_eq(
        weir_harness_request(scene.plugin, "GET", target, NULL, NULL, &text),
        200);
    ck_assert_uint_gt(strlen(text), STATEMENTS * NAMES * 200);
    static const char end[] = "999\"]]}]}]}\n";
    ck_assert_str_eq(text + strlen(text) - strlen(end), end);
}
END_TEST

/* Databases ---------------------------------------------------------------- */

START_TEST(makes_a_database)
{
    SCENE("");

    expect_result(&scene, "CREATE+DATABASE+db", "");
    expect_result(&scene, "CREATE+DATABASE+%22a+b%22", "");
    expect_result(&scene, "CREATE+DATABASE+%22a/b%22",
                  ",\"error\":\"invalid name\"");
    expect_result(&scene, "SHOW+DATABASES",
                  ",\"series\":[{\"name\":\"databases\",\"columns\":[\"name\"],"
                  "\"values\":[[\"a b\"],[\"db\"]]}]");
}
END_TEST

START_TEST(warns_of_a_get_that_changes_something)
{
    SCENE("");

    expect(&scene, "GET", "/query?q=CREATE+DATABASE+%22a+%3Cb%22", 200,
           "{\"results\":[{\"statement_id\":0,\"messages\":[{\"level\":"
           "\"warning\",\"text\":\"deprecated use of 'CREATE DATABASE \\\"a "
           "\\u003cb\\\"' in a read only context, please use a POST request "
           "instead\"}]}]}\n");
    expect(&scene, "GET", "/query?q=DROP+DATABASE+nope", 200,
           "{\"results\":[{\"statement_id\":0,\"messages\":[{\"level\":"
           "\"warning\",\"text\":\"deprecated use of 'DROP DATABASE nope' in a "
           "read only context, please use a POST request instead\"}]}]}\n");
}
END_TEST

START_TEST(lets_no_page_change_anything_by_get)
{
    static const struct weir_label heads[] = {
        {"User-Agent", "Mozilla/5.0 (X11)"},
        {"Origin", "http://evil.example"},
        {"Sec-Fetch-Site", "cross-site"},
    };
    SCENE("drop = \"hide\"");

    for (size_t i = 0; i < WEIR_COUNT(heads); i++)
        expect_head(&scene, &heads[i], "/query?q=DROP+DATABASE+db", 200,
                    "{\"results\":[{\"statement_id\":0,\"error\":\"this "
                    "statement changes something, and a browser's page may "
                    "only POST it\"}]}\n");
    expect_result(&scene, "SHOW+RETENTION+POLICIES",
                  ",\"series\":[{\"columns\":[\"name\",\"duration\","
                  "\"shardGroupDuration\",\"replicaN\",\"default\"],\"values\":"
                  "[[\"autogen\",\"0s\",\"168h0m0s\",1,true]]}]");
}
END_TEST

START_TEST(hides_a_database_or_refuses_to)
{
    {
        SCENE("");
        expect_result(&scene, "DROP+DATABASE+nope", "");
        expect_result(&scene, "DROP+DATABASE+db",
                      ",\"error\":\"DROP DATABASE is refused here; with the "
                      "option drop = \\\"hide\\\" of report influxql it hides "
                      "the database, whose samples stay until their retention "
                      "ends\"");
    }
    SCENE("drop = \"hide\"");
    expect_result(&scene, "DROP+DATABASE+db", "");
    expect_result(&scene, "DROP+DATABASE+db", "");
    expect_result(&scene, "SHOW+SERIES",
                  ",\"error\":\"database not found: db\"");
    expect_result(&scene, "SHOW+MEASUREMENTS", "");
    expect_result(
        &scene, "SHOW+DATABASES",
        ",\"series\":[{\"name\":\"databases\",\"columns\":[\"name\"]}]");
}
END_TEST

START_TEST(wants_to_know_the_database)
{
    static const char *const queries[] = {
        "SHOW+MEASUREMENTS", "SHOW+TAG+KEYS",        "SHOW+FIELD+KEYS",
        "SHOW+SERIES",       "SELECT+idle+FROM+cpu", "SHOW+RETENTION+POLICIES"};
    char target[128];
    SCENE("");

    for (size_t i = 0; i < WEIR_COUNT(queries); i++) {
        (void)snprintf(target, sizeof(target), "/query?q=%s", queries[i]);
        expect(&scene, "GET", target, 200,
               "{\"results\":[{\"statement_id\":0,\"error\":\"database name "
               "required\"}]}\n");
    }
    expect(&scene, "GET", "/query?db=no&q=SELECT+idle+FROM+cpu", 200,
           "{\"results\":[{\"statement_id\":0,\"error\":\"database not found: "
           "no\"}]}\n");
}
END_TEST

START_TEST(binds_parameters)
{
    SCENE("");

    expect(&scene, "GET",
           "/query?db=db&params=%7B%22h%22%3A%22b,c%22%7D&q=SHOW+SERIES+WHERE+"
           "host=$h",
           200,
           "{\"results\":[{\"statement_id\":0,\"series\":[{\"columns\":["
           "\"key\"],\"values\":[[\"cpu,core=1,host=b\\\\,c\"]]}]}]}\n");
    expect(&scene, "GET", "/query?db=db&q=SHOW+SERIES+WHERE+host=$h", 400,
           "{\"error\":\"error parsing query: missing parameter: h\"}\n");
    expect(&scene, "GET", "/query?db=db&params=%5B1%5D&q=SHOW+SERIES", 400,
           "{\"error\":\"error parsing query parameters: json: cannot "
           "unmarshal array into Go value of type map[string]interface {}\"}"
           "\n");
}
END_TEST

START_TEST(refuses_options_that_make_no_sense)
{
    static const char *const settings[] = {"username = \"me\"", "path = \"\"",
                                           "max_queries = 0",
                                           "drop = \"delete\""};

    for (size_t i = 0; i < WEIR_COUNT(settings); i++) {
        const char *const all[] = {settings[i], NULL};
        struct weir_harness *report = NULL;
        ck_assert_int_eq(
            weir_harness_open(&influxql_LTX_weir_plugin, all, &report),
            -EINVAL);
        ck_assert_str_ne(weir_harness_why(NULL), "");
    }
}
END_TEST

SPEC("report influxql", tells_what_is_wrong_with_a_request,
     tells_it_in_csv_to_who_wants_that, takes_a_query_in_a_form,
     asks_who_comes_when_it_shall, answers_one_statement_after_the_other,
     names_what_it_does_not_do, refuses_what_is_more_than_may_wait,
     refuses_an_answer_that_is_too_large, sends_a_large_answer_whole,
     makes_a_database, warns_of_a_get_that_changes_something,
     lets_no_page_change_anything_by_get, hides_a_database_or_refuses_to,
     wants_to_know_the_database, binds_parameters,
     refuses_options_that_make_no_sense)
