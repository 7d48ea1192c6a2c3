/* board.h - what a store's threads leave for a port, and read of it
 *
 * Any thread may call these.  A note rings the bell, a descriptor that the
 * port's stage watches; so a note that comes when the stage has gone does no
 * harm.
 */
#ifndef LINK_BOARD_H
#define LINK_BOARD_H

#include "link/port.h"
#include "link/word.h"

struct board;

/* A ticket that can never be stored, and why. */
struct board_refusal {
    uint64_t number;
    char why[WORD_WHY_MOST + 1];
};

/* What was noted since the last look. */
struct board_notes {
    uint64_t durable;               /* ticket, since the start */
    struct board_refusal *refusals; /* [refusal_count], as they came */
    size_t refusal_count;
    bool room;
};

struct board *board_new(void);
void board_destroy(struct board **self_p);

/* The descriptor to watch for POLLIN; the board's own. */
int board_bell(const struct board *self);
void board_ring(struct board *self);

void board_note_durable(struct board *self, uint64_t number);
void board_note_refused(struct board *self, uint64_t number, const char *why);
void board_note_room(struct board *self);

/* Quiets the bell and takes the notes, which board_notes_fini() frees. */
struct board_notes board_take(struct board *self);
void board_notes_fini(struct board_notes *notes);

void board_show(struct board *self, const struct port_figures *figures);
void board_read(struct board *self, struct port_figures *ret_figures);

#endif /* LINK_BOARD_H */
