/* files.h - targets from files, as Prometheus' file_sd has them
 *
 * Their folders are watched, so that a change is seen at once, and all is read
 * again every 5 minutes; a folder that cannot be watched is looked at every 2
 * seconds.  Reading happens off the instance's thread.  A file that cannot be
 * read, or is wrong, keeps the targets that it had; one that is gone has none.
 */
#ifndef FILES_H
#define FILES_H

struct files;
struct scraper;

/* Judges one pattern of the option 'files': only the last part of the path may
 * have wildcards.  Returns 0, or -EINVAL with what is wrong in '*ret_why'. */
int files_judge(const char *pattern, const char **ret_why);

/* Begins to watch what the option says.  Returns 0 or a negative errno, with
 * the reason kept. */
int files_open(struct scraper *owner, struct files **ret_files);

void files_close(struct files **self_p);

#endif /* FILES_H */
