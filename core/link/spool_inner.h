/* spool_inner.h - for spool*.c alone */
#ifndef LINK_SPOOL_INNER_H
#define LINK_SPOOL_INNER_H

#include "link/pieces.h"
#include "link/spool.h"
#include "link/spool_unpack.h"
#include "link/trail.h"

enum { SPOOL_PATH_MOST = 4096, SPOOL_SEGMENT_LEAST = 1 << 20 };

/* One file of the spool. */
struct spool_file {
    uint64_t number;
    uint64_t size;   /* of the file */
    uint64_t used;   /* of it: head and records; 'size' when not known */
    uint64_t last;   /* sequence of the last batch that was read */
    uint64_t wrote;  /* of the last that was written, since it has ended */
    int64_t made_ns; /* wall clock, when it was begun; 0: not read yet */
    bool read;       /* wholly */
    bool bad;        /* to be set aside, not used again */
};

/* A layout, for batches that are written. */
struct spool_shape {
    uint32_t number;
    uint32_t count;   /* pieces that the segment 'segment' has */
    uint32_t twice;   /* pieces that the stream has twice */
    uint64_t segment; /* 0: none */
    struct pieces pieces;
    struct trail_row *row; /* the last one that was packed; or NULL */
    unsigned hanging;      /* batches since the last key */
};

struct spool {
    struct files *files;
    char *folder, *link;
    uint64_t size_most, segment_size;
    int64_t age_ns;
    bool drop_oldest, trims, packs;
    bool taken; /* the folder */
    int lock;
    uint64_t incarnation;

    struct spool_file *list; /* [count], by number */
    size_t count, room;
    uint64_t next_number;
    uint64_t spare; /* size of the file of that name; 0: there is none */

    /* Writing: to the last of the list, when 'fd' >= 0. */
    int fd;
    struct spool_head head;
    uint64_t last; /* sequence */
    bool dirty;
    int unsafe;            /* bringing a segment to the disk failed; -errno */
    bool full;             /* and nothing may be dropped */
    int64_t full_until_ns; /* monotonic; not tried before */
    struct wire_out out;
    uint32_t pass;        /* of what is packed */
    struct frame *packed; /* the batch that is being written; or NULL */
    struct wire_out pack_room;
    unsigned plain_left;         /* batches until packing is tried again */
    struct spool_shape **shapes; /* [shape_count], by number */
    size_t shape_count, shape_room;

    /* Reading: the list's 'at', through 'cursor' when that is open. */
    size_t at;
    struct spool_cursor *cursor;
    struct spool_unpacker *unpacker; /* of what 'cursor' reads; or NULL */
    struct spool_item item;
    bool peeked;
    unsigned troubles;   /* times that reading failed on end */
    int64_t retry_at_ns; /* monotonic */

    struct spool_figures figures;
};

#define SPOOL_SEGMENT ".seg" /* how their names end */

/* Writes the path of a file of the folder. */
void spool_path(const struct spool *self, const char *name,
                char path[SPOOL_PATH_MOST]);
void spool_number_path(const char *folder, uint64_t number, const char *suffix,
                       char path[SPOOL_PATH_MOST]);

/* Makes 'path' and what leads to it. */
int spool_make_folders(struct files *files, const char *path);

/* Puts a file into the list. */
void spool_add_file(struct spool *self, const struct spool_file *file);

/* Makes the folder, locks it and lists it; of a failure nothing is left. */
int spool_take_folder(struct spool *self, long *reterr_holder);

/* Cuts the file that is written to, to 'size' bytes. */
void spool_cut_file(struct spool *self, struct spool_file *file, uint64_t size);

/* Lets go of it. */
void spool_leave_folder(struct spool *self);

/* Cuts the last segment off where its records end. */
void spool_trim(struct spool *self);

/* Opens a file for the segment 'size', and adds it to the list.  Returns the
 * descriptor, -ENOSPC, or another -errno. */
int spool_make_file(struct spool *self, uint64_t size);

/* Drops the oldest file, and tells how many bytes are gone that no store has.
 */
void spool_drop_first(struct spool *self, const char *why);

/* Takes the oldest file away: its bytes are done, or dropped. */
void spool_remove_first(struct spool *self);

/* Ends reading in the segment that is read, if one is. */
void spool_close_cursor(struct spool *self);

/* Says whether the file is being written. */
static inline bool
spool_is_written(const struct spool *self, size_t at)
{
    return self->fd >= 0 && at + 1 == self->count;
}

/* Ends the segment that is being written; in order when it may be written to.
 */
void spool_end_segment(struct spool *self, bool in_order);

/* Packs the batch, whose layouts are held: 'packed' is it, or NULL where it is
 * to be written as it is. */
void spool_pack(struct spool *self, const struct frame_view *batch);

/* What was packed last is not written: nothing hangs on it, nor on what was
 * packed before. */
void spool_pack_anew(struct spool *self);

/* The same; and frees what packing needs. */
void spool_pack_rest(struct spool *self);

/* Returns the layout, or NULL. */
struct spool_shape *spool_find_shape(const struct spool *self, uint32_t number);
void spool_shapes_fini(struct spool *self);

/* Counts and tells a failure of the disk. */
void spool_fail(struct spool *self, const char *what, int rc);

#endif /* LINK_SPOOL_INNER_H */
