/* mount.c - the mounted file systems, from /proc/1/mounts */
#include <config.h>

#include "mount.h"

#include <errno.h>
#include <linux/magic.h>
#include <poll.h>
#include <stdlib.h>
#include <sys/vfs.h>

#include "base.h"
#include "host.h"
#include "scan.h"

/* The first is what the machine has mounted; weir itself may see less. */
static const char *const paths[] = {"1/mounts", "self/mounts"};

/* Types that start so live on servers, or in a process that may stop. */
static const char *const remote_types[] = {
    "9p",   "afs",   "beegfs",    "ceph", "cifs",     "davfs",
    "fuse", "gfs",   "glusterfs", "gpfs", "lustre",   "ncpfs",
    "nfs",  "ocfs2", "orangefs",  "smb",  "virtiofs",
};

static void
forget(struct mounts *self)
{
    for (size_t i = 0; i < self->count; i++) {
        free(self->items[i].device);
        free(self->items[i].point);
        free(self->items[i].type);
    }
    free(self->items);
    free(self->text);
    self->items = NULL;
    self->text = NULL;
    self->count = 0;
    self->length = 0;
}

void
mounts_fini(struct host *host, struct mounts *self)
{
    for (size_t i = 0; i < WEIR_COUNT(paths); i++)
        file_close(host, &self->files[i]);
    forget(self);
}

static bool
is_octal(const char *at)
{
    return at[0] >= '0' && at[0] <= '3' && at[1] >= '0' && at[1] <= '7' &&
           at[2] >= '0' && at[2] <= '7';
}

/* Blanks and backslashes stand as "\040". */
static char *
unescape(struct word word)
{
    char *copy = xcalloc(word.length + 1, 1);
    size_t size = 0;

    for (size_t i = 0; i < word.length; i++) {
        const char *at = word.at + i;
        if (*at == '\\' && i + 3 < word.length && is_octal(at + 1)) {
            copy[size++] =
                (char)((at[1] - '0') << 6 | (at[2] - '0') << 3 | (at[3] - '0'));
            i += 3;
        } else {
            copy[size++] = *at;
        }
    }
    return copy;
}

/* Cuts the path of the root off, where what is mounted lies below it. */
static char *
below_root(const struct host *host, char *point)
{
    size_t length = strlen(host->rootfs);

    while (length > 0 && host->rootfs[length - 1] == '/')
        length--;
    if (length == 0 || strncmp(point, host->rootfs, length) != 0)
        return point;
    if (point[length] == '\0')
        memcpy(point, "/", sizeof("/"));
    else if (point[length] == '/')
        memmove(point, point + length, strlen(point + length) + 1);
    return point;
}

static bool
has_option(struct word options, const char *name)
{
    size_t length = strlen(name);
    const char *end = options.at + options.length;

    for (const char *at = options.at; at < end;) {
        const char *comma = memchr(at, ',', (size_t)(end - at));
        if (!comma)
            comma = end;
        if ((size_t)(comma - at) == length && memcmp(at, name, length) == 0)
            return true;
        at = comma + 1;
    }
    return false;
}

static bool
is_remote(const char *type)
{
    for (size_t i = 0; i < WEIR_COUNT(remote_types); i++) {
        if (scan_starts(type, remote_types[i]))
            return true;
    }
    return false;
}

static bool
is_wanted(const struct host *host, const struct mounts *self,
          const struct mount *mount)
{
    if (host_matches(host->mount_exclude, mount->point) ||
        host_matches(host->fstype_exclude, mount->type))
        return false;
    for (size_t i = 0; i < self->count; i++) {
        const struct mount *other = &self->items[i];
        if (strcmp(other->point, mount->point) == 0 &&
            strcmp(other->device, mount->device) == 0 &&
            strcmp(other->type, mount->type) == 0)
            return false;
    }
    return true;
}

/* "/dev/vda / ext4 rw,relatime 0 0"; the items have room for one more. */
static bool
take_line(const struct host *host, struct mounts *self, const char *line)
{
    struct word words[4];

    for (size_t i = 0; i < WEIR_COUNT(words); i++) {
        if (!scan_word(&line, &words[i]))
            return false;
    }
    struct mount *mount = &self->items[self->count];
    *mount = (struct mount){
        .device = unescape(words[0]),
        .point = below_root(host, unescape(words[1])),
        .type = unescape(words[2]),
        .read_only = has_option(words[3], "ro"),
    };
    mount->remote = is_remote(mount->type);
    if (is_wanted(host, self, mount)) {
        self->count++;
        return true;
    }
    free(mount->device);
    free(mount->point);
    free(mount->type);
    return true;
}

static int
take_apart(struct host *host, struct mounts *self, const char *path)
{
    for (const char *line = self->text; *line; line = scan_line(line)) {
        if (self->count == MOUNTS_MOST)
            return weir_fail(host, -E2BIG, "%s/%s has more than %d mounts",
                             host->procfs, path, MOUNTS_MOST);
        if (!take_line(host, self, line))
            return host_malformed(host, ROOT_PROC, path);
    }
    return 0;
}

static bool
is_the_same(const struct mounts *self, const char *text, size_t length)
{
    return self->text && self->length == length &&
           memcmp(self->text, text, length) == 0;
}

static size_t
count_lines(const char *text)
{
    size_t count = 0;

    for (; *text; text = scan_line(text))
        count++;
    return count;
}

static bool
is_the_kernels(const struct held *file)
{
    struct statfs status;

    return file->descriptor_plus_1 &&
           fstatfs(file->descriptor_plus_1 - 1, &status) == 0 &&
           status.f_type == PROC_SUPER_MAGIC;
}

/* Says whether the kernel has told of no change since the last call, which
 * spares to have it write the whole list. */
static bool
is_told_the_same(const struct mounts *self)
{
    struct pollfd item = {.events = POLLPRI};

    if (!self->text || !self->told || !self->told->descriptor_plus_1)
        return false;
    item.fd = self->told->descriptor_plus_1 - 1;
    return poll(&item, 1, 0) == 0;
}

int
mounts_update(struct host *host, struct mounts *self, bool *ret_changed)
{
    const char *text = NULL;
    ssize_t length = -1;
    size_t i = 0;

    *ret_changed = false;
    if (is_told_the_same(self))
        return 0;
    while (length < 0 && i < WEIR_COUNT(paths)) {
        self->files[i].has_long_lines = true;
        length = file_read(host, &self->files[i], ROOT_PROC, paths[i], &text);
        i++;
    }
    const char *path = paths[i - 1];
    if (length < 0)
        return file_fail(host, (int)length, ROOT_PROC, path);
    self->told =
        is_the_kernels(&self->files[i - 1]) ? &self->files[i - 1] : NULL;
    *ret_changed = !is_the_same(self, text, (size_t)length);
    if (!*ret_changed)
        return 0;
    forget(self);
    self->text = xcalloc((size_t)length + 1, 1);
    memcpy(self->text, text, (size_t)length);
    self->length = (size_t)length;
    self->items = xcalloc(count_lines(self->text) + 1, sizeof(*self->items));
    int rc = take_apart(host, self, path);
    if (rc < 0)
        forget(self);
    return rc;
}
