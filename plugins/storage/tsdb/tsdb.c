/* tsdb.c - storage: an embedded time-series database in a folder
 *
 * Where to read on: home.c holds the folder, intake.c takes batches in, wal.c
 * writes them down, head.c keeps them readable, flush.c moves them into parts,
 * compact.c merges these, meta.c knows which of them count, answer.c answers
 * selects, and recover.c brings back what was there.
 */
#include <config.h>

#include "tsdb.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include "base.h"
#include "cap.h"
#include "clock.h"
#include "export.h"
#include "import.h"
#include "staging.h"
#include "transfer.h"
#include "verify.h"

static const struct weir_option options[] = {
    WEIR_PATH(struct tsdb, path, "tsdb", "Folder of the store."),
    WEIR_DURATION(struct tsdb, retention, "30d",
                  "Samples older than this go; 0 keeps them for ever."),
    WEIR_SIZE(struct tsdb, size, "0",
              "Most bytes of all files; the oldest samples go first. 0: no "
              "limit."),
    WEIR_DURATION(struct tsdb, future, "1d",
                  "Samples further ahead than this are refused; 0 takes all."),
    WEIR_CHOICE(struct tsdb, sync, "durable", "durable written",
                "Acknowledge what the disk has, or what is written to it."),
    WEIR_INTEGER(struct tsdb, series, "1000000", 0, 100000000,
                 "Most series to keep; what is new above is refused."),
    WEIR_INTEGER(struct tsdb, source_series, "500000", 0, 100000000,
                 "Most series with one value of the label instance."),
    WEIR_INTEGER(struct tsdb, name_series, "500000", 0, 100000000,
                 "Most series of one metric name."),
    WEIR_INTEGER(struct tsdb, series_rate, "20000", 0, 100000000,
                 "Most new series a second; a minute's worth may come at "
                 "once."),
    WEIR_DURATION(struct tsdb, flush_interval, "5m",
                  "How often samples move from memory into a part."),
    WEIR_SIZE(struct tsdb, flush_size, "256M",
              "Bytes of log after which they move at once."),
    WEIR_SIZE(struct tsdb, compact_rate, "32M",
              "Bytes a second read and written to merge parts; 0: no limit."),
    {0},
};

/* A test puts others here. */
#ifndef TSDB_FILES
#define TSDB_FILES files_real()
#endif

/* Between a flush that failed and the next. */
static const int64_t retry_ns = 10 * NS_PER_S;

static const struct weir_metric told[] = {
    {"weir_storage_series", WEIR_GAUGE, "", "Series that are kept."},
    {"weir_storage_left_series_total", WEIR_COUNTER, "",
     "Series that left since they had no samples any more."},
    {"weir_storage_head_samples", WEIR_GAUGE, "",
     "Samples in memory and in the log that are in no part yet."},
    {"weir_storage_refused_samples_total", WEIR_COUNTER, "",
     "Samples that a limit refused, or that are too old or in the future."},
    {"weir_storage_refused_old_samples_total", WEIR_COUNTER, "",
     "Samples among these that were older than the retention."},
    {"weir_storage_refused_early_samples_total", WEIR_COUNTER, "",
     "Samples among these that were too far ahead."},
    {"weir_storage_refused_series_samples_total", WEIR_COUNTER, "",
     "Samples among these of new series above the limit of all."},
    {"weir_storage_refused_source_samples_total", WEIR_COUNTER, "",
     "Samples among these of new series above the limit of a source."},
    {"weir_storage_refused_name_samples_total", WEIR_COUNTER, "",
     "Samples among these of new series above the limit of a name."},
    {"weir_storage_refused_rate_samples_total", WEIR_COUNTER, "",
     "Samples among these of series that came too fast."},
    {"weir_storage_dropped_samples_total", WEIR_COUNTER, "",
     "Samples that went because the files had reached their size."},
    {"weir_storage_parts", WEIR_GAUGE, "", "Part files that count."},
    {"weir_storage_log_bytes_total", WEIR_COUNTER, "bytes",
     "Bytes written to the log."},
    {"weir_storage_log_syncs_total", WEIR_COUNTER, "",
     "Times that the log was made durable."},
    {"weir_storage_failures_total", WEIR_COUNTER, "",
     "Times that a file could not be written or made durable."},
    {"weir_storage_read_only", WEIR_GAUGE, "",
     "1 when the log failed twice and nothing is taken any more."},
    {"weir_storage_compactions_total", WEIR_COUNTER, "",
     "Times that parts were merged."},
    {"weir_storage_compaction_read_bytes_total", WEIR_COUNTER, "bytes",
     "Bytes of the parts that were merged."},
    {"weir_storage_compaction_written_bytes_total", WEIR_COUNTER, "bytes",
     "Bytes of the parts that became of them."},
    {"weir_storage_compaction_failures_total", WEIR_COUNTER, "",
     "Times that merging failed; it is tried again."},
    {"weir_storage_damaged_parts", WEIR_GAUGE, "",
     "Part files that could not be read at start."},
    {"weir_storage_lost_records", WEIR_GAUGE, "",
     "Records of the log that were damaged at start."},
    {"weir_storage_rebuilt_parts", WEIR_GAUGE, "",
     "Part files from which the manifest was made again at start."},
    {"weir_storage_quarantined_files", WEIR_GAUGE, "",
     "Damaged files that were set aside."},
    {"weir_storage_quarantined_bytes", WEIR_GAUGE, "bytes",
     "Bytes of the damaged files that were set aside."},
    {"weir_storage_quarantine_dropped_total", WEIR_COUNTER, "",
     "Damaged files that went since there were too many."},
};

static void
tell(struct tsdb *self, const struct wal_figures *log)
{
    struct head *head = &self->head;

    (void)pthread_rwlock_rdlock(&head->lock);
    const double values[] = {
        head->known,
        (double)self->leave.left,
        (double)(head->samples + head->frozen_samples),
        (double)self->refused,
        (double)self->too_old,
        (double)self->too_early,
        (double)self->limits.refused[LIMIT_SERIES],
        (double)self->limits.refused[LIMIT_SOURCE],
        (double)self->limits.refused[LIMIT_NAME],
        (double)self->limits.refused[LIMIT_RATE],
        (double)self->dropped_samples,
        self->parts->count,
        (double)log->bytes,
        (double)log->syncs,
        (double)self->failures,
        self->read_only,
        (double)self->compact.runs,
        (double)self->compact.read_bytes,
        (double)self->compact.written_bytes,
        (double)self->compact.failures,
        (double)self->damaged_parts,
        (double)self->lost_records,
        (double)self->rebuilt_parts,
        (double)self->quarantine.files,
        (double)self->quarantine.bytes,
        (double)self->quarantine.dropped,
    };
    (void)pthread_rwlock_unlock(&head->lock);

    for (size_t i = 0; i < WEIR_COUNT(told); i++)
        weir_tell(self, &told[i], values[i]);
}

int64_t
tsdb_oldest_ns(const struct tsdb *self)
{
    return self->retention.ns ? clock_wall_ns() - self->retention.ns : 0;
}

static int
open_home(struct tsdb *self)
{
    int rc = home_init(&self->home, TSDB_FILES, self->path);

    if (rc == -EBUSY)
        return weir_fail(self, rc, "another process has %s open", self->path);
    if (rc == -ENOTSUP)
        return weir_fail(self, rc,
                         "%s has format %u, which a newer weir wrote; this "
                         "one knows formats up to %d",
                         self->path, self->home.format, HOME_FORMAT);
    if (rc == -EBADMSG)
        return weir_fail(self, rc,
                         "%s/FORMAT is not that of a store; weir verify says "
                         "what to do",
                         self->path);
    if (rc < 0)
        return weir_fail(self, rc, "cannot open the folder %s: %s", self->path,
                         strerror(-rc));
    return 0;
}

static bool
is_flush_due(const struct tsdb *self, const struct wal_figures *log)
{
    int64_t age_ns = clock_now_ns() - self->flush.began_ns;

    if (self->flush.rc < 0)
        return age_ns >= retry_ns;
    if (log->full && self->head.samples) /* a flush makes room in the log */
        return true;
    if (self->size.bytes && log->bytes - self->flushed_bytes >=
                                cap_log(self->size.bytes).flush_bytes)
        return true;
    if (self->flush_size.bytes &&
        log->bytes - self->flushed_bytes >= self->flush_size.bytes)
        return true;
    return self->flush_interval.ns && age_ns >= self->flush_interval.ns;
}

static void
end_flush(struct tsdb *self)
{
    int rc = flush_end(&self->flush);

    if (rc == 0)
        return;
    atomic_fetch_add(&self->failures, 1);
    weir_warn(self, "cannot move samples into parts: %s; trying again",
              strerror(-rc));
}

static void
tell_dropped(struct tsdb *self)
{
    uint64_t dropped = atomic_load(&self->dropped_parts);

    if (dropped == self->told_dropped)
        return;
    weir_warn(self,
              "%s has reached its size: %" PRIu64
              " of the oldest parts have gone",
              self->path, dropped - self->told_dropped);
    self->told_dropped = dropped;
}

/* Ends what has finished; what failed goes on with what it has. */
static void
end_threads(struct tsdb *self)
{
    if (self->flush.running && atomic_load(&self->flush.done))
        end_flush(self);
    if (self->compact.running && atomic_load(&self->compact.done) &&
        compact_end(&self->compact) < 0)
        weir_warn(self, "cannot merge parts in %s: %s; trying again",
                  self->path, strerror(-self->compact.rc));
    tell_dropped(self);
}

static struct wal_figures
tell_all(struct tsdb *self)
{
    struct wal_figures log;

    wal_figures(self->wal, &log);
    tell(self, &log);
    return log;
}

static void
tick(void *instance, void *arg)
{
    struct tsdb *self = instance;

    (void)arg;
    end_threads(self);
    (void)compact_start(&self->compact);
    if (!self->adopting)
        leave_tick(self);
    struct wal_figures log = tell_all(self);
    if (self->flush.running || !is_flush_due(self, &log))
        return;
    self->flushed_bytes = log.bytes;
    flush_start(&self->flush);
}

static int
tsdb_check(void *instance)
{
    const struct tsdb *self = instance;

    if (self->size.bytes && self->size.bytes < CAP_LEAST)
        return weir_fail(instance, -EINVAL,
                         "size is less than %d MiB, of which little would be "
                         "left for samples",
                         CAP_LEAST >> 20);
    return 0;
}

/* An import was cut short: nothing of it counts. */
static void
remove_import(const struct tsdb *self)
{
    weir_cleanup(weir_free) char *folder =
        home_path(&self->home, TSDB_IMPORT_FOLDER);

    staging_remove(self->home.files, folder);
}

static int
tsdb_open(void *instance)
{
    struct tsdb *self = instance;

    head_init(&self->head);
    manifest_init(&self->manifest);
    compact_init(&self->compact, self);
    self->is_open = true;
    int rc = open_home(self);
    if (rc == 0)
        rc = tsdb_recover(self);
    if (rc < 0)
        return rc;
    remove_import(self);
    rc = transfer_open(self, &self->transfer);
    if (rc < 0)
        return rc;
    (void)tell_all(self);
    return weir_timer(self, NS_PER_S, NS_PER_S, tick, NULL);
}

static void
tsdb_close(void *instance)
{
    struct tsdb *self = instance;

    if (!self->is_open)
        return;
    self->is_open = false;
    transfer_destroy(&self->transfer);
    compact_fini(&self->compact);
    flush_fini(&self->flush);
    leave_fini(self);
    wal_destroy(&self->wal);
    meta_destroy(&self->meta);
    parts_leave(&self->parts);
    manifest_fini(&self->manifest);
    head_fini(&self->head);
    marks_fini(&self->marks);
    tsdb_intake_fini(self);
    home_fini(&self->home);
}

/* What was written is not durable yet; whoever asks waits until it is. */
static int
tsdb_last(void *instance, const uint8_t stream[16], uint64_t *ret_sequence)
{
    struct tsdb *self = instance;
    const struct mark *mark = marks_find(&self->marks, stream);

    if (!mark)
        return -ENOENT;
    int rc = self->sync == TSDB_DURABLE ? wal_settle(self->wal) : 0;
    if (rc < 0)
        return rc;
    *ret_sequence = mark->sequence;
    return 0;
}

static int
tsdb_select(void *instance, const struct weir_select *what,
            struct weir_sink *sink)
{
    return tsdb_answer(instance, what, sink);
}

static const struct weir_command commands[] = {
    {"verify", "say whether a store is damaged: [--full] PATH", verify_command},
    {"import", "put files of samples into a store: FILE...", import_command},
    {"export", "write a store's samples as text: [--match SELECTOR]...",
     export_command},
    {0},
};

WEIR_STORAGE(tsdb) = {
    .help = "Keeps samples in a folder: an embedded time-series database.",
    .instance_size = sizeof(struct tsdb),
    .options = options,
    .commands = commands,
    .check = tsdb_check,
    .open = tsdb_open,
    .close = tsdb_close,
    .resolve = tsdb_resolve,
    .forget = tsdb_forget,
    .append = tsdb_append,
    .last = tsdb_last,
    .select = tsdb_select,
    .is_prompt = true,
    .can_slice = true,
};

const struct weir_head *
tsdb_head(void)
{
    return &tsdb_LTX_weir_plugin;
}
