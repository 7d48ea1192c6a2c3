/* head.h - all series of the store, and their samples that are in no part yet
 *
 * A series has a number, 1, 2, 3..., and is found by what it is.  One that has
 * no samples any more may leave; only the storage's own thread lets it, and not
 * while samples are being moved into parts.  Its number is free then, though
 * nothing gives it again while the store is open.  All others use a pointer to
 * a series only under the lock.
 *
 * Samples belong to an epoch.  Freezing begins the next one: what was put
 * before is then *frozen*, and stays readable until it is dropped, when it lies
 * in a part.  A series learns of the new epoch with its next sample, so that
 * freezing takes no time however many series there are.
 *
 * Whoever puts, freezes, drops or takes in holds the lock for writing; readers
 * hold it for reading, for a short while.  The lock lets a waiting writer go
 * first.  Only the storage's own thread takes in, so it may find without.
 */
#ifndef TSDB_HEAD_H
#define TSDB_HEAD_H

#include <pthread.h>

#include "postings.h"
#include "run.h"
#include "table.h"

#include <weir/batch.h>

struct group;

struct head_series {
    struct weir_series series; /* own; texts of the index */
    uint64_t hash;
    uint32_t number;
    uint32_t born;       /* generation of the index, when it was taken in */
    uint32_t column;     /* of the group */
    struct group *group; /* that it is attached to (group.h); or NULL */
    uint64_t epoch;      /* of 'live' */
    struct run live, frozen;
    struct weir_label labels[]; /* of 'series', with their end */
};

struct head {
    pthread_rwlock_t lock;
    struct table by_hash;
    struct head_series **entries; /* [count + 1], by number; NULL: not known */
    uint32_t count, room;         /* the highest number */
    uint32_t known;               /* how many there are */
    uint64_t epoch;               /* 1, 2, 3... */
    uint64_t samples, frozen_samples;
    struct postings *index;
    struct arena sealed[2]; /* what is sealed of odd and even epochs */
    struct group **groups;  /* [group_count], by number; NULL: none */
    uint32_t group_count;
};

void head_init(struct head *self);
void head_fini(struct head *self);

/* Returns the number of 'series', or 0 when it is not known. */
uint32_t head_find(const struct head *self, const struct weir_series *series);

/* Takes a series in that is not known; copied.  'number' is one that is not in
 * use, 0 for the next one.  Returns its number. */
uint32_t head_take_in(struct head *self, const struct weir_series *series,
                      uint32_t number);

/* Lets a series leave that has no samples here. */
void head_leave(struct head *self, uint32_t number);

/* Returns the series, or NULL when the number is not known. */
static inline struct head_series *
head_at(const struct head *self, uint32_t number)
{
    return number && number <= self->count ? self->entries[number] : NULL;
}

/* Returns the group of that number, or NULL when there is none. */
static inline struct group *
head_group(const struct head *self, uint32_t number)
{
    return number < self->group_count ? self->groups[number] : NULL;
}

void head_put(struct head *self, struct head_series *series, int64_t time_ns,
              double value);

/* Adds the samples of the series in the range, those that came first first. */
void head_copy(const struct head_series *series, int64_t after_ns,
               int64_t until_ns, struct samples *samples);

/* Says whether the series may have samples in the range. */
bool head_touches(const struct head_series *series, int64_t after_ns,
                  int64_t until_ns);

/* Returns the run of a series that samples of an epoch belong to, the epoch
 * now or the one before; and where they are sealed. */
struct run *head_run(struct head *self, struct head_series *series,
                     uint64_t epoch);
static inline struct arena *
head_arena(struct head *self, uint64_t epoch)
{
    return &self->sealed[epoch % 2];
}

/* Begins the next epoch; what was frozen before was dropped. */
void head_freeze(struct head *self);

/* Gathers what is frozen, so that head_frozen() has it.  Takes the lock. */
void head_settle(struct head *self);

/* Returns what is frozen of the series, or NULL when that is nothing. */
const struct run *head_frozen(const struct head *self,
                              const struct head_series *series);

/* Drops what is frozen of the series 'from' to 'until', both inclusive. */
void head_drop(struct head *self, uint32_t from, uint32_t until);

/* All that is frozen was dropped: frees it.  Takes the lock. */
void head_dropped(struct head *self);

#endif /* TSDB_HEAD_H */
