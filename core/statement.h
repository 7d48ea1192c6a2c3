/* statement.h - what stands at the top of a configuration file
 *
 * The grammar behind scan.h: from tokens to one statement after the other.
 */
#ifndef STATEMENT_H
#define STATEMENT_H

#include <glob.h>
#include <sys/types.h>

#include "scan.h"
#include "token.h"

/* A file that is being read, with the files that its last include named. */
struct frame {
    const char *file;
    char *text;
    struct token_reader reader;
    struct token token; /* the current one */
    bool broken;        /* the current statement */
    int wrong_line;     /* where the last token that was told of ended */
    dev_t device;
    ino_t inode;
    glob_t includes;
    size_t include_next;
    int include_line;
};

struct scan {
    struct frame frames[SCAN_INCLUDES_MOST + 1];
    size_t depth; /* frames in use */
    size_t file_count;
    struct arena *texts;
    struct complaints *into;
    struct statements *out;
    size_t room; /* for statements */
};

/* Reads the next token; what is wrong with it is told. */
void statement_advance(struct scan *self);

/* Reads what begins with the current token of the newest frame: a statement,
 * which is added, an include, whose files are found, or a mistake. */
void statement_read(struct scan *self);

/* Complains of line 'line' of the newest frame, and marks its statement. */
void statement_fail(struct scan *self, int line, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

#endif /* STATEMENT_H */
