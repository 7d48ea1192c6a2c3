/* host.h - what the collectors of input host share
 *
 * The plugin is a table of collectors (host.c), one a file, each of which reads
 * a few files of the kernel and adds their numbers under the names that
 * prometheus-node-exporter gives them.  All run on the instance's own thread,
 * one after the other, in the table's order.
 */
#ifndef HOST_H
#define HOST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <weir/plugin.h>

#include "file.h"
#include "linknews.h"
#include "procstat.h"

/* Where the folder of test files of Debian's node-exporter packages is. */
#define TEXTFILE_FOLDER "/var/lib/prometheus/node-exporter"

struct host {
    /* Options; see the table in host.c. */
    struct weir_list disable;
    const char *procfs;
    const char *sysfs;
    const char *rootfs;
    const char *udev;
    const char *textfile_directory;
    struct weir_duration mount_timeout;
    struct weir_pattern *mount_exclude;
    struct weir_pattern *fstype_exclude;
    struct weir_pattern *disk_exclude;
    struct weir_pattern *netdev_exclude;
    struct weir_pattern *netclass_exclude;
    struct weir_pattern *vmstat_fields;
    struct weir_pattern *netstat_fields;

    struct files files;
    uint64_t cycle; /* counts collects, from 1 */
    struct devices *interfaces;
    struct linknews interfaces_news;
    bool interfaces_changed;   /* perhaps, since the cycle before */
    uint64_t interfaces_cycle; /* when they were asked for last, */
    int interfaces_rc;         /* and how that went */
    uint64_t no_udp_cycle[2];  /* when no socket of UDP, UDP6 was in use */
    struct procstat stat;
    unsigned probes;       /* of file systems that run now */
    struct probe *running; /* list: these */
    char *memory;          /* of the collectors' states */
    void **states;         /* [collectors], within; NULL: switched off */
};

/* One subject.  'state' is 'state_size' bytes of its own, zero at first. */
struct collector {
    const char *name;
    size_t state_size;

    /* Runs before any collect of the cycle, for what takes place beside it. */
    void (*begin)(struct host *host, void *state);

    /* Adds the present values.  Returns 0, also when this machine has none of
     * the kind, or a negative errno with the reason left by weir_fail(). */
    int (*collect)(struct host *host, void *state, struct weir_batch *out);

    /* Frees what the state points to. */
    void (*close)(struct host *host, void *state);

    bool has_parts; /* collect begins and ends parts itself */
};

extern const struct collector arp_collector, conntrack_collector, cpu_collector,
    cpufreq_collector, diskstats_collector, dmi_collector, entropy_collector,
    filefd_collector, filesystem_collector, loadavg_collector,
    meminfo_collector, netclass_collector, netdev_collector, netstat_collector,
    os_collector, pressure_collector, schedstat_collector, selinux_collector,
    sockstat_collector, softnet_collector, stat_collector, textfile_collector,
    time_collector, timex_collector, udp_queues_collector, uname_collector,
    vmstat_collector;

/* Says whether 'text' matches 'pattern'; nothing matches NULL, which is what
 * an empty pattern is. */
bool host_matches(const struct weir_pattern *pattern, const char *text);

/* Leaves the reason that 'path' below 'root' is not what it should be; returns
 * -EBADMSG. */
int host_malformed(struct host *self, enum root root, const char *path);

/* Files of an interface: those of netclass, then one of netdev's. */
enum { INTERFACE_NETCLASS = 0, INTERFACE_NETDEV = 30 };

/* Lists the network interfaces, once a cycle for all who ask, unless the kernel
 * says that none has changed; see 'interfaces_changed'.  Returns 0 with
 * '*ret_devices', valid until the next cycle, or a negative errno as
 * devices_list(). */
int host_interfaces(struct host *self, struct devices **ret_devices);

#endif /* HOST_H */
