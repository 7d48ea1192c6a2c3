/* source.h - what is collected together: the inner side of weir/batch.h
 *
 * A source knows each of its series as an *entry*, whose place is a column of
 * a *sheet*: a layout, and the row that is being filled.  An added value is
 * looked for at its turn of the last cycle, then a few turns on, then by hash.
 *
 * A source belongs to the thread of its instance.  What it sends are frames,
 * which go to an outlet.
 */
#ifndef SOURCE_H
#define SOURCE_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include <weir/plugin.h>

#include "arena.h"
#include "layout.h"
#include "link/frame.h"
#include "series.h"
#include "table.h"

/* Where frames go; the functions take the frame away. */
struct outlet {
    /* 'home' says where its batches go when a link has several stores; see
     * rank.h.  It stays the same when the layout is rebuilt. */
    void (*layout)(void *arg, uint64_t home, struct frame **frame_p);
    void (*forget)(void *arg, uint32_t number);

    /* 'fate' (or NULL) is heard once, on the source's thread.  -EAGAIN: there
     * is no room, the frame is gone and 'fate' not called. */
    int (*batch)(void *arg, struct frame **frame_p, weir_stored *fate,
                 void *fate_arg);

    /* The instance closes: tells 'rc', -ECANCELED or -ESHUTDOWN, to each that
     * waits for a fate; the latter is for the source alone, which tells nobody.
     * On the source's thread.  Or NULL. */
    void (*cancel)(void *arg, int rc);
    void *arg;

    /* Says whether layouts may have to go to different stores, so that each
     * one is to have batches of its own.  Or NULL: no. */
    bool (*parts)(void *arg);
    uint64_t home; /* of the instance: what those of its sources begin with */
};

/* Counts since the start; one thread writes, any reads. */
struct source_figures {
    _Atomic uint64_t batches, samples, bytes;
    _Atomic uint64_t lost_batches;   /* no credit and no spool */
    _Atomic uint64_t refused_series; /* above series_limit */
    _Atomic uint64_t invalid_series; /* bad names or labels */
    _Atomic uint64_t series;         /* known now */
};

struct source_settings {
    void *self;                      /* the instance's memory */
    const struct outlet *outlet;     /* outlives the source */
    const struct weir_label *labels; /* for series without them; copied */
    const struct weir_label *own;    /* of these, what weir_source_new() was
                                      * given; or NULL; copied */
    const struct weir_pattern *keep; /* or NULL */
    const struct weir_pattern *drop; /* or NULL */
    uint32_t series_limit;           /* 0: none */
    uint64_t home;                   /* the same over restarts; see outlet */
    struct source_figures *figures;  /* outlives the source */

    /* A part failed: for the log.  Or NULL. */
    void (*part_failed)(void *self, const char *part, int rc);
};

struct weir_source *source_new(const struct source_settings *settings);

/* Frees the source without stale markers: the pipeline closes. */
void source_abandon(struct weir_source **self_p);

/* Of how two parts of one batch fared, returns how the whole did.  What is to
 * be tried again counts most, then what may be lost, then what is. */
int source_worse(int a, int b);

/* A batch that a storage is given. */
struct weir_batch *batch_of_frame(const struct frame_batch *received);

/* As weir_set() and weir_set_at(), but of a series that comes again the first
 * value counts, as for a Prometheus; of one with times of its own, where the
 * same time comes right behind. */
void batch_set_first(struct weir_batch *self, uint32_t reference, double value);
void batch_set_first_at(struct weir_batch *self, uint32_t reference,
                        int64_t time_ns, double value);

/* What follows is for source*.c, sheet.c, batch*.c and exposition*.c alone. -
 */

enum { PLACE_NONE = UINT32_MAX, COLUMN_BITS = 12, ORDER_AHEAD = 8 };

/* A reference that was filed under a key is the place itself, with this bit;
 * any other one is an entry. */
#define REFERENCE_PLACE (UINT32_C(1) << 31)

struct entry {
    const struct weir_metric *metric; /* as it was given */
    const char *suffix;
    const struct weir_label *labels; /* as they were given, in that order */
    uint64_t hash;                   /* of the above */
    uint32_t pins;                   /* references without a key */
    bool used;                       /* not free */
    bool own_metric;                 /* 'metric' is in the source's arena */
    bool rewritten;                  /* it was added under a rewrite */
};

/* What a place is filed under; very many of these are kept. */
struct key {
    const char *bytes;
    uint32_t size;
    uint32_t place;
};

struct sheet {
    struct layout *layout;
    uint32_t sent; /* series that the outlet has */
    uint32_t room; /* columns that fit in the memory below */
    double *values;
    uint64_t *present; /* in this cycle */
    uint64_t *before;  /* in the cycle before */
    uint64_t *recent;  /* in any cycle since the last look */
    uint64_t *saved;   /* 'present' when the part began */

    uint32_t loose_count, loose_room, loose_saved;
    uint32_t *index;
    int64_t *times_ns;
    double *loose;
};

struct weir_batch {
    struct weir_source *source;         /* of an input's batch; or NULL */
    const struct frame_batch *received; /* of a storage's batch; or NULL */
    int64_t time_ns;
    uint64_t given; /* values */
    uint64_t again; /* of these, such as batch_set_first() passed over */
    bool open, in_part;
};

struct weir_source {
    struct source_settings settings;
    struct weir_batch batch;
    struct arena arena; /* entries' texts, keys, metrics of references */
    const struct weir_metric *metric_before; /* of an entry before; or NULL */
    const struct weir_label *labels_before;
    struct arena label_arena;

    struct entry *entries; /* [entry_count] */
    uint32_t *places;      /* [entry_count], sheet << COLUMN_BITS | column */
    uint32_t entry_count, entry_room, entry_free;
    struct table by_series; /* as they were given */
    struct table by_place;  /* as they are stored: to places */
    struct key *keys;       /* [key_count] */
    uint32_t *followers;    /* [key_count + 1], of the key before: which came
                             * after it last; of 0: which came first */
    uint32_t key_count, key_room;
    uint32_t key_last; /* and 1: that was met last in this batch; 0: none */
    struct table by_key;
    uint32_t left_out;      /* keys whose series is */
    uint32_t left_out_most; /* of these; 0: any that come in this cycle */
    bool littered;          /* there was no room for a key */
    int64_t swept_ns;       /* when all keys were last forgotten */

    uint32_t *order;      /* [order_count], entries in last cycle's order */
    uint32_t *next_order; /* [next_count], in this one's */
    uint32_t order_count, next_count, order_room, next_room;
    uint32_t cursor;       /* in 'order' */
    uint32_t saved_next;   /* 'next_count' when the part began */
    uint32_t saved_sheets; /* 'sheet_count' then */

    struct sheet *sheets; /* [sheet_count] */
    uint32_t sheet_count;
    uint32_t series_count; /* columns that some entry has */
    int64_t looked_ns;     /* when 'recent' was last looked at */
    bool crowded;          /* the limit refused a series since */
    bool insists;          /* 'settings.own' count more than a series' labels */
    weir_rewrite *rewrite; /* or NULL */
    void *rewrite_arg;
};

enum { SOURCE_KEYS_SPARE = 1024 }; /* beyond what is reckoned with */

/* Room for the labels of a series and of its source. */
enum { SOURCE_LABELS_ROOM = 2 * SERIES_LABELS_MOST + 1 };

/* Makes the series that is stored of the one that was given: sorted, with the
 * source's labels.  'labels' has its room; names that are not those given are
 * among 'texts'.  Returns 0, or -EINVAL. */
int source_complete(const struct weir_source *self,
                    const struct weir_series *given,
                    struct weir_label labels[SOURCE_LABELS_ROOM],
                    struct arena *texts, struct weir_series *ret_series);

/* Makes of a completed series that for which the source's rewrite asks; the
 * same for 'labels' and 'texts'.  Returns 1, 0 when it is left out, -EINVAL, or
 * what the rewrite returned. */
int source_rewrite(const struct weir_source *self,
                   struct weir_label labels[SOURCE_LABELS_ROOM],
                   struct arena *texts, struct weir_series *series);

/* Finds or makes the entry of a series as it was given; the entry's place is
 * PLACE_NONE where it is refused.  Returns PLACE_NONE, rather than an entry,
 * when not even that can be remembered. */
uint32_t source_entry(struct weir_source *self, const struct weir_series *given,
                      bool own_metric, int *ret_rc);

/* Frees entries and columns that were absent since the last look, when there
 * are many. */
void source_tidy(struct weir_source *self, int64_t now_ns);

/* Files all entries anew. */
void source_file_entries(struct weir_source *self);

/* Gives a series as it was given its place, which is PLACE_NONE where it is
 * left out or refused.  Returns 0, -EDQUOT or -EINVAL. */
int source_admit(struct weir_source *self, const struct weir_series *given,
                 uint32_t *ret_place);

/* Finds the key, or NULL; files a place under a copy of the key.  Either is
 * then the key that was met last. */
const struct key *source_find_key(struct weir_source *self, const void *key,
                                  size_t size);
void source_add_key(struct weir_source *self, const void *key, size_t size,
                    uint32_t place);

/* Files all keys anew; forgets what came after what. */
void source_file_keys(struct weir_source *self);
void source_forget_followers(struct weir_source *self);

/* Returns the key that came after the one that was met last, when that was met
 * before, or NULL.  Whoever sees that it is met says so. */
static inline const struct key *
source_next_key(const struct weir_source *self)
{
    uint32_t number =
        self->followers ? self->followers[self->key_last] : UINT32_MAX;
    return number == UINT32_MAX ? NULL : &self->keys[number];
}

static inline void
source_met_key(struct weir_source *self, const struct key *key)
{
    self->key_last = (uint32_t)(key - self->keys) + 1;
}

/* Copies what an entry points to into the arena, but for what is the same as in
 * the entry before; 'metric_before' and 'labels_before' lie there or are NULL.
 */
void source_own_texts(struct weir_source *self, struct arena *arena,
                      struct entry *entry);

/* Returns the place of 'series', as it is stored; where it has none, a new one
 * in the sheet of its metric or the newest. */
uint32_t source_place(struct weir_source *self,
                      const struct weir_series *series);

/* Adds a series; returns its column, or UINT32_MAX when the layout is full. */
uint32_t sheet_add(struct sheet *self, const struct weir_series *series);
void sheet_fini(struct sheet *self);
void sheet_set_at(struct sheet *self, uint32_t column, int64_t time_ns,
                  double value);

/* Returns the sheet of a place that is not PLACE_NONE, and its column. */
static inline struct sheet *
sheet_at(struct sheet *sheets, uint32_t place, uint32_t *ret_column)
{
    *ret_column = place & ((1U << COLUMN_BITS) - 1);
    return &sheets[place >> COLUMN_BITS];
}

/* Says whether the column is among 'words', such as those of 'present'. */
static inline bool
has_column(const uint64_t *words, uint32_t column)
{
    return words[column / 64] >> (column % 64) & 1;
}

/* Says whether the loose sample that was set last is of this column and time.
 */
static inline bool
sheet_ends_with(const struct sheet *self, uint32_t column, int64_t time_ns)
{
    uint32_t last = self->loose_count - 1;

    return self->loose_count && self->index[last] == column &&
           self->times_ns[last] == time_ns;
}

/* Counts the values of the row; and those that the cycle before had not. */
uint64_t sheet_count_present(const struct sheet *self);
uint64_t sheet_count_added(const struct sheet *self);

/* Takes back what was set since sheet_save(), or since the cycle began. */
void sheet_save(struct sheet *self);
void sheet_restore(struct sheet *self);
void sheet_undo(struct sheet *self);

/* Puts stale markers where the cycle before had values and this one has none.
 * Returns how many. */
uint32_t sheet_mark(struct sheet *self);

/* The cycle is over: what is present now was present before.  When it was
 * 'lost', so were its stale markers, and those come again. */
void sheet_turn(struct sheet *self, bool lost);

#endif /* SOURCE_H */
