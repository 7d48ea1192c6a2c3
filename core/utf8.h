/* utf8.h - texts that people read are UTF-8, or are made so */
#ifndef UTF8_H
#define UTF8_H

#include <stddef.h>
#include <stdint.h>

/* Returns the bytes of the character that 'given', not empty, begins with; 0
 * when it is malformed: cut off, longer than need be, a surrogate, or beyond
 * Unicode. */
size_t utf8_length(const char *given);

/* The same, and the character's code point. */
size_t utf8_read(const char *given, uint32_t *ret_point);

#endif /* UTF8_H */
