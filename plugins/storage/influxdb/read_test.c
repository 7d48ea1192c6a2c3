/* read_test.c - what storage influxdb asks, and makes of the answers */
#include <config.h>

#include "influxdb.c"

#include "influxdb_spec.h"
#include "query/digest.h"
#include "reply_spec.h"

static const char *const no_tags[] = {NULL};
static const char *const one_field[] = {"up", "value", "float", NULL};

/* An answer with its head: 'packed' and bytes that never come. */
static void
answer_with(struct server *server, size_t number, const struct packed *packed,
            size_t missing)
{
    char *text = calloc(sizeof(packed->bytes) + 256, 1);
    ck_assert_ptr_nonnull(text);
    int head = sprintf(text,
                       "HTTP/1.1 200 OK\r\nContent-Type: application/x-msgpack"
                       "\r\nContent-Length: %zu\r\n\r\n",
                       packed->size + missing);

    memcpy(text + head, packed->bytes, packed->size);
    server->answers[number] = text;
    server->sizes[number] = (size_t)head + packed->size;
}

static void
free_answers(struct server *server)
{
    for (size_t i = 0; i < HEARD_MOST; i++)
        if (server->sizes[i])
            free(base_own(server->answers[i]));
}

static void
answer_fields(struct server *server, const char *const fields[])
{
    struct packed packed = {0};

    pack_fields(&packed, fields);
    answer_with(server, 0, &packed, 0);
}

/* Returns what was asked. */
static char *
question(const struct server *server, size_t number)
{
    const char *body = body_of(server, number);
    ck_assert_ptr_eq(strstr(body, "q="), body);
    CURL *easy = curl_easy_init();
    char *plain = curl_easy_unescape(easy, body + 2, 0, NULL);
    char *copy = strdup(plain);

    curl_free(plain);
    curl_easy_cleanup(easy);
    return copy;
}

static void
expect_question(const struct server *server, size_t number, const char *want)
{
    weir_cleanup(weir_free) char *text = question(server, number);

    ck_assert_str_eq(text, want);
}

/* Asks a storage with the settings, and compares with what it answers. */
static void
expect_with(struct server *server, const char *const settings[],
            const struct weir_select *what, int want, const char *text)
{
    weir_cleanup(weir_harness_destroy) struct weir_harness *storage =
        storage_with(settings);
    weir_cleanup(weir_free) char *answer = NULL;

    int rc = weir_harness_select(storage, what, &answer);
    ck_assert_msg(rc == want, "%d %s", rc, answer);
    if (want == 0)
        ck_assert_str_eq(answer, text);
    else
        ck_assert_msg(strstr(answer, text) != NULL, "%s", answer);
    if (want < 0 && want != -E2BIG && want != -ENOENT)
        ck_assert_msg(strstr(answer, "http://127.0.0.1:") != NULL, "%s",
                      answer);
    weir_harness_destroy(&storage);
    server_close(server);
    free_answers(server);
}

static void
expect_answer(struct server *server, const struct weir_select *what, int want,
              const char *text)
{
    server_open(server);
    const char *settings[] = SETTINGS(server, "");

    expect_with(server, settings, what, want, text);
}

static const struct weir_select samples = {
    .want = WEIR_SAMPLES, .after_ns = 10, .until_ns = 20};

START_TEST(asks_for_fields_and_then_for_their_samples)
{
    static const char *const fields[] = {"a\"b",  "n",     "integer", "up",
                                         "value", "float", NULL};
    static const char *const tags[] = {"job", "x", "no label", "y", NULL};
    const struct weir_matcher matcher = {"job", WEIR_EQUAL, "x", NULL};
    struct weir_select what = samples;
    struct server server = {0};
    struct packed packed = {0};
    what.matchers = &matcher;
    what.matcher_count = 1;
    answer_fields(&server, fields);
    pack_results(&packed, 0, 1);
    pack_series(&packed, "a\"b", tags, 1);
    pack_sample(&packed, 11, 1.5);
    pack_results(&packed, 1, 1);
    pack_series(&packed, "up", tags, 2);
    pack_sample(&packed, 12, 1);
    pack_sample(&packed, 20, 0.25);
    answer_with(&server, 1, &packed, 0);

    server_open(&server);
    const char *settings[] =
        SETTINGS(&server, "database = \"a b\"", "retention_policy = \"x&y\"");
    weir_cleanup(weir_harness_destroy) struct weir_harness *storage =
        storage_with(settings);
    weir_cleanup(weir_free) char *answer = NULL;
    ck_assert_int_eq(weir_harness_select(storage, &what, &answer), 0);
    ck_assert_str_eq(answer,
                     "U__a_22_b__n{U__no_20_label=\"y\",job=\"x\"} 1.5 11\n"
                     "up{U__no_20_label=\"y\",job=\"x\"} 1 12\n"
                     "up{U__no_20_label=\"y\",job=\"x\"} 0.25 20\n");
    ck_assert_ptr_nonnull(strstr(
        server.heard[0],
        "POST /query?epoch=ns&chunked=true&db=a%20b&rp=x%26y HTTP/1.1\r\n"));
    ck_assert_ptr_nonnull(
        strstr(server.heard[0], "Accept: application/x-msgpack\r\n"));
    expect_question(&server, 0, "SHOW FIELD KEYS");
    expect_question(
        &server, 1,
        "SELECT \"n\"::integer FROM \"a\\\"b\" WHERE time > 10 AND time <= 20 "
        "AND \"job\"::tag = 'x' GROUP BY *;"
        "SELECT \"value\"::float FROM \"up\" WHERE time > 10 AND time <= 20 "
        "AND \"job\"::tag = 'x' GROUP BY *;");
    weir_harness_destroy(&storage);
    server_close(&server);
    free_answers(&server);
}
END_TEST

START_TEST(gives_nothing_that_was_not_asked_for)
{
    static const char *const wanted[] = {"job", "x", NULL};
    static const char *const other[] = {"job", "y", NULL};
    const struct weir_matcher matcher = {"job", WEIR_EQUAL, "x", NULL};
    struct weir_select what = samples;
    struct server server = {0};
    struct packed packed = {0};
    what.matchers = &matcher;
    what.matcher_count = 1;
    answer_fields(&server, one_field);
    pack_results(&packed, 0, 2);
    pack_series(&packed, "up", other, 1);
    pack_sample(&packed, 11, 1);
    pack_series(&packed, "up", wanted, 4);
    pack_sample(&packed, 10, 1);
    pack_sample(&packed, 11, 2);
    pack_array(&packed, 2);
    pack_integer(&packed, 12);
    pack_text(&packed, "a text");
    pack_sample(&packed, 21, 3);
    answer_with(&server, 1, &packed, 0);

    expect_answer(&server, &what, 0, "up{job=\"x\"} 2 11\n");
}
END_TEST

START_TEST(a_long_series_comes_in_pieces_and_is_one)
{
    static const char *const tags[] = {"b", "2", "a", "1", NULL};
    static const char *const turned[] = {"a", "1", "b", "2", NULL};
    const struct weir_select what = {.want = WEIR_SERIES, .until_ns = 5000};
    struct server server = {0};
    struct packed packed = {0};
    answer_fields(&server, one_field);
    for (int i = 0; i < 3; i++) {
        pack_results(&packed, 0, 1);
        pack_series(&packed, "up", i % 2 ? tags : turned, 1000);
        for (int n = 0; n < 1000; n++)
            pack_sample(&packed, 1 + 1000 * i + n, n);
    }
    answer_with(&server, 1, &packed, 0);

    expect_answer(&server, &what, 0, "up{a=\"1\",b=\"2\"}\n");
}
END_TEST

/* Has InfluxDB say of these fields, and of the sample 3 at 17, and compares
 * with what it is asked for the sample, and with the answer. */
static void
expect_one(const char *const fields[], const struct weir_select *what,
           const char *question, const char *want)
{
    struct server server = {0};
    struct packed packed = {0};
    answer_fields(&server, fields);
    pack_results(&packed, 0, 1);
    pack_series(&packed, "up", no_tags, 1);
    pack_sample(&packed, 17, 3);
    answer_with(&server, 1, &packed, 0);
    server_open(&server);
    const char *settings[] = SETTINGS(&server, "");
    weir_cleanup(weir_harness_destroy) struct weir_harness *storage =
        storage_with(settings);
    weir_cleanup(weir_free) char *answer = NULL;

    ck_assert_int_eq(weir_harness_select(storage, what, &answer), 0);
    ck_assert_str_eq(answer, want);
    expect_question(&server, 1, question);
    weir_harness_destroy(&storage);
    server_close(&server);
    free_answers(&server);
}

START_TEST(asks_for_the_last_value_alone)
{
    const struct weir_select what = {.want = WEIR_SAMPLES,
                                     .alone = true,
                                     .function = WEIR_LAST,
                                     .after_ns = 1,
                                     .until_ns = 20,
                                     .range_ns = 5};

    expect_one(one_field, &what,
               "SELECT last(\"value\"::float) FROM \"up\" WHERE time > 15 "
               "AND time <= 20 GROUP BY *;",
               "up 3 20\n");
}
END_TEST

/* Asks for a digest of one window of a field of the type. */
static void
expect_digest(unsigned function, const char *type, const char *question,
              const char *want)
{
    const char *const fields[] = {"up", "value", type, NULL};
    const struct weir_digest digest = {
        .function = function, .range_ns = 5, .ends = {20, 1, 1}};
    const struct weir_select what = {.want = WEIR_SAMPLES,
                                     .alone = true,
                                     .after_ns = 1,
                                     .until_ns = 30,
                                     .digest = &digest};

    expect_one(fields, &what, question, want);
}

START_TEST(asks_for_the_one_sample_that_says_all)
{
    expect_digest(DIGEST_INSTANT, "float",
                  "SELECT last(\"value\"::float) FROM \"up\" WHERE time > 15 "
                  "AND time <= 20 GROUP BY *;",
                  "up 3 20\n");
    expect_digest(FUNCTION_MAX_OVER_TIME, "integer",
                  "SELECT max(\"value\"::integer) FROM \"up\" WHERE time > 15 "
                  "AND time <= 20 GROUP BY *;",
                  "up 3 20\n");
    expect_digest(FUNCTION_MAX_OVER_TIME, "boolean",
                  "SELECT \"value\"::boolean FROM \"up\" WHERE time > 15 "
                  "AND time <= 20 GROUP BY *;",
                  "up 3 20\n");
    expect_digest(FUNCTION_SUM_OVER_TIME, "float",
                  "SELECT \"value\"::float FROM \"up\" WHERE time > 15 "
                  "AND time <= 20 GROUP BY *;",
                  "up 3 20\n");
}
END_TEST

START_TEST(names_that_are_asked_for_at_any_time_need_no_samples)
{
    static const char *const fields[] = {"a_total", "value", "float", "b",
                                         "value",   "float", NULL};
    const struct weir_select what = {.want = WEIR_LABEL_VALUES,
                                     .label = "__name__"};
    struct server server = {0};
    answer_fields(&server, fields);

    expect_answer(&server, &what, 0, "a_total\nb\n");
    ck_assert_uint_eq(server.count, 1);
}
END_TEST

START_TEST(tells_each_label_once)
{
    static const char *const tags[][5] = {{"dc", "x", "job", "a", NULL},
                                          {"dc", "x", NULL}};
    const struct weir_select what = {.want = WEIR_LABEL_NAMES, .until_ns = 5};
    struct server server = {0};
    struct packed packed = {0};
    answer_fields(&server, one_field);
    for (int i = 0; i < 2; i++) {
        pack_results(&packed, 0, 1);
        pack_series(&packed, "up", tags[i], 1);
        pack_sample(&packed, 1, 1);
    }
    answer_with(&server, 1, &packed, 0);

    expect_answer(&server, &what, 0, "__name__\ndc\njob\n");
}
END_TEST

START_TEST(leaves_out_what_is_no_series)
{
    static const char *const bad[][5] = {
        {"a", "\xff", NULL}, {"a", "1", "a", "2", NULL}, {"\xff", "1", NULL}};
    const char *many[2 * 65 + 1] = {NULL};
    struct server server = {0};
    struct packed packed = {0};
    char names[65][8];
    answer_fields(&server, one_field);
    for (size_t i = 0; i < 3; i++) {
        pack_results(&packed, 0, 1);
        pack_series(&packed, "up", bad[i], 1);
        pack_sample(&packed, 11, 1);
    }
    for (size_t i = 0; i < 65; i++) {
        (void)sprintf(names[i], "t%zu", i);
        many[2 * i] = many[2 * i + 1] = names[i];
    }
    pack_results(&packed, 0, 2);
    pack_series(&packed, "up", many, 1);
    pack_sample(&packed, 11, 1);
    pack_series(&packed, "up", no_tags, 1);
    pack_sample(&packed, 11, 2);
    answer_with(&server, 1, &packed, 0);

    expect_answer(&server, &samples, 0, "up 2 11\n");
}
END_TEST

START_TEST(a_database_that_is_not_there_yet_is_empty)
{
    struct server server = {0};
    struct packed packed = {0};
    pack_error(&packed, "database not found: weir");
    answer_with(&server, 0, &packed, 0);

    expect_answer(&server, &samples, 0, "");
}
END_TEST

START_TEST(a_database_that_nobody_makes_is_missed)
{
    struct server server = {0};
    struct packed packed = {0};
    pack_error(&packed, "database not found: weir");
    answer_with(&server, 0, &packed, 0);
    server_open(&server);
    const char *settings[] = SETTINGS(&server, "create_database = false");

    expect_with(&server, settings, &samples, -ENOENT,
                "has no database \"weir\"");
}
END_TEST

START_TEST(tells_what_influxdb_says)
{
    struct server server = {0};
    struct packed packed = {0};
    answer_fields(&server, one_field);
    pack_error(&packed, "query interrupted");
    answer_with(&server, 1, &packed, 0);

    expect_answer(&server, &samples, -EREMOTEIO, ": query interrupted");
}
END_TEST

START_TEST(tells_who_does_not_let_it_in)
{
    static const char json[] =
        "HTTP/1.1 401 Unauthorized\r\nContent-Length: 46\r\n\r\n"
        "{\"code\":\"unauthorized\",\"message\":\"no access\"}\n";
    struct server server = {.answers = {json}};

    expect_answer(&server, &samples, -EACCES, ": no access");
}
END_TEST

START_TEST(refuses_an_answer_that_is_none)
{
    static const char *const texts[] = {
        "HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\n<html>",
        "HTTP/1.1 200 OK\r\nContent-Length: 15\r\n\r\n{\"results\":[{}]",
        "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n",
    };

    for (size_t i = 0; i < WEIR_COUNT(texts); i++) {
        struct server server = {.answers = {texts[i]}};
        expect_answer(&server, &samples, -EBADMSG, "answer");
    }
}
END_TEST

START_TEST(refuses_a_statement_that_was_not_asked)
{
    struct server server = {0};
    struct packed packed = {0};
    answer_fields(&server, one_field);
    pack_results(&packed, 1, 1);
    pack_series(&packed, "up", no_tags, 0);
    answer_with(&server, 1, &packed, 0);

    expect_answer(&server, &samples, -EBADMSG, "this is no answer");
}
END_TEST

START_TEST(fails_when_the_server_goes_in_the_midst_of_an_answer)
{
    struct server server = {.hang_up = true};
    struct packed packed = {0};
    answer_fields(&server, one_field);
    pack_results(&packed, 0, 1);
    pack_series(&packed, "up", no_tags, 2);
    pack_sample(&packed, 11, 1);
    answer_with(&server, 1, &packed, 18);

    expect_answer(&server, &samples, -ECONNRESET, ": ");
}
END_TEST

START_TEST(fails_when_an_answer_ends_too_early)
{
    struct server server = {0};
    struct packed packed = {0};
    answer_fields(&server, one_field);
    pack_results(&packed, 0, 1);
    pack_series(&packed, "up", no_tags, 2);
    pack_sample(&packed, 11, 1);
    answer_with(&server, 1, &packed, 0);

    expect_answer(&server, &samples, -EBADMSG, "its answer ends too early");
}
END_TEST

START_TEST(asks_no_longer_than_the_deadline)
{
    struct server server = {.answers = {"HTTP/1.1 200 OK\r\n"}};
    struct weir_select what = samples;
    what.bounds.deadline_ns = clock_now_ns() + 200 * NS_PER_MS;

    server_open(&server);
    const char *settings[] = SETTINGS(&server, "");
    weir_cleanup(weir_harness_destroy) struct weir_harness *storage =
        storage_with(settings);
    weir_cleanup(weir_free) char *answer = NULL;
    ck_assert_int_eq(weir_harness_select(storage, &what, &answer), -ETIMEDOUT);
    weir_harness_destroy(&storage);
    server_close(&server);
}
END_TEST

START_TEST(stops_at_a_bound)
{
    struct weir_select what = samples;
    struct server server = {0};
    struct packed packed = {0};
    what.bounds.series = 1;
    answer_fields(&server, one_field);
    pack_results(&packed, 0, 2);
    for (int i = 0; i < 2; i++) {
        const char *const tags[] = {"n", i ? "1" : "0", NULL};
        pack_series(&packed, "up", tags, 1);
        pack_sample(&packed, 11, 1);
    }
    answer_with(&server, 1, &packed, 0);

    expect_answer(&server, &what, -E2BIG, "more than 1 series");
}
END_TEST

START_TEST(says_that_the_server_is_away)
{
    struct server server = {0};
    server_open(&server);
    (void)shutdown(server.socket, SHUT_RDWR);
    const char *settings[] = SETTINGS(&server, "");

    expect_with(&server, settings, &samples, -ENOTCONN, "onnect");
}
END_TEST

START_TEST(asks_an_influxdb_of_version_2_with_a_token)
{
    weir_cleanup(weir_free) char *path = strdup("/tmp/weir-token-XXXXXX");
    weir_cleanup(weir_free) char *setting = NULL;
    weir_cleanup(weir_close) int fd = mkstemp(path);
    struct server server = {0};
    ck_assert_int_eq(write(fd, "secret\n", 7), 7);
    ck_assert_int_gt(asprintf(&setting, "token_file = \"%s\"", path), 0);
    answer_fields(&server, no_tags);
    server_open(&server);
    const char *settings[] =
        SETTINGS(&server, "org = o", "bucket = \"b/c\"", setting);
    weir_cleanup(weir_harness_destroy) struct weir_harness *storage =
        storage_with(settings);
    weir_cleanup(weir_free) char *answer = NULL;

    (void)weir_harness_select(storage, &samples, &answer);
    (void)unlink(path);
    ck_assert_ptr_nonnull(
        strstr(server.heard[0],
               "POST /query?epoch=ns&chunked=true&db=b%2Fc HTTP/1.1\r\n"));
    ck_assert_ptr_nonnull(
        strstr(server.heard[0], "Authorization: Token secret\r\n"));
    weir_harness_destroy(&storage);
    server_close(&server);
    free_answers(&server);
}
END_TEST

START_TEST(knows_what_it_wrote_and_guesses_counters)
{
    struct metrics metrics;
    const struct weir_metric took = {"took_seconds", WEIR_HISTOGRAM, "seconds",
                                     "How long."};
    const struct weir_series series = {&took, "_sum", NULL};
    struct weir_metric metric;
    const char *suffix = NULL;
    metrics_init(&metrics);
    metrics_note(&metrics, &series);
    metrics_note(&metrics, &series);

    metrics_find(&metrics, "took_seconds_sum", &metric, &suffix);
    ck_assert_str_eq(metric.name, "took_seconds");
    ck_assert_str_eq(suffix, "_sum");
    ck_assert_str_eq(metric.unit, "seconds");
    ck_assert_int_eq(metric.type, WEIR_HISTOGRAM);
    metrics_find(&metrics, "hits_total", &metric, &suffix);
    ck_assert_int_eq(metric.type, WEIR_COUNTER);
    metrics_find(&metrics, "_total", &metric, &suffix);
    ck_assert_int_eq(metric.type, WEIR_UNTYPED);
    metrics_fini(&metrics);
}
END_TEST

SPEC("storage influxdb, asked", asks_for_fields_and_then_for_their_samples,
     gives_nothing_that_was_not_asked_for,
     a_long_series_comes_in_pieces_and_is_one, asks_for_the_last_value_alone,
     asks_for_the_one_sample_that_says_all,
     names_that_are_asked_for_at_any_time_need_no_samples,
     tells_each_label_once, leaves_out_what_is_no_series,
     a_database_that_is_not_there_yet_is_empty,
     a_database_that_nobody_makes_is_missed, tells_what_influxdb_says,
     tells_who_does_not_let_it_in, refuses_an_answer_that_is_none,
     refuses_a_statement_that_was_not_asked,
     fails_when_the_server_goes_in_the_midst_of_an_answer,
     fails_when_an_answer_ends_too_early, asks_no_longer_than_the_deadline,
     stops_at_a_bound, says_that_the_server_is_away,
     asks_an_influxdb_of_version_2_with_a_token,
     knows_what_it_wrote_and_guesses_counters)
