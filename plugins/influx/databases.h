/* databases.h - the list of databases, in a file that lasts
 *
 * One name a line, in "databases" in a folder beside weir's state.  Several
 * instances, also of other plugins, may have the same folder: who asks looks
 * whether the file has changed, and who changes it holds a lock.  One thread
 * has a struct; what blocks is no more than a stat, unless something changes.
 */
#ifndef INFLUX_DATABASES_H
#define INFLUX_DATABASES_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/stat.h>

enum { DATABASES_MOST = 1000, DATABASE_NAME_MOST = 255 };

struct databases {
    char *folder;
    char *text;         /* the file's, a '\0' behind each name; or NULL */
    const char **names; /* [count], sorted */
    size_t count;
    struct stat seen; /* the file as it was read */
};

/* Makes a list of 'folder', which databases_add() makes when it is due. */
void databases_init(struct databases *self, const char *folder);
void databases_fini(struct databases *self);

/* Reads the list again if it has changed: 'names' lasts until the next call.
 * Returns 0, or -errno when it can not be read. */
int databases_look(struct databases *self);

/* Says whether there is a database: 1 or 0, or -errno as above. */
int databases_has(struct databases *self, const char *name);

/* Says whether a database may be called so: UTF-8 without control characters,
 * '/' and '\\', up to DATABASE_NAME_MOST bytes, neither "." nor "..". */
bool databases_valid(const char *name);

/* Add or remove a database; one that is there, or is not, is no error.  Return
 * 0 when the list is on disk, -EINVAL for such a name, -EDQUOT above
 * DATABASES_MOST, or -errno. */
int databases_add(struct databases *self, const char *name);
int databases_drop(struct databases *self, const char *name);

#endif /* INFLUX_DATABASES_H */
