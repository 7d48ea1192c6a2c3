/* unpacker.h - the bytes of a file, unpacked where gzip or zstd packed them
 *
 * What a file is packed with is seen from its first bytes.  One thread has it.
 */
#ifndef UNPACKER_H
#define UNPACKER_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

struct unpacker;

/* Opens the file, "-" for standard input.  Returns 0 or -errno. */
int unpacker_open(const char *path, struct unpacker **ret_unpacker);
void unpacker_destroy(struct unpacker **self_p);

/* Reads at most 'size' bytes.  Returns how many, 0 at the end, -errno, or
 * -EBADMSG when what is packed is damaged or ends too early. */
ssize_t unpacker_read(struct unpacker *self, void *bytes, size_t size);

/* Returns how many bytes of the file were read, packed as they are, and how
 * many it has; 0 when that is not known. */
uint64_t unpacker_done(const struct unpacker *self);
uint64_t unpacker_size(const struct unpacker *self);

#endif /* UNPACKER_H */
