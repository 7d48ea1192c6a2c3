/* folder.h - a folder of files that lasts as long as a test */
#ifndef FOLDER_H
#define FOLDER_H

#include <ftw.h>
#include <string.h>
#include <sys/stat.h>

#include "spec.h"

struct folder {
    char path[32];
    char name[128]; /* of the last file, with the path */
};

static inline struct folder *
folder_new(void)
{
    struct folder *self = calloc(1, sizeof(*self));

    ck_assert_ptr_nonnull(self);
    strcpy(self->path, "/tmp/folderXXXXXX");
    ck_assert_ptr_nonnull(mkdtemp(self->path));
    return self;
}

/* Returns the path of 'name' in the folder, until the next call. */
static inline const char *
folder_path(struct folder *self, const char *name)
{
    (void)snprintf(self->name, sizeof(self->name), "%s/%s", self->path, name);
    return self->name;
}

/* Writes a file, 'size' bytes; as above. */
static inline const char *
folder_bytes(struct folder *self, const char *name, const void *bytes,
             size_t size)
{
    FILE *file = fopen(folder_path(self, name), "w");

    ck_assert_ptr_nonnull(file);
    ck_assert_uint_eq(fwrite(bytes, 1, size, file), size);
    ck_assert_int_eq(fclose(file), 0);
    return self->name;
}

static inline const char *
folder_file(struct folder *self, const char *name, const char *text)
{
    return folder_bytes(self, name, text, strlen(text));
}

static inline void
folder_make(struct folder *self, const char *name)
{
    ck_assert_int_eq(mkdir(folder_path(self, name), 0700), 0);
}

static inline int
folder_remove_one(const char *path, const struct stat *stat, int kind,
                  struct FTW *place)
{
    (void)stat;
    (void)kind;
    (void)place;
    return remove(path);
}

static inline void
folder_destroy(struct folder **self_p)
{
    if (*self_p)
        (void)nftw((*self_p)->path, folder_remove_one, 8, FTW_DEPTH | FTW_PHYS);
    free(*self_p);
    *self_p = NULL;
}

#endif /* FOLDER_H */
