/* file.h - read the same small files again and again
 *
 * Files of /proc and /sys stay open and are read anew from their start: opening
 * one costs up to ten times as much as reading it.  When the kernel says that
 * what a file was about is gone, it is opened again.  Regular files that are
 * replaced by rename must not be held: they are read by file_read_once().
 *
 * The functions use the one buffer of the instance; a text that they return is
 * valid until the next call.
 */
#ifndef FILE_H
#define FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/stat.h>
#include <sys/types.h>

struct host;

/* Where a path begins; see the options of the same names. */
enum root { ROOT_PROC, ROOT_SYS, ROOT_FS, ROOT_UDEV, ROOT_COUNT };

/* Limits: of files held open by an instance, and of what one may contain. */
enum { FILES_HELD_MOST = 512, FILE_SIZE_MOST = 16 << 20 };

struct files {
    int roots[ROOT_COUNT]; /* descriptors of folders, or -1 */
    unsigned held;         /* files that are open between cycles */
    char *buffer;
    size_t size; /* of the buffer */
};

/* A file that does not exist is looked for again after so many cycles: it comes
 * with a module or a device, if ever. */
enum { FILE_MISSING_CYCLES = 16 };

/* One held file; zero is one that was not opened yet. */
struct held {
    uint64_t missing_until; /* a cycle; before it, the file does not exist */
    int descriptor_plus_1;  /* 0: not open */
    bool has_long_lines;    /* some may have LONG_LINE bytes and more */
};

/* Lists come a page at a time, in whole lines.  A piece that has room for a
 * line of less than this is the last: to ask for more would cost as much as to
 * begin again, with some files. */
enum { LONG_LINE = 2048, PAGE_LEAST = 4096 };

/* Opens the roots and makes the buffer.  Returns 0, or a negative errno with
 * the reason left when procfs or sysfs cannot be opened. */
int files_init(struct host *host);
void files_fini(struct host *host);

/* Reads the file 'path' below 'root'.  Returns its length and sets '*ret_text',
 * which ends with '\0', or returns a negative errno and leaves no reason;
 * -EFBIG above FILE_SIZE_MOST. */
ssize_t file_read(struct host *host, struct held *held, enum root root,
                  const char *path, const char **ret_text);

/* The same, and leaves a reason when it fails. */
ssize_t file_need(struct host *host, struct held *held, enum root root,
                  const char *path, const char **ret_text);

/* The same for a file that may be replaced: opened and closed each time.
 * 'ret_status' may be NULL. */
ssize_t file_read_once(struct host *host, int folder, const char *path,
                       struct stat *ret_status, const char **ret_text);

/* Reads a file that holds one number, such as those in /sys.  Returns 0, or a
 * negative errno as file_read() or -EBADMSG. */
int file_number(struct host *host, struct held *held, enum root root,
                const char *path, double *ret_number);

void file_close(struct host *host, struct held *held);

/* Leaves the reason that 'path' below 'root' cannot be read; returns 'rc'. */
int file_fail(struct host *host, int rc, enum root root, const char *path);

/* The configured path of a root. */
const char *file_root(const struct host *host, enum root root);

#endif /* FILE_H */
