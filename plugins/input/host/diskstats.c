/* diskstats.c - collector: what each block device reads and writes */
#include <config.h>

#include <stdio.h>
#include <stdlib.h>

#include <weir/text.h>

#include "base.h"
#include "host.h"
#include "scan.h"
#include "udev.h"

static const char path[] = "diskstats";

/* Sectors of 512 bytes and milliseconds, whatever the device. */
enum scale { AS_IT_IS, SECTORS, MILLISECONDS };

/* In the order of a line; kernels before 4.18 have the first eleven, those
 * before 5.5 the first fifteen. */
static const struct {
    struct weir_metric metric;
    enum scale scale;
} columns[] = {
    {{"node_disk_reads_completed_total", WEIR_COUNTER, "",
      "The total number of reads completed successfully."},
     AS_IT_IS},
    {{"node_disk_reads_merged_total", WEIR_COUNTER, "",
      "The total number of reads merged."},
     AS_IT_IS},
    {{"node_disk_read_bytes_total", WEIR_COUNTER, "bytes",
      "The total number of bytes read successfully."},
     SECTORS},
    {{"node_disk_read_time_seconds_total", WEIR_COUNTER, "seconds",
      "The total number of seconds spent by all reads."},
     MILLISECONDS},
    {{"node_disk_writes_completed_total", WEIR_COUNTER, "",
      "The total number of writes completed successfully."},
     AS_IT_IS},
    {{"node_disk_writes_merged_total", WEIR_COUNTER, "",
      "The number of writes merged."},
     AS_IT_IS},
    {{"node_disk_written_bytes_total", WEIR_COUNTER, "bytes",
      "The total number of bytes written successfully."},
     SECTORS},
    {{"node_disk_write_time_seconds_total", WEIR_COUNTER, "seconds",
      "This is the total number of seconds spent by all writes."},
     MILLISECONDS},
    {{"node_disk_io_now", WEIR_GAUGE, "",
      "The number of I/Os currently in progress."},
     AS_IT_IS},
    {{"node_disk_io_time_seconds_total", WEIR_COUNTER, "seconds",
      "Total seconds spent doing I/Os."},
     MILLISECONDS},
    {{"node_disk_io_time_weighted_seconds_total", WEIR_COUNTER, "seconds",
      "The weighted number of seconds spent doing I/Os."},
     MILLISECONDS},
    {{"node_disk_discards_completed_total", WEIR_COUNTER, "",
      "The total number of discards completed successfully."},
     AS_IT_IS},
    {{"node_disk_discards_merged_total", WEIR_COUNTER, "",
      "The total number of discards merged."},
     AS_IT_IS},
    {{"node_disk_discarded_sectors_total", WEIR_COUNTER, "",
      "The total number of sectors discarded successfully."},
     AS_IT_IS},
    {{"node_disk_discard_time_seconds_total", WEIR_COUNTER, "seconds",
      "This is the total number of seconds spent by all discards."},
     MILLISECONDS},
    {{"node_disk_flush_requests_total", WEIR_COUNTER, "",
      "The total number of flush requests completed successfully."},
     AS_IT_IS},
    {{"node_disk_flush_requests_time_seconds_total", WEIR_COUNTER, "seconds",
      "This is the total number of seconds spent by all flush requests."},
     MILLISECONDS},
};

static const struct weir_metric disk_info = {
    "node_disk_info", WEIR_GAUGE, "", "Info of /sys/block/<block_device>."};
static const struct weir_metric filesystem_info = {
    "node_disk_filesystem_info", WEIR_GAUGE, "", "Info about disk filesystem."};
static const struct weir_metric mapper_info = {
    "node_disk_device_mapper_info", WEIR_GAUGE, "",
    "Info about disk device mapper."};

static const struct {
    enum udev_property property;
    struct weir_metric metric;
} ata_numbers[] = {
    {UDEV_ATA_ROTATION_RATE,
     {"node_disk_ata_rotation_rate_rpm", WEIR_GAUGE, "",
      "ATA disk rotation rate in RPMs (0 for SSDs)."}},
    {UDEV_ATA_WRITE_CACHE,
     {"node_disk_ata_write_cache", WEIR_GAUGE, "",
      "ATA disk has a write cache."}},
    {UDEV_ATA_WRITE_CACHE_ENABLED,
     {"node_disk_ata_write_cache_enabled", WEIR_GAUGE, "",
      "ATA disk has its write cache enabled."}},
};

enum { COLUMNS = WEIR_COUNT(columns), COLUMNS_LEAST = 11, DISKS_MOST = 4096 };

struct disk {
    char name[64];
    char major[12];
    char minor[12];
    size_t count; /* columns that there are */
    double values[COLUMNS];
    struct udev udev;
};

struct disks {
    struct held file;
    struct disk *items; /* [room], of which [count] are of this cycle */
    size_t count;
    size_t room;
};

/* Returns where to put the next line's disk: mostly, where it was. */
static struct disk *
next_disk(struct disks *self)
{
    if (self->count == DISKS_MOST)
        return NULL;
    if (self->count == self->room) {
        size_t room = self->room ? 2 * self->room : 8;
        self->items = xrealloc(self->items, room, sizeof(*self->items));
        memset(self->items + self->room, 0,
               (room - self->room) * sizeof(*self->items));
        self->room = room;
    }
    return &self->items[self->count];
}

static bool
scan_disk(struct host *host, struct disks *self, const char *line)
{
    struct disk *disk = next_disk(self);

    if (!disk)
        return true;
    if (!scan_text(&line, disk->major, sizeof(disk->major)) ||
        !scan_text(&line, disk->minor, sizeof(disk->minor)) ||
        !scan_text(&line, disk->name, sizeof(disk->name)))
        return false;
    disk->count = 0;
    while (disk->count < COLUMNS &&
           scan_number(&line, &disk->values[disk->count]))
        disk->count++;
    if (!host_matches(host->disk_exclude, disk->name))
        self->count++;
    return disk->count >= COLUMNS_LEAST;
}

static void
add_info(const struct disk *self, struct weir_batch *out)
{
    const enum udev_property serials[] = {UDEV_SERIAL_SHORT, UDEV_SCSI_SERIAL,
                                          UDEV_SERIAL};
    const struct udev *udev = &self->udev;
    const char *serial = "";

    for (size_t i = 0; i < WEIR_COUNT(serials) && *serial == '\0'; i++)
        serial = udev_get(udev, serials[i]);
    const struct weir_label labels[] = {
        {"device", self->name},
        {"major", self->major},
        {"minor", self->minor},
        {"model", udev_get(udev, UDEV_MODEL)},
        {"path", udev_get(udev, UDEV_PATH)},
        {"revision", udev_get(udev, UDEV_REVISION)},
        {"serial", serial},
        {"wwn", udev_get(udev, UDEV_WWN)},
        {0},
    };
    weir_add(out, &disk_info, labels, 1);
}

static void
add_filesystem(const struct disk *self, struct weir_batch *out)
{
    const struct udev *udev = &self->udev;
    const struct weir_label labels[] = {
        {"device", self->name},
        {"type", udev_get(udev, UDEV_FS_TYPE)},
        {"usage", udev_get(udev, UDEV_FS_USAGE)},
        {"uuid", udev_get(udev, UDEV_FS_UUID)},
        {"version", udev_get(udev, UDEV_FS_VERSION)},
        {0},
    };

    if (*udev_get(udev, UDEV_FS_TYPE))
        weir_add(out, &filesystem_info, labels, 1);
}

static void
add_mapper(const struct disk *self, struct weir_batch *out)
{
    const struct udev *udev = &self->udev;
    const struct weir_label labels[] = {
        {"device", self->name},
        {"lv_layer", udev_get(udev, UDEV_DM_LV_LAYER)},
        {"lv_name", udev_get(udev, UDEV_DM_LV_NAME)},
        {"name", udev_get(udev, UDEV_DM_NAME)},
        {"uuid", udev_get(udev, UDEV_DM_UUID)},
        {"vg_name", udev_get(udev, UDEV_DM_VG_NAME)},
        {0},
    };

    if (*udev_get(udev, UDEV_DM_NAME))
        weir_add(out, &mapper_info, labels, 1);
}

static void
add_ata(const struct disk *self, struct weir_batch *out)
{
    const struct weir_label labels[] = {{"device", self->name}, {0}};

    if (*udev_get(&self->udev, UDEV_ATA) == '\0')
        return;
    for (size_t i = 0; i < WEIR_COUNT(ata_numbers); i++) {
        const char *text = udev_get(&self->udev, ata_numbers[i].property);
        double value = 0;
        if (weir_scan_double(&text, &value))
            weir_add(out, &ata_numbers[i].metric, labels, value);
    }
}

static double
scaled(double value, enum scale scale)
{
    switch (scale) {
    case AS_IT_IS:
        return value;
    case SECTORS:
        return value * 512;
    case MILLISECONDS:
        return value / 1000;
    }
    return value;
}

static void
add_disk(struct host *host, struct disk *self, struct weir_batch *out)
{
    const struct weir_label labels[] = {{"device", self->name}, {0}};
    char file[32];

    (void)snprintf(file, sizeof(file), "b%s:%s", self->major, self->minor);
    udev_update(host, &self->udev, file);
    add_info(self, out);
    for (size_t i = 0; i < self->count; i++)
        weir_add(out, &columns[i].metric, labels,
                 scaled(self->values[i], columns[i].scale));
    add_filesystem(self, out);
    add_mapper(self, out);
    add_ata(self, out);
}

static int
diskstats_collect(struct host *host, void *state, struct weir_batch *out)
{
    struct disks *self = state;
    const char *line = NULL;
    ssize_t length = file_read(host, &self->file, ROOT_PROC, path, &line);

    if (length < 0)
        return file_fail(host, (int)length, ROOT_PROC, path);
    self->count = 0;
    for (; *line; line = scan_line(line)) {
        if (!scan_disk(host, self, line))
            return host_malformed(host, ROOT_PROC, path);
    }
    for (size_t i = 0; i < self->count; i++)
        add_disk(host, &self->items[i], out);
    return 0;
}

static void
diskstats_close(struct host *host, void *state)
{
    struct disks *self = state;

    file_close(host, &self->file);
    for (size_t i = 0; i < self->room; i++)
        udev_fini(&self->items[i].udev);
    free(self->items);
    *self = (struct disks){0};
}

const struct collector diskstats_collector = {
    .name = "diskstats",
    .state_size = sizeof(struct disks),
    .collect = diskstats_collect,
    .close = diskstats_close,
};
