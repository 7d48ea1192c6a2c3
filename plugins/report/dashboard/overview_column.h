/* overview_column.h - what the overview tells of each kind of thing: tables
 *
 * A column is a question in PromQL that gives at most one value for each pair
 * of the labels instance and job.  To add a figure, add a line.
 */
#ifndef OVERVIEW_COLUMN_H
#define OVERVIEW_COLUMN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What is looked at.  What is of several kinds is a row of the first alone: a
 * node exporter is a program in Go, but stands for its host. */
enum kind { KIND_HOST, KIND_GO, KIND_WEIR, KIND_TARGET, KINDS };

struct kind_words {
    const char *key, *title;
    const char *seen; /* PromQL: when something was last heard of it */
};

extern const struct kind_words kinds[KINDS];

struct column {
    enum kind kind;
    bool defines; /* whatever has a value is of this kind; asked always */
    const char *key, *title;
    const char *unit; /* ratio, bytes, bytes/s, seconds, 1/s or count */
    const char *help;
    const char *text; /* PromQL; $r is the range of rates, $w the window */
};

/* Filesystems on disks; others are full by nature. */
#define DISKS                                                              \
    "{fstype!~\"tmpfs|ramfs|devtmpfs|squashfs|iso9660|udf|erofs|overlay|n" \
    "sfs|efivarfs\"}"

/* Those of a kind stand together.  The sparkline of a row shows the first that
 * has a value. */
enum { COLUMNS = 21 };
extern const struct column columns[COLUMNS];

/* Returns the column of 'kind' with that key, or COLUMNS. */
size_t column_find(enum kind kind, const char *key);

/* Returns 'text' with the ranges filled in; the caller frees it. */
char *column_question(const char *text, int64_t rate_ns, int64_t window_ns);

#endif /* OVERVIEW_COLUMN_H */
