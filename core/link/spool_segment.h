/* spool_segment.h - a file of a spool: batches, and the layouts that they use
 *
 * A head of 64 bytes, then records one after another, each at a multiple of 8:
 *
 *     head    u32 "WSPL"   u32 version, 1 or 2   u64 salt   u8[16] stream
 *             u64 incarnation   u64 sequence of the first batch
 *             i64 when it was made (wall clock)   u32 0
 *             u32 CRC-32C of the 60 bytes before this
 *     record  u32 CRC-32C of the salt and all that follows   u32 size of the
 *             body   u32 type   u32 0   u64 sequence   i64 when (wall clock)
 *             body, padded with zeros
 *
 * A type is FRAME_LAYOUT or FRAME_BATCH, and the body then that of the frame;
 * SPOOL_WHY, with the reason for which a store refused the batch that follows;
 * or SPOOL_END, with which a segment ends that was closed in order.  A layout
 * stands before the first batch of a segment that uses it, and when it is new
 * to the stream once more behind that.  A file is used again with another salt,
 * so that the old records in it are none.
 *
 * In version 2 a batch may be SPOOL_PACKED: its body is that of a packed BATCH
 * with the record's sequence (core/link/README.md, "Packed").  Its rows hang on
 * those of records before it in the same segment, fifteen on one another at
 * most: one behind these has keys alone.  So what comes behind a damaged record
 * is lost with it up to there, and nothing of another segment is.
 */
#ifndef LINK_SPOOL_SEGMENT_H
#define LINK_SPOOL_SEGMENT_H

#include "file.h"
#include "link/frame.h"
#include "link/wire.h"

enum {
    SPOOL_HEAD_SIZE = 64,
    SPOOL_RECORD_SIZE = 32, /* without its body */
    SPOOL_PACKED = 253,
    SPOOL_WHY = 254,
    SPOOL_END = 255,
};

struct spool_head {
    uint64_t salt;
    uint8_t stream[16];
    uint64_t incarnation;
    uint64_t first;
    int64_t made_ns;
    bool packs; /* the version is 2 */
};

struct spool_record {
    uint32_t type;
    uint64_t sequence; /* of a batch, packed or not */
    int64_t time_ns;
    const unsigned char *body; /* [size] */
    size_t size;
};

/* Says whether a file of that name is a segment, and its number. */
bool spool_is_segment(const char *name, uint64_t *ret_number);

void spool_head_write(const struct spool_head *head,
                      unsigned char bytes[SPOOL_HEAD_SIZE]);

/* Returns 0, or -EBADMSG. */
int spool_head_read(const unsigned char bytes[SPOOL_HEAD_SIZE],
                    struct spool_head *ret_head);

/* Bytes of a record in the file. */
static inline size_t
spool_record_room(size_t body_size)
{
    return SPOOL_RECORD_SIZE + ((body_size + 7) & ~(size_t)7);
}

/* Appends a record to bytes that are to be written. */
void spool_record_put(struct wire_out *out, uint64_t salt,
                      const struct spool_record *record);

/* Reads a segment from its head on, a mebibyte at a time.  What is no record is
 * passed over up to the next one. */
struct spool_cursor;

/* Takes 'fd', which it closes.  Returns 0, -EBADMSG when the head is none, or
 * another -errno; '*fd' stays the caller's then. */
int spool_cursor_open(struct files *files, int *fd,
                      struct spool_cursor **ret_cursor);
void spool_cursor_destroy(struct spool_cursor **self_p);

const struct spool_head *spool_cursor_head(const struct spool_cursor *self);

/* Reads the next record before 'end', the size of what is written.  Returns 1
 * with the record, valid until the next call; 0 when there is none any more; or
 * -errno when the file cannot be read, and then the same again. */
int spool_cursor_next(struct spool_cursor *self, uint64_t end,
                      struct spool_record *ret_record);

/* Where the next record is looked for: what is before is read. */
uint64_t spool_cursor_at(const struct spool_cursor *self);

/* Goes 'size' bytes on, past what cannot be read. */
void spool_cursor_skip(struct spool_cursor *self, uint64_t size);

/* How often there was something that is no record before one, since it was
 * opened, and whether SPOOL_END was read. */
uint64_t spool_cursor_damaged(const struct spool_cursor *self);
bool spool_cursor_ended(const struct spool_cursor *self);

#endif /* LINK_SPOOL_SEGMENT_H */
