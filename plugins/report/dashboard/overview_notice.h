/* overview_notice.h - what a survey has to warn of
 *
 * A survey owns one.  Each text is told once; what fails for the same reason is
 * told together.  Not thread safe.
 */
#ifndef OVERVIEW_NOTICE_H
#define OVERVIEW_NOTICE_H

#include <stddef.h>

enum { WARNINGS_MOST = 12 };

/* What failed for one reason. */
struct failure {
    char *why, *first; /* the first of them is named */
    size_t count;
};

/* {0} is empty. */
struct notices {
    char *warnings[WARNINGS_MOST]; /* [warning_count] */
    size_t warning_count, left_out;
    struct failure failures[WARNINGS_MOST]; /* [failure_count] */
    size_t failure_count;
};

/* Adds a warning. */
void notices_warn(struct notices *self, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* Notes that 'what' can not be told, and takes that text. */
void notices_fail(struct notices *self, char *what, const char *why);

/* Makes warnings of the failures. */
void notices_settle(struct notices *self);

void notices_fini(struct notices *self);

#endif /* OVERVIEW_NOTICE_H */
