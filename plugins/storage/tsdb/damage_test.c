/* damage_test.c - what storage tsdb says of chunks that it cannot read */
#include <config.h>

#include "tsdb.c"

#include <fcntl.h>

#include "damage.h"
#include "log.h"
#include "tsdb_spec.h"

/* Spoils the frame of the first chunk of part 'number', while it is open. */
static void
spoil(struct store *store, uint64_t number)
{
    struct tsdb *tsdb = weir_harness_self(store->harness);
    weir_cleanup(weir_free) char *path = tsdb_part_path(tsdb, 0, number);
    const uint64_t offset = 64 + 8; /* behind the head, in the frame */
    unsigned char byte = 0;

    int fd = file_open(files_real(), path, O_RDWR);
    ck_assert_int_ge(fd, 0);
    ck_assert_int_eq(file_read(files_real(), fd, &byte, 1, offset), 0);
    byte ^= 0x55;
    ck_assert_int_eq(file_write(files_real(), fd, &byte, 1, offset), 0);
    ck_assert_int_eq(file_close(files_real(), fd), 0);
}

/* A store with 'count' parts of one chunk each, all of which are spoilt. */
static struct store
spoilt_store(uint64_t count)
{
    struct store store = store_new(NULL);

    for (uint64_t i = 1; i <= count; i++) {
        append_times(&store, "a", (int)i * 100, 10);
        flush_now(&store);
        spoil(&store, i);
    }
    return store;
}

/* Asks 'times' times for all samples, and again for steps; returns what is
 * written to standard error meanwhile. */
static char *
said_while_asking(struct store *store, int times)
{
    const struct weir_select steps = {.want = WEIR_SAMPLES,
                                      .until_ns = 1000000,
                                      .functions = 1U << WEIR_MAX,
                                      .range_ns = 7,
                                      .step_ns = 7,
                                      .alone = true};
    FILE *file = tmpfile();
    int true_stderr = dup(STDERR_FILENO);
    char *text = xcalloc(1 << 16, 1);

    log_setup(LOG_INFO, LOG_TEXT);
    ck_assert_ptr_nonnull(file);
    ck_assert_int_ge(dup2(fileno(file), STDERR_FILENO), 0);
    for (int i = 0; i < times; i++) {
        free(answer_to(store, all));
        free(answer_to(store, steps));
    }
    ck_assert_int_ge(dup2(true_stderr, STDERR_FILENO), 0);
    (void)close(true_stderr);
    rewind(file);
    (void)fread(text, 1, (1 << 16) - 1, file);
    (void)fclose(file);
    return text;
}

static unsigned
count_lines(const char *text)
{
    unsigned count = 0;

    for (; *text; text++)
        count += *text == '\n';
    return count;
}

START_TEST(is_counted_each_time_and_told_once_a_part)
{
    weir_cleanup(store_fini) struct store store = spoilt_store(2);
    const struct tsdb *tsdb = weir_harness_self(store.harness);
    weir_cleanup(weir_free) char *text = said_while_asking(&store, 3);

    ck_assert_uint_eq(tsdb->failures, 12);
    ck_assert_msg(count_lines(text) == 2, "%s", text);
    ck_assert_ptr_nonnull(strstr(text, "00000001.tsp: the chunk of series 1 at "
                                       "byte 64 is damaged;"));
    ck_assert_ptr_nonnull(strstr(text, "00000002.tsp: the chunk"));
}
END_TEST

START_TEST(leaves_the_rest_of_the_answer_as_it_is)
{
    weir_cleanup(store_fini) struct store store = spoilt_store(1);
    weir_cleanup(weir_free) char *text = said_while_asking(&store, 1);

    append(&store, "a 5 900\n");
    flush_now(&store);
    check_answer(&store, all, "a 5 900\n");
    ck_assert_uint_eq(count_lines(text), 1);
}
END_TEST

START_TEST(fills_no_log_when_all_is_damaged)
{
    weir_cleanup(store_fini) struct store store = spoilt_store(DAMAGE_TOLD + 5);
    weir_cleanup(weir_free) char *text = said_while_asking(&store, 2);

    ck_assert_msg(count_lines(text) == DAMAGE_TOLD + 1, "%s", text);
    ck_assert_ptr_nonnull(strstr(text, "no more are named"));
}
END_TEST

SPEC("damage that a query meets", is_counted_each_time_and_told_once_a_part,
     leaves_the_rest_of_the_answer_as_it_is, fills_no_log_when_all_is_damaged)
