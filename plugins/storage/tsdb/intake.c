/* intake.c - takes batches in: into the log first, then into the head
 *
 * What the log must know of series and layouts goes into the record that is the
 * first to need it; when that could not be written, into the next.
 */
#include <config.h>

#include <errno.h>
#include <string.h>

#include "base.h"
#include "clock.h"
#include "columns.h"
#include "tsdb.h"

/* One batch on its way. */
struct intake {
    struct tsdb *tsdb;
    const char *peer;
    int64_t oldest_ns, newest_ns; /* what is taken, both inclusive */
    int refused;                  /* samples */
    uint64_t too_old, too_early;  /* of these */
};

void
tsdb_intake_fini(struct tsdb *self)
{
    free(self->fresh);
    free(self->free_groups);
    free(self->loose.numbers);
    free(self->loose.times_ns);
    free(self->loose.values);
    self->fresh = self->free_groups = NULL;
    self->fresh_count = self->fresh_room = 0;
    self->free_count = self->free_room = 0;
    self->loose = (struct tsdb_loose){0};
}

/* Series ------------------------------------------------------------------- */

void
tsdb_note_fresh(struct tsdb *self, uint32_t number)
{
    if (self->fresh_count == self->fresh_room) {
        self->fresh_room = self->fresh_room ? 2 * self->fresh_room : 64;
        self->fresh =
            xrealloc(self->fresh, self->fresh_room, sizeof(*self->fresh));
    }
    self->fresh[self->fresh_count++] = number;
}

/* Returns the series' number, or 0 when a limit refuses it. */
static uint32_t
take_series(struct intake *intake, const struct weir_series *series)
{
    struct tsdb *self = intake->tsdb;
    uint32_t number = head_find(&self->head, series);

    if (number)
        return number;
    enum limit limit = limits_check(self, series);
    if (limit != LIMITS) {
        limits_refuse(self, limit, series, intake->peer);
        return 0;
    }
    (void)pthread_rwlock_wrlock(&self->head.lock);
    number = head_take_in(&self->head, series, 0);
    (void)pthread_rwlock_unlock(&self->head.lock);
    tsdb_note_fresh(self, number);
    return number;
}

static bool
is_stale(double value)
{
    uint64_t bits = 0;

    memcpy(&bits, &value, sizeof(bits));
    return bits == WEIR_STALE_BITS;
}

/* Returns the number of the column's series, which is taken in with its first
 * value: the end of one that is not here needs no note. */
static uint32_t
take_column(struct intake *self, const struct weir_layout *layout,
            struct columns *columns, uint32_t column, double value)
{
    uint32_t number = columns->group->numbers[column];

    if (number || is_stale(value))
        return number;
    number = take_series(self, &layout->series[column]);
    self->refused += !number;
    if (!number)
        return 0;
    columns->group->numbers[column] = number;
    columns->unknown[column / 64] &= ~(UINT64_C(1) << column % 64);
    if (column < columns->logged)
        columns->logged = 0;
    return number;
}

static bool
is_timely(const struct intake *self, int64_t time_ns)
{
    return time_ns >= self->oldest_ns && time_ns <= self->newest_ns;
}

static const uint64_t *
present_of(const struct weir_rows *rows, uint32_t row)
{
    size_t words = (rows->width + 63) / 64;

    return rows->present ? rows->present + row * words : NULL;
}

/* The present columns of a word. */
static uint64_t
columns_of(const struct weir_rows *rows, uint32_t row, uint32_t word)
{
    uint32_t rest = rows->width - word * 64;
    uint64_t all = rest < 64 ? (UINT64_C(1) << rest) - 1 : UINT64_MAX;

    return rows->present ? present_of(rows, row)[word] & all : all;
}

static void
refuse_times(struct intake *self, int64_t time_ns, uint64_t count)
{
    self->refused += (int)count;
    if (time_ns < self->oldest_ns)
        self->too_old += count;
    else
        self->too_early += count;
}

static void
take_row(struct intake *self, const struct weir_rows *rows, uint32_t row)
{
    const double *values = rows->values + (size_t)row * rows->width;
    struct columns *columns = rows->resolved;
    bool timely = is_timely(self, rows->times_ns[row]);

    for (uint32_t word = 0; word * 64 < rows->width; word++) {
        uint64_t present = columns_of(rows, row, word);
        if (!timely)
            refuse_times(self, rows->times_ns[row],
                         (unsigned)__builtin_popcountll(present));
        present &= timely ? columns->unknown[word] : 0;
        for (; present; present &= present - 1) {
            uint32_t column = word * 64 + (uint32_t)__builtin_ctzll(present);
            (void)take_column(self, rows->layout, columns, column,
                              values[column]);
        }
    }
}

static void
add_loose(struct tsdb_loose *self, uint32_t number, int64_t time_ns,
          double value)
{
    if (self->count == self->room) {
        self->room = self->room ? 2 * self->room : 64;
        self->numbers =
            xrealloc(self->numbers, self->room, sizeof(*self->numbers));
        self->times_ns =
            xrealloc(self->times_ns, self->room, sizeof(*self->times_ns));
        self->values =
            xrealloc(self->values, self->room, sizeof(*self->values));
    }
    self->numbers[self->count] = number;
    self->times_ns[self->count] = time_ns;
    self->values[self->count++] = value;
}

static void
take_loose(struct intake *self, const struct weir_loose *loose)
{
    for (uint32_t i = 0; i < loose->count; i++) {
        if (!is_timely(self, loose->times_ns[i])) {
            refuse_times(self, loose->times_ns[i], 1);
            continue;
        }
        uint32_t number = take_column(self, loose->layout, loose->resolved,
                                      loose->index[i], loose->values[i]);
        if (number)
            add_loose(&self->tsdb->loose, number, loose->times_ns[i],
                      loose->values[i]);
    }
}

static void
take_all(struct intake *self, const struct weir_batch *in)
{
    size_t rows_count = 0, loose_count = 0;
    const struct weir_rows *rows = weir_batch_rows(in, &rows_count);
    const struct weir_loose *loose = weir_batch_loose(in, &loose_count);

    self->tsdb->loose.count = 0;
    for (size_t i = 0; i < rows_count; i++)
        leave_follow(self->tsdb, rows[i].resolved);
    for (size_t i = 0; i < loose_count; i++)
        leave_follow(self->tsdb, loose[i].resolved);
    for (size_t i = 0; i < rows_count; i++)
        for (uint32_t row = 0; row < rows[i].count; row++)
            take_row(self, &rows[i], row);
    for (size_t i = 0; i < loose_count; i++)
        take_loose(self, &loose[i]);
}

/* The log ------------------------------------------------------------------ */

static void
log_row(struct intake *self, const struct weir_rows *rows, uint32_t row)
{
    const struct columns *columns = rows->resolved;
    const struct wal_row entry = {
        .group = columns->group->number,
        .width = rows->width,
        .time_ns = rows->times_ns[row],
        .values = rows->values + (size_t)row * rows->width,
        .present = present_of(rows, row),
    };

    wal_row(self->tsdb->wal, &entry);
}

static void
log_rows(struct intake *self, const struct weir_rows *rows)
{
    for (uint32_t row = 0; row < rows->count; row++) {
        if (!is_timely(self, rows->times_ns[row]))
            continue;
        columns_log(self->tsdb, rows->resolved, rows->width);
        log_row(self, rows, row);
    }
}

static void
log_loose(struct tsdb *self)
{
    const struct wal_loose entry = {self->loose.count, self->loose.numbers,
                                    self->loose.times_ns, self->loose.values};

    if (entry.count)
        wal_loose(self->wal, &entry);
}

/* In a record, what is new stands before what needs it. */
static void
log_all(struct intake *self, const struct weir_batch *in)
{
    size_t count = 0;
    const struct weir_rows *rows = weir_batch_rows(in, &count);
    struct tsdb *tsdb = self->tsdb;

    for (size_t i = 0; i < tsdb->fresh_count; i++)
        wal_series(tsdb->wal, tsdb->fresh[i],
                   &head_at(&tsdb->head, tsdb->fresh[i])->series);
    for (size_t i = 0; i < count; i++)
        log_rows(self, &rows[i]);
    log_loose(tsdb);
}

/* The record was not written: the log knows nothing of its groups. */
static void
forget_logged(const struct weir_batch *in)
{
    size_t count = 0;
    const struct weir_rows *rows = weir_batch_rows(in, &count);

    for (size_t i = 0; i < count; i++)
        ((struct columns *)rows[i].resolved)->logged = 0;
}

/* The head ----------------------------------------------------------------- */

static void
put_row(struct intake *self, const struct weir_rows *rows, uint32_t row)
{
    struct columns *columns = rows->resolved;
    const struct group_row entry = {
        .width = rows->width,
        .time_ns = rows->times_ns[row],
        .values = rows->values + (size_t)row * rows->width,
        .present = present_of(rows, row),
    };

    if (is_timely(self, entry.time_ns))
        group_put(&self->tsdb->head, columns->group, &entry);
}

static void
put_all(struct intake *self, const struct weir_batch *in)
{
    size_t count = 0;
    const struct weir_rows *rows = weir_batch_rows(in, &count);
    const struct tsdb_loose *loose = &self->tsdb->loose;
    struct head *head = &self->tsdb->head;

    (void)pthread_rwlock_wrlock(&head->lock);
    for (size_t i = 0; i < count; i++)
        for (uint32_t row = 0; row < rows[i].count; row++)
            put_row(self, &rows[i], row);
    for (uint32_t i = 0; i < loose->count; i++)
        head_put(head, head_at(head, loose->numbers[i]), loose->times_ns[i],
                 loose->values[i]);
    (void)pthread_rwlock_unlock(&head->lock);
}

/* What can't be written at all is refused for ever; a read-only log keeps its
 * senders waiting, who have somewhere to put it. */
static int
not_logged(struct tsdb *self, const struct weir_batch *in, int rc,
           const struct weir_ticket *ticket)
{
    forget_logged(in);
    if (rc == -EMSGSIZE) {
        weir_refused(self, ticket->number,
                     "the batch is larger than a segment of the log");
        return 0;
    }
    if (rc == -EROFS)
        return weir_fail(self, -EAGAIN,
                         "the log in %s failed twice: nothing is taken until "
                         "weir starts again",
                         self->path);
    return rc;
}

static void
set_mark(struct tsdb *self, const struct weir_ticket *ticket, int64_t now_ns)
{
    struct mark mark = {.sequence = ticket->sequence, .heard_ns = now_ns};

    memcpy(mark.stream, ticket->stream, sizeof(mark.stream));
    marks_set(&self->marks, &mark);
}

int
tsdb_append(void *instance, const struct weir_batch *in,
            const struct weir_ticket *ticket)
{
    struct tsdb *self = instance;
    int64_t now_ns = clock_wall_ns();
    struct intake intake = {
        .tsdb = self,
        .peer = ticket->peer,
        .oldest_ns = tsdb_oldest_ns(self),
        .newest_ns = self->future.ns ? now_ns + self->future.ns : INT64_MAX,
    };

    take_all(&intake, in);
    wal_begin(self->wal);
    log_all(&intake, in);
    wal_mark(self->wal, ticket->stream, ticket->sequence);
    int rc = wal_end(self->wal, ticket->number, NULL);
    if (rc < 0)
        return not_logged(self, in, rc, ticket);
    self->fresh_count = 0;
    put_all(&intake, in);
    set_mark(self, ticket, now_ns);
    atomic_fetch_add(&self->refused, (uint64_t)intake.refused);
    atomic_fetch_add(&self->too_old, intake.too_old);
    atomic_fetch_add(&self->too_early, intake.too_early);
    return intake.refused;
}
