/* part_writer.c - writing a part */
#include <config.h>

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>

#include <weir/cleanup.h>

#include "link/crc32c.h"
#include "part_format.h"
#include "times.h"

enum {
    FLUSH_SIZE = 256 << 10, /* bytes written at once */
    SYNC_SIZE = 16 << 20,   /* and synced, so that the end of a large part does
                             * not keep the disk from the log for long */
};

struct part_writer {
    struct files *files;
    char *path, *path_new;
    int fd;
    uint64_t written;           /* bytes of the file */
    uint64_t synced;            /* bytes of these that are durable */
    struct wire_out buffer;     /* what comes behind them */
    struct part_frames *frames; /* before they are in there */
    struct part_index index;
    struct part_vectors *vectors;
    struct part_names *names;
    struct part_info info;
    uint32_t series; /* id of the one begun last */
    int64_t last_ns; /* its last time; not set before 'count' */
    uint64_t count;  /* its samples */
};

static int
flush(struct part_writer *self)
{
    int rc = file_write(self->files, self->fd, self->buffer.bytes,
                        self->buffer.size, self->written);
    if (rc < 0)
        return rc;
    self->written += self->buffer.size;
    self->buffer.size = 0;
    if (self->written - self->synced < SYNC_SIZE)
        return 0;
    self->synced = self->written;
    return file_sync(self->files, self->fd);
}

static int
flush_when_full(struct part_writer *self)
{
    return self->buffer.size < FLUSH_SIZE ? 0 : flush(self);
}

static void
put_head(struct part_writer *self, const struct part_origin *origin)
{
    struct part_head head = {
        .magic = PART_MAGIC,
        .version = PART_VERSION,
        .level = origin->level,
        .first_lsn = origin->first_lsn,
        .last_lsn = origin->last_lsn,
        .tier_ns = origin->tier_ns,
    };

    memcpy(head.store, origin->store, sizeof(head.store));
    head.sum = crc32c(0, &head, offsetof(struct part_head, sum));
    wire_put(&self->buffer, &head, sizeof(head));
}

int
part_writer_open(struct files *files, const char *path,
                 const struct part_origin *origin,
                 struct part_writer **ret_writer)
{
    weir_cleanup(part_writer_destroy) struct part_writer *self =
        xcalloc(1, sizeof(*self));

    self->files = files;
    self->fd = -1;
    self->path = x_or_die(strdup(path));
    self->info.origin = *origin;
    self->frames = part_frames_new(origin->level);
    self->vectors = part_vectors_new();
    self->names = part_names_new();
    if (asprintf(&self->path_new, "%s.new", path) < 0)
        self->path_new = x_or_die(NULL);
    self->fd = file_open(files, self->path_new, O_RDWR | O_CREAT | O_TRUNC);
    if (self->fd < 0)
        return self->fd;
    put_head(self, origin);

    *ret_writer = weir_take(self);
    return 0;
}

static void
close_file(struct part_writer *self)
{
    if (self->fd >= 0)
        (void)file_close(self->files, self->fd);
    self->fd = -1;
}

void
part_writer_destroy(struct part_writer **self_p)
{
    struct part_writer *self = *self_p;

    *self_p = NULL;
    if (!self)
        return;
    if (self->fd >= 0)
        (void)file_unlink(self->files, self->path_new);
    close_file(self);
    wire_out_fini(&self->buffer);
    part_frames_destroy(&self->frames);
    part_index_fini(&self->index);
    part_vectors_destroy(&self->vectors);
    part_names_destroy(&self->names);
    free(self->path);
    free(self->path_new);
    free(self);
}

void
part_writer_series(struct part_writer *self, uint32_t id,
                   const struct weir_series *series)
{
    assert(self->info.series == 0 || (id > self->series && self->count));
    self->series = id;
    self->count = 0;
    self->info.series++;
    part_names_add(self->names, id, series);
}

static void
settle_frames(struct part_writer *self)
{
    part_frames_settle(self->frames, &self->buffer, self->written, &self->index,
                       self->vectors);
}

static void
put_frame(struct part_writer *self, const struct part_encoded *encoded,
          const struct part_chunk *chunk)
{
    bool whole =
        chunk->count == part_vectors_at(self->vectors, chunk->vector)->count;

    if (!part_frames_take(self->frames, encoded->size))
        settle_frames(self);
    part_frames_add(self->frames, encoded, chunk, whole);
}

static void
count_chunk(struct part_writer *self, const struct part_chunk *chunk)
{
    struct part_info *info = &self->info;

    if (info->samples == 0 || chunk->from_ns < info->from_ns)
        info->from_ns = chunk->from_ns;
    if (info->samples == 0 || chunk->until_ns > info->until_ns)
        info->until_ns = chunk->until_ns;
    info->samples += chunk->count;
    info->chunks++;
    self->count += chunk->count;
    self->last_ns = chunk->until_ns;
}

int
part_writer_add_encoded(struct part_writer *self,
                        const struct part_encoded *encoded)
{
    struct part_chunk chunk = {
        .series = self->series,
        .count = (uint32_t)encoded->count,
        .from_ns = encoded->times_ns[0],
        .until_ns = encoded->times_ns[encoded->count - 1],
        .summary = encoded->summary,
    };

    assert(self->info.series && encoded->count <= TIMES_MOST);
    assert(self->count == 0 || chunk.from_ns > self->last_ns);
    chunk.vector = part_vectors_intern(self->vectors, encoded->times_ns,
                                       encoded->count, &chunk.skip);
    put_frame(self, encoded, &chunk);
    count_chunk(self, &chunk);
    return flush_when_full(self);
}

/* Returns how many of 'left' samples go into the next chunk: a short rest is
 * not left alone. */
static size_t
chunk_count(size_t left)
{
    return left < PART_CHUNK_AIM + PART_CHUNK_AIM / 4 ? left : PART_CHUNK_AIM;
}

int
part_writer_add(struct part_writer *self, const int64_t *times_ns,
                const double *values, size_t count)
{
    unsigned char bytes[CODEC_ROOM];

    for (size_t i = 0, width; i < count; i += width) {
        width = chunk_count(count - i);
        struct part_encoded encoded = {
            .times_ns = times_ns + i,
            .count = width,
            .bytes = bytes,
            .size = codec_encode(values + i, width, bytes),
            .summary = codec_summarise(values + i, width),
        };
        int rc = part_writer_add_encoded(self, &encoded);
        if (rc < 0)
            return rc;
    }
    return 0;
}

uint64_t
part_writer_size(const struct part_writer *self)
{
    uint64_t names = part_names_size(self->names);

    return self->written + self->buffer.size + part_frames_size(self->frames) +
           part_vectors_bytes(self->vectors)->size + self->index.pages.size +
           PART_PAGE_SIZE + names + names / 1024 + PART_PAGE_SIZE;
}

/* Writes a section that is complete.  Returns 0 or -errno; its offset goes to
 * '*ret_at'. */
static int
put_section(struct part_writer *self, const struct wire_out *section,
            uint64_t *ret_at)
{
    int rc = flush_when_full(self);

    *ret_at = self->written + self->buffer.size;
    if (rc < 0 || section->size < FLUSH_SIZE) {
        wire_put(&self->buffer, section->bytes, section->size);
        return rc;
    }
    rc = flush(self);
    if (rc == 0)
        rc = file_write(self->files, self->fd, section->bytes, section->size,
                        self->written);
    self->written += section->size;
    return rc;
}

static void
put_names(struct part_writer *self, struct part_foot *foot)
{
    struct wire_out *out = &self->buffer;
    size_t begin = out->size;

    foot->series = self->written + begin;
    part_names_write(self->names, out);
    foot->series_sum = crc32c(0, out->bytes + begin, out->size - begin);
    foot->end = self->written + out->size;
}

/* Appends the sections and the foot. */
static int
put_rest(struct part_writer *self)
{
    struct wire_out *out = &self->buffer;
    struct part_foot foot = {
        .series_count = self->info.series,
        .chunk_count = self->info.chunks,
        .vector_count = part_vectors_count(self->vectors),
        .sample_count = self->info.samples,
        .from_ns = self->info.from_ns,
        .until_ns = self->info.until_ns,
        .magic = PART_MAGIC,
    };

    settle_frames(self);
    part_index_end(&self->index);
    foot.extents = self->written + out->size;
    part_frames_write_table(self->frames, out);
    int rc = put_section(self, part_vectors_bytes(self->vectors), &foot.times);
    if (rc == 0)
        rc = put_section(self, &self->index.pages, &foot.index);
    if (rc == 0)
        rc = flush_when_full(self);
    if (rc < 0)
        return rc;
    put_names(self, &foot);
    foot.sum = crc32c(0, &foot, offsetof(struct part_foot, sum));
    wire_put(out, &foot, sizeof(foot));
    self->info.vectors = foot.vector_count;
    self->info.size = foot.end + sizeof(foot);
    return flush(self);
}

static int
sync_folder_of(struct files *files, const char *path)
{
    const char *slash = strrchr(path, '/');
    if (!slash)
        return file_sync_folder(files, ".");
    weir_cleanup(weir_free) char *folder =
        x_or_die(strndup(path, slash == path ? 1 : (size_t)(slash - path)));

    return file_sync_folder(files, folder);
}

/* Gives the complete file its name.  Once renamed, it is no more ours to
 * delete under the name that it had. */
static int
settle(struct part_writer *self)
{
    int rc = file_sync(self->files, self->fd);
    if (rc == 0)
        rc = file_rename(self->files, self->path_new, self->path);
    if (rc < 0)
        return rc;
    close_file(self);
    rc = sync_folder_of(self->files, self->path);
    if (rc < 0)
        (void)file_unlink(self->files, self->path);
    return rc;
}

int
part_writer_end(struct part_writer **self_p, struct part_info *ret_info)
{
    weir_cleanup(part_writer_destroy) struct part_writer *self =
        weir_take(*self_p);

    if (self->info.samples == 0)
        return -ENODATA;
    int rc = put_rest(self);
    if (rc == 0)
        rc = settle(self);
    if (rc == 0 && ret_info)
        *ret_info = self->info;
    return rc;
}
