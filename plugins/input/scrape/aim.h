/* aim.h - the labels that say where to scrape, and the URL that they make */
#ifndef AIM_H
#define AIM_H

#include "labelset.h"

/* Sets "__scheme__", "__address__" and "__metrics_path__" in 'into', a query
 * still behind the path, from a whole 'url' of a struct place.  Returns 0 or
 * -ENOMEM. */
int aim_split(const char *url, struct labelset *into);

/* Makes a text for place_init() of these labels and of each "__param_NAME":
 * http when there is no scheme, / when there is no path; freed by the caller.
 * Returns 0, -EINVAL with what is wrong in '*ret_why', or -ENOMEM. */
int aim_join(const struct labelset *labels, char **ret_text,
             const char **ret_why);

#endif /* AIM_H */
