/* shown.h - an answer of the API as text, by one of the views of weir query */
#ifndef SHOWN_H
#define SHOWN_H

#include <weir/cleanup.h>

#include "base.h"
#include "cli/view.h"
#include "spec.h"

/* A file, and terminals of 80 by 24. */
static const struct screen shown_file = {
    .utf8 = true, .width = 80, .height = 24};
static const struct screen shown_terminal = {
    .terminal = true, .utf8 = true, .width = 80, .height = 24};

/* Reads the answer with 'result' of 'type'. */
static inline struct outcome *
shown_outcome(const char *type, const char *result)
{
    struct outcome *outcome = NULL;
    weir_cleanup(weir_free) char *text = NULL;

    ck_assert_int_gt(asprintf(&text,
                              "{\"status\":\"success\",\"data\":{\"resultType\""
                              ":\"%s\",\"result\":%s}}",
                              type, result),
                     0);
    ck_assert_int_eq(outcome_read(text, strlen(text), &outcome), 0);
    return outcome;
}

/* What is shown. */
struct shown {
    const char *type, *result;
    struct span span;
};

/* Shows it in UTC; the caller frees the text. */
static inline char *
shown_by(view_outcome *view, const struct shown *shown,
         const struct screen *screen)
{
    weir_cleanup(outcome_destroy) struct outcome *outcome =
        shown_outcome(shown->type, shown->result);
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);

    ck_assert_ptr_nonnull(out);
    (void)setenv("TZ", "UTC0", 1);
    tzset();
    view(outcome, &shown->span, screen, out);
    (void)fclose(out);
    return text;
}

#endif /* SHOWN_H */
