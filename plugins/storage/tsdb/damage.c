/* damage.c - what a query could not read */
#include <config.h>

#include "damage.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include <weir/cleanup.h>

#include "parts.h"
#include "tsdb.h"

static struct parts_item *
find_item(const struct parts *parts, const struct part *part)
{
    uint32_t i = 0;

    while (i < parts->count && parts->items[i]->part != part)
        i++;
    return i < parts->count ? parts->items[i] : NULL;
}

static void
tell(struct tsdb *tsdb, const struct parts_item *item,
     const struct part_chunk *chunk, int rc)
{
    weir_cleanup(weir_free) char *path =
        tsdb_part_path(tsdb, item->day, item->number);
    char what[80] = "its index";

    if (chunk)
        (void)snprintf(what, sizeof(what),
                       "the chunk of series %" PRIu32 " at byte %" PRIu64,
                       chunk->series, chunk->offset);
    weir_warn(tsdb,
              "%s: %s %s%s; answers leave it out, and no more is said of this "
              "file: see weir verify --full",
              path, what, rc == -EBADMSG ? "is damaged" : "cannot be read: ",
              rc == -EBADMSG ? "" : strerror(-rc));
}

void
damage_note(struct tsdb *tsdb, const struct parts *parts,
            const struct part *part, const struct part_chunk *chunk, int rc)
{
    struct parts_item *item = find_item(parts, part);

    atomic_fetch_add(&tsdb->failures, 1);
    if (!item || atomic_exchange(&item->told, true))
        return;
    unsigned told = atomic_fetch_add(&tsdb->told_damaged, 1);
    if (told < DAMAGE_TOLD)
        tell(tsdb, item, chunk, rc);
    else if (told == DAMAGE_TOLD)
        weir_warn(tsdb,
                  "more than %d files of %s are damaged or cannot be read; no "
                  "more are named: see weir verify --full",
                  DAMAGE_TOLD, tsdb->path);
}
