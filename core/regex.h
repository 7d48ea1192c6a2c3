/* regex.h - PCRE2 with bounds, so that no pattern and no text can hold a thread
 *
 * What conditions on labels (pattern.c) and replacing (weir_regex of
 * weir/text.h) have in common.  Any thread may call these.
 */
#ifndef REGEX_H
#define REGEX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

/* Compiles 'text', which is to match whole texts, with PCRE2's 'options'
 * besides those that all have.  Returns 0, or -EINVAL with the reason and place
 * in 'why', 'size' bytes.  The caller frees '*ret_code'. */
int regex_compile(const char *text, uint32_t options, char *why, size_t size,
                  pcre2_code **ret_code);

/* Returns the bounds of one match, which the caller frees. */
pcre2_match_context *regex_bounds(void);

/* Says whether a match ended with 'rc' because of its bounds. */
bool regex_was_bounded(int rc);

#endif /* REGEX_H */
