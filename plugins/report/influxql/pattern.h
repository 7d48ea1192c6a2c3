/* pattern.h - whether a regular expression is one, as Go sees it
 *
 * Go's are a subset of what weir matches with, so a pattern that Go refuses is
 * refused in Go's words before it is used.
 */
#ifndef INFLUXQL_PATTERN_H
#define INFLUXQL_PATTERN_H

#include <stddef.h>

struct pattern_fault {
    const char *what; /* such as "missing closing )" */
    const char *part; /* of the pattern */
    int length;       /* of the part, in bytes */
};

/* Returns 0, or -EINVAL with what is wrong.  Names of classes of characters,
 * such as \p{Greek}, are not looked at. */
int pattern_check(const char *text, struct pattern_fault *ret_fault);

#endif /* INFLUXQL_PATTERN_H */
