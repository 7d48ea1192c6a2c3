/* loader_test.c - which shared objects are plugins, and what is said of others
 */
#include <config.h>

#include <spawn.h>
#include <sys/wait.h>

#include "base.h"
#include "folder.h"
#include "loader.h"
#include "spec.h"

static struct folder *folder;

/* A plugin's head without weir's headers, so that it may say anything. */
static const char source[] =
    "struct head { unsigned abi, size; int kind; const void *plugin; };\n"
    "extern void missing(void);\n"
    "void call(void);\n"
    "void call(void) { CALL; }\n"
    "static const long plugin[1000];\n"
    "const struct head HEAD = {ABI, SIZE, KIND, plugin};\n";

static void
begin(void)
{
    folder = folder_new();
    folder_make(folder, "input");
    (void)folder_file(folder, "source.c", source);
    (void)setenv("WEIR_PLUGIN_PATH", folder->path, 1);
}

static void
end(void)
{
    folder_destroy(&folder);
}

struct recipe {
    const char *name; /* of the file and the symbol */
    unsigned abi;
    size_t size;
    int kind;
    const char *call;
};

/* Runs a command, whose first word may be several: such is CC. */
static void
run(char *command)
{
    char shell[] = "sh";
    char option[] = "-c";
    char *arguments[] = {shell, option, command, NULL};
    pid_t child = 0;
    int status = 0;

    ck_assert_int_eq(
        posix_spawnp(&child, shell, NULL, NULL, arguments, environ), 0);
    ck_assert_int_eq(waitpid(child, &status, 0), child);
    ck_assert_int_eq(status, 0);
}

/* Builds an input plugin of the given name. */
static void
build(const struct recipe *recipe, const char *file)
{
    const char *compiler = getenv("CC");
    char *command = NULL;

    ck_assert_int_gt(
        asprintf(&command,
                 "%s -w -shared -fPIC -DABI=%u -DSIZE=%zu -DKIND=%d "
                 "-DCALL='%s' -DHEAD=%s_LTX_weir_plugin -o %s/input/%s "
                 "%s/source.c",
                 compiler && *compiler ? compiler : "cc", recipe->abi,
                 recipe->size, recipe->kind, recipe->call, recipe->name,
                 folder->path, file, folder->path),
        0);
    run(command);
    free(command);
}

static const char *
why_not(const char *name)
{
    const char *why = NULL;

    ck_assert_ptr_null(loader_find(WEIR_KIND_INPUT, name, &why));
    return why;
}

static void
says(const char *name, const char *text)
{
    const char *why = why_not(name);

    ck_assert_msg(strstr(why, text) != NULL, "\"%s\" lacks \"%s\"", why, text);
}

static struct recipe
good_recipe(const char *name)
{
    return (struct recipe){name, WEIR_ABI, sizeof(struct weir_plugin),
                           WEIR_KIND_INPUT, ""};
}

START_TEST(a_plugin_that_fits_is_found_as_often_as_it_is_asked_for)
{
    begin();
    struct recipe recipe = good_recipe("good");
    build(&recipe, "good.so");
    const char *why = NULL;

    const struct weir_head *head = loader_find(WEIR_KIND_INPUT, "good", &why);
    ck_assert_msg(head != NULL, "%s", why);
    ck_assert_uint_eq(head->abi, WEIR_ABI);
    ck_assert_ptr_eq(loader_find(WEIR_KIND_INPUT, "good", &why), head);
    end();
}
END_TEST

START_TEST(a_plugin_that_is_not_there_is_said_to_be_missing)
{
    begin();
    says("absent", "there is no input plugin \"absent\" in ");
    says("absent", folder->path);
    end();
}
END_TEST

START_TEST(a_name_is_no_path)
{
    begin();
    says("../input/x", "is no name of a plugin");
    says("", "is no name of a plugin");
    says("Upper", "is no name of a plugin");
    end();
}
END_TEST

START_TEST(a_file_that_is_no_shared_object_is_refused)
{
    begin();
    (void)folder_file(
        folder, "input/text.so",
        "A text, which is longer than the head of an ELF file is, "
        "since that has 64 bytes.\n");
    (void)folder_file(folder, "input/empty.so", "");

    says("text", "cannot load ");
    says("text", "invalid ELF header");
    says("empty", "cannot load ");
    end();
}
END_TEST

START_TEST(a_shared_object_without_a_head_is_no_plugin)
{
    begin();
    struct recipe recipe = good_recipe("other");
    build(&recipe, "headless.so");

    says("headless", "is no plugin of weir");
    says("headless", "headless_LTX_weir_plugin");
    end();
}
END_TEST

START_TEST(another_abi_is_refused_with_both_numbers)
{
    begin();
    struct recipe recipe = good_recipe("future");
    recipe.abi = 77;
    build(&recipe, "future.so");
    char both[64];
    (void)snprintf(both, sizeof(both), "has ABI 77, this weir has %d",
                   WEIR_ABI);

    says("future", both);
    end();
}
END_TEST

START_TEST(another_size_is_refused_with_both_numbers)
{
    begin();
    struct recipe recipe = good_recipe("small");
    recipe.size = 12;
    build(&recipe, "small.so");
    char both[64];
    (void)snprintf(both, sizeof(both), "%zu", sizeof(struct weir_plugin));

    says("small", "of 12 bytes");
    says("small", both);
    end();
}
END_TEST

START_TEST(another_kind_is_refused)
{
    begin();
    struct recipe recipe = good_recipe("kind");
    recipe.kind = WEIR_KIND_REPORT;
    build(&recipe, "kind.so");

    says("kind", "is of another kind than input");
    end();
}
END_TEST

START_TEST(a_plugin_that_calls_what_is_not_there_is_refused)
{
    begin();
    struct recipe recipe = good_recipe("unbound");
    recipe.call = "missing()";
    build(&recipe, "unbound.so");

    says("unbound", "cannot bind ");
    says("unbound", "missing");
    end();
}
END_TEST

START_TEST(a_plugin_that_anyone_may_write_is_refused)
{
    begin();
    struct recipe recipe = good_recipe("open");
    build(&recipe, "open.so");
    ck_assert_int_eq(chmod(folder_path(folder, "input/open.so"), 0777), 0);

    says("open", "may be written by anyone");
    end();
}
END_TEST

static void
note_name(void *arg, enum weir_kind kind, const char *name)
{
    char *text = arg;

    ck_assert_int_eq(kind, WEIR_KIND_INPUT);
    ck_assert_uint_lt(strlen(text) + strlen(name) + 2, 256);
    (void)snprintf(text + strlen(text), 256 - strlen(text), "%s ", name);
}

START_TEST(all_that_is_there_is_listed_by_name)
{
    char text[256] = "";
    begin();
    (void)folder_file(folder, "input/b.so", "x");
    (void)folder_file(folder, "input/a.so", "x");
    (void)folder_file(folder, "input/README", "x");
    (void)folder_file(folder, "input/No.so", "x");

    loader_each(WEIR_KIND_INPUT, note_name, text);

    ck_assert_str_eq(text, "a b ");
    end();
}
END_TEST

SPEC("loader", a_plugin_that_fits_is_found_as_often_as_it_is_asked_for,
     a_plugin_that_is_not_there_is_said_to_be_missing, a_name_is_no_path,
     a_file_that_is_no_shared_object_is_refused,
     a_shared_object_without_a_head_is_no_plugin,
     another_abi_is_refused_with_both_numbers,
     another_size_is_refused_with_both_numbers, another_kind_is_refused,
     a_plugin_that_calls_what_is_not_there_is_refused,
     a_plugin_that_anyone_may_write_is_refused,
     all_that_is_there_is_listed_by_name)
