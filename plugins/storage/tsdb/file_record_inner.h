/* file_record_inner.h - what file_record.c and file_crash.c share */
#ifndef TSDB_FILE_RECORD_INNER_H
#define TSDB_FILE_RECORD_INNER_H

#include <pthread.h>

#include "file_record.h"

enum change_kind {
    CHANGE_CREATE,
    CHANGE_RENAME,
    CHANGE_UNLINK,
    CHANGE_FOLDER,
    CHANGE_WRITE,
    CHANGE_ALLOCATE,
    CHANGE_TRUNCATE,
    CHANGE_SYNC,
    CHANGE_SYNC_FOLDER,
};

struct change {
    enum change_kind kind;
    int file;        /* which; -1 for what is about names alone */
    char *path, *to; /* without the root; or NULL */
    uint8_t *bytes;  /* [size] of a write */
    size_t size;     /* also that of allocate and truncate */
    uint64_t offset; /* of a write */
    size_t covers;   /* a sync made the changes below this durable */
};

/* A name that a file has. */
struct name {
    char *path; /* without the root */
    int file;
};

struct names {
    struct name *names; /* [count] */
    size_t count;
};

enum { RECORD_FDS = 1024 };

struct file_record {
    struct files files;
    char *root;
    bool deaf;

    pthread_mutex_t lock; /* of all below */
    struct change *changes;
    size_t count, room;
    struct names names; /* now */
    int file_count;
    int of_fd[RECORD_FDS]; /* the file; -1: not recorded */
};

/* Returns the name with the path, or NULL. */
struct name *names_find(struct names *self, const char *path);
void names_add(struct names *self, const char *path, int file);
/* Takes away; when it is not there nothing happens. */
void names_remove(struct names *self, const char *path);
/* A file that has the new name already loses it. */
void names_rename(struct names *self, const char *from, const char *to);
void names_fini(struct names *self);

#endif /* TSDB_FILE_RECORD_INNER_H */
