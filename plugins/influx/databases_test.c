/* databases_test.c - the list of databases, and who may come in */
#include <config.h>

#include "databases.h"

#include <errno.h>
#include <unistd.h>

#include <weir/cleanup.h>

#include "spec.h"

static char *
folder_new(void)
{
    char *path = NULL;
    char *text = spec_template(NULL, &path);

    ck_assert_ptr_nonnull(mkdtemp(path));
    return text;
}

static void
folder_destroy(char **self_p)
{
    static const char *const files[] = {"/databases", "/lock", "/databases.new",
                                        ""};

    for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
        char *path = NULL;
        ck_assert_int_gt(asprintf(&path, "%s%s", *self_p, files[i]), 0);
        (void)remove(path);
        free(path);
    }
    free(*self_p);
}

#define FOLDER weir_cleanup(folder_destroy) char *folder = folder_new()
#define LIST   weir_cleanup(databases_fini) struct databases

START_TEST(keeps_what_was_added_and_drops_what_is_dropped)
{
    FOLDER;
    LIST list = {0};
    LIST later = {0};

    databases_init(&list, folder);
    ck_assert_int_eq(databases_has(&list, "a"), 0);
    ck_assert_int_eq(databases_add(&list, "b c"), 0);
    ck_assert_int_eq(databases_add(&list, "a"), 0);
    ck_assert_int_eq(databases_add(&list, "a"), 0);
    databases_init(&later, folder);
    ck_assert_int_eq(databases_look(&later), 0);
    ck_assert_uint_eq(later.count, 2);
    ck_assert_str_eq(later.names[0], "a");
    ck_assert_str_eq(later.names[1], "b c");
    ck_assert_int_eq(databases_drop(&later, "a"), 0);
    ck_assert_int_eq(databases_drop(&later, "a"), 0);
    ck_assert_int_eq(databases_has(&later, "a"), 0);
}
END_TEST

START_TEST(sees_what_another_changes)
{
    FOLDER;
    LIST one = {0};
    LIST other = {0};

    databases_init(&one, folder);
    databases_init(&other, folder);
    ck_assert_int_eq(databases_has(&other, "a"), 0);
    ck_assert_int_eq(databases_add(&one, "a"), 0);
    ck_assert_int_eq(databases_has(&other, "a"), 1);
    ck_assert_int_eq(databases_drop(&other, "a"), 0);
    ck_assert_int_eq(databases_has(&one, "a"), 0);
}
END_TEST

START_TEST(refuses_names_that_are_none)
{
    static const char *const names[] = {"",     ".",    "..",   "a/b",
                                        "a\\b", "a\nb", "\xff", "\x7f"};
    FOLDER;
    LIST list = {0};
    char text[DATABASE_NAME_MOST + 2];

    databases_init(&list, folder);
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
        ck_assert_int_eq(databases_add(&list, names[i]), -EINVAL);
    memset(text, 'a', sizeof(text));
    text[sizeof(text) - 1] = '\0';
    ck_assert_int_eq(databases_add(&list, text), -EINVAL);
    ck_assert_int_eq(databases_add(&list, text + 1), 0);
    ck_assert_int_eq(databases_has(&list, "\xff"), 0);
}
END_TEST

START_TEST(says_so_when_the_folder_is_none)
{
    weir_cleanup(spec_file_destroy) struct spec_file *file =
        spec_file_new("", "x");
    LIST list = {0};

    databases_init(&list, file->path);
    ck_assert_int_eq(databases_has(&list, "a"), -ENOTDIR);
    ck_assert_int_eq(databases_add(&list, "a"), -ENOTDIR);
}
END_TEST

SPEC("the list of databases", keeps_what_was_added_and_drops_what_is_dropped,
     sees_what_another_changes, refuses_names_that_are_none,
     says_so_when_the_folder_is_none)
