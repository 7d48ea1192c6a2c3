/* udev.h - what udev knows of a block device
 *
 * udev keeps a file for each device and replaces it by rename; it is read again
 * when it has become another.
 */
#ifndef UDEV_H
#define UDEV_H

#include <stdbool.h>
#include <sys/types.h>
#include <time.h>

struct host;

enum udev_property {
    UDEV_ATA,
    UDEV_ATA_ROTATION_RATE,
    UDEV_ATA_WRITE_CACHE,
    UDEV_ATA_WRITE_CACHE_ENABLED,
    UDEV_DM_LV_LAYER,
    UDEV_DM_LV_NAME,
    UDEV_DM_NAME,
    UDEV_DM_UUID,
    UDEV_DM_VG_NAME,
    UDEV_FS_TYPE,
    UDEV_FS_USAGE,
    UDEV_FS_UUID,
    UDEV_FS_VERSION,
    UDEV_MODEL,
    UDEV_PATH,
    UDEV_REVISION,
    UDEV_SCSI_SERIAL,
    UDEV_SERIAL,
    UDEV_SERIAL_SHORT,
    UDEV_WWN,
    UDEV_PROPERTIES,
};

/* Zero knows nothing. */
struct udev {
    char *values[UDEV_PROPERTIES]; /* NULL: none */
    ino_t inode;                   /* of the file that they are from; 0: none */
    struct timespec written;
};

/* Makes 'self' what the udev file 'name', such as "b254:0", says now. */
void udev_update(struct host *host, struct udev *self, const char *name);

/* Returns the property, or "". */
const char *udev_get(const struct udev *self, enum udev_property property);

void udev_fini(struct udev *self);

#endif /* UDEV_H */
