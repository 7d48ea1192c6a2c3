/* udev.c - what udev knows of a block device */
#include <config.h>

#include "udev.h"

#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "base.h"
#include "host.h"
#include "scan.h"

static const char *const names[UDEV_PROPERTIES] = {
    [UDEV_ATA] = "ID_ATA",
    [UDEV_ATA_ROTATION_RATE] = "ID_ATA_ROTATION_RATE_RPM",
    [UDEV_ATA_WRITE_CACHE] = "ID_ATA_WRITE_CACHE",
    [UDEV_ATA_WRITE_CACHE_ENABLED] = "ID_ATA_WRITE_CACHE_ENABLED",
    [UDEV_DM_LV_LAYER] = "DM_LV_LAYER",
    [UDEV_DM_LV_NAME] = "DM_LV_NAME",
    [UDEV_DM_NAME] = "DM_NAME",
    [UDEV_DM_UUID] = "DM_UUID",
    [UDEV_DM_VG_NAME] = "DM_VG_NAME",
    [UDEV_FS_TYPE] = "ID_FS_TYPE",
    [UDEV_FS_USAGE] = "ID_FS_USAGE",
    [UDEV_FS_UUID] = "ID_FS_UUID",
    [UDEV_FS_VERSION] = "ID_FS_VERSION",
    [UDEV_MODEL] = "ID_MODEL",
    [UDEV_PATH] = "ID_PATH",
    [UDEV_REVISION] = "ID_REVISION",
    [UDEV_SCSI_SERIAL] = "SCSI_IDENT_SERIAL",
    [UDEV_SERIAL] = "ID_SERIAL",
    [UDEV_SERIAL_SHORT] = "ID_SERIAL_SHORT",
    [UDEV_WWN] = "ID_WWN",
};

const char *
udev_get(const struct udev *self, enum udev_property property)
{
    return self->values[property] ? self->values[property] : "";
}

void
udev_fini(struct udev *self)
{
    for (int i = 0; i < UDEV_PROPERTIES; i++)
        free(self->values[i]);
    *self = (struct udev){0};
}

/* "E:ID_MODEL=QEMU_HARDDISK" */
static void
take_line(struct udev *self, const char *line)
{
    if (!scan_starts(line, "E:"))
        return;
    const char *name = line + strlen("E:");
    const char *end = strchrnul(name, '\n');
    const char *equals = memchr(name, '=', (size_t)(end - name));
    if (!equals)
        return;
    for (int i = 0; i < UDEV_PROPERTIES; i++) {
        if (!word_is((struct word){name, (size_t)(equals - name)}, names[i]))
            continue;
        free(self->values[i]);
        self->values[i] =
            x_or_die(strndup(equals + 1, (size_t)(end - equals - 1)));
    }
}

static bool
is_the_same(const struct udev *self, const struct stat *status)
{
    return self->inode == status->st_ino &&
           self->written.tv_sec == status->st_mtim.tv_sec &&
           self->written.tv_nsec == status->st_mtim.tv_nsec;
}

void
udev_update(struct host *host, struct udev *self, const char *name)
{
    int folder = host->files.roots[ROOT_UDEV];
    const char *text = NULL;
    struct stat status;

    if (folder >= 0 && fstatat(folder, name, &status, 0) == 0 &&
        is_the_same(self, &status))
        return;
    udev_fini(self);
    if (folder < 0 || file_read_once(host, folder, name, &status, &text) < 0)
        return;
    self->inode = status.st_ino;
    self->written = status.st_mtim;
    for (; *text; text = scan_line(text))
        take_line(self, text);
}
