/* part.h - an immutable file of samples that describes itself
 *
 * A part holds chunks of series, each chunk some values of one series and a
 * span of a vector of times, which is stored once for all chunks that share
 * it.  It is written once, in the order of the series' ids, under a temporary
 * name, and renamed when it is durable.  Every byte lies under a checksum.
 *
 *     head    64 bytes: version, what the part is, see struct part_origin
 *     frames  the chunks: u32 CRC-32C, and what it covers: varint size of the
 *             payload, series id, vector, u8 kind, unless it has all times of
 *             the vector skip and count; the payload.  Many frames,
 *             without their checksums, become one extent where that is smaller:
 *             u32 CRC-32C, a byte 0, and the frames as zstd packs them
 *     extents u32 CRC-32C; where extents lie, see struct part_extent
 *     times   the vectors: u32 CRC-32C, varint count and size, the payload
 *     index   pages of at most 4 KiB: what each chunk is, by series and time
 *     series  texts, metrics and label sets of the ids present, deflated
 *     foot    where the sections lie, their checksums, counts
 *
 * The index and foot can be made again from the rest.
 */
#ifndef TSDB_PART_H
#define TSDB_PART_H

#include <stddef.h>
#include <stdint.h>

#include <weir/batch.h>

#include "codec.h"
#include "file.h"
#include "span.h"

enum {
    PART_VERSION = 3,      /* 1 had no extents, 2 longer names and index */
    PART_CHUNK_AIM = 1024, /* samples of a chunk, where there are enough */
};

/* What a part is, and comes from; goes into its head. */
struct part_origin {
    uint8_t store[16];            /* id of the store */
    uint32_t level;               /* 0 flushed from the head, 1, 2 compacted */
    uint64_t first_lsn, last_lsn; /* of the log's records that are in it */
    int64_t tier_ns;              /* 0: samples as they came */
};

/* What a part has; the writer says it at its end, the reader when open. */
struct part_info {
    struct part_origin origin;
    uint64_t series, chunks, vectors, samples;
    uint64_t size;             /* bytes of the file */
    int64_t from_ns, until_ns; /* first and last time, both inclusive */
};

/* A chunk as its index has it. */
struct part_chunk {
    uint32_t series;           /* id */
    uint32_t count;            /* samples, at least 1 */
    int64_t from_ns, until_ns; /* first and last time, both inclusive */
    struct codec_summary summary;
    uint32_t vector, skip; /* its times: number of the vector, and how many
                            * times of that lie before */
    uint64_t offset;       /* of its frame, were none packed */
    uint32_t size;         /* bytes of the frame */
};

/* Writing.  One thread has a writer. */
struct part_writer;

/* Begins the part that will be called 'path'; until its end it is
 * 'path' + ".new", and an older file of that name is overwritten.  'files'
 * lives as long as the writer.  Returns 0 or -errno. */
int part_writer_open(struct files *files, const char *path,
                     const struct part_origin *origin,
                     struct part_writer **ret_writer);

/* Deletes what was written, unless the part ended; NULL does nothing. */
void part_writer_destroy(struct part_writer **self_p);

/* Begins the next series; ids ascend strictly, and each series gets samples.
 * 'series' is copied. */
void part_writer_series(struct part_writer *self, uint32_t id,
                        const struct weir_series *series);

/* Adds samples of the series begun last: 'count' >= 1 strictly ascending times
 * behind those added before, and their values.  Makes chunks of
 * PART_CHUNK_AIM samples from the beginning of 'times_ns' on, so that callers
 * who give many series the same times share vectors.  Nothing is kept of the
 * arrays. Returns 0 or -errno; after a failure the writer can only be
 * destroyed. */
int part_writer_add(struct part_writer *self, const int64_t *times_ns,
                    const double *values, size_t count);

/* Adds one chunk that is encoded already: 'size' bytes of codec_encode(), with
 * the values' summary.  Otherwise as part_writer_add(). */
struct part_encoded {
    const int64_t *times_ns; /* [count] */
    size_t count;
    const unsigned char *bytes;
    size_t size;
    struct codec_summary summary;
};
int part_writer_add_encoded(struct part_writer *self,
                            const struct part_encoded *encoded);

/* Returns about how many bytes the part would have if it ended now, rather more
 * than less. */
uint64_t part_writer_size(const struct part_writer *self);

/* Completes the part: writes what is left, fdatasync, rename, fsync of the
 * folder.  Frees the writer in any case and sets '*self_p' to NULL.  Returns 0
 * with 'ret_info' (or NULL), or -errno with no file left behind; -ENODATA for a
 * part without samples. */
int part_writer_end(struct part_writer **self_p, struct part_info *ret_info);

/* Reading.  A part never changes; any number of threads may read it. */
struct part;

/* Opens the part and checks its head, foot, index and table of times.  'files'
 * lives as long as the part.  Returns 0, -errno, -EBADMSG when it is damaged or
 * no part, or -ENOTSUP when its version is newer than PART_VERSION. */
int part_open(struct files *files, const char *path, struct part **ret_part);
void part_destroy(struct part **self_p);

const struct part_info *part_info(const struct part *self);

/* Calls 'each' for every series of the part, ascending by id; 'series' is lent
 * for the call.  Stops when it returns other than 0 and returns that.  Returns
 * 0, or -EBADMSG. */
typedef int part_each_series(void *arg, uint32_t id,
                             const struct weir_series *series);
int part_series(const struct part *self, part_each_series *each, void *arg);

/* A place in a part, and memory to decode into.  One thread has a cursor. */
struct part_cursor;

/* 'part' lives as long as the cursor. */
struct part_cursor *part_cursor_new(const struct part *part);

/* Goes over to the first chunk of another part, which lives as long as the
 * cursor, too: going to and fro costs little. */
void part_cursor_turn(struct part_cursor *self, const struct part *part);

void part_cursor_destroy(struct part_cursor **self_p);

/* Goes to the chunks of series 'id' that have samples with
 * after_ns < time <= until_ns, or may have. */
void part_cursor_seek(struct part_cursor *self, uint32_t id, int64_t after_ns,
                      int64_t until_ns);

/* Goes to the first chunk of all; part_cursor_next() then gives every one. */
void part_cursor_rewind(struct part_cursor *self);

/* Gives the next chunk, by time.  Returns 0, -ENODATA when there is none left,
 * -EBADMSG, or -errno. */
int part_cursor_next(struct part_cursor *self, struct part_chunk *ret_chunk);

/* Decodes a chunk that part_cursor_next() gave: '*ret_times_ns' and
 * '*ret_values', 'chunk->count' of each, are valid until the next load
 * with this cursor.  Samples outside of the range sought are among them.
 * Returns 0, -EBADMSG, or -errno; then the next chunk may still be read. */
int part_cursor_load(struct part_cursor *self, const struct part_chunk *chunk,
                     const int64_t **ret_times_ns, const double **ret_values);

/* The same without values, for chunks whose summary does. */
int part_cursor_load_times(struct part_cursor *self,
                           const struct part_chunk *chunk,
                           const int64_t **ret_times_ns);

/* The same for who sums up, with nothing that this does not need. */
int part_cursor_load_span(struct part_cursor *self,
                          const struct part_chunk *chunk,
                          struct span *ret_span);

/* Makes of such a span, which was the last loaded, the samples from 'first' to
 * before 'end', with their times, and with nothing left to divide. */
void part_cursor_spell(struct part_cursor *self, struct span *span,
                       size_t first, size_t end);

/* The same without values: all of them are the summary's 'min'. */
int part_cursor_load_level(struct part_cursor *self,
                           const struct part_chunk *chunk,
                           struct span *ret_span);

/* The chunk as codec_encode() made it, for part_writer_add_encoded(); it and
 * its times as above. */
int part_cursor_lend(struct part_cursor *self, const struct part_chunk *chunk,
                     struct part_encoded *ret_encoded);

/* Reads every byte: all checksums, that frames lie side by side and are what
 * the index says, that all decodes, and that counts, times and summaries agree.
 * Returns 0, or -EBADMSG with what is wrong and where in 'why', 'size' bytes.
 */
int part_verify(struct files *files, const char *path, char *why, size_t size);

#endif /* TSDB_PART_H */
