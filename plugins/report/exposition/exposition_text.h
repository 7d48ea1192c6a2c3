/* exposition_text.h - a page as Prometheus text 0.0.4 or OpenMetrics 1.0 */
#ifndef EXPOSITION_TEXT_H
#define EXPOSITION_TEXT_H

#include <stdio.h>

#include "page.h"

enum exposition_form { EXPOSITION_PROMETHEUS, EXPOSITION_OPENMETRICS };

/* Returns what the Accept header (NULL: none) prefers. */
enum exposition_form exposition_negotiate(const char *accept);

/* Returns the form's content type. */
const char *exposition_type(enum exposition_form form);

/* Writes a sorted page. */
void exposition_write(FILE *out, const struct page *page,
                      enum exposition_form form);

#endif /* EXPOSITION_TEXT_H */
