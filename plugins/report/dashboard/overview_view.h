/* overview_view.h - which rows of a survey are wanted, in which order */
#ifndef OVERVIEW_VIEW_H
#define OVERVIEW_VIEW_H

#include "../reply/json.h"
#include "../reply/parameter.h"
#include "overview_survey.h"

enum { LIMIT_USUAL = 100, LIMIT_MOST = 1000, SEARCH_MOST = 200 };

struct view {
    const char *search; /* the request's, or "": what the name must have */
    const char *sort;   /* the same: name, state or a column's key */
    bool descending;
    bool cut;             /* a higher limit was asked for */
    size_t limit, offset; /* rows of each kind */
};

/* Reads what the request asks for.  Returns 0, or -EINVAL with the reason in
 * 'why'. */
int view_read(const struct weir_request *request, struct view *ret_view,
              char why[WHY_SIZE]);

/* Returns those rows of 'kind' that are wanted, in order, '*ret_matched' of
 * them without limit and offset; the caller frees them.  They are valid as long
 * as the survey. */
const struct subject **view_rows(const struct view *self,
                                 const struct survey *survey, enum kind kind,
                                 size_t *ret_matched);

/* Writes the answer. */
void view_write(const struct view *self, const struct survey *survey,
                struct json *json);

#endif /* OVERVIEW_VIEW_H */
