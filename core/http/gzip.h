/* gzip.h - pack and unpack the bodies of requests and answers
 *
 * Pure, any thread may call them.
 */
#ifndef GZIP_H
#define GZIP_H

#include <stdbool.h>
#include <stddef.h>

/* Unpacks 'size' bytes of gzip or zlib.  Returns 0, and '*ret_size' bytes with
 * a '\0' behind them that the caller frees; -EBADMSG when the data is damaged
 * or ends early; -EMSGSIZE when it would become more than 'most' bytes. */
int gzip_unpack(const void *packed, size_t size, size_t most, char **ret_bytes,
                size_t *ret_size);

/* Packs 'size' bytes quickly rather than tightly.  Returns true with
 * '*ret_size' bytes that the caller frees, or false when that saves nothing. */
bool gzip_pack(const void *bytes, size_t size, char **ret_packed,
               size_t *ret_size);

/* Says whether an Accept-Encoding header (NULL: none) allows gzip. */
bool gzip_is_accepted(const char *accept_encoding);

#endif /* GZIP_H */
