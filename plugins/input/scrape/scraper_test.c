/* scraper_test.c - what inputs that scrape promise of their targets */
#include <config.h>

#include "scraper.c"

#include <stdio.h>

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
        ck_assert_msg(place_init(&place, cases[i].text, "/metrics", &why) == 0,
                      "%s: %s", cases[i].text, why);
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
        ck_assert_msg(place_init(&place, cases[i].text, "/metrics", &why) ==
                          -EINVAL,
                      "%s", cases[i].text);
        ck_assert_msg(strstr(why, cases[i].why) != NULL, "%s: %s",
                      cases[i].text, why);
        place_fini(&place);
    }
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

SPEC("scraper", a_target_is_a_url_and_an_instance, what_is_no_target_is_told,
     targets_spread_over_the_interval)
