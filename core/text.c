/* text.c - read small files and the numbers in them; see weir/text.h */
#include <config.h>

#include <weir/text.h>

#include <errno.h>
#include <fcntl.h>

#include <weir/cleanup.h>

#include "number.h"

/* pread() at a growing place, so that a file that stays open can be read again
 * and again without a seek. */
ssize_t
weir_read_fd(int fd, char *buffer, size_t size)
{
    size_t length = 0;

    while (length < size) {
        ssize_t got = pread(fd, buffer + length, size - length, (off_t)length);
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return -errno;
        if (got == 0) {
            buffer[length] = '\0';
            return (ssize_t)length;
        }
        length += (size_t)got;
    }
    return -EFBIG;
}

ssize_t
weir_read_file(const char *path, char *buffer, size_t size)
{
    weir_cleanup(weir_close) int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return -errno;
    return weir_read_fd(fd, buffer, size);
}

static const char *
skip_blanks(const char *text)
{
    while (*text == ' ' || *text == '\t')
        text++;
    return text;
}

bool
weir_scan_double(const char **text_p, double *ret_number)
{
    const char *end = number_scan(skip_blanks(*text_p), ret_number);

    if (end)
        *text_p = end;
    return end != NULL;
}

bool
weir_scan_u64(const char **text_p, uint64_t *ret_number)
{
    const char *end = number_scan_u64(skip_blanks(*text_p), ret_number);

    if (end)
        *text_p = end;
    return end != NULL;
}
