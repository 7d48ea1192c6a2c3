/* dead.h - batches that a store refused for ever, kept on disk
 *
 * They lie in the folder "dead" of a lane's spool, which is a spool's itself:
 * segments with layouts, and before each batch the reason (SPOOL_WHY).  They
 * get a stream and numbers of their own, as the store has had those that they
 * were refused under: a segment that is renamed into a queue is sent as it is.
 *
 * The oldest is dropped when there are too many.  One thread owns it; nothing
 * is on disk before the first letter.
 */
#ifndef LINK_DEAD_H
#define LINK_DEAD_H

#include "link/sender.h"
#include "link/spool.h"

#define DEAD_FOLDER "dead"

/* A batch that was refused, with the layouts that it uses. */
struct letter {
    uint8_t origin[16]; /* whose numbers the layouts have */
    struct frame *batch;
    struct frame **layouts; /* [layout_count], each from its begin on */
    size_t layout_count;
    char *why;
};

/* Returns a letter of what 'sender' has been refused; it holds the frames. */
struct letter *letter_new(const struct sender *sender, struct frame *batch,
                          const char *why);
void letter_destroy(struct letter **self_p);

struct dead;

struct dead_settings {
    struct files *files;
    const char *folder; /* the spool's; copied */
    const char *link;   /* for logs; copied */
    uint64_t size_bytes;
};

struct dead_figures {
    uint64_t batches;       /* kept since the start */
    uint64_t bytes;         /* on disk, as far as is known */
    uint64_t dropped_bytes; /* for want of room */
    uint64_t lost;          /* batches that could not be kept */
};

/* Most bytes of a spool's dead letters: a tenth of what the spool may have,
 * between 4 and 64 MiB. */
uint64_t dead_size_of(uint64_t spool_bytes);

struct dead *dead_new(const struct dead_settings *settings);
void dead_destroy(struct dead **self_p);

/* Sees what there is in its folder, which nobody else has. */
void dead_look(struct dead *self);

/* Keeps the letter, and says so in the log. */
void dead_keep(struct dead *self, const struct letter *letter);

/* Brings to the disk what was kept. */
void dead_sync(struct dead *self);

/* Ends the segment and lets go of the folder, until the next letter. */
void dead_close(struct dead *self);
const char *dead_folder(const struct dead *self);

/* Closes it when there has been no letter for a while. */
void dead_tick(struct dead *self, int64_t now_ns);

void dead_figures(const struct dead *self, struct dead_figures *ret_figures);

#endif /* LINK_DEAD_H */
