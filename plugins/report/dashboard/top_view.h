/* top_view.h - what weir top shows of the overview, and what keys change
 *
 * Knows nothing of ncurses but the numbers of its keys.
 */
#ifndef TOP_VIEW_H
#define TOP_VIEW_H

#include "top_asker.h"
#include "top_wish.h"

enum { TOP_SEARCH_SIZE = 128 };

enum top_mode { TOP_LIST, TOP_SEARCHING, TOP_HELP };

struct top_view {
    struct top_answer *answer; /* or NULL */
    char *failure;             /* why the last question was not answered */
    enum top_mode mode;
    size_t kind;             /* the one that is shown, in the answer's order */
    size_t selected, offset; /* of its matched rows: absolute */
    size_t height;           /* rows that there is room for */
    enum top_figure figure;
    bool paused, quit, stale; /* 'stale': ask at once */
    int64_t window_ns;
    char search[TOP_SEARCH_SIZE];
    char sort[32]; /* "" is by state */
    bool ascending;
};

void top_view_init(struct top_view *self, const struct top_wish *wish);
void top_view_fini(struct top_view *self);

/* Returns the kind that is shown, or NULL before there is one. */
const struct top_kind *top_view_kind(const struct top_view *self);

/* Returns the row that is selected, or NULL. */
const struct top_row *top_view_row(const struct top_view *self);

/* Does what a key says. */
void top_view_key(struct top_view *self, int key);

/* Takes an answer, or why there is none. */
void top_view_take(struct top_view *self, struct top_answer *answer,
                   char *failure);

/* Says how many rows there is room for. */
void top_view_fit(struct top_view *self, size_t height);

/* What is to be asked for. */
struct top_question top_view_question(const struct top_view *self);

#endif /* TOP_VIEW_H */
