/* spool_home.h - where the spool of a lane lies */
#ifndef LINK_SPOOL_HOME_H
#define LINK_SPOOL_HOME_H

#include <weir/plugin.h>

/* Returns the folder STATE/spool/LINK/STORE, owned by the caller, where STORE
 * is 'store' as a file name. */
char *spool_home(const char *state, const char *link, const char *store);

/* Spools of the link whose stores it has no more go to the first of 'stores'
 * (one at least): before that one's spool is opened, or while it is. */
void spool_gather(const char *state, const char *link,
                  const struct weir_list *stores);

/* What waits in one spool's folder, which nobody has, goes to another's. */
void spool_move(const char *link, const char *from, const char *to);

#endif /* LINK_SPOOL_HOME_H */
