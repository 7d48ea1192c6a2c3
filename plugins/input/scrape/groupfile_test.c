/* groupfile_test.c - what a reader of files of targets promises */
#include <config.h>

#include "groupfile.c"

#include "spec.h"

/* Returns the sets as "a=b,c=d;..." in a static text. */
static const char *
told(const struct findings *found)
{
    static char text[1024];
    size_t size = 0;

    text[0] = '\0';
    for (size_t i = 0; i < found->count; i++)
        for (const struct weir_label *label = found->items[i]->labels;
             label->name; label++)
            size += (size_t)snprintf(text + size, sizeof(text) - size,
                                     "%s=%s%s", label->name, label->value,
                                     label[1].name ? "," : ";");
    return text;
}

START_TEST(targets_get_the_labels_of_their_group)
{
    static const struct {
        const char *text, *expected;
    } cases[] = {
        {"", ""},
        {"[]", ""},
        {"---\n", ""},
        {"[{}]", ""},
        {"[{\"targets\": [], \"labels\": {}}]", ""},
        {"[{\"targets\": null, \"labels\": null}]", ""},
        {"[{\"targets\": [\"a:1\", \"b:2\"],\n\t\"labels\": {\"z\": \"y\"}}]",
         "__address__=a:1,z=y;__address__=b:2,z=y;"},
        {"[{\"labels\":{\"a\":\"\",\"b\":\"x\\\"\\u00e9\"},"
         "\"targets\":[\"a:1\"]},{\"targets\":[\"c\"]}]\n",
         "__address__=a:1,b=x\"é;__address__=c;"},
        {"- targets: [a:1]\n  labels:\n    env: prod\n    n: 7\n"
         "- targets:\n  - 'b:2'\n",
         "__address__=a:1,env=prod,n=7;__address__=b:2;"},
        {"[{\"targets\":[\"a\"],\"labels\":{\"__metrics_path__\":\"/m\"}}]",
         "__address__=a,__metrics_path__=/m;"},
    };

    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        struct findings found = {0};
        struct groupfile_fault fault;
        int rc = groupfile_read(cases[i].text, strlen(cases[i].text), &found,
                                &fault);
        ck_assert_msg(rc == 0, "%s: %zu: %s", cases[i].text, fault.line,
                      fault.why);
        ck_assert_str_eq(told(&found), cases[i].expected);
        findings_fini(&found);
    }
}
END_TEST

START_TEST(a_fault_is_told_with_its_line)
{
    static const struct {
        const char *text;
        size_t line;
        const char *why;
    } cases[] = {
        {"{}", 1, "list of groups"},
        {"7", 1, "list of groups"},
        {"[\n7]", 2, "a group"},
        {"[{\n\"target\": []}]", 2, "\"target\" is neither"},
        {"[{\n\"targets\": \"a\"}]", 2, "a list of texts"},
        {"[{\n\"targets\": [\n{}]}]", 3, "a target is a text"},
        {"[{\n\"targets\": [\n\"\"]}]", 3, "a target is a text"},
        {"[{\"labels\": []}]", 1, "a map of texts"},
        {"[{\"labels\": {\n\"a-b\": \"c\"}}]", 2, "\"a-b\" is no name"},
        {"[{\"labels\": {\n\"a\": []}}]", 2, "label \"a\" is no text"},
        {"[{\"targets\": [],\n\"targets\": []}]", 2, "comes twice"},
        {"[{\"targets\": [\"a\"]\n}", 3, "did not find"},
        {"[{\"targets\": [\"a\"\n", 2, "did not find"},
        {"- &x {}\n- *x\n", 2, "a group"},
        {"[]\n---\n[]", 2, "nothing more"},
        {"[{\"targets\": [\"\n\xff\"]}]", 1, "UTF-8"},
        {"[{\"labels\":\n{\"a\":\"\\ud83d\\ude00\"}}]", 2, "Unicode"},
    };

    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        struct findings found = {0};
        struct groupfile_fault fault;
        ck_assert_msg(groupfile_read(cases[i].text, strlen(cases[i].text),
                                     &found, &fault) == -EBADMSG,
                      "%s", cases[i].text);
        ck_assert_msg(strstr(fault.why, cases[i].why) != NULL, "%s: %zu: %s",
                      cases[i].text, fault.line, fault.why);
        ck_assert_msg(fault.line == cases[i].line, "%s: %zu: %s", cases[i].text,
                      fault.line, fault.why);
        findings_fini(&found);
    }
}
END_TEST

START_TEST(what_is_too_long_is_refused)
{
    struct findings found = {0};
    struct groupfile_fault fault;
    size_t size = FINDING_VALUE_MOST + 100;
    char *text = malloc(size);
    int length = snprintf(text, size, "[{\"targets\":[\"%0*d\"]}]",
                          FINDING_VALUE_MOST + 1, 0);

    ck_assert_int_eq(groupfile_read(text, (size_t)length, &found, &fault),
                     -EBADMSG);

    ck_assert_ptr_nonnull(strstr(fault.why, "too long"));
    findings_fini(&found);
    free(text);
}
END_TEST

SPEC("groupfile", targets_get_the_labels_of_their_group,
     a_fault_is_told_with_its_line, what_is_too_long_is_refused)
