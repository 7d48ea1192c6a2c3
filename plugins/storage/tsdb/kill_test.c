/* kill_test.c - a store whose process is killed loses nothing that it
 * acknowledged, and has nothing twice
 *
 * A child appends batch after batch and writes down in shared memory which it
 * began and which were called durable.  It is killed at a random moment; then
 * another child opens the store and holds it to that ledger.  WEIR_KILL_S is
 * for how many seconds, WEIR_KILLS, when it is set, how often instead.
 */
#include <config.h>

#include "tsdb.c"

#include <fcntl.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/wait.h>

#include "tsdb_spec.h"

enum {
    BATCHES_MOST = 4000000,
    PAUSE_MOST_US = 150000,
    FLUSH_EVERY = 200,
    COMPACT_FAN = 3
};

/* Batch k has samples with the time and value k. */
struct ledger {
    atomic_int begun; /* the last */
    atomic_uchar acknowledged[BATCHES_MOST];
};

static void
note_durable(struct ledger *ledger, struct store *store, int first,
             int *noted_p)
{
    int durable = (int)weir_harness_durable(store->harness);

    for (; *noted_p < durable; ++*noted_p)
        atomic_store(&ledger->acknowledged[first + *noted_p], 1);
}

static void
append_batch(struct store *store, int number)
{
    char text[128];
    int length = snprintf(text, sizeof(text), "a %d %d\nb %d %d\n", number,
                          number, number, number);

    if (number % 64 == 0)
        (void)snprintf(text + length, sizeof(text) - (size_t)length,
                       "c{n=\"%d\"} %d %d\n", number, number, number);
    append(store, text);
}

/* Merges parts all the time, so that it is killed while it does. */
static void
keep_compacting(struct compact *compact)
{
    if (compact->running && atomic_load(&compact->done))
        ck_assert_int_eq(compact_end(compact), 0);
    compact->ended_ns = 0;
    (void)compact_start(compact);
}

/* Assertions write to a file that check reads in the end; half a message, of
 * one who is killed as he writes, would spoil it. */
static void
write_to_check_no_more(void)
{
    int nowhere = open("/dev/null", O_WRONLY | O_CLOEXEC);
    char path[64], target[256];

    for (int fd = STDERR_FILENO + 1; fd < nowhere; fd++) {
        (void)snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
        ssize_t size = readlink(path, target, sizeof(target) - 1);
        target[size < 0 ? 0 : size] = '\0';
        if (strstr(target, "/check_"))
            (void)dup3(nowhere, fd, O_CLOEXEC);
    }
}

/* Never returns: it is killed. */
static void
fill(struct ledger *ledger, struct store *store)
{
    int first = atomic_load(&ledger->begun) + 1;
    int noted = 0;

    write_to_check_no_more();
    reopen(store);
    struct tsdb *tsdb = weir_harness_self(store->harness);
    struct flush *flush = &tsdb->flush;
    struct compact *compact = &tsdb->compact;

    compact->rules.fan = COMPACT_FAN;
    for (int number = first; number < BATCHES_MOST; number++) {
        atomic_store(&ledger->begun, number);
        append_batch(store, number);
        note_durable(ledger, store, first, &noted);
        if (flush->running && atomic_load(&flush->done))
            ck_assert_int_eq(flush_end(flush), 0);
        if (number % FLUSH_EVERY == 0)
            flush_start(flush);
        keep_compacting(compact);
    }
    for (;;)
        (void)pause();
}

/* Holds a series that each batch has to the ledger. */
static void
check_series(const struct ledger *ledger, struct store *store, const char *name)
{
    const struct weir_matcher matcher = {"__name__", WEIR_EQUAL, name, NULL};
    const struct weir_select what = {
        .want = WEIR_SAMPLES, .matchers = &matcher, .matcher_count = 1};
    weir_cleanup(weir_free) char *text = answer_to(store, what);
    long begun = atomic_load(&ledger->begun), before = 0;

    for (const char *line = text; *line; line = strchr(line, '\n') + 1) {
        char *end = NULL;
        long value = strtol(line + strlen(name), &end, 10);
        long time = strtol(end, NULL, 10);
        ck_assert_int_eq(value, time);
        ck_assert_int_gt(time, before);
        ck_assert_int_le(time, begun);
        for (long lost = before + 1; lost < time; lost++)
            ck_assert_msg(!atomic_load(&ledger->acknowledged[lost]),
                          "%ld is lost", lost);
        before = time;
    }
    for (long lost = before + 1; lost <= begun; lost++)
        ck_assert_msg(!atomic_load(&ledger->acknowledged[lost]), "%ld is lost",
                      lost);
}

static void
check(struct ledger *ledger, struct store *store)
{
    reopen(store);
    check_series(ledger, store, "a");
    check_series(ledger, store, "b");
    weir_harness_destroy(&store->harness);
}

typedef void play(struct ledger *ledger, struct store *store);

static pid_t
start(play *child, struct ledger *ledger, struct store *store)
{
    pid_t pid = fork();

    ck_assert_int_ge(pid, 0);
    if (pid > 0)
        return pid;
    child(ledger, store);
    _exit(EXIT_SUCCESS);
}

static void
check_in_child(struct ledger *ledger, struct store *store)
{
    int status = 0;
    pid_t pid = start(check, ledger, store);

    ck_assert_int_eq(waitpid(pid, &status, 0), pid);
    ck_assert_msg(status == 0, "the store does not have what it promised");
}

static void
kill_once(struct ledger *ledger, struct store *store, uint64_t *chance)
{
    int status = 0;
    pid_t pid = start(fill, ledger, store);

    (void)usleep((useconds_t)(spec_random(chance) % PAUSE_MOST_US));
    (void)kill(pid, SIGKILL);
    ck_assert_int_eq(waitpid(pid, &status, 0), pid);
    ck_assert_msg(WIFSIGNALED(status), "it ended by itself");
}

static int
count_acknowledged(const struct ledger *ledger)
{
    int count = 0;

    for (int i = 1; i <= atomic_load(&ledger->begun); i++)
        count += atomic_load(&ledger->acknowledged[i]);
    return count;
}

/* Says whether it shall be killed again. */
static bool
goes_on(int kills, int64_t began_ns)
{
    const char *most = getenv("WEIR_KILLS");
    const char *text = getenv("WEIR_KILL_S");

    if (most)
        return kills < strtoll(most, NULL, 10);
    return clock_now_ns() - began_ns <
           (text ? strtoll(text, NULL, 10) : 5) * NS_PER_S;
}

START_TEST(loses_nothing_acknowledged_when_it_is_killed)
{
    weir_cleanup(store_fini) struct store store = store_new(NULL);
    struct ledger *ledger =
        mmap(NULL, sizeof(*ledger), PROT_READ | PROT_WRITE,
             MAP_SHARED | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    uint64_t chance = spec_seed();
    int64_t began_ns = clock_now_ns();
    int kills = 0;

    ck_assert_ptr_ne(ledger, MAP_FAILED);
    weir_harness_destroy(&store.harness);
    for (; goes_on(kills, began_ns); kills++) {
        kill_once(ledger, &store, &chance);
        check_in_child(ledger, &store);
    }
    printf("# %d kills, %d batches, %d acknowledged\n", kills,
           atomic_load(&ledger->begun), count_acknowledged(ledger));
    (void)fflush(stdout);
    ck_assert_int_gt(count_acknowledged(ledger), 0);
    (void)munmap(ledger, sizeof(*ledger));
}
END_TEST

SPEC("storage tsdb killed", loses_nothing_acknowledged_when_it_is_killed)
