/* overview_survey.h - one look at all there is, by many questions
 *
 * A survey asks for the columns and conditions of its kinds over one window,
 * and joins the answers into rows.  Many viewers share one, so it depends on
 * nothing but the window and the kinds.  Belongs to the instance's thread,
 * which only joins: the questions are answered on others.
 */
#ifndef OVERVIEW_SURVEY_H
#define OVERVIEW_SURVEY_H

#include "dashboard.h"
#include "overview_notice.h"
#include "overview_subject.h"

struct survey_key {
    int64_t end_ns; /* 0: now, whenever that is */
    int64_t window_ns;
    unsigned kinds; /* a set of 1U << kind */
};

struct viewer;
struct probe;
struct page;

struct survey {
    struct dashboard *owner;
    struct survey_key key;
    int64_t end_ns, step_ns;   /* the window is (end - window, end] */
    int64_t rate_ns;           /* the range of rates at the steps */
    int64_t begun_ns, over_ns; /* monotonic; 'over' is 0 while it runs */
    int64_t fresh_ns;          /* until then others may see it; monotonic */
    struct subjects subjects;
    struct subject **rows[KINDS]; /* [row_count], those of each kind */
    size_t row_count[KINDS];
    struct notices notices;
    struct probe *probes; /* [probe_count] */
    size_t probe_count, open_count;
    void (*over)(struct survey *self); /* called once, when all is joined */
    struct viewer *viewers;            /* list: who waits for it */
    struct page *pages;                /* list: answers made of it */
    struct survey *next;
};

/* Begins a survey; 'over' is called later, never from within. */
struct survey *survey_new(struct dashboard *owner, const struct survey_key *key,
                          void (*over)(struct survey *self));

/* Frees a survey that is over. */
void survey_destroy(struct survey **self_p);

#endif /* OVERVIEW_SURVEY_H */
