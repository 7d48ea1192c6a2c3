/* backlog_inner.h - for backlog*.c alone */
#ifndef LINK_BACKLOG_INNER_H
#define LINK_BACKLOG_INNER_H

#include "link/backlog.h"

/* Who is told when what was written is on disk. */
struct backlog_unsynced {
    sender_told *told;
    void *arg;
};

/* A layout of the stream that is sent, and which segment had it last. */
struct backlog_use {
    uint32_t number;
    uint64_t segment;
};

struct backlog {
    struct backlog_settings settings;
    struct spool *spool;
    struct spool *fresh; /* what is sent in slot 0; or NULL */
    char *fresh_folder;
    uint64_t fresh_from, fresh_to; /* sequences that it has without a gap, when
                                    * the first is not greater */
    uint64_t mark;     /* what the spool had before the first was kept, or 0 */
    struct dead *dead; /* or NULL */
    uint64_t unburied; /* letters that came when there was no folder */
    int64_t looked_ns, taken_ns; /* monotonic: when it looked, and tried */
    int take_rc;                 /* of the last try */
    int kept_rc;      /* of the spool's first failed sync since 'keeps' */
    bool keeps;       /* something was to be kept */
    bool fresh_taken; /* what was in the folder of 'fresh', too */
    bool gap;         /* one could not be kept */
    bool buried;      /* something of the spool, since the last sync */

    /* What is written. */
    uint8_t stream[16];
    uint64_t sequence; /* the last one */
    struct backlog_unsynced *unsynced;
    size_t unsynced_count, unsynced_room;
    bool dirty;
    bool unsafe; /* some of the spool was not brought to the disk, at some time
                  */
    int64_t dirty_ns, expired_ns;

    /* What is sent. */
    struct sender *sender;    /* NULL: there is nothing */
    uint8_t sending[16];      /* its stream */
    bool streams;             /* the store takes it */
    uint64_t segment;         /* that is being read */
    struct backlog_use *uses; /* [use_count], by number */
    size_t use_count, use_room;
    struct sender_figures sent; /* by senders that have gone */
    uint64_t unusable;
};

/* Tries to get the folder, and does what "weir spool" wants; now and then. */
void backlog_look(struct backlog *self, int64_t now_ns);

/* Makes the spool of what is fresh, takes its folder when there is one for the
 * rest, and lets go of it. */
void backlog_make_fresh(struct backlog *self);
void backlog_take_fresh(struct backlog *self);
void backlog_end_fresh(struct backlog *self);

/* Writes to one of the two. */
int backlog_append(struct backlog *self, struct spool *to,
                   const uint8_t stream[16], const struct sender_batch *batch);

/* Ends what is being sent, if anything is; what is not durable stays. */
void backlog_end_stream(struct backlog *self);

#endif /* LINK_BACKLOG_INNER_H */
