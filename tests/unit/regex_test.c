/* regex_test.c - regular expressions whose groups fill in templates */
#include <config.h>

#include <errno.h>
#include <string.h>

#include <weir/cleanup.h>
#include <weir/text.h>

#include "base.h"
#include "spec.h"

static struct weir_regex *
regex(const char *text)
{
    struct weir_regex *self = NULL;
    char why[256] = "";

    ck_assert_msg(weir_regex_new(text, why, sizeof(why), &self) == 0, "%s",
                  why);
    return self;
}

START_TEST(a_whole_text_matches_or_none)
{
    weir_cleanup(weir_regex_destroy) struct weir_regex *self = regex("a|ab.c");

    ck_assert_int_eq(weir_regex_match(self, "a"), 1);
    ck_assert_int_eq(weir_regex_match(self, "ab\nc"), 1);
    ck_assert_int_eq(weir_regex_match(self, "ab"), 0);
    ck_assert_int_eq(weir_regex_match(self, ""), 0);
}
END_TEST

/* As Go's Regexp.Expand has it. */
START_TEST(a_template_names_groups_as_in_go)
{
    static const struct {
        const char *template, *result;
    } cases[] = {{"$1", "one"},
                 {"${1}2", "one2"},
                 {"$12", ""},
                 {"$1x", ""},
                 {"$1-$2", "one-two"},
                 {"${rest}", "two"},
                 {"$rest.", "two."},
                 {"$$1", "$1"},
                 {"$", "$"},
                 {"a$", "a$"},
                 {"${1", "${1"},
                 {"${}", "${}"},
                 {"$0", "one/two"},
                 {"$01", ""},
                 {"$3", ""},
                 {"$-1", "$-1"},
                 {"", ""},
                 {"${re st}", "${re st}"},
                 {"$999999999999", ""}};
    weir_cleanup(weir_regex_destroy) struct weir_regex *self =
        regex("(.*)/(?P<rest>[a-z]+)(x)?");

    for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
        ck_assert_int_eq(weir_regex_match(self, "one/two"), 1);
        weir_cleanup(weir_free) char *result =
            weir_regex_expand(self, "one/two", cases[i].template);
        ck_assert_msg(strcmp(result, cases[i].result) == 0, "%s: %s",
                      cases[i].template, result);
    }
}
END_TEST

START_TEST(what_takes_too_long_is_told)
{
    weir_cleanup(weir_regex_destroy) struct weir_regex *self =
        regex("(a+)+[bc]");

    ck_assert_int_eq(
        weir_regex_match(self, "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaad"), -E2BIG);
}
END_TEST

START_TEST(what_is_no_regular_expression_is_told_with_its_place)
{
    struct weir_regex *self = NULL;
    char why[256] = "";

    ck_assert_int_eq(weir_regex_new("a(b", why, sizeof(why), &self), -EINVAL);
    ck_assert_ptr_nonnull(strstr(why, "at character 4 of \"a(b\""));
    ck_assert_ptr_null(self);
}
END_TEST

SPEC("regular expressions", a_whole_text_matches_or_none,
     a_template_names_groups_as_in_go, what_takes_too_long_is_told,
     what_is_no_regular_expression_is_told_with_its_place)
