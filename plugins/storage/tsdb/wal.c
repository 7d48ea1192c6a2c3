/* wal.c - the write-ahead log, as its writer sees it */
#include <config.h>

#include "wal.h"

#include <errno.h>

#include <weir/cleanup.h>

#include "wal_inner.h"

enum {
    SEGMENT_BYTES = 64 << 20,
    UNSYNCED_MOST = 16 << 20,
    MARGIN = 16, /* of a segment one part is left, so that records fit */
};

static struct wal *
wal_new(const struct wal_settings *settings)
{
    struct wal *self = xcalloc(1, sizeof(*self));
    struct wal_settings *own = &self->settings;
    pthread_condattr_t monotonic;

    *own = *settings;
    self->folder = x_or_die(strdup(settings->folder));
    self->quarantine = x_or_die(strdup(settings->quarantine));
    own->folder = self->folder;
    own->quarantine = self->quarantine;
    if (own->segment_bytes == 0)
        own->segment_bytes = SEGMENT_BYTES;
    if (own->unsynced_most == 0)
        own->unsynced_most = UNSYNCED_MOST;
    if (own->unsynced_most > own->segment_bytes - SEGMENT_HEAD)
        own->unsynced_most = own->segment_bytes - SEGMENT_HEAD;
    if (own->probe_ns == 0)
        own->probe_ns = NS_PER_S;
    self->fd = self->old_fd = -1;
    (void)pthread_mutex_init(&self->lock, NULL);
    (void)pthread_condattr_init(&monotonic);
    (void)pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
    (void)pthread_cond_init(&self->work, &monotonic);
    (void)pthread_cond_init(&self->progress, &monotonic);
    (void)pthread_condattr_destroy(&monotonic);
    return self;
}

/* Makes the folder of the log, and its name durable. */
static int
make_folder(struct wal *self)
{
    struct files *files = self->settings.files;
    weir_cleanup(weir_free) char *parent = x_or_die(strdup(self->folder));
    char *slash = strrchr(parent, '/');

    int rc = file_make_folder(files, self->folder);
    if (rc < 0 || !slash || slash == parent)
        return rc;
    *slash = '\0';
    return file_sync_folder(files, parent);
}

/* A full disk does not keep the log from being opened: what is stored can still
 * be asked for. */
static int
make_first_spare(struct wal *self)
{
    if (self->spare_count > 0)
        return 0;
    int fd = wal_make_spare(self, ++self->highest, 0);
    if (fd == -ENOSPC || fd == -EDQUOT) {
        wal_full(self);
        return 0;
    }
    if (fd < 0)
        return fd;
    wal_add_spare(self, self->highest, fd);
    return 0;
}

static int
continue_log(struct wal *self, const struct wal_visitor *visitor,
             struct wal_report *report)
{
    struct wal_log log = {0};
    struct files *files = self->settings.files;

    int rc = wal_log_look(files, self->folder, &log);
    if (rc == 0)
        rc = wal_log_visit(&log, &self->settings, visitor, report);
    if (rc == 0)
        rc = wal_mend(self, &log);
    wal_log_fini(&log);
    self->next_lsn = report->next_lsn;
    self->durable_lsn = report->next_lsn - 1;
    return rc < 0 ? rc : make_first_spare(self);
}

int
wal_open(const struct wal_settings *settings, uint64_t from_lsn,
         const struct wal_visitor *visitor, struct wal_report *ret_report,
         struct wal **ret_wal)
{
    weir_cleanup(wal_destroy) struct wal *self = wal_new(settings);
    struct wal_report report = {.first_lsn = from_lsn};

    if (strlen(self->folder) > WAL_PATH_MOST - 32 ||
        strlen(self->quarantine) > WAL_PATH_MOST - 32)
        return -ENAMETOOLONG;
    int rc = make_folder(self);
    if (rc == 0)
        rc = continue_log(self, visitor, &report);
    if (rc == 0)
        rc = -pthread_create(&self->thread, NULL, wal_thread, self);
    if (rc < 0)
        return rc;
    self->has_thread = true;
    *ret_report = report;
    *ret_wal = weir_take(self);
    return 0;
}

/* Ends with an empty record that knows all others to be durable: without it,
 * damage to the last ones could not be told from a torn tail. */
static void
stop(struct wal *self)
{
    if (wal_settle(self) == 0 && self->fd >= 0) {
        wal_begin(self);
        (void)wal_end(self, 0, NULL);
    }
    (void)pthread_mutex_lock(&self->lock);
    self->stopping = true;
    self->stuck = false; /* it is tried once more */
    (void)pthread_cond_signal(&self->work);
    (void)pthread_mutex_unlock(&self->lock);
    (void)pthread_join(self->thread, NULL);
}

void
wal_destroy(struct wal **wal_p)
{
    struct wal *self = *wal_p;

    if (!self)
        return;
    if (self->has_thread)
        stop(self);
    if (self->fd >= 0)
        (void)file_close(self->settings.files, self->fd);
    if (self->old_fd >= 0)
        (void)file_close(self->settings.files, self->old_fd);
    for (size_t i = 0; i < self->spare_count; i++)
        (void)file_close(self->settings.files, self->spares[i].fd);
    (void)pthread_cond_destroy(&self->progress);
    (void)pthread_cond_destroy(&self->work);
    (void)pthread_mutex_destroy(&self->lock);
    wire_out_fini(&self->draft);
    wire_out_fini(&self->flying);
    wire_out_fini(&self->waiting);
    chain_fini(&self->chain);
    free(self->segments);
    free(self->folder);
    free(self->quarantine);
    free(self);
    *wal_p = NULL;
}

/* A segment should begin with keys, so that it can be read without the one
 * before; so it is begun before the record, as soon as little room is left. */
static void
begin_early(struct wal *self)
{
    uint64_t size = self->settings.segment_bytes;

    (void)pthread_mutex_lock(&self->lock);
    bool late = self->fd < 0 || self->offset > size - size / MARGIN;
    if (late && !self->read_only && wal_rotate(self, false) == 0)
        chain_break(&self->chain);
    (void)pthread_mutex_unlock(&self->lock);
}

void
wal_begin(struct wal *self)
{
    begin_early(self);
    if (self->draft.size > 0) /* its rows were not written */
        chain_break(&self->chain);
    self->draft.size = 0;
    wire_put(&self->draft, &(struct record_head){0},
             sizeof(struct record_head));
}

void
wal_series(struct wal *self, uint32_t number, const struct weir_series *series)
{
    entry_series(&self->draft, number, series);
}

void
wal_group(struct wal *self, uint32_t group, uint32_t from,
          const uint32_t *series, uint32_t count)
{
    if (from == 0)
        chain_forget(&self->chain, group);
    entry_group(&self->draft, group, from, series, count);
}

void
wal_row(struct wal *self, const struct wal_row *row)
{
    entry_row(&self->draft, &self->chain, row);
}

void
wal_loose(struct wal *self, const struct wal_loose *loose)
{
    entry_loose(&self->draft, loose);
}

void
wal_mark(struct wal *self, const uint8_t stream[16], uint64_t sequence)
{
    entry_mark(&self->draft, stream, sequence);
}

void
wal_checkpoint(struct wal *self, uint64_t lsn)
{
    entry_checkpoint(&self->draft, lsn);
}

/* Makes sure that a record of 'size' bytes may be written. */
static int
make_room(struct wal *self, uint64_t size)
{
    uint64_t unsynced = self->flying.size + self->waiting.size;

    if (self->read_only)
        return -EROFS;
    if (self->stuck && self->full)
        return -ENOSPC;
    if (size > self->settings.segment_bytes - SEGMENT_HEAD)
        return -EMSGSIZE;
    if (unsynced > 0 && unsynced + size > self->settings.unsynced_most)
        return -EAGAIN;
    if (self->fd < 0 || self->offset + size > self->settings.segment_bytes)
        return wal_rotate(self, self->fd >= 0);
    return 0;
}

/* The segment may be another one than before. */
static int
write_record(struct wal *self, struct record_head *record)
{
    record_seal(record, self->salt);
    int rc = wal_write_head(self);
    return rc < 0 ? rc
                  : file_write(self->settings.files, self->fd, record,
                               record->size, self->offset);
}

/* A disk that is full after all is no failure: the record is written over what
 * was left of it when there is room. */
static int
write_surely(struct wal *self, struct record_head *record)
{
    int rc = write_record(self, record);

    if (rc == -ENOSPC || rc == -EDQUOT) {
        wal_full(self);
        return -ENOSPC;
    }
    if (rc < 0) {
        wal_fail(self, "cannot write the log", rc);
        wal_recover(self);
        rc = self->read_only ? -EROFS : write_record(self, record);
    }
    if (rc < 0 && !self->read_only)
        wal_fail(self, "cannot write the log", rc);
    return rc < 0 ? -EROFS : 0;
}

static int
append(struct wal *self, uint64_t ticket)
{
    struct record_head *record =
        (struct record_head *)(void *)self->draft.bytes;
    uint64_t behind = self->next_lsn - self->durable_lsn;

    int rc = make_room(self, self->draft.size);
    if (rc < 0)
        return rc;
    record->size = (uint32_t)self->draft.size;
    record->lsn = self->next_lsn;
    record->behind = behind < UINT32_MAX ? (uint32_t)behind : UINT32_MAX;
    if (self->settings.written)
        rc = write_surely(self, record);
    else
        record_seal(record, self->salt);
    if (rc < 0)
        return rc;
    if (self->waiting.size == 0)
        self->waiting_span = (struct wal_span){.at = self->offset};
    self->offset += record->size;
    wire_put(&self->waiting, record, record->size);
    if (ticket)
        self->waiting_ticket = ticket;
    self->next_lsn++;
    self->figures.records++;
    self->figures.bytes += record->size;
    (void)pthread_cond_signal(&self->work);
    return 0;
}

int
wal_end(struct wal *self, uint64_t ticket, uint64_t *ret_lsn)
{
    static const uint8_t zeros[8];

    wire_put(&self->draft, zeros, -self->draft.size % 8);
    (void)pthread_mutex_lock(&self->lock);
    int rc = append(self, ticket);
    uint64_t lsn = self->next_lsn - 1;
    if (rc == -EAGAIN || rc == -ENOSPC) {
        self->wanted = true;
        (void)pthread_cond_signal(&self->work);
    }
    (void)pthread_mutex_unlock(&self->lock);

    self->draft.size = 0;
    if (rc < 0) {
        chain_break(&self->chain);
        return rc;
    }
    if (self->settings.written && ticket && self->settings.durable)
        self->settings.durable(self->settings.arg, ticket);
    if (ret_lsn)
        *ret_lsn = lsn;
    return 0;
}

void
wal_forget(struct wal *self, uint32_t group)
{
    chain_forget(&self->chain, group);
}

uint64_t
wal_next_lsn(const struct wal *self)
{
    return self->next_lsn;
}

void
wal_release(struct wal *self, uint64_t lsn)
{
    (void)pthread_mutex_lock(&self->lock);
    if (self->release_lsn < lsn)
        self->release_lsn = lsn;
    (void)pthread_cond_signal(&self->work);
    (void)pthread_mutex_unlock(&self->lock);
}

int
wal_settle(struct wal *self)
{
    (void)pthread_mutex_lock(&self->lock);
    while (!self->read_only && !(self->stuck && self->full) &&
           (self->waiting.size || self->flying.size || self->telling))
        (void)pthread_cond_wait(&self->progress, &self->lock);
    int rc = 0;
    if (self->waiting.size || self->flying.size)
        rc = self->read_only ? -EROFS : -ENOSPC;
    (void)pthread_mutex_unlock(&self->lock);
    return rc;
}

void
wal_figures(struct wal *self, struct wal_figures *ret_figures)
{
    (void)pthread_mutex_lock(&self->lock);
    *ret_figures = self->figures;
    ret_figures->durable_lsn = self->durable_lsn;
    ret_figures->segments = (uint32_t)self->segment_count;
    ret_figures->spares = (uint32_t)self->spare_count;
    ret_figures->read_only = self->read_only;
    ret_figures->full = self->full;
    (void)pthread_mutex_unlock(&self->lock);
}
