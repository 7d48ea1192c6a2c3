/* wal_log.c - the segments that lie in a folder */
#include <config.h>

#include "wal_log.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <string.h>

#include "base.h"

struct look {
    struct files *files;
    const char *folder;
    struct wal_log *log;
};

void
wal_log_path(const char *folder, uint64_t number, char path[WAL_PATH_MOST])
{
    (void)snprintf(path, WAL_PATH_MOST, "%s/%08" PRIu64 ".wal", folder, number);
}

/* Returns the number in the name of a segment; 0: it is none. */
static uint64_t
number_of(const char *name)
{
    uint64_t number = 0;
    size_t digits = strspn(name, "0123456789");

    if (digits < 8 || digits > 18 || strcmp(name + digits, ".wal") != 0)
        return 0;
    for (size_t i = 0; i < digits; i++)
        number = number * 10 + (uint64_t)(name[i] - '0');
    return number;
}

/* A file that is too short for a head was being made.  One that cannot be read
 * is not known to be damaged. */
static int
read_head(const struct look *self, struct log_segment *segment)
{
    char path[WAL_PATH_MOST];
    uint8_t bytes[SEGMENT_HEAD];

    wal_log_path(self->folder, segment->number, path);
    int fd = file_open(self->files, path, O_RDONLY);
    if (fd < 0)
        return fd;
    int rc = file_read(self->files, fd, bytes, sizeof(bytes), 0);
    (void)file_close(self->files, fd);
    if (rc == -ENODATA)
        segment->kind = SEGMENT_SPARE;
    else if (rc < 0)
        return rc;
    else
        segment->kind =
            segment_head_read(bytes, segment->number, &segment->head);
    return segment->kind == SEGMENT_NEWER ? -ENOTSUP : 0;
}

static int
look_at_name(void *arg, const char *name)
{
    const struct look *self = arg;
    struct wal_log *log = self->log;
    struct log_segment segment = {.number = number_of(name)};

    if (segment.number == 0)
        return 0;
    int rc = read_head(self, &segment);
    if (rc < 0)
        return rc;
    if (log->count == log->room) {
        log->room = log->room ? log->room * 2 : 16;
        log->segments =
            xrealloc(log->segments, log->room, sizeof(log->segments[0]));
    }
    log->segments[log->count++] = segment;
    return 0;
}

static int
compare_numbers(const void *left, const void *right)
{
    uint64_t a = ((const struct log_segment *)left)->number;
    uint64_t b = ((const struct log_segment *)right)->number;

    return (a > b) - (a < b);
}

int
wal_log_look(struct files *files, const char *folder, struct wal_log *ret_log)
{
    struct look look = {files, folder, ret_log};
    uint64_t limit = UINT64_MAX;

    if (strlen(folder) > WAL_PATH_MOST - 32)
        return -ENAMETOOLONG;
    int rc = file_list(files, folder, look_at_name, &look);
    if (rc < 0)
        return rc;
    if (ret_log->count)
        qsort(ret_log->segments, ret_log->count, sizeof(ret_log->segments[0]),
              compare_numbers);
    for (size_t i = ret_log->count; i-- > 0;) {
        struct log_segment *segment = &ret_log->segments[i];
        segment->limit = limit;
        if (log_segment_live(segment))
            limit = segment->head.first_lsn;
    }
    return 0;
}

void
wal_log_fini(struct wal_log *self)
{
    free(self->segments);
    *self = (struct wal_log){0};
}
