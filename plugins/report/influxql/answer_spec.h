/* answer_spec.h - for tests of report influxql: what whole answers are to be
 *
 * To be included behind influxql.c.
 */
#ifndef INFLUXQL_ANSWER_SPEC_H
#define INFLUXQL_ANSWER_SPEC_H

#include "influxql_spec.h"

static const char samples[] =
    "cpu_idle{core=\"0\",db=\"db\",host=\"a\"} 1.5 1000000000\n"
    "cpu_idle{core=\"0\",db=\"db\",host=\"a\"} 2.5 2000000000\n"
    "cpu_user{core=\"0\",db=\"db\",host=\"a\"} 7 1000000000\n"
    "cpu_idle{core=\"1\",db=\"db\",host=\"b,c\"} 3.5 3000000000\n"
    "U__disk_20_usage{db=\"db\"} 1 1000000000\n"
    "mem_free{db=\"db\",host=\"a\"} 1 1000000000\n";

static inline void
expect_text(int status, int wanted_status, const char *text, const char *wanted)
{
    ck_assert_msg(status == wanted_status, "%d: %s", status, text);
    ck_assert_str_eq(text, wanted);
}

static inline void
expect(struct scene *scene, const char *method, const char *target, int status,
       const char *answer)
{
    weir_cleanup(weir_free) char *text = NULL;

    int rc =
        weir_harness_request(scene->plugin, method, target, NULL, NULL, &text);
    expect_text(rc, status, text, answer);
}

/* What a GET with one header answers. */
static inline void
expect_head(struct scene *scene, const struct weir_label *head,
            const char *target, int status, const char *answer)
{
    const struct weir_label heads[] = {*head, {0}};
    weir_cleanup(weir_free) char *text = NULL;

    int rc =
        weir_harness_request(scene->plugin, "GET", target, heads, NULL, &text);
    expect_text(rc, status, text, answer);
}

static inline void
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
static inline void
expect_result(struct scene *scene, const char *query, const char *answer)
{
    char target[512], whole[2048];

    (void)snprintf(target, sizeof(target), "/query?db=db&q=%s", query);
    (void)snprintf(whole, sizeof(whole),
                   "{\"results\":[{\"statement_id\":0%s}]}\n", answer);
    expect(scene, "POST", target, 200, whole);
}

#endif /* INFLUXQL_ANSWER_SPEC_H */
