/* link/spool_age.c - how old a segment is */
#include <config.h>

#include "link/spool_age.h"

#include <fcntl.h>

#include "base.h"
#include "clock.h"
#include "link/spool_segment.h"

static int
read_head(struct files *files, int fd, struct spool_head *ret_head)
{
    unsigned char bytes[SPOOL_HEAD_SIZE];

    int rc = file_read(files, fd, bytes, sizeof(bytes), 0);
    return rc < 0 ? rc : spool_head_read(bytes, ret_head);
}

int64_t
spool_made_ns(struct files *files, const char *path)
{
    struct spool_head head = {0};
    struct stat about;
    int fd = file_open(files, path, O_RDONLY);
    int rc = fd < 0 ? fd : read_head(files, fd, &head);

    if (fd >= 0)
        (void)file_close(files, fd);
    if (rc == 0)
        return head.made_ns;
    if (file_stat(files, path, &about) < 0)
        return clock_wall_ns();
    return (int64_t)about.st_mtim.tv_sec * NS_PER_S + about.st_mtim.tv_nsec;
}

/* The head fits a sector, so it is never half of one. */
void
spool_renew(struct files *files, const char *path)
{
    unsigned char bytes[SPOOL_HEAD_SIZE];
    struct spool_head head;
    int fd = file_open(files, path, O_RDWR);

    if (fd < 0)
        return;
    if (read_head(files, fd, &head) == 0) {
        head.made_ns = clock_wall_ns();
        spool_head_write(&head, bytes);
        if (file_write(files, fd, bytes, sizeof(bytes), 0) == 0)
            (void)file_sync(files, fd);
    }
    (void)file_close(files, fd);
}
