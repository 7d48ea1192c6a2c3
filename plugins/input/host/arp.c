/* arp.c - collector: how many neighbours each interface knows by address */
#include <config.h>

#include <errno.h>

#include "host.h"
#include "scan.h"

static const char path[] = "net/arp";

enum { INTERFACE_SIZE = 32, INTERFACES_MOST = 512 };

static const struct weir_metric entries = {"node_arp_entries", WEIR_GAUGE, "",
                                           "ARP entries by device."};

struct arp_count {
    char device[INTERFACE_SIZE];
    unsigned count;
};

struct arp {
    struct held file;
    size_t count; /* of interfaces */
    struct arp_count counts[INTERFACES_MOST];
};

static struct arp_count *
count_of(struct arp *self, const char *device)
{
    for (size_t i = 0; i < self->count; i++) {
        if (strcmp(self->counts[i].device, device) == 0)
            return &self->counts[i];
    }
    if (self->count == INTERFACES_MOST)
        return NULL;
    struct arp_count *fresh = &self->counts[self->count++];
    memcpy(fresh->device, device, strlen(device) + 1);
    fresh->count = 0;
    return fresh;
}

/* The interface is the sixth and last word of a line. */
static bool
count_line(struct arp *self, const char *line)
{
    char device[INTERFACE_SIZE];

    if (!scan_skip(&line, 5) || !scan_text(&line, device, sizeof(device)))
        return false;
    struct arp_count *count = count_of(self, device);
    if (count)
        count->count++;
    return true;
}

static int
arp_collect(struct host *host, void *state, struct weir_batch *out)
{
    struct arp *self = state;
    const char *line = NULL;
    ssize_t length = file_read(host, &self->file, ROOT_PROC, path, &line);

    if (length == -ENOENT)
        return 0; /* no IPv4 */
    if (length < 0)
        return file_fail(host, (int)length, ROOT_PROC, path);
    self->count = 0;
    for (line = scan_line(line); *line; line = scan_line(line)) {
        if (!count_line(self, line))
            return host_malformed(host, ROOT_PROC, path);
    }
    for (size_t i = 0; i < self->count; i++) {
        const struct weir_label labels[] = {{"device", self->counts[i].device},
                                            {0}};
        weir_add(out, &entries, labels, self->counts[i].count);
    }
    return 0;
}

static void
arp_close(struct host *host, void *state)
{
    struct arp *self = state;

    file_close(host, &self->file);
}

const struct collector arp_collector = {
    .name = "arp",
    .state_size = sizeof(struct arp),
    .collect = arp_collect,
    .close = arp_close,
};
