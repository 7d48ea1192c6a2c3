/* store.c - storage tsdb measured: size, a month's query, replay, load
 *
 *     store kinds                    what can be made up
 *     store make KIND FILE           makes rows up, the last of them now
 *     store text FORMAT FILE         prints them for a rival
 *     store thin FILE OTHER          takes every fifteenth row
 *     store size|month|replay|load FILE FOLDER
 *
 * The last ones print lines "name value"; FOLDER is empty, or not there yet.
 * store.py runs them, and rivals beside.
 */
#include <config.h>

#include "store.h"

#include <errno.h>
#include <string.h>

#include <weir/cleanup.h>

#include "base.h"
#include "clock.h"

static const int64_t hot_ns = 300 * NS_PER_S; /* between flushes */
static const int64_t hour_ns = 3600 * NS_PER_S;
static const int64_t day_ns = 86400 * NS_PER_S;

enum { POINTS = 1000, ROUNDS = 21, THIN = 15 };

/* Appends row by row, as cycles come, and flushes each time that 'every_ns' of
 * their own time have passed, and at the end; 0: never. */
static int
feed(struct subject *subject, const struct rows *rows, int64_t every_ns)
{
    int64_t next_ns = rows->times_ns[0] + every_ns;
    int rc = 0;

    for (size_t row = 0; rc == 0 && row < rows->count; row++) {
        if (every_ns > 0 && rows->times_ns[row] >= next_ns) {
            rc = subject_flush(subject);
            next_ns += every_ns;
        }
        if (rc == 0)
            rc = subject_append(subject, rows, row, 1);
    }
    if (rc == 0)
        rc = subject_settle(subject);
    return rc == 0 && every_ns > 0 ? subject_flush(subject) : rc;
}

static void
tell(const char *name, double value)
{
    printf("%s %.6g\n", name, value);
    (void)fflush(stdout);
}

static double
cpu_s(void)
{
    return (double)clock_read_ns(CLOCK_PROCESS_CPUTIME_ID) / 1e9;
}

/* Bytes a sample of each section. */
static void
tell_sizes(const char *when, struct subject *subject, double samples)
{
    const struct subject_sizes sizes = subject_sizes(subject);

    printf("%s %.4f\n%s_frames %.4f\n%s_times %.4f\n%s_index %.4f\n"
           "%s_names %.4f\n%s_parts %u\n%s_chunk_samples %.0f\n",
           when, (double)sizes.total / samples, when,
           (double)sizes.frames / samples, when, (double)sizes.times / samples,
           when, (double)sizes.index / samples, when,
           (double)sizes.names / samples, when, sizes.parts, when,
           samples / (double)sizes.chunks);
}

static int
measure_size(const struct rows *rows, const char *folder)
{
    weir_cleanup(subject_destroy) struct subject *subject = NULL;
    double samples = (double)rows_samples(rows);
    struct wal_figures log;
    double begin_s = cpu_s();

    int rc = subject_open(folder, &subject);
    if (rc == 0)
        rc = feed(subject, rows, hot_ns);
    if (rc < 0)
        return rc;
    tell("fed_per_cpu_s", samples / (cpu_s() - begin_s));
    wal_figures(subject_tsdb(subject)->wal, &log);
    tell("samples", samples);
    tell("append_ns", (double)subject_append_ns(subject) / samples);
    tell("log", (double)log.bytes / samples);
    tell_sizes("hot", subject, samples);
    rc = subject_compact(subject);
    tell_sizes("cold", subject, samples);
    return rc;
}

/* The month ---------------------------------------------------------------- */

static int
compare(const void *left, const void *right)
{
    double a = *(const double *)left, b = *(const double *)right;

    return (a > b) - (a < b);
}

static double
median(double *values, size_t count)
{
    qsort(values, count, sizeof(*values), compare);
    return values[count / 2];
}

/* Asks again and again; tells the median and the least of the time and the
 * median of the processor's in ms, and how many values came. */
static int
time_ask(struct subject *subject, const char *name,
         const struct weir_select *whats, size_t count)
{
    double took_ms[ROUNDS], cpu_ms[ROUNDS];
    int64_t values = 0;

    for (int i = 0; i < ROUNDS; i++) {
        int64_t begin = clock_now_ns();
        int64_t cpu = clock_read_ns(CLOCK_THREAD_CPUTIME_ID);
        for (size_t k = 0; k < count; k++) {
            values = subject_ask(subject, &whats[k]);
            if (values < 0)
                return (int)values;
        }
        took_ms[i] = (double)(clock_now_ns() - begin) / 1e6;
        cpu = clock_read_ns(CLOCK_THREAD_CPUTIME_ID) - cpu;
        cpu_ms[i] = (double)cpu / 1e6;
    }
    printf("%s %.4g\n", name, median(took_ms, ROUNDS));
    printf("%s_best %.4g\n", name, took_ms[0]);
    printf("%s_cpu %.4g\n", name, median(cpu_ms, ROUNDS));
    printf("%s_values %lld\n", name, (long long)values);
    return 0;
}

static struct weir_select
in_steps(const struct rows *rows, enum weir_function function, int64_t step_ns)
{
    int64_t after_ns = rows->times_ns[0] / step_ns * step_ns;

    return (struct weir_select){
        .want = WEIR_SAMPLES,
        .after_ns = after_ns,
        .until_ns = rows->times_ns[rows->count - 1],
        .function = function,
        .range_ns = step_ns,
        .step_ns = step_ns,
        .alone = true,
    };
}

static struct weir_select
raw(const struct rows *rows, int64_t length_ns)
{
    int64_t until_ns = rows->times_ns[rows->count - 1];

    return (struct weir_select){
        .want = WEIR_SAMPLES,
        .after_ns = until_ns - length_ns,
        .until_ns = until_ns,
    };
}

/* A part each day, as compaction leaves them. */
static int
feed_days(struct subject *subject, const struct rows *rows)
{
    size_t from = 0;
    int rc = 0;

    for (size_t row = 1; rc == 0 && row <= rows->count; row++) {
        if (row < rows->count &&
            rows->times_ns[row] / day_ns == rows->times_ns[from] / day_ns)
            continue;
        rc = subject_append(subject, rows, from, row - from);
        from = row;
        if (rc == 0)
            rc = subject_flush(subject);
    }
    return rc;
}

static int
ask_least_greatest_mean(struct subject *subject, const char *name,
                        const struct rows *rows, int64_t step_ns)
{
    const struct weir_select whats[] = {
        in_steps(rows, WEIR_MIN, step_ns),
        in_steps(rows, WEIR_MAX, step_ns),
        in_steps(rows, WEIR_AVG, step_ns),
    };

    return time_ask(subject, name, whats, ARRAY_SIZE(whats));
}

/* The same by one select. */
static int
ask_at_once(struct subject *subject, const char *name, const struct rows *rows,
            int64_t step_ns)
{
    struct weir_select what = in_steps(rows, WEIR_RAW, step_ns);

    what.functions = 1U << WEIR_MIN | 1U << WEIR_MAX | 1U << WEIR_AVG;
    return time_ask(subject, name, &what, 1);
}

static int
ask_month(struct subject *subject, const struct rows *rows)
{
    int64_t extent_ns = rows->times_ns[rows->count - 1] - rows->times_ns[0];
    int64_t point_ns = (extent_ns + NS_PER_S) / POINTS;
    const struct weir_select mean = in_steps(rows, WEIR_AVG, point_ns);
    const struct weir_select whole = raw(rows, extent_ns + NS_PER_S);
    const struct weir_select hour = raw(rows, hour_ns);

    int rc = ask_least_greatest_mean(subject, "month", rows, point_ns);
    if (rc == 0)
        rc = ask_at_once(subject, "month_once", rows, point_ns);
    if (rc == 0)
        rc = time_ask(subject, "month_mean", &mean, 1);
    if (rc == 0)
        rc = ask_least_greatest_mean(subject, "month_hours", rows, hour_ns);
    if (rc == 0)
        rc = ask_at_once(subject, "month_hours_once", rows, hour_ns);
    if (rc == 0)
        rc = time_ask(subject, "month_raw", &whole, 1);
    return rc < 0 ? rc : time_ask(subject, "hour_raw", &hour, 1);
}

static int
measure_month(const struct rows *rows, const char *folder)
{
    weir_cleanup(subject_destroy) struct subject *subject = NULL;

    int rc = subject_open(folder, &subject);
    tell("samples", (double)rows_samples(rows));
    if (rc == 0)
        rc = feed_days(subject, rows);
    if (rc == 0)
        rc = subject_compact(subject);
    return rc < 0 ? rc : ask_month(subject, rows);
}

/* Replay ------------------------------------------------------------------- */

static int
measure_replay(const struct rows *rows, const char *folder)
{
    weir_cleanup(subject_destroy) struct subject *subject = NULL;

    int rc = subject_open(folder, &subject);
    if (rc == 0)
        rc = feed(subject, rows, 0);
    if (rc < 0)
        return rc;
    subject_destroy(&subject);
    double begin_s = cpu_s();
    int64_t begin_ns = clock_now_ns();
    rc = subject_open(folder, &subject);
    if (rc < 0)
        return rc;
    double samples = (double)subject_tsdb(subject)->head.samples;
    tell("replay_share", samples / (double)rows_samples(rows));
    tell("replay_per_s", samples / ((double)(clock_now_ns() - begin_ns) / 1e9));
    tell("replay_per_cpu_s", samples / (cpu_s() - begin_s));
    return 0;
}

/* Commands ----------------------------------------------------------------- */

typedef int measure(const struct rows *rows, const char *folder);

static const struct {
    const char *name;
    measure *measure;
} measures[] = {
    {"size", measure_size},
    {"month", measure_month},
    {"replay", measure_replay},
    {"load", measure_load},
};

static int
make(const char *kind, const char *path)
{
    weir_cleanup(rows_destroy) struct rows *rows =
        rows_make(kind, clock_wall_ns());

    return rows ? rows_write(rows, path) : -EINVAL;
}

static int
measure_file(measure *chosen, const char *path, const char *folder)
{
    weir_cleanup(rows_destroy) struct rows *rows = NULL;

    int rc = rows_read(path, &rows);
    if (rc < 0)
        return rc;
    rows_age(rows, clock_wall_ns());
    return chosen(rows, folder);
}

static int
print_file(const char *format, const char *path)
{
    weir_cleanup(rows_destroy) struct rows *rows = NULL;

    int rc = rows_read(path, &rows);
    return rc < 0 ? rc : rows_print(rows, format, stdout);
}

/* What came each second as if it came each 15 s. */
static int
thin(const char *path, const char *other)
{
    weir_cleanup(rows_destroy) struct rows *rows = NULL;

    int rc = rows_read(path, &rows);
    if (rc < 0)
        return rc;
    rows_thin(rows, THIN);
    return rows_write(rows, other);
}

static int
run(int argc, char **argv)
{
    if (argc == 2 && strcmp(argv[1], "kinds") == 0)
        return printf("%s", rows_kinds()) < 0 ? -EIO : 0;
    if (argc != 4)
        return -EINVAL;
    if (strcmp(argv[1], "make") == 0)
        return make(argv[2], argv[3]);
    if (strcmp(argv[1], "text") == 0)
        return print_file(argv[2], argv[3]);
    if (strcmp(argv[1], "thin") == 0)
        return thin(argv[2], argv[3]);
    for (size_t i = 0; i < ARRAY_SIZE(measures); i++)
        if (strcmp(argv[1], measures[i].name) == 0)
            return measure_file(measures[i].measure, argv[2], argv[3]);
    return -EINVAL;
}

int
main(int argc, char **argv)
{
    int rc = run(argc, argv);

    if (rc < 0)
        (void)fprintf(stderr, "store: %s\n", strerror(-rc));
    return rc < 0 ? EXIT_FAILURE : EXIT_SUCCESS;
}
