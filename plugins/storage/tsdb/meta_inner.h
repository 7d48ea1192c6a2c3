/* meta_inner.h - what meta.c and meta_load.c share */
#ifndef META_INNER_H
#define META_INNER_H

#include "meta.h"

#include <lmdb.h>

#include "link/wire.h"

enum kind { META_STATE, META_SERIES, META_PARTS, META_MARKS, META_KINDS };

enum { CHECK_SIZE = 4 }; /* bytes of a value's checksum, its first ones */

/* Which change was the last, and the sums of the checksums of all values in
 * each table: a wrong byte may make LMDB show an older page, each value of
 * which is sound. */
struct meta_change {
    uint64_t number; /* 0: not known, of a store of before */
    uint64_t sums[META_KINDS];
};

struct meta {
    MDB_env *env;
    MDB_dbi tables[META_KINDS];
    MDB_txn *change; /* NULL: none */
    int rc;          /* of the change */
    struct meta_change last, next;
    struct wire_out value;
};

/* In the table of the state. */
#define META_STATE_KEY  "state"
#define META_CHANGE_KEY "change"

/* Returns the checksum of a value, which covers its key. */
uint32_t meta_check_of(const MDB_val *key, const void *value, size_t size);

/* Reads the value of META_CHANGE_KEY, behind its checksum. */
int meta_read_change(struct wire_in *value, struct meta_change *ret_change);

/* Returns LMDB's code as 0 or -errno. */
int meta_errno(int rc);

#endif /* META_INNER_H */
