/* option.h - option tables: from text to a plugin's instance
 *
 * One table serves parsing, checking, `weir plugins`, and the sample text.  A
 * value is written as the user does: 10s, 64M, text, {"a", "b"}.  To read whole
 * settings, "name = value", see section.h.
 */
#ifndef OPTION_H
#define OPTION_H

#include <weir/plugin.h>

#include "arena.h"

/* Where an option stands, for paths, and what keeps its texts. */
struct option_place {
    const char *folder;  /* paths are relative to it */
    struct arena *texts; /* keeps what the instance points to */
    const char *state;   /* so are state paths to this; NULL: to 'folder' */
};

/* Writes every fallback into 'instance'.  Required options, lists and maps
 * without a fallback get the empty text, list and map; numbers stay zero.
 * Patterns that are there already are freed.  A fallback that does not parse
 * is the plugin's mistake: assert. */
void option_defaults(const struct weir_option *options, void *instance,
                     const struct option_place *place);

/* Parsers of single values; 0, or -EINVAL and '*reterr_why' is a constant text
 * such as "a duration such as 10s is due".  Durations are the likes of 1h30m,
 * 0.5s, 10ms or 0, by ms s m h d w y (365 days), sizes the likes of 64M, 1.5G
 * or 0, by powers of 1024. */
int option_parse_duration(const char *text, int64_t *ret_ns,
                          const char **reterr_why);
int option_parse_size(const char *text, uint64_t *ret_bytes,
                      const char **reterr_why);

/* Writes one value, or any number into a list.  Returns 0, or -EINVAL with a
 * sentence in 'why', OPTION_WHY_SIZE bytes: "interval: a duration such as 10s
 * is due, not \"ten\"".  Maps and blocks have no value of this kind: assert.
 */
enum { OPTION_WHY_SIZE = 512 };

int option_set(const struct weir_option *option, void *instance,
               const struct weir_list *values, const struct option_place *place,
               char *why);

/* Frees what option_set() made outside the arena: patterns, also those in
 * blocks. */
void option_fini(const struct weir_option *options, void *instance);

/* Returns the row called 'name', or NULL. */
const struct weir_option *option_find(const struct weir_option *options,
                                      const char *name);

/* Returns the candidate nearest to 'name' (at most two letters off, and fewer
 * than it has), or NULL; 'candidates' ends with NULL. */
const char *option_nearest(const char *name, const char *const *candidates);

/* Returns the settings that have the defaults of the table, a line "name =
 * value  # help" each, as the user would write them; the caller frees it.
 * What must be set has ? for its value. */
char *option_sample(const struct weir_option *options);

#endif /* OPTION_H */
