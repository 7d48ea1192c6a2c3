/* selinux.c - collector: whether SELinux is on, and whether it enforces */
#include <config.h>

#include <errno.h>

#include "host.h"
#include "scan.h"

static const struct weir_metric enabled = {
    "node_selinux_enabled", WEIR_GAUGE, "",
    "SELinux is enabled, 1 is true, 0 is false."};
static const struct weir_metric config_mode = {
    "node_selinux_config_mode", WEIR_GAUGE, "",
    "Configured SELinux enforcement mode."};
static const struct weir_metric current_mode = {
    "node_selinux_current_mode", WEIR_GAUGE, "",
    "Current SELinux enforcement mode."};

/* As SELinux counts its modes. */
static const struct {
    const char *word;
    double mode;
} modes[] = {{"enforcing", 1}, {"permissive", 0}, {"disabled", -1}};

/* The mode that will be after the next boot; -1 when nobody says. */
static double
configured(struct host *host)
{
    static const char key[] = "SELINUX=";
    const char *line = NULL;

    if (host->files.roots[ROOT_FS] < 0 ||
        file_read_once(host, host->files.roots[ROOT_FS], "etc/selinux/config",
                       NULL, &line) < 0)
        return -1;
    for (; *line; line = scan_line(line)) {
        if (!scan_starts(line, key))
            continue;
        for (size_t i = 0; i < WEIR_COUNT(modes); i++) {
            if (scan_starts(line + strlen(key), modes[i].word))
                return modes[i].mode;
        }
    }
    return -1;
}

static int
selinux_collect(struct host *host, void *state, struct weir_batch *out)
{
    double mode = 0;
    int rc = file_number(host, state, ROOT_SYS, "fs/selinux/enforce", &mode);

    weir_add(out, &enabled, NULL, rc == 0);
    if (rc == 0) {
        weir_add(out, &config_mode, NULL, configured(host));
        weir_add(out, &current_mode, NULL, mode);
    }
    return 0;
}

static void
selinux_close(struct host *host, void *state)
{
    file_close(host, state);
}

const struct collector selinux_collector = {
    .name = "selinux",
    .state_size = sizeof(struct held),
    .collect = selinux_collect,
    .close = selinux_close,
};
