/* gather.h - asks the storages for what a report is made of
 *
 * One question after the other, on the instance's thread.  For a panel that is
 * a selector: the figures of its series over the window and over the one
 * before, by weir_summary(), then, of those that are shown or may have moved
 * most, their values at the steps, by weir_query(), each series by itself.  For
 * an expression: its values at the steps, of which the figures are made.
 */
#ifndef SUMMARY_GATHER_H
#define SUMMARY_GATHER_H

#include "report.h"

struct gather_wish {
    void *instance;
    struct report *report;       /* new; lent until it is gathered */
    struct weir_request *client; /* whose leaving ends it; or NULL */
    int64_t deadline_ns;         /* on CLOCK_MONOTONIC */
};

/* Told at the end: 'rc' is 0, or -ECANCELED when the instance closes or the
 * client has gone.  What could not be asked the report says itself. */
typedef void gathered(void *instance, void *arg, int rc);

/* Gathers, and calls 'done' with 'arg' once; maybe before it returns. */
void gather_start(const struct gather_wish *wish, gathered *done, void *arg);

#endif /* SUMMARY_GATHER_H */
