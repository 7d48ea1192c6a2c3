/* board.h - the figures of all series at one time, and ways to write them */
#ifndef PRINT_BOARD_H
#define PRINT_BOARD_H

#include <stdio.h>

#include <weir/query.h>

/* The figures of one series; 'figures.series' is not valid any more. */
struct print_row {
    char *name;   /* of the metric with its suffix */
    char *labels; /* a="b",c="d"; or "" */
    char **pairs; /* a="b" each, ends with NULL */
    char *object; /* the same in JSON: {"a":"b","c":"d"} */
    char *unit;
    struct weir_figures figures;
};

struct print_board {
    int64_t time_ns, window_ns;
    struct print_row *rows; /* [count] */
    size_t count, room;
};

/* Adds a row; all is copied. */
void board_add(struct print_board *self, const struct weir_figures *figures);

/* Sorts by name, then by labels. */
void board_sort(struct print_board *self);

/* Drops all rows. */
void board_clear(struct print_board *self);

/* Says whether 'pair' is among 'pairs', which ends with NULL. */
bool board_has(char *const pairs[], const char *pair);

/* Returns the pairs with commas between them, but for those that 'without'
 * has; the caller frees it. */
char *board_join(char *const pairs[], char *const without[]);

/* Writes one line a series, of at most 'most' (0: all): with names for people
 * and grep, or JSON objects. */
void board_lines(const struct print_board *self, size_t most, FILE *out);
void board_json(const struct print_board *self, size_t most, FILE *out);

/* Writes a table less than 'width' wide that overwrites the one before it on a
 * terminal.  Labels that all series have are shown once, above it.  'most'
 * bounds the rows; 'note' is shown below it when it is not
 * "". */
void board_table(const struct print_board *self, size_t width, size_t most,
                 const char *note, FILE *out);

#endif /* PRINT_BOARD_H */
