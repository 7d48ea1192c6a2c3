/* lettercase.h - texts in small or capital letters, in any script
 *
 * Each character is changed by itself, as Unicode says, whatever the locale of
 * the process: no language has rules of its own here.  Pure functions, but for
 * the memory.
 */
#ifndef LETTERCASE_H
#define LETTERCASE_H

enum lettercase { LETTERCASE_LOWER, LETTERCASE_UPPER };

/* Returns 'text' changed, which the caller frees, or NULL for want of memory.
 * Bytes that are not UTF-8 stay what they are. */
char *lettercase_change(const char *text, enum lettercase to);

#endif /* LETTERCASE_H */
