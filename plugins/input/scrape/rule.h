/* rule.h - a rule of relabelling as the user writes it, and what is wrong with
 * it
 *
 *     relabel { source = {"__address__"}  regex = '(.*):\d+'  target = "host" }
 *
 * Pure functions and a table.
 */
#ifndef RULE_H
#define RULE_H

#include <stdbool.h>
#include <stdint.h>

#include <weir/plugin.h>

/* In the order of the choices in the table of options. */
enum rule_action {
    RULE_REPLACE,
    RULE_KEEP,
    RULE_DROP,
    RULE_KEEPEQUAL,
    RULE_DROPEQUAL,
    RULE_HASHMOD,
    RULE_LOWERCASE,
    RULE_UPPERCASE,
    RULE_LABELMAP,
    RULE_LABELDROP,
    RULE_LABELKEEP,
};

/* An item of a repeated block. */
struct rule {
    struct weir_list source;
    const char *separator, *regex, *target, *replacement;
    int64_t modulus; /* 0: not said */
    int action;      /* enum rule_action */
};

extern const struct weir_option rule_options[];

/* Judges an item: as Prometheus would, it refuses what an action lacks, and
 * some of what has no meaning for it.  Returns 0, or -EINVAL with what is wrong
 * and what to do in 'why', 'size' bytes. */
int rule_judge(const void *item, char *why, size_t size);

/* Says whether 'name' may name a label, __name__ too. */
bool rule_may_name(const char *name);

#endif /* RULE_H */
