/* rebuild.c - makes the manifest and the catalog again, from the parts
 *
 * A part says what it is: its number is its name, its day that of its samples,
 * and it has the names of its series.  What only the old files of meta/ knew is
 * gone: series without samples in any part, and how far streams had come.  Both
 * come back as far as the log has them, and a stream of which nothing is known
 * sends again, which changes nothing.
 *
 * The log is read again from where the newest parts began, and not from where
 * they ended: a flush that was cut short may have left some of its parts only.
 */
#include <config.h>

#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include <weir/cleanup.h>

#include "base.h"
#include "day.h"
#include "tsdb.h"

struct rebuild {
    struct tsdb *tsdb;
    const char *folder;    /* of a day */
    unsigned char *series; /* [series_room], those that are put already */
    uint32_t series_room;
    uint64_t part_count;
    struct meta_state state;
    uint64_t covered_lsn; /* records below are in parts, if all are there */
};

static int
put_series(void *arg, uint32_t number, const struct weir_series *series)
{
    struct rebuild *self = arg;
    uint32_t before = self->series_room;

    if (number == 0 || number == UINT32_MAX)
        return -EBADMSG;
    if (number >= before) {
        self->series_room = number < UINT32_MAX / 2 ? 2 * number : UINT32_MAX;
        self->series = xrealloc(self->series, self->series_room, 1);
        memset(self->series + before, 0, self->series_room - before);
    }
    if (!self->series[number])
        meta_put_series(self->tsdb->meta, number, series);
    self->series[number] = 1;
    return 0;
}

static void
put_part(struct rebuild *self, uint64_t number, const struct part_info *info)
{
    const struct part_origin *origin = &info->origin;

    meta_put_part(self->tsdb->meta, number, day_of(info->from_ns));
    self->part_count++;
    if (self->state.checkpoint_lsn < origin->first_lsn)
        self->state.checkpoint_lsn = origin->first_lsn;
    if (self->covered_lsn <= origin->last_lsn)
        self->covered_lsn = origin->last_lsn + 1;
}

static int
look_at_part(struct rebuild *self, const char *path, uint64_t number)
{
    weir_cleanup(part_destroy) struct part *part = NULL;
    struct tsdb *tsdb = self->tsdb;

    int rc = part_open(tsdb->home.files, path, &part);
    if (rc == 0)
        rc = part_series(part, put_series, self);
    if (rc == -EBADMSG)
        return tsdb_set_part_aside(tsdb, path, number);
    if (rc < 0)
        return rc;
    put_part(self, number, part_info(part));
    return 0;
}

static int
look_at_file(void *arg, const char *path, const char *name)
{
    struct rebuild *self = arg;
    char *end = NULL;
    uint64_t number = strtoull(name, &end, 10);

    if (end == name)
        return 0;
    if (self->state.next_part <= number)
        self->state.next_part = number + 1;
    return strcmp(end, ".tsp") == 0 ? look_at_part(self, path, number) : 0;
}

int
tsdb_rebuild(struct tsdb *self, uint64_t *ret_parts, uint64_t *ret_covered_lsn)
{
    struct rebuild rebuild = {.tsdb = self, .state = {1, 1}, .covered_lsn = 1};

    meta_begin(self->meta);
    int rc = home_each_part(&self->home, look_at_file, &rebuild);
    meta_put_state(self->meta, &rebuild.state);
    free(rebuild.series);
    if (rc < 0) {
        meta_cancel(self->meta);
        return rc;
    }
    *ret_parts = rebuild.part_count;
    *ret_covered_lsn = rebuild.covered_lsn;
    return meta_commit(self->meta);
}
