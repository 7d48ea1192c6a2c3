/* prometheus_test.c - what input prometheus promises of its targets; what it
 * makes of their answers is in tests/integration/scrape.py
 */
#include <config.h>

#include "prometheus.c"

#include <math.h>
#include <stdio.h>

#include <weir/harness.h>

#include "spec.h"

START_TEST(a_target_is_a_url_and_an_instance)
{
    static const struct {
        const char *text, *url, *instance;
    } cases[] = {
        {"127.0.0.1:9100", "http://127.0.0.1:9100/metrics", "127.0.0.1:9100"},
        {"a.example", "http://a.example/metrics", "a.example:80"},
        {"a:1/", "http://a:1/", "a:1"},
        {"a:1/b/c", "http://a:1/b/c", "a:1"},
        {"a:1?x=/y", "http://a:1/metrics?x=/y", "a:1"},
        {"a:1/p?x=1", "http://a:1/p?x=1", "a:1"},
        {"https://a", "https://a/metrics", "a:443"},
        {"http://[::1]:9100/m", "http://[::1]:9100/m", "[::1]:9100"},
    };

    for (size_t i = 0; i < WEIR_COUNT(cases); i++) {
        struct place place;
        const char *why = "";
        ck_assert_msg(place_init(&place, cases[i].text, &why) == 0, "%s: %s",
                      cases[i].text, why);
        ck_assert_str_eq(place.url, cases[i].url);
        ck_assert_str_eq(place.instance, cases[i].instance);
        place_fini(&place);
    }
}
END_TEST

START_TEST(what_is_no_target_is_told)
{
    static const struct {
        const char *text, *why;
    } cases[] = {
        {"", "host:port"},
        {"http:///metrics", "host:port"},
        {"a:0x", "host:port"},
        {"a:99999", "host:port"},
        {"a b:1", "host:port"},
        {"ftp://a/", "neither http nor https"},
        {"http://user:word@a/", "password"},
        {"http://a/#b", "'#'"},
    };

    for (size_t i = 0; i < WEIR_COUNT(cases); i++) {
        struct place place;
        const char *why = "";
        ck_assert_msg(place_init(&place, cases[i].text, &why) == -EINVAL, "%s",
                      cases[i].text);
        ck_assert_msg(strstr(why, cases[i].why) != NULL, "%s: %s",
                      cases[i].text, why);
        place_fini(&place);
    }
}
END_TEST

/* Opens with settings that are refused, and returns why. */
static const char *
why_not(const char *first, const char *second)
{
    const char *settings[] = {first, second, NULL};
    struct weir_harness *harness = NULL;

    ck_assert_int_eq(
        weir_harness_open(&prometheus_LTX_weir_plugin, settings, &harness),
        -EINVAL);
    return weir_harness_why(NULL);
}

START_TEST(settings_that_cannot_be_are_refused)
{
    ck_assert_ptr_nonnull(
        strstr(why_not("targets = {}", NULL), "say what to scrape"));
    ck_assert_ptr_nonnull(
        strstr(why_not("targets = {\"ftp://a\"}", NULL), "target \"ftp://a\""));
    ck_assert_ptr_nonnull(
        strstr(why_not("targets = {\"a:1\", \"http://a:1/x\"}", NULL),
               "another one at a:1"));
    ck_assert_ptr_nonnull(strstr(why_not("targets = {\"a:1\"}", "max_body = 0"),
                                 "max_body cannot"));
}
END_TEST

START_TEST(targets_spread_over_the_interval)
{
    enum { TARGETS = 1000, PARTS = 10, LEAST = 60 };
    const int64_t interval_ns = PARTS * NS_PER_S;
    size_t counts[PARTS] = {0};
    char url[64];

    for (int i = 0; i < TARGETS; i++) {
        (void)snprintf(url, sizeof(url), "http://10.0.0.%d:9%03d/metrics",
                       i % 100, i);
        uint64_t turn = hash_of(url) % (uint64_t)interval_ns;
        counts[turn / NS_PER_S]++;
    }
    for (size_t i = 0; i < PARTS; i++)
        ck_assert_uint_gt(counts[i], LEAST);
}
END_TEST

/* Nobody listens to port 1. */
START_TEST(a_target_that_is_not_there_is_down)
{
    enum { TRIES = 3000, TRY_NS = 10000000 };
    static const char up_there[] =
        "up{instance=\"127.0.0.1:1\",job=\"things\"}";
    const char *settings[] = {"targets = {\"127.0.0.1:1\"}", "job = \"things\"",
                              NULL};
    struct weir_harness *harness = NULL;

    ck_assert_msg(
        weir_harness_open(&prometheus_LTX_weir_plugin, settings, &harness) == 0,
        "%s", weir_harness_why(NULL));
    for (int i = 0; i < TRIES && !weir_harness_has(harness, up_there); i++)
        weir_harness_run(harness, TRY_NS);

    ck_assert_double_eq(weir_harness_value(harness, up_there), 0);
    weir_harness_destroy(&harness);
}
END_TEST

SPEC("input prometheus", a_target_is_a_url_and_an_instance,
     what_is_no_target_is_told, settings_that_cannot_be_are_refused,
     targets_spread_over_the_interval, a_target_that_is_not_there_is_down)
