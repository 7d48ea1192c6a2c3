/* api_test.c - what report api promises */
#include <config.h>

#include "api.c"

#include <inttypes.h>
#include <math.h>
#include <string.h>

#include <weir/harness.h>

#include "../reply/json.h"
#include "../reply/parameter.h"
#include "base.h"
#include "spec.h"

static struct weir_harness *
api_with(const char *const settings[])
{
    struct weir_harness *self = NULL;

    ck_assert_msg(weir_harness_open(&api_LTX_weir_plugin, settings, &self) == 0,
                  "%s", weir_harness_why(NULL));
    return self;
}

static const char form[] = "application/x-www-form-urlencoded";

/* Expects a status and the whole body. */
static void
expect(struct weir_harness *self, const char *path, int status,
       const char *body)
{
    weir_cleanup(weir_free) char *got = NULL;

    ck_assert_int_eq(weir_harness_request(self, "GET", path, NULL, NULL, &got),
                     status);
    ck_assert_str_eq(got, body);
}

static void
expect_data(struct weir_harness *self, const char *path, const char *data)
{
    char body[4096];

    (void)snprintf(body, sizeof(body), "{\"status\":\"success\",\"data\":%s}",
                   data);
    expect(self, path, 200, body);
}

/* Two series of three samples each, at 1, 2 and 3 seconds. */
static const char samples[] = "up{instance=\"a\",job=\"n\"} 1 1000000000\n"
                              "up{instance=\"a\",job=\"n\"} 0 2000000000\n"
                              "up{instance=\"a\",job=\"n\"} 1 3000000000\n"
                              "load{job=\"m\"} 0.25 1000000000\n"
                              "load{job=\"m\"} 0.5 2000000000\n"
                              "load{job=\"m\"} 1500000 3000000000\n";

START_TEST(writes_values_as_prometheus_does)
{
    static const struct {
        double value;
        const char *text;
    } cases[] = {
        {0, "\"0\""},
        {-0.0, "\"-0\""},
        {1500000, "\"1500000\""},
        {0.000001, "\"0.000001\""},
        {0.0000001, "\"1e-07\""},
        {1e21, "\"1e+21\""},
        {(double)INFINITY, "\"+Inf\""},
        {-(double)INFINITY, "\"-Inf\""},
        {(double)NAN, "\"NaN\""},
    };

    for (size_t i = 0; i < WEIR_COUNT(cases); i++) {
        struct json json = {0};
        json_value(&json, cases[i].value);
        json_bytes(&json, "", 1);
        ck_assert_str_eq(json.bytes, cases[i].text);
        json_fini(&json);
    }
}
END_TEST

START_TEST(writes_times_with_three_decimals_or_none)
{
    static const struct {
        int64_t time_ms;
        const char *text;
    } cases[] = {
        {0, "0"},       {1000, "1"},       {1500, "1.500"},
        {-1, "-0.001"}, {-1010, "-1.010"}, {1795371040174, "1795371040.174"},
    };

    for (size_t i = 0; i < WEIR_COUNT(cases); i++) {
        struct json json = {0};
        json_time(&json, cases[i].time_ms * NS_PER_MS);
        json_bytes(&json, "", 1);
        ck_assert_str_eq(json.bytes, cases[i].text);
        json_fini(&json);
    }
}
END_TEST

START_TEST(escapes_what_json_does_not_take)
{
    static const struct {
        const char *text, *json;
    } cases[] = {
        {"a\"b\\c", "\"a\\\"b\\\\c\""},
        {"\n\t\r\x01", "\"\\n\\t\\r\\u0001\""},
        {"Stra\xc3\x9f"
         "e",
         "\"Stra\xc3\x9f"
         "e\""},
        {"\xf0\x9f\x98\x80", "\"\xf0\x9f\x98\x80\""},
        {"a\xff"
         "b",
         "\"a\\ufffdb\""},
        {"\xed\xa0\x80", "\"\\ufffd\\ufffd\\ufffd\""},
        {"\xc3", "\"\\ufffd\""},
    };

    for (size_t i = 0; i < WEIR_COUNT(cases); i++) {
        struct json json = {0};
        json_text(&json, cases[i].text);
        json_bytes(&json, "", 1);
        ck_assert_str_eq(json.bytes, cases[i].json);
        json_fini(&json);
    }
}
END_TEST

START_TEST(tells_labels_and_their_values_sorted)
{
    weir_cleanup(weir_harness_destroy) struct weir_harness *api =
        api_with(NULL);

    weir_harness_answer(api, samples);
    expect_data(api, "/api/v1/labels", "[\"__name__\",\"instance\",\"job\"]");
    expect_data(api, "/api/v1/label/job/values", "[\"m\",\"n\"]");
    expect_data(api, "/api/v1/label/__name__/values", "[\"load\",\"up\"]");
    expect_data(api, "/api/v1/label/nosuch/values", "[]");
    expect_data(api, "/api/v1/labels?match[]=load", "[\"__name__\",\"job\"]");
}
END_TEST

START_TEST(tells_only_what_had_samples_in_the_time)
{
    weir_cleanup(weir_harness_destroy) struct weir_harness *api =
        api_with(NULL);

    weir_harness_answer(api, samples);
    expect_data(api, "/api/v1/labels?start=3&end=3",
                "[\"__name__\",\"instance\",\"job\"]");
    expect_data(api, "/api/v1/labels?start=3.001", "[]");
    expect_data(api, "/api/v1/labels?end=1970-01-01T00:00:00.9Z", "[]");
    expect_data(api, "/api/v1/label/job/values?end=1970-01-01T01:00:01%2B01:00",
                "[\"m\",\"n\"]");
}
END_TEST

START_TEST(tells_each_series_once)
{
    weir_cleanup(weir_harness_destroy) struct weir_harness *api =
        api_with(NULL);

    weir_harness_answer(api, samples);
    expect_data(api, "/api/v1/series?match[]=up&match[]={job=~%22n|m%22}",
                "[{\"__name__\":\"load\",\"job\":\"m\"},"
                "{\"__name__\":\"up\",\"instance\":\"a\",\"job\":\"n\"}]");
    expect_data(api, "/api/v1/series?match[]=nosuch", "[]");
}
END_TEST

START_TEST(warns_when_a_limit_leaves_something_out)
{
    weir_cleanup(weir_harness_destroy) struct weir_harness *api =
        api_with(NULL);

    weir_harness_answer(api, samples);
    expect(api, "/api/v1/label/job/values?limit=1", 200,
           "{\"status\":\"success\",\"data\":[\"m\"],"
           "\"warnings\":[\"results truncated due to limit\"]}");
    expect_data(api, "/api/v1/label/job/values?limit=2", "[\"m\",\"n\"]");
}
END_TEST

START_TEST(tells_the_metadata_of_metrics)
{
    weir_cleanup(weir_harness_destroy) struct weir_harness *api =
        api_with(NULL);

    weir_harness_answer(api, "a_total 1 1\nb 1 1\n");
    expect_data(api, "/api/v1/metadata",
                "{\"a_total\":[{\"type\":\"counter\",\"help\":\"\","
                "\"unit\":\"\"}],"
                "\"b\":[{\"type\":\"gauge\",\"help\":\"\",\"unit\":\"\"}]}");
    expect_data(api, "/api/v1/metadata?metric=b",
                "{\"b\":[{\"type\":\"gauge\",\"help\":\"\",\"unit\":\"\"}]}");
}
END_TEST

START_TEST(takes_what_a_form_says)
{
    weir_cleanup(weir_harness_destroy) struct weir_harness *api =
        api_with(NULL);
    const struct weir_label heads[] = {{"Content-Type", form}, {0}};
    weir_cleanup(weir_free) char *body = NULL;

    weir_harness_answer(api, samples);
    ck_assert_int_eq(weir_harness_request(api, "POST", "/api/v1/labels", heads,
                                          "match%5B%5D=load", &body),
                     200);
    ck_assert_str_eq(body, "{\"status\":\"success\","
                           "\"data\":[\"__name__\",\"job\"]}");
}
END_TEST

START_TEST(refuses_parameters_in_the_words_of_prometheus)
{
    static const struct {
        const char *path, *error;
    } cases[] = {
        {"query?query=up&time=noon",
         "invalid parameter \\\"time\\\": Invalid time value for 'time': "
         "cannot parse \\\"noon\\\" to a valid timestamp"},
        {"query_range?query=up&end=2&step=1",
         "invalid parameter \\\"start\\\": cannot parse \\\"\\\" to a valid "
         "timestamp"},
        {"query_range?query=up&start=3&end=2&step=1",
         "invalid parameter \\\"end\\\": end timestamp must not be before "
         "start "
         "time"},
        {"query_range?query=up&start=1&end=2&step=0",
         "invalid parameter \\\"step\\\": zero or negative query resolution "
         "step widths are not accepted. Try a positive integer"},
        {"query_range?query=up&start=1&end=2&step=1m1h",
         "invalid parameter \\\"step\\\": cannot parse \\\"1m1h\\\" to a valid "
         "duration"},
        {"query_range?query=up&start=0&end=11001&step=1",
         "exceeded maximum resolution of 11,000 points per timeseries. Try "
         "decreasing the query resolution (?step=XX)"},
        {"series", "no match[] parameter provided"},
        {"labels?match[]={a=%22%22}",
         "invalid parameter \\\"match[]\\\": match[] must contain at least one "
         "non-empty matcher"},
        {"labels?limit=-1",
         "invalid parameter \\\"limit\\\": limit must be non-negative"},
        {"format_query?query=rate(",
         "invalid parameter \\\"query\\\": 1:6: parse error: unclosed left "
         "parenthesis"},
    };
    weir_cleanup(weir_harness_destroy) struct weir_harness *api =
        api_with(NULL);

    for (size_t i = 0; i < WEIR_COUNT(cases); i++) {
        char path[256];
        char body[512];
        (void)snprintf(path, sizeof(path), "/api/v1/%s", cases[i].path);
        (void)snprintf(body, sizeof(body),
                       "{\"status\":\"error\",\"errorType\":\"bad_data\","
                       "\"error\":\"%s\"}",
                       cases[i].error);
        expect(api, path, 400, body);
    }
}
END_TEST

START_TEST(answers_questions_at_an_instant)
{
    static const struct {
        const char *query, *data;
    } cases[] = {
        {"up&time=3",
         "{\"resultType\":\"vector\",\"result\":[{\"metric\":{\"__name__\":"
         "\"up\",\"instance\":\"a\",\"job\":\"n\"},\"value\":[3,\"1\"]}]}"},
        {"sum%20by(job)({__name__!=%22%22})&time=2.5",
         "{\"resultType\":\"vector\",\"result\":[{\"metric\":{\"job\":\"m\"},"
         "\"value\":[2.500,\"0.5\"]},{\"metric\":{\"job\":\"n\"},\"value\":"
         "[2.500,\"0\"]}]}"},
        {"sum(load)&time=3",
         "{\"resultType\":\"vector\",\"result\":[{\"metric\":{},\"value\":[3,"
         "\"1500000\"]}]}"},
        {"1/0&time=4.5",
         "{\"resultType\":\"scalar\",\"result\":[4.5,\"+Inf\"]}"},
        {"%22a%22&time=5", "{\"resultType\":\"string\",\"result\":[5,\"a\"]}"},
        {"nosuch", "{\"resultType\":\"vector\",\"result\":[]}"},
        {"up[2s]&time=3",
         "{\"resultType\":\"matrix\",\"result\":[{\"metric\":{\"__name__\":"
         "\"up\",\"instance\":\"a\",\"job\":\"n\"},\"values\":[[2,\"0\"],"
         "[3,\"1\"]]}]}"},
    };
    weir_cleanup(weir_harness_destroy) struct weir_harness *api =
        api_with(NULL);

    weir_harness_answer(api, samples);
    for (size_t i = 0; i < WEIR_COUNT(cases); i++) {
        char path[256];
        (void)snprintf(path, sizeof(path), "/api/v1/query?query=%s",
                       cases[i].query);
        expect_data(api, path, cases[i].data);
    }
}
END_TEST

START_TEST(answers_questions_over_a_range)
{
    weir_cleanup(weir_harness_destroy) struct weir_harness *api =
        api_with(NULL);

    weir_harness_answer(api, samples);
    expect_data(api,
                "/api/v1/query_range?query={job!=%22%22}&start=1&end=2&step=1",
                "{\"resultType\":\"matrix\",\"result\":["
                "{\"metric\":{\"__name__\":\"load\",\"job\":\"m\"},"
                "\"values\":[[1,\"0.25\"],[2,\"0.5\"]]},"
                "{\"metric\":{\"__name__\":\"up\",\"instance\":\"a\",\"job\":"
                "\"n\"},\"values\":[[1,\"1\"],[2,\"0\"]]}]}");
    expect_data(api, "/api/v1/query_range?query=nosuch&start=1&end=2&step=1",
                "{\"resultType\":\"matrix\",\"result\":[]}");
}
END_TEST

START_TEST(tells_warnings_infos_and_limits_of_questions)
{
    weir_cleanup(weir_harness_destroy) struct weir_harness *api =
        api_with(NULL);

    weir_harness_answer(api, samples);
    expect(api, "/api/v1/query?query=rate(up[3s])&time=3", 200,
           "{\"status\":\"success\",\"data\":{\"resultType\":\"vector\","
           "\"result\":[{\"metric\":{\"instance\":\"a\",\"job\":\"n\"},"
           "\"value\":[3,\"0.5\"]}]},\"infos\":[\"PromQL info: metric might "
           "not be a counter, name does not end in _total/_sum/_count/_bucket: "
           "\\\"up\\\" (1:6)\"]}");
    expect(api, "/api/v1/query?query={job!=%22%22}&time=3&limit=1", 200,
           "{\"status\":\"success\",\"data\":{\"resultType\":\"vector\","
           "\"result\":[{\"metric\":{\"__name__\":\"load\",\"job\":\"m\"},"
           "\"value\":[3,\"1500000\"]}]},\"warnings\":[\"results truncated "
           "due to limit\"]}");
}
END_TEST

START_TEST(tells_a_question_that_is_wrong_from_one_that_fails)
{
    weir_cleanup(weir_harness_destroy) struct weir_harness *api =
        api_with(NULL);

    weir_harness_answer(api, "a{x=\"1\"} 1 1000000000\n"
                             "a{x=\"2\"} 1 1000000000\n");
    expect(api, "/api/v1/query?query=rate(", 400,
           "{\"status\":\"error\",\"errorType\":\"bad_data\",\"error\":"
           "\"invalid parameter \\\"query\\\": 1:6: parse error: unclosed "
           "left parenthesis\"}");
    expect(api, "/api/v1/query?query=a%2Bon()a&time=1", 422,
           "{\"status\":\"error\",\"errorType\":\"execution\",\"error\":"
           "\"found duplicate series for the match group {} on the right "
           "hand-side of the operation: [{__name__=\\\"a\\\", x=\\\"2\\\"}, "
           "{__name__=\\\"a\\\", x=\\\"1\\\"}];many-to-many matching not "
           "allowed: matching labels must be unique on one side\"}");
}
END_TEST

START_TEST(formats_a_question)
{
    weir_cleanup(weir_harness_destroy) struct weir_harness *api =
        api_with(NULL);

    expect_data(api, "/api/v1/format_query?query=sum(up)by(job)",
                "\"sum by (job) (up)\"");
}
END_TEST

START_TEST(answers_empty_what_weir_does_not_have)
{
    weir_cleanup(weir_harness_destroy) struct weir_harness *api =
        api_with(NULL);

    expect_data(api, "/api/v1/rules", "{\"groups\":[]}");
    expect_data(api, "/api/v1/alerts", "{\"alerts\":[]}");
    expect_data(api, "/api/v1/query_exemplars?query=up", "[]");
    expect_data(api, "/api/v1/status/flags", "{}");
}
END_TEST

/* Gives the series of a target at a:1 and those of another job; 'reason' is a
 * label, or "". */
static void
give_target(struct weir_harness *api, const char *reason)
{
    static const char at[] = "instance=\"a:1\",job=\"j\",x=\"y\"";
    int64_t now_ns = clock_wall_ms();
    char text[2048];

    (void)snprintf(
        text, sizeof(text),
        "scrape_duration_seconds{%s} 0.25 %" PRId64 "\n"
        "scrape_target_info{instance=\"a:1\",job=\"j\",%s"
        "scrape_interval=\"15s\",scrape_pool=\"p\",scrape_timeout=\"10s\","
        "scrape_url=\"http://a:1/m?q=1\",x=\"y\"} 1 %" PRId64 "\n"
        "up{%s} %d %" PRId64 "\n"
        "up{job=\"other\"} 1 %" PRId64 "\n",
        at, now_ns, reason, now_ns, at, !*reason, now_ns, now_ns);
    weir_harness_answer(api, text);
}

static void
expect_part(struct weir_harness *self, const char *path, const char *part)
{
    weir_cleanup(weir_free) char *got = NULL;

    ck_assert_int_eq(weir_harness_request(self, "GET", path, NULL, NULL, &got),
                     200);
    ck_assert_msg(strstr(got, part) != NULL, "%s", got);
}

START_TEST(puts_targets_together_from_their_series)
{
    static const char path[] = "/api/v1/targets";
    static const char none[] = "{\"activeTargets\":[],\"droppedTargets\":[],"
                               "\"droppedTargetCounts\":{}}";
    weir_cleanup(weir_harness_destroy) struct weir_harness *api =
        api_with(NULL);

    give_target(api, "");
    expect_part(api, path,
                "{\"activeTargets\":[{\"discoveredLabels\":{"
                "\"__address__\":\"a:1\",\"__metrics_path__\":\"/m\","
                "\"__scheme__\":\"http\",\"__scrape_interval__\":\"15s\","
                "\"__scrape_timeout__\":\"10s\",\"job\":\"j\"},"
                "\"labels\":{\"instance\":\"a:1\",\"job\":\"j\",\"x\":\"y\"},"
                "\"scrapePool\":\"p\",\"scrapeUrl\":\"http://a:1/m?q=1\","
                "\"globalUrl\":\"http://a:1/m?q=1\",\"lastError\":\"\","
                "\"lastScrape\":\"2");
    expect_part(api, path,
                "Z\",\"lastScrapeDuration\":0.25,\"health\":\"up\","
                "\"scrapeInterval\":\"15s\",\"scrapeTimeout\":\"10s\"}],"
                "\"droppedTargets\":[],\"droppedTargetCounts\":{}}");
    expect_part(api, "/api/v1/targets?scrapePool=p&state=active", "a:1");
    expect_data(api, "/api/v1/targets?scrapePool=q", none);
    expect_data(api, "/api/v1/targets?state=dropped", none);
    give_target(api, "reason=\"it is ill\",");
    expect_part(api, path, "\"lastError\":\"it is ill\"");
    expect_part(api, path, "\"health\":\"down\"");
}
END_TEST

START_TEST(refuses_an_answer_that_is_too_large)
{
    static const char *const settings[] = {"max_answer = 1K", NULL};
    weir_cleanup(weir_harness_destroy) struct weir_harness *api =
        api_with(settings);
    char text[2048];

    (void)snprintf(text, sizeof(text), "up{job=\"%01500d\"} 1 1000000000\n", 7);
    weir_harness_answer(api, text);
    expect_data(api, "/api/v1/labels", "[\"__name__\",\"job\"]");
    expect(api, "/api/v1/label/job/values", 422,
           "{\"status\":\"error\",\"errorType\":\"execution\","
           "\"error\":\"the answer is larger than max_answer\"}");
}
END_TEST

START_TEST(summarises_as_json)
{
    weir_cleanup(weir_harness_destroy) struct weir_harness *api =
        api_with(NULL);

    weir_harness_answer(api, samples);
    expect_data(
        api, "/api/v1/summary?match[]=up&start=1.5&end=3.5",
        "{\"start\":1.500,\"end\":3.500,\"result\":[{\"metric\":{\"__name__\":"
        "\"up\",\"instance\":\"a\",\"job\":\"n\"},\"count\":2,\"last\":1,"
        "\"avg\":0.5,\"max\":1,\"min\":0,\"avg_rate\":-0.25,\"max_rate\":0,"
        "\"min_rate\":-0.5,\"avg_rate_percent\":-25,\"max_rate_percent\":0,"
        "\"min_rate_percent\":-50,\"slope_avg\":1,\"slope_max\":1,"
        "\"slope_min\":1}]}");
}
END_TEST

START_TEST(summarises_as_a_table_or_for_spreadsheets)
{
    weir_cleanup(weir_harness_destroy) struct weir_harness *api =
        api_with(NULL);

    weir_harness_answer(api, samples);
    expect(api, "/api/v1/summary?match[]=load&end=3&window=2s&format=text", 200,
           "SERIES            LAST     AVG      MAX  MIN    AVG/s    MAX/s    "
           "MIN/s\n"
           "load{job=\"m\"}  1.5e+06  750000  1.5e+06  0.5  1.5e+06  1.5e+06  "
           "1.5e+06\n");
    expect(api, "/api/v1/summary?match[]=load&end=3&window=2s&format=csv", 200,
           "series,count,last,avg,max,min,avg_rate,max_rate,min_rate,"
           "avg_rate_percent,max_rate_percent,min_rate_percent,slope_avg,"
           "slope_max,slope_min\r\n"
           "\"load{job=\"\"m\"\"}\",2,1500000,750000.25,1500000,0.5,"
           "375000,749999.875,0.125,150000000,299999950,50,1499999.5,"
           "1499999.5,1499999.5\r\n");
}
END_TEST

SPEC("report api", writes_values_as_prometheus_does,
     writes_times_with_three_decimals_or_none, escapes_what_json_does_not_take,
     tells_labels_and_their_values_sorted,
     tells_only_what_had_samples_in_the_time, tells_each_series_once,
     warns_when_a_limit_leaves_something_out, tells_the_metadata_of_metrics,
     takes_what_a_form_says, refuses_parameters_in_the_words_of_prometheus,
     answers_questions_at_an_instant, answers_questions_over_a_range,
     tells_warnings_infos_and_limits_of_questions,
     tells_a_question_that_is_wrong_from_one_that_fails, formats_a_question,
     answers_empty_what_weir_does_not_have,
     puts_targets_together_from_their_series,
     refuses_an_answer_that_is_too_large, summarises_as_json,
     summarises_as_a_table_or_for_spreadsheets)
