/* quarantine.c - what was damaged and is set aside */
#include <config.h>

#include "quarantine.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <weir/cleanup.h>

#include "base.h"

struct entry {
    char *path;
    struct timespec since; /* when it came here: its name changed then */
    uint64_t bytes;
};

struct look {
    const struct home *home;
    struct entry *entries; /* [count] */
    size_t count;
};

int
quarantine_take(const struct home *home, const char *path, const char *name)
{
    weir_cleanup(weir_free) char *folder = home_path(home, "quarantine");
    char to[4096];

    int rc = file_make_folder(home->files, folder);
    if (rc < 0)
        return rc;
    (void)snprintf(to, sizeof(to), "%s/%s", folder, name);
    rc = file_rename(home->files, path, to);
    return rc < 0 ? rc : file_sync_folder(home->files, folder);
}

static int
look_at_file(void *arg, const char *name)
{
    struct look *self = arg;
    weir_cleanup(weir_free) char *inner = NULL;
    struct stat stat;

    if (asprintf(&inner, "quarantine/%s", name) < 0)
        inner = x_or_die(NULL);
    weir_cleanup(weir_free) char *path = home_path(self->home, inner);
    if (file_stat(self->home->files, path, &stat) < 0)
        return 0;
    self->entries =
        xrealloc(self->entries, self->count + 1, sizeof(*self->entries));
    self->entries[self->count++] = (struct entry){
        .path = weir_take(path),
        .since = stat.st_ctim,
        .bytes = (uint64_t)stat.st_size,
    };
    return 0;
}

static int
compare_ages(const void *left, const void *right)
{
    const struct entry *a = left, *b = right;
    const struct timespec *first = &a->since, *second = &b->since;

    if (first->tv_sec != second->tv_sec)
        return first->tv_sec < second->tv_sec ? -1 : 1;
    if (first->tv_nsec != second->tv_nsec)
        return first->tv_nsec < second->tv_nsec ? -1 : 1;
    return strcmp(a->path, b->path);
}

void
quarantine_tidy(struct quarantine *self, const struct home *home,
                uint64_t files, uint64_t bytes)
{
    weir_cleanup(weir_free) char *folder = home_path(home, "quarantine");
    struct look look = {.home = home};

    (void)file_list(home->files, folder, look_at_file, &look);
    self->files = look.count;
    self->bytes = 0;
    for (size_t i = 0; i < look.count; i++)
        self->bytes += look.entries[i].bytes;
    if (look.count)
        qsort(look.entries, look.count, sizeof(look.entries[0]), compare_ages);
    for (size_t i = 0; i < look.count; i++) {
        struct entry *entry = &look.entries[i];
        if ((self->files > files || self->bytes > bytes) &&
            file_unlink(home->files, entry->path) == 0) {
            self->files--;
            self->bytes -= entry->bytes;
            self->dropped++;
        }
        free(entry->path);
    }
    free(look.entries);
}
