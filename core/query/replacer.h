/* query/replacer.h - a pattern and what replaces what it matches
 *
 * For label_replace(): the pattern matches a whole text or not at all, and the
 * template names its groups as $1, ${1} or ${name}; $$ is a dollar.  Bounded in
 * steps and memory.  Not thread safe.
 */
#ifndef QUERY_REPLACER_H
#define QUERY_REPLACER_H

struct replacer;

/* Returns a replacer, or NULL when 'pattern' is none. */
struct replacer *replacer_new(const char *pattern, const char *template);
void replacer_destroy(struct replacer **self_p);

/* Returns the template filled in, which the caller frees; NULL when 'text' does
 * not match. */
char *replacer_replace(const struct replacer *self, const char *text);

#endif /* QUERY_REPLACER_H */
