/* scan.h - configuration files to top-level statements
 *
 * libconfuse accepts an unclosed brace, loses stars, stops at the first error,
 * exits when it is given a folder, and leaks with each failed include.  So the
 * files are read here: regular files only, includes expanded, braces, strings
 * and variables checked.  Each statement then goes to libconfuse by itself.
 *
 * Nothing stops at an error: it is added to the complaints, and the statement
 * that has it is marked.
 */
#ifndef SCAN_H
#define SCAN_H

#include <stdbool.h>
#include <stddef.h>

#include "arena.h"
#include "complaint.h"

enum {
    SCAN_SIZE_MOST = 1 << 20, /* bytes of a file */
    SCAN_FILES_MOST = 256,    /* with includes */
    SCAN_INCLUDES_MOST = 8,   /* within one another */
    SCAN_NESTING_MOST = 8,    /* braces within one another */
    SCAN_STATEMENTS_MOST = 10000,
};

/* One statement: "interval = 10s", "input host { ... }". */
struct statement {
    const char *file;
    int line;
    const char *kind;  /* the first word */
    const char *title; /* the second, or NULL */
    const char *text;  /* all of it; comments are blanks */
    const char *body;  /* between the braces; NULL when there are none */
    int body_line;     /* where the body starts */
    bool broken;       /* it has errors, and they were told */
};

/* The statements in the order in which they take effect. */
struct statements {
    struct statement *list; /* [count] */
    size_t count;
};

/* Reads 'file' and all that it includes.  Texts live in 'texts', which the
 * caller owns, as does the list: statements_fini(). */
void scan_file(const char *file, struct arena *texts, struct complaints *into,
               struct statements *ret_statements);

/* The same for a text that is said to be 'file'; includes are relative to
 * that. */
void scan_text(const char *file, const char *text, struct arena *texts,
               struct complaints *into, struct statements *ret_statements);

/* Frees the list, and empties it. */
void statements_fini(struct statements *self);

#endif /* SCAN_H */
