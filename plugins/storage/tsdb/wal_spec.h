/* wal_spec.h - a log under test, and a ledger of what it acknowledged
 *
 * The batch of number k has a content that follows from k, so that what is
 * replayed can be judged by itself.
 */
#ifndef TSDB_WAL_SPEC_H
#define TSDB_WAL_SPEC_H

#include <errno.h>
#include <pthread.h>

#include <weir/cleanup.h>

#include "../../../tests/unit/folder.h"
#include "file_fault.h"
#include "file_record.h"
#include "wal.h"
#include "wal_log.h"

enum {
    SEGMENT = 16384, /* bytes, so that a few batches fill one */
    WIDTH = 70,      /* columns of a row */
    GROUPS = 3,
    BATCHES_MOST = 4096,
};

static const uint8_t stream[16] = "a stream of bats";

struct ledger {
    struct folder *folder;
    char path[64];       /* of the log */
    char quarantine[64]; /* of what is damaged */
    struct wal *wal;
    struct wal_report report;
    struct file_record *record; /* or NULL */
    uint64_t sent;              /* batches */
    bool written;

    pthread_mutex_t lock; /* of what follows */
    pthread_cond_t changed;
    uint64_t durable; /* the last acknowledged */
    bool in_order, has_room, read_only;
    unsigned alarms;
    size_t acked_at[BATCHES_MOST]; /* changes recorded when k was told */

    /* By the replay. */
    uint64_t seen; /* batches, from 1 on without a gap */
    uint64_t last_lsn;
    uint64_t rows, loose, series, groups;
    bool right; /* each is as it was sent */
};

static inline void
ledger_durable(void *arg, uint64_t number)
{
    struct ledger *self = arg;

    (void)pthread_mutex_lock(&self->lock);
    self->in_order &= number > self->durable;
    for (uint64_t k = self->durable + 1; k <= number && self->record; k++)
        self->acked_at[k] = file_record_count(self->record);
    self->durable = number;
    (void)pthread_cond_broadcast(&self->changed);
    (void)pthread_mutex_unlock(&self->lock);
}

static inline void
ledger_room(void *arg)
{
    struct ledger *self = arg;

    (void)pthread_mutex_lock(&self->lock);
    self->has_room = true;
    (void)pthread_cond_broadcast(&self->changed);
    (void)pthread_mutex_unlock(&self->lock);
}

static inline void
ledger_alarm(void *arg, const char *what, int rc, bool read_only)
{
    struct ledger *self = arg;

    (void)what;
    (void)rc;
    (void)pthread_mutex_lock(&self->lock);
    self->alarms++;
    self->read_only |= read_only;
    (void)pthread_mutex_unlock(&self->lock);
}

/* What batch k says ---------------------------------------------------------
 */

static inline double
value_of(uint64_t k, uint32_t column)
{
    static const uint64_t odd[] = {
        WEIR_STALE_BITS, UINT64_C(0x7ff8000000000001),
        UINT64_C(0x8000000000000000), UINT64_C(0xfff0000000000000)};
    double value = (double)(column % 4 == 0 ? column : k * 7 + column) / 8;

    if ((k + column) % 37 == 0)
        memcpy(&value, &odd[(k + column) / 37 % 4], sizeof(value));
    return value;
}

/* The layout of each group grows once. */
static inline uint32_t
width_of(uint64_t k)
{
    return k / GROUPS < 5 ? WIDTH - 20 : WIDTH;
}

static inline bool
is_present(uint64_t k, uint32_t column)
{
    return k % 7 < 4 || column % 5 != k % 2;
}

static inline void
put_row(struct wal *wal, uint64_t k)
{
    double values[WIDTH];
    uint64_t present[(WIDTH + 63) / 64] = {0};

    for (uint32_t i = 0; i < width_of(k); i++) {
        values[i] = is_present(k, i) ? value_of(k, i) : 0;
        present[i / 64] |= (uint64_t)is_present(k, i) << i % 64;
    }
    wal_row(wal, &(struct wal_row){.group = (uint32_t)(k % GROUPS),
                                   .width = width_of(k),
                                   .time_ns = (int64_t)k * 1000000007,
                                   .values = values,
                                   .present = k % 7 < 4 ? NULL : present});
}

static inline void
put_loose(struct wal *wal, uint64_t k)
{
    uint32_t series[] = {(uint32_t)k, 7, UINT32_MAX};
    int64_t times_ns[] = {(int64_t)k, INT64_MIN, INT64_MAX};
    double values[] = {value_of(k, 0), value_of(k, 1), value_of(k, 2)};

    wal_loose(wal, &(struct wal_loose){3, series, times_ns, values});
}

static const struct weir_metric spec_metric = {"m_total", WEIR_COUNTER, "bytes",
                                               "What it is."};
static const struct weir_label spec_labels[] = {{"a", "1"}, {"b", ""}, {0}};
static const struct weir_series spec_series = {&spec_metric, "_sum",
                                               spec_labels};

static inline void
put_batch(struct wal *wal, uint64_t k)
{
    wal_begin(wal);
    if (k <= GROUPS) {
        uint32_t numbers[] = {1, 2, (uint32_t)k};
        wal_series(wal, (uint32_t)k, &spec_series);
        wal_group(wal, (uint32_t)(k % GROUPS), 0, numbers, 3);
    }
    put_row(wal, k);
    if (k % 10 == 0)
        put_loose(wal, k);
    wal_mark(wal, stream, k);
}

/* What a replay hears of it -------------------------------------------------
 */

static inline int
hear_record(void *arg, uint64_t lsn)
{
    struct ledger *self = arg;

    self->right &= lsn > self->last_lsn;
    self->last_lsn = lsn;
    return 0;
}

static inline int
hear_series(void *arg, uint32_t number, const struct weir_series *series)
{
    struct ledger *self = arg;

    self->series++;
    self->right &= number <= GROUPS && strcmp(series->suffix, "_sum") == 0 &&
                   series->metric->type == WEIR_COUNTER &&
                   strcmp(series->metric->name, "m_total") == 0 &&
                   strcmp(series->metric->unit, "bytes") == 0 &&
                   strcmp(series->metric->help, "What it is.") == 0 &&
                   strcmp(series->labels[0].value, "1") == 0 &&
                   strcmp(series->labels[1].name, "b") == 0 &&
                   !series->labels[2].name;
    return 0;
}

static inline int
hear_group(void *arg, uint32_t group, uint32_t from, const uint32_t *series,
           uint32_t count)
{
    struct ledger *self = arg;

    self->groups++;
    self->right &= group < GROUPS && from == 0 && count == 3 &&
                   series[1] == 2 && series[2] % GROUPS == group;
    return 0;
}

/* NaNs differ by their bits. */
static inline uint64_t
bits_of(double value)
{
    uint64_t bits = 0;

    memcpy(&bits, &value, sizeof(bits));
    return bits;
}

static inline int
hear_row(void *arg, const struct wal_row *row)
{
    struct ledger *self = arg;
    uint64_t k = (uint64_t)row->time_ns / 1000000007;
    bool right = row->group == k % GROUPS && row->width == width_of(k);

    for (uint32_t i = 0; i < row->width && right; i++) {
        bool present = !row->present || row->present[i / 64] >> i % 64 & 1;
        double value = value_of(k, i);
        right = present == is_present(k, i) &&
                (!present || bits_of(row->values[i]) == bits_of(value));
    }
    self->right &= right;
    self->rows++;
    return 0;
}

static inline int
hear_loose(void *arg, const struct wal_loose *loose)
{
    struct ledger *self = arg;
    uint64_t k = loose->series[0];
    double value = value_of(k, 2);

    self->loose++;
    self->right &= loose->count == 3 && loose->series[2] == UINT32_MAX &&
                   loose->times_ns[0] == (int64_t)k &&
                   loose->times_ns[1] == INT64_MIN &&
                   loose->times_ns[2] == INT64_MAX &&
                   bits_of(loose->values[2]) == bits_of(value);
    return 0;
}

static inline int
hear_mark(void *arg, const uint8_t heard[16], uint64_t sequence)
{
    struct ledger *self = arg;

    self->right &= memcmp(heard, stream, sizeof(stream)) == 0;
    if (sequence == self->seen + 1)
        self->seen = sequence;
    return 0;
}

static const struct wal_visitor spec_visitor = {
    .record = hear_record,
    .series = hear_series,
    .group = hear_group,
    .row = hear_row,
    .loose = hear_loose,
    .mark = hear_mark,
};

/* The ledger ----------------------------------------------------------------
 */

static inline struct ledger *
ledger_new(void)
{
    struct ledger *self = calloc(1, sizeof(*self));

    ck_assert_ptr_nonnull(self);
    self->folder = folder_new();
    (void)snprintf(self->path, sizeof(self->path), "%s/live/wal",
                   self->folder->path);
    (void)snprintf(self->quarantine, sizeof(self->quarantine),
                   "%s/live/quarantine", self->folder->path);
    folder_make(self->folder, "live");
    (void)pthread_mutex_init(&self->lock, NULL);
    (void)pthread_cond_init(&self->changed, NULL);
    self->in_order = true;
    self->right = true;
    return self;
}

static inline void
ledger_destroy(struct ledger **self_p)
{
    struct ledger *self = *self_p;

    if (!self)
        return;
    wal_destroy(&self->wal);
    file_record_destroy(&self->record);
    folder_destroy(&self->folder);
    (void)pthread_cond_destroy(&self->changed);
    (void)pthread_mutex_destroy(&self->lock);
    free(self);
    *self_p = NULL;
}

static inline void
ledger_forget_replay(struct ledger *self)
{
    self->seen = self->last_lsn = 0;
    self->rows = self->loose = self->series = self->groups = 0;
    self->right = true;
}

static inline struct wal_settings
ledger_settings(struct ledger *self, struct files *files)
{
    return (struct wal_settings){.files = files,
                                 .folder = self->path,
                                 .quarantine = self->quarantine,
                                 .segment_bytes = SEGMENT,
                                 .probe_ns = 1000000,
                                 .written = self->written,
                                 .arg = self,
                                 .durable = ledger_durable,
                                 .room = ledger_room,
                                 .alarm = ledger_alarm};
}

/* Opens the log, after a replay. */
static inline int
ledger_open(struct ledger *self, struct files *files)
{
    struct wal_settings settings = ledger_settings(self, files);

    ledger_forget_replay(self);
    return wal_open(&settings, 1, &spec_visitor, &self->report, &self->wal);
}

static inline void
ledger_wait_for_room(struct ledger *self)
{
    (void)pthread_mutex_lock(&self->lock);
    while (!self->has_room)
        (void)pthread_cond_wait(&self->changed, &self->lock);
    self->has_room = false;
    (void)pthread_mutex_unlock(&self->lock);
}

/* Sends the next batch, waiting when it must.  Returns 0 or -EROFS. */
static inline int
ledger_send(struct ledger *self)
{
    uint64_t k = self->sent + 1;

    ck_assert_uint_lt(k, BATCHES_MOST);
    for (;;) {
        put_batch(self->wal, k);
        int rc = wal_end(self->wal, k, NULL);
        if (rc == 0)
            self->sent = k;
        if (rc != -EAGAIN && rc != -ENOSPC)
            return rc;
        ledger_wait_for_room(self);
    }
}

static inline void
ledger_send_many(struct ledger *self, unsigned count)
{
    for (unsigned i = 0; i < count; i++)
        ck_assert_int_eq(ledger_send(self), 0);
}

/* Replays what is in the folder, from a record on. */
static inline void
ledger_replay_from(struct ledger *self, uint64_t from_lsn)
{
    struct wal_settings settings = ledger_settings(self, files_real());

    ck_assert_int_eq(
        wal_replay(&settings, from_lsn, &spec_visitor, &self->report), 0);
}

static inline void
ledger_replay(struct ledger *self)
{
    ledger_forget_replay(self);
    ledger_replay_from(self, 1);
}

#endif /* TSDB_WAL_SPEC_H */
