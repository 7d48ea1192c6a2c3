/* shelf.h - where reports are put: standard output, a file, or a folder
 *
 * A file is there as a whole or not at all: it is written beside, under a name
 * that begins with a dot, and then renamed.  May block, as disks do; any
 * thread.
 */
#ifndef SUMMARY_SHELF_H
#define SUMMARY_SHELF_H

#include <stdbool.h>
#include <stddef.h>

enum { SHELF_WHY_SIZE = 512 };

/* Writes a file, or into what is no file, such as a pipe.  Returns 0, or
 * -errno with a sentence in 'why'. */
int shelf_write(const char *path, const void *bytes, size_t size,
                char why[SHELF_WHY_SIZE]);

/* Says whether 'path' is to be a folder: it ends in '/', or is one. */
bool shelf_is_folder(const char *path);

/* A report on its way into a folder, which is made when it is not there. */
struct shelf_item {
    const char *folder;
    const char *name;   /* of the instance, begins all names */
    const char *time;   /* such as 2026-11-23T060000+0100 */
    const char *ending; /* such as html */
    size_t keep;        /* reports like this one; 0: all */
};

/* Writes folder/NAME-TIME.ENDING and deletes the oldest like it above 'keep':
 * those whose name and ending are the same, whatever else is in the folder.
 * Returns 0, or -errno with a sentence in 'why'. */
int shelf_put(const struct shelf_item *item, const void *bytes, size_t size,
              char why[SHELF_WHY_SIZE]);

#endif /* SUMMARY_SHELF_H */
