/* part_window.c - bytes of a part, read some at a time
 *
 * Parts are read and not mapped: where a disk fails a read returns an errno,
 * while a page of a mapping that cannot be read ends the process.
 */
#include <config.h>

#include <errno.h>

#include "part_format.h"

int
part_bytes(const struct part *self, uint64_t offset, void *bytes, size_t size)
{
    int rc = file_read(self->files, self->fd, bytes, size, offset);

    return rc == -ENODATA ? -EBADMSG : rc;
}

/* Returns how many bytes to read at 'offset': ever more while one who reads
 * goes on where he was, few when he jumps. */
static size_t
step_of(const struct part_window *self, const struct part *part,
        uint64_t offset)
{
    bool goes_on = self->part == part && offset >= self->begin &&
                   offset - self->begin <= self->size;

    if (!goes_on)
        return PART_WINDOW_LEAST;
    return self->size < PART_WINDOW_MOST / 2 ? 2 * self->size
                                             : PART_WINDOW_MOST;
}

int
part_window_read(struct part_window *self, const struct part *part,
                 uint64_t offset, size_t size, const unsigned char **ret_bytes)
{
    uint64_t end = part->foot.end;

    if (offset > end || size > end - offset || size > PART_WINDOW_MOST)
        return -EBADMSG;
    if (self->part != part || offset < self->begin ||
        offset - self->begin > self->size ||
        size > self->size - (offset - self->begin)) {
        size_t step = step_of(self, part, offset);
        if (step < size)
            step = size;
        if (step > end - offset)
            step = (size_t)(end - offset);
        self->part = NULL;
        int rc = part_bytes(part, offset, self->bytes, step);
        if (rc < 0)
            return rc;
        self->part = part;
        self->begin = offset;
        self->size = step;
    }
    *ret_bytes = self->bytes + (offset - self->begin);
    return 0;
}
