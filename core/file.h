/* file.h - the only way in which tsdb and spools touch files
 *
 * All access goes through a table of functions, so that a test can put another
 * one in front: tsdb's file_fault.h lets calls fail, its file_record.h plays
 * what a power loss leaves.  Both lead on to the real one, so what comes back
 * from open is a descriptor, and may be given to flock().
 *
 * Each call returns a negative errno on failure.  Any thread.
 */
#ifndef FILE_H
#define FILE_H

#include <stdint.h>
#include <sys/stat.h>
#include <sys/types.h>

struct files;

/* Hears of a name in a folder; returns 0, or a negative errno to stop. */
typedef int file_name(void *arg, const char *name);

/* What may be done to files.  'self' is what the table was found in. */
struct file_calls {
    int (*open)(struct files *self, const char *path, int flags);
    int (*close)(struct files *self, int fd);
    ssize_t (*read)(struct files *self, int fd, void *bytes, size_t size,
                    uint64_t offset);
    ssize_t (*write)(struct files *self, int fd, const void *bytes, size_t size,
                     uint64_t offset);
    int (*sync)(struct files *self, int fd);
    int (*allocate)(struct files *self, int fd, uint64_t size);
    int (*truncate)(struct files *self, int fd, uint64_t size);
    int (*rename)(struct files *self, const char *from, const char *to);
    int (*unlink)(struct files *self, const char *path);
    int (*make_folder)(struct files *self, const char *path);
    int (*sync_folder)(struct files *self, const char *path);
    int (*list)(struct files *self, const char *path, file_name *name,
                void *arg);
    int (*stat)(struct files *self, const char *path, struct stat *ret_stat);
    uint64_t (*data_end)(struct files *self, int fd, uint64_t size); /* or NULL
                                                                      */
};

/* A way to files; the first member of what else a kind of them needs. */
struct files {
    const struct file_calls *calls;
};

/* The real files. */
struct files *files_real(void);

/* Opens 'path' with the flags of open(2); what is made gets mode 0640, and
 * O_CLOEXEC is added.  Returns the descriptor. */
static inline int
file_open(struct files *self, const char *path, int flags)
{
    return self->calls->open(self, path, flags);
}

static inline int
file_close(struct files *self, int fd)
{
    return self->calls->close(self, fd);
}

/* Reads 'size' bytes at 'offset'.  Returns 0, -errno, or -ENODATA when the file
 * ends before. */
int file_read(struct files *self, int fd, void *bytes, size_t size,
              uint64_t offset);

/* Writes 'size' bytes at 'offset'.  Returns 0 or -errno; after a failure the
 * bytes may be there, or not, or some of them. */
int file_write(struct files *self, int fd, const void *bytes, size_t size,
               uint64_t offset);

/* Makes what was written to the file durable, but not its name.  A failure is
 * final: what was written since the last success may be lost, and a later
 * success does not mean that it is not. */
static inline int
file_sync(struct files *self, int fd)
{
    return self->calls->sync(self, fd);
}

/* Makes the file at least 'size' bytes and reserves room for all of them, so
 * that writing there does not fail with -ENOSPC; new bytes are zero. */
static inline int
file_allocate(struct files *self, int fd, uint64_t size)
{
    return self->calls->allocate(self, fd, size);
}

/* Cuts the file to 'size' bytes, or extends it with zeros. */
static inline int
file_truncate(struct files *self, int fd, uint64_t size)
{
    return self->calls->truncate(self, fd, size);
}

/* Rename and unlink, which also takes away an empty folder; durable after
 * file_sync_folder(). */
static inline int
file_rename(struct files *self, const char *from, const char *to)
{
    return self->calls->rename(self, from, to);
}

static inline int
file_unlink(struct files *self, const char *path)
{
    return self->calls->unlink(self, path);
}

/* Makes a folder, mode 0750.  Returns 0 also when it is there already. */
static inline int
file_make_folder(struct files *self, const char *path)
{
    return self->calls->make_folder(self, path);
}

/* Makes the names in the folder durable. */
static inline int
file_sync_folder(struct files *self, const char *path)
{
    return self->calls->sync_folder(self, path);
}

/* Names what lies in the folder, but for "." and "..", in no order.  Returns 0,
 * -errno, or what 'name' returned to stop. */
static inline int
file_list(struct files *self, const char *path, file_name *name, void *arg)
{
    return self->calls->list(self, path, name, arg);
}

static inline int
file_stat(struct files *self, const char *path, struct stat *ret_stat)
{
    return self->calls->stat(self, path, ret_stat);
}

/* Returns from where on a file of 'size' bytes is known to be zeros: what was
 * reserved and never written; 'size' when nobody knows. */
static inline uint64_t
file_data_end(struct files *self, int fd, uint64_t size)
{
    return self->calls->data_end ? self->calls->data_end(self, fd, size) : size;
}

#endif /* FILE_H */
