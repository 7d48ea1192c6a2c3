/* sieve.h - which of a target's samples are kept, and under which labels
 *
 * The rules of metric_relabel see each series that is new, with the labels of
 * its target.  What they make of it is held against the limits; a series that
 * exceeds one fails the scrape.  Inputs without rules and limits pay nothing.
 *
 * Belongs to the thread of the instance: one answer is read at a time.
 */
#ifndef SIEVE_H
#define SIEVE_H

#include <stdint.h>

#include <weir/plugin.h>

#include "labelset.h"

enum { SIEVE_WHY_SIZE = 128 };

struct relabel;

/* What the user set; 0 is no limit. */
struct sieve_limits {
    int64_t samples; /* that are kept of a scrape */
    int64_t labels;  /* of a sample, with its name and its target's labels */
    int64_t name_length, value_length; /* bytes of a label's */
};

/* {0} keeps everything. */
struct sieve {
    struct sieve_limits limits;
    struct relabel *rules; /* or NULL */

    struct weir_source *source; /* what follows is about one scrape */
    const struct weir_batch *into;
    struct labelset labels;   /* of the last series */
    int rc;                   /* why the scrape fails, if it does; or 0 */
    const char *reason;       /* the same, one of few texts */
    char why[SIEVE_WHY_SIZE]; /* and what it was about */
    struct weir_tally tally;  /* when it began to fail */
};

/* Makes a sieve of 'rules', blocks of struct rule that outlive it, and limits;
 * 'owner' is the instance.  Returns 0 or -ENOMEM. */
int sieve_open(struct sieve *self, void *owner, const struct weir_blocks *rules,
               const struct sieve_limits *limits);
void sieve_close(struct sieve *self);

/* From here on series of 'source' that are added to 'into' go through the
 * sieve. */
void sieve_begin(struct sieve *self, struct weir_source *source,
                 const struct weir_batch *into);

/* No longer.  '*ret_tally' is what there was.  Returns 0, or a negative errno
 * when the scrape fails, with self->reason and self->why. */
int sieve_end(struct sieve *self, struct weir_tally *ret_tally);

#endif /* SIEVE_H */
