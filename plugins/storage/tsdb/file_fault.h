/* file_fault.h - files whose calls fail when a test says so
 *
 * Calls of each kind are counted; those from the one chosen on, as many as
 * said, fail with an errno.  A write that fails has written half of it before.
 * Any thread.
 */
#ifndef TSDB_FILE_FAULT_H
#define TSDB_FILE_FAULT_H

#include "file.h"

enum file_call {
    FILE_OPEN,
    FILE_READ,
    FILE_WRITE,
    FILE_SYNC,
    FILE_ALLOCATE,
    FILE_TRUNCATE,
    FILE_RENAME,
    FILE_UNLINK,
    FILE_MAKE_FOLDER,
    FILE_SYNC_FOLDER,
    FILE_LIST,
    FILE_STAT,
    FILE_CALLS /* how many kinds there are */
};

struct file_fault {
    struct files files; /* what is given to who is tested */
    struct files *below;
    uint64_t counts[FILE_CALLS]; /* calls so far; atomic */

    /* What shall fail; see file_fault_set(). */
    _Atomic enum file_call call;
    _Atomic uint64_t first;   /* number of the first call that does, from 1; 0:
                               * none */
    _Atomic uint64_t times;   /* how many fail */
    _Atomic int rc;           /* what they return, such as -EIO */
    _Atomic uint64_t shorten; /* writes put at most so many bytes; 0: all */
};

/* Begins with no faults, in front of 'next'. */
void file_fault_init(struct file_fault *self, struct files *next);

/* Lets the 'first' call of a kind from now on, and 'times' in all, fail. */
void file_fault_set(struct file_fault *self, enum file_call call,
                    uint64_t first, uint64_t times, int rc);

#endif /* TSDB_FILE_FAULT_H */
