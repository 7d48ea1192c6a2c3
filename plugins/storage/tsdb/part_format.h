/* part_format.h - what lies where in a part: inside of part_*.c
 *
 * Numbers are little-endian; what is written of a struct is what it is in
 * memory.
 */
#ifndef TSDB_PART_FORMAT_H
#define TSDB_PART_FORMAT_H

#include <stdbool.h>

#include "link/varint.h"
#include "part.h"
#include "span.h"
#include "times.h"

enum {
    PART_PAGE_SIZE = 4096, /* of the index; the last page is as long as it is */
    PART_PAGE_HEAD_SIZE = 24,

    /* Of a chunk; there may be others one day. */
    PART_KIND_STRETCH = 0, /* doubles, whose times are some of the vector's */
    PART_KIND_WHOLE = 1,   /* doubles, with all of the vector's times */
    PART_WINDOW_LEAST = 4096, /* bytes read at once */
    PART_WINDOW_MOST = 65536, /* any frame, vector or page is smaller */
};

#define PART_MAGIC UINT64_C(0x7472617072696577) /* "weirpart" */

struct part_head {
    uint64_t magic;
    uint32_t version;
    uint32_t level;
    uint8_t store[16];
    uint64_t first_lsn, last_lsn;
    int64_t tier_ns;
    uint32_t unused;
    uint32_t sum; /* CRC-32C of what is before it */
};

/* Sections follow each other without gaps: frames, extents, times, index,
 * series, foot. */
struct part_foot {
    uint64_t extents; /* as below; version 1 begins behind it */
    uint64_t times, index, series, end; /* offsets; the last is the foot's */
    uint64_t series_count, chunk_count, vector_count, sample_count;
    int64_t from_ns, until_ns;
    uint64_t magic;
    uint32_t series_sum; /* CRC-32C of the series section */
    uint32_t sum;        /* CRC-32C of what is before it */
};

_Static_assert(sizeof(struct part_head) == 64, "no gaps");
_Static_assert(sizeof(struct part_foot) == 104, "no gaps");

/* Before the entries of a page of the index. */
struct part_page {
    uint32_t sum;    /* CRC-32C of all of the page behind it */
    uint32_t count;  /* entries */
    uint64_t offset; /* of the first entry's frame */
    uint32_t series; /* id of the first entry */
    uint32_t vector; /* number, of the first entry */
};

_Static_assert(sizeof(struct part_page) == PART_PAGE_HEAD_SIZE, "no gaps");

/* A vector of times, as a part has it. */
struct part_vector {
    uint64_t offset; /* where it lies in the file, with its head */
    int64_t from_ns, until_ns;
    uint32_t size, count; /* bytes; times */
};

/* What the flags of an entry of the index say. */
enum part_flag {
    PART_STRETCH = 1,   /* times are not all of the vector's: skip, count, and
                         * how much later and earlier it begins and ends */
    PART_LEVEL = 2,     /* max is min */
    PART_PRODUCT = 4,   /* sum is count * min */
    PART_HAS_NANS = 8,  /* counts of stale markers and other NaNs */
    PART_NEXT = 16,     /* the next series, and the same vector as before */
    PART_NEAR_MAX = 32, /* max and sum are told by what they differ from what */
    PART_NEAR_SUM = 64, /* is expected; since version 3 */
    PART_FLAGS = 127,
};

/* Summaries: part_summary.c. */

/* A summary as it is written. */
struct part_summary {
    unsigned flags; /* that say how */
    size_t size;
    unsigned char bytes[96]; /* any summary fits in */
};

void part_summary_write(const struct codec_summary *summary, uint32_t count,
                        struct part_summary *ret_written);

/* Reads it again; sets 'bad' of 'in' when it makes no sense. */
struct codec_summary part_summary_read(struct wire_in *in, unsigned flags,
                                       uint32_t count);

/* Goes behind it, which takes less time. */
void part_summary_skip(struct wire_in *in, unsigned flags);

/* Index: part_index.c. */

/* Where one is among the entries of a page. */
struct part_place {
    struct wire_in in;       /* the rest of the page */
    uint32_t left;           /* entries */
    uint64_t offset;         /* of the next frame */
    uint32_t series, vector; /* of the entry before */
};

/* Writes the entry, which follows that of 'before', to 'out'.  'whole' is the
 * vector of its times. */
void part_entry_write(struct wire_out *out, const struct part_chunk *chunk,
                      const struct part_place *before,
                      const struct part_vector *whole);

/* Goes to the beginning of a page of 'size' bytes. */
struct part_place part_page_begin(const unsigned char *page, size_t size);

/* Reads the next entry; there is one left.  Those of series below 'first' get
 * no summary.  Returns 0 or -EBADMSG. */
int part_entry_read(struct part_place *place, const struct part *part,
                    uint32_t first, struct part_chunk *ret_chunk);

/* The index as it grows. */
struct part_index {
    struct wire_out pages;   /* complete ones */
    struct wire_out entries; /* of the page that is not */
    struct part_page page;   /* its head */
    struct part_place last;  /* behind its last entry */
};

void part_index_add(struct part_index *self, const struct part_chunk *chunk,
                    const struct part_vector *whole);
/* Completes the last page; 'pages' has all then. */
void part_index_end(struct part_index *self);
void part_index_fini(struct part_index *self);

/* Frames that are on their way into the file: part_frames.c. */
struct part_frames;
struct part_vectors;

/* For a part of that level. */
struct part_frames *part_frames_new(uint32_t level);
void part_frames_destroy(struct part_frames **self_p);

/* Says whether a frame of about 'size' bytes may be added now; otherwise those
 * that wait are to be settled first. */
bool part_frames_take(const struct part_frames *self, size_t size);
/* 'chunk' has all but its 'offset' and 'size'; 'whole': and all times of its
 * vector. */
void part_frames_add(struct part_frames *self,
                     const struct part_encoded *encoded,
                     const struct part_chunk *chunk, bool whole);
/* Appends the frames that wait to 'out', whose bytes go to 'at' of the file,
 * and what they are to the index. */
void part_frames_settle(struct part_frames *self, struct wire_out *out,
                        uint64_t at, struct part_index *index,
                        const struct part_vectors *vectors);
/* Bytes that wait, at most, with the table. */
size_t part_frames_size(const struct part_frames *self);
/* Appends the section of extents. */
void part_frames_write_table(const struct part_frames *self,
                             struct wire_out *out);

/* Series: part_names.c writes, part_series.c reads. */
struct part_names;

/* The columns of the section, unpacked; of the first three counts stand before
 * all: texts, metrics, series.  A text is referred to by its number and 1, or
 * by 0 when it is the next that none referred to before, in the order of the
 * series, and in each metric (if it is new), suffix and labels. */
enum part_column {
    PART_TEXTS,   /* each with a '\0' behind it */
    PART_METRICS, /* u8 type; name, unit, help */
    PART_STEPS,   /* varint id since the series before */
    PART_KINDS,   /* its metric: 0 the next new one, or how far back it was */
    PART_SUFFIXES,
    PART_LABEL_COUNTS, /* varint */
    PART_LABEL_NAMES,
    PART_LABEL_VALUES,
    PART_COLUMNS,
};

struct part_names *part_names_new(void);
void part_names_destroy(struct part_names **self_p);
void part_names_add(struct part_names *self, uint32_t id,
                    const struct weir_series *series);
/* About how many bytes it takes, before it is packed. */
size_t part_names_size(const struct part_names *self);
/* Appends the section to 'out'. */
void part_names_write(const struct part_names *self, struct wire_out *out);

/* Times: part_vectors.c. */

struct part_vectors *part_vectors_new(void);
void part_vectors_destroy(struct part_vectors **self_p);

/* Finds or adds the times.  Returns the vector's number, and how many of its
 * times lie before. */
uint32_t part_vectors_intern(struct part_vectors *self, const int64_t *times_ns,
                             size_t count, uint32_t *ret_skip);
/* Its 'offset' is 0, its 'size' without the head. */
const struct part_vector *part_vectors_at(const struct part_vectors *self,
                                          uint32_t number);
uint32_t part_vectors_count(const struct part_vectors *self);
/* The section; valid until the next intern. */
const struct wire_out *part_vectors_bytes(const struct part_vectors *self);

/* Reads the section, 'size' bytes that lie at 'offset' of the file, into an
 * array of 'count' that the caller frees.  Returns 0 or -EBADMSG. */
int part_vectors_read(const unsigned char *bytes, size_t size, uint64_t offset,
                      uint64_t count, struct part_vector **ret_vectors);

/* Decodes the vector out of its bytes into 'times_ns', which has room for
 * TIMES_MOST.  Returns 0 or -EBADMSG. */
int part_vector_decode(const struct part_vector *self,
                       const unsigned char *bytes, int64_t *times_ns);

/* Says whether the vector's times are even: 1 with the first and how far apart
 * they are, 0, or -EBADMSG. */
int part_vector_even(const struct part_vector *self, const unsigned char *bytes,
                     int64_t *ret_from_ns, uint64_t *ret_every_ns);

/* An extent.  Chunks have the offsets that they would have if extents were in
 * the file unpacked; in the table each has varints: bytes between the extent
 * before and this one, 'plain_size', 'size'. */
struct part_extent {
    uint64_t plain;      /* offset of its first frame */
    uint64_t offset;     /* where it lies in the file */
    uint32_t plain_size; /* bytes of its frames */
    uint32_t size;       /* bytes in the file */
};

/* The part: part.c. */
struct part {
    struct files *files;
    int fd;
    uint32_t version;
    struct part_info info;
    struct part_foot foot;
    uint32_t *firsts;            /* [part_page_count()], ids of the series with
                                  * which the pages of the index begin */
    struct part_vector *vectors; /* [info.vectors] */
    struct part_extent *extents; /* [extent_count] */
    size_t extent_count;
};

/* Where a page of the index lies; its size in '*ret_size'. */
uint64_t part_page_at(const struct part *self, uint64_t page, size_t *ret_size);
uint64_t part_page_count(const struct part *self);

/* Says whether the bytes of a page are what was written. */
bool part_page_right(const unsigned char *page, size_t size);

/* Reads the section of versions 1 and 2, unpacked, for part_series():
 * part_series_old.c. */
int part_series_old(struct wire_in in, part_each_series *each, void *arg);

/* Reading: part_window.c. */

/* Reads 'size' bytes at 'offset'.  Returns 0, -errno, or -EBADMSG when the file
 * ends before. */
int part_bytes(const struct part *self, uint64_t offset, void *bytes,
               size_t size);

/* Bytes that were read last.  Before the first, 'part' is NULL. */
struct part_window {
    const struct part *part;
    uint64_t begin; /* where they lie */
    size_t size;
    unsigned char bytes[PART_WINDOW_MOST];
};

/* Lends 'size' bytes at 'offset', until the next call, having read on from
 * there.  Returns 0, -errno, or -EBADMSG when that is not before the foot, or
 * too much. */
int part_window_read(struct part_window *self, const struct part *part,
                     uint64_t offset, size_t size,
                     const unsigned char **ret_bytes);

/* Finding entries: part_trail.c. */

/* How far the index of a part was read, so that the next series is found from
 * there: series are mostly sought in their order, in one part after another. */
struct part_trail {
    const struct part *part;         /* or NULL */
    uint64_t next;                   /* the page after that in 'bytes' */
    struct part_place place, before; /* the next entry, and the one before it */
    bool sure; /* all entries before 'place' are of its series and before */
    unsigned char bytes[PART_PAGE_SIZE];
};

/* The trails of the parts that were read lately. */
enum { PART_TRAILS = 32 };

struct part_trails {
    struct part_trail items[PART_TRAILS];
    size_t next; /* to be used for another part */
};

void part_trails_init(struct part_trails *self);
struct part_trail *part_trails_find(struct part_trails *self,
                                    const struct part *part);

/* Goes to the first entry of all, or before those of series 'id'. */
void part_trail_rewind(struct part_trail *self);
void part_trail_seek(struct part_trail *self, uint32_t id);

/* Reads the next entry, as part_entry_read().  Returns -ENODATA behind the last
 * one, or -errno. */
int part_trail_next(struct part_trail *self, uint32_t first,
                    struct part_chunk *ret_chunk);

/* Goes back to the entry that was read. */
void part_trail_back(struct part_trail *self);

/* Times of chunks: part_times.c. */

/* A vector that is not even, as decoded. */
struct part_slot {
    const struct part *part;
    int64_t vector; /* its number, or -1 */
    int64_t times_ns[TIMES_MOST];
};

/* Vectors that were read lately: each is in one of some slots that follow each
 * other. */
enum { PART_SLOTS = 32, PART_WAYS = 8 };

struct part_times {
    struct part_slot slots[PART_SLOTS];
    size_t next;                 /* of the ways, to be used for another one */
    int64_t even_ns[TIMES_MOST]; /* of the chunk that was loaded last */
    struct part_window window;
};

void part_times_init(struct part_times *self);

/* Lends the chunk's times until the next call.  Returns 0, -EBADMSG, or -errno.
 */
int part_times_load(struct part_times *self, const struct part *part,
                    const struct part_chunk *chunk,
                    const int64_t **ret_times_ns);

/* Lends the times from 'first' to before 'end' of a span that is even.  They
 * are made anew each time, which is faster than to fetch them from where they
 * would be kept. */
const int64_t *part_times_make(struct part_times *self, const struct span *span,
                               size_t first, size_t end);

/* Finds out whether the times of the chunk are even, which takes no decoding,
 * and says how in '*ret_span'.  Returns 1, 0, or what failed; also 0 when they
 * are decoded already. */
int part_times_look(struct part_times *self, const struct part *part,
                    const struct part_chunk *chunk, struct span *ret_span);

/* Extents: part_extent.c. */

/* Reads the section into the part.  Returns 0, -errno or -EBADMSG. */
int part_extents_read(struct part *self);

/* Returns the last extent whose frames begin at the offset 'plain' or before,
 * or NULL. */
const struct part_extent *part_extent_before(const struct part *self,
                                             uint64_t plain);

/* Returns the offset of a chunk that would follow the last one. */
uint64_t part_plain_end(const struct part *self);

/* Extents that were unpacked lately: who reads one series after another of
 * several parts comes back to each of their extents. */
enum { PART_UNPACKED_MOST = 64 };

struct part_unpacked {
    struct part_unpacked_one {
        const struct part_extent *extent; /* of an open part; NULL: none */
        unsigned char *bytes;             /* [room], or NULL */
        size_t room;
    } ones[PART_UNPACKED_MOST];
    uint32_t last, next;          /* found last, unpacked next */
    struct ZSTD_DCtx_s *unpacker; /* NULL before the first */
};

void part_unpacked_init(struct part_unpacked *self);
void part_unpacked_fini(struct part_unpacked *self);

/* Lends the bytes of the extent, 'plain_size', until the next call; they are
 * read by way of 'window'.  Returns 0, -errno or -EBADMSG. */
int part_unpack(struct part_unpacked *self, struct part_window *window,
                const struct part *part, const struct part_extent *extent,
                const unsigned char **ret_bytes);

#endif /* TSDB_PART_FORMAT_H */
