/* host.c - input: this machine, as prometheus-node-exporter tells it
 *
 * Metrics have the names, labels and types of node-exporter's default
 * collectors, so that its dashboards and rules work.  Once an interval each
 * collector adds its part; one that fails spoils that part alone.
 */
#include <config.h>

#include "host.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base.h"
#include "device.h"
#include "probe.h"

/* In the order in which they run; filesystem is last, for its answers to have
 * time to come. */
static const struct collector *const collectors[] = {
    &cpu_collector,      &stat_collector,      &cpufreq_collector,
    &loadavg_collector,  &meminfo_collector,   &vmstat_collector,
    &pressure_collector, &schedstat_collector, &diskstats_collector,
    &netdev_collector,   &netclass_collector,  &netstat_collector,
    &sockstat_collector, &softnet_collector,   &udp_queues_collector,
    &arp_collector,      &conntrack_collector, &filefd_collector,
    &entropy_collector,  &time_collector,      &timex_collector,
    &os_collector,       &uname_collector,     &dmi_collector,
    &selinux_collector,  &textfile_collector,  &filesystem_collector,
};

enum { COLLECTORS = WEIR_COUNT(collectors) };

/* Patterns of what is left out are node-exporter's. */
static const struct weir_option options[] = {
    WEIR_LIST(struct host, disable, "{}",
              "Collectors that do not run, such as {\"netclass\"}."),
    WEIR_PATH(struct host, procfs, "/proc", "Where the kernel's procfs is."),
    WEIR_PATH(struct host, sysfs, "/sys", "Where the kernel's sysfs is."),
    WEIR_PATH(struct host, rootfs, "/",
              "Where the machine's root file system is seen."),
    WEIR_PATH(struct host, udev, "/run/udev/data",
              "Where udev keeps what it knows of devices."),
    WEIR_PATH(struct host, textfile_directory, TEXTFILE_FOLDER,
              "Folder of files *.prom, whose metrics are added."),
    WEIR_DURATION(struct host, mount_timeout, "5s",
                  "After which a file system that does not answer is an "
                  "error."),
    WEIR_PATTERN(struct host, mount_exclude,
                 "/(dev|proc|run|sys|mnt|media|var/lib/docker/.+"
                 "|var/lib/containers/storage/.+)(/.*)?",
                 "Mount points to leave out."),
    WEIR_PATTERN(struct host, fstype_exclude,
                 "autofs|binfmt_misc|bpf|cgroup2?|configfs|debugfs|devpts"
                 "|devtmpfs|fusectl|hugetlbfs|iso9660|mqueue|nsfs|overlay|proc"
                 "|procfs|pstore|rpc_pipefs|securityfs|selinuxfs|squashfs"
                 "|sysfs|tracefs",
                 "Types of file systems to leave out."),
    WEIR_PATTERN(struct host, disk_exclude,
                 "(ram|loop|fd|(h|s|v|xv)d[a-z]|nvme[0-9]+n[0-9]+p)[0-9]+",
                 "Block devices to leave out."),
    WEIR_PATTERN(struct host, netdev_exclude, "lo",
                 "Network interfaces whose traffic is left out."),
    WEIR_PATTERN(struct host, netclass_exclude, "",
                 "Network interfaces whose state is left out."),
    WEIR_PATTERN(struct host, vmstat_fields, "(oom_kill|pgpg|pswp|pg.*fault).*",
                 "Fields of /proc/vmstat to collect."),
    WEIR_PATTERN(struct host, netstat_fields,
                 ".*_(InErrors|InErrs)|Ip_Forwarding"
                 "|Ip(6|Ext)_(InOctets|OutOctets)|Icmp6?_(InMsgs|OutMsgs)"
                 "|TcpExt_(Listen.*|Syncookies.*|TCPSynRetrans|TCPTimeouts)"
                 "|Tcp_(ActiveOpens|InSegs|OutSegs|OutRsts|PassiveOpens"
                 "|RetransSegs|CurrEstab)"
                 "|Udp6?_(InDatagrams|OutDatagrams|NoPorts|RcvbufErrors"
                 "|SndbufErrors)",
                 "Statistics of network protocols to collect."),
    {0},
};

bool
host_matches(const struct weir_pattern *pattern, const char *text)
{
    const struct weir_matcher matcher = {
        .name = "", .match = WEIR_LIKE, .value = "", .pattern = pattern};

    return pattern && weir_matches(&matcher, text);
}

int
host_malformed(struct host *self, enum root root, const char *path)
{
    return weir_fail(self, -EBADMSG, "%s/%s is not in the form that is known",
                     file_root(self, root), path);
}

int
host_interfaces(struct host *self, struct devices **ret_devices)
{
    if (!self->interfaces)
        self->interfaces = devices_new(self, "class/net", "");
    if (self->interfaces_cycle != self->cycle) {
        self->interfaces_cycle = self->cycle;
        self->interfaces_changed = linknews_any(&self->interfaces_news, self) ||
                                   self->interfaces_rc < 0;
        if (self->interfaces_changed)
            self->interfaces_rc = devices_list(self->interfaces);
    }
    *ret_devices = self->interfaces;
    return self->interfaces_rc;
}

static const struct collector *
find_collector(const char *name)
{
    for (size_t i = 0; i < COLLECTORS; i++) {
        if (strcmp(collectors[i]->name, name) == 0)
            return collectors[i];
    }
    return NULL;
}

static int
host_check(void *instance)
{
    struct host *self = instance;

    for (size_t i = 0; i < self->disable.count; i++) {
        const char *name = self->disable.items[i];
        if (!find_collector(name))
            return weir_fail(self, -EINVAL,
                             "disable: there is no collector \"%s\"; "
                             "weir-input-host(5) lists them",
                             name);
    }
    return 0;
}

static bool
is_disabled(const struct host *self, const struct collector *collector)
{
    for (size_t i = 0; i < self->disable.count; i++) {
        if (find_collector(self->disable.items[i]) == collector)
            return true;
    }
    return false;
}

/* Bytes from one state to the next, so that each is aligned. */
static size_t
room_of(const struct collector *collector)
{
    const size_t step = _Alignof(max_align_t);
    return (collector->state_size / step + 1) * step;
}

static void
make_states(struct host *self)
{
    size_t size = 0;

    for (size_t i = 0; i < COLLECTORS; i++)
        size += room_of(collectors[i]);
    self->memory = xcalloc(1, size);
    self->states = xcalloc(COLLECTORS, sizeof(void *));
    char *place = self->memory;
    for (size_t i = 0; i < COLLECTORS; i++) {
        if (!is_disabled(self, collectors[i]))
            self->states[i] = place;
        place += room_of(collectors[i]);
    }
}

static int
host_open(void *instance)
{
    struct host *self = instance;
    int rc = files_init(self);

    if (rc < 0)
        return rc;
    make_states(self);
    return 0;
}

static void
host_close(void *instance)
{
    struct host *self = instance;

    for (size_t i = 0; self->states && i < COLLECTORS; i++) {
        if (self->states[i] && collectors[i]->close)
            collectors[i]->close(self, self->states[i]);
    }
    probes_leave(self);
    free(self->states);
    free(self->memory);
    self->states = NULL;
    self->memory = NULL;
    procstat_fini(self);
    devices_destroy(&self->interfaces);
    linknews_fini(&self->interfaces_news);
    files_fini(self);
}

static void
collect_part(struct host *self, size_t i, struct weir_batch *out)
{
    const struct collector *collector = collectors[i];

    if (collector->has_parts) {
        (void)collector->collect(self, self->states[i], out);
        return;
    }
    weir_part_begin(out);
    int rc = collector->collect(self, self->states[i], out);
    weir_part_end(out, collector->name, rc);
}

static int
host_collect(void *instance, struct weir_batch *out)
{
    struct host *self = instance;

    self->cycle++;
    for (size_t i = 0; i < COLLECTORS; i++) {
        if (self->states[i] && collectors[i]->begin)
            collectors[i]->begin(self, self->states[i]);
    }
    for (size_t i = 0; i < COLLECTORS; i++) {
        if (self->states[i])
            collect_part(self, i, out);
    }
    return 0;
}

WEIR_INPUT(host) = {
    .help = "This machine, under the names that node-exporter gives.",
    .instance_size = sizeof(struct host),
    .options = options,
    .check = host_check,
    .open = host_open,
    .close = host_close,
    .collect = host_collect,
};
