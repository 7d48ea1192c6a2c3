/* ring.h - the newest rows of a layout
 *
 * A ring has a slot for each of the last RING_ROWS rows: their times, once for
 * all columns, and their values in tiles of RING_WIDTH columns.  A tile is
 * emptied once in RING_ROWS rows, each in its turn, so that no row finds much
 * to be done; before that, its rows are those from its first slot on, all the
 * way round.
 *
 * It has one owner.
 */
#ifndef TSDB_RING_H
#define TSDB_RING_H

#include <stdbool.h>
#include <stdint.h>

enum { RING_ROWS = 64, RING_WIDTH = 8 };

struct ring_tile {
    double values[RING_ROWS][RING_WIDTH]; /* by slot */
};

struct ring {
    uint32_t next; /* slot of the next row */
    uint32_t turn; /* slot at which tile 0 is emptied */
    uint32_t room; /* tiles */
    int64_t times_ns[RING_ROWS];
    struct ring_tile **tiles; /* [room], NULL: nothing is in it */
    uint8_t *present;         /* [RING_ROWS][room], a bit for each column */
};

/* 'turn' should differ between rings. */
struct ring *ring_new(uint32_t turn);
void ring_destroy(struct ring **self_p);

/* Makes room for 'width' columns. */
void ring_widen(struct ring *self, uint32_t width);

/* The slot from which on the rows of a tile lie, in the order they came. */
static inline uint32_t
ring_first(const struct ring *self, uint32_t tile)
{
    return (self->turn + tile) % RING_ROWS;
}

/* Returns the first tile that is to be emptied before the next row; every
 * RING_ROWS-th tile from there on is, too. */
static inline uint32_t
ring_due(const struct ring *self)
{
    return (self->next - self->turn) % RING_ROWS;
}

/* Puts the values of a tile's columns that 'bits' names, one or more, into the
 * next row. */
void ring_put(struct ring *self, uint32_t tile, uint8_t bits,
              const double *values);

/* The next row is complete. */
static inline void
ring_turn(struct ring *self, int64_t time_ns)
{
    self->times_ns[self->next] = time_ns;
    self->next = (self->next + 1) % RING_ROWS;
}

/* The rows of a tile in order: by time, and of one time as they came. */
struct ring_stretch {
    uint32_t count;
    bool twice; /* a time comes twice */
    int64_t times_ns[RING_ROWS];
    uint8_t slots[RING_ROWS];
    uint64_t which[RING_WIDTH]; /* rows that have a value of the column */
};

/* Looks at the rows of a tile; says whether there are any. */
bool ring_look(const struct ring *self, uint32_t tile,
               struct ring_stretch *ret_stretch);

/* Gives the values of a tile's column, as many as 'which' has. */
void ring_column(const struct ring *self, uint32_t tile, uint32_t column,
                 const struct ring_stretch *stretch, double *ret_values);

/* The rows of a tile's column, or of all, are gone. */
void ring_clear_column(struct ring *self, uint32_t tile, uint32_t column);
void ring_clear(struct ring *self, uint32_t tile);

/* Says whether the last row has nothing in the tile. */
static inline bool
ring_idle(const struct ring *self, uint32_t tile)
{
    uint32_t last = (self->next + RING_ROWS - 1) % RING_ROWS;

    return !self->present[last * self->room + tile];
}

/* Frees what a tile takes, in which nothing is. */
void ring_drop(struct ring *self, uint32_t tile);

#endif /* TSDB_RING_H */
