/* prometheus_test.c - what input prometheus promises of its settings; what it
 * makes of answers is in tests/integration/scrape.py
 */
#include <config.h>

#include "prometheus.c"

#include <errno.h>
#include <string.h>

#include <weir/harness.h>

#include "spec.h"

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

SPEC("input prometheus", settings_that_cannot_be_are_refused,
     a_target_that_is_not_there_is_down)
