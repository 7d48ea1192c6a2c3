/* gzip.h - pack and unpack the bodies of requests and answers
 *
 * Pure, any thread may call them; a packer is one thread's at a time.
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

/* Packs what comes piece by piece.  Returns NULL without memory. */
struct packer;
struct packer *packer_new(void);
void packer_destroy(struct packer **self_p);

/* Packs 'size' bytes more, and with 'last' the end.  Returns what can be sent
 * already, '*ret_size' bytes, perhaps none, which the caller frees. */
char *packer_add(struct packer *self, const void *bytes, size_t size, bool last,
                 size_t *ret_size);

/* Says whether an Accept-Encoding header (NULL: none) allows gzip. */
bool gzip_is_accepted(const char *accept_encoding);

#endif /* GZIP_H */
