/* filesystem.c - collector: how full each file system is
 *
 * Local ones are asked by one probe, those on servers by one each.  A probe
 * begins with the cycle and has mostly ended when this collector's turn comes;
 * if not, the last answers stand.  Who has not answered for mount_timeout is
 * reported as an error, and from then on asked alone, so that the others go on
 * without it.
 */
#include <config.h>

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/statvfs.h>

#include "base.h"
#include "clock.h"
#include "host.h"
#include "mount.h"
#include "probe.h"

/* weir_work() takes four at once; one is for the local file systems. */
enum { ALONE_MOST = 3 };

/* For the first answers of local file systems it is worth to wait a little. */
enum { PATIENCE_NS = 5 * NS_PER_MS, NAP_NS = 50 * NS_PER_US };

static const struct weir_metric device_error = {
    "node_filesystem_device_error", WEIR_GAUGE, "",
    "Whether an error occurred while getting statistics for the given "
    "device."};
static const struct weir_metric read_only = {
    "node_filesystem_readonly", WEIR_GAUGE, "", "Filesystem read-only status."};

enum { AVAIL, FREE, SIZE, FILES, FILES_FREE, NUMBERS };

static const struct weir_metric numbers[NUMBERS] = {
    [AVAIL] = {"node_filesystem_avail_bytes", WEIR_GAUGE, "bytes",
               "Filesystem space available to non-root users in bytes."},
    [FREE] = {"node_filesystem_free_bytes", WEIR_GAUGE, "bytes",
              "Filesystem free space in bytes."},
    [SIZE] = {"node_filesystem_size_bytes", WEIR_GAUGE, "bytes",
              "Filesystem size in bytes."},
    [FILES] = {"node_filesystem_files", WEIR_GAUGE, "",
               "Filesystem total file nodes."},
    [FILES_FREE] = {"node_filesystem_files_free", WEIR_GAUGE, "",
                    "Filesystem total free file nodes."},
};

/* What is known of one mount. */
struct space {
    struct probe *probe; /* that asks it */
    size_t index;        /* its place there */
    bool alone;          /* the probe is its own; else the shared one */
    bool known;
    struct answer last;
    int64_t asked_ns; /* since when an answer is due; 0: none is */
};

struct filesystem {
    struct mounts mounts;
    struct space *spaces; /* [mounts.count]; NULL: not made yet */
    struct probe *shared; /* NULL: all are asked alone */
    size_t turn;          /* who is the first to be asked alone */
};

static void
drop_spaces(struct filesystem *self, size_t count)
{
    for (size_t i = 0; self->spaces && i < count; i++) {
        if (self->spaces[i].alone)
            probe_drop(&self->spaces[i].probe);
    }
    probe_drop(&self->shared);
    free(self->spaces);
    self->spaces = NULL;
}

/* Where the mount is found from here: below rootfs. */
static void
set_path(const struct host *host, struct space *space, const char *point)
{
    size_t length = strlen(host->rootfs);

    while (length > 0 && host->rootfs[length - 1] == '/')
        length--;
    size_t size = length + strlen(point) + 1;
    weir_cleanup(weir_free) char *path = xcalloc(size, 1);
    memcpy(path, host->rootfs, length);
    memcpy(path + length, point, size - length);
    probe_set_path(space->probe, space->index, path);
}

static void
ask_alone(const struct host *host, struct space *space, const char *point)
{
    probe_drop(&space->probe);
    space->probe = probe_new(1);
    space->index = 0;
    set_path(host, space, point);
}

/* Makes the probe that those share who are not alone. */
static void
share_probe(const struct host *host, struct filesystem *self)
{
    size_t count = 0;

    for (size_t i = 0; i < self->mounts.count; i++)
        count += !self->spaces[i].alone;
    self->shared = count > 0 ? probe_new(count) : NULL;
    for (size_t i = self->mounts.count; i-- > 0;) {
        struct space *space = &self->spaces[i];
        if (space->alone)
            continue;
        space->probe = self->shared;
        space->index = --count;
        set_path(host, space, self->mounts.items[i].point);
    }
}

static void
make_spaces(const struct host *host, struct filesystem *self)
{
    self->spaces = xcalloc(self->mounts.count, sizeof(*self->spaces));
    for (size_t i = 0; i < self->mounts.count; i++) {
        const struct mount *mount = &self->mounts.items[i];
        self->spaces[i].alone = mount->remote;
        if (mount->remote)
            ask_alone(host, &self->spaces[i], mount->point);
    }
    share_probe(host, self);
    self->turn = 0;
}

static bool
is_late(const struct host *host, const struct space *space, int64_t now_ns)
{
    return space->asked_ns && now_ns - space->asked_ns > host->mount_timeout.ns;
}

/* Leaves the shared probe to the one that hangs in it; the others begin a new
 * one. */
static void
part_from_hung(struct host *host, struct filesystem *self, int64_t now_ns)
{
    size_t hung = probe_answered(self->shared);
    bool any = false;

    for (size_t i = 0; i < self->mounts.count; i++) {
        struct space *space = &self->spaces[i];
        if (space->alone || space->index != hung ||
            !is_late(host, space, now_ns))
            continue;
        space->alone = true;
        any = true;
    }
    if (!any)
        return;
    for (size_t i = 0; i < self->mounts.count; i++) {
        struct space *space = &self->spaces[i];
        if (!space->alone && space->asked_ns)
            space->asked_ns = now_ns;
    }
    share_probe(host, self);
}

/* One that hung in a probe of many and came back goes on alone. */
static void
ask_lone(struct host *host, struct filesystem *self, size_t i)
{
    struct space *space = &self->spaces[i];
    bool shared_runs = self->shared && probe_runs(self->shared);

    if (!space->alone || probe_runs(space->probe))
        return;
    if (probe_count(space->probe) > 1)
        ask_alone(host, space, self->mounts.items[i].point);
    if (host->probes - shared_runs < ALONE_MOST)
        (void)probe_start(host, space->probe);
}

/* Whose probe cannot begin is late, too, when this lasts. */
static void
ask_all(struct host *host, struct filesystem *self, int64_t now_ns)
{
    size_t count = self->mounts.count;

    for (size_t i = 0; i < count; i++) {
        if (!self->spaces[i].asked_ns)
            self->spaces[i].asked_ns = now_ns;
    }
    if (self->shared)
        (void)probe_start(host, self->shared);
    for (size_t i = 0; i < count; i++)
        ask_lone(host, self, (self->turn + i) % count);
    self->turn = count ? (self->turn + 1) % count : 0;
}

static void
filesystem_begin(struct host *host, void *state)
{
    struct filesystem *self = state;
    int64_t now_ns = clock_now_ns();

    if (!self->spaces)
        return;
    if (self->shared && probe_runs(self->shared))
        part_from_hung(host, self, now_ns);
    ask_all(host, self, now_ns);
}

static void
take_answers(struct filesystem *self)
{
    for (size_t i = 0; i < self->mounts.count; i++) {
        struct space *space = &self->spaces[i];
        if (!space->asked_ns || probe_answered(space->probe) <= space->index)
            continue;
        space->last = *probe_answer(space->probe, space->index);
        space->known = true;
        space->asked_ns = 0;
    }
}

static void
wait_for_first(const struct filesystem *self)
{
    const struct timespec nap = {.tv_nsec = NAP_NS};
    int64_t until_ns = clock_now_ns() + PATIENCE_NS;

    while (self->shared && probe_runs(self->shared) &&
           probe_answered(self->shared) < probe_count(self->shared) &&
           clock_now_ns() < until_ns)
        (void)nanosleep(&nap, NULL);
}

static void
add_space(const struct host *host, const struct mount *mount,
          const struct space *space, struct weir_batch *out)
{
    const struct weir_label labels[] = {{"device", mount->device},
                                        {"fstype", mount->type},
                                        {"mountpoint", mount->point},
                                        {0}};
    bool is_hung = is_late(host, space, clock_now_ns());

    if (!is_hung && !space->known)
        return;
    bool failed = is_hung || space->last.rc < 0;
    weir_add(out, &device_error, labels, failed);
    if (failed)
        return;
    const struct statfs *sizes = &space->last.sizes;
    double block = (double)sizes->f_bsize;
    const double values[NUMBERS] = {
        [AVAIL] = (double)sizes->f_bavail * block,
        [FREE] = (double)sizes->f_bfree * block,
        [SIZE] = (double)sizes->f_blocks * block,
        [FILES] = (double)sizes->f_files,
        [FILES_FREE] = (double)sizes->f_ffree,
    };
    for (size_t i = 0; i < NUMBERS; i++)
        weir_add(out, &numbers[i], labels, values[i]);
    /* One that met an error may be read-only without a word in the list. */
    weir_add(out, &read_only, labels,
             mount->read_only || sizes->f_flags & ST_RDONLY);
}

static void
filesystem_close(struct host *host, void *state)
{
    struct filesystem *self = state;

    drop_spaces(self, self->mounts.count);
    mounts_fini(host, &self->mounts);
}

static int
filesystem_collect(struct host *host, void *state, struct weir_batch *out)
{
    struct filesystem *self = state;
    size_t count = self->mounts.count;
    bool changed = false;
    int rc = mounts_update(host, &self->mounts, &changed);

    if (rc < 0 || changed)
        drop_spaces(self, count);
    if (rc < 0) {
        mounts_fini(host, &self->mounts);
        return rc;
    }
    if (!self->spaces) {
        make_spaces(host, self);
        ask_all(host, self, clock_now_ns());
        wait_for_first(self);
    }
    take_answers(self);
    for (size_t i = 0; i < self->mounts.count; i++)
        add_space(host, &self->mounts.items[i], &self->spaces[i], out);
    return 0;
}

const struct collector filesystem_collector = {
    .name = "filesystem",
    .state_size = sizeof(struct filesystem),
    .begin = filesystem_begin,
    .collect = filesystem_collect,
    .close = filesystem_close,
};
