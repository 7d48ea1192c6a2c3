/* store_ingest.c - what storage tsdb needs to take samples in
 *
 *     store_ingest [--path FOLDER] [--cycles 320] [--series 100000] [CASE...]
 *
 * Batches are ready beforehand; measured is only how the store takes them in,
 * until they are durable: time, CPU of all of the store's threads, and memory.
 * Every 300 cycles, five minutes at one second, what is in memory is moved into
 * a part.
 */
#include <config.h>

#include "../../plugins/storage/tsdb/tsdb.c"

#include <fcntl.h>
#include <ftw.h>
#include <getopt.h>
#include <malloc.h>
#include <sys/stat.h>

#include <weir/cleanup.h>
#include <weir/harness.h>

#include "store_herd.h"

enum { FLUSH_EVERY = 300, ROUND_MOST = 3000000 };

static const struct bench_case {
    const char *name;
    enum herd_kind kind;
    uint32_t width;
    uint32_t times; /* so many times the series, for a tenth of the cycles */
} cases[] = {
    {"rows-600", HERD_ROWS, 600, 1}, {"rows-100", HERD_ROWS, 100, 1},
    {"rows-20", HERD_ROWS, 20, 1},   {"loose", HERD_LOOSE, 600, 1},
    {"behind", HERD_BEHIND, 600, 1}, {"churn", HERD_CHURN, 600, 1},
    {"million", HERD_ROWS, 600, 10},
};

struct settings {
    const char *path;
    uint32_t cycles, series;
};

/* One case as it runs. */
struct trial {
    struct herd *herd;
    struct weir_harness *harness;
    struct tsdb *tsdb;
    uint64_t ticket;
    uint64_t rest_bytes;                /* of memory, without the store */
    uint64_t append_bytes, flush_bytes; /* with it, at most, on top of that */
    int64_t wall_ns, cpu_ns, flush_ns, longest_ns;
};

static const struct timespec a_little = {0, 50000};

/* Measures ----------------------------------------------------------------- */

static int64_t
clock_of(clockid_t clock)
{
    struct timespec now;

    (void)clock_gettime(clock, &now);
    return now.tv_sec * NS_PER_S + now.tv_nsec;
}

static int64_t
cpu_ns(void)
{
    return clock_of(CLOCK_PROCESS_CPUTIME_ID);
}

/* Memory that is the process' own: no files. */
static uint64_t
own_bytes(void)
{
    weir_cleanup(weir_fclose) FILE *file = fopen("/proc/self/status", "re");
    char line[128];

    while (file && fgets(line, sizeof(line), file))
        if (strncmp(line, "RssAnon:", 8) == 0)
            return strtoull(line + 8, NULL, 10) * 1024;
    return 0;
}

static void
note_memory(const struct trial *self, uint64_t *most_p)
{
    uint64_t bytes = own_bytes() - self->rest_bytes;

    if (*most_p < bytes)
        *most_p = bytes;
}

/* A trial ------------------------------------------------------------------ */

static int
remove_file(const char *path, const struct stat *stat, int kind,
            struct FTW *place)
{
    (void)stat;
    (void)kind;
    (void)place;
    return remove(path);
}

static void
open_store(struct trial *self, const char *path)
{
    weir_cleanup(weir_free) char *setting = NULL;

    (void)nftw(path, remove_file, 8, FTW_DEPTH | FTW_PHYS);
    if (asprintf(&setting, "path=%s", path) < 0)
        abort();
    const char *const settings[] = {
        setting,           "retention = 0",     "flush_interval = 0",
        "series=0",        "source_series = 0", "name_series = 0",
        "series_rate = 0", "flush_size = 0",    NULL};
    if (weir_harness_open(&tsdb_LTX_weir_plugin, settings, &self->harness) <
        0) {
        (void)fprintf(stderr, "%s\n", weir_harness_why(NULL));
        exit(EXIT_FAILURE);
    }
    self->tsdb = weir_harness_self(self->harness);
}

static void
give(struct trial *self, const struct weir_batch *batch)
{
    const struct weir_ticket ticket = {
        .number = self->ticket + 1,
        .stream = "bench stream...",
        .sequence = self->ticket + 1,
        .peer = "bench",
    };

    for (;;) {
        int64_t begun_ns = clock_of(CLOCK_MONOTONIC);
        int rc = tsdb_append(self->tsdb, batch, &ticket);
        int64_t took_ns = clock_of(CLOCK_MONOTONIC) - begun_ns;
        if (self->longest_ns < took_ns)
            self->longest_ns = took_ns;
        if (rc == 0)
            break;
        if (rc != -EAGAIN)
            abort();
        (void)nanosleep(&a_little, NULL);
    }
    self->ticket++;
}

/* Gives the store a round and waits until it is durable. */
static void
run_round(struct trial *self)
{
    uint64_t before = own_bytes();
    herd_round(self->herd);
    self->rest_bytes += own_bytes() - before;
    int64_t wall = clock_of(CLOCK_MONOTONIC), cpu = cpu_ns();
    for (uint32_t i = 0; i < herd_count(self->herd); i++)
        give(self, herd_batch(self->herd, i));
    if (wal_settle(self->tsdb->wal) < 0)
        abort();
    self->wall_ns += clock_of(CLOCK_MONOTONIC) - wall;
    self->cpu_ns += cpu_ns() - cpu;
    note_memory(self, &self->append_bytes);
}

static void
run_flush(struct trial *self)
{
    int64_t cpu = cpu_ns();

    flush_start(&self->tsdb->flush);
    while (!atomic_load(&self->tsdb->flush.done)) {
        (void)nanosleep(&a_little, NULL);
        note_memory(self, &self->flush_bytes);
    }
    if (flush_end(&self->tsdb->flush) < 0)
        abort();
    self->flush_ns += cpu_ns() - cpu;
}

static uint64_t
part_bytes(const struct tsdb *tsdb)
{
    uint64_t bytes = 0;

    for (uint32_t i = 0; i < tsdb->parts->count; i++) {
        const struct parts_item *item = tsdb->parts->items[i];
        weir_cleanup(weir_free) char *path =
            tsdb_part_path(tsdb, item->day, item->number);
        struct stat status;
        if (stat(path, &status) == 0)
            bytes += (uint64_t)status.st_size;
    }
    return bytes;
}

static void
print_trial(const struct trial *self, const struct bench_case *what,
            uint32_t series)
{
    struct wal_figures log;
    double samples = (double)herd_samples(self->herd);

    wal_figures(self->tsdb->wal, &log);
    printf("%-9s %8u %7.1f %7.2f %7.2f %7.2f %7.2f %7.2f %7.0f %7.0f %8.2f\n",
           what->name, series, samples / 1e6,
           samples * 1e3 / (double)self->wall_ns,
           samples * 1e3 / (double)self->cpu_ns,
           samples * 1e3 / (double)(self->cpu_ns + self->flush_ns),
           (double)log.bytes / samples,
           (double)part_bytes(self->tsdb) / samples,
           (double)self->append_bytes / series,
           (double)self->flush_bytes / series, (double)self->longest_ns / 1e6);
    (void)fflush(stdout);
}

static void
run_trial(const struct bench_case *what, const struct settings *settings)
{
    uint32_t series =
        settings->series * what->times / what->width * what->width;
    uint32_t cycles = what->times > 1 ? settings->cycles / 4 : settings->cycles;
    uint32_t round = what->kind == HERD_CHURN ? 1 : 1 + ROUND_MOST / series;
    const struct herd_shape shape = {what->kind, series, what->width,
                                     round < 20 ? round : 20};
    struct trial self = {.herd = herd_new(&shape)};

    open_store(&self, settings->path);
    (void)malloc_trim(0);
    self.rest_bytes = own_bytes();
    herd_meet(self.herd,
              &(struct herd_store){tsdb_LTX_weir_plugin.plugin, self.tsdb});
    uint32_t since = 0;
    for (uint32_t at = 0; at < cycles; at += shape.cycles) {
        run_round(&self);
        since += shape.cycles;
        if (since < FLUSH_EVERY)
            continue;
        run_flush(&self);
        since = 0;
    }
    run_flush(&self);
    print_trial(&self, what, series);
    herd_part(self.herd);
    weir_harness_destroy(&self.harness);
    herd_destroy(&self.herd);
    (void)nftw(settings->path, remove_file, 8, FTW_DEPTH | FTW_PHYS);
}

/* What the machine can do -------------------------------------------------- */

/* Copies rows to one place after another, and writes and syncs what the log
 * has of them: 1.5 bytes a sample. */
static void
print_limit(const struct settings *settings)
{
    enum { WIDTH = 600, ROWS = 16384, ROUNDS = 4, EVERY = 1024 };
    const size_t row = WIDTH * sizeof(double), entry = WIDTH * 3 / 2;
    weir_cleanup(weir_free) char *into = xcalloc(ROWS, row);
    weir_cleanup(weir_free) char *from = xcalloc(EVERY, row);
    int fd =
        open(settings->path, O_CREAT | O_TRUNC | O_WRONLY | O_CLOEXEC, 0600);
    int64_t wall = 0, cpu = 0;

    memset(into, 1, ROWS * row);
    for (size_t i = 0; i < (size_t)ROWS * (ROUNDS + 1); i++) {
        if (i == ROWS) { /* the first time was to have the pages */
            wall = clock_of(CLOCK_MONOTONIC);
            cpu = cpu_ns();
        }
        const char *bytes = from + i % EVERY * row;
        memcpy(into + i % ROWS * row, bytes, row);
        if (pwrite(fd, bytes, entry, (off_t)(i % ROWS * entry)) < 0)
            abort();
        if (i % EVERY == 0)
            (void)fdatasync(fd);
    }
    (void)fdatasync(fd);
    double samples = (double)WIDTH * ROWS * ROUNDS;
    printf("%-9s %8u %7.1f %7.2f %7.2f\n", "(limit)", WIDTH, samples / 1e6,
           samples * 1e3 / (double)(clock_of(CLOCK_MONOTONIC) - wall),
           samples * 1e3 / (double)(cpu_ns() - cpu));
    (void)close(fd);
    (void)unlink(settings->path);
}

static bool
is_wanted(const char *name, char **names)
{
    bool any = !*names;

    for (; *names; names++)
        any |= strcmp(*names, name) == 0;
    return any;
}

int
main(int argc, char **argv)
{
    static const struct option known[] = {{"path", required_argument, 0, 'p'},
                                          {"cycles", required_argument, 0, 'c'},
                                          {"series", required_argument, 0, 's'},
                                          {0}};
    struct settings settings = {"store-ingest.bench", 320, 100000};
    int word = 0;

    while ((word = getopt_long(argc, argv, "", known, NULL)) != -1) {
        if (word == 'p')
            settings.path = optarg;
        else if (word == 'c')
            settings.cycles = (uint32_t)strtoul(optarg, NULL, 10);
        else if (word == 's')
            settings.series = (uint32_t)strtoul(optarg, NULL, 10);
        else
            return EXIT_FAILURE;
    }
    (void)nftw(settings.path, remove_file, 8, FTW_DEPTH | FTW_PHYS);
    printf("%-9s %8s %7s %7s %7s %7s %7s %7s %7s %7s %8s\n"
           "%-9s %8s %7s %7s %7s %7s %7s %7s %7s %7s %8s\n",
           "case", "series", "M", "M/s", "M/s", "M/s/core", "log B", "part B",
           "mem. B", "mem. B", "longest", "", "", "samples", "wall", "core",
           "w. parts", "/sample", "/sample", "/series", "flush", "append ms");
    print_limit(&settings);
    for (size_t i = 0; i < ARRAY_SIZE(cases); i++)
        if (is_wanted(cases[i].name, argv + optind))
            run_trial(&cases[i], &settings);
    return EXIT_SUCCESS;
}
