/* spool_home.h - where the spool of a lane lies */
#ifndef LINK_SPOOL_HOME_H
#define LINK_SPOOL_HOME_H

/* Returns the folder STATE/spool/LINK/STORE, owned by the caller, where STORE
 * is 'store' as a file name.  A link that has another store now takes the
 * spool along that it had for the one before. */
char *spool_home(const char *state, const char *link, const char *store);

#endif /* LINK_SPOOL_HOME_H */
