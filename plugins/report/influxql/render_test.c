/* render_test.c - how answers are written
 *
 * All answers here are those of influxd 1.6.7, but for its faults.
 */
#include <config.h>

#include "influxql.c"

#include <math.h>

#include "answer_spec.h"
#include "base.h"
#include "indent.h"
#include "numeral.h"
#include "render.h"
#include "show.h"

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

SPEC("answers of report influxql", writes_times_as_epoch_says, writes_chunks,
     calls_a_result_partial_while_series_follow, writes_tables,
     writes_every_kind_of_value_as_go_does, writes_numbers_as_go_does,
     writes_what_json_can_not_have_as_null, writes_for_people_when_asked)
