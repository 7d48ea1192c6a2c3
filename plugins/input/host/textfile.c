/* textfile.c - collector: metrics that scripts leave in files
 *
 * A script writes NAME.prom beside and renames it into the folder, so folder
 * and files are opened anew each cycle.  Each file is a part of its own: one
 * that is malformed spoils none of the others.
 */
#include <config.h>

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <weir/text.h>

#include "base.h"
#include "host.h"
#include "scan.h"

static const struct weir_metric scrape_error = {
    "node_textfile_scrape_error", WEIR_GAUGE, "",
    "1 if there was an error opening or reading a file, 0 otherwise."};
static const struct weir_metric modified = {
    "node_textfile_mtime_seconds", WEIR_GAUGE, "seconds",
    "Unixtime mtime of textfiles successfully read."};

enum { FILES_MOST = 1024, NAME_SIZE = 256 };

struct textfile {
    char name[NAME_SIZE];
    double mtime; /* whole seconds */
    bool read;    /* this cycle, and well */
};

struct textfiles {
    struct textfile *items; /* [room], of which [count] are of this cycle */
    size_t count;
    size_t room;
    uint16_t order[FILES_MOST]; /* [count]: of the items, by name */
};

static bool
is_wanted(const char *name)
{
    static const char ending[] = ".prom";
    size_t length = strlen(name);

    return length >= strlen(ending) && length < NAME_SIZE &&
           strcmp(name + length - strlen(ending), ending) == 0;
}

static const char *
name_at(const struct textfiles *self, size_t nth)
{
    return self->items[self->order[nth]].name;
}

static int
note_file(struct textfiles *self, const char *name)
{
    if (self->count == FILES_MOST)
        return -E2BIG;
    if (self->count == self->room) {
        self->room = self->room ? 2 * self->room : 8;
        self->items = xrealloc(self->items, self->room, sizeof(*self->items));
    }
    size_t at = self->count;
    memcpy(self->items[self->count++].name, name, strlen(name) + 1);
    for (; at > 0 && strcmp(name_at(self, at - 1), name) > 0; at--)
        self->order[at] = self->order[at - 1];
    self->order[at] = (uint16_t)(self->count - 1);
    return 0;
}

static int
list_folder(struct textfiles *self, int folder)
{
    _Alignas(struct dirent64) char bytes[8192];
    ssize_t size = 0;
    int rc = 0;

    while (rc == 0 && (size = getdents64(folder, bytes, sizeof(bytes))) > 0) {
        for (ssize_t at = 0; at < size && rc == 0;) {
            const struct dirent64 *entry =
                (const struct dirent64 *)(const void *)(bytes + at);
            if (is_wanted(entry->d_name))
                rc = note_file(self, entry->d_name);
            at += entry->d_reclen;
        }
    }
    return size < 0 ? -errno : rc;
}

static int
add_text(struct host *host, const char *name, const char *text, size_t length,
         struct weir_batch *out)
{
    size_t line = 0;
    int rc = weir_read_exposition(out, text, length, &line);

    if (rc < 0)
        return weir_fail(host, rc, "line %zu of %s/%s is no metric", line,
                         host->textfile_directory, name);
    return 0;
}

static void
add_file(struct host *host, struct textfile *self, int folder,
         struct weir_batch *out)
{
    struct stat status;
    const char *text = NULL;

    weir_part_begin(out);
    ssize_t length = file_read_once(host, folder, self->name, &status, &text);
    int rc = 0;
    if (length < 0)
        rc = weir_fail(host, (int)length, "cannot read %s/%s",
                       host->textfile_directory, self->name);
    else
        rc = add_text(host, self->name, text, (size_t)length, out);
    weir_part_end(out, "textfile", rc);
    self->read = rc == 0;
    if (self->read)
        self->mtime = (double)status.st_mtim.tv_sec;
}

static int
open_folder(struct host *host, int *ret_folder)
{
    const char *path = host->textfile_directory;
    int folder = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

    /* The default folder need not be there. */
    if (folder < 0 && errno == ENOENT && strcmp(path, TEXTFILE_FOLDER) == 0)
        return 0;
    if (folder < 0)
        return weir_fail(host, -errno, "cannot open the folder %s", path);
    *ret_folder = folder;
    return 0;
}

static int
find_files(struct host *host, struct textfiles *self, int folder)
{
    int rc = list_folder(self, folder);

    if (rc == -E2BIG)
        return weir_fail(host, rc,
                         "%s has more than %d files that end in "
                         ".prom",
                         host->textfile_directory, FILES_MOST);
    if (rc < 0)
        return weir_fail(host, rc, "cannot list the folder %s",
                         host->textfile_directory);
    return 0;
}

/* Returns whether all went well; what did not is told as a part that failed. */
static bool
add_folder(struct host *host, struct textfiles *self, struct weir_batch *out)
{
    weir_cleanup(weir_close) int folder = -1;
    bool well = true;

    weir_part_begin(out);
    int rc = open_folder(host, &folder);
    if (rc == 0 && folder >= 0)
        rc = find_files(host, self, folder);
    weir_part_end(out, "textfile", rc);
    for (size_t i = 0; i < self->count; i++) {
        struct textfile *file = &self->items[self->order[i]];
        add_file(host, file, folder, out);
        well &= file->read;
    }
    return well && rc == 0;
}

static void
add_mtime(const struct host *host, const struct textfile *file,
          struct weir_batch *out)
{
    char path[PATH_MAX + NAME_SIZE];
    const struct weir_label labels[] = {{"file", path}, {0}};
    int length = snprintf(path, sizeof(path), "%s/%s", host->textfile_directory,
                          file->name);

    if (length < (int)sizeof(path))
        weir_add(out, &modified, labels, file->mtime);
}

static int
textfile_collect(struct host *host, void *state, struct weir_batch *out)
{
    struct textfiles *self = state;
    bool well = true;

    self->count = 0;
    if (*host->textfile_directory)
        well = add_folder(host, self, out);
    weir_part_begin(out);
    for (size_t i = 0; i < self->count; i++) {
        const struct textfile *file = &self->items[self->order[i]];
        if (file->read)
            add_mtime(host, file, out);
    }
    weir_add(out, &scrape_error, NULL, !well);
    weir_part_end(out, "textfile", 0);
    return 0;
}

static void
textfile_close(struct host *host, void *state)
{
    struct textfiles *self = state;

    (void)host;
    free(self->items);
}

const struct collector textfile_collector = {
    .name = "textfile",
    .state_size = sizeof(struct textfiles),
    .collect = textfile_collect,
    .close = textfile_close,
    .has_parts = true,
};
