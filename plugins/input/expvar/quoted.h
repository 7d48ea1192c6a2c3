/* quoted.h - a text in quotes, as JSON or as Go quotes it */
#ifndef QUOTED_H
#define QUOTED_H

#include <stddef.h>

/* Reads the text whose first '"' is at 'from' and writes it, ended with '\0',
 * at 'to', where there is room for as many bytes as it takes from 'from' on.
 * A character that cannot be, or is '\0', becomes U+FFFD; bytes that are not
 * UTF-8 stay as they are.  Returns the first byte behind the last '"' and, in
 * '*ret_length', the bytes written but for the '\0'; or NULL when the text does
 * not end before 'end', has a control character or an escape that means
 * nothing. */
const char *quoted_read(const char *from, const char *end, char *to,
                        size_t *ret_length);

#endif /* QUOTED_H */
