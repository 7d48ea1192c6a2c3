/* wal_entry.h - what a record says: series, groups, rows, loose samples, marks
 *
 * A row is written as what differs from the group's row before: a bit for each
 * column that changed, and of each changed value the bytes in the middle of the
 * exclusive or of both that are not zero.  A *chain* remembers the rows before.
 * Now and then a row differs from nothing, a key, so that a reader who lost a
 * row, or starts in the middle, soon finds on.
 */
#ifndef TSDB_WAL_ENTRY_H
#define TSDB_WAL_ENTRY_H

#include "wal.h"

/* Bytes that grow. */
struct wal_text {
    uint8_t *bytes; /* from malloc: aligned for everything */
    size_t size, room;
};

/* Makes room for 'size' more bytes and returns where they go. */
uint8_t *wal_text_reserve(struct wal_text *self, size_t size);
void wal_text_add(struct wal_text *self, const void *bytes, size_t size);
void wal_text_fini(struct wal_text *self);

/* The last row of each group.  Zeroed, it is empty. */
struct chain {
    struct chain_row **rows; /* [room], NULL: none yet */
    uint32_t room;
    uint64_t breaks;     /* counts chain_break() */
    uint32_t label_room; /* of 'labels' */
    struct weir_label *labels;
    struct wal_text scratch;
};

void chain_fini(struct chain *self);

/* Rows before are not known any more: each group goes on with a key. */
void chain_break(struct chain *self);

/* The group is gone. */
void chain_forget(struct chain *self, uint32_t group);

/* Add an entry to 'text'. */
void entry_series(struct wal_text *text, uint32_t number,
                  const struct weir_series *series);
void entry_group(struct wal_text *text, uint32_t group, uint32_t from,
                 const uint32_t *series, uint32_t count);
void entry_row(struct wal_text *text, struct chain *chain,
               const struct wal_row *row);
void entry_loose(struct wal_text *text, const struct wal_loose *loose);
void entry_mark(struct wal_text *text, const uint8_t stream[16],
                uint64_t sequence);
void entry_checkpoint(struct wal_text *text, uint64_t lsn);

/* Where a reader is. */
struct entry_reader {
    const uint8_t *at, *end; /* 8 bytes behind 'end' can be read */
    struct chain *chain;
    const struct wal_visitor *visitor; /* NULL: only keep the chain going */
    void *arg;
    uint64_t broken; /* grows by rows that hang on a lost one */
    int stopped;     /* what the visitor returned, when it was not 0 */
};

/* Reads all entries.  Returns 0, -ECANCELED with 'stopped' set, or -EBADMSG
 * when they make no sense. */
int entries_read(struct entry_reader *self);

#endif /* TSDB_WAL_ENTRY_H */
