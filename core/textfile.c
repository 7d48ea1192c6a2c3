/* textfile.c - a small text file, read whole, or a reason why not */
#include <config.h>

#include "textfile.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <weir/cleanup.h>

#include "base.h"

static const struct {
    int error;
    const char *why;
} reasons[] = {
    {ENOENT, "there is no such file; create it, or name another"},
    {EACCES, "it may not be read; change its owner or mode"},
    {EISDIR,
     "it is a folder; name a file in it, or include(\"FOLDER/*.conf\")"},
    {ENOTSUP, "it is no regular file; name one"},
    {EFBIG, "it is larger than 1 MiB; split it with include()"},
    {EBADMSG, "this is no text; name a text file"},
};

const char *
textfile_why(int rc)
{
    for (size_t i = 0; i < ARRAY_SIZE(reasons); i++)
        if (reasons[i].error == -rc)
            return reasons[i].why;
    return strerror(-rc);
}

/* Control characters but blanks: what is in binaries, and in no text. */
static bool
is_foreign(unsigned char byte)
{
    return byte == 0x7f || (byte < ' ' && !strchr("\t\n\r", byte)) || !byte;
}

static int
check_text(const char *text, size_t size, int *reterr_line)
{
    int line = 1;

    for (size_t i = 0; i < size; i++) {
        line += text[i] == '\n';
        if (is_foreign((unsigned char)text[i])) {
            *reterr_line = line;
            return -EBADMSG;
        }
    }
    return 0;
}

static int
check_kind(const struct stat *found, size_t most)
{
    if (S_ISDIR(found->st_mode))
        return -EISDIR;
    if (!S_ISREG(found->st_mode))
        return -ENOTSUP;
    return found->st_size > (off_t)most ? -EFBIG : 0;
}

/* Reads what is there now, also when that is more than stat() said. */
static ssize_t
read_all(int fd, char *text, size_t most)
{
    size_t size = 0;

    while (size <= most) {
        ssize_t got = read(fd, text + size, most + 1 - size);
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return -errno;
        if (got == 0)
            return (ssize_t)size;
        size += (size_t)got;
    }
    return -EFBIG;
}

int
textfile_read(const char *path, size_t most, struct arena *texts,
              struct textfile *ret_file, int *reterr_line)
{
    struct stat found;

    *reterr_line = 0;
    /* A pipe must not block us before we know that it is one. */
    weir_cleanup(weir_close) int fd =
        open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC | O_NOCTTY);
    if (fd < 0 || fstat(fd, &found) < 0)
        return -errno;
    int rc = check_kind(&found, most);
    if (rc < 0)
        return rc;

    weir_cleanup(weir_free) char *bytes = xcalloc(most + 1, 1);
    ssize_t size = read_all(fd, bytes, most);
    if (size < 0)
        return (int)size;
    rc = check_text(bytes, (size_t)size, reterr_line);
    if (rc < 0)
        return rc;
    ret_file->text = arena_bytes(texts, bytes, (size_t)size);
    ret_file->size = (size_t)size;
    ret_file->device = found.st_dev;
    ret_file->inode = found.st_ino;
    ret_file->mode = found.st_mode;
    ret_file->owner = found.st_uid;
    return 0;
}

char *
textfile_folder(const char *path, struct arena *texts)
{
    const char *slash = strrchr(path, '/');

    if (!slash)
        return arena_text(texts, ".");
    return arena_bytes(texts, path, slash == path ? 1 : (size_t)(slash - path));
}
