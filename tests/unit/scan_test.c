/* scan_test.c - what becomes of a configuration's files before libconfuse
 *
 * The traps of libconfuse that are sprung here bear their numbers, H1 to H14,
 * from the study; the others are in option_test.c and configuration_test.c.
 */
#include <config.h>

#include "scan.h"

#include <errno.h>
#include <weir/cleanup.h>

#include "folder.h"

/* What a scan gave. */
struct scene {
    struct folder *folder;
    struct arena texts;
    struct complaints complaints;
    struct statements statements;
};

static void
scene_fini(struct scene *self)
{
    folder_destroy(&self->folder);
    statements_fini(&self->statements);
    complaints_clear(&self->complaints);
    arena_clear(&self->texts);
}

static void
scan(struct scene *self, const char *text)
{
    scan_text("a.conf", text, &self->texts, &self->complaints,
              &self->statements);
}

static void
scan_path(struct scene *self, const char *path)
{
    char copy[256];

    (void)snprintf(copy, sizeof(copy), "%s", path);
    statements_fini(&self->statements);
    scan_file(copy, &self->texts, &self->complaints, &self->statements);
}

/* The one complaint is 'text'. */
static void
expect(const struct scene *self, const char *text)
{
    ck_assert_uint_eq(self->complaints.count, 1);
    ck_assert_str_eq(self->complaints.list[0].text, text);
}

/* The one complaint has 'part' in it. */
static void
expect_part(const struct scene *self, const char *part)
{
    ck_assert_uint_eq(self->complaints.count, 1);
    ck_assert_msg(strstr(self->complaints.list[0].text, part),
                  "\"%s\" lacks \"%s\"", self->complaints.list[0].text, part);
}

#define SCENE weir_cleanup(scene_fini) struct scene scene = {0}

START_TEST(splits_a_text_into_statements)
{
    SCENE;

    scan(&scene, "interval = 10s\n"
                 "input prometheus:api {\n targets = {\"a\", \"b\"}\n}\n"
                 "labels { dc = fra1 }");

    const struct statement *list = scene.statements.list;
    ck_assert_uint_eq(scene.complaints.count, 0);
    ck_assert_uint_eq(scene.statements.count, 3);
    ck_assert_str_eq(list[0].kind, "interval");
    ck_assert_str_eq(list[0].text, "interval = 10s");
    ck_assert_ptr_null(list[0].body);
    ck_assert_str_eq(list[1].kind, "input");
    ck_assert_str_eq(list[1].title, "prometheus:api");
    ck_assert_str_eq(list[1].body, "\n targets = {\"a\", \"b\"}\n");
    ck_assert_int_eq(list[1].line, 2);
    ck_assert_int_eq(list[2].line, 5);
    ck_assert_ptr_null(list[2].title);
}
END_TEST

START_TEST(makes_blanks_of_comments)
{
    SCENE;

    scan(&scene, "a = 1 # { \" *\nb = 2 // }\n/* \"\n*/ c = 3");

    ck_assert_uint_eq(scene.complaints.count, 0);
    ck_assert_uint_eq(scene.statements.count, 3);
    ck_assert_int_eq(scene.statements.list[2].line, 4);
}
END_TEST

START_TEST(takes_what_libconfuse_takes_for_a_word)
{
    SCENE;

    scan(&scene, "a = tcp://h:1/x b = /sys/x c = -> d = @x e = 'it # {'");

    ck_assert_uint_eq(scene.complaints.count, 0);
    ck_assert_uint_eq(scene.statements.count, 5);
}
END_TEST

START_TEST(h2_an_unclosed_brace_is_told_where_it_opened)
{
    SCENE;

    scan(&scene, "a = 1\ninput host {\n x = 1\n\n");

    expect(&scene, "a.conf:2: the { of \"host\" is never closed; add a }");
}
END_TEST

START_TEST(h2_what_follows_an_unclosed_brace_is_read)
{
    SCENE;

    scan(&scene, "input host {\n x = 1\nstorage memory { }\n");

    expect_part(&scene, "a.conf:1: the { of \"host\"");
    ck_assert_uint_eq(scene.statements.count, 2);
    ck_assert_str_eq(scene.statements.list[1].kind, "storage");
    ck_assert(scene.statements.list[0].broken);
    ck_assert(!scene.statements.list[1].broken);
}
END_TEST

START_TEST(a_brace_that_closes_nothing_is_told)
{
    SCENE;

    scan(&scene, "input host { }\n}\na = 1");

    expect_part(&scene, "a.conf:2: this } closes nothing");
    ck_assert_uint_eq(scene.statements.count, 2);
}
END_TEST

START_TEST(h3_an_unquoted_star_is_told)
{
    SCENE;

    scan(&scene, "a = {sd*}\nb = /sys/*/x\nc = \"*\"\n* * *\nd = 1+2\n");

    ck_assert_uint_eq(scene.complaints.count, 6);
    ck_assert_str_eq(
        scene.complaints.list[0].text,
        "a.conf:1: an unquoted * would be lost; put quotes around it");
    ck_assert_ptr_nonnull(strstr(scene.complaints.list[1].text, "a.conf:2: "));
    ck_assert_ptr_nonnull(strstr(scene.complaints.list[4].text, "a.conf:4: "));
    ck_assert_ptr_nonnull(
        strstr(scene.complaints.list[5].text, "a.conf:5: an unquoted +"));
}
END_TEST

START_TEST(h4_a_string_without_end_is_told_on_its_line)
{
    SCENE;

    scan(&scene, "a = \"x\nb = 2\nc = 'y\nd = 3\n");

    ck_assert_uint_eq(scene.complaints.count, 2);
    ck_assert_ptr_nonnull(strstr(scene.complaints.list[0].text,
                                 "a.conf:1: this string does not end"));
    ck_assert_ptr_nonnull(strstr(scene.complaints.list[1].text, "a.conf:3: "));
    ck_assert_uint_eq(scene.statements.count, 4);
}
END_TEST

START_TEST(a_comment_without_end_is_told)
{
    SCENE;

    scan(&scene, "a = 1\n/* b = 2");

    expect_part(&scene, "a.conf:2: this comment never ends");
}
END_TEST

START_TEST(h5_failed_includes_harm_no_later_one)
{
    SCENE;
    scene.folder = folder_new();
    (void)folder_file(scene.folder, "good.conf", "a = 1\n");
    (void)folder_file(scene.folder, "main.conf", "include(\"good.conf\")\n");

    for (int i = 0; i < 30; i++) {
        scan_path(&scene, folder_file(scene.folder, "bad.conf",
                                      "include(\"none.conf\")\n"));
        complaints_clear(&scene.complaints);
    }
    scan_path(&scene, folder_path(scene.folder, "main.conf"));

    ck_assert_uint_eq(scene.complaints.count, 0);
    ck_assert_uint_eq(scene.statements.count, 1);
}
END_TEST

START_TEST(h6_includes_by_pattern_beside_the_file_that_names_them)
{
    SCENE;
    scene.folder = folder_new();
    folder_make(scene.folder, "conf.d");
    for (int i = 0; i < 40; i++) {
        char name[32];
        (void)snprintf(name, sizeof(name), "conf.d/%02d.conf", i);
        (void)folder_file(scene.folder, name, "input host { }\n");
    }
    (void)folder_file(scene.folder, "conf.d/x.txt", "no = 1\n");

    scan_path(&scene, folder_file(scene.folder, "main.conf",
                                  "a = 1\ninclude(\"conf.d/*.conf\")\n"
                                  "b = 2\n"));

    ck_assert_uint_eq(scene.complaints.count, 0);
    ck_assert_uint_eq(scene.statements.count, 42);
    ck_assert_str_eq(scene.statements.list[41].kind, "b");
    const char *file = scene.statements.list[40].file;
    ck_assert_ptr_nonnull(strstr(file, "/conf.d/39.conf"));
}
END_TEST

START_TEST(an_include_that_names_no_file_is_told)
{
    SCENE;
    scene.folder = folder_new();

    scan_path(&scene,
              folder_file(scene.folder, "main.conf",
                          "a = 1\ninclude(\"x.conf\")\ninclude(\"y*\")\n"));

    expect_part(&scene, "/x.conf: there is no such file; create it");
    expect_part(&scene, "/main.conf:2)");
}
END_TEST

START_TEST(a_file_that_includes_itself_is_told)
{
    SCENE;
    scene.folder = folder_new();
    (void)folder_file(scene.folder, "b.conf", "include(\"a.conf\")\n");

    scan_path(&scene,
              folder_file(scene.folder, "a.conf", "include(\"b.conf\")\n"));

    expect_part(&scene, "/a.conf: it includes itself (included at ");
}
END_TEST

START_TEST(includes_have_a_depth)
{
    SCENE;
    scene.folder = folder_new();
    for (int i = 0; i < 12; i++) {
        char name[16], text[32];
        (void)snprintf(name, sizeof(name), "%d.conf", i);
        (void)snprintf(text, sizeof(text), "include(\"%d.conf\")\n", i + 1);
        (void)folder_file(scene.folder, name, text);
    }

    scan_path(&scene, folder_path(scene.folder, "0.conf"));

    expect_part(&scene, "/9.conf: includes stand in one another more than 8");
}
END_TEST

START_TEST(h7_only_text_files_are_read)
{
    static const char binary[] = "a = 1\n\0b\n";
    SCENE;
    scene.folder = folder_new();
    struct {
        const char *name;
        const char *why;
    } cases[] = {
        {"", "it is a folder; name a file in it"},
        {"none", "there is no such file; create it"},
        {"empty", "it says nothing; write at least"},
        {"binary", "binary:2: this is no text; name a text file"},
        {"large", "it is larger than 1 MiB; split it"},
        {"pipe", "it is no regular file; name one"},
        {"comment", "it says nothing"},
    };
    (void)folder_file(scene.folder, "empty", "");
    (void)folder_file(scene.folder, "comment", "# a = 1\n");
    (void)folder_bytes(scene.folder, "binary", binary, sizeof(binary) - 1);
    weir_cleanup(weir_free) char *large = calloc(1, SCAN_SIZE_MOST + 1);
    memset(large, '\n', SCAN_SIZE_MOST + 1);
    (void)folder_bytes(scene.folder, "large", large, SCAN_SIZE_MOST + 1);
    ck_assert_int_eq(mkfifo(folder_path(scene.folder, "pipe"), 0600), 0);

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        scan_path(&scene, folder_path(scene.folder, cases[i].name));

        expect_part(&scene, cases[i].why);
        complaints_clear(&scene.complaints);
    }
}
END_TEST

START_TEST(a_file_that_may_not_be_read_is_told)
{
    SCENE;
    scene.folder = folder_new();
    const char *path = folder_file(scene.folder, "a.conf", "a = 1\n");
    ck_assert_int_eq(chmod(path, 0), 0);
    /* Root may read it none the less; nobody may not even see the folder. */
    bool root = geteuid() == 0;
    if (root)
        ck_assert_int_eq(seteuid(65534), 0);

    scan_path(&scene, path);

    if (root)
        ck_assert_int_eq(seteuid(0), 0);
    expect_part(&scene, "it may not be read; change its owner or mode");
}
END_TEST

START_TEST(h8_all_errors_are_told_in_one_run)
{
    SCENE;

    scan(&scene, "a b c\n= c\nd = 1;\ne = \"${WEIR_NO_SUCH}\"\n}\nf = 1\n");

    ck_assert_uint_eq(scene.complaints.count, 5);
    for (int i = 0; i < 5; i++) {
        char start[16];
        (void)snprintf(start, sizeof(start), "a.conf:%d: ", i + 1);
        ck_assert_msg(
            strncmp(scene.complaints.list[i].text, start, strlen(start)) == 0,
            "%s", scene.complaints.list[i].text);
    }
}
END_TEST

START_TEST(complaints_have_an_end)
{
    SCENE;
    char text[1000];
    memset(text, '}', sizeof(text) - 1);
    text[sizeof(text) - 1] = '\0';

    scan(&scene, text);

    ck_assert_uint_eq(scene.complaints.count, COMPLAINT_MOST);
    ck_assert_uint_eq(scene.complaints.error_count, 999);
    ck_assert_uint_eq(scene.complaints.more_count, 899);
}
END_TEST

START_TEST(h9_a_variable_that_is_not_set_is_told)
{
    SCENE;
    ck_assert_int_eq(setenv("WEIR_SET", "x", 1), 0);

    scan(&scene, "a = \"${WEIR_SET} ${WEIR_UNSET:-b}\"\n"
                 "b = ${WEIR_SET}\n"
                 "c = '${WEIR_UNSET}'\n"
                 "d = \"\\${WEIR_UNSET}\"\n"
                 "e = \"${WEIR_UNSET}\"\n");

    expect(&scene, "a.conf:5: the environment has no WEIR_UNSET; set it, or "
                   "write \"${WEIR_UNSET:-default}\"");
}
END_TEST

START_TEST(h9_a_variable_must_be_well_formed)
{
    SCENE;

    scan(&scene, "a = \"${WEIR\"\nb = \"${}\"\nc = \"${a-b}\"\n"
                 "d = a${HOME}\n");

    ck_assert_uint_ge(scene.complaints.count, 4);
    ck_assert_ptr_nonnull(
        strstr(scene.complaints.list[0].text, "is never closed"));
    ck_assert_ptr_nonnull(
        strstr(scene.complaints.list[1].text, "this is no variable"));
    ck_assert_ptr_nonnull(
        strstr(scene.complaints.list[2].text, "this is no variable"));
    ck_assert_ptr_nonnull(strstr(scene.complaints.list[3].text,
                                 "put quotes around a text with ${...}"));
}
END_TEST

START_TEST(h13_braces_have_a_depth)
{
    SCENE;
    char text[20001];
    memset(text, '{', 10000);
    memset(text + 10000, '}', 10000);
    text[20000] = '\0';
    memcpy(text, "a = {", 5);

    scan(&scene, text);

    ck_assert_uint_ge(scene.complaints.count, 1);
    ck_assert_ptr_nonnull(strstr(scene.complaints.list[0].text,
                                 "braces stand in one another more than 8"));
}
END_TEST

START_TEST(h14_a_semicolon_is_told)
{
    SCENE;

    scan(&scene, "a = 1; b = \"2;\"\n");

    expect_part(&scene, "a.conf:1: a ; separates nothing here");
    ck_assert_uint_eq(scene.statements.count, 2);
}
END_TEST

START_TEST(h14_a_function_as_a_value_is_told)
{
    SCENE;

    scan(&scene, "input host { x = env(\"Y\") }\n");

    expect_part(&scene, "there are no functions within braces");
}
END_TEST

START_TEST(an_escape_cannot_hide_the_rest_of_a_text)
{
    SCENE;

    scan(&scene, "a = \"x\\0y\"\nb = \"x\\x00y\"\nc = \"\\x0a\\010\"\n");

    ck_assert_uint_eq(scene.complaints.count, 2);
    ck_assert_ptr_nonnull(strstr(scene.complaints.list[1].text,
                                 "a.conf:2: a zero byte cannot stand"));
}
END_TEST

SPEC("scan", splits_a_text_into_statements, makes_blanks_of_comments,
     takes_what_libconfuse_takes_for_a_word,
     h2_an_unclosed_brace_is_told_where_it_opened,
     h2_what_follows_an_unclosed_brace_is_read,
     a_brace_that_closes_nothing_is_told, h3_an_unquoted_star_is_told,
     h4_a_string_without_end_is_told_on_its_line, a_comment_without_end_is_told,
     h5_failed_includes_harm_no_later_one,
     h6_includes_by_pattern_beside_the_file_that_names_them,
     an_include_that_names_no_file_is_told, a_file_that_includes_itself_is_told,
     includes_have_a_depth, h7_only_text_files_are_read,
     a_file_that_may_not_be_read_is_told, h8_all_errors_are_told_in_one_run,
     complaints_have_an_end, h9_a_variable_that_is_not_set_is_told,
     h9_a_variable_must_be_well_formed, h13_braces_have_a_depth,
     h14_a_semicolon_is_told, h14_a_function_as_a_value_is_told,
     an_escape_cannot_hide_the_rest_of_a_text)
