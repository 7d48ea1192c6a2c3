/* report.h - what a report says, before it is written in any form
 *
 * Rows come in by gather.h; report_choose() then says of which ones values are
 * to be asked, and report_finish() makes trends and moves of them.  Not thread
 * safe.
 */
#ifndef SUMMARY_REPORT_H
#define SUMMARY_REPORT_H

#include "panel.h"
#include "row.h"

enum {
    REPORT_STEPS_MOST = 96, /* of a window */
    REPORT_NOTES_MOST = 16, /* different ones */
};

struct report_settings {
    const char *title;
    int64_t after_ns, until_ns; /* the window, left-open */
    int64_t interval_ns;        /* between samples, as far as is known */
    bool utc;                   /* how times are written */
    bool hides_empty;           /* panels without samples are named alone */
    size_t rows_most;           /* shown of a panel */
    size_t series_most;         /* looked at of a panel */
    size_t moves_most;          /* told */
    size_t size_most;           /* bytes of what is written */
};

/* A panel and what was found for it. */
struct report_part {
    const struct panel *panel;
    bool is_selector;
    struct row *rows; /* [count] */
    size_t count, room;
    size_t shown;       /* the first of them */
    size_t more;        /* series above series_most */
    size_t gone, fresh; /* series that only one of the windows has */
    char *failure;      /* why it was not answered; or NULL */
    char *shared;       /* labels that all shown rows have; or NULL */
};

/* What moved most. */
struct report_move {
    const struct report_part *part;
    const struct row *row;
};

struct report {
    struct report_settings with;
    int64_t step_ns, rate_ns;  /* between points; that rates look back */
    size_t steps;              /* points of a window */
    struct report_part *parts; /* [part_count] */
    size_t part_count;
    struct report_move *moves; /* [move_count], greatest first */
    size_t move_count;
    char **notes; /* [note_count]: warnings of storages... */
    size_t note_count;
};

/* Makes an empty report of panels, which are lent until it is destroyed, as is
 * the title. */
struct report *report_new(const struct report_settings *with,
                          const struct panel panels[], size_t count);
void report_destroy(struct report **self_p);

/* Keeps a warning, once. */
void report_note(struct report *self, const char *text);

/* Adds a row for a series and returns it, valid until the next one is added;
 * NULL when the part has as many as it may. */
struct row *report_add(struct report *self, struct report_part *part,
                       const struct weir_series *series);

/* Sorts the part's rows by their text, for report_find(). */
void report_sort(struct report_part *part);

/* Returns the part's row of that series, or NULL. */
struct row *report_find(const struct report_part *part,
                        const struct weir_series *series);

/* Gives the row room for its points, which are NAN. */
void report_make_points(const struct report *self, struct row *row);

/* Sets the row's point at a time; one that is no step is passed over. */
void report_set_point(const struct report *self, struct row *row,
                      int64_t time_ns, double value);

/* Returns how long the window is, in seconds. */
double report_window_s(const struct report *self);

/* Returns when the point 'step', from 0 to 2 * steps - 1, is. */
int64_t report_time_of(const struct report *self, size_t step);

/* Puts the rows to be shown first, by the panels' orders, and says which ones
 * points are wanted of. */
void report_choose(struct report *self);

/* Finds trends of rows with points, and what moved most. */
void report_finish(struct report *self);

/* Says whether no panel was answered; then '*ret_why' tells of the first. */
bool report_failed(const struct report *self, const char **ret_why);

#endif /* SUMMARY_REPORT_H */
