/* verify.c - weir verify: whether the files of a store are what was written
 *
 * Reads, and changes nothing.  The store must not be open meanwhile; that is
 * what its lock is for.
 */
#include <config.h>

#include "verify.h"

#include <errno.h>
#include <getopt.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <weir/cleanup.h>

#include "base.h"
#include "meta_check.h"
#include "series.h"
#include "tsdb.h"

enum { VERIFY_SOUND, VERIFY_DAMAGED, VERIFY_UNKNOWN };

/* What weir does about it when it starts. */
static const char part_advice[] =
    "weir moves it into quarantine/ when it starts, the rest is readable";
static const char chunk_advice[] =
    "weir leaves out what is damaged of it, the rest is readable";
static const char meta_advice[] =
    "weir makes it again from the parts when it starts";

struct listed {
    uint64_t number;
    int32_t day;
};

struct verify {
    struct tsdb *store; /* never open: its folder and, in the head, its catalog
                         */
    bool full;
    unsigned damages;
    struct meta_state state;
    struct listed *listed; /* [listed_count], parts of the manifest */
    size_t listed_count;
    uint64_t parts, samples, records;
    const char *part; /* path of the one that is looked at */
};

/* Prints what is wrong, where, and what is to be done. */
__attribute__((format(printf, 4, 5))) static void
complain(struct verify *self, const char *path, const char *advice,
         const char *format, ...)
{
    va_list args;

    self->damages++;
    (void)printf("%s: ", path);
    va_start(args, format);
    (void)vprintf(format, args);
    va_end(args);
    (void)printf("; %s\n", advice);
}

/* Parts -------------------------------------------------------------------- */

static int
check_name(void *arg, uint32_t number, const struct weir_series *series)
{
    struct verify *self = arg;
    const struct head_series *known = head_at(&self->store->head, number);

    if (known && series_equal(&known->series, series))
        return 0;
    complain(self, self->part,
             "without meta/data.mdb weir makes the catalog again from the "
             "parts: move it away",
             known ? "series %" PRIu32 " is another one in the catalog"
                   : "series %" PRIu32 " is not in the catalog",
             number);
    return -ECANCELED;
}

/* What the part alone does not tell. */
static void
check_belonging(struct verify *self, const struct part *part)
{
    const struct part_info *info = part_info(part);

    self->parts++;
    self->samples += info->samples;
    if (memcmp(info->origin.store, self->store->home.store,
               sizeof(info->origin.store)) != 0)
        complain(self, self->part,
                 "move it away if it was copied here, else mend FORMAT",
                 "is of another store than FORMAT says");
    if (self->full && self->listed_count)
        (void)part_series(part, check_name, self);
}

static void
check_part(struct verify *self, const char *path)
{
    weir_cleanup(part_destroy) struct part *part = NULL;
    struct files *files = self->store->home.files;
    char why[256] = "its head, foot, index or times are damaged";

    self->part = path;
    int rc = part_open(files, path, &part);
    if (rc == -EBADMSG)
        complain(self, path, part_advice, "%s", why);
    else if (rc == -ENOENT)
        complain(self, path, "put it back if you have it", "is gone");
    else if (rc < 0)
        complain(self, path, "look after the disk", "cannot be read: %s",
                 strerror(-rc));
    if (rc < 0)
        return;
    if (self->full && part_verify(files, path, why, sizeof(why)) < 0)
        complain(self, path, chunk_advice, "%s", why);
    check_belonging(self, part);
}

static bool
is_part(const char *name)
{
    const char *dot = strrchr(name, '.');

    return dot && strcmp(dot, ".tsp") == 0;
}

static int
check_found_part(void *arg, const char *path, const char *name)
{
    if (is_part(name))
        check_part(arg, path);
    return 0;
}

/* What is not in the manifest is a rest of something, and goes. */
static void
check_parts(struct verify *self, bool by_manifest)
{
    if (!by_manifest)
        (void)home_each_part(&self->store->home, check_found_part, self);
    for (size_t i = 0; by_manifest && i < self->listed_count; i++) {
        weir_cleanup(weir_free) char *path = tsdb_part_path(
            self->store, self->listed[i].day, self->listed[i].number);
        check_part(self, path);
    }
}

/* Manifest ----------------------------------------------------------------- */

static int
on_series(void *arg, uint32_t number, const struct weir_series *series)
{
    struct head *head = &((struct verify *)arg)->store->head;

    if (number == 0 || head_at(head, number))
        return -EBADMSG;
    (void)head_take_in(head, series, number);
    return 0;
}

static int
on_part(void *arg, uint64_t number, int32_t day)
{
    struct verify *self = arg;

    self->listed =
        xrealloc(self->listed, self->listed_count + 1, sizeof(self->listed[0]));
    self->listed[self->listed_count++] = (struct listed){number, day};
    return 0;
}

static int
on_mark(void *arg, const struct mark *mark)
{
    (void)arg;
    (void)mark;
    return 0;
}

static int
load_meta(struct verify *self)
{
    static const struct meta_visitor visitor = {on_series, on_part, on_mark};
    weir_cleanup(weir_free) char *folder =
        home_path(&self->store->home, "meta");
    weir_cleanup(meta_destroy) struct meta *meta = NULL;

    int rc = meta_look(folder, &meta);
    return rc < 0 ? rc : meta_load(meta, &visitor, self, &self->state);
}

/* Returns whether the manifest is good. */
static bool
check_meta(struct verify *self)
{
    const struct home *home = &self->store->home;
    weir_cleanup(weir_free) char *path = home_path(home, "meta/data.mdb");
    char why[256] = "a value in it is not what was written";

    int rc = meta_check(home->files, path, why, sizeof(why));
    if (rc == 0)
        rc = load_meta(self);
    if (rc == -EBADMSG)
        complain(self, path, meta_advice, "%s", why);
    else if (rc < 0 && rc != -ENOENT)
        complain(self, path, "look after the disk", "cannot be read: %s",
                 strerror(-rc));
    return rc == 0;
}

static int
note_part(void *arg, const char *path, const char *name)
{
    (void)path;
    return is_part(name) ? *(int *)arg : 0;
}

/* There is none: fine for a store that was just made. */
static void
check_lack_of_meta(struct verify *self)
{
    weir_cleanup(weir_free) char *path =
        home_path(&self->store->home, "meta/data.mdb");
    int found = -ECANCELED;

    if (self->damages == 0 &&
        home_each_part(&self->store->home, note_part, &found) == -ECANCELED)
        complain(self, path, meta_advice, "is gone");
}

/* Log ---------------------------------------------------------------------- */

static void
judge_log(struct verify *self, const char *path,
          const struct wal_report *report)
{
    static const char advice[] =
        "weir copies the files into quarantine/ when it starts, and goes on "
        "behind";

    self->records = report->records;
    if (report->lost || report->broken)
        complain(self, path, advice,
                 "%" PRIu64 " batches are lost, and %" PRIu64
                 " rows that hang on them",
                 report->lost, report->broken);
    else if (report->damaged_segments && !report->torn)
        complain(self, path, advice, "a file is damaged, but no batch lost");
    if (report->torn)
        (void)printf("%s: ends in %" PRIu64
                     " batches that were cut short, as when weir is killed; "
                     "they were never acknowledged\n",
                     path, report->torn);
}

static void
check_log(struct verify *self)
{
    weir_cleanup(weir_free) char *path = home_path(&self->store->home, "wal");
    static const struct wal_visitor visitor = {0};
    const struct wal_settings settings = {.files = self->store->home.files,
                                          .folder = path};
    struct wal_report report = {0};

    int rc =
        wal_replay(&settings, self->state.checkpoint_lsn, &visitor, &report);
    if (rc == 0)
        judge_log(self, path, &report);
    else if (rc != -ENOENT)
        complain(self, path, "look after the disk", "cannot be read: %s",
                 strerror(-rc));
    else if (self->parts)
        complain(self, path, "weir begins a new one when it starts",
                 "is gone, with the newest samples");
}

/* The whole ---------------------------------------------------------------- */

static int
find_id(void *arg, const char *path, const char *name)
{
    struct verify *self = arg;
    weir_cleanup(part_destroy) struct part *part = NULL;

    if (!is_part(name) || part_open(self->store->home.files, path, &part) < 0)
        return 0;
    memcpy(self->store->home.store, part_info(part)->origin.store,
           sizeof(self->store->home.store));
    return -ECANCELED;
}

static void
complain_of_format(struct verify *self)
{
    struct home *home = &self->store->home;
    weir_cleanup(weir_free) char *path = home_path(home, "FORMAT");
    char advice[160];

    if (home_each_part(home, find_id, self) != -ECANCELED)
        memset(home->store, 0, sizeof(home->store));
    int length = snprintf(advice, sizeof(advice),
                          "it should be the line \"weir tsdb %d ", HOME_FORMAT);
    for (size_t i = 0; i < sizeof(home->store); i++)
        length += snprintf(advice + length, sizeof(advice) - (size_t)length,
                           "%02x", home->store[i]);
    (void)snprintf(advice + length, sizeof(advice) - (size_t)length, "\"");
    complain(self, path, advice, "is damaged or gone");
}

static int
verify_store(struct verify *self, const char *path)
{
    bool good = check_meta(self);

    if (!good) {
        check_lack_of_meta(self);
        self->state.checkpoint_lsn = 0;
        self->listed_count = 0;
    }
    check_parts(self, good);
    check_log(self);
    if (self->damages == 0)
        (void)printf("%s: sound: %" PRIu32 " series, %" PRIu64
                     " parts with %" PRIu64 " samples, %" PRIu64
                     " batches in the log\n",
                     path, self->store->head.known, self->parts, self->samples,
                     self->records);
    else
        (void)printf("%s: damaged in %u places\n", path, self->damages);
    return self->damages ? VERIFY_DAMAGED : VERIFY_SOUND;
}

static int
verify_folder(struct verify *self, const char *path)
{
    struct home *home = &self->store->home;

    int rc = home_look(home, files_real(), path);
    if (rc == 0)
        return verify_store(self, path);
    if (rc == -EBADMSG) {
        complain_of_format(self);
        return VERIFY_DAMAGED;
    }
    if (rc == -EBUSY)
        (void)fprintf(stderr,
                      "weir verify: another process has %s open; stop it, or "
                      "verify a copy\n",
                      path);
    else if (rc == -ENOTSUP)
        (void)fprintf(stderr,
                      "weir verify: %s has format %" PRIu32
                      ", which a newer weir wrote; use that one\n",
                      path, home->format);
    else if (rc == -ENOENT)
        (void)fprintf(stderr, "weir verify: there is no store in %s\n", path);
    else
        (void)fprintf(stderr, "weir verify: cannot read %s: %s\n", path,
                      strerror(-rc));
    return VERIFY_UNKNOWN;
}

static int
verify_path(const char *path, bool full)
{
    weir_cleanup(weir_free) struct tsdb *store = xcalloc(1, sizeof(*store));
    struct verify verify = {.store = store, .full = full};

    head_init(&store->head);
    int status = verify_folder(&verify, path);
    home_fini(&store->home);
    head_fini(&store->head);
    free(verify.listed);
    return status;
}

int
verify_command(int argc, char **argv)
{
    static const struct option options[] = {{"full", no_argument, NULL, 'f'},
                                            {0}};
    bool full = false;
    int option = 0;

    optind = 1;
    opterr = 0;
    while ((option = getopt_long(argc, argv, "", options, NULL)) == 'f')
        full = true;
    if (option == -1 && optind + 1 == argc)
        return verify_path(argv[optind], full);
    (void)fprintf(stderr, "usage: weir verify [--full] PATH\n");
    return VERIFY_UNKNOWN;
}
