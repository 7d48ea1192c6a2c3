/* staging.c - samples in no order, made into one part */
#include <config.h>

#include "staging.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include <weir/cleanup.h>

#include "base.h"
#include "merge.h"
#include "samples.h"

enum {
    GATHER_MOST = 1 << 21, /* samples, 40 bytes each */
    RUNS_MOST = 64,        /* parts; then they become one */
    STEP_EVERY = 64,       /* series */
};

struct staging {
    struct staging_settings settings;
    struct files *files;
    char *folder;

    /* What is gathered, as it came, and then by series. */
    uint32_t *numbers;                   /* [GATHER_MOST] */
    int64_t *times_ns, *sorted_times_ns; /* [GATHER_MOST] */
    double *values, *sorted_values;      /* [GATHER_MOST] */
    size_t count;
    size_t *starts; /* [number_room + 1], where a series begins when sorted */
    uint32_t number_most, number_room;

    struct part *runs[RUNS_MOST];
    uint64_t run_numbers[RUNS_MOST];
    uint32_t run_count;
    uint64_t last_number; /* of a run */
    char *path;           /* of the part that all became */
};

/* Files -------------------------------------------------------------------- */

static char *
run_path(const struct staging *self, uint64_t number)
{
    char *path = NULL;

    if (asprintf(&path, "%s/%08" PRIu64 ".tsp", self->folder, number) < 0)
        path = NULL;
    return x_or_die(path);
}

struct tidy {
    struct files *files;
    const char *folder;
};

static int
remove_file(void *arg, const char *name)
{
    const struct tidy *tidy = arg;
    weir_cleanup(weir_free) char *path = NULL;

    if (asprintf(&path, "%s/%s", tidy->folder, name) < 0)
        path = x_or_die(NULL);
    (void)file_unlink(tidy->files, path);
    return 0;
}

void
staging_remove(struct files *files, const char *path)
{
    struct tidy tidy = {files, path};

    if (file_list(files, path, remove_file, &tidy) == 0)
        (void)file_unlink(files, path);
}

int
staging_open(const struct staging_settings *settings,
             struct staging **ret_staging)
{
    staging_remove(settings->files, settings->folder);
    int rc = file_make_folder(settings->files, settings->folder);
    if (rc < 0)
        return rc;
    struct staging *self = xcalloc(1, sizeof(*self));
    *self = (struct staging){
        .settings = *settings,
        .files = settings->files,
        .folder = x_or_die(strdup(settings->folder)),
        .numbers = xcalloc(GATHER_MOST, sizeof(*self->numbers)),
        .times_ns = xcalloc(GATHER_MOST, sizeof(*self->times_ns)),
        .sorted_times_ns = xcalloc(GATHER_MOST, sizeof(*self->times_ns)),
        .values = xcalloc(GATHER_MOST, sizeof(*self->values)),
        .sorted_values = xcalloc(GATHER_MOST, sizeof(*self->values)),
    };
    *ret_staging = self;
    return 0;
}

void
staging_destroy(struct staging **self_p)
{
    struct staging *self = weir_take(*self_p);

    if (!self)
        return;
    for (uint32_t i = 0; i < self->run_count; i++)
        part_destroy(&self->runs[i]);
    staging_remove(self->files, self->folder);
    free(self->numbers);
    free(self->times_ns);
    free(self->sorted_times_ns);
    free(self->values);
    free(self->sorted_values);
    free(self->starts);
    free(self->path);
    free(self->folder);
    free(self);
}

/* Runs --------------------------------------------------------------------- */

static int
open_writer(struct staging *self, struct part_writer **ret_writer)
{
    static const struct part_origin origin = {0};
    weir_cleanup(weir_free) char *path = run_path(self, ++self->last_number);

    return part_writer_open(self->files, path, &origin, ret_writer);
}

/* Completes the run that was begun last, and opens it. */
static int
end_writer(struct staging *self, struct part_writer **writer_p)
{
    weir_cleanup(weir_free) char *path = run_path(self, self->last_number);

    int rc = part_writer_end(writer_p, NULL);
    if (rc == 0)
        rc = part_open(self->files, path, &self->runs[self->run_count]);
    if (rc == 0)
        self->run_numbers[self->run_count++] = self->last_number;
    return rc;
}

static const struct weir_series *
find_series(void *arg, uint32_t number)
{
    const struct staging *self = arg;

    return self->settings.series(self->settings.arg, number);
}

static int
step(void *arg, uint64_t bytes)
{
    const struct staging *self = arg;

    (void)bytes;
    return self->settings.step(self->settings.arg);
}

/* Makes one run of all. */
static int
merge_runs(struct staging *self)
{
    weir_cleanup(part_writer_destroy) struct part_writer *writer = NULL;
    uint32_t bad = 0;
    struct merge merge = {
        .parts = (const struct part *const *)self->runs,
        .count = self->run_count,
        .oldest_ns = INT64_MIN,
        .arg = self,
        .series = find_series,
        .step = step,
    };

    int rc = open_writer(self, &writer);
    merge.writer = writer;
    if (rc == 0)
        rc = merge_run(&merge, &bad);
    if (rc < 0)
        return rc;
    while (self->run_count > 0) {
        weir_cleanup(weir_free) char *path =
            run_path(self, self->run_numbers[--self->run_count]);
        part_destroy(&self->runs[self->run_count]);
        (void)file_unlink(self->files, path);
    }
    return end_writer(self, &writer);
}

/* What is gathered --------------------------------------------------------- */

/* Sorts by series, those of one as they came. */
static void
sort(struct staging *self)
{
    size_t *starts = self->starts;

    memset(starts, 0, (self->number_most + 2) * sizeof(*starts));
    for (size_t i = 0; i < self->count; i++)
        starts[self->numbers[i] + 1]++;
    for (uint32_t i = 0; i <= self->number_most; i++)
        starts[i + 1] += starts[i];
    for (size_t i = 0; i < self->count; i++) {
        size_t at = starts[self->numbers[i]]++;
        self->sorted_times_ns[at] = self->times_ns[i];
        self->sorted_values[at] = self->values[i];
    }
}

static int
write_series(struct staging *self, struct part_writer *writer, uint32_t number,
             size_t begin, size_t end)
{
    struct samples samples = {
        .times_ns = self->sorted_times_ns + begin,
        .values = self->sorted_values + begin,
        .count = end - begin,
        .room = end - begin,
    };

    samples_tidy(&samples);
    part_writer_series(writer, number, find_series(self, number));
    return part_writer_add(writer, samples.times_ns, samples.values,
                           samples.count);
}

static int
write_run(struct staging *self)
{
    weir_cleanup(part_writer_destroy) struct part_writer *writer = NULL;
    size_t begin = 0;

    int rc = open_writer(self, &writer);
    if (rc < 0)
        return rc;
    sort(self); /* now a series' start is where the next one begins */
    for (uint32_t i = 1; rc == 0 && i <= self->number_most; i++) {
        size_t end = self->starts[i];
        if (end > begin)
            rc = write_series(self, writer, i, begin, end);
        if (rc == 0 && i % STEP_EVERY == 0)
            rc = step(self, 0);
        begin = end;
    }
    self->count = 0;
    return rc < 0 ? rc : end_writer(self, &writer);
}

static int
make_room(struct staging *self)
{
    int rc = write_run(self);

    return rc == 0 && self->run_count == RUNS_MOST ? merge_runs(self) : rc;
}

static void
follow_numbers(struct staging *self, uint32_t number)
{
    self->number_most = number;
    if (number < self->number_room)
        return;
    self->number_room = 2 * number;
    self->starts =
        xrealloc(self->starts, self->number_room + 2, sizeof(*self->starts));
}

int
staging_add(struct staging *self, uint32_t number, int64_t time_ns,
            double value)
{
    int rc = self->count == GATHER_MOST ? make_room(self) : 0;

    if (number > self->number_most)
        follow_numbers(self, number);
    self->numbers[self->count] = number;
    self->times_ns[self->count] = time_ns;
    self->values[self->count++] = value;
    return rc;
}

int
staging_end(struct staging *self, const char **ret_path)
{
    int rc = self->count ? write_run(self) : 0;

    if (rc == 0 && self->run_count == 0)
        rc = -ENODATA;
    if (rc == 0 && self->run_count > 1)
        rc = merge_runs(self);
    if (rc < 0)
        return rc;
    free(self->path);
    self->path = run_path(self, self->run_numbers[0]);
    *ret_path = self->path;
    return 0;
}
