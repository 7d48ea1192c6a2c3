/* pattern_test.c - conditions on labels */
#include <config.h>

#include <errno.h>
#include <pthread.h>
#include <string.h>

#include <weir/cleanup.h>
#include <weir/storage.h>

#include "base.h"
#include "spec.h"

static struct weir_pattern *
pattern(const char *text)
{
    struct weir_pattern *self = NULL;
    char why[256] = "";

    ck_assert_msg(weir_pattern_new(text, why, sizeof(why), &self) == 0, "%s",
                  why);
    return self;
}

static bool
like(const char *text, const char *value)
{
    weir_cleanup(weir_pattern_destroy) struct weir_pattern *self =
        pattern(text);
    const struct weir_matcher matcher = {"x", WEIR_LIKE, text, self};

    return weir_matches(&matcher, value);
}

START_TEST(patterns_hold_at_both_ends)
{
    ck_assert(like("eth[0-9]", "eth0"));
    ck_assert(!like("eth[0-9]", "eth01"));
    ck_assert(!like("eth[0-9]", "veth0"));
    ck_assert(like("a|abc", "abc"));
    ck_assert(!like("a|b", "ab"));
    ck_assert(!like("a$", "a\n"));
}
END_TEST

START_TEST(words_and_wildcards_mean_what_they_say)
{
    ck_assert(like("lo", "lo"));
    ck_assert(!like("lo", "loop"));
    ck_assert(like(".*", NULL));
    ck_assert(like(".*", "a\nb"));
    ck_assert(like(".+", "x"));
    ck_assert(!like(".+", NULL));
    ck_assert(like("", NULL));
    ck_assert(like("a.*c", "a\nc"));
}
END_TEST

START_TEST(patterns_see_characters_rather_than_bytes)
{
    ck_assert(like("caf.", "caf\xc3\xa9"));
    ck_assert(!like("caf.", "caf\xff"));
}
END_TEST

START_TEST(a_bad_pattern_is_refused_with_reason_and_place)
{
    struct weir_pattern *self = NULL;
    char why[256] = "";

    ck_assert_int_eq(weir_pattern_new("a(b", why, sizeof(why), &self), -EINVAL);
    ck_assert_ptr_null(self);
    ck_assert_msg(strstr(why, "parenthesis") != NULL, "%s", why);
    ck_assert_msg(strstr(why, "character 4") != NULL, "%s", why);
}
END_TEST

START_TEST(a_pattern_that_takes_too_many_steps_does_not_match)
{
    char value[400];

    memset(value, 'a', sizeof(value));
    value[sizeof(value) - 1] = '\0';
    ck_assert(!like("(a+)+b", value));
    ck_assert(!like("(*NO_JIT)(a+)+b", value));
}
END_TEST

START_TEST(too_many_steps_are_told_to_who_asks)
{
    struct weir_matcher matcher = {"a", WEIR_LIKE, "(a+)+[bc]", NULL};
    struct weir_pattern *pattern = NULL;
    char why[128];

    ck_assert_int_eq(
        weir_pattern_new(matcher.value, why, sizeof(why), &pattern), 0);
    matcher.pattern = pattern;
    ck_assert_int_eq(weir_try_match(&matcher, "aaab"), 1);
    ck_assert_int_eq(weir_try_match(&matcher, "aaad"), 0);
    ck_assert_int_eq(
        weir_try_match(&matcher, "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaad"),
        -E2BIG);
    ck_assert(!weir_matches(&matcher, "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaad"));
    weir_pattern_destroy(&pattern);
}
END_TEST

START_TEST(a_long_value_needs_no_deep_stack)
{
    static char value[4097];

    memset(value, 'a', sizeof(value) - 1);
    ck_assert(like("(a|b)*", value));
}
END_TEST

START_TEST(no_label_is_the_same_as_an_empty_one)
{
    const struct weir_matcher empty = {"x", WEIR_EQUAL, "", NULL};
    const struct weir_matcher other = {"x", WEIR_NOT_EQUAL, "a", NULL};

    ck_assert(weir_matches(&empty, NULL));
    ck_assert(weir_matches(&empty, ""));
    ck_assert(!weir_matches(&empty, "a"));
    ck_assert(weir_matches(&other, NULL));
    ck_assert(!weir_matches(&other, "a"));
}
END_TEST

START_TEST(a_series_meets_all_conditions_or_none)
{
    const struct weir_metric metric = {"took_seconds", WEIR_HISTOGRAM, "", ""};
    const struct weir_label labels[] = {{"job", "api"}, {"le", "1"}, {0}};
    const struct weir_series series = {&metric, "_bucket", labels};
    weir_cleanup(weir_pattern_destroy) struct weir_pattern *buckets =
        pattern(".+_bucket");
    weir_cleanup(weir_pattern_destroy) struct weir_pattern *digits =
        pattern("[0-9]+");
    const struct weir_matcher all[] = {
        {"__name__", WEIR_EQUAL, "took_seconds_bucket", NULL},
        {"__name__", WEIR_LIKE, ".+_bucket", buckets},
        {"job", WEIR_NOT_LIKE, "[0-9]+", digits},
        {"le", WEIR_LIKE, "[0-9]+", digits},
        {"host", WEIR_EQUAL, "", NULL},
        {"job", WEIR_NOT_EQUAL, "api", NULL},
    };

    ck_assert(weir_matches_series(all, 0, &series));
    ck_assert(weir_matches_series(all, ARRAY_SIZE(all) - 1, &series));
    ck_assert(!weir_matches_series(all, ARRAY_SIZE(all), &series));
}
END_TEST

static void *
match_often(void *arg)
{
    const struct weir_matcher *matcher = arg;
    size_t wrong = 0;

    for (int i = 0; i < 5000; i++) {
        wrong += !weir_matches(matcher, "node_cpu_seconds_total");
        wrong += weir_matches(matcher, "node_cpu_seconds");
    }
    return wrong ? arg : NULL;
}

START_TEST(threads_may_share_a_pattern)
{
    weir_cleanup(weir_pattern_destroy) struct weir_pattern *self =
        pattern("node_.*_total");
    struct weir_matcher matcher = {"__name__", WEIR_LIKE, "", self};
    pthread_t threads[3];

    for (size_t i = 0; i < ARRAY_SIZE(threads); i++)
        ck_assert_int_eq(
            pthread_create(&threads[i], NULL, match_often, &matcher), 0);
    for (size_t i = 0; i < ARRAY_SIZE(threads); i++) {
        void *wrong = NULL;
        ck_assert_int_eq(pthread_join(threads[i], &wrong), 0);
        ck_assert_ptr_null(wrong);
    }
}
END_TEST

START_TEST(destroying_no_pattern_is_allowed)
{
    struct weir_pattern *none = NULL;

    weir_pattern_destroy(&none);
    ck_assert_ptr_null(none);
}
END_TEST

SPEC("pattern", patterns_hold_at_both_ends,
     words_and_wildcards_mean_what_they_say,
     patterns_see_characters_rather_than_bytes,
     a_bad_pattern_is_refused_with_reason_and_place,
     a_pattern_that_takes_too_many_steps_does_not_match,
     too_many_steps_are_told_to_who_asks, a_long_value_needs_no_deep_stack,
     no_label_is_the_same_as_an_empty_one,
     a_series_meets_all_conditions_or_none, threads_may_share_a_pattern,
     destroying_no_pattern_is_allowed)
