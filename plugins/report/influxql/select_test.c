/* select_test.c - what a SELECT gives; the answers are those of influxd 1.6.7
 */
#include <config.h>

#include "influxql.c"

#include "base.h"
#include "influxql_spec.h"

static const char samples[] = "cpu_usage{db=\"db\",host=\"a\"} 1 1000000000\n"
                              "cpu_usage{db=\"db\",host=\"a\"} 2 2000000000\n"
                              "cpu_usage{db=\"db\",host=\"a\"} 4 3000000000\n"
                              "cpu_idle{db=\"db\",host=\"a\"} 9 1000000000\n"
                              "cpu_idle{db=\"db\",host=\"a\"} 8 2000000000\n"
                              "cpu_usage{db=\"db\",host=\"b\"} 10 1000000000\n"
                              "cpu_usage{db=\"db\",host=\"b\"} 7 2500000000\n"
                              "cpu_idle{db=\"db\",host=\"b\"} 0 1000000000\n"
                              "cpu_idle{db=\"db\",host=\"b\"} 3 2500000000\n"
                              "mem{db=\"db\"} 5 1000000000\n"
                              "mem{db=\"db\"} 6 61000000000\n";

struct question {
    const char *text;
    const char *answer; /* as CSV */
};

/* Writes a text as a part of an address. */
static void
encode(const char *text, char *out)
{
    for (; *text; text++)
        out += sprintf(out, "%%%02x", (unsigned char)*text);
}

static void
expect_all(const struct question *questions, size_t count)
{
    static const struct weir_label heads[] = {{"Accept", "application/csv"},
                                              {0}};
    SCENE("");

    for (size_t i = 0; i < count; i++) {
        weir_cleanup(weir_free) char *body = NULL;
        char path[2048] = "/query?db=db&epoch=ns&q=";
        encode(questions[i].text, path + strlen(path));
        int status =
            weir_harness_request(scene.plugin, "GET", path, heads, NULL, &body);
        ck_assert_int_eq(status, 200);
        ck_assert_msg(strcmp(body, questions[i].answer) == 0,
                      "%s\ngives: %s\nnot:   %s", questions[i].text, body,
                      questions[i].answer);
    }
}

START_TEST(gives_points_as_they_are)
{
    static const struct question questions[] = {
        {"SELECT * FROM cpu", "name,tags,time,host,idle,usage\n"
                              "cpu,,1000000000,a,9,1\n"
                              "cpu,,1000000000,b,0,10\n"
                              "cpu,,2000000000,a,8,2\n"
                              "cpu,,2500000000,b,3,7\n"
                              "cpu,,3000000000,a,,4\n"},
        {"SELECT usage FROM cpu WHERE host = 'a'", "name,tags,time,usage\n"
                                                   "cpu,,1000000000,1\n"
                                                   "cpu,,2000000000,2\n"
                                                   "cpu,,3000000000,4\n"},
        {"SELECT usage, host FROM cpu LIMIT 2", "name,tags,time,usage,host\n"
                                                "cpu,,1000000000,1,a\n"
                                                "cpu,,1000000000,10,b\n"},
        {"SELECT usage + idle, usage * 2 AS twice FROM cpu WHERE host = 'b'",
         "name,tags,time,usage_idle,twice\n"
         "cpu,,1000000000,10,20\n"
         "cpu,,2500000000,10,14\n"},
        {"SELECT usage % 3, -usage, usage / 0 FROM cpu WHERE host = 'b'",
         "name,tags,time,usage,usage_1,usage_2\n"
         "cpu,,1000000000,1,-10,0\n"
         "cpu,,2500000000,1,-7,0\n"},
        {"SELECT usage FROM cpu GROUP BY host", "name,tags,time,usage\n"
                                                "cpu,host=a,1000000000,1\n"
                                                "cpu,host=a,2000000000,2\n"
                                                "cpu,host=a,3000000000,4\n"
                                                "cpu,host=b,1000000000,10\n"
                                                "cpu,host=b,2500000000,7\n"},
        {"SELECT *::field FROM cpu WHERE time < 2s",
         "name,tags,time,idle,usage\n"
         "cpu,,1000000000,9,1\n"
         "cpu,,1000000000,0,10\n"},
        {"SELECT /^u/ FROM cpu WHERE time < 2s", "name,tags,time,usage\n"
                                                 "cpu,,1000000000,1\n"
                                                 "cpu,,1000000000,10\n"},
    };

    expect_all(questions, WEIR_COUNT(questions));
}
END_TEST

START_TEST(chooses_points_by_tags_fields_and_times)
{
    static const struct question questions[] = {
        {"SELECT usage FROM cpu WHERE usage > 3", "name,tags,time,usage\n"
                                                  "cpu,,1000000000,10\n"
                                                  "cpu,,2500000000,7\n"
                                                  "cpu,,3000000000,4\n"},
        {"SELECT usage FROM cpu WHERE usage > 3 AND host =~ /^a/ OR idle = 0",
         "name,tags,time,usage\n"
         "cpu,,1000000000,10\n"
         "cpu,,3000000000,4\n"},
        {"SELECT usage FROM cpu WHERE host != 'a' AND time > 1s",
         "name,tags,time,usage\n"
         "cpu,,2500000000,7\n"},
        {"SELECT usage FROM cpu WHERE nothing = 'a'", ""},
        {"SELECT usage FROM cpu WHERE nothing != 'a' LIMIT 1",
         "name,tags,time,usage\n"
         "cpu,,1000000000,1\n"},
        {"SELECT mean(usage) FROM cpu WHERE time = 1s OR host = 'a'",
         "name,tags,time,mean\n"
         "cpu,,1000000000,1\n"},
        {"SELECT usage FROM cpu WHERE time >= '1970-01-01T00:00:02Z' AND time "
         "< '1970-01-01 00:00:02.6'",
         "name,tags,time,usage\n"
         "cpu,,2000000000,2\n"
         "cpu,,2500000000,7\n"},
        {"SELECT usage FROM cpu WHERE (usage + idle) > 9.5 AND time <= "
         "1970000ms",
         "name,tags,time,usage\n"
         "cpu,,1000000000,1\n"
         "cpu,,1000000000,10\n"
         "cpu,,2000000000,2\n"
         "cpu,,2500000000,7\n"},
    };

    expect_all(questions, WEIR_COUNT(questions));
}
END_TEST

START_TEST(gives_nothing_where_nothing_is)
{
    static const struct question questions[] = {
        {"SELECT nothing FROM cpu", ""},
        {"SELECT usage FROM nothing", ""},
        {"SELECT host FROM cpu", ""},
        {"SELECT mean(usage) FROM cpu WHERE time >= 10s AND time < 15s GROUP "
         "BY time(1s)",
         ""},
        {"SELECT usage FROM cpu WHERE time > 3s AND time < 1s", ""},
    };

    expect_all(questions, WEIR_COUNT(questions));
}
END_TEST

START_TEST(makes_one_value_of_many_points)
{
    static const struct question questions[] = {
        {"SELECT mean(usage), max(usage) FROM cpu", "name,tags,time,mean,max\n"
                                                    "cpu,,0,4.8,10\n"},
        {"SELECT max(usage) FROM cpu", "name,tags,time,max\n"
                                       "cpu,,1000000000,10\n"},
        {"SELECT max(usage), host FROM cpu", "name,tags,time,max,host\n"
                                             "cpu,,1000000000,10,b\n"},
        {"SELECT last(usage) FROM cpu GROUP BY *", "name,tags,time,last\n"
                                                   "cpu,host=a,3000000000,4\n"
                                                   "cpu,host=b,2500000000,7\n"},
        {"SELECT mean(*) FROM cpu", "name,tags,time,mean_idle,mean_usage\n"
                                    "cpu,,0,5,4.8\n"},
        {"SELECT count(idle) FROM cpu", "name,tags,time,count\n"
                                        "cpu,,0,4\n"},
        {"SELECT median(usage), stddev(usage), spread(usage), "
         "percentile(usage, 50) FROM cpu",
         "name,tags,time,median,stddev,spread,percentile\n"
         "cpu,,0,4,3.7013511046643495,9,4\n"},
        {"SELECT mean(usage) / max(idle) FROM cpu GROUP BY host",
         "name,tags,time,mean_max\n"
         "cpu,host=a,0,0.2592592592592593\n"
         "cpu,host=b,0,2.8333333333333335\n"},
        {"SELECT distinct(usage) FROM cpu", "name,tags,time,distinct\n"
                                            "cpu,,0,1\n"
                                            "cpu,,0,10\n"
                                            "cpu,,0,2\n"
                                            "cpu,,0,7\n"
                                            "cpu,,0,4\n"},
        {"SELECT count(distinct(usage)) FROM cpu", "name,tags,time,count\n"
                                                   "cpu,,0,5\n"},
        {"SELECT mode(usage), first(usage), last(usage) FROM cpu",
         "name,tags,time,mode,first,last\n"
         "cpu,,0,1,10,4\n"},
        {"SELECT percentile(usage, 0), percentile(usage, 100) FROM cpu",
         "name,tags,time,percentile,percentile_1\n"
         "cpu,,0,,10\n"},
        {"SELECT stddev(value) FROM mem WHERE time < 2s",
         "name,tags,time,stddev\n"
         "mem,,0,\n"},
        {"SELECT max(usage) FROM cpu WHERE usage < 10 AND time > 0",
         "name,tags,time,max\n"
         "cpu,,2500000000,7\n"},
        {"SELECT sum(usage) FROM cpu WHERE time > 1s AND time < 3s",
         "name,tags,time,sum\n"
         "cpu,,1000000001,9\n"},
    };

    expect_all(questions, WEIR_COUNT(questions));
}
END_TEST

START_TEST(fills_the_buckets_that_are_empty)
{
    static const struct question questions[] = {
        {"SELECT mean(usage) FROM cpu WHERE time >= 0 AND time < 5s GROUP BY "
         "time(1s)",
         "name,tags,time,mean\n"
         "cpu,,0,\n"
         "cpu,,1000000000,5.5\n"
         "cpu,,2000000000,4.5\n"
         "cpu,,3000000000,4\n"
         "cpu,,4000000000,\n"},
        {"SELECT mean(usage) FROM cpu WHERE time >= 0 AND time < 5s GROUP BY "
         "time(1s) fill(none)",
         "name,tags,time,mean\n"
         "cpu,,1000000000,5.5\n"
         "cpu,,2000000000,4.5\n"
         "cpu,,3000000000,4\n"},
        {"SELECT count(usage) FROM cpu WHERE time >= 0 AND time < 5s GROUP BY "
         "time(1s), host",
         "name,tags,time,count\n"
         "cpu,host=a,0,0\n"
         "cpu,host=a,1000000000,1\n"
         "cpu,host=a,2000000000,1\n"
         "cpu,host=a,3000000000,1\n"
         "cpu,host=a,4000000000,0\n"
         "cpu,host=b,0,0\n"
         "cpu,host=b,1000000000,1\n"
         "cpu,host=b,2000000000,1\n"
         "cpu,host=b,3000000000,0\n"
         "cpu,host=b,4000000000,0\n"},
        {"SELECT sum(usage) FROM cpu WHERE time >= 1500ms AND time < 4s GROUP "
         "BY time(1s) fill(0)",
         "name,tags,time,sum\n"
         "cpu,,1000000000,0\n"
         "cpu,,2000000000,9\n"
         "cpu,,3000000000,4\n"},
        {"SELECT sum(usage) FROM cpu WHERE time >= 0 AND time < 6s GROUP BY "
         "time(1s) fill(previous)",
         "name,tags,time,sum\n"
         "cpu,,0,\n"
         "cpu,,1000000000,11\n"
         "cpu,,2000000000,9\n"
         "cpu,,3000000000,4\n"
         "cpu,,4000000000,4\n"
         "cpu,,5000000000,4\n"},
        {"SELECT min(value) FROM mem WHERE time >= 0 AND time < 120s GROUP BY "
         "time(20s) fill(linear)",
         "name,tags,time,min\n"
         "mem,,0,5\n"
         "mem,,20000000000,5.333333333333333\n"
         "mem,,40000000000,5.666666666666667\n"
         "mem,,60000000000,6\n"
         "mem,,80000000000,\n"
         "mem,,100000000000,\n"},
        {"SELECT mean(value) FROM mem WHERE time > 0 GROUP BY time(1m) LIMIT 2",
         "name,tags,time,mean\n"
         "mem,,0,5\n"
         "mem,,60000000000,6\n"},
        {"SELECT mean(value) FROM mem WHERE time > 0 AND time < 3m GROUP BY "
         "time(1m) ORDER BY time DESC",
         "name,tags,time,mean\n"
         "mem,,120000000000,\n"
         "mem,,60000000000,6\n"
         "mem,,0,5\n"},
        {"SELECT last(usage), mean(idle) FROM cpu WHERE time >= 0 AND time < "
         "4s GROUP BY time(2s, 1s)",
         "name,tags,time,last,mean\n"
         "cpu,,-1000000000,,\n"
         "cpu,,1000000000,7,5\n"
         "cpu,,3000000000,4,\n"},
        {"SELECT median(usage) FROM cpu WHERE time >= 0 AND time < 4s GROUP BY "
         "time(2s)",
         "name,tags,time,median\n"
         "cpu,,0,5.5\n"
         "cpu,,2000000000,4\n"},
    };

    expect_all(questions, WEIR_COUNT(questions));
}
END_TEST

START_TEST(transforms_what_follows_each_other)
{
    static const struct question questions[] = {
        {"SELECT derivative(usage) FROM cpu WHERE host = 'a'",
         "name,tags,time,derivative\n"
         "cpu,,2000000000,1\n"
         "cpu,,3000000000,2\n"},
        {"SELECT derivative(usage, 2s) FROM cpu GROUP BY host",
         "name,tags,time,derivative\n"
         "cpu,host=a,2000000000,2\n"
         "cpu,host=a,3000000000,4\n"
         "cpu,host=b,2500000000,-4\n"},
        {"SELECT non_negative_derivative(mean(usage), 1s) FROM cpu WHERE time "
         ">= 0 AND time < 5s GROUP BY time(1s)",
         ""},
        {"SELECT difference(usage), cumulative_sum(usage) FROM cpu WHERE host "
         "= 'a'",
         "name,tags,time,difference,cumulative_sum\n"
         "cpu,,1000000000,,1\n"
         "cpu,,2000000000,1,3\n"
         "cpu,,3000000000,2,7\n"},
        {"SELECT moving_average(usage, 2) FROM cpu WHERE host = 'a'",
         "name,tags,time,moving_average\n"
         "cpu,,2000000000,1.5\n"
         "cpu,,3000000000,3\n"},
        {"SELECT elapsed(usage, 1ms) FROM cpu WHERE host='a'",
         "name,tags,time,elapsed\n"
         "cpu,,2000000000,1000\n"
         "cpu,,3000000000,1000\n"},
        {"SELECT derivative(mean(usage), 1s) FROM cpu WHERE time >= 2s AND "
         "time < 4s GROUP BY time(1s)",
         "name,tags,time,derivative\n"
         "cpu,,2000000000,-1\n"
         "cpu,,3000000000,-0.5\n"},
        {"SELECT moving_average(mean(usage), 2) FROM cpu WHERE time >= 2s AND "
         "time < 4s GROUP BY time(1s)",
         "name,tags,time,moving_average\n"
         "cpu,,2000000000,5\n"
         "cpu,,3000000000,4.25\n"},
        {"SELECT mean(usage), derivative(mean(usage), 1s) FROM cpu WHERE time "
         ">= 0 AND time < 4s GROUP BY time(1s)",
         "name,tags,time,mean,derivative\n"
         "cpu,,0,,\n"
         "cpu,,1000000000,5.5,\n"
         "cpu,,2000000000,4.5,-1\n"
         "cpu,,3000000000,4,-0.5\n"},
        {"SELECT non_negative_difference(usage) FROM cpu WHERE host = 'b'", ""},
        {"SELECT derivative(mean(value)) FROM mem WHERE time >= 0 AND time < "
         "2m GROUP BY time(1m)",
         "name,tags,time,derivative\n"
         "mem,,60000000000,1\n"},
    };

    expect_all(questions, WEIR_COUNT(questions));
}
END_TEST

START_TEST(gives_the_page_that_is_wanted)
{
    static const struct question questions[] = {
        {"SELECT * FROM mem ORDER BY time DESC LIMIT 1",
         "name,tags,time,value\n"
         "mem,,61000000000,6\n"},
        {"SELECT usage FROM cpu LIMIT 2 OFFSET 1", "name,tags,time,usage\n"
                                                   "cpu,,1000000000,10\n"
                                                   "cpu,,2000000000,2\n"},
        {"SELECT usage FROM cpu GROUP BY host SLIMIT 1 SOFFSET 1",
         "name,tags,time,usage\n"
         "cpu,host=b,1000000000,10\n"
         "cpu,host=b,2500000000,7\n"},
        {"SELECT usage FROM cpu ORDER BY time DESC LIMIT 2 OFFSET 1",
         "name,tags,time,usage\n"
         "cpu,,2500000000,7\n"
         "cpu,,2000000000,2\n"},
        {"SELECT usage FROM cpu OFFSET 9", ""},
    };

    expect_all(questions, WEIR_COUNT(questions));
}
END_TEST

START_TEST(reads_several_measurements_and_what_another_select_gives)
{
    static const struct question questions[] = {
        {"SELECT * FROM /.*/", "name,tags,time,host,idle,usage,value\n"
                               "cpu,,1000000000,a,9,1,\n"
                               "cpu,,1000000000,b,0,10,\n"
                               "cpu,,2000000000,a,8,2,\n"
                               "cpu,,2500000000,b,3,7,\n"
                               "cpu,,3000000000,a,,4,\n"
                               "mem,,1000000000,,,,5\n"
                               "mem,,61000000000,,,,6\n"},
        {"SELECT usage, value FROM cpu, mem", "name,tags,time,usage,value\n"
                                              "cpu,,1000000000,1,\n"
                                              "cpu,,1000000000,10,\n"
                                              "cpu,,2000000000,2,\n"
                                              "cpu,,2500000000,7,\n"
                                              "cpu,,3000000000,4,\n"
                                              "mem,,1000000000,,5\n"
                                              "mem,,61000000000,,6\n"},
        {"SELECT mean(value) FROM /^m/", "name,tags,time,mean\n"
                                         "mem,,0,5.5\n"},
        {"SELECT max(mean) FROM (SELECT mean(usage) FROM cpu GROUP BY host)",
         "name,tags,time,max\n"
         "cpu,,0,8.5\n"},
        {"SELECT mean(m) FROM (SELECT max(usage) AS m FROM cpu WHERE time >= 0 "
         "AND time < 4s GROUP BY time(1s)) GROUP BY host",
         "name,tags,time,mean\n"
         "cpu,host=a,0,2.3333333333333335\n"
         "cpu,host=b,0,8.5\n"},
        {"SELECT sum(usage) FROM (SELECT usage FROM cpu WHERE usage > 2) WHERE "
         "time < 3s",
         "name,tags,time,sum\n"
         "cpu,,0,17\n"},
    };

    expect_all(questions, WEIR_COUNT(questions));
}
END_TEST

SPEC("a SELECT", gives_points_as_they_are,
     chooses_points_by_tags_fields_and_times, gives_nothing_where_nothing_is,
     makes_one_value_of_many_points, fills_the_buckets_that_are_empty,
     transforms_what_follows_each_other, gives_the_page_that_is_wanted,
     reads_several_measurements_and_what_another_select_gives)
