/* cap.c - the size that the files of a store keep to, all of them */
#include <config.h>

#include "cap.h"

#include <errno.h>

#include <weir/cleanup.h>

#include "base.h"
#include "tsdb.h"

enum {
    LOG_SHARE = 4,         /* one in so many bytes is the log's */
    LOG_SEGMENTS = 8,      /* of which it has so many, at least */
    CLAIM_SHARE = 128,     /* a claim grows by one in so many bytes */
    SMALL_FILES = 1 << 16, /* bytes of LOCK, FORMAT and the folders */
};

static const uint64_t segment_most = 64 << 20;

struct cap_log
cap_log(uint64_t size)
{
    struct cap_log log = {.bytes_most = size / LOG_SHARE};

    log.segment_bytes = log.bytes_most / LOG_SEGMENTS / 4096 * 4096;
    if (log.segment_bytes > segment_most)
        log.segment_bytes = segment_most;
    log.flush_bytes = log.bytes_most / LOG_SHARE;
    return log;
}

/* What there is ------------------------------------------------------------ */

struct tally {
    const struct tsdb *tsdb;
    const char *folder;
    uint64_t bytes;
};

static int
add_file(void *arg, const char *name)
{
    struct tally *self = arg;
    weir_cleanup(weir_free) char *path = NULL;
    struct stat found;

    if (asprintf(&path, "%s/%s", self->folder, name) < 0)
        path = x_or_die(NULL);
    if (file_stat(self->tsdb->home.files, path, &found) == 0)
        self->bytes += (uint64_t)found.st_size;
    return 0;
}

static uint64_t
folder_bytes(const struct tsdb *tsdb, const char *name)
{
    weir_cleanup(weir_free) char *folder = home_path(&tsdb->home, name);
    struct tally tally = {tsdb, folder, 0};

    (void)file_list(tsdb->home.files, folder, add_file, &tally);
    return tally.bytes;
}

static uint64_t
parts_bytes(const struct parts *parts)
{
    uint64_t bytes = 0;

    for (uint32_t i = 0; i < parts->count; i++)
        bytes += part_info(parts->items[i]->part)->size;
    return bytes;
}

/* What all files have, with what is claimed; the log may be larger than its
 * share when it was made with another size. */
static uint64_t
used_bytes(const struct tsdb *tsdb)
{
    uint64_t log = folder_bytes(tsdb, "wal");
    struct cap_log share = cap_log(tsdb->size.bytes);
    uint64_t log_most = share.bytes_most + share.segment_bytes;

    return parts_bytes(tsdb->parts) + tsdb->manifest.unread_bytes +
           tsdb->claimed + folder_bytes(tsdb, "meta") +
           folder_bytes(tsdb, "quarantine") +
           (log > log_most ? log : log_most) + SMALL_FILES;
}

/* What goes ---------------------------------------------------------------- */

/* Returns the part that ends first; NULL: there are none. */
static const struct parts_item *
oldest(const struct parts *parts)
{
    const struct parts_item *found = NULL;

    for (uint32_t i = 0; i < parts->count; i++)
        if (!found || part_info(parts->items[i]->part)->until_ns <
                          part_info(found->part)->until_ns)
            found = parts->items[i];
    return found;
}

static bool
is_another(const void *arg, const struct parts_item *item)
{
    return item != arg;
}

/* Lets the oldest part go.  Returns 0, -ENOSPC when there is none, or -errno.
 */
static int
drop_oldest(struct tsdb *tsdb)
{
    manifest_begin(tsdb);
    const struct parts_item *item = oldest(tsdb->parts);
    if (!item) {
        manifest_cancel(tsdb);
        return -ENOSPC;
    }
    uint64_t samples = part_info(item->part)->samples;
    struct parts *next = parts_only(tsdb->parts, is_another, item);
    int rc = manifest_end(tsdb, &next, 0);
    if (rc < 0)
        return rc;
    atomic_fetch_add(&tsdb->dropped_parts, 1);
    atomic_fetch_add(&tsdb->dropped_samples, samples);
    return 0;
}

/* Claims 'more' bytes if there is room.  Returns whether there is. */
static bool
claim(struct tsdb *tsdb, uint64_t more)
{
    (void)pthread_mutex_lock(&tsdb->manifest.lock);
    bool fits = used_bytes(tsdb) + more <= tsdb->size.bytes;
    if (fits)
        tsdb->claimed += more;
    (void)pthread_mutex_unlock(&tsdb->manifest.lock);
    return fits;
}

bool
cap_fits(struct tsdb *tsdb, uint64_t bytes)
{
    (void)pthread_mutex_lock(&tsdb->manifest.lock);
    bool fits = !tsdb->size.bytes ||
                used_bytes(tsdb) + bytes + tsdb->size.bytes / CLAIM_SHARE <=
                    tsdb->size.bytes;
    (void)pthread_mutex_unlock(&tsdb->manifest.lock);
    return fits;
}

int
cap_claim(struct tsdb *tsdb, uint64_t *claim_p, uint64_t bytes)
{
    if (!tsdb->size.bytes || bytes <= *claim_p)
        return 0;
    uint64_t more = bytes - *claim_p + tsdb->size.bytes / CLAIM_SHARE;
    int rc = 0;

    while (rc == 0 && !claim(tsdb, more))
        rc = drop_oldest(tsdb);
    if (rc == 0)
        *claim_p += more;
    return rc;
}

void
cap_leave(struct tsdb *tsdb, uint64_t *claim_p)
{
    (void)pthread_mutex_lock(&tsdb->manifest.lock);
    tsdb->claimed -= *claim_p;
    (void)pthread_mutex_unlock(&tsdb->manifest.lock);
    *claim_p = 0;
}

void
cap_keep(struct tsdb *tsdb)
{
    uint64_t none = 0;

    (void)cap_claim(tsdb, &none, 1);
    cap_leave(tsdb, &none);
}
