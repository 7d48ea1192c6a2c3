/* manifest.c - changes of which parts count */
#include <config.h>

#include "manifest.h"

#include <inttypes.h>
#include <string.h>

#include <weir/cleanup.h>

#include "base.h"
#include "day.h"
#include "tsdb.h"

void
manifest_init(struct manifest *self)
{
    *self = (struct manifest){.state = {1, 1}};
    (void)pthread_mutex_init(&self->lock, NULL);
}

void
manifest_fini(struct manifest *self)
{
    (void)pthread_mutex_destroy(&self->lock);
    free(self->numbers);
    self->numbers = NULL;
    self->count = 0;
}

void
manifest_note(struct manifest *self, uint64_t number)
{
    if ((self->count & (self->count + 1)) == 0) /* room is 2^n - 1 */
        self->numbers =
            xrealloc(self->numbers, 2 * self->count + 1, sizeof(number));
    self->numbers[self->count++] = number;
}

/* Paths -------------------------------------------------------------------- */

static char *
day_path(const struct tsdb *tsdb, int32_t day)
{
    char date[DAY_TEXT_SIZE];
    char name[32];

    day_write(day, date);
    (void)snprintf(name, sizeof(name), "parts/%s", date);
    return home_path(&tsdb->home, name);
}

char *
tsdb_part_path(const struct tsdb *self, int32_t day, uint64_t number)
{
    char date[DAY_TEXT_SIZE];
    char name[64];

    day_write(day, date);
    (void)snprintf(name, sizeof(name), "parts/%s/%08" PRIu64 ".tsp", date,
                   number);
    return home_path(&self->home, name);
}

/* Parts -------------------------------------------------------------------- */

static int
make_day(struct tsdb *tsdb, int32_t day)
{
    struct files *files = tsdb->home.files;
    weir_cleanup(weir_free) char *path = day_path(tsdb, day);
    weir_cleanup(weir_free) char *above = home_path(&tsdb->home, "parts");

    int rc = file_make_folder(files, path);
    return rc < 0 ? rc : file_sync_folder(files, above);
}

/* Under the lock, so that no day is removed that is being begun. */
int
manifest_open_part(struct tsdb *tsdb, int32_t day,
                   const struct part_origin *origin, uint64_t *ret_number,
                   struct part_writer **ret_writer)
{
    struct manifest *self = &tsdb->manifest;

    (void)pthread_mutex_lock(&self->lock);
    uint64_t number = self->state.next_part++;
    weir_cleanup(weir_free) char *path = tsdb_part_path(tsdb, day, number);
    int rc = make_day(tsdb, day);
    if (rc == 0)
        rc = part_writer_open(tsdb->home.files, path, origin, ret_writer);
    (void)pthread_mutex_unlock(&self->lock);
    *ret_number = number;
    return rc;
}

void
manifest_unlink_part(struct tsdb *tsdb, int32_t day, uint64_t number)
{
    weir_cleanup(weir_free) char *path = tsdb_part_path(tsdb, day, number);

    (void)file_unlink(tsdb->home.files, path);
}

/* Changes ------------------------------------------------------------------ */

void
manifest_begin(struct tsdb *tsdb)
{
    (void)pthread_mutex_lock(&tsdb->manifest.lock);
    meta_begin(tsdb->meta);
}

static void
put_changes(struct tsdb *tsdb, const struct parts *next)
{
    const struct parts *before = tsdb->parts;

    for (uint32_t i = 0; i < before->count; i++)
        if (!parts_have(next, before->items[i]->number))
            meta_drop_part(tsdb->meta, before->items[i]->number);
    for (uint32_t i = 0; i < next->count; i++)
        if (!parts_have(before, next->items[i]->number))
            meta_put_part(tsdb->meta, next->items[i]->number,
                          next->items[i]->day);
    meta_put_state(tsdb->meta, &tsdb->manifest.state);
}

/* Removes what 'before' has and 'next' has not; a day's folder goes when it is
 * empty. */
static void
unlink_rest(struct tsdb *tsdb, const struct parts *before,
            const struct parts *next)
{
    for (uint32_t i = 0; i < before->count; i++) {
        const struct parts_item *item = before->items[i];
        if (parts_have(next, item->number))
            continue;
        weir_cleanup(weir_free) char *folder = day_path(tsdb, item->day);
        manifest_unlink_part(tsdb, item->day, item->number);
        (void)file_unlink(tsdb->home.files, folder);
    }
}

static struct parts *
publish(struct tsdb *tsdb, struct parts *next)
{
    struct parts *before = tsdb->parts;

    (void)pthread_rwlock_wrlock(&tsdb->head.lock);
    tsdb->parts = next;
    (void)pthread_rwlock_unlock(&tsdb->head.lock);
    return before;
}

int
manifest_end(struct tsdb *tsdb, struct parts **next_p, uint64_t checkpoint_lsn)
{
    struct manifest *self = &tsdb->manifest;
    weir_cleanup(parts_leave) struct parts *next = weir_take(*next_p);
    uint64_t lsn = self->state.checkpoint_lsn;

    if (checkpoint_lsn)
        self->state.checkpoint_lsn = checkpoint_lsn;
    put_changes(tsdb, next);
    int rc = meta_commit(tsdb->meta);
    if (rc < 0) {
        self->state.checkpoint_lsn = lsn;
    } else {
        weir_cleanup(parts_leave) struct parts *before = publish(tsdb, next);
        unlink_rest(tsdb, before, next);
        next = NULL;
    }
    (void)pthread_mutex_unlock(&self->lock);
    return rc;
}

void
manifest_cancel(struct tsdb *tsdb)
{
    meta_cancel(tsdb->meta);
    (void)pthread_mutex_unlock(&tsdb->manifest.lock);
}

/* At start ----------------------------------------------------------------- */

static int
compare_numbers(const void *left, const void *right)
{
    const uint64_t *a = left, *b = right;

    return (*a > *b) - (*a < *b);
}

static bool
is_noted(const struct manifest *self, const char *name)
{
    char *end = NULL;
    uint64_t number = strtoull(name, &end, 10);

    return strcmp(end, ".tsp") == 0 && self->count &&
           bsearch(&number, self->numbers, self->count, sizeof(number),
                   compare_numbers);
}

struct tidy {
    struct tsdb *tsdb;
    const char *folder; /* of a day */
};

static int
tidy_file(void *arg, const char *name)
{
    const struct tidy *self = arg;
    weir_cleanup(weir_free) char *path = NULL;

    if (is_noted(&self->tsdb->manifest, name))
        return 0;
    if (asprintf(&path, "%s/%s", self->folder, name) < 0)
        path = x_or_die(NULL);
    (void)file_unlink(self->tsdb->home.files, path);
    return 0;
}

static int
tidy_day(void *arg, const char *name)
{
    struct tsdb *tsdb = arg;
    weir_cleanup(weir_free) char *folder = NULL;

    if (asprintf(&folder, "%s/parts/%s", tsdb->home.path, name) < 0)
        folder = x_or_die(NULL);
    struct tidy tidy = {tsdb, folder};
    (void)file_list(tsdb->home.files, folder, tidy_file, &tidy);
    (void)file_unlink(tsdb->home.files, folder);
    return 0;
}

void
manifest_tidy(struct tsdb *tsdb)
{
    weir_cleanup(weir_free) char *path = home_path(&tsdb->home, "parts");

    (void)file_list(tsdb->home.files, path, tidy_day, tsdb);
}
