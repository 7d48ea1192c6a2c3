/* export.c - weir export: what a store has, as text */
#include <config.h>

#include "export.h"

#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <weir/cleanup.h>

#include "base.h"
#include "dialect.h"
#include "errand.h"
#include "extract.h"
#include "remote.h"
#include "timetext.h"
#include "tsdb.h"

struct export
{
    struct errand errand;
    struct remote_wish wish;
    struct extract extract;
    struct dialect *dialect;
    const char *format;
    const char *file; /* NULL: standard output */
    char *fresh;      /* that it is called until it is complete; own */
    int fd;
};

static int
usage(void)
{
    (void)fputs(
        "usage: weir export [--path DIR [--set \"OPTION = VALUE\"]... | "
        "--url URL]\n"
        "                   [--store NAME] [--match SELECTOR]... "
        "[--start TIME] [--end TIME]\n"
        "                   [--format FORMAT] [-o FILE] [--quiet]\n",
        stderr);
    return ERRAND_WRONG;
}

/* Writing ------------------------------------------------------------------ */

static int
write_text(void *arg, const char *text, size_t size)
{
    const struct export *self = arg;

    while (size > 0) {
        ssize_t done = write(self->fd, text, size);
        if (done < 0 && errno == EINTR)
            continue;
        if (done < 0)
            return -errno;
        text += done;
        size -= (size_t)done;
    }
    return 0;
}

static int
take_names(void *arg, const char *const *names, size_t count)
{
    struct export *self = arg;

    return dialect_names(self->dialect, names, count);
}

static int
take_series(void *arg, const struct weir_series *series)
{
    struct export *self = arg;

    self->errand.series++;
    return dialect_series(self->dialect, series);
}

static int
take_samples(void *arg, const int64_t *times_ns, const double *values,
             size_t count)
{
    struct export *self = arg;

    for (size_t i = 0; i < count; i++)
        errand_count(&self->errand, times_ns[i]);
    int rc = dialect_samples(self->dialect, times_ns, values, count);
    return rc < 0 ? rc : errand_progress(&self->errand, "writing", 0, 0);
}

static int
fail(struct export *self, int rc)
{
    const char *why = *self->extract.why ? self->extract.why
                      : rc == -EDOM      ? dialect_why(self->dialect)
                      : rc == -EINTR     ? "interrupted"
                                         : strerror(-rc);

    return errand_fail(&self->errand, rc, "%s%s%s",
                       self->file ? self->file : "", self->file ? ": " : "",
                       why);
}

/* The store ---------------------------------------------------------------- */

static int
export_folder(struct export *self)
{
    struct extract *extract = &self->extract;
    enum reader_format format = reader_format_of(self->wish.format);
    struct tsdb *tsdb = NULL;

    int rc = errand_open(&self->errand, &tsdb);
    if (rc < 0)
        return rc;
    self->dialect = dialect_new(format, write_text, self);
    extract->after_ns = self->wish.start_ns - (self->wish.start_ns > INT64_MIN);
    extract->until_ns = self->wish.end_ns;
    extract->arg = self;
    extract->names = format == READER_CSV ? take_names : NULL;
    extract->series = take_series;
    extract->samples = take_samples;
    rc = extract_run(extract, tsdb);
    if (rc == 0)
        rc = dialect_end(self->dialect);
    if (rc < 0)
        rc = fail(self, rc);
    dialect_destroy(&self->dialect);
    return rc;
}

static int
export_weir(struct export *self)
{
    return remote_export(&self->errand, &self->wish, write_text, self);
}

/* The file ----------------------------------------------------------------- */

static int
open_file(struct export *self)
{
    if (!self->file) {
        self->fd = STDOUT_FILENO;
        return 0;
    }
    if (asprintf(&self->fresh, "%s.new", self->file) < 0)
        self->fresh = x_or_die(NULL);
    self->fd =
        open(self->fresh, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
    if (self->fd < 0)
        return errand_fail(&self->errand, -errno, "cannot write %s: %s",
                           self->fresh, strerror(errno));
    return 0;
}

/* A file has its name only when it is whole. */
static int
close_file(struct export *self, int rc)
{
    if (!self->file || self->fd < 0)
        return rc;
    if (rc == 0 && fsync(self->fd) < 0)
        rc = fail(self, -errno);
    (void)close(self->fd);
    if (rc == 0 && rename(self->fresh, self->file) < 0)
        rc = fail(self, -errno);
    if (rc < 0)
        (void)unlink(self->fresh);
    return rc;
}

static int export(struct export *self)
{
    errand_begin(&self->errand);
    int rc = open_file(self);
    if (rc == 0)
        rc = self->errand.path ? export_folder(self) : export_weir(self);
    rc = close_file(self, rc);
    if (rc == 0)
        errand_report(&self->errand, "wrote");
    return rc < 0 ? ERRAND_FAILED : ERRAND_DONE;
}

/* Options ------------------------------------------------------------------ */

static const struct option options[] = {
    ERRAND_OPTIONS,
    {"match", required_argument, NULL, 'm'},
    {"start", required_argument, NULL, 'a'},
    {"end", required_argument, NULL, 'z'},
    {"format", required_argument, NULL, 'f'},
    {"output", required_argument, NULL, 'o'},
    {0},
};

static bool
take_time(struct export *self, const char *text, int64_t *ret_time_ns)
{
    if (timetext_read(text, ret_time_ns) == 0)
        return true;
    (void)errand_fail(&self->errand, 0,
                      "a time is now, seconds since 1970, or a date such as "
                      "2026-11-23T10:00:00Z, and not \"%s\"",
                      text);
    return false;
}

static bool
take_match(struct export *self, const char *text)
{
    if (extract_select(&self->extract, text) == 0) {
        self->wish.matches[self->wish.match_count++] = text;
        return true;
    }
    (void)errand_fail(&self->errand, 0, "--match '%s': %s", text,
                      self->extract.why);
    return false;
}

static bool
take_format(struct export *self, const char *text)
{
    self->wish.format = text;
    if (reader_format_of(text) != READER_ANY)
        return true;
    (void)errand_fail(&self->errand, 0,
                      "there is no format \"%s\": openmetrics, prometheus, "
                      "influx, csv",
                      text);
    return false;
}

static bool
take_option(struct export *self, int option)
{
    switch (option) {
    case 'm':
        return take_match(self, optarg);
    case 'a':
        return take_time(self, optarg, &self->wish.start_ns);
    case 'z':
        return take_time(self, optarg, &self->wish.end_ns);
    case 'f':
        return take_format(self, optarg);
    case 'o':
        self->file = strcmp(optarg, "-") == 0 ? NULL : optarg;
        return true;
    default:
        return errand_take(&self->errand, option, optarg);
    }
}

int
export_command(int argc, char **argv)
{
    struct export self = {
        .errand = {.command = "export", .url = ERRAND_URL, .store = "tsdb"},
        .wish = {.format = "openmetrics",
                 .start_ns = INT64_MIN,
                 .end_ns = INT64_MAX},
        .fd = -1,
    };
    int option = 0, status = ERRAND_WRONG;
    bool good = true;

    optind = 1;
    while (good &&
           (option = getopt_long(argc, argv, "o:", options, NULL)) != -1)
        good = take_option(&self, option);
    if (good && optind == argc)
        status = export(&self);
    else if (good || option == '?')
        status = usage();
    extract_fini(&self.extract);
    errand_fini(&self.errand);
    free(self.fresh);
    return status;
}
