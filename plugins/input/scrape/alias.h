/* alias.h - a target whose certificate has another name than its host
 *
 * The request is made as if to that name, which is shown to the target and
 * looked for in its certificate; the connection goes to the host, and the Host
 * header says so, too.
 */
#ifndef ALIAS_H
#define ALIAS_H

#include <curl/curl.h>

/* {0}: the target goes by its own name. */
struct alias {
    struct curl_slist *heads; /* those of any request, and Host */
    struct curl_slist *to;    /* where connections go */
};

/* Lets 'easy' ask 'url', of https, under 'name'; 'heads' are copied.  Returns
 * 0, -EINVAL when it is no name, or -ENOMEM. */
int alias_set(struct alias *self, CURL *easy, const char *url, const char *name,
              const struct curl_slist *heads);

/* Frees it; 'easy' is gone by then. */
void alias_fini(struct alias *self);

#endif /* ALIAS_H */
