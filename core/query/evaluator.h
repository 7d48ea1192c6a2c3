/* query/evaluator.h - what the parts of an evaluation share
 *
 * The parts are functions that take the evaluator, an expression, and the grid
 * on which it is wanted, and fill a vector, {0} before, that is their caller's.
 * Once something failed, what they fill does not matter: who loops over much
 * asks evaluator_goes_on(), and the first failure is what is told.
 */
#ifndef QUERY_EVALUATOR_H
#define QUERY_EVALUATOR_H

#include "query/evaluation.h"

struct evaluator {
    const struct evaluation_task *task;
    struct arena arena; /* label sets, texts of labels and notes */
    struct notes {
        struct weir_note *notes; /* [count] */
        size_t count, room;
        size_t left_out[2]; /* warnings, infos above NOTES_MOST */
    } notes;
    uint64_t samples;      /* looked at or made so far */
    uint64_t memory_bytes; /* of all tracks made so far that still live */
    struct share share;    /* covers what is made */
    uint32_t until_look;   /* at the clock */
    int rc;                /* 0, or why all ends */
};

/* Evaluates any expression but a string or a range. */
void evaluate(struct evaluator *self, const struct expression *expression,
              const struct grid *grid, struct vector *ret_vector);

/* Counts 'samples' as looked at, and says whether to go on: not after a
 * failure, above a bound, after the deadline, or when cancelled. */
bool evaluator_goes_on(struct evaluator *self, size_t samples);

/* Says whether there is room for 'bytes' beside what is made already; fails
 * when not. */
bool evaluator_has_room(struct evaluator *self, uint64_t bytes);

/* Ends the evaluation; the first failure counts. */
void evaluator_fail(struct evaluator *self, int rc, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* Adds a warning or info about 'about', once. */
enum note_kind { NOTE_WARNING, NOTE_INFO };
void evaluator_note(struct evaluator *self, enum note_kind kind,
                    const struct expression *about, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

/* Adds a track without values; returns NULL, and fails, above the bounds.
 * Valid until the next one. */
struct track *evaluator_track(struct evaluator *self, struct vector *vector,
                              const struct labelset *labels,
                              const struct grid *grid);

/* Frees a vector of that grid. */
void evaluator_drop(struct evaluator *self, struct vector *vector,
                    const struct grid *grid);

/* Drops the tracks that have no value at all. */
void evaluator_prune(struct evaluator *self, struct vector *vector,
                     const struct grid *grid);

/* Makes one track of those with equal labels; fails when two have a value at
 * the same step. */
void evaluator_merge(struct evaluator *self, struct vector *vector,
                     const struct grid *grid);

/* Takes the name from all tracks, and merges. */
void evaluator_drop_names(struct evaluator *self, struct vector *vector,
                          const struct grid *grid);

/* Returns the text of a string's expression. */
const char *expression_text(const struct expression *expression);

/* The parts, each in a file of its name. */
void selector_evaluate(struct evaluator *self,
                       const struct expression *expression,
                       const struct grid *grid, bool timestamps,
                       struct vector *ret_vector);
void binary_evaluate(struct evaluator *self,
                     const struct expression *expression,
                     const struct grid *grid, struct vector *ret_vector);
void aggregation_evaluate(struct evaluator *self,
                          const struct expression *expression,
                          const struct grid *grid, struct vector *ret_vector);
void call_evaluate(struct evaluator *self, const struct expression *expression,
                   const struct grid *grid, struct vector *ret_vector);

#endif /* QUERY_EVALUATOR_H */
