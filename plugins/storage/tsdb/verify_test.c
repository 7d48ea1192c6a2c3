/* verify_test.c - what weir verify says */
#include <config.h>

#include "tsdb.c"

#include "tsdb_spec.h"
#include "verify_spec.h"

/* A store with a part and a log, closed. */
static struct store
closed_store(void)
{
    struct store store = store_new(NULL);

    append_times(&store, "a", 1000, 300);
    flush_now(&store);
    append_times(&store, "a", 1300, 10);
    weir_harness_destroy(&store.harness);
    return store;
}

static char *
path_in(const struct store *store, const char *name)
{
    char *path = NULL;

    ck_assert_int_gt(asprintf(&path, "%s/%s", store->path, name), 0);
    return path;
}

/* Checks status and words of a run. */
static void
check_verify(const struct store *store, const char *option, int status,
             const char *words)
{
    weir_cleanup(weir_free) char *text = NULL;

    int got = run_verify(option, store->path, &text);
    ck_assert_msg(got == status, "%d: %s", got, text);
    ck_assert_msg(strstr(text, words) != NULL, "no \"%s\" in: %s", words, text);
}

static void
spoil(const struct store *store, const char *name, long offset)
{
    weir_cleanup(weir_free) char *path = path_in(store, name);
    weir_cleanup(weir_fclose) FILE *file = fopen(path, "r+e");

    ck_assert_ptr_nonnull(file);
    ck_assert_int_eq(fseek(file, offset, SEEK_SET), 0);
    int was = fgetc(file);
    ck_assert_int_eq(fseek(file, offset, SEEK_SET), 0);
    ck_assert_int_ne(fputc(was ^ 0x55, file), EOF);
}

static const char part[] = "parts/1970-01-01/00000001.tsp";

START_TEST(says_that_a_store_is_sound)
{
    weir_cleanup(store_fini) struct store store = closed_store();

    check_verify(&store, NULL, 0, "sound: 1 series, 1 parts with 300 samples");
    check_verify(&store, "--full", 0, "sound");
    reopen(&store);
    check_times(&store, "a", 1000, 310);
}
END_TEST

START_TEST(says_which_part_is_damaged)
{
    weir_cleanup(store_fini) struct store store = closed_store();

    spoil(&store, part, 10);

    check_verify(&store, NULL, 1, "00000001.tsp: its head");
}
END_TEST

START_TEST(finds_a_damaged_chunk_when_it_reads_all)
{
    weir_cleanup(store_fini) struct store store = closed_store();

    spoil(&store, part, 66);

    check_verify(&store, NULL, 0, "sound");
    check_verify(&store, "--full", 1, "chunk of series 1 at byte 64");
}
END_TEST

START_TEST(says_that_a_part_is_gone)
{
    weir_cleanup(store_fini) struct store store = closed_store();
    weir_cleanup(weir_free) char *path = path_in(&store, part);

    ck_assert_int_eq(unlink(path), 0);

    check_verify(&store, NULL, 1, "is gone");
}
END_TEST

START_TEST(says_that_the_manifest_is_gone_or_damaged)
{
    weir_cleanup(store_fini) struct store store = closed_store();
    weir_cleanup(weir_free) char *path = path_in(&store, "meta/data.mdb");

    spoil(&store, "meta/data.mdb", 20);
    check_verify(&store, NULL, 1, "makes it again from the parts");
    ck_assert_int_eq(unlink(path), 0);
    check_verify(&store, NULL, 1, "data.mdb: is gone");
}
END_TEST

START_TEST(says_what_the_log_has_lost)
{
    weir_cleanup(store_fini) struct store store = closed_store();

    spoil(&store, "wal/00000001.wal", 1024 + 40);

    check_verify(&store, NULL, 1, "wal: ");
}
END_TEST

START_TEST(says_what_the_format_should_be)
{
    weir_cleanup(store_fini) struct store store = closed_store();
    weir_cleanup(weir_free) char *path = path_in(&store, "FORMAT");
    weir_cleanup(weir_free) char *text = NULL;
    char line[64];

    ck_assert_int_eq(unlink(path), 0);
    ck_assert_int_eq(run_verify(NULL, store.path, &text), 1);
    const char *begin = strstr(text, "\"weir tsdb 1 ");
    ck_assert_ptr_nonnull(begin);
    (void)snprintf(line, sizeof(line), "%.44s\n", begin + 1);
    write_format_file(&store, line);

    check_verify(&store, "--full", 0, "sound");
}
END_TEST

static int
status_of(const char *option, const char *path)
{
    weir_cleanup(weir_free) char *text = NULL;

    return run_verify(option, path, &text);
}

START_TEST(does_not_know_of_what_it_cannot_read)
{
    weir_cleanup(store_fini) struct store store = store_new(NULL);

    ck_assert_int_eq(status_of(NULL, store.path), 2);
    ck_assert_int_eq(status_of(NULL, "/nowhere"), 2);
    ck_assert_int_eq(status_of(NULL, NULL), 2);
    ck_assert_int_eq(status_of("--half", store.path), 2);
    write_format_file(&store, "weir tsdb 2 and who knows what\n");
    ck_assert_int_eq(status_of(NULL, store.path), 2);
}
END_TEST

SPEC("weir verify", says_that_a_store_is_sound, says_which_part_is_damaged,
     finds_a_damaged_chunk_when_it_reads_all, says_that_a_part_is_gone,
     says_that_the_manifest_is_gone_or_damaged, says_what_the_log_has_lost,
     says_what_the_format_should_be, does_not_know_of_what_it_cannot_read)
