/* overview_page.h - answers made of a survey, kept for the next viewer
 *
 * Whoever wants the same rows gets the same bytes, which are packed once.
 */
#ifndef OVERVIEW_PAGE_H
#define OVERVIEW_PAGE_H

#include "overview_view.h"

struct page;

/* Answers for good with the rows that 'view' wants of a survey that is over. */
void page_answer(struct survey *survey, const struct view *view,
                 struct weir_request **request_p);

/* Frees a list of pages. */
void pages_destroy(struct page **list_p);

#endif /* OVERVIEW_PAGE_H */
