/* crc32c.h - the checksum of frames, CRC-32C as in iSCSI and ext4 */
#ifndef LINK_CRC32C_H
#define LINK_CRC32C_H

#include <stddef.h>
#include <stdint.h>

/* Returns the checksum of 'size' bytes that follow bytes with the checksum
 * 'crc', which is 0 when there are none before.  Any thread. */
uint32_t crc32c(uint32_t crc, const void *bytes, size_t size);

/* The same without the processor's instruction, for tests. */
uint32_t crc32c_by_table(uint32_t crc, const void *bytes, size_t size);

#endif /* LINK_CRC32C_H */
