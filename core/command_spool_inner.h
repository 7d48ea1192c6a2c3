/* command_spool_inner.h - for command_spool*.c alone */
#ifndef COMMAND_SPOOL_INNER_H
#define COMMAND_SPOOL_INNER_H

#include <limits.h>
#include <stdbool.h>
#include <stdint.h>

#include "file.h"

enum { SPOOL_TIME_SIZE = 24, SPOOL_PLACE_SIZE = 4096 };

/* What the command line says. */
struct spool_words {
    const char *file; /* the configuration, or NULL */
    const char *to;   /* or NULL */
    bool all, yes;
    char **names; /* [count] */
    int count;
};

/* The spool of a link's store. */
struct spool_place {
    const char *link, *store;
    const char *folder;
};

typedef void spool_place_call(void *arg, const struct spool_place *place);

/* Calls 'call' with each spool in 'state' that 'name' means: all when it is
 * NULL, those of a LINK, or that of LINK/STORE.  Returns how many, or -errno
 * when the folder cannot be read. */
int spool_places(const char *state, const char *name, spool_place_call *call,
                 void *arg);

/* What lies in a folder of segments. */
struct spool_sum {
    uint64_t segments, batches; /* 'batches' is 0 unless they were read */
    uint64_t bytes;             /* of all files */
    int64_t oldest_ns;          /* wall clock, when the oldest was begun; 0 */
};

/* Sums the folder up; with 'reads' it reads what is in the segments, too.
 * Returns 0, -ENOENT, or another -errno. */
int spool_sum_up(const char *folder, bool reads, struct spool_sum *ret_sum);

/* Returns the id of the process that has the spool, or 0. */
long spool_holder(const char *folder);

const char *spool_time_text(int64_t time_ns, char text[SPOOL_TIME_SIZE]);

/* The words of the command; they return its exit status. */
int spool_list(const char *state);
int spool_show(const char *state, const struct spool_words *words);
int spool_replay(const char *state, const struct spool_words *words);
int spool_drop_words(const char *state, const struct spool_words *words);

#endif /* COMMAND_SPOOL_INNER_H */
