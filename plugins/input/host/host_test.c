/* host_test.c - what input host promises */
#include "host.c"

#include <math.h>

#include "host_spec.h"

static struct weir_harness *
open_host(const struct tree *tree)
{
    struct weir_harness *host = NULL;
    int rc = weir_harness_open(&host_LTX_weir_plugin, tree->settings, &host);

    ck_assert_msg(rc == 0, "%s", weir_harness_why(NULL));
    return host;
}

/* One or two of each collector; those of node-exporter on the same tree are
 * compared as a whole in tests/integration. */
static const struct {
    const char *series;
    double value;
} recorded[] = {
    {"node_arp_entries{device=\"eth0\"}", 2},
    {"node_arp_entries{device=\"docker0\"}", 1},
    {"node_boot_time_seconds", 1418183276},
    {"node_cpu_core_throttles_total{core=\"0\",package=\"0\"}", 5},
    {"node_cpu_frequency_hertz{cpu=\"0\"}", 1699981000},
    {"node_cpu_guest_seconds_total{cpu=\"0\",mode=\"nice\"}", 0.07},
    {"node_cpu_package_throttles_total{package=\"0\"}", 30},
    {"node_cpu_scaling_frequency_hertz{cpu=\"1\"}", 1331001000},
    {"node_cpu_seconds_total{cpu=\"2\",mode=\"system\"}", 159.16},
    {"node_disk_ata_rotation_rate_rpm{device=\"sda\"}", 7200},
    {"node_disk_discarded_sectors_total{device=\"vda\"}", 13},
    {"node_disk_flush_requests_time_seconds_total{device=\"vda\"}", 16},
    {"node_disk_read_bytes_total{device=\"sda\"}", 1003346126.0 * 512},
    {"node_disk_write_time_seconds_total{device=\"nvme0n1\"}", 1011.053},
    {"node_dmi_info{bios_date=\"04/12/2021\",bios_release=\"2.2\","
     "bios_vendor=\"Dell Inc.\",bios_version=\"2.2.4\","
     "board_name=\"07PXPY\",board_serial=\".7N62AI2.GRTCL6944100GP.\","
     "product_family=\"PowerEdge\",product_name=\"PowerEdge R6515\","
     "system_vendor=\"Dell Inc.\"}",
     1},
    {"node_entropy_available_bits", 1337},
    {"node_filefd_maximum", 1631329},
    {"node_intr_total", 8885917},
    {"node_load5", 0.37},
    {"node_memory_Active_anon_bytes", 1066064.0 * 1024},
    {"node_memory_HugePages_Total", 4},
    {"node_netstat_Icmp6_OutMsgs", 8},
    {"node_netstat_IpExt_InOctets", 6286396970},
    {"node_netstat_TcpExt_ListenDrops", 4},
    {"node_netstat_Udp_RcvbufErrors", 9},
    {"node_network_device_id{device=\"eth0\"}", 32},
    {"node_network_info{address=\"01:01:01:01:01:01\","
     "broadcast=\"ff:ff:ff:ff:ff:ff\",device=\"eth0\",duplex=\"full\","
     "ifalias=\"the uplink\",operstate=\"up\"}",
     1},
    {"node_network_receive_bytes_total{device=\"eth0\"}", 68210035552},
    {"node_network_receive_nohandler_total{device=\"eth0\"}", 42},
    {"node_network_speed_bytes{device=\"eth0\"}", 125e6},
    {"node_network_transmit_compressed_total{device=\"eth0\"}", 12},
    {"node_network_up{device=\"docker0\"}", 0},
    {"node_nf_conntrack_entries_limit", 65536},
    {"node_nf_conntrack_stat_search_restart", 3},
    {"node_os_version{id=\"debian\",id_like=\"a \\\"b\\\" c\","
     "name=\"Debian GNU/Linux\"}",
     12.4},
    {"node_pressure_cpu_waiting_seconds_total", 14.036781},
    {"node_pressure_io_stalled_seconds_total", 159.229399},
    {"node_procs_blocked", 1},
    {"node_schedstat_running_seconds_total{cpu=\"0\"}", 2045936.778163039},
    {"node_schedstat_timeslices_total{cpu=\"1\"}", 5145567945},
    {"node_selinux_enabled", 0},
    {"node_sockstat_FRAG6_memory", 0},
    {"node_sockstat_TCP_tw", 4},
    {"node_softnet_dropped_total{cpu=\"1\"}", 41},
    {"node_textfile_scrape_error", 0},
    {"node_time_clocksource_available_info{clocksource=\"hpet\","
     "device=\"0\"}",
     1},
    {"node_udp_queues{ip=\"v4\",queue=\"tx\"}", 42},
    {"node_udp_queues{ip=\"v6\",queue=\"rx\"}", 256},
    {"node_vmstat_oom_kill", 3},
    {"one_total{a=\"b\"}", 12},
};

START_TEST(gives_what_the_recorded_files_say)
{
    weir_cleanup(tree_destroy) struct tree *tree = tree_new();
    weir_cleanup(weir_harness_destroy) struct weir_harness *host =
        open_host(tree);

    collect(host);

    for (size_t i = 0; i < WEIR_COUNT(recorded); i++) {
        double value = weir_harness_value(host, recorded[i].series);
        ck_assert_msg(fabs(value - recorded[i].value) <=
                          1e-12 * fabs(recorded[i].value),
                      "%s is %.17g", recorded[i].series, value);
    }
}
END_TEST

START_TEST(leaves_out_what_the_patterns_name)
{
    weir_cleanup(tree_destroy) struct tree *tree = tree_new();
    tree_set(tree, "netclass_exclude = \"docker.*\"");
    tree_set(tree, "vmstat_fields = \"nr_dirtied\"");
    weir_cleanup(weir_harness_destroy) struct weir_harness *host =
        open_host(tree);

    collect(host);

    ck_assert(!weir_harness_has(host, "node_network_up{device=\"docker0\"}"));
    ck_assert(weir_harness_has(host, "node_network_up{device=\"eth0\"}"));
    ck_assert(weir_harness_has(host, "node_vmstat_nr_dirtied"));
    ck_assert(!weir_harness_has(host, "node_vmstat_oom_kill"));
    ck_assert(!weir_harness_has(host, "node_disk_io_now{device=\"sda4\"}"));
    ck_assert(
        !weir_harness_has(host, "node_network_up{device=\"bonding_masters\"}"));
    ck_assert(!weir_harness_has(
        host, "node_network_receive_bytes_total{device=\"lo\"}"));
}
END_TEST

START_TEST(a_collector_that_is_disabled_gives_nothing)
{
    weir_cleanup(tree_destroy) struct tree *tree = tree_new();
    tree_set(tree, "disable = {\"loadavg\", \"dmi\"}");
    weir_cleanup(weir_harness_destroy) struct weir_harness *host =
        open_host(tree);

    collect(host);

    ck_assert(!weir_harness_has(host, "node_load1"));
    ck_assert(weir_harness_has(host, "node_vmstat_oom_kill"));
}
END_TEST

START_TEST(refuses_to_disable_what_there_is_not)
{
    weir_cleanup(tree_destroy) struct tree *tree = tree_new();
    weir_cleanup(weir_harness_destroy) struct weir_harness *host = NULL;
    tree_set(tree, "disable = {\"loadavgs\"}");

    ck_assert_int_eq(
        weir_harness_open(&host_LTX_weir_plugin, tree->settings, &host),
        -EINVAL);
    ck_assert_ptr_nonnull(strstr(weir_harness_why(NULL), "\"loadavgs\""));
}
END_TEST

START_TEST(does_not_open_without_procfs)
{
    weir_cleanup(weir_harness_destroy) struct weir_harness *host = NULL;
    const char *const settings[] = {"procfs = \"/nonexistent\"", NULL};

    ck_assert_int_eq(weir_harness_open(&host_LTX_weir_plugin, settings, &host),
                     -ENOENT);
    ck_assert_ptr_nonnull(strstr(weir_harness_why(NULL), "/nonexistent"));
}
END_TEST

START_TEST(one_failing_collector_spoils_only_its_part)
{
    weir_cleanup(tree_destroy) struct tree *tree = tree_new();
    tree_write(tree, "proc/meminfo", "MemTotal: 12 kB\nMemFree: many\n");
    weir_cleanup(weir_harness_destroy) struct weir_harness *host =
        open_host(tree);

    collect(host);

    ck_assert(!weir_harness_has(host, "node_memory_MemTotal_bytes"));
    ck_assert(weir_harness_has(host, "node_load1"));
    ck_assert(weir_harness_has(host, "node_vmstat_oom_kill"));
}
END_TEST

START_TEST(a_file_above_the_limit_spoils_only_its_part)
{
    weir_cleanup(tree_destroy) struct tree *tree = tree_new();
    char path[PATH_MAX];
    (void)snprintf(path, sizeof(path), "%s/proc/vmstat", tree->path);
    ck_assert_int_eq(truncate(path, FILE_SIZE_MOST + 1), 0);
    weir_cleanup(weir_harness_destroy) struct weir_harness *host =
        open_host(tree);

    collect(host);

    ck_assert(!weir_harness_has(host, "node_vmstat_oom_kill"));
    ck_assert(weir_harness_has(host, "node_load1"));
}
END_TEST

/* For nftw(), which passes nothing on. */
static const struct tree *garbled_tree;
static struct weir_harness *garbled_host;

static void
garble(const char *path, const char *bytes, size_t size)
{
    int fd = open(path, O_WRONLY | O_TRUNC | O_CLOEXEC);

    ck_assert_int_ge(fd, 0);
    ck_assert_int_eq(write(fd, bytes, size), (ssize_t)size);
    (void)close(fd);
    collect(garbled_host);
}

static int
garble_file(const char *path, const struct stat *status, int kind,
            struct FTW *place)
{
    static const char binary[] = "\0\xff\x80\n\n:= 99999999999999999999999\n";
    char *whole = calloc(1, (size_t)status->st_size + 1);

    (void)place;
    if (kind != FTW_F) {
        free(whole);
        return 0;
    }
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    ck_assert_int_eq(read(fd, whole, (size_t)status->st_size), status->st_size);
    (void)close(fd);
    garble(path, "", 0);
    garble(path, binary, sizeof(binary));
    garble(path, "cpu\nfull \nsome \nmem: mem\n:\n=\n \n", 32);
    garble(path, whole, (size_t)status->st_size / 2);
    garble(path, whole, (size_t)status->st_size);
    free(whole);
    return 0;
}

START_TEST(garbage_in_any_file_harms_nothing_else)
{
    weir_cleanup(tree_destroy) struct tree *tree = tree_new();
    weir_cleanup(weir_harness_destroy) struct weir_harness *host =
        open_host(tree);
    garbled_tree = tree;
    garbled_host = host;

    ck_assert_int_eq(nftw(tree->path, garble_file, 16, FTW_PHYS), 0);
    collect(host);

    for (size_t i = 0; i < WEIR_COUNT(recorded); i++)
        ck_assert_msg(strncmp(recorded[i].series, "node_dmi", 8) == 0 ||
                          weir_harness_has(host, recorded[i].series),
                      "%s is gone", recorded[i].series);
}
END_TEST

SPEC("input host", gives_what_the_recorded_files_say,
     leaves_out_what_the_patterns_name,
     a_collector_that_is_disabled_gives_nothing,
     refuses_to_disable_what_there_is_not, does_not_open_without_procfs,
     one_failing_collector_spoils_only_its_part,
     a_file_above_the_limit_spoils_only_its_part,
     garbage_in_any_file_harms_nothing_else)
