/* host_change_test.c - what input host promises while the machine changes */
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

static void
expect(struct weir_harness *host, const char *series, double value)
{
    double given = weir_harness_value(host, series);
    ck_assert_msg(fabs(given - value) < 1e-9, "%s is %g", series, given);
}

/* Two CPUs and their idle ticks. */
static void
write_cpus(const struct tree *tree, int idle0, int idle1)
{
    char text[256];

    (void)snprintf(text, sizeof(text),
                   "cpu  0 0 0 0\ncpu0 100 0 0 %d\ncpu1 200 0 0 %d\n"
                   "ctxt 1\n",
                   idle0, idle1);
    tree_write(tree, "proc/stat", text);
}

START_TEST(times_of_a_cpu_never_step_back)
{
    weir_cleanup(tree_destroy) struct tree *tree = tree_new();
    write_cpus(tree, 5000, 5000);
    weir_cleanup(weir_harness_destroy) struct weir_harness *host =
        open_host(tree);
    collect(host);

    write_cpus(tree, 4900, 6000);
    collect(host);

    expect(host, "node_cpu_seconds_total{cpu=\"0\",mode=\"idle\"}", 50);
    expect(host, "node_cpu_seconds_total{cpu=\"1\",mode=\"idle\"}", 60);
}
END_TEST

START_TEST(a_cpu_that_was_away_counts_from_anew)
{
    weir_cleanup(tree_destroy) struct tree *tree = tree_new();
    write_cpus(tree, 5000, 5000);
    weir_cleanup(weir_harness_destroy) struct weir_harness *host =
        open_host(tree);
    collect(host);

    write_cpus(tree, 10, 5000);
    collect(host);

    expect(host, "node_cpu_seconds_total{cpu=\"0\",mode=\"idle\"}", 0.1);
}
END_TEST

START_TEST(a_cpu_that_goes_takes_its_series_along)
{
    weir_cleanup(tree_destroy) struct tree *tree = tree_new();
    weir_cleanup(weir_harness_destroy) struct weir_harness *host =
        open_host(tree);
    collect(host);

    write_cpus(tree, 5000000, 5000000);
    collect(host);
    collect(host);

    ck_assert(!weir_harness_has(
        host, "node_cpu_seconds_total{cpu=\"2\",mode=\"idle\"}"));
    expect(host, "node_cpu_seconds_total{cpu=\"1\",mode=\"idle\"}", 50000);
}
END_TEST

START_TEST(an_interface_may_go_and_another_take_its_name)
{
    weir_cleanup(tree_destroy) struct tree *tree = tree_new();
    weir_cleanup(weir_harness_destroy) struct weir_harness *host =
        open_host(tree);
    const char *mtu = "node_network_mtu_bytes{device=\"eth0\"}";
    collect(host);
    expect(host, mtu, 1500);

    tree_move(tree, "sys/class/net/eth0", "away");
    collect(host);
    collect(host);
    ck_assert(!weir_harness_has(host, mtu));

    tree_write(tree, "sys/class/net/docker0/mtu", "9000\n");
    tree_move(tree, "sys/class/net/docker0", "sys/class/net/eth0");
    collect(host);
    expect(host, mtu, 9000);
}
END_TEST

START_TEST(interfaces_that_change_names_change_values)
{
    weir_cleanup(tree_destroy) struct tree *tree = tree_new();
    tree_write(tree, "sys/class/net/docker0/mtu", "9000\n");
    weir_cleanup(weir_harness_destroy) struct weir_harness *host =
        open_host(tree);
    collect(host);

    tree_move(tree, "sys/class/net/eth0", "between");
    tree_move(tree, "sys/class/net/docker0", "sys/class/net/eth0");
    tree_move(tree, "between", "sys/class/net/docker0");
    collect(host);

    expect(host, "node_network_mtu_bytes{device=\"eth0\"}", 9000);
    expect(host, "node_network_mtu_bytes{device=\"docker0\"}", 1500);
}
END_TEST

START_TEST(files_that_are_replaced_are_read_again)
{
    weir_cleanup(tree_destroy) struct tree *tree = tree_new();
    weir_cleanup(weir_harness_destroy) struct weir_harness *host =
        open_host(tree);
    collect(host);

    tree_replace(tree, "root/etc/os-release", "ID=x\nVERSION_ID=13\n");
    tree_replace(tree, "udev/b8:0", "E:ID_ATA=1\nE:ID_ATA_WRITE_CACHE=7\n");
    tree_replace(tree, "textfile/one.prom", "one_total{a=\"b\"} 13\n");
    collect(host);

    expect(host, "node_os_version{id=\"x\"}", 13);
    expect(host, "node_disk_ata_write_cache{device=\"sda\"}", 7);
    expect(host, "one_total{a=\"b\"}", 13);
}
END_TEST

START_TEST(a_malformed_text_file_spoils_only_itself)
{
    weir_cleanup(tree_destroy) struct tree *tree = tree_new();
    tree_write(tree, "textfile/bad.prom", "fine 1\nnot {\n");
    weir_cleanup(weir_harness_destroy) struct weir_harness *host =
        open_host(tree);

    collect(host);

    ck_assert(!weir_harness_has(host, "fine"));
    ck_assert(!weir_harness_has(host, "three"));
    expect(host, "two", 2);
    expect(host, "node_textfile_scrape_error", 1);

    tree_write(tree, "textfile/bad.prom", "fine 1\n");
    collect(host);
    expect(host, "fine", 1);
    expect(host, "node_textfile_scrape_error", 0);
}
END_TEST

START_TEST(a_pipe_among_text_files_does_not_stop_it)
{
    weir_cleanup(tree_destroy) struct tree *tree = tree_new();
    tree_run("mkfifo '%s/textfile/pipe.prom'", tree->path);
    weir_cleanup(weir_harness_destroy) struct weir_harness *host =
        open_host(tree);

    collect(host);

    expect(host, "two", 2);
    expect(host, "node_textfile_scrape_error", 1);
}
END_TEST

START_TEST(a_text_folder_that_is_not_there_is_an_error)
{
    weir_cleanup(tree_destroy) struct tree *tree = tree_new();
    tree_move(tree, "textfile", "away");
    weir_cleanup(weir_harness_destroy) struct weir_harness *host =
        open_host(tree);

    collect(host);

    expect(host, "node_textfile_scrape_error", 1);
}
END_TEST

SPEC("input host, while the machine changes", times_of_a_cpu_never_step_back,
     a_cpu_that_was_away_counts_from_anew,
     a_cpu_that_goes_takes_its_series_along,
     an_interface_may_go_and_another_take_its_name,
     interfaces_that_change_names_change_values,
     files_that_are_replaced_are_read_again,
     a_malformed_text_file_spoils_only_itself,
     a_pipe_among_text_files_does_not_stop_it,
     a_text_folder_that_is_not_there_is_an_error)
