/* lane_dead_test.c - a lane whose store refuses batches for ever, or whose
 * spool another process has
 */
#include <config.h>

#include <fcntl.h>

#include "lane_counted.h"
#include "link/backlog.h"

/* Asks for something, and waits until it is done. */
static void
wish(const struct spool_home *home, const char *name)
{
    char path[128];

    (void)snprintf(path, sizeof(path), "%s/%s", home->path, name);
    int fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
    ck_assert_int_ge(fd, 0);
    (void)close(fd);
    int64_t until_ns = clock_now_ns() + PATIENCE_S * NS_PER_S;
    while (access(path, F_OK) == 0 && clock_now_ns() < until_ns)
        (void)usleep(1000);
    ck_assert_int_eq(access(path, F_OK), -1);
}

/* Lets a store refuse some of what comes from the window and the spool. */
static void
be_refused(struct counted *store, struct source *source)
{
    store->refuses = true;
    offer_many(source, 600);
    counted_start(store);
    offer_many(source, 300);
    int64_t until_ns = clock_now_ns() + PATIENCE_S * NS_PER_S;
    while (store->total + store->refused < 900 && clock_now_ns() < until_ns)
        (void)usleep(1000);
    ck_assert_uint_eq(store->refused, 300);
    ck_assert_uint_eq(store->total, 600);
}

static uint64_t
dead_batches(const struct source *source, uint64_t count)
{
    struct lane_figures figures;
    int64_t until_ns = clock_now_ns() + PATIENCE_S * NS_PER_S;

    do
        lane_figures(source->lane, &figures);
    while (figures.dead_batches < count && clock_now_ns() < until_ns);
    return figures.dead_batches;
}

START_TEST(what_the_store_refuses_for_ever_is_kept_and_can_be_sent_again)
{
    weir_cleanup(home_fini) struct spool_home home;
    home_init(&home);
    struct counted *store = xcalloc(1, sizeof(*store));
    struct source source = {.spool = &home.settings};

    store->endpoint = "inproc://weir.spool.dead";
    source_open(&source, store->endpoint, 50000);
    be_refused(store, &source);
    ck_assert_uint_eq(dead_batches(&source, 300), 300);
    wish(&home, BACKLOG_REPLAY_DEAD);
    /* They are refused again, and kept again. */
    ck_assert_uint_eq(dead_batches(&source, 600), 600);
    store->refuses = false;
    wish(&home, BACKLOG_REPLAY_DEAD);
    wait_for(store, 900);
    ck_assert_uint_eq(source_close(&source), 0);
    counted_stop(store);
    expect_each_once(store, 900);
    /* Those of the window were told so, those of the spool that they are safe.
     */
    ck_assert_uint_gt(source.refused, 0);
    ck_assert_uint_eq(source.refused + source.durable, 900);
    free(store);
}
END_TEST

START_TEST(what_the_store_refuses_for_ever_can_be_dropped)
{
    weir_cleanup(home_fini) struct spool_home home;
    home_init(&home);
    struct counted *store = xcalloc(1, sizeof(*store));
    struct source source = {.spool = &home.settings};
    struct lane_figures figures;

    store->endpoint = "inproc://weir.spool.drop";
    source_open(&source, store->endpoint, 50000);
    be_refused(store, &source);
    ck_assert_uint_eq(dead_batches(&source, 300), 300);
    wish(&home, BACKLOG_DROP_DEAD);
    wish(&home, BACKLOG_REPLAY_DEAD);
    int64_t until_ns = clock_now_ns() + PATIENCE_S * NS_PER_S;
    do
        lane_figures(source.lane, &figures);
    while (figures.dead_bytes && clock_now_ns() < until_ns);
    ck_assert_uint_eq(figures.dead_bytes, 0);
    ck_assert_uint_eq(source_close(&source), 0);
    counted_stop(store);
    ck_assert_uint_eq(store->total, 600);
    free(store);
}
END_TEST

START_TEST(what_is_refused_for_ever_and_cannot_be_kept_is_counted)
{
    weir_cleanup(home_fini) struct spool_home home;
    home_init(&home);
    struct counted *store = xcalloc(1, sizeof(*store));
    struct source source = {.spool = &home.settings};
    struct lane_figures figures;
    char path[128];

    (void)snprintf(path, sizeof(path), "%s/" DEAD_FOLDER, home.path);
    int fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
    ck_assert_int_ge(fd, 0);
    (void)close(fd);
    store->endpoint = "inproc://weir.spool.undead";
    source_open(&source, store->endpoint, 50000);
    be_refused(store, &source);
    int64_t until_ns = clock_now_ns() + PATIENCE_S * NS_PER_S;
    do
        lane_figures(source.lane, &figures);
    while (figures.dead_lost < 300 && clock_now_ns() < until_ns);
    ck_assert_uint_eq(figures.dead_lost, 300);
    ck_assert_uint_eq(figures.dead_batches, 0);
    ck_assert_uint_eq(source_close(&source), 0);
    counted_stop(store);
    free(store);
}
END_TEST

START_TEST(a_spool_that_another_process_has_is_taken_when_that_has_gone)
{
    weir_cleanup(home_fini) struct spool_home home;
    home_init(&home);
    struct counted *store = xcalloc(1, sizeof(*store));
    struct source source = {.spool = &home.settings};
    struct spool_settings settings = {.files = files_real(),
                                      .folder = home.path,
                                      .link = "other",
                                      .size_bytes = 64 << 20};
    struct spool *other = NULL;
    struct lane_figures figures;
    long holder = 0;

    ck_assert_int_eq(spool_open(&settings, &other, &holder), 0);
    store->endpoint = "inproc://weir.spool.busy";
    source_open(&source, store->endpoint, 50000);
    while (offer(&source) == 0)
        ;
    lane_figures(source.lane, &figures);
    ck_assert(!figures.spools);
    ck_assert_uint_lt(source.offered, 100);
    spool_destroy(&other);
    /* With the layouts that were offered before. */
    offer_many(&source, 2000);
    lane_figures(source.lane, &figures);
    ck_assert(figures.spools);
    counted_start(store);
    wait_for(store, (uint64_t)source.offered);
    ck_assert_uint_eq(source_close(&source), 0);
    counted_stop(store);
    expect_each_once(store, source.offered);
    free(store);
}
END_TEST

SPEC("lane_dead", what_the_store_refuses_for_ever_is_kept_and_can_be_sent_again,
     what_the_store_refuses_for_ever_can_be_dropped,
     what_is_refused_for_ever_and_cannot_be_kept_is_counted,
     a_spool_that_another_process_has_is_taken_when_that_has_gone)
