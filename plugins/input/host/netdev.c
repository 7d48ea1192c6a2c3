/* netdev.c - collector: bytes and packets of each network interface */
#include <config.h>

#include "device.h"
#include "host.h"
#include "scan.h"

static const char path[] = "net/dev";

/* In the order of a line. */
static const struct weir_metric columns[] = {
    {"node_network_receive_bytes_total", WEIR_COUNTER, "bytes",
     "Network device statistic receive_bytes."},
    {"node_network_receive_packets_total", WEIR_COUNTER, "",
     "Network device statistic receive_packets."},
    {"node_network_receive_errs_total", WEIR_COUNTER, "",
     "Network device statistic receive_errs."},
    {"node_network_receive_drop_total", WEIR_COUNTER, "",
     "Network device statistic receive_drop."},
    {"node_network_receive_fifo_total", WEIR_COUNTER, "",
     "Network device statistic receive_fifo."},
    {"node_network_receive_frame_total", WEIR_COUNTER, "",
     "Network device statistic receive_frame."},
    {"node_network_receive_compressed_total", WEIR_COUNTER, "",
     "Network device statistic receive_compressed."},
    {"node_network_receive_multicast_total", WEIR_COUNTER, "",
     "Network device statistic receive_multicast."},
    {"node_network_transmit_bytes_total", WEIR_COUNTER, "bytes",
     "Network device statistic transmit_bytes."},
    {"node_network_transmit_packets_total", WEIR_COUNTER, "",
     "Network device statistic transmit_packets."},
    {"node_network_transmit_errs_total", WEIR_COUNTER, "",
     "Network device statistic transmit_errs."},
    {"node_network_transmit_drop_total", WEIR_COUNTER, "",
     "Network device statistic transmit_drop."},
    {"node_network_transmit_fifo_total", WEIR_COUNTER, "",
     "Network device statistic transmit_fifo."},
    {"node_network_transmit_colls_total", WEIR_COUNTER, "",
     "Network device statistic transmit_colls."},
    {"node_network_transmit_carrier_total", WEIR_COUNTER, "",
     "Network device statistic transmit_carrier."},
    {"node_network_transmit_compressed_total", WEIR_COUNTER, "",
     "Network device statistic transmit_compressed."},
};

/* The one count that the file has not. */
static const struct weir_metric nohandler = {
    "node_network_receive_nohandler_total", WEIR_COUNTER, "",
    "Network device statistic receive_nohandler."};

enum { NAME_SIZE = 16 };

/* Reads "  eth0:" or, of old kernels, "  eth0:123". */
static bool
scan_name(const char **line_p, char *name, size_t size)
{
    const char *start = scan_blanks(*line_p);
    const char *end = strchrnul(start, '\n');
    const char *colon = memrchr(start, ':', (size_t)(end - start));

    if (!colon || (size_t)(colon - start) >= size)
        return false;
    memcpy(name, start, (size_t)(colon - start));
    name[colon - start] = '\0';
    *line_p = colon + 1;
    return true;
}

static bool
add_line(struct host *host, const char *line, struct weir_batch *out)
{
    char name[NAME_SIZE];
    const struct weir_label labels[] = {{"device", name}, {0}};

    if (!scan_name(&line, name, sizeof(name)))
        return false;
    if (host_matches(host->netdev_exclude, name))
        return true;
    for (size_t i = 0; i < WEIR_COUNT(columns); i++) {
        double value = 0;
        if (!scan_number(&line, &value))
            return false;
        weir_add(out, &columns[i], labels, value);
    }
    return true;
}

static void
add_nohandler(struct host *host, struct weir_batch *out)
{
    struct devices *interfaces = NULL;

    if (host_interfaces(host, &interfaces) < 0)
        return;
    for (size_t i = 0; i < devices_count(interfaces); i++) {
        struct device *device = devices_at(interfaces, i);
        const struct weir_label labels[] = {{"device", device->name}, {0}};
        double value = 0;
        if (!host_matches(host->netdev_exclude, device->name) &&
            device_number(interfaces, device, INTERFACE_NETDEV,
                          "statistics/rx_nohandler", &value) == 0)
            weir_add(out, &nohandler, labels, value);
    }
}

/* Two lines of heads come first. */
static int
netdev_collect(struct host *host, void *state, struct weir_batch *out)
{
    const char *line = NULL;
    ssize_t length = file_need(host, state, ROOT_PROC, path, &line);

    if (length < 0)
        return (int)length;
    line = scan_line(scan_line(line));
    for (; *line; line = scan_line(line)) {
        if (!add_line(host, line, out))
            return host_malformed(host, ROOT_PROC, path);
    }
    add_nohandler(host, out);
    return 0;
}

static void
netdev_close(struct host *host, void *state)
{
    file_close(host, state);
}

const struct collector netdev_collector = {
    .name = "netdev",
    .state_size = sizeof(struct held),
    .collect = netdev_collect,
    .close = netdev_close,
};
