/* show_test.c - what SHOW tells of series
 *
 * All answers here are those of influxd 1.6.7, but for its faults.
 */
#include <config.h>

#include "influxql.c"

#include "answer_spec.h"
#include "base.h"
#include "render.h"
#include "show.h"
#include "with.h"

/* A survey of three series of "m", for statements made by hand. */
static struct tag tags_1[] = {{"a", "1"}, {"host", "x"}};
static struct tag tags_2[] = {{"host", "x"}, {"z", "2"}};
static struct found found[] = {
    {"m", "f", "m_f", tags_1, 2},
    {"m", "g", "m_g", tags_1, 2},
    {"m", "f", "m_f", tags_2, 2},
};

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

SPEC("SHOW", shows_measurements, shows_keys_and_values_of_tags, shows_fields,
     shows_series, shows_values_of_the_keys_that_are_asked_for,
     shows_what_meets_a_condition, reads_from_the_database_that_a_source_names,
     refuses_a_list_that_is_too_large)
