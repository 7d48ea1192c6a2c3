/* meta.h - labels of what is found, out of JSON that others wrote
 *
 * Of an answer of Docker or Kubernetes: what is too long for a label is of no
 * use for weir, and left out.
 */
#ifndef META_H
#define META_H

#include <jansson.h>

#include "findings.h"

/* Lets go of '*json_p'; for weir_cleanup(). */
void meta_release(json_t **json_p);

/* Returns the text that 'json' has under 'name', or "". */
const char *meta_text(const json_t *json, const char *name);

/* Puts a label into a set of 'into'.  Return 0, or -E2BIG as findings_label().
 */
int meta_add(struct findings *into, struct labelset *set, const char *name,
             const char *value);

/* The same for each text of 'map' (or NULL), under 'prefix' and its name; and,
 * as its text may be empty, "true" under 'present' (or NULL) and its name. */
int meta_add_map(struct findings *into, struct labelset *set, json_t *map,
                 const char *prefix, const char *present);

/* Puts "__address__" into it, of an address and a port; "" is no port. */
int meta_add_address(struct findings *into, struct labelset *set,
                     const char *ip, const char *port);

#endif /* META_H */
