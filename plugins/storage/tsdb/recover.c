/* recover.c - brings back the store as it was: the manifest, then the log */
#include <config.h>

#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include <weir/cleanup.h>

#include "base.h"
#include "cap.h"
#include "clock.h"
#include "meta_check.h"
#include "tsdb.h"

static int
on_series(void *arg, uint32_t number, const struct weir_series *series)
{
    struct tsdb *self = arg;

    if (number == 0 || head_at(&self->head, number))
        return -EBADMSG;
    (void)head_take_in(&self->head, series, number);
    return 0;
}

int
tsdb_set_part_aside(struct tsdb *self, const char *path, uint64_t number)
{
    char name[48];

    self->damaged_parts++;
    (void)snprintf(name, sizeof(name), "%08" PRIu64 ".tsp", number);
    int rc = quarantine_take(&self->home, path, name);
    if (rc == 0)
        weir_warn(self, "%s is damaged and was moved into %s/quarantine", path,
                  self->path);
    else
        weir_warn(self, "%s is damaged and could not be moved away: %s", path,
                  strerror(-rc));
    return rc;
}

/* What cannot be read now may be another time; what is damaged goes. */
static int
miss_part(struct tsdb *self, const char *path, uint64_t number, int rc)
{
    if (rc == -ENOTSUP)
        return weir_fail(self, rc, "%s was written by a newer weir", path);
    if (rc != -EBADMSG) {
        struct stat found;
        if (file_stat(self->home.files, path, &found) == 0)
            self->manifest.unread_bytes += (uint64_t)found.st_size;
        self->damaged_parts++;
        weir_warn(self, "cannot read %s: %s", path, strerror(-rc));
        return 0;
    }
    if (tsdb_set_part_aside(self, path, number) < 0)
        return 0;
    meta_begin(self->meta);
    meta_drop_part(self->meta, number);
    return meta_commit(self->meta);
}

static int
on_part(void *arg, uint64_t number, int32_t day)
{
    struct tsdb *self = arg;
    weir_cleanup(weir_free) char *path = tsdb_part_path(self, day, number);
    weir_cleanup(part_destroy) struct part *part = NULL;

    manifest_note(&self->manifest, number);
    int rc = part_open(self->home.files, path, &part);
    if (rc < 0)
        return miss_part(self, path, number, rc);
    if (memcmp(part_info(part)->origin.store, self->home.store,
               sizeof(self->home.store)) != 0)
        return weir_fail(self, -ENOTSUP,
                         "%s is of another store than FORMAT says; weir "
                         "verify tells more",
                         path);
    struct parts *list = parts_with(self->parts, number, &part);
    parts_leave(&self->parts);
    self->parts = list;
    return 0;
}

static int
on_mark(void *arg, const struct mark *mark)
{
    struct tsdb *self = arg;

    marks_set(&self->marks, mark);
    return 0;
}

static int
make_folder(struct tsdb *self, const char *name)
{
    weir_cleanup(weir_free) char *path = home_path(&self->home, name);

    return file_make_folder(self->home.files, path);
}

static int
load_meta(struct tsdb *self)
{
    static const struct meta_visitor visitor = {on_series, on_part, on_mark};

    return meta_load(self->meta, &visitor, self, &self->manifest.state);
}

/* Forgets what was loaded so far. */
static void
unload_meta(struct tsdb *self)
{
    meta_destroy(&self->meta);
    head_fini(&self->head);
    head_init(&self->head);
    marks_fini(&self->marks);
    parts_leave(&self->parts);
    self->parts = parts_new();
    manifest_fini(&self->manifest);
    manifest_init(&self->manifest);
}

static int
set_meta_aside(struct tsdb *self, const char *path, const char *why)
{
    char name[48];

    weir_warn(self, "%s is damaged: %s; it is made again from the parts", path,
              why);
    (void)snprintf(name, sizeof(name), "%" PRId64 ".mdb",
                   clock_wall_ns() / NS_PER_S);
    return quarantine_take(&self->home, path, name);
}

/* There is no manifest: this store is new, or has lost it. */
static int
make_meta(struct tsdb *self, const char *folder)
{
    uint64_t parts = 0, covered_lsn = 0;

    int rc = meta_open(folder, &self->meta);
    if (rc == 0)
        rc = tsdb_rebuild(self, &parts, &covered_lsn);
    if (rc == 0)
        rc = load_meta(self);
    if (rc < 0 || parts == 0)
        return rc;
    weir_warn(self, "%s was made again from %" PRIu64 " parts", folder, parts);
    self->rebuilt_parts = parts;
    self->covered_records = covered_lsn - self->manifest.state.checkpoint_lsn;
    return 0;
}

static int
open_meta(struct tsdb *self)
{
    weir_cleanup(weir_free) char *folder = home_path(&self->home, "meta");
    weir_cleanup(weir_free) char *path =
        home_path(&self->home, "meta/data.mdb");
    char why[128] = "a value in it is not what was written";

    int rc = meta_check(self->home.files, path, why, sizeof(why));
    if (rc == 0)
        rc = meta_open(folder, &self->meta);
    if (rc == 0)
        rc = load_meta(self);
    if (rc != -ENOENT && rc != -EBADMSG)
        return rc;
    unload_meta(self);
    if (rc == -EBADMSG)
        rc = set_meta_aside(self, path, why);
    return rc < 0 && rc != -ENOENT ? rc : make_meta(self, folder);
}

static int
open_manifest(struct tsdb *self)
{
    int rc = make_folder(self, "meta");
    if (rc == 0)
        rc = make_folder(self, "parts");
    if (rc == 0)
        rc = file_sync_folder(self->home.files, self->home.path);
    return rc < 0 ? rc : open_meta(self);
}

int
tsdb_recover(struct tsdb *self)
{
    struct flush *flush = &self->flush;

    *flush = (struct flush){.tsdb = self, .began_ns = clock_now_ns()};
    self->damaged_parts = self->rebuilt_parts = self->covered_records = 0;
    self->parts = parts_new();
    int rc = open_manifest(self);
    if (rc < 0)
        return rc == -ENOTSUP ? rc
                              : weir_fail(self, rc, "cannot read %s/meta: %s",
                                          self->path, strerror(-rc));
    flush->known = self->rebuilt_parts ? 0 : self->head.count;
    flush->lsn = self->manifest.state.checkpoint_lsn;
    manifest_tidy(self);
    rc = tsdb_replay(self, flush->lsn);
    if (rc < 0)
        return weir_fail(self, rc, "cannot read %s/wal: %s", self->path,
                         strerror(-rc));
    quarantine_tidy(&self->quarantine, &self->home, QUARANTINE_FILES,
                    QUARANTINE_BYTES);
    cap_keep(self);
    return 0;
}
