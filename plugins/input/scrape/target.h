/* target.h - one target: from what was found to what is scraped
 *
 * Belongs to the thread of the instance.
 */
#ifndef TARGET_H
#define TARGET_H

#include "labelset.h"

struct scraper;
struct target;

/* Makes a target of what was 'found': defaults are added, the input's rules
 * applied, and labels left that begin with "__" are gone.  '*ret_target' is
 * NULL when the rules drop it.  Returns 0, -EINVAL with what is wrong in
 * '*ret_why', or -ENOMEM. */
int target_new(struct scraper *owner, const struct labelset *found,
               struct target **ret_target, const char **ret_why);

/* Orders targets by labels, then by URL; 0: they are the same. */
int target_compare(const struct target *a, const struct target *b);

/* Gives it a source and a turn.  Returns 0 or -ENOMEM. */
int target_open(struct target *self);

/* Frees it; a scrape that runs ends, and what it gave becomes stale. */
void target_destroy(struct target **self_p);

#endif /* TARGET_H */
