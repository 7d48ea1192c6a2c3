/* file_record.h - files that remember all that was done to them
 *
 * Every change goes to the real files and into a list.  From the list a test
 * makes the folder anew as it may be after the power failed behind any of the
 * changes: of what was written to a file since its last sync, each sector of
 * 512 bytes is there or not; names given, changed or taken since their folder's
 * last sync are there up to some one of them, in their order.
 *
 * Any thread.
 */
#ifndef TSDB_FILE_RECORD_H
#define TSDB_FILE_RECORD_H

#include <stdbool.h>

#include "file.h"

struct file_record;

/* Returns a recorder of the real files whose paths begin with 'root'.  With
 * 'deaf' it does as if a sync synced nothing, which a test must notice. */
struct file_record *file_record_new(const char *root, bool deaf);
void file_record_destroy(struct file_record **self_p);

/* What is given to who is tested; lives as long as 'self'. */
struct files *file_record_files(struct file_record *self);

/* How many changes were recorded so far. */
size_t file_record_count(struct file_record *self);

enum file_crash {
    CRASH_NOTHING,    /* only what was synced is there */
    CRASH_EVERYTHING, /* all is there, as when a process is killed */
    CRASH_CHANCE,     /* some sectors and names are, as 'seed' decides */
};

/* Writes what is there after the first 'count' changes and a power loss into
 * the new folder 'root'.  Returns 0 or -errno. */
int file_record_crash(struct file_record *self, size_t count,
                      enum file_crash how, uint64_t seed, const char *root);

#endif /* TSDB_FILE_RECORD_H */
