/* summary.h - the instance of report summary, and its rooms */
#ifndef SUMMARY_H
#define SUMMARY_H

#include <weir/plugin.h>

#include "form.h"
#include "schedule.h"

enum {
    SUMMARY_ROWS_MOST = 1000,
    SUMMARY_REQUESTS_MOST = 4,      /* made at a time */
    SUMMARY_SIZE_MOST = 1536 << 10, /* of what HTTP takes at once, the most */
};

struct summary {
    /* Options: see the table. */
    struct weir_duration every, window;
    const char *at, *output, *title;
    int time_zone, format; /* 0: local; enum form_kind */
    int64_t keep, rows, moves, max_series;
    struct weir_size max_size;
    struct weir_list match;
    struct weir_blocks panel;

    struct schedule schedule;
    const struct panel *panels; /* [panel_count] */
    size_t panel_count;
    struct panel *own; /* made of 'match'; or NULL */
    int64_t due_ns;    /* of the next report */
    size_t requests;   /* that are being answered */
    bool writing;      /* a timed report is being made */
};

/* What one report is about. */
struct summary_wish {
    int64_t window_ns, until_ns;
    const struct panel *panels; /* [panel_count]; those of the instance */
    size_t panel_count;
    bool hides_empty;
    size_t rows_most; /* shown of a panel */
};

/* The wish of the instance's options, for a window that ends then. */
struct summary_wish summary_wish_of(const struct summary *self,
                                    int64_t until_ns);

/* Makes an empty report of a wish. */
struct report *summary_report(const struct summary *self,
                              const struct summary_wish *wish);

/* Makes a report of the window that ends at 'until_ns' and puts it where the
 * options say. */
void timed_start(struct summary *self, int64_t until_ns);

/* Answers a request with a report. */
weir_handler request_report;

#endif /* SUMMARY_H */
