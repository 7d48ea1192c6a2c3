/* top_answer.h - an answer of /api/v1/overview, read for weir top
 *
 * All texts are made harmless for a terminal as they are read.
 */
#ifndef TOP_ANSWER_H
#define TOP_ANSWER_H

#include <stdbool.h>
#include <stddef.h>

enum {
    TOP_KINDS = 4,
    TOP_COLUMNS = 8,
    TOP_SPARK = 60,
    TOP_WRONGS = 8,
    TOP_WARNINGS = 4,
};

enum top_state { TOP_OK, TOP_WARN, TOP_GONE, TOP_BAD, TOP_STATES };

enum top_figure { TOP_NOW, TOP_AVG, TOP_MAX, TOP_MIN, TOP_FIGURES };

struct top_column {
    char *key, *title, *unit, *help;
};

struct top_row {
    char *name;
    enum top_state state;
    char *wrong[TOP_WRONGS]; /* [wrong_count] */
    size_t wrong_count;
    double figures[TOP_COLUMNS][TOP_FIGURES]; /* NAN: there is none */
    double spark[TOP_SPARK];                  /* [spark_count] */
    size_t spark_count;
};

struct top_kind {
    char *title;
    size_t count, matched, bad, gone, warn;
    struct top_column columns[TOP_COLUMNS]; /* [column_count] */
    size_t column_count;
    struct top_row *rows; /* [row_count] */
    size_t row_count;
};

struct top_answer {
    struct top_kind kinds[TOP_KINDS]; /* [kind_count] */
    size_t kind_count;
    double end_s, window_s;
    char *warnings[TOP_WARNINGS]; /* [warning_count] */
    size_t warning_count;
};

/* Reads an answer; 'flags' are those of cli/plain.h.  Returns it, or NULL with
 * a sentence in '*reterr_why', which the caller frees. */
struct top_answer *top_answer_read(const char *bytes, size_t size,
                                   unsigned flags, char **reterr_why);
void top_answer_destroy(struct top_answer **self_p);

#endif /* TOP_ANSWER_H */
