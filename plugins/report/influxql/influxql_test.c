/* influxql_test.c - what report influxql promises, but for what SELECT does
 *
 * All answers here are those of influxd 1.6.7, but for its faults.
 */
#include <config.h>

#include "influxql.c"

#include <math.h>

#include "base.h"
#include "indent.h"
#include "influxql_spec.h"
#include "numeral.h"
#include "render.h"
#include "show.h"
#include "spec.h"
#include "with.h"

static const char samples[] =
    "cpu_idle{core=\"0\",db=\"db\",host=\"a\"} 1.5 1000000000\n"
    "cpu_idle{core=\"0\",db=\"db\",host=\"a\"} 2.5 2000000000\n"
    "cpu_user{core=\"0\",db=\"db\",host=\"a\"} 7 1000000000\n"
    "cpu_idle{core=\"1\",db=\"db\",host=\"b,c\"} 3.5 3000000000\n"
    "U__disk_20_usage{db=\"db\"} 1 1000000000\n"
    "mem_free{db=\"db\",host=\"a\"} 1 1000000000\n";

/* A survey of three series of "m", for statements made by hand. */
static struct tag tags_1[] = {{"a", "1"}, {"host", "x"}};
static struct tag tags_2[] = {{"host", "x"}, {"z", "2"}};
static struct found found[] = {
    {"m", "f", "m_f", tags_1, 2},
    {"m", "g", "m_g", tags_1, 2},
    {"m", "f", "m_f", tags_2, 2},
};

static void
expect_text(int status, int wanted_status, const char *text, const char *wanted)
{
    ck_assert_msg(status == wanted_status, "%d: %s", status, text);
    ck_assert_str_eq(text, wanted);
}

static void
expect(struct scene *scene, const char *method, const char *target, int status,
       const char *answer)
{
    weir_cleanup(weir_free) char *text = NULL;

    int rc =
        weir_harness_request(scene->report, method, target, NULL, NULL, &text);
    expect_text(rc, status, text, answer);
}

/* What a GET with one header answers. */
static void
expect_head(struct scene *scene, const struct weir_label *head,
            const char *target, int status, const char *answer)
{
    const struct weir_label heads[] = {*head, {0}};
    weir_cleanup(weir_free) char *text = NULL;

    int rc =
        weir_harness_request(scene->report, "GET", target, heads, NULL, &text);
    expect_text(rc, status, text, answer);
}

static void
expect_csv(struct scene *scene, const char *target, int status,
           const char *answer)
{
    static const struct weir_label heads[] = {{"Accept", "application/csv"},
                                              {"Accept", "text/csv"}};

    for (size_t i = 0; i < WEIR_COUNT(heads); i++)
        expect_head(scene, &heads[i], target, status, answer);
}

/* What a statement about the database answers, between "statement_id" and the
 * end. */
static void
expect_result(struct scene *scene, const char *query, const char *answer)
{
    char target[512], whole[2048];

    (void)snprintf(target, sizeof(target), "/query?db=db&q=%s", query);
    (void)snprintf(whole, sizeof(whole),
                   "{\"results\":[{\"statement_id\":0%s}]}\n", answer);
    expect(scene, "POST", target, 200, whole);
}

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

    ck_assert_int_eq(weir_harness_request(scene.report, "POST", "/query", heads,
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

    struct influxql *self = weir_harness_self(scene.report);
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
        ck_assert_int_eq(weir_harness_request(scene.report, "GET", target, NULL,
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
        weir_harness_request(scene.report, "GET", target, NULL, NULL, &text),
        200);
    ck_assert_uint_gt(strlen(text), STATEMENTS * NAMES * 200);
    static const char end[] = "999\"]]}]}]}\n";
    ck_assert_str_eq(text + strlen(text) - strlen(end), end);
}
END_TEST

START_TEST(refuses_a_list_that_is_too_large)
{
    const struct survey survey = {.found = found, .count = 3};
    struct statement what = {.kind = STATEMENT_SHOW_SERIES};
    struct result result = {0};

    show_survey(&what, &survey, 100, &result);
    ck_assert_str_eq(result.error, "the answer is larger than max_answer");
    result_fini(&result);
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

/* Series ------------------------------------------------------------------- */

START_TEST(shows_measurements)
{
    SCENE("");

    expect_result(
        &scene, "SHOW+MEASUREMENTS",
        ",\"series\":[{\"name\":\"measurements\",\"columns\":[\"name\"],"
        "\"values\":[[\"cpu\"],[\"disk usage\"],[\"mem\"]]}]");
    expect_result(
        &scene, "SHOW+MEASUREMENTS+LIMIT+1+OFFSET+1",
        ",\"series\":[{\"name\":\"measurements\",\"columns\":[\"name\"],"
        "\"values\":[[\"disk usage\"]]}]");
    expect_result(&scene, "SHOW+MEASUREMENTS+OFFSET+3", "");
}
END_TEST

START_TEST(shows_keys_and_values_of_tags)
{
    SCENE("");

    expect_result(
        &scene, "SHOW+TAG+KEYS",
        ",\"series\":[{\"name\":\"cpu\",\"columns\":[\"tagKey\"],\"values\":["
        "[\"core\"],[\"host\"]]},{\"name\":\"mem\",\"columns\":[\"tagKey\"],"
        "\"values\":[[\"host\"]]}]");
    expect_result(
        &scene, "SHOW+TAG+KEYS+OFFSET+1",
        ",\"series\":[{\"name\":\"cpu\",\"columns\":[\"tagKey\"],\"values\":["
        "[\"host\"]]}]");
}
END_TEST

START_TEST(shows_fields)
{
    SCENE("");

    expect_result(
        &scene, "SHOW+FIELD+KEYS",
        ",\"series\":[{\"name\":\"cpu\",\"columns\":[\"fieldKey\","
        "\"fieldType\"],\"values\":[[\"idle\",\"float\"],[\"user\",\"float\"]]}"
        ",{\"name\":\"disk usage\",\"columns\":[\"fieldKey\",\"fieldType\"],"
        "\"values\":[[\"value\",\"float\"]]},{\"name\":\"mem\",\"columns\":["
        "\"fieldKey\",\"fieldType\"],\"values\":[[\"free\",\"float\"]]}]");
}
END_TEST

START_TEST(shows_series)
{
    SCENE("");

    expect_result(&scene, "SHOW+SERIES",
                  ",\"series\":[{\"columns\":[\"key\"],\"values\":[["
                  "\"cpu,core=0,host=a\"],[\"cpu,core=1,host=b\\\\,c\"],["
                  "\"disk\\\\ usage\"],[\"mem,host=a\"]]}]");
    expect_result(&scene, "SHOW+SERIES+LIMIT+2+OFFSET+1",
                  ",\"series\":[{\"columns\":[\"key\"],\"values\":[["
                  "\"cpu,core=1,host=b\\\\,c\"],[\"disk\\\\ usage\"]]}]");
}
END_TEST

/* Expects the values of SHOW TAG VALUES with a condition on its key, in CSV. */
static void
expect_with(struct node *with, const char *table)
{
    const struct survey survey = {.found = found, .count = 3};
    const struct statement what = {.kind = STATEMENT_SHOW_TAG_VALUES,
                                   .with = with};
    struct result result = {0};
    struct render render = {.csv = true};

    show_survey(&what, &survey, 10000, &result);
    render_result(&render, 0, &result, RENDER_BY_SERIES);
    json_bytes(&render.text, "", 1);
    ck_assert_str_eq(render.text.bytes, table);
    render_fini(&render);
    result_fini(&result);
}

START_TEST(shows_values_of_the_keys_that_are_asked_for)
{
    struct node key = {.kind = NODE_NAME, .text = "_tagKey"};
    struct node a = {.kind = NODE_TEXT, .text = "a"};
    struct node z = {.kind = NODE_TEXT, .text = "z"};
    struct node pattern = {.kind = NODE_PATTERN, .text = "^h|z"};
    struct node bad = {.kind = NODE_PATTERN, .text = "("};
    struct node is = {
        .kind = NODE_BINARY, .op = OP_EQUAL, .left = &key, .right = &a};
    struct node is_z = {
        .kind = NODE_BINARY, .op = OP_EQUAL, .left = &key, .right = &z};
    struct node either = {
        .kind = NODE_BINARY, .op = OP_OR, .left = &is, .right = &is_z};

    expect_with(&is, "name,tags,key,value\nm,,a,1\n");
    expect_with(&either, "name,tags,key,value\nm,,a,1\nm,,z,2\n");
    is.op = OP_NOT_EQUAL;
    expect_with(&is, "name,tags,key,value\nm,,host,x\nm,,z,2\n");
    is.right = &pattern;
    is.op = OP_LIKE;
    expect_with(&is, "name,tags,key,value\nm,,host,x\nm,,z,2\n");
    is.op = OP_NOT_LIKE;
    expect_with(&is, "name,tags,key,value\nm,,a,1\n");
    is.right = &bad;
    struct with with;
    char why[WHERE_WHY_SIZE] = "";
    ck_assert_int_eq(with_init(&with, &is, why), -EINVAL);
    ck_assert_str_ne(why, "");
    with_fini(&with);
}
END_TEST

START_TEST(shows_what_meets_a_condition)
{
    SCENE("");

    expect_result(&scene, "SHOW+SERIES+FROM+cpu+WHERE+core!='0'",
                  ",\"series\":[{\"columns\":[\"key\"],\"values\":[["
                  "\"cpu,core=1,host=b\\\\,c\"]]}]");
    expect_result(
        &scene, "SHOW+MEASUREMENTS+WHERE+host='a'+AND+core=''",
        ",\"series\":[{\"name\":\"measurements\",\"columns\":[\"name\"],"
        "\"values\":[[\"mem\"]]}]");
    expect_result(&scene, "SHOW+SERIES+WHERE+(core=''+OR+idle%3E1)",
                  ",\"error\":\"invalid tag comparison operator\"");
    expect_result(&scene, "SHOW+SERIES+WHERE+host",
                  ",\"error\":\"invalid condition expression: host\"");
    expect_result(&scene, "SHOW+MEASUREMENTS+WHERE+time%3E0",
                  ",\"error\":\"SHOW MEASUREMENTS doesn't support time in "
                  "WHERE clause\"");
    expect_result(&scene, "SHOW+SERIES+WHERE+time%3Enow()", "");
}
END_TEST

START_TEST(reads_from_the_database_that_a_source_names)
{
    static const char rows[] =
        "{\"results\":[{\"statement_id\":0,\"series\":[{\"name\":\"mem\","
        "\"columns\":[\"time\",\"free\"],\"values\":[[1,1]]}]}]}\n";
    SCENE("");

    expect_result(&scene, "CREATE+DATABASE+b", "");
    expect(&scene, "GET", "/query?epoch=s&q=SELECT+free+FROM+db..mem", 200,
           rows);
    expect(&scene, "GET", "/query?epoch=s&db=b&q=SELECT+free+FROM+db..mem", 200,
           rows);
    expect_result(&scene, "SELECT+free+FROM+mem,b..mem",
                  ",\"error\":\"reading from several databases at once "
                  "is not supported by weir\"");
    expect(&scene, "GET", "/query?q=SHOW+SERIES+FROM+db..mem", 200,
           "{\"results\":[{\"statement_id\":0,\"series\":[{\"columns\":["
           "\"key\"],\"values\":[[\"mem,host=a\"]]}]}]}\n");
    expect_result(&scene, "SHOW+FIELD+KEYS+FROM+c..mem",
                  ",\"error\":\"database not found: c\"");
    expect_result(&scene, "SELECT+free+FROM+c..mem",
                  ",\"error\":\"database not found: c\"");
    expect_result(&scene, "SELECT+1+FROM+mem",
                  ",\"error\":\"field must contain at least one variable\"");
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

/* How answers are written -------------------------------------------------- */

START_TEST(writes_times_as_epoch_says)
{
    static const struct {
        const char *words, *times;
    } cases[] = {
        {"", "\"1970-01-01T00:00:01Z\",1.5],[\"1970-01-01T00:00:02Z\",2.5],["
             "\"1970-01-01T00:00:03Z\",3.5"},
        {"&epoch=ns", "1000000000,1.5],[2000000000,2.5],[3000000000,3.5"},
        {"&epoch=u", "1000000,1.5],[2000000,2.5],[3000000,3.5"},
        {"&epoch=ms", "1000,1.5],[2000,2.5],[3000,3.5"},
        {"&epoch=s", "1,1.5],[2,2.5],[3,3.5"},
        {"&epoch=m", "0,1.5],[0,2.5],[0,3.5"},
        {"&epoch=h", "0,1.5],[0,2.5],[0,3.5"},
        {"&epoch=x", "1000000000,1.5],[2000000000,2.5],[3000000000,3.5"},
    };
    SCENE("");

    for (size_t i = 0; i < WEIR_COUNT(cases); i++) {
        char query[64], answer[256];
        (void)snprintf(query, sizeof(query), "SELECT+idle+FROM+cpu%s",
                       cases[i].words);
        (void)snprintf(
            answer, sizeof(answer),
            ",\"series\":[{\"name\":\"cpu\",\"columns\":[\"time\",\"idle\"],"
            "\"values\":[[%s]]}]",
            cases[i].times);
        expect_result(&scene, query, answer);
    }
}
END_TEST

#define HEAD(nth) "{\"results\":[{\"statement_id\":" nth ",\"series\":["
#define IDLE      "{\"name\":\"cpu\",\"columns\":[\"time\",\"idle\"],\"values\":["

START_TEST(writes_chunks)
{
    SCENE("");

    expect(&scene, "GET",
           "/query?db=db&epoch=s&chunked=true&chunk_size=2&q=SELECT+idle+FROM+"
           "cpu%3BSHOW+TAG+KEYS%3BSHOW+SERIES+ON+no%3BSHOW+DATABASES",
           200,
           HEAD("0") IDLE "[1,1.5],[2,2.5]],\"partial\":true}],\"partial\":"
                          "true}]}\n" HEAD("0") IDLE "[3,3.5]]}]}]}\n" HEAD(
                              "1") "{\"name\":\"cpu\",\"columns\":[\"tagKey\"],"
                                   "\"values\":[[\"core\"],["
                                   "\"host\"]]}]}]}\n" HEAD(
                                       "1") "{\"name\":\"mem\",\"columns\":["
                                            "\"tagKey\"],\"values\":[[\"host\"]"
                                            "]}]}]}\n{\"results\":[{"
                                            "\"statement_id\":2,\"error\":"
                                            "\"database not found: no\"}]}\n{"
                                            "\"results\":[{\"statement_id\":3,"
                                            "\"error\":\"not executed\"}]}\n");
    expect(&scene, "GET",
           "/query?db=db&epoch=s&chunked=true&chunk_size=x&q=SELECT+idle+FROM+"
           "cpu",
           200, HEAD("0") IDLE "[1,1.5],[2,2.5],[3,3.5]]}]}]}\n");
    expect(&scene, "GET", "/query?db=db&chunked=true&q=%3B", 200, "");
}
END_TEST

START_TEST(calls_a_result_partial_while_series_follow)
{
    SCENE("");

    expect(&scene, "GET",
           "/query?db=db&chunked=true&chunk_size=9&q=SHOW+FIELD+KEYS+LIMIT+1",
           200,
           HEAD("0") "{\"name\":\"cpu\",\"columns\":[\"fieldKey\","
                     "\"fieldType\"],\"values\":[[\"idle\",\"float\"]]}],"
                     "\"partial\":true"
                     "}]}\n" HEAD(
                         "0") "{\"name\":\"disk usage\",\"columns\":["
                              "\"fieldKey\",\"fieldType\"],\"values\":[["
                              "\"value\",\"float\"]]}],"
                              "\"partial\":true}]}\n" HEAD(
                                  "0") "{\"name\":\"mem\",\"columns\":["
                                       "\"fieldKey\",\"fieldType\"],\"values\":"
                                       "[[\"free\",\"float\"]]}]}]}"
                                       "\n");
}
END_TEST

START_TEST(writes_tables)
{
    SCENE("");

    expect_csv(&scene,
               "/query?db=db&q=SELECT+idle+FROM+cpu%3BCREATE+DATABASE+db%3B"
               "SHOW+SERIES",
               200,
               "name,tags,time,idle\ncpu,,1000000000,1.5\ncpu,,2000000000,2.5"
               "\ncpu,,3000000000,3.5\n\nname,tags,key\n,,\"cpu,core=0,host=a"
               "\"\n,,\"cpu,core=1,host=b\\,c\"\n,,disk\\ usage\n,,\"mem,host"
               "=a\"\n");
    expect_csv(&scene, "/query?db=db&epoch=s&q=SELECT+idle+FROM+cpu", 200,
               "name,tags,time,idle\ncpu,,1,1.5\ncpu,,2,2.5\ncpu,,3,3.5\n");
}
END_TEST

/* What a result with a value of each kind is in 'render'. */
static void
expect_rendered(struct render *render, const char *text)
{
    static const struct tag tags[] = {
        {"empty", ""}, {"host", "x,y z="}, {"path", "<a>&\"q\""}};
    static const char *const columns[] = {"time", "\"fr\"ee\"", "text",
                                          "yes",  "whole",      "none"};
    struct result result = {0};
    struct rows *rows = result_add(&result, "m", tags, 3, columns, 6);
    struct value *values = rows_add(&result, rows);

    values[0] = (struct value){.kind = VALUE_TIME, .whole = 1500000001};
    values[1] = (struct value){.kind = VALUE_NUMBER, .number = 1e-7};
    values[2] = (struct value){
        .kind = VALUE_TEXT,
        .text = result_text(&result, "a\b\f\n\x01\\b<\xe2\x80\xa8\xff")};
    values[3] = (struct value){.kind = VALUE_BOOLEAN, .whole = 1};
    values[4] = (struct value){.kind = VALUE_WHOLE, .whole = -7};
    render_result(render, 0, &result, RENDER_BY_ROWS);
    render_end(render);
    json_bytes(&render->text, "", 1);
    ck_assert_str_eq(render->text.bytes, text);
    render_fini(render);
    result_fini(&result);
}

START_TEST(writes_every_kind_of_value_as_go_does)
{
    expect_rendered(
        &(struct render){0},
        "{\"results\":[{\"statement_id\":0,\"series\":[{\"name\":\"m\",\"tags\""
        ":{\"empty\":\"\",\"host\":\"x,y z=\",\"path\":\"\\u003ca\\u003e\\u0026"
        "\\\"q\\\"\"},\"columns\":[\"time\",\"\\\"fr\\\"ee\\\"\",\"text\","
        "\"yes\",\"whole\",\"none\"],\"values\":[[\"1970-01-01T00:00:01."
        "500000001Z\",1e-7,\"a\\u0008\\u000c\\n\\u0001\\\\b\\u003c\\u2028"
        "\\ufffd\",true,-7,null]]}]}]}\n");
    expect_rendered(&(struct render){.csv = true},
                    "name,tags,time,\"\"\"fr\"\"ee\"\"\",text,yes,whole,none\n"
                    "m,\"host=x\\,y\\ z\\=,path=<a>&\"\"q\"\"\",1500000001,"
                    "0.0000001,\"a\b\f\n\x01\\b<\xe2\x80\xa8\xff\",true,-7,\n");
}
END_TEST

START_TEST(writes_numbers_as_go_does)
{
    static const struct {
        double number;
        const char *json, *plain;
    } cases[] = {
        {0, "0", "0"},
        {-0.0, "-0", "-0"},
        {1.5, "1.5", "1.5"},
        {123456789012, "123456789012", "123456789012"},
        {1e20, "100000000000000000000", "100000000000000000000"},
        {1e21, "1e+21", "1000000000000000000000"},
        {-1.25e+22, "-1.25e+22", "-12500000000000000000000"},
        {0.000001, "0.000001", "0.000001"},
        {1e-7, "1e-7", "0.0000001"},
        {-1.5e-7, "-1.5e-7", "-0.00000015"},
        {1e-10, "1e-10", "0.0000000001"},
        {0.1 + 0.2, "0.30000000000000004", "0.30000000000000004"},
    };
    char text[NUMERAL_SIZE];

    for (size_t i = 0; i < WEIR_COUNT(cases); i++) {
        ck_assert_uint_eq(numeral_json(cases[i].number, text),
                          strlen(cases[i].json));
        ck_assert_str_eq(text, cases[i].json);
        ck_assert_uint_eq(numeral_plain(cases[i].number, text),
                          strlen(cases[i].plain));
        ck_assert_str_eq(text, cases[i].plain);
    }
    ck_assert_uint_eq(numeral_plain(-5e-324, text), 327);
    ck_assert_uint_eq(numeral_plain(-1.7976931348623157e308, text), 310);
}
END_TEST

START_TEST(writes_what_json_can_not_have_as_null)
{
    static const char *const columns[] = {"v"};
    struct result result = {0};
    struct render render = {0};
    struct rows *rows = result_add(&result, NULL, NULL, 0, columns, 1);

    rows_add(&result, rows)[0] =
        (struct value){.kind = VALUE_NUMBER, .number = HUGE_VAL};
    rows_add(&result, rows)[0] =
        (struct value){.kind = VALUE_NUMBER, .number = (double)NAN};
    render_result(&render, 4, &result, RENDER_BY_ROWS);
    json_bytes(&render.text, "", 1);
    ck_assert_str_eq(render.text.bytes,
                     "{\"results\":[{\"statement_id\":4,\"series\":[{"
                     "\"columns\":[\"v\"],\"values\":[[null],[null]]}]}");
    render_fini(&render);
    result_fini(&result);
}
END_TEST

START_TEST(writes_for_people_when_asked)
{
    SCENE("");

    expect(&scene, "GET", "/query?pretty=true&q=SHOW+DATABASES%3BSHOW+SERIES",
           200,
           "{\n    \"results\": [\n        {\n            \"statement_id\": 0,"
           "\n            \"series\": [\n                {\n"
           "                    \"name\": \"databases\",\n"
           "                    \"columns\": [\n"
           "                        \"name\"\n                    ],\n"
           "                    \"values\": [\n                        [\n"
           "                            \"db\"\n                        ]\n"
           "                    ]\n                }\n            ]\n"
           "        },\n        {\n            \"statement_id\": 1,\n"
           "            \"error\": \"database name required\"\n        }\n"
           "    ]\n}\n");
    expect(&scene, "GET", "/query?pretty=true&q=%3B", 200, "{}\n");
    expect(&scene, "GET", "/query?pretty=true", 400,
           "{\n    \"error\": \"missing required parameter \\\"q\\\"\"\n}\n");
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
     refuses_a_list_that_is_too_large, makes_a_database,
     warns_of_a_get_that_changes_something, lets_no_page_change_anything_by_get,
     hides_a_database_or_refuses_to, wants_to_know_the_database,
     shows_measurements, shows_keys_and_values_of_tags, shows_fields,
     shows_series, shows_values_of_the_keys_that_are_asked_for,
     shows_what_meets_a_condition, reads_from_the_database_that_a_source_names,
     binds_parameters, writes_times_as_epoch_says, writes_chunks,
     calls_a_result_partial_while_series_follow, writes_tables,
     writes_every_kind_of_value_as_go_does, writes_numbers_as_go_does,
     writes_what_json_can_not_have_as_null, writes_for_people_when_asked,
     refuses_options_that_make_no_sense)
