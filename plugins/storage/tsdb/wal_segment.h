/* wal_segment.h - the bytes of a segment of the log
 *
 * A segment begins with a head of 1,024 bytes, which is there twice, so that
 * one damaged sector does not take the segment away.  Records follow, each a
 * multiple of 8 bytes: a record head and entries (wal_entry.h).  Their
 * checksums begin with the segment's salt, so that what a recycled file held
 * before never passes.
 *
 * All numbers are little-endian.
 */
#ifndef TSDB_WAL_SEGMENT_H
#define TSDB_WAL_SEGMENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

_Static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__,
               "what tsdb writes is little-endian");

enum {
    SEGMENT_HEAD = 1024, /* bytes before the first record */
    SEGMENT_COPY = 512,  /* where the head's second copy is */
    SEGMENT_VERSION = 1,
    SEGMENT_CONTINUES = 1, /* a flag: rows may hang on those before */
};

struct segment_head {
    char magic[8];
    uint32_t crc; /* of what follows */
    uint32_t version;
    uint64_t number;      /* that of the file's name */
    uint64_t first_lsn;   /* of its first record */
    uint64_t durable_lsn; /* the last that was durable when it began */
    uint32_t salt;
    uint32_t flags;
};

struct record_head {
    uint32_t crc;  /* of what follows, to the record's end */
    uint32_t size; /* of the record, with this */
    uint64_t lsn;
    uint32_t behind; /* lsn - behind was durable when this was written */
    uint32_t zero;
};

/* A segment in memory. */
struct segment_view {
    const uint8_t *bytes; /* 8-aligned; 8 more can be read behind 'size' */
    size_t size;
    uint32_t salt;
};

enum segment_kind {
    SEGMENT_BEGUN,   /* it holds records, or could */
    SEGMENT_SPARE,   /* zeros, or the head of what the file was before */
    SEGMENT_DAMAGED, /* neither copy of the head is right */
    SEGMENT_NEWER,   /* a later weir wrote it */
};

/* Writes both copies, with magic, version and checksum, into 'bytes'. */
void segment_head_write(struct segment_head *head, uint8_t bytes[SEGMENT_HEAD]);

/* Reads the head of the file 'number' out of its first bytes. */
enum segment_kind segment_head_read(const uint8_t bytes[SEGMENT_HEAD],
                                    uint64_t number,
                                    struct segment_head *ret_head);

/* Puts its checksum into the record, 8-aligned, whose head is complete. */
void record_seal(struct record_head *record, uint32_t salt);

/* Returns the record at 'offset', NULL when there is none that is whole. */
const struct record_head *record_at(const struct segment_view *view,
                                    size_t offset);

/* Returns the first whole record at or behind 'offset' whose LSN is at least
 * 'least' and below 'limit', NULL for none.  Bounded in time, whatever the
 * bytes: with very many that look like one it gives up. */
const struct record_head *record_find(const struct segment_view *view,
                                      size_t offset, uint64_t least,
                                      uint64_t limit);

static inline size_t
record_end(const struct segment_view *view, const struct record_head *record)
{
    return (size_t)((const uint8_t *)record - view->bytes) + record->size;
}

/* The last LSN of which the record tells that it was durable. */
static inline uint64_t
record_witness(const struct record_head *record)
{
    return record->lsn > record->behind ? record->lsn - record->behind : 0;
}

#endif /* TSDB_WAL_SEGMENT_H */
