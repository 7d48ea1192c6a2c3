/* wal_disk.c - spares, segments, and what to do when a file fails */
#include <config.h>

#include <errno.h>
#include <fcntl.h>
#include <sys/random.h>

#include "wal_inner.h"

void
wal_fail(struct wal *self, const char *what, int rc)
{
    self->figures.failures++;
    if (++self->failures > 1)
        self->read_only = true;
    (void)pthread_cond_broadcast(&self->progress);
    if (self->settings.alarm)
        self->settings.alarm(self->settings.arg, what, rc, self->read_only);
}

void
wal_full(struct wal *self)
{
    self->full = true;
    self->probe_at_ns = wal_now_ns() + self->settings.probe_ns;
    (void)pthread_cond_signal(&self->work);
}

/* Of what was written into segments before, only what is below the first record
 * of this one counts: one that has nothing left stays as long as this one. */
void
wal_add_segment(struct wal *self, const struct wal_segment *segment)
{
    for (size_t i = 0; i < self->segment_count; i++)
        if (self->segments[i].first_lsn >= segment->first_lsn)
            self->segments[i].continues = true;
    if (self->segment_count == self->segment_room) {
        self->segment_room = self->segment_room ? 2 * self->segment_room : 16;
        self->segments = xrealloc(self->segments, self->segment_room,
                                  sizeof(self->segments[0]));
    }
    self->segments[self->segment_count++] = *segment;
}

/* One that is larger than segments are now is not used again. */
static int
open_spare(struct wal *self, const char *path, uint64_t reuse)
{
    char from[WAL_PATH_MOST];
    struct files *files = self->settings.files;
    struct stat found = {.st_size = 0};

    if (!reuse)
        return file_open(files, path, O_RDWR | O_CREAT | O_EXCL);
    wal_log_path(self->folder, reuse, from);
    if (file_stat(files, from, &found) == 0 &&
        (uint64_t)found.st_size > self->settings.segment_bytes)
        return -EFBIG;
    int rc = file_rename(files, from, path);
    return rc < 0 ? rc : file_open(files, path, O_RDWR);
}

/* The name is durable before anything is written under it: else the bytes of a
 * file that is used again could come back under the name it had. */
int
wal_make_spare(struct wal *self, uint64_t number, uint64_t reuse)
{
    char path[WAL_PATH_MOST];
    struct files *files = self->settings.files;

    wal_log_path(self->folder, number, path);
    int fd = open_spare(self, path, reuse);
    if (fd < 0)
        return fd;
    int rc = file_allocate(files, fd, self->settings.segment_bytes);
    if (rc == 0)
        rc = file_sync_folder(files, self->folder);
    if (rc == 0)
        return fd;
    (void)file_close(files, fd);
    (void)file_unlink(files, path);
    return rc;
}

void
wal_add_spare(struct wal *self, uint64_t number, int fd)
{
    self->spares[self->spare_count++] = (struct wal_spare){number, fd};
}

static void
drop_spare(struct wal *self)
{
    self->spare_count--;
    memmove(self->spares, self->spares + 1,
            self->spare_count * sizeof(self->spares[0]));
}

int
wal_put_head(const struct wal *self, int fd, struct segment_head *head)
{
    uint8_t bytes[SEGMENT_HEAD];

    segment_head_write(head, bytes);
    return file_write(self->settings.files, fd, bytes, sizeof(bytes), 0);
}

int
wal_write_head(struct wal *self)
{
    int rc = self->head_due ? wal_put_head(self, self->fd, &self->head) : 0;

    if (rc == 0)
        self->head_due = false;
    return rc;
}

/* Takes the first spare. */
static int
begin_segment(struct wal *self, uint64_t first_lsn, bool continues)
{
    struct segment_head head = {.number = self->spares[0].number,
                                .first_lsn = first_lsn,
                                .durable_lsn = self->durable_lsn,
                                .flags = continues ? SEGMENT_CONTINUES : 0};

    if (getrandom(&head.salt, sizeof(head.salt), 0) < 0)
        return -errno;
    if (self->waiting.size > 0 && self->waiting_span.split == 0)
        self->waiting_span.split = self->waiting.size;
    self->fd = self->spares[0].fd;
    drop_spare(self);
    self->head = head;
    self->head_due = true;
    self->salt = head.salt;
    self->offset = SEGMENT_HEAD;
    wal_add_segment(self, &(struct wal_segment){.number = head.number,
                                                .first_lsn = first_lsn,
                                                .continues = continues});
    return 0;
}

int
wal_rotate(struct wal *self, bool continues)
{
    int before = self->fd;

    if (self->old_fd >= 0 || self->head_due)
        return -EAGAIN;
    if (self->spare_count == 0)
        return self->full ? -ENOSPC : -EAGAIN;
    int rc = begin_segment(self, self->next_lsn, continues);
    if (rc < 0) {
        wal_fail(self, "cannot begin a segment of the log", rc);
        return self->read_only ? -EROFS : -EAGAIN;
    }
    self->old_fd = before;
    (void)pthread_cond_signal(&self->work);
    return 0;
}

/* Lets go of a file at whose descriptor a sync may be. */
static void
doom(struct wal *self, int *fd_p)
{
    if (*fd_p < 0)
        return;
    self->doomed[self->doomed_count++] = *fd_p;
    *fd_p = -1;
}

/* The last segment, and the one before if it is not synced yet, count no more
 * than to what is durable. */
static void
abandon(struct wal *self)
{
    size_t count = self->segment_count;

    if (count > 0 && self->fd >= 0)
        self->segments[count - 1].abandoned = true;
    if (count > 1 && self->old_fd >= 0)
        self->segments[count - 2].abandoned = true;
    doom(self, &self->fd);
    doom(self, &self->old_fd);
    self->generation++;
}

/* Makes all that waits records of the segment that was begun for it. */
static void
seal_waiting(struct wal *self)
{
    struct wire_out *waiting = &self->waiting;

    for (size_t at = 0; at < waiting->size;) {
        struct record_head *record =
            (struct record_head *)(void *)(waiting->bytes + at);
        record_seal(record, self->salt);
        at += record->size;
    }
    self->waiting_span = (struct wal_span){.at = self->offset};
    self->offset += waiting->size;
}

static int
write_waiting(struct wal *self)
{
    const struct wire_out *waiting = &self->waiting;

    int rc = wal_write_head(self);
    return rc < 0 ? rc
                  : file_write(self->settings.files, self->fd, waiting->bytes,
                               waiting->size, self->waiting_span.at);
}

void
wal_land(struct wal *self, struct wal_span span, int fd)
{
    struct wire_out both = self->flying;

    if (span.split == 0 && self->fd != fd)
        span.split = self->flying.size + self->waiting_span.split;
    self->waiting_span = span;
    wire_put(&both, self->waiting.bytes, self->waiting.size);
    self->flying = self->waiting;
    self->flying.size = 0;
    self->waiting = both;
    if (self->waiting_ticket < self->flying_ticket)
        self->waiting_ticket = self->flying_ticket;
}

static int
write_afresh(struct wal *self)
{
    int rc = 0;

    if (self->spare_count == 0) {
        rc = wal_make_spare(self, ++self->highest, 0);
        if (rc < 0)
            return rc;
        wal_add_spare(self, self->highest, rc);
    }
    rc = begin_segment(self, self->durable_lsn + 1, true);
    if (rc < 0)
        return rc;
    seal_waiting(self);
    return self->settings.written ? write_waiting(self) : 0;
}

void
wal_recover(struct wal *self)
{
    if (self->read_only)
        return;
    abandon(self);
    wal_land(self, (struct wal_span){0}, -1);
    while (self->making)
        (void)pthread_cond_wait(&self->progress, &self->lock);
    int rc = write_afresh(self);
    if (rc < 0)
        wal_fail(self, "cannot write the log again into a fresh file", rc);
}
