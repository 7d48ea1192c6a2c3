/* meta.h - what the store knows of itself: its manifest and catalog, in LMDB
 *
 * The manifest says which parts count and from which record of the log on the
 * rest is to be found there; the catalog has all series by number; the marks
 * say how far each stream has come.  They change together, in one transaction,
 * which is the moment from which a part counts.
 *
 * A change is made by one thread at a time.
 */
#ifndef TSDB_META_H
#define TSDB_META_H

#include <weir/batch.h>

#include "marks.h"

struct meta;

struct meta_state {
    uint64_t checkpoint_lsn; /* records below are in parts; at least 1 */
    uint64_t next_part;      /* number, at least 1 */
};

/* Opens or makes it in 'folder', which is there.  Returns 0 or -errno. */
int meta_open(const char *folder, struct meta **ret_meta);

/* Opens it to be loaded only; touches nothing, so nobody may change it
 * meanwhile.  Returns 0, -ENOENT when nothing was ever put there, or -errno. */
int meta_look(const char *folder, struct meta **ret_meta);

void meta_destroy(struct meta **self_p);

/* Hears what there is, each kind in ascending order, lent for the call.  Each
 * returns 0, or a negative errno to stop. */
struct meta_visitor {
    int (*series)(void *arg, uint32_t number, const struct weir_series *series);
    int (*part)(void *arg, uint64_t number, int32_t day);
    int (*mark)(void *arg, const struct mark *mark);
};

/* Returns 0, what a visitor returned, -EBADMSG when something is damaged, or
 * -errno. */
int meta_load(struct meta *self, const struct meta_visitor *visitor, void *arg,
              struct meta_state *ret_state);

/* Begins a change; the next five make it, and what fails is told by commit. */
void meta_begin(struct meta *self);
void meta_put_series(struct meta *self, uint32_t number,
                     const struct weir_series *series);
void meta_drop_series(struct meta *self, uint32_t number);
void meta_put_part(struct meta *self, uint64_t number, int32_t day);
void meta_drop_part(struct meta *self, uint64_t number);
void meta_put_marks(struct meta *self, const struct marks *marks);
void meta_put_state(struct meta *self, const struct meta_state *state);

/* Ends the change.  Returns 0 when it is durable, or -errno when nothing of it
 * happened. */
int meta_commit(struct meta *self);

/* Ends it with nothing changed. */
void meta_cancel(struct meta *self);

#endif /* TSDB_META_H */
