/* wal_thread.c - the log's thread: sync what waits, keep spares */
#include <config.h>

#include <errno.h>
#include <time.h>

#include "wal_inner.h"

uint64_t
wal_now_ns(void)
{
    struct timespec now;

    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * NS_PER_S + (uint64_t)now.tv_nsec;
}

/* Returns whether there was one. */
static bool
close_doomed(struct wal *self)
{
    if (self->doomed_count == 0)
        return false;
    int fd = self->doomed[--self->doomed_count];
    (void)pthread_mutex_unlock(&self->lock);
    (void)file_close(self->settings.files, fd);
    (void)pthread_mutex_lock(&self->lock);
    return true;
}

/* Tells what has become durable and, when 'room', who was sent away. */
static void
tell(struct wal *self, uint64_t ticket, bool room)
{
    const struct wal_settings *settings = &self->settings;

    room = room && self->wanted;
    if (room)
        self->wanted = false;
    self->telling = true;
    (void)pthread_mutex_unlock(&self->lock);
    if (ticket && !settings->written && settings->durable)
        settings->durable(settings->arg, ticket);
    if (room && settings->room)
        settings->room(settings->arg);
    (void)pthread_mutex_lock(&self->lock);
    self->telling = false;
    (void)pthread_cond_broadcast(&self->progress);
}

/* What is being written and synced, without the lock. */
struct flight {
    uint64_t generation;
    int fd, old_fd; /* the last segment; the one before, -1: it is synced */
    struct wal_span span;
    bool head_due;
    struct segment_head head;
};

static struct flight
take_off(struct wal *self)
{
    struct wire_out empty = self->flying;
    struct flight flight = {
        .generation = self->generation,
        .fd = self->fd,
        .old_fd = self->old_fd,
        .span = self->waiting_span,
        .head_due = self->head_due,
        .head = self->head,
    };

    self->flying = self->waiting;
    self->flying_ticket = self->waiting_ticket;
    self->flying_lsn = self->next_lsn - 1;
    self->waiting = empty;
    self->waiting_span = (struct wal_span){0};
    self->waiting_ticket = 0;
    return flight;
}

/* What was synced is durable.  'old_fd' was the segment before, -1: none was.
 */
static void
arrive(struct wal *self, int old_fd)
{
    uint64_t ticket = self->flying_ticket;

    self->durable_lsn = self->flying_lsn;
    self->flying.size = 0;
    self->flying_ticket = 0;
    self->failures = 0;
    self->figures.syncs++;
    if (old_fd >= 0) {
        self->doomed[self->doomed_count++] = old_fd;
        self->old_fd = -1;
    }
    tell(self, ticket, true);
}

/* Writes records that 'flying' has to where they go. */
static int
write_flying(const struct wal *self, struct flight *flight)
{
    struct files *files = self->settings.files;
    const unsigned char *bytes = self->flying.bytes;
    size_t size = self->flying.size, split = flight->span.split;
    uint64_t at = split ? SEGMENT_HEAD : flight->span.at;
    int rc = 0;

    if (split)
        rc = file_write(files, flight->old_fd, bytes, split, flight->span.at);
    if (rc == 0 && flight->head_due)
        rc = wal_put_head(self, flight->fd, &flight->head);
    if (rc < 0 || size == split)
        return rc;
    return file_write(files, flight->fd, bytes + split, size - split, at);
}

/* Where who logs is told when it is written, he wrote it. */
static int
fly(const struct wal *self, struct flight *flight)
{
    struct files *files = self->settings.files;

    int rc = self->settings.written ? 0 : write_flying(self, flight);
    if (rc == 0 && flight->old_fd >= 0)
        rc = file_sync(files, flight->old_fd);
    return rc < 0 ? rc : file_sync(files, flight->fd);
}

/* A disk that is full after all is no failure: what was being written waits
 * again, and is written over what was left of it. */
static void
get_stuck(struct wal *self, const struct flight *flight)
{
    wal_land(self, flight->span, flight->fd);
    wal_full(self);
    self->stuck = true;
    (void)pthread_cond_broadcast(&self->progress);
}

/* Makes durable what waits.  The writer may go on meanwhile, and even begin
 * another segment, if none was left to sync before this one; or he finds that
 * the file fails, and writes all of it into another, so that this is void. */
static void
sync_waiting(struct wal *self)
{
    struct flight flight = take_off(self);

    (void)pthread_mutex_unlock(&self->lock);
    int rc = fly(self, &flight);
    (void)pthread_mutex_lock(&self->lock);
    if (flight.generation != self->generation)
        return;
    self->stuck = false;
    if (rc == 0) {
        if (!self->settings.written && flight.fd == self->fd)
            self->head_due = false;
        arrive(self, flight.old_fd);
    } else if (rc == -ENOSPC || rc == -EDQUOT) {
        get_stuck(self, &flight);
    } else {
        wal_fail(self, "cannot write the log, or sync it", rc);
        wal_recover(self);
    }
}

/* Returns how many segments hold only records that are not needed. */
static size_t
released(const struct wal *self)
{
    uint64_t lsn = self->release_lsn;
    size_t count = 0;

    if (lsn > self->durable_lsn + 1)
        lsn = self->durable_lsn + 1;
    for (size_t i = 1; i < self->segment_count; i++)
        if (!self->segments[i].continues && self->segments[i].first_lsn <= lsn)
            count = i;
    return count;
}

static struct wal_segment
shift_segment(struct wal *self)
{
    struct wal_segment first = self->segments[0];

    self->segment_count--;
    memmove(self->segments, self->segments + 1,
            self->segment_count * sizeof(self->segments[0]));
    return first;
}

/* Says whether another segment would be too much. */
static bool
is_at_limit(const struct wal *self)
{
    uint64_t bytes = (self->segment_count + self->spare_count + 1) *
                     self->settings.segment_bytes;

    return self->settings.bytes_most && bytes > self->settings.bytes_most;
}

static int
make_spare(struct wal *self, uint64_t reuse)
{
    uint64_t number = ++self->highest;

    self->making = true;
    (void)pthread_mutex_unlock(&self->lock);
    int fd = wal_make_spare(self, number, reuse);
    (void)pthread_mutex_lock(&self->lock);
    self->making = false;
    (void)pthread_cond_broadcast(&self->progress);
    if (fd < 0)
        return fd;
    wal_add_spare(self, number, fd);
    self->full = false;
    tell(self, 0, true);
    return 0;
}

static void
drop_file(struct wal *self, uint64_t number)
{
    char path[WAL_PATH_MOST];

    wal_log_path(self->folder, number, path);
    (void)pthread_mutex_unlock(&self->lock);
    (void)file_unlink(self->settings.files, path);
    (void)pthread_mutex_lock(&self->lock);
}

/* Uses the oldest segment again, or drops it. */
static void
recycle(struct wal *self)
{
    struct wal_segment segment = shift_segment(self);

    if (segment.abandoned || self->spare_count == WAL_SPARES ||
        make_spare(self, segment.number) < 0)
        drop_file(self, segment.number);
}

/* Does one thing about files that can wait.  Returns whether it did. */
static bool
tidy(struct wal *self)
{
    if (self->read_only)
        return false;
    if (released(self) > 0) {
        recycle(self);
        return true;
    }
    if (self->spare_count > 0 || self->full)
        return false;
    int rc = is_at_limit(self) ? -ENOSPC : make_spare(self, 0);
    if (rc == 0)
        return true;
    wal_full(self); /* whatever it is, it is looked at again */
    if (rc != -ENOSPC && rc != -EDQUOT)
        wal_fail(self, "cannot make a segment of the log", rc);
    return false;
}

static bool
can_sync(const struct wal *self)
{
    return self->waiting.size > 0 && self->fd >= 0 && !self->read_only &&
           !(self->stuck && self->full);
}

/* Waits for work; a full disk is looked at again after a while. */
static void
wait(struct wal *self)
{
    struct timespec until = {(time_t)(self->probe_at_ns / NS_PER_S),
                             (long)(self->probe_at_ns % NS_PER_S)};

    if (can_sync(self) || self->stopping) /* since files were tidied up */
        return;
    if (!self->full) {
        (void)pthread_cond_wait(&self->work, &self->lock);
        return;
    }
    if (pthread_cond_timedwait(&self->work, &self->lock, &until) == ETIMEDOUT)
        self->full = false;
}

/* When nothing waits, the segment before the last needs no sync. */
static void
close_old(struct wal *self)
{
    if (self->old_fd < 0 || self->waiting.size > 0)
        return;
    self->doomed[self->doomed_count++] = self->old_fd;
    self->old_fd = -1;
}

/* Does what is to be done next, or waits for it. */
static void
turn(struct wal *self)
{
    close_old(self);
    if (close_doomed(self) || tidy(self))
        return;
    if (self->wanted && (!self->full || self->read_only))
        tell(self, 0, true);
    else
        wait(self);
}

void *
wal_thread(void *arg)
{
    struct wal *self = arg;

    (void)pthread_mutex_lock(&self->lock);
    for (;;) {
        while (close_doomed(self))
            ;
        if (can_sync(self))
            sync_waiting(self);
        else if (self->stopping)
            break;
        else
            turn(self);
    }
    (void)pthread_mutex_unlock(&self->lock);
    return NULL;
}
