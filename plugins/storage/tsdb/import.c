/* import.c - weir import: files of samples into a store
 *
 * All files are read first, and what they have becomes one part, beside the
 * store; only when nothing was wrong with any does it come to count, at once.
 */
#include <config.h>

#include "import.h"

#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <string.h>

#include "adopt.h"
#include "base.h"
#include "errand.h"
#include "reader.h"
#include "remote.h"
#include "staging.h"
#include "timetext.h"
#include "tsdb.h"

/* What a process may keep of series, where the store does not say. */
enum { SERIES_MOST = 10000000 };

struct import {
    struct errand errand;
    struct reader_settings settings;
    struct reader *reader;
    struct staging *staging;
    const char *file; /* that is being read */
    bool dry_run;
};

static int
usage(void)
{
    (void)fputs(
        "usage: weir import [--path DIR [--set \"OPTION = VALUE\"]... | "
        "--url URL]\n"
        "                   [--store NAME] [--format FORMAT] [--time TIME]\n"
        "                   [--precision ns|us|ms|s] [--dry-run] [--quiet] "
        "FILE...\n",
        stderr);
    return ERRAND_WRONG;
}

/* Reading ------------------------------------------------------------------ */

static const struct weir_series *
find_series(void *arg, uint32_t number)
{
    const struct import *self = arg;

    return reader_series(self->reader, number);
}

static int
take_sample(void *arg, uint32_t series, int64_t time_ns, double value)
{
    struct import *self = arg;

    errand_count(&self->errand, time_ns);
    return self->staging ? staging_add(self->staging, series, time_ns, value)
                         : 0;
}

static int
show_progress(void *arg, uint64_t done, uint64_t size)
{
    struct import *self = arg;

    return errand_progress(&self->errand, self->file, done, size);
}

static int
show_sorting(void *arg)
{
    struct import *self = arg;

    return errand_progress(&self->errand, "sorting", 0, 0);
}

/* From here on it is carried through. */
static void
show_storing(void *arg, uint64_t done, uint64_t most)
{
    struct import *self = arg;

    (void)errand_progress(&self->errand, "storing", done, most);
}

static int
fail_reading(struct import *self, int rc)
{
    static const char after[] = "nothing was imported";

    if (rc == -EINTR)
        return errand_fail(&self->errand, rc, "interrupted: %s", after);
    if (rc == -EBADMSG || *reader_why(self->reader))
        return errand_fail(&self->errand, rc, "%s; %s",
                           reader_why(self->reader), after);
    return errand_fail(&self->errand, rc, "cannot write what is staged: %s; %s",
                       strerror(-rc), after);
}

static int
read_files(struct import *self, char **files)
{
    int rc = 0;

    for (; rc == 0 && *files; files++) {
        self->file = *files;
        rc = reader_read(self->reader, self->file);
    }
    return rc < 0 ? fail_reading(self, rc) : 0;
}

/* Storing ------------------------------------------------------------------ */

static int
store_locally(struct import *self, struct tsdb *tsdb, const char *staged)
{
    struct adopt adopt = {.progress = show_storing, .arg = self};

    int rc = adopt_now(&adopt, tsdb, staged);
    if (rc < 0)
        return errand_fail(&self->errand, rc, "%s: %s; nothing was imported",
                           self->errand.path, adopt.why);
    return 0;
}

static void
close_reader(struct import *self)
{
    if (self->reader)
        self->errand.series = reader_count(self->reader);
    reader_destroy(&self->reader);
}

/* Stages in 'folder' what the files have, and gives it to the store: to 'tsdb',
 * or, when that is NULL, to one that runs elsewhere. */
static int
stage(struct import *self, struct tsdb *tsdb, const char *folder, char **files)
{
    const char *staged = NULL;

    const struct staging_settings settings = {files_real(), folder, find_series,
                                              show_sorting, self};

    int rc = staging_open(&settings, &self->staging);
    if (rc < 0)
        return errand_fail(&self->errand, rc, "cannot write into %s: %s",
                           folder, strerror(-rc));
    rc = read_files(self, files);
    if (rc < 0)
        return rc;
    rc = staging_end(self->staging, &staged);
    if (rc == -ENODATA)
        return 0;
    if (rc < 0)
        return fail_reading(self, rc);
    close_reader(self); /* whose series take much memory */
    return tsdb ? store_locally(self, tsdb, staged)
                : remote_import(&self->errand, staged);
}

static int
import_into_folder(struct import *self, char **files)
{
    struct tsdb *tsdb = NULL;

    int rc = errand_open(&self->errand, &tsdb);
    if (rc < 0)
        return rc;
    weir_cleanup(weir_free) char *folder =
        home_path(&tsdb->home, TSDB_IMPORT_FOLDER);
    if (tsdb->series)
        self->settings.series_limit = (uint32_t)tsdb->series;
    self->reader = reader_new(&self->settings);
    rc = stage(self, tsdb, folder, files);
    staging_destroy(&self->staging);
    return rc;
}

static int
import_into_weir(struct import *self, char **files)
{
    const char *place = getenv("TMPDIR");
    weir_cleanup(weir_free) char *folder = NULL;

    if (asprintf(&folder, "%s/weir-import-XXXXXX", place ? place : "/tmp") < 0)
        folder = x_or_die(NULL);
    self->reader = reader_new(&self->settings);
    int rc = remote_find(&self->errand);
    if (rc < 0)
        return rc;
    if (!mkdtemp(folder))
        return errand_fail(&self->errand, -errno, "cannot make %s: %s", folder,
                           strerror(errno));
    rc = stage(self, NULL, folder, files);
    staging_destroy(&self->staging);
    return rc;
}

static int
check_only(struct import *self, char **files)
{
    self->reader = reader_new(&self->settings);
    return read_files(self, files);
}

static int
import(struct import *self, char **files)
{
    int rc = 0;

    errand_begin(&self->errand);
    if (self->dry_run)
        rc = check_only(self, files);
    else if (self->errand.path)
        rc = import_into_folder(self, files);
    else
        rc = import_into_weir(self, files);
    close_reader(self);
    if (rc == 0)
        errand_report(&self->errand, self->dry_run ? "checked" : "imported");
    errand_fini(&self->errand);
    return rc < 0 ? ERRAND_FAILED : ERRAND_DONE;
}

/* Options ------------------------------------------------------------------ */

static const struct option options[] = {
    ERRAND_OPTIONS,
    {"format", required_argument, NULL, 'f'},
    {"time", required_argument, NULL, 't'},
    {"precision", required_argument, NULL, 'P'},
    {"dry-run", no_argument, NULL, 'd'},
    {0},
};

static bool
take_format(struct import *self, const char *text)
{
    self->settings.format = reader_format_of(text);
    if (self->settings.format != READER_ANY)
        return true;
    (void)errand_fail(&self->errand, 0,
                      "there is no format \"%s\": openmetrics, prometheus, "
                      "influx, csv",
                      text);
    return false;
}

static bool
take_time(struct import *self, const char *text)
{
    self->settings.has_time = true;
    if (timetext_read(text, &self->settings.time_ns) == 0)
        return true;
    (void)errand_fail(&self->errand, 0,
                      "--time is now, seconds since 1970, or a date such as "
                      "2026-11-23T10:00:00Z, and not \"%s\"",
                      text);
    return false;
}

static bool
take_precision(struct import *self, const char *text)
{
    static const struct {
        const char *name;
        int64_t ns;
    } units[] = {
        {"ns", 1}, {"us", NS_PER_US}, {"ms", NS_PER_MS}, {"s", NS_PER_S}};

    for (size_t i = 0; i < ARRAY_SIZE(units); i++)
        if (strcmp(text, units[i].name) == 0)
            self->settings.unit_ns = units[i].ns;
    if (self->settings.unit_ns)
        return true;
    (void)errand_fail(&self->errand, 0,
                      "--precision is ns, us, ms or s, and not \"%s\"", text);
    return false;
}

static bool
take_option(struct import *self, int option)
{
    switch (option) {
    case 'f':
        return take_format(self, optarg);
    case 't':
        return take_time(self, optarg);
    case 'P':
        return take_precision(self, optarg);
    case 'd':
        self->dry_run = true;
        return true;
    default:
        return errand_take(&self->errand, option, optarg);
    }
}

int
import_command(int argc, char **argv)
{
    struct import self = {
        .errand = {.command = "import",
                   .url = ERRAND_URL,
                   .store = "tsdb",
                   .makes = true},
        .settings = {.series_limit = SERIES_MOST,
                     .arg = &self,
                     .sample = take_sample,
                     .progress = show_progress},
    };
    int option = 0;

    optind = 1;
    while ((option = getopt_long(argc, argv, "", options, NULL)) != -1)
        if (!take_option(&self, option))
            return option == '?' ? usage() : ERRAND_WRONG;
    if (optind == argc)
        return usage();
    return import(&self, argv + optind);
}
