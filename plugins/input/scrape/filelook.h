/* filelook.h - one look at files of targets, off the instance's thread
 *
 * A look is made on the instance's thread, run on another, and read on the
 * first again.  Two hold it, so that it can outlive either.
 */
#ifndef FILELOOK_H
#define FILELOOK_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <weir/plugin.h>

#include "findings.h"

enum {
    FILES_MOST = 256,          /* of all patterns */
    FILE_BYTES_MOST = 1 << 24, /* of each */
    FILE_WHY_SIZE = 400,
};

/* By what a changed file is known. */
struct file_stamp {
    uint64_t device, inode, size;
    int64_t changed_ns, written_ns;
};

/* A file as the look found it. */
struct file {
    char *path;
    struct file_stamp stamp;
    bool same;               /* as before; it was not read */
    struct findings found;   /* when there is no 'why' */
    char why[FILE_WHY_SIZE]; /* what is wrong, with its place; or "" */
};

struct filelook {
    atomic_int holders;
    void *owner; /* for who hears that it is done */
    int inotify; /* its own descriptor of what watches the folders */
    size_t pattern_count;
    char **patterns;     /* [pattern_count] */
    struct file *before; /* [before_count]: paths and stamps */
    size_t before_count;
    struct file *files; /* [count], by path, each once */
    size_t count;
    size_t beyond; /* files that are too many */
    bool watched;  /* all folders are */
};

/* Makes one, held once, of 'patterns' and what is known, 'before' ([count]).
 * Returns NULL when there is no memory or descriptor. */
struct filelook *filelook_new(const struct weir_list *patterns, int inotify,
                              const struct file *before, size_t count);

/* Looks; for weir_work(), with the look as its argument. */
void filelook_run(void *arg);

/* Lets go of it. */
void filelook_release(struct filelook **self_p);

void file_fini(struct file *self);

#endif /* FILELOOK_H */
