/* wal_entry.h - what a record says: series, groups, rows, loose samples, marks
 *
 * A record holds entries, one after another, each begun by a byte that says
 * what it is; zeros fill the record up to a multiple of 8 bytes.
 */
#ifndef TSDB_WAL_ENTRY_H
#define TSDB_WAL_ENTRY_H

#include "wal_chain.h"

/* Add an entry to 'out'; what is given is as in wal.h. */
void entry_series(struct wire_out *out, uint32_t number,
                  const struct weir_series *series);
void entry_group(struct wire_out *out, uint32_t group, uint32_t from,
                 const uint32_t *series, uint32_t count);
void entry_row(struct wire_out *out, struct chain *chain,
               const struct wal_row *row);
void entry_loose(struct wire_out *out, const struct wal_loose *loose);
void entry_mark(struct wire_out *out, const uint8_t stream[16],
                uint64_t sequence);
void entry_checkpoint(struct wire_out *out, uint64_t lsn);

/* Reads entries; one owner.  Zeroed but for the visitor, it begins. */
struct entry_reader {
    const struct wal_visitor *visitor;
    void *arg;
    struct chain chain;
    uint64_t broken; /* rows that hang on lost ones, so far */
    int stopped;     /* what the visitor returned, when it was not 0 */
    struct wire_out labels, numbers, times, values; /* room to lend */
};

void entry_reader_fini(struct entry_reader *self);

/* Reads the entries in 'bytes', behind which 8 more can be read.  Unless it is
 * 'seen' the visitor does not hear of them.  Returns 0; -ECANCELED with
 * 'stopped' set; or -EBADMSG when they make no sense. */
int entries_read(struct entry_reader *self, const uint8_t *bytes, size_t size,
                 bool seen);

#endif /* TSDB_WAL_ENTRY_H */
