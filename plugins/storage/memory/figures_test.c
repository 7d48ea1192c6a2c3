/* figures_test.c - storage memory makes the figures of its series itself */
#include <config.h>

#include "memory.c"

#include <weir/harness.h>

#include "spec.h"

/* Over the ten up to 20; the window before begins after 0. */
static const struct weir_select figures = {.want = WEIR_SAMPLES,
                                           .until_ns = 20,
                                           .function = WEIR_FIGURES,
                                           .range_ns = 10,
                                           .alone = true};

static char *
answer_to(const struct weir_select *what)
{
    weir_cleanup(weir_harness_destroy) struct weir_harness *memory = NULL;
    char *text = NULL;

    ck_assert_msg(weir_harness_open(&memory_LTX_weir_plugin, NULL, &memory) ==
                      0,
                  "%s", weir_harness_why(NULL));
    (void)weir_harness_append(memory, "a 2 5\nold 1 5\n");
    (void)weir_harness_append(memory, "a 4 12\n");
    (void)weir_harness_append(memory, "a 8 18\n");
    (void)weir_harness_append(memory, "a 9 21\n");
    ck_assert_int_eq(weir_harness_select(memory, what, &text), 0);
    ck_assert_ptr_nonnull(text);
    return text;
}

START_TEST(of_those_that_have_samples_in_the_window)
{
    weir_cleanup(weir_free) char *text = answer_to(&figures);
    const char *const begin = "a 2 20\na 6 20\na 8 20\na 4 20\na 8 20\n";

    ck_assert_msg(strncmp(text, begin, strlen(begin)) == 0, "%s", text);
    ck_assert_ptr_null(strstr(text, "old"));
}
END_TEST

START_TEST(only_when_it_is_asked_alone)
{
    struct weir_select among_others = figures;

    among_others.alone = false;
    weir_cleanup(weir_free) char *text = answer_to(&among_others);

    ck_assert_str_eq(text, "a 2 5\na 4 12\na 8 18\nold 1 5\n");
}
END_TEST

START_TEST(refuses_a_window_that_reaches_before_all_time)
{
    weir_cleanup(weir_harness_destroy) struct weir_harness *memory = NULL;
    struct weir_select endless = figures;
    char *text = NULL;

    endless.range_ns = INT64_MAX;
    ck_assert_int_eq(weir_harness_open(&memory_LTX_weir_plugin, NULL, &memory),
                     0);
    (void)weir_harness_append(memory, "a 2 5\n");
    ck_assert_int_eq(weir_harness_select(memory, &endless, &text), -EINVAL);
    free(text);
}
END_TEST

SPEC("figures of storage memory", of_those_that_have_samples_in_the_window,
     only_when_it_is_asked_alone, refuses_a_window_that_reaches_before_all_time)
