/* netclass.c - collector: what each network interface is, and its state
 *
 * The kernel refuses some files of an interface that is down, and some drivers
 * have not all: what cannot be read is left out.
 */
#include <config.h>

#include <errno.h>

#include "device.h"
#include "host.h"
#include "scan.h"

/* The kernel speaks of megabits a second, as of 1,000,000 bits. */
static const double bytes_per_megabit = 1e6 / 8;

static const struct weir_metric up = {
    "node_network_up", WEIR_GAUGE, "",
    "Value is 1 if operstate is 'up', 0 otherwise."};
static const struct weir_metric info = {
    "node_network_info", WEIR_GAUGE, "",
    "Non-numeric data from /sys/class/net/<iface>, value is always 1."};

static const struct {
    const char *file;
    struct weir_metric metric;
} numbers[] = {
    {"addr_assign_type",
     {"node_network_address_assign_type", WEIR_GAUGE, "",
      "Network device property: address_assign_type."}},
    {"carrier",
     {"node_network_carrier", WEIR_GAUGE, "",
      "Network device property: carrier."}},
    {"carrier_changes",
     {"node_network_carrier_changes_total", WEIR_COUNTER, "",
      "Network device property: carrier_changes_total."}},
    {"carrier_down_count",
     {"node_network_carrier_down_changes_total", WEIR_COUNTER, "",
      "Network device property: carrier_down_changes_total."}},
    {"carrier_up_count",
     {"node_network_carrier_up_changes_total", WEIR_COUNTER, "",
      "Network device property: carrier_up_changes_total."}},
    {"dev_id",
     {"node_network_device_id", WEIR_GAUGE, "",
      "Network device property: device_id."}},
    {"dormant",
     {"node_network_dormant", WEIR_GAUGE, "",
      "Network device property: dormant."}},
    {"flags",
     {"node_network_flags", WEIR_GAUGE, "", "Network device property: flags."}},
    {"ifindex",
     {"node_network_iface_id", WEIR_GAUGE, "",
      "Network device property: iface_id."}},
    {"iflink",
     {"node_network_iface_link", WEIR_GAUGE, "",
      "Network device property: iface_link."}},
    {"link_mode",
     {"node_network_iface_link_mode", WEIR_GAUGE, "",
      "Network device property: iface_link_mode."}},
    {"mtu",
     {"node_network_mtu_bytes", WEIR_GAUGE, "bytes",
      "Network device property: mtu_bytes."}},
    {"name_assign_type",
     {"node_network_name_assign_type", WEIR_GAUGE, "",
      "Network device property: name_assign_type."}},
    {"netdev_group",
     {"node_network_net_dev_group", WEIR_GAUGE, "",
      "Network device property: net_dev_group."}},
    {"speed",
     {"node_network_speed_bytes", WEIR_GAUGE, "bytes",
      "Network device property: speed_bytes."}},
    {"tx_queue_len",
     {"node_network_transmit_queue_length", WEIR_GAUGE, "",
      "Network device property: transmit_queue_length."}},
    {"type",
     {"node_network_protocol_type", WEIR_GAUGE, "",
      "Network device property: protocol_type."}},
};

/* Labels of the info, in their order; "device" is between. */
static const char *const texts[] = {"address", "broadcast", "duplex", "ifalias",
                                    "operstate"};

enum {
    NUMBERS = WEIR_COUNT(numbers),
    TEXTS = WEIR_COUNT(texts),
    OPERSTATE = TEXTS - 1,
    TEXT_SIZE = 264, /* an alias has at most 255 characters */
};

_Static_assert(NUMBERS + TEXTS <= INTERFACE_NETDEV - INTERFACE_NETCLASS,
               "an interface has too few files");

static bool
scan_any_base(const char *text, double *ret_value)
{
    uint64_t number = 0;

    if (!scan_starts(text, "0x"))
        return scan_number(&text, ret_value);
    if (!scan_hex(&text, &number))
        return false;
    *ret_value = (double)number;
    return true;
}

static void
add_number(struct host *host, const struct devices *folder,
           struct device *device, size_t i, struct weir_batch *out)
{
    const struct weir_label labels[] = {{"device", device->name}, {0}};
    const char *text = NULL;
    double value = 0;

    if (device_read(folder, device, INTERFACE_NETCLASS + i, numbers[i].file,
                    &text) < 0 ||
        !scan_any_base(text, &value))
        return;
    if (strcmp(numbers[i].file, "speed") == 0)
        value *= bytes_per_megabit;
    weir_add(out, &numbers[i].metric, labels, value);
}

/* Copies the file's line; "" when it cannot be read, or is too long. */
static void
read_text(struct host *host, const struct devices *folder,
          struct device *device, size_t i, char buffer[TEXT_SIZE])
{
    const char *text = NULL;

    buffer[0] = '\0';
    if (device_read(folder, device, INTERFACE_NETCLASS + NUMBERS + i, texts[i],
                    &text) < 0)
        return;
    text = scan_blanks(text);
    size_t length = (size_t)(strchrnul(text, '\n') - text);
    if (length >= TEXT_SIZE)
        return;
    memcpy(buffer, text, length);
    buffer[length] = '\0';
}

static void
add_texts(struct host *host, const struct devices *folder,
          struct device *device, struct weir_batch *out)
{
    char values[TEXTS][TEXT_SIZE];
    const struct weir_label labels[] = {
        {"address", values[0]},
        {"broadcast", values[1]},
        {"device", device->name},
        {"duplex", values[2]},
        {"ifalias", values[3]},
        {"operstate", values[OPERSTATE]},
        {0},
    };

    for (size_t i = 0; i < TEXTS; i++)
        read_text(host, folder, device, i, values[i]);
    weir_add(out, &info, labels, 1);
    weir_add(out, &up, (const struct weir_label[]){labels[2], {0}},
             strcmp(values[OPERSTATE], "up") == 0);
}

static int
netclass_collect(struct host *host, void *state, struct weir_batch *out)
{
    struct devices *interfaces = NULL;
    int rc = host_interfaces(host, &interfaces);

    (void)state;
    if (rc == -ENOENT)
        return 0; /* a kernel without a network */
    if (rc < 0)
        return rc;
    for (size_t d = 0; d < devices_count(interfaces); d++) {
        struct device *device = devices_at(interfaces, d);
        if (host_matches(host->netclass_exclude, device->name))
            continue;
        add_texts(host, interfaces, device, out);
        for (size_t i = 0; i < NUMBERS; i++)
            add_number(host, interfaces, device, i, out);
    }
    return 0;
}

const struct collector netclass_collector = {
    .name = "netclass",
    .collect = netclass_collect,
};
