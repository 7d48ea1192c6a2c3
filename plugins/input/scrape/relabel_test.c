/* relabel_test.c - relabelling means what it means to Prometheus
 *
 * That it does is shown against a real one in tests/integration/relabel.py;
 * here is each action by itself, and what is wrong with rules.
 */
#include <config.h>

#include "relabel.h"

#include <errno.h>

#include "relabel_text.h"
#include "spec.h"

/* What comes of 'given', lines of "name=value", or NULL when it is dropped;
 * freed by the caller. */
static char *
relabelled(const char *rules, const char *given)
{
    weir_cleanup(relabel_text_fini) struct relabel_text text = {0};
    weir_cleanup(relabel_destroy) struct relabel *relabel = NULL;
    weir_cleanup(labelset_fini) struct labelset labels = {0};

    ck_assert_msg(relabel_text_read(&text, rules) == 0, "%s: %s", rules,
                  text.complaints.list[0].text);
    ck_assert_int_eq(relabel_new(&text.relabel, NULL, &relabel), 0);
    relabel_text_labels(&labels, given);
    int rc = relabel_apply(relabel, &labels);
    ck_assert_int_ge(rc, 0);
    return rc ? relabel_text_write(&labels) : NULL;
}

struct example {
    const char *rules, *given, *result;
};

static void
expect_each(const struct example *cases, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        weir_cleanup(weir_free) char *result =
            relabelled(cases[i].rules, cases[i].given);
        if (!result)
            ck_assert_msg(!cases[i].result, "%s: dropped", cases[i].rules);
        else
            ck_assert_msg(cases[i].result &&
                              strcmp(result, cases[i].result) == 0,
                          "%s gives %s", cases[i].rules, result);
    }
}

START_TEST(replace_sets_what_the_groups_say)
{
    static const struct example cases[] = {
        {"relabel { source = {a} target = b }", "a=1", "a=1\nb=1\n"},
        {"relabel { source = {a, c} target = b }", "a=1\nc=2",
         "a=1\nb=1;2\nc=2\n"},
        {"relabel { source = {a, none} separator = '/' target = b }", "a=1",
         "a=1\nb=1/\n"},
        {"relabel { source = {a} regex = 'x(.*)' target = b }", "a=1", "a=1\n"},
        {"relabel { source = {a} regex = '(.*):(?P<port>.*)' target = 'p_$1' "
         "replacement = '${port}-$$-$0-$9' }",
         "a=h:80", "a=h:80\np_h=80-$-h:80-\n"},
        {"relabel { target = b replacement = fixed }", "a=1", "a=1\nb=fixed\n"},
        {"relabel { source = {a} regex = 'x.y' target = b replacement = z }",
         "a=x;y", "a=x;y\nb=z\n"},
    };

    expect_each(cases, WEIR_COUNT(cases));
}
END_TEST

START_TEST(replace_by_nothing_removes_and_a_bad_name_is_not_set)
{
    static const struct example cases[] = {
        {"relabel { target = a replacement = '' }", "a=1\nb=2", "b=2\n"},
        {"relabel { source = {none} target = a }", "a=1", ""},
        {"relabel { source = {a} regex = '(.*)' target = '${1}' }", "a=no-name",
         "a=no-name\n"},
        {"relabel { source = {a} target = 'b$2' replacement = x }", "a=1",
         "a=1\nb=x\n"},
    };

    expect_each(cases, WEIR_COUNT(cases));
}
END_TEST

START_TEST(keep_and_drop_look_at_the_whole_value)
{
    static const struct example cases[] = {
        {"relabel { source = {a} regex = 'x|y' action = keep }", "a=x",
         "a=x\n"},
        {"relabel { source = {a} regex = 'x|y' action = keep }", "a=xy", NULL},
        {"relabel { source = {a} regex = 'x|y' action = drop }", "a=y", NULL},
        {"relabel { source = {a} regex = 'x|y' action = drop }", "a=xy",
         "a=xy\n"},
        {"relabel { source = {a} regex = '' action = drop }", "b=1", NULL},
        {"relabel { regex = '.+' action = keep }", "b=1", NULL},
        {"relabel { source = {a} target = b action = keepequal }", "a=1\nb=1",
         "a=1\nb=1\n"},
        {"relabel { source = {a} target = b action = keepequal }", "a=1\nb=2",
         NULL},
        {"relabel { source = {a} target = b action = dropequal }", "a=1\nb=1",
         NULL},
        {"relabel { source = {a} target = b action = dropequal }", "a=1",
         "a=1\n"},
        {"relabel { source = {a} target = a action = drop } "
         "relabel { source = {a} regex = 'x' action = drop }",
         "a=1", NULL},
    };

    expect_each(cases, WEIR_COUNT(cases));
}
END_TEST

/* The numbers are those of Prometheus; see tests/integration/relabel.py. */
START_TEST(hashmod_chooses_a_number)
{
    static const struct example cases[] = {
        {"relabel { source = {c} target = d modulus = 1000 action = hashmod }",
         "c=baz", "c=baz\nd=976\n"},
        {"relabel { source = {c} target = d modulus = 1000 action = hashmod }",
         "b=1", "b=1\nd=958\n"},
    };

    expect_each(cases, WEIR_COUNT(cases));
}
END_TEST

START_TEST(letters_of_any_script_have_a_case)
{
    static const struct example cases[] = {
        {"relabel { source = {a} target = b action = lowercase }",
         "a=Ab\303\204-\316\251",
         "a=Ab\303\204-\316\251\nb=ab\303\244-\317\211\n"},
        {"relabel { source = {a} target = b action = uppercase }",
         "a=Ab\303\244\303\237",
         "a=Ab\303\244\303\237\nb=AB\303\204\303\237\n"},
        {"relabel { source = {a} target = b action = uppercase }", "a=x\377y",
         "a=x\377y\nb=X\377Y\n"},
        {"relabel { source = {a} target = b action = uppercase }", "b=1", ""},
    };

    expect_each(cases, WEIR_COUNT(cases));
}
END_TEST

START_TEST(labels_are_mapped_dropped_and_kept_by_name)
{
    static const struct example cases[] = {
        {"relabel { regex = '__meta_(.+)' action = labelmap }",
         "__meta_a=1\n__meta_b=2\nc=3",
         "__meta_a=1\n__meta_b=2\na=1\nb=2\nc=3\n"},
        {"relabel { regex = '(.)' replacement = '${1}${1}' action = labelmap }",
         "a=1", "a=1\naa=1\n"},
        {"relabel { regex = 'a|b' action = labeldrop }", "a=1\nb=2\nab=3",
         "ab=3\n"},
        {"relabel { regex = 'a|b' action = labelkeep }", "a=1\nb=2\nab=3",
         "a=1\nb=2\n"},
        {"relabel { regex = 'none' action = labelkeep }", "a=1\nb=2", ""},
    };

    expect_each(cases, WEIR_COUNT(cases));
}
END_TEST

START_TEST(a_match_that_takes_too_long_is_none)
{
    static const struct example cases[] = {
        {"relabel { source = {a} regex = '(a+)+[bc]' action = drop }",
         "a=aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaad",
         "a=aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaad\n"},
        {"relabel { source = {a} regex = '(a+)+[bc]' action = keep }",
         "a=aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaad", NULL},
    };

    expect_each(cases, WEIR_COUNT(cases));
}
END_TEST

/* Those that Prometheus refuses, too. */
START_TEST(all_bad_rules_are_told_with_their_lines)
{
    static const char rules[] =
        "relabel { source = {a} }\n"
        "relabel { action = hashmod target = a }\n"
        "relabel { action = keepequal source = {a} target = b regex = x }\n"
        "relabel { action = labeldrop source = {a} }\n"
        "relabel { target = 'a-b' }\n"
        "relabel { target = '1a' action = lowercase }\n"
        "relabel { target = '${' }\n"
        "relabel { action = labelmap replacement = 'a b' }\n"
        "relabel { target = a regex = '(' }\n"
        "relabel { target = a action = rename }\n"
        "relabel { target = a replacement = x action = uppercase }\n"
        "relabel { target = '_a1$1${b}c' }\n";
    static const char *const told[] = {
        "a.conf:1: relabel: \"replace\" lacks a target; set it",
        "a.conf:2: relabel: \"hashmod\" lacks a modulus; set it",
        "a.conf:3: relabel: \"keepequal\" has no use for regex; remove it",
        "a.conf:4: relabel: \"labeldrop\" has no use for source; remove it",
        "a.conf:5: relabel: \"a-b\" cannot be a label's name",
        "a.conf:6: relabel: \"1a\" cannot be a label's name",
        "a.conf:7: relabel: \"${\" cannot be a label's name",
        "a.conf:8: relabel: \"a b\" cannot become a label's name",
        "a.conf:9: relabel: missing closing parenthesis at character 2",
        "a.conf:11: relabel: \"uppercase\" has no use for replacement",
    };
    weir_cleanup(relabel_text_fini) struct relabel_text text = {0};

    ck_assert_int_eq(relabel_text_read(&text, rules), -EINVAL);

    ck_assert_uint_eq(text.complaints.count, WEIR_COUNT(told) + 1);
    ck_assert_ptr_nonnull(
        strstr(text.complaints.list[0].text, "a.conf:10: action: one of"));
    for (size_t i = 0; i < WEIR_COUNT(told); i++)
        ck_assert_msg(strstr(text.complaints.list[i + 1].text, told[i]) != NULL,
                      "%s", text.complaints.list[i + 1].text);
}
END_TEST

SPEC("relabelling", replace_sets_what_the_groups_say,
     replace_by_nothing_removes_and_a_bad_name_is_not_set,
     keep_and_drop_look_at_the_whole_value, hashmod_chooses_a_number,
     letters_of_any_script_have_a_case,
     labels_are_mapped_dropped_and_kept_by_name,
     a_match_that_takes_too_long_is_none,
     all_bad_rules_are_told_with_their_lines)
