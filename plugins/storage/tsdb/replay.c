/* replay.c - brings back what the log has
 *
 * What hangs on a series or a group that damage has taken is passed over.
 */
#include <config.h>

#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include <weir/cleanup.h>

#include "base.h"
#include "cap.h"
#include "clock.h"
#include "group.h"
#include "tsdb.h"

struct tsdb_replay {
    int64_t now_ns;
};

static int
on_series(void *arg, uint32_t number, const struct weir_series *series)
{
    struct tsdb *self = arg;
    struct head *head = &self->head;

    if (number == 0 || number == UINT32_MAX)
        return -EBADMSG;
    if (head_at(head, number))
        return 0;
    /* It had left and come again, and the catalog was not told. */
    uint32_t before = head_find(head, series);
    if (before)
        leave_one(self, before);
    (void)head_take_in(head, series, number);
    return 0;
}

static int
on_group(void *arg, uint32_t number, uint32_t from, const uint32_t *numbers,
         uint32_t count)
{
    struct head *head = &((struct tsdb *)arg)->head;

    if (number >= WAL_GROUPS_MOST || from > WEIR_LAYOUT_MOST ||
        count > WEIR_LAYOUT_MOST - from)
        return -EBADMSG;
    struct group *group = head_group(head, number);
    if (group && from == 0)
        group_destroy(head, &group);
    if (!group && from == 0)
        group = group_new(head, number);
    if (!group || from > group->count)
        return 0;
    group_resize(head, group, from, from + count);
    memcpy(group->numbers + from, numbers, count * sizeof(*numbers));
    return 0;
}

static int
on_row(void *arg, const struct wal_row *row)
{
    struct head *head = &((struct tsdb *)arg)->head;
    struct group *group = head_group(head, row->group);
    const struct group_row entry = {
        .width = row->width,
        .time_ns = row->time_ns,
        .values = row->values,
        .present = row->present,
    };

    if (group)
        group_put(head, group, &entry);
    return 0;
}

static int
on_loose(void *arg, const struct wal_loose *loose)
{
    struct tsdb *self = arg;

    for (uint32_t i = 0; i < loose->count; i++) {
        struct head_series *series = head_at(&self->head, loose->series[i]);
        if (series)
            head_put(&self->head, series, loose->times_ns[i], loose->values[i]);
    }
    return 0;
}

static int
on_mark(void *arg, const uint8_t stream[16], uint64_t sequence)
{
    struct tsdb *self = arg;
    struct mark mark = {.sequence = sequence, .heard_ns = self->replay->now_ns};

    memcpy(mark.stream, stream, sizeof(mark.stream));
    marks_set(&self->marks, &mark);
    return 0;
}

/* On the log's thread, or the instance's own. */
static void
durable(void *arg, uint64_t number)
{
    weir_durable(arg, number);
}

static void
room(void *arg)
{
    weir_room(arg);
}

static void
alarm_raised(void *arg, const char *what, int rc, bool read_only)
{
    struct tsdb *self = arg;

    weir_warn(self, "%s: %s%s", what, strerror(-rc),
              read_only ? "; nothing more is taken until weir starts again"
                        : "");
    atomic_fetch_add(&self->failures, 1);
    if (read_only)
        atomic_store(&self->read_only, true);
}

int
tsdb_replay(struct tsdb *self, uint64_t from_lsn)
{
    static const struct wal_visitor visitor = {
        .series = on_series,
        .group = on_group,
        .row = on_row,
        .loose = on_loose,
        .mark = on_mark,
    };
    struct wal_report report = {0};
    struct tsdb_replay replay = {.now_ns = clock_wall_ns()};
    const struct cap_log share = cap_log(self->size.bytes);
    weir_cleanup(weir_free) char *folder = home_path(&self->home, "wal");
    weir_cleanup(weir_free) char *aside = home_path(&self->home, "quarantine");
    const struct wal_settings settings = {
        .files = self->home.files,
        .folder = folder,
        .quarantine = aside,
        .segment_bytes = share.segment_bytes,
        .bytes_most = share.bytes_most,
        .written = self->sync == TSDB_WRITTEN,
        .arg = self,
        .durable = durable,
        .room = room,
        .alarm = alarm_raised,
    };

    self->replay = &replay;
    int rc = wal_open(&settings, from_lsn, &visitor, &report, &self->wal);
    self->replay = NULL;
    self->replayed_records = report.records;
    self->lost_records = report.lost > self->covered_records
                             ? report.lost - self->covered_records
                             : 0;
    if (report.damaged_segments)
        weir_warn(self,
                  "%" PRIu32
                  " files of %s were damaged or cut short, see %s; %" PRIu64
                  " batches are lost",
                  report.damaged_segments, folder, aside, self->lost_records);
    group_destroy_all(&self->head);
    return rc;
}
