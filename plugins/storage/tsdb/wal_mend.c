/* wal_mend.c - put the folder of a log in order before it goes on
 *
 * What counts follows from the segments themselves (see wal_log.h), also when a
 * step here fails or is cut short: so most failures are of no account.
 */
#include <config.h>

#include <errno.h>
#include <fcntl.h>

#include <weir/cleanup.h>

#include "wal_inner.h"

static void
remove_file(struct wal *self, uint64_t number)
{
    char path[WAL_PATH_MOST];

    wal_log_path(self->folder, number, path);
    (void)file_unlink(self->settings.files, path);
}

/* Moves a file out of the log, where nothing needs it any more. */
static void
set_aside(struct wal *self, uint64_t number)
{
    char from[WAL_PATH_MOST], to[WAL_PATH_MOST];

    (void)file_make_folder(self->settings.files, self->quarantine);
    wal_log_path(self->folder, number, from);
    wal_log_path(self->quarantine, number, to);
    (void)file_rename(self->settings.files, from, to);
}

static int
copy_bytes(struct files *files, int from, int to)
{
    enum { PIECE = 1 << 16 };
    weir_cleanup(weir_free) char *bytes = xcalloc(PIECE, 1);
    uint64_t offset = 0;
    int rc = 0;

    while (rc == 0) {
        ssize_t got = files->calls->read(files, from, bytes, PIECE, offset);
        if (got <= 0)
            return got < 0 ? (int)got : 0;
        rc = file_write(files, to, bytes, (size_t)got, offset);
        offset += (uint64_t)got;
    }
    return rc;
}

/* Copies a file that is still needed. */
static int
copy_aside(struct wal *self, uint64_t number)
{
    char path[WAL_PATH_MOST];
    struct files *files = self->settings.files;

    (void)file_make_folder(files, self->quarantine);
    wal_log_path(self->folder, number, path);
    int from = file_open(files, path, O_RDONLY);
    if (from < 0)
        return from;
    wal_log_path(self->quarantine, number, path);
    int to = file_open(files, path, O_RDWR | O_CREAT | O_TRUNC);
    int rc = to;
    if (to >= 0) {
        rc = copy_bytes(files, from, to);
        if (rc == 0)
            rc = file_sync(files, to);
        (void)file_close(files, to);
    }
    (void)file_close(files, from);
    return rc;
}

/* Takes over a file that was allocated and not begun. */
static void
keep_spare(struct wal *self, uint64_t number)
{
    char path[WAL_PATH_MOST];
    struct files *files = self->settings.files;

    wal_log_path(self->folder, number, path);
    int fd = file_open(files, path, O_RDWR);
    int rc = fd;
    if (fd >= 0)
        rc = file_allocate(files, fd, self->settings.segment_bytes);
    if (rc == 0) {
        wal_add_spare(self, number, fd);
        return;
    }
    if (fd >= 0)
        (void)file_close(files, fd);
    remove_file(self, number);
}

/* What was read may so far be in memory only, after the process that wrote it
 * was killed: it is made durable, since streams are told of it.  The last
 * segment gives back the room behind its end. */
static int
settle_segment(struct wal *self, const struct log_segment *segment, bool last)
{
    char path[WAL_PATH_MOST];
    struct files *files = self->settings.files;

    wal_log_path(self->folder, segment->number, path);
    int fd = file_open(files, path, O_RDWR);
    if (fd < 0)
        return fd;
    if (last)
        (void)file_truncate(files, fd, segment->end);
    int rc = file_sync(files, fd);
    (void)file_close(files, fd);
    return rc;
}

static int
take_over(struct wal *self, const struct log_segment *segment, bool last)
{
    bool copied = true;

    if (segment->damaged || segment->torn)
        copied = copy_aside(self, segment->number) == 0;
    if (segment->end <= SEGMENT_HEAD && copied) {
        remove_file(self, segment->number);
        return 0;
    }
    wal_add_segment(self,
                    &(struct wal_segment){.number = segment->number,
                                          .first_lsn = segment->head.first_lsn,
                                          .continues = segment->head.flags &
                                                       SEGMENT_CONTINUES});
    return settle_segment(self, segment, last && copied);
}

/* What lies behind the cut, or has a damaged head, is set aside; what was
 * abandoned or never begun is not needed. */
static void
clear_away(struct wal *self, const struct log_segment *segment, bool behind)
{
    bool live = log_segment_live(segment);

    if (segment->kind == SEGMENT_DAMAGED || live)
        set_aside(self, segment->number);
    else if (segment->kind == SEGMENT_SPARE && behind &&
             self->spare_count < WAL_SPARES)
        keep_spare(self, segment->number);
    else
        remove_file(self, segment->number);
}

/* Returns one more than the place of the last segment that was read. */
static size_t
count_read(const struct wal_log *log)
{
    size_t count = log->count;

    while (count > 0 && log->segments[count - 1].end == 0)
        count--;
    return count;
}

int
wal_mend(struct wal *self, const struct wal_log *log)
{
    size_t count = count_read(log);

    for (size_t i = 0; i < log->count; i++) {
        const struct log_segment *segment = &log->segments[i];
        int rc = 0;
        if (segment->end > 0)
            rc = take_over(self, segment, i + 1 == count);
        else
            clear_away(self, segment, i >= count);
        if (rc < 0)
            return rc;
        self->highest = segment->number;
    }
    return file_sync_folder(self->settings.files, self->folder);
}
