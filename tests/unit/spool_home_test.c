/* spool_home_test.c - where spools lie, and what becomes of those of stores
 * that a link has no more
 */
#include <config.h>

#include <stdbool.h>
#include <sys/stat.h>

#include <weir/cleanup.h>

#include "file.h"
#include "folder.h"
#include "link/spool_home.h"

#define SEGMENT "/0000000000000001.seg"

static const char *const names[] = {"tcp://b:1", "tcp://c:1"};
static const struct weir_list stores = {2, names};

/* Makes a folder with a segment, and a lock that nobody holds. */
static void
make_spool(struct folder *state, const char *store)
{
    char path[64];

    (void)mkdir(folder_path(state, "spool"), 0700);
    (void)mkdir(folder_path(state, "spool/main"), 0700);
    (void)snprintf(path, sizeof(path), "spool/main/%s", store);
    folder_make(state, path);
    (void)snprintf(path, sizeof(path), "spool/main/%s" SEGMENT, store);
    (void)folder_file(state, path, store);
    (void)snprintf(path, sizeof(path), "spool/main/%s/lock", store);
    (void)folder_file(state, path, "");
}

static bool
has(struct folder *state, const char *path)
{
    struct stat about;

    return stat(folder_path(state, path), &about) == 0;
}

static int
count_name(void *arg, const char *name)
{
    (void)name;
    ++*(unsigned *)arg;
    return 0;
}

/* Returns how many files are in a folder. */
static unsigned
count_in(struct folder *state, const char *path)
{
    unsigned count = 0;

    ck_assert_int_eq(
        file_list(files_real(), folder_path(state, path), count_name, &count),
        0);
    return count;
}

START_TEST(a_store_has_a_folder_of_its_name)
{
    weir_cleanup(weir_free) char *path =
        spool_home("/state", "main", "tcp://[::1]:9348");

    ck_assert_str_eq(path, "/state/spool/main/tcp______1__9348");
}
END_TEST

START_TEST(the_only_other_spool_is_taken_along_with_all_that_is_in_it)
{
    weir_cleanup(folder_destroy) struct folder *state = folder_new();
    make_spool(state, "tcp___a_1");
    folder_make(state, "spool/main/tcp___a_1/dead");

    spool_gather(state->path, "main", &stores);

    ck_assert(has(state, "spool/main/tcp___b_1" SEGMENT));
    ck_assert(has(state, "spool/main/tcp___b_1/dead"));
    ck_assert(!has(state, "spool/main/tcp___a_1"));
}
END_TEST

START_TEST(what_is_in_other_spools_waits_for_the_first_store)
{
    weir_cleanup(folder_destroy) struct folder *state = folder_new();
    make_spool(state, "tcp___b_1");
    make_spool(state, "tcp___c_1");
    make_spool(state, "tcp___x_1");
    make_spool(state, "tcp___y_1");

    spool_gather(state->path, "main", &stores);

    ck_assert(has(state, "spool/main/tcp___b_1" SEGMENT));
    ck_assert_uint_eq(count_in(state, "spool/main/tcp___b_1/replay"), 2);
    ck_assert(has(state, "spool/main/tcp___c_1" SEGMENT));
    ck_assert(!has(state, "spool/main/tcp___x_1"));
    ck_assert(!has(state, "spool/main/tcp___y_1"));
}
END_TEST

START_TEST(without_any_spool_there_is_nothing_to_do)
{
    weir_cleanup(folder_destroy) struct folder *state = folder_new();

    spool_gather(state->path, "main", &stores);

    ck_assert(!has(state, "spool"));
}
END_TEST

SPEC("spool homes", a_store_has_a_folder_of_its_name,
     the_only_other_spool_is_taken_along_with_all_that_is_in_it,
     what_is_in_other_spools_waits_for_the_first_store,
     without_any_spool_there_is_nothing_to_do)
