/* netclass.c - collector: what each network interface is, and its state
 *
 * The kernel refuses some files of an interface that is down, and some drivers
 * have not all: what cannot be read is left out.
 */
#include <config.h>

#include <errno.h>
#include <stdlib.h>

#include "base.h"
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

/* What is known of one interface. */
struct facts {
    char name[DEVICE_NAME_SIZE];
    uint64_t inode;
    bool known[NUMBERS]; /* could be read */
    double numbers[NUMBERS];
    char *texts[TEXTS];
};

struct netclass {
    struct facts *facts; /* [count], in the order of the devices */
    size_t count;
};

static void
read_number(const struct devices *folder, struct device *device, size_t i,
            struct facts *facts)
{
    const char *text = NULL;

    facts->known[i] = device_read(folder, device, INTERFACE_NETCLASS + i,
                                  numbers[i].file, &text) >= 0 &&
                      scan_any_base(text, &facts->numbers[i]);
    if (facts->known[i] && strcmp(numbers[i].file, "speed") == 0)
        facts->numbers[i] *= bytes_per_megabit;
}

/* Keeps the file's line; "" when it cannot be read, or is too long. */
static void
read_text(const struct devices *folder, struct device *device, size_t i,
          struct facts *facts)
{
    const char *text = "";

    if (device_read(folder, device, INTERFACE_NETCLASS + NUMBERS + i, texts[i],
                    &text) < 0)
        text = "";
    text = scan_blanks(text);
    size_t length = (size_t)(strchrnul(text, '\n') - text);
    if (length >= TEXT_SIZE)
        length = 0;
    if (facts->texts[i] && strlen(facts->texts[i]) == length &&
        memcmp(facts->texts[i], text, length) == 0)
        return;
    free(facts->texts[i]);
    facts->texts[i] = x_or_die(strndup(text, length));
}

static void
read_facts(const struct devices *folder, struct device *device,
           struct facts *facts)
{
    memcpy(facts->name, device->name, sizeof(facts->name));
    facts->inode = device->inode;
    for (size_t i = 0; i < TEXTS; i++)
        read_text(folder, device, i, facts);
    for (size_t i = 0; i < NUMBERS; i++)
        read_number(folder, device, i, facts);
}

static void
add_facts(const struct facts *facts, struct weir_batch *out)
{
    const struct weir_label device[] = {{"device", facts->name}, {0}};
    const struct weir_label labels[] = {
        {"address", facts->texts[0]},
        {"broadcast", facts->texts[1]},
        device[0],
        {"duplex", facts->texts[2]},
        {"ifalias", facts->texts[3]},
        {"operstate", facts->texts[OPERSTATE]},
        {0},
    };

    weir_add(out, &info, labels, 1);
    weir_add(out, &up, device, strcmp(facts->texts[OPERSTATE], "up") == 0);
    for (size_t i = 0; i < NUMBERS; i++) {
        if (facts->known[i])
            weir_add(out, &numbers[i].metric, device, facts->numbers[i]);
    }
}

static void
forget_facts(struct netclass *self, size_t from)
{
    for (size_t d = from; d < self->count; d++) {
        for (size_t i = 0; i < TEXTS; i++)
            free(self->facts[d].texts[i]);
    }
    self->count = from;
}

static void
make_room(struct netclass *self, size_t count)
{
    if (count < self->count)
        forget_facts(self, count);
    if (count == self->count)
        return;
    self->facts = xrealloc(self->facts, count, sizeof(*self->facts));
    memset(self->facts + self->count, 0,
           (count - self->count) * sizeof(*self->facts));
    self->count = count;
}

static bool
is_of(const struct facts *facts, const struct device *device)
{
    return facts->inode == device->inode && facts->texts[0] &&
           strcmp(facts->name, device->name) == 0;
}

static int
netclass_collect(struct host *host, void *state, struct weir_batch *out)
{
    struct netclass *self = state;
    struct devices *interfaces = NULL;
    int rc = host_interfaces(host, &interfaces);

    if (rc == -ENOENT)
        return 0; /* a kernel without a network */
    if (rc < 0)
        return rc;
    make_room(self, devices_count(interfaces));
    for (size_t d = 0; d < self->count; d++) {
        struct device *device = devices_at(interfaces, d);
        struct facts *facts = &self->facts[d];
        if (host_matches(host->netclass_exclude, device->name))
            continue;
        if (host->interfaces_changed || !is_of(facts, device))
            read_facts(interfaces, device, facts);
        add_facts(facts, out);
    }
    return 0;
}

static void
netclass_close(struct host *host, void *state)
{
    struct netclass *self = state;

    (void)host;
    forget_facts(self, 0);
    free(self->facts);
}

const struct collector netclass_collector = {
    .name = "netclass",
    .state_size = sizeof(struct netclass),
    .collect = netclass_collect,
    .close = netclass_close,
};
