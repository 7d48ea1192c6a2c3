/* influxdb_test.c - what input influxdb promises */
#include <config.h>

#include "influxdb.c"

#include "../../influx/scene_spec.h"

#define SCENE(settings)                                \
    weir_cleanup(scene_fini) struct scene scene = {0}; \
    scene_init(&scene, &influxdb_LTX_weir_plugin, settings)

static void
expect_post(struct scene *scene, const char *target, const char *body,
            int status, const char *answer)
{
    weir_cleanup(weir_free) char *text = NULL;

    ck_assert_int_eq(
        weir_harness_request(scene->plugin, "POST", target, NULL, body, &text),
        status);
    ck_assert_str_eq(text, answer);
}

static void
expect_text(struct scene *scene, const char *text)
{
    ck_assert_str_eq(weir_harness_text(scene->plugin), text);
}

START_TEST(answers_a_ping)
{
    weir_cleanup(weir_free) char *text = NULL;
    SCENE("");

    ck_assert_int_eq(weir_harness_request(scene.plugin, "GET",
                                          "/ping?wait_for_leader=2s", NULL,
                                          NULL, &text),
                     204);
}
END_TEST

START_TEST(makes_a_series_of_each_field)
{
    SCENE("");

    expect_post(&scene, "/write?db=db",
                "cpu,host=a,db=x idle=1.5,user=2i,ok=true,value=3 17\n"
                "cpu_total busy=4 18\n"
                "cpu\\ usage,host-name=h\\,1 idle=5 19",
                204, "");
    expect_text(
        &scene,
        "U__cpu_20_usage__idle{U__host_2d_name=\"h,1\",db=\"db\"} 5 19\n"
        "cpu_idle{db=\"db\",exported_db=\"x\",host=\"a\"} 1.5 17\n"
        "cpu_ok{db=\"db\",exported_db=\"x\",host=\"a\"} 1 17\n"
        "cpu_total_busy{__measurement__=\"cpu_total\",db=\"db\"} 4 18\n"
        "cpu_user{db=\"db\",exported_db=\"x\",host=\"a\"} 2 17\n"
        "cpu{db=\"db\",exported_db=\"x\",host=\"a\"} 3 17\n");
}
END_TEST

START_TEST(reads_times_of_every_precision)
{
    static const struct {
        const char *word;
        const char *sample;
    } cases[] = {
        {"", "m{db=\"db\"} 1 7\n"},
        {"n", "m{db=\"db\"} 1 7\n"},
        {"ns", "m{db=\"db\"} 1 7\n"},
        {"u", "m{db=\"db\"} 1 7000\n"},
        {"us", "m{db=\"db\"} 1 7000\n"},
        {"ms", "m{db=\"db\"} 1 7000000\n"},
        {"s", "m{db=\"db\"} 1 7000000000\n"},
        {"m", "m{db=\"db\"} 1 420000000000\n"},
        {"h", "m{db=\"db\"} 1 25200000000000\n"},
    };
    SCENE("");

    for (size_t i = 0; i < WEIR_COUNT(cases); i++) {
        char target[96];
        (void)snprintf(target, sizeof(target),
                       "/write?consistency=one&db=db&precision=%s&rp=x",
                       cases[i].word);
        expect_post(&scene, target, "m value=1 7\n", 204, "");
        expect_text(&scene, cases[i].sample);
    }
    expect_post(&scene, "/write?db=db&precision=d", "m value=1 7", 400,
                "{\"error\":\"invalid precision \\\"d\\\" (use n, u, ms, s, m "
                "or h)\"}\n");
    expect_post(&scene, "/write?db=db&consistency=two", "m value=1 7", 400,
                "{\"error\":\"invalid consistency level\"}\n");
}
END_TEST

START_TEST(keeps_the_good_points_of_a_bad_request)
{
    SCENE("");

    expect_post(&scene, "/write?db=db", "m value=1 1\nbad line\nm x", 400,
                "{\"error\":\"partial write: unable to parse 'bad line': "
                "invalid field format\\nunable to parse 'm x': invalid field "
                "format dropped=0\"}\n");
    expect_text(&scene, "m{db=\"db\"} 1 1\n");
    expect_post(&scene, "/write?db=db", "m,a=1,a=2 value=1 1", 400,
                "{\"error\":\"unable to parse 'm,a=1,a=2 value=1 1': "
                "duplicate tags\"}\n");
    expect_post(&scene, "/write?db=db&precision=h", "m v=1 9999999999", 400,
                "{\"error\":\"unable to parse 'm v=1 9999999999': time outside "
                "range -9223372036854775806 - 9223372036854775806\"}\n");
    expect_post(&scene, "/write?db=db", "", 204, "");
}
END_TEST

START_TEST(refuses_texts_and_keeps_the_other_fields)
{
    SCENE("");

    expect_post(&scene, "/write?db=db", "m note=\"hi\",v=1 1\nm v=2 2", 400,
                "{\"error\":\"partial write: input field \\\"note\\\" on "
                "measurement \\\"m\\\" is type string, which is not kept "
                "dropped=1\"}\n");
    expect_text(&scene, "m_v{db=\"db\"} 1 1\nm_v{db=\"db\"} 2 2\n");
}
END_TEST

START_TEST(refuses_series_that_can_not_be)
{
    weir_cleanup(weir_free) char *text = NULL;
    char body[1024];
    SCENE("");

    memset(body, 'a', 600);
    (void)snprintf(body + 600, sizeof(body) - 600,
                   " v=1 1\nm,t=\xff v=1 1\nm v=1 1");
    ck_assert_int_eq(weir_harness_request(scene.plugin, "POST", "/write?db=db",
                                          NULL, body, &text),
                     400);
    ck_assert_msg(strstr(text, "too long or no UTF-8") != NULL, "%s", text);
    ck_assert_msg(strstr(text, "dropped=2") != NULL, "%s", text);
    expect_text(&scene, "m_v{db=\"db\"} 1 1\n");
}
END_TEST

START_TEST(tells_a_part_of_very_many_bad_lines)
{
    weir_cleanup(weir_free) char *text = NULL;
    weir_cleanup(weir_free) char *body = calloc(100000, 2);
    SCENE("");

    ck_assert_ptr_nonnull(body);
    memset(body, 'x', 100000);
    for (size_t i = 1; i < 100000; i += 2)
        body[i] = '\n';
    ck_assert_int_eq(weir_harness_request(scene.plugin, "POST", "/write?db=db",
                                          NULL, body, &text),
                     400);
    ck_assert_uint_lt(strlen(text), 100000);
    ck_assert_msg(strstr(text, " more lines\"}") != NULL, "%s", text);
}
END_TEST

START_TEST(takes_a_point_of_very_many_fields)
{
    char *body = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&body, &size);
    SCENE("");

    ck_assert_ptr_nonnull(out);
    (void)fputs("m f0=1", out);
    for (int i = 1; i < 10000; i++)
        (void)fprintf(out, ",f%d=%d", i, i);
    (void)fputs(" 1\n", out);
    (void)fclose(out);
    expect_post(&scene, "/write?db=db", body, 204, "");
    ck_assert_double_eq(weir_harness_value(scene.plugin, "m_f9999{db=\"db\"}"),
                        9999);
    expect_post(&scene, "/write?db=db", "m f=1 1", 204, "");
    free(body);
}
END_TEST

START_TEST(asks_for_patience_above_the_rate)
{
    char body[1024] = "";
    SCENE("rate = 1 create = true");

    for (size_t i = 0; i < 100; i++)
        (void)snprintf(body + strlen(body), sizeof(body) - strlen(body),
                       "m v=1 %zu\n", i);
    expect_post(&scene, "/write?db=db", "m v=1 1", 204, "");
    expect_post(&scene, "/write?db=db", body, 204, "");
    expect_post(&scene, "/write?db=db", "m v=1 1", 429,
                "{\"error\":\"too many samples a second, see rate\"}\n");
    expect_post(&scene, "/write?db=other", "m v=1 1", 204, "");
}
END_TEST

START_TEST(knows_which_databases_there_are)
{
    SCENE("");

    expect_post(&scene, "/write?db=other", "m value=1 1", 404,
                "{\"error\":\"database not found: \\\"other\\\"\"}\n");
    expect_post(&scene, "/write", "m value=1 1", 400,
                "{\"error\":\"database is required\"}\n");
    expect_post(&scene, "/api/v2/write?bucket=db/autogen&org=x&precision=s",
                "m value=1 1", 204, "");
    expect_text(&scene, "m{db=\"db\"} 1 1000000000\n");
    expect_post(&scene, "/api/v2/write?org=x", "m value=1 1", 400,
                "{\"error\":\"bucket is required\"}\n");
}
END_TEST

START_TEST(makes_databases_when_it_is_told_to)
{
    SCENE("create = true");

    expect_post(&scene, "/write?db=other", "m value=1 1", 204, "");
    expect_text(&scene, "m{db=\"other\"} 1 1\n");
    expect_post(&scene, "/write?db=a%2Fb", "m value=1 1", 400,
                "{\"error\":\"invalid name: \\\"a/b\\\"\"}\n");
}
END_TEST

static int
status_with(struct scene *scene, const char *target, const char *header)
{
    const struct weir_label heads[] = {{"Authorization", header}, {0}};

    return weir_harness_request(scene->plugin, "POST", target, heads,
                                "m value=1 1", NULL);
}

START_TEST(lets_in_who_knows_the_password)
{
    SCENE("username = monkit password = secret");

    expect_post(&scene, "/write?db=db", "m value=1 1", 401,
                "{\"error\":\"unable to parse authentication "
                "credentials\"}\n");
    expect_post(&scene, "/write?db=db&u=monkit&p=wrong", "m value=1 1", 401,
                "{\"error\":\"authorization failed\"}\n");
    expect_post(&scene, "/write?db=db&u=monkit&p=secret", "m value=1 1", 204,
                "");
    ck_assert_int_eq(
        status_with(&scene, "/write?db=db", "Basic bW9ua2l0OnNlY3JldA=="), 204);
    ck_assert_int_eq(
        status_with(&scene, "/write?db=db", "Basic bW9ua2l0OnNlY3JlVA=="), 401);
    ck_assert_int_eq(status_with(&scene, "/write?db=db", "Basic ????"), 401);
    ck_assert_int_eq(status_with(&scene, "/write?db=db", "Basic bW9"), 401);
    ck_assert_int_eq(status_with(&scene, "/write?db=db", "Token monkit:secret"),
                     204);
    ck_assert_int_eq(status_with(&scene, "/write?db=db", "Token monkit"), 401);
}
END_TEST

START_TEST(passes_over_credentials_that_nobody_asked_for)
{
    SCENE("");

    ck_assert_int_eq(status_with(&scene, "/write?db=db&u=x&p=y", "Basic eDp5"),
                     204);
}
END_TEST

START_TEST(wants_a_username_and_a_password_or_neither)
{
    const char *settings[] = {"username = monkit", NULL};
    struct weir_harness *input = NULL;

    ck_assert_int_eq(
        weir_harness_open(&influxdb_LTX_weir_plugin, settings, &input),
        -EINVAL);
}
END_TEST

SPEC("input influxdb", answers_a_ping, makes_a_series_of_each_field,
     reads_times_of_every_precision, keeps_the_good_points_of_a_bad_request,
     refuses_texts_and_keeps_the_other_fields, refuses_series_that_can_not_be,
     tells_a_part_of_very_many_bad_lines, takes_a_point_of_very_many_fields,
     asks_for_patience_above_the_rate, knows_which_databases_there_are,
     makes_databases_when_it_is_told_to, lets_in_who_knows_the_password,
     passes_over_credentials_that_nobody_asked_for,
     wants_a_username_and_a_password_or_neither)
