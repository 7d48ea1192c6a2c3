/* deadfile.h - points that InfluxDB refused for ever, in a file
 *
 * A line that begins with # says when and why; the points follow as they were
 * sent, so that the file can be sent again.  When it has half of its bytes, it
 * becomes FILE.1, in place of an older one, and a new one begins.
 */
#ifndef INFLUXDB_DEADFILE_H
#define INFLUXDB_DEADFILE_H

#include <stddef.h>
#include <stdint.h>

struct deadfile {
    const char *path;
    uint64_t size_most; /* bytes of both files; 0: nothing is kept */
    int fd;             /* -1: not open */
};

/* Some points: lines, [size] bytes. */
struct deadfile_points {
    const char *text;
    size_t size;
    size_t count, refused; /* of 'count' lines so many were refused */
    const char *why;       /* one line */
};

/* Appends them.  Returns 0, -ENOSPC when they are more than it may ever have,
 * or -errno; then they are not kept. */
int deadfile_add(struct deadfile *self, const struct deadfile_points *points);

/* Brings what was added to the disk, and closes the file.  Returns 0 or
 * -errno. */
int deadfile_sync(struct deadfile *self);

#endif /* INFLUXDB_DEADFILE_H */
