/* relabel.h - rules that change, keep or drop label sets, as Prometheus' do
 *
 * A rule joins the values of its source labels by its separator, looks whether
 * its regular expression matches all of that, and does its action.  Rules are
 * applied in the order of the file, each to what the one before made.  One
 * thread uses them.
 */
#ifndef RELABEL_H
#define RELABEL_H

#include <weir/plugin.h>

#include "labelset.h"
#include "rule.h"

struct relabel;

/* Makes what applies 'rules', items of which each was judged good by
 * rule_judge(); they outlive it.
 * A rule whose match takes too long is told in the log of the instance 'owner',
 * once; to nobody when it is NULL.  Returns 0, -ENOMEM, or -EINVAL. */
int relabel_new(const struct weir_blocks *rules, void *owner,
                struct relabel **ret_relabel);
void relabel_destroy(struct relabel **self_p);

/* Applies the rules to 'labels'.  A match that takes too long is none, and a
 * label whose name would be invalid is not set by "replace"; the names that
 * "labelmap" sets are whatever comes of it.  Returns 1 when the set is kept, 0
 * when it is dropped, or -ENOMEM; in the latter cases what is left in it has no
 * meaning. */
int relabel_apply(struct relabel *self, struct labelset *labels);

#endif /* RELABEL_H */
