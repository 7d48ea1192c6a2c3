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
map_file(struct part *self, const char *path)
{
    struct stat status;
    const void *bytes = NULL;

    int rc = file_stat(self->files, path, &status);
    if (rc < 0)
        return rc;
    self->info.size = (uint64_t)status.st_size;
    if (self->info.size < sizeof(struct part_head) + sizeof(self->foot))
        return -EBADMSG;
    int fd = file_open(self->files, path, O_RDONLY);
    if (fd < 0)
        return fd;
    rc = file_map(self->files, fd, (size_t)self->info.size, &bytes);
    (void)file_close(self->files, fd);
    self->bytes = rc < 0 ? NULL : bytes;
    return rc;
}

static int
read_head(struct part *self)
{
    struct part_origin *origin = &self->info.origin;
    struct part_head head;

    memcpy(&head, self->bytes, sizeof(head));
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
    return 0;
}

static int
read_foot(struct part *self)
{
    struct part_foot *foot = &self->foot;
    uint64_t end = self->info.size - sizeof(*foot);

    memcpy(foot, self->bytes + end, sizeof(*foot));
    if (foot->magic != PART_MAGIC ||
        foot->sum != crc32c(0, foot, offsetof(struct part_foot, sum)))
        return -EBADMSG;
    if (foot->end != end || foot->series > end || foot->index > foot->series ||
        foot->times > foot->index || foot->times < sizeof(struct part_head))
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

const unsigned char *
part_page_at(const struct part *self, uint64_t page, size_t *ret_size)
{
    uint64_t at = self->foot.index + page * PART_PAGE_SIZE;
    uint64_t left = self->foot.series - at;

    *ret_size = (size_t)(left < PART_PAGE_SIZE ? left : PART_PAGE_SIZE);
    return self->bytes + at;
}

static int
check_index(const struct part *self)
{
    uint64_t count = 0;

    for (uint64_t i = 0; i < part_page_count(self); i++) {
        struct part_page head;
        size_t size;
        const unsigned char *page = part_page_at(self, i, &size);
        if (size < sizeof(head))
            return -EBADMSG;
        memcpy(&head, page, sizeof(head));
        if (head.sum !=
            crc32c(0, page + sizeof(head.sum), size - sizeof(head.sum)))
            return -EBADMSG;
        count += head.count;
    }
    return count == self->info.chunks && count ? 0 : -EBADMSG;
}

static int
read_part(struct part *self, const char *path)
{
    int rc = map_file(self, path);
    if (rc == 0)
        rc = read_head(self);
    if (rc == 0)
        rc = read_foot(self);
    if (rc == 0)
        rc = check_index(self);
    if (rc < 0)
        return rc;
    return part_vectors_read(self->bytes + self->foot.times,
                             (size_t)(self->foot.index - self->foot.times),
                             self->info.vectors, &self->vectors);
}

int
part_open(struct files *files, const char *path, struct part **ret_part)
{
    weir_cleanup(part_destroy) struct part *self = xcalloc(1, sizeof(*self));

    self->files = files;
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
    if (self->bytes)
        (void)file_unmap(self->files, self->bytes, (size_t)self->info.size);
    free(self->vectors);
    free(self);
}

const struct part_info *
part_info(const struct part *self)
{
    return &self->info;
}
