/* part.c - a part that is open */
#include <config.h>

#include "part.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>

#include <weir/cleanup.h>

#include "link/crc32c.h"
#include "part_format.h"

static int
open_file(struct part *self, const char *path)
{
    struct stat status;

    int rc = file_stat(self->files, path, &status);
    if (rc < 0)
        return rc;
    self->info.size = (uint64_t)status.st_size;
    if (self->info.size < sizeof(struct part_head))
        return -EBADMSG;
    self->fd = file_open(self->files, path, O_RDONLY);
    return self->fd < 0 ? self->fd : 0;
}

static int
read_head(struct part *self)
{
    struct part_origin *origin = &self->info.origin;
    struct part_head head;

    int rc = part_bytes(self, 0, &head, sizeof(head));
    if (rc < 0)
        return rc;
    if (head.magic != PART_MAGIC ||
        head.sum != crc32c(0, &head, offsetof(struct part_head, sum)))
        return -EBADMSG;
    if (head.version > PART_VERSION)
        return -ENOTSUP;
    memcpy(origin->store, head.store, sizeof(origin->store));
    origin->level = head.level;
    origin->first_lsn = head.first_lsn;
    origin->last_lsn = head.last_lsn;
    origin->tier_ns = head.tier_ns;
    self->version = head.version;
    return 0;
}

/* Reads the foot, of which version 1 lacks the beginning. */
static int
read_foot_bytes(struct part *self)
{
    struct part_foot *foot = &self->foot;
    size_t lacks = self->version < 2 ? sizeof(foot->extents) : 0;
    size_t size = sizeof(*foot) - lacks;
    unsigned char *begin = (unsigned char *)foot + lacks;
    uint64_t end = self->info.size - size;

    if (self->info.size < sizeof(struct part_head) + size)
        return -EBADMSG;
    int rc = part_bytes(self, end, begin, size);
    if (rc < 0)
        return rc;
    if (foot->magic != PART_MAGIC || foot->end != end ||
        foot->sum != crc32c(0, begin, offsetof(struct part_foot, sum) - lacks))
        return -EBADMSG;
    if (lacks)
        foot->extents = foot->times;
    return 0;
}

static int
read_foot(struct part *self)
{
    struct part_foot *foot = &self->foot;

    int rc = read_foot_bytes(self);
    if (rc < 0)
        return rc;
    if (foot->series > foot->end || foot->index > foot->series ||
        foot->times > foot->index || foot->extents > foot->times ||
        foot->extents < sizeof(struct part_head))
        return -EBADMSG;
    self->info.series = foot->series_count;
    self->info.chunks = foot->chunk_count;
    self->info.vectors = foot->vector_count;
    self->info.samples = foot->sample_count;
    self->info.from_ns = foot->from_ns;
    self->info.until_ns = foot->until_ns;
    return 0;
}

uint64_t
part_page_count(const struct part *self)
{
    uint64_t size = self->foot.series - self->foot.index;

    return (size + PART_PAGE_SIZE - 1) / PART_PAGE_SIZE;
}

uint64_t
part_page_at(const struct part *self, uint64_t page, size_t *ret_size)
{
    uint64_t at = self->foot.index + page * PART_PAGE_SIZE;
    uint64_t left = self->foot.series - at;

    *ret_size = (size_t)(left < PART_PAGE_SIZE ? left : PART_PAGE_SIZE);
    return at;
}

bool
part_page_right(const unsigned char *page, size_t size)
{
    struct part_page head;

    if (size < sizeof(head))
        return false;
    memcpy(&head, page, sizeof(head));
    return head.sum ==
           crc32c(0, page + sizeof(head.sum), size - sizeof(head.sum));
}

/* Reads the whole index once, and keeps where its pages begin. */
static int
read_index(struct part *self)
{
    uint64_t pages = part_page_count(self), chunks = 0;
    weir_cleanup(weir_free) struct part_window *window =
        xcalloc(1, sizeof(*window));

    self->firsts = xcalloc(pages, sizeof(*self->firsts));
    for (uint64_t i = 0; i < pages; i++) {
        struct part_page head;
        const unsigned char *page = NULL;
        size_t size;
        uint64_t at = part_page_at(self, i, &size);
        int rc = part_window_read(window, self, at, size, &page);
        if (rc < 0)
            return rc;
        if (!part_page_right(page, size))
            return -EBADMSG;
        memcpy(&head, page, sizeof(head));
        self->firsts[i] = head.series;
        chunks += head.count;
    }
    return chunks == self->info.chunks && chunks ? 0 : -EBADMSG;
}

static int
read_times(struct part *self)
{
    uint64_t offset = self->foot.times;
    size_t size = (size_t)(self->foot.index - offset);
    weir_cleanup(weir_free) unsigned char *bytes = xcalloc(size, 1);

    int rc = part_bytes(self, offset, bytes, size);
    return rc < 0 ? rc
                  : part_vectors_read(bytes, size, offset, self->info.vectors,
                                      &self->vectors);
}

static int
read_part(struct part *self, const char *path)
{
    int rc = open_file(self, path);
    if (rc == 0)
        rc = read_head(self);
    if (rc == 0)
        rc = read_foot(self);
    if (rc == 0)
        rc = part_extents_read(self);
    if (rc == 0)
        rc = read_index(self);
    return rc < 0 ? rc : read_times(self);
}

int
part_open(struct files *files, const char *path, struct part **ret_part)
{
    weir_cleanup(part_destroy) struct part *self = xcalloc(1, sizeof(*self));

    self->files = files;
    self->fd = -1;
    int rc = read_part(self, path);
    if (rc < 0)
        return rc;
    *ret_part = weir_take(self);
    return 0;
}

void
part_destroy(struct part **self_p)
{
    struct part *self = *self_p;

    *self_p = NULL;
    if (!self)
        return;
    if (self->fd >= 0)
        (void)file_close(self->files, self->fd);
    free(self->firsts);
    free(self->vectors);
    free(self->extents);
    free(self);
}

const struct part_info *
part_info(const struct part *self)
{
    return &self->info;
}
