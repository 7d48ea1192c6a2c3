/* textfile.h - a small text file, read whole, or a reason why not */
#ifndef TEXTFILE_H
#define TEXTFILE_H

#include <stddef.h>
#include <sys/types.h>

#include "arena.h"

struct textfile {
    char *text;  /* ends with '\0', which it has nowhere else */
    size_t size; /* of the text */
    dev_t device;
    ino_t inode; /* with the device: which file it is, whatever its name */
    mode_t mode;
    uid_t owner;
};

/* Reads 'path', at most 'most' bytes, into 'texts'.  Returns 0; -EFBIG;
 * -EISDIR; -ENOTSUP when it is no regular file; -EBADMSG when it is no text,
 * with the first such line in '*reterr_line'; or what open() and read() fail
 * with. */
int textfile_read(const char *path, size_t most, struct arena *texts,
                  struct textfile *ret_file, int *reterr_line);

/* Says what textfile_read() returned, and what to do; valid until the next
 * call of strerror(). */
const char *textfile_why(int rc);

/* Returns the folder of 'path', "." when it names none. */
char *textfile_folder(const char *path, struct arena *texts);

#endif /* TEXTFILE_H */
