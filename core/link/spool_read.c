/* spool_read.c - batches on disk: what is to be sent */
#include <config.h>

#include <errno.h>
#include <fcntl.h>

#include "base.h"
#include "clock.h"
#include "link/spool_inner.h"
#include "log.h"

static const int64_t retry_ns = NS_PER_S;

/* What cannot be read so often is passed over. */
enum { TROUBLES_MOST = 5, PASSED_OVER = 4096 };

static struct spool_file *
file_at(struct spool *self)
{
    return &self->list[self->at];
}

/* Reading failed: says whether to go on, or else to come again later. */
static bool
goes_on(struct spool *self, int rc)
{
    spool_fail(self, "reading", rc);
    if (++self->troubles < TROUBLES_MOST) {
        self->retry_at_ns = clock_now_ns() + retry_ns;
        return false;
    }
    self->troubles = 0;
    file_at(self)->bad = true;
    if (!self->cursor)
        file_at(self)->read = true;
    else
        spool_cursor_skip(self->cursor, PASSED_OVER);
    return true;
}

/* Opens the file that is to be read. */
static int
open_cursor(struct spool *self)
{
    char path[SPOOL_PATH_MOST];

    spool_number_path(self->folder, file_at(self)->number, SPOOL_SEGMENT, path);
    int fd = file_open(self->files, path, O_RDONLY);
    if (fd < 0)
        return fd;
    int rc = spool_cursor_open(self->files, &fd, &self->cursor);
    if (rc < 0)
        (void)file_close(self->files, fd);
    if (rc == 0 && spool_cursor_head(self->cursor)->packs)
        self->unpacker = spool_unpacker_new();
    if (rc == -EBADMSG) {
        self->figures.damaged++;
        file_at(self)->bad = true;
        file_at(self)->read = true;
        return 0;
    }
    return rc;
}

/* Goes to the next file; the one before is freed when its batches are done. */
void
spool_close_cursor(struct spool *self)
{
    spool_cursor_destroy(&self->cursor);
    spool_unpacker_destroy(&self->unpacker);
    self->peeked = false;
}

static void
end_file(struct spool *self)
{
    uint64_t damaged = self->cursor ? spool_cursor_damaged(self->cursor) : 0;

    file_at(self)->read = true;
    file_at(self)->bad |= damaged > 0;
    self->figures.damaged += damaged;
    spool_close_cursor(self);
    self->at++;
}

/* Makes what was read a plain batch, if it is a batch.  Returns false when it
 * hangs on a record that is lost. */
static bool
unpack(struct spool *self)
{
    if (self->item.record.type != SPOOL_PACKED ||
        (self->unpacker &&
         spool_unpack(self->unpacker, &self->item.record) == 0))
        return true;
    self->figures.damaged++;
    file_at(self)->bad = true;
    return false;
}

/* Reads from the present file.  Returns 1 with an item, 0 at its end, or
 * -errno. */
static int
read_item(struct spool *self)
{
    if (!self->cursor && !file_at(self)->read) {
        int rc = open_cursor(self);
        if (rc < 0)
            return rc;
    }
    if (file_at(self)->read)
        return 0;
    int rc = 0;
    do
        rc = spool_cursor_next(self->cursor, file_at(self)->used,
                               &self->item.record);
    while (rc > 0 && !unpack(self));
    if (rc <= 0)
        return rc;
    self->item.head = spool_cursor_head(self->cursor);
    self->item.segment = file_at(self)->number;
    return 1;
}

/* Reads on, if it can.  Returns true when there may be more yet. */
static bool
step(struct spool *self)
{
    if (self->troubles && clock_now_ns() < self->retry_at_ns)
        return false;
    int rc = read_item(self);
    if (rc < 0)
        return goes_on(self, rc);
    self->troubles = 0;
    self->peeked = rc > 0;
    if (rc > 0 || spool_is_written(self, self->at))
        return false;
    end_file(self);
    return true;
}

int
spool_peek(struct spool *self, struct spool_item *ret_item)
{
    bool more = !self->peeked;

    while (more && self->at < self->count)
        more = step(self);
    if (!self->peeked)
        return 0;
    *ret_item = self->item;
    return 1;
}

void
spool_pass(struct spool *self, bool is_due)
{
    if (is_due && self->item.record.type == FRAME_BATCH)
        file_at(self)->last = self->item.record.sequence;
    self->peeked = false;
}

/* Says whether all that is in the first file is done. */
static bool
first_done(struct spool *self, uint64_t sequence)
{
    const struct spool_file *file = &self->list[0];

    if (self->at > 0)
        return file->last <= sequence;
    /* The one that is written to is done when it is read up to its end. */
    return spool_is_written(self, 0) && !self->peeked && self->cursor &&
           spool_cursor_at(self->cursor) == file->used &&
           file->last <= sequence;
}

bool
spool_is_empty(const struct spool *self)
{
    return self->count == 0;
}

void
spool_done(struct spool *self, uint64_t sequence)
{
    while (self->count > 0 && first_done(self, sequence))
        spool_remove_first(self);
}

void
spool_release(struct spool *self, uint64_t sequence)
{
    while (self->count > 0 && !spool_is_written(self, 0) &&
           self->list[0].wrote <= sequence)
        spool_remove_first(self);
}
