/* recover.c - brings back the store as it was: the manifest, then the log */
#include <config.h>

#include <errno.h>
#include <string.h>

#include <weir/cleanup.h>

#include "base.h"
#include "clock.h"
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

/* A part that is damaged stays where it is, for weir verify; the rest is
 * readable. */
static int
on_part(void *arg, uint64_t number, int32_t day)
{
    struct tsdb *self = arg;
    weir_cleanup(weir_free) char *path = tsdb_part_path(self, day, number);
    struct part *part = NULL;

    manifest_note(&self->manifest, number);
    int rc = part_open(self->home.files, path, &part);
    if (rc == -ENOTSUP)
        return weir_fail(self, rc, "%s was written by a newer weir", path);
    if (rc < 0) {
        self->damaged_parts++;
        return 0;
    }
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
open_meta(struct tsdb *self)
{
    static const struct meta_visitor visitor = {on_series, on_part, on_mark};
    weir_cleanup(weir_free) char *path = home_path(&self->home, "meta");

    int rc = make_folder(self, "meta");
    if (rc == 0)
        rc = make_folder(self, "parts");
    if (rc == 0)
        rc = file_sync_folder(self->home.files, self->home.path);
    if (rc == 0)
        rc = meta_open(path, &self->meta);
    return rc < 0
               ? rc
               : meta_load(self->meta, &visitor, self, &self->manifest.state);
}

int
tsdb_recover(struct tsdb *self)
{
    struct flush *flush = &self->flush;

    *flush = (struct flush){.tsdb = self, .began_ns = clock_now_ns()};
    self->damaged_parts = 0;
    self->parts = parts_new();
    int rc = open_meta(self);
    if (rc < 0)
        return weir_fail(self, rc, "cannot read %s/meta: %s", self->path,
                         strerror(-rc));
    flush->known = self->head.count;
    flush->lsn = self->manifest.state.checkpoint_lsn;
    manifest_tidy(self);
    rc = tsdb_replay(self, flush->lsn);
    if (rc < 0)
        return weir_fail(self, rc, "cannot read %s/wal: %s", self->path,
                         strerror(-rc));
    return 0;
}
