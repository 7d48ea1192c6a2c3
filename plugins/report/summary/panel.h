/* panel.h - what a report shows: a question, and how it is called
 *
 * A panel whose question is a selector, such as node_load1{dc="fra1"}, shows
 * the figures of the samples themselves; one whose question is an expression,
 * such as rate(node_intr_total[$__rate_interval]), those of its values at the
 * steps of the report.
 */
#ifndef SUMMARY_PANEL_H
#define SUMMARY_PANEL_H

#include <stdbool.h>
#include <stdint.h>

#include <weir/plugin.h>

enum panel_order { PANEL_LARGEST, PANEL_SMALLEST };

struct panel {
    const char *section; /* or "" */
    const char *title;   /* or "": the question */
    const char *query;
    const char *unit; /* or "": what the metric or its name says */
    int order;        /* enum panel_order: which series come first */
};

/* What there is to show of hosts, programs in Go, targets and weir itself. */
extern const struct panel panel_standard[];
extern const size_t panel_standard_count;

/* The table of the options of a block. */
extern const struct weir_option panel_options[];

/* Judges a panel; see struct weir_option. */
int panel_judge(const void *item, char *why, size_t size);

/* Returns the question with the time that rates are to look back in place of
 * $__rate_interval; the caller frees it. */
char *panel_question(const struct panel *self, int64_t rate_ns);

/* Says whether the question is a selector; then '*ret_selector' has it. */
bool panel_is_selector(const struct panel *self,
                       struct weir_selector **ret_selector);

/* Returns what to call it. */
const char *panel_title(const struct panel *self);

#endif /* SUMMARY_PANEL_H */
