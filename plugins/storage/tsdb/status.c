/* status.c - what storage tsdb says of itself */
#include <config.h>

#include <stdio.h>

#include "tsdb.h"

int
tsdb_status(struct tsdb *tsdb, struct weir_sink *sink)
{
    struct wal_figures log;

    wal_figures(tsdb->wal, &log);
    (void)pthread_rwlock_rdlock(&tsdb->head.lock);
    const struct {
        const char *name;
        uint64_t value;
    } status[] = {
        {"series", tsdb->head.known},
        {"left_series", tsdb->leave.left},
        {"head_samples", tsdb->head.samples + tsdb->head.frozen_samples},
        {"refused_samples", tsdb->refused},
        {"refused_old_samples", tsdb->too_old},
        {"refused_early_samples", tsdb->too_early},
        {"refused_series_samples", tsdb->limits.refused[LIMIT_SERIES]},
        {"refused_source_samples", tsdb->limits.refused[LIMIT_SOURCE]},
        {"refused_name_samples", tsdb->limits.refused[LIMIT_NAME]},
        {"refused_rate_samples", tsdb->limits.refused[LIMIT_RATE]},
        {"dropped_samples", tsdb->dropped_samples},
        {"parts", tsdb->parts->count},
        {"damaged_parts", tsdb->damaged_parts},
        {"rebuilt_parts", tsdb->rebuilt_parts},
        {"quarantined_files", tsdb->quarantine.files},
        {"lost_records", tsdb->lost_records},
        {"log_records", log.records},
        {"log_bytes", log.bytes},
        {"log_syncs", log.syncs},
        {"compactions", tsdb->compact.runs},
        {"compaction_read_bytes", tsdb->compact.read_bytes},
        {"compaction_written_bytes", tsdb->compact.written_bytes},
        {"compaction_failures", tsdb->compact.failures},
        {"failures", tsdb->failures},
        {"read_only", tsdb->read_only},
    };
    (void)pthread_rwlock_unlock(&tsdb->head.lock);

    int rc = 0;
    for (size_t i = 0; rc == 0 && i < WEIR_COUNT(status); i++) {
        char text[64];
        (void)snprintf(text, sizeof(text), "%s=%llu", status[i].name,
                       (unsigned long long)status[i].value);
        rc = weir_sink_text(sink, text);
    }
    return rc;
}
