/* survey.h - which settings a section has, and where
 *
 * A survey walks over a section's text before libconfuse does: it notes each
 * setting and block with its line, and blanks out what libconfuse would stop
 * at, or take in silence, after it has complained of it.
 */
#ifndef SURVEY_H
#define SURVEY_H

#include "scan.h"
#include "section.h"
#include "token.h"

enum { SURVEY_MOST = 1000 }; /* settings and blocks of a section */

struct setting {
    const char *name;
    const struct weir_option *option; /* NULL: a label in a map */
    size_t part;                      /* the option's, in block 0 */
    size_t block;
    int line;
};

/* Block 0 is the section itself. */
struct block {
    const struct weir_option *option; /* a map or blocks; NULL for block 0 */
    size_t part;
    size_t parent;
    size_t nth;  /* of its option in the parent */
    size_t same; /* blocks of its option, in the first of them */
    int line;
};

struct survey {
    const struct section *section;
    char *text; /* the section's, with blanks */
    struct token_reader reader;
    struct token token;
    size_t levels[SCAN_NESTING_MOST + 1]; /* open blocks */
    size_t depth;
    struct setting *settings;
    size_t setting_count;
    struct block *blocks;
    size_t block_count;
    bool failed;        /* there was a complaint */
    bool broken;        /* libconfuse must not see the text */
    struct token stray; /* what the survey stopped at, for libconfuse to
                         * complain of; TOKEN_END when there is none */
    struct arena scratch;
};

/* Surveys the section. */
void survey_init(struct survey *self, const struct section *section);
void survey_fini(struct survey *self);

/* Complains of line 'line', and notes that. */
void survey_fail(struct survey *self, int line, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

#endif /* SURVEY_H */
