/* draft.h - an input, storage, report or link as its statement has it
 *
 * What needs the other statements as well is left to wiring.h.
 */
#ifndef DRAFT_H
#define DRAFT_H

#include "commons.h"
#include "configuration.h"
#include "link/roll.h"
#include "scan.h"

enum { DRAFT_LINK = 0 }; /* beside enum weir_kind */

struct draft {
    const struct statement *statement;
    int kind;           /* enum weir_kind, or DRAFT_LINK */
    const char *plugin; /* NULL for a link */
    const char *name;
    const char *folder;           /* paths are relative to it */
    const struct weir_head *head; /* NULL for a link, or when not found */
    void *memory;
    struct commons commons;
    size_t copies;           /* of a link: 1 to all its stores */
    struct weir_list stores; /* what wiring made of 'to' or 'from' */
    bool broken;             /* it has errors */
    bool used;               /* another one names it */
};

/* What drafts are made with. */
struct drafting {
    const struct globals *globals;
    const char *state; /* folder for what is written */
    const char *peers; /* folder of public keys; NULL: there are no keys */
    const struct roll *roll; /* what is in it; NULL when it is not known */
    configuration_find *find;
    void *arg;
    struct arena *memory;
    struct complaints *into;
};

/* Reads the draft of a statement; what is wrong is complained of. */
void draft_init(struct draft *self, const struct statement *statement, int kind,
                const struct drafting *with);

/* Frees the patterns, unless they were given away. */
void draft_fini(struct draft *self);

/* Complains of what does not fit in a link's stores and copies. */
void draft_check_stores(struct draft *self, const struct drafting *with);

/* Returns "input", "storage", "report" or "link". */
const char *draft_kind(int kind);

/* Complains of the draft, where its statement begins. */
void draft_fail(struct draft *self, struct complaints *into, const char *format,
                ...) __attribute__((format(printf, 3, 4)));

#endif /* DRAFT_H */
