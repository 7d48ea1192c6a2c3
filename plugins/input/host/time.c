/* time.c - collector: the clock, its zone, and what it counts with */
#include <config.h>

#include <errno.h>
#include <time.h>

#include "clock.h"
#include "device.h"
#include "host.h"
#include "scan.h"

static const struct weir_metric now = {
    "node_time_seconds", WEIR_GAUGE, "seconds",
    "System time in seconds since epoch (1970)."};
static const struct weir_metric zone_offset = {
    "node_time_zone_offset_seconds", WEIR_GAUGE, "seconds",
    "System time zone offset in seconds."};
static const struct weir_metric available = {
    "node_time_clocksource_available_info", WEIR_GAUGE, "",
    "Available clocksources read from '/sys/devices/system/clocksource'."};
static const struct weir_metric current = {
    "node_time_clocksource_current_info", WEIR_GAUGE, "",
    "Current clocksource read from '/sys/devices/system/clocksource'."};

/* Files of a clock source device; the second holds one word. */
static const struct {
    const char *file;
    const struct weir_metric *metric;
} files[] = {
    {"available_clocksource", &available},
    {"current_clocksource", &current},
};

struct clocks {
    struct devices *devices;
};

static void
add_now(struct weir_batch *out)
{
    int64_t now_ns = clock_wall_ns();
    time_t seconds = (time_t)(now_ns / 1000000000);
    struct tm local = {0};

    weir_add(out, &now, NULL, (double)now_ns / 1e9);
    if (!localtime_r(&seconds, &local))
        return;
    const struct weir_label labels[] = {{"time_zone", local.tm_zone}, {0}};
    weir_add(out, &zone_offset, labels, (double)local.tm_gmtoff);
}

static void
add_sources(const struct weir_metric *metric, const char *device,
            const char *text, struct weir_batch *out)
{
    char source[64];
    const struct weir_label labels[] = {
        {"clocksource", source}, {"device", device}, {0}};

    while (scan_text(&text, source, sizeof(source)))
        weir_add(out, metric, labels, 1);
}

static int
time_collect(struct host *host, void *state, struct weir_batch *out)
{
    struct clocks *self = state;
    static const char prefix[] = "clocksource";

    add_now(out);
    if (!self->devices)
        self->devices = devices_new(host, "devices/system/clocksource", prefix);
    int rc = devices_list_seldom(self->devices);
    if (rc == -ENOENT)
        return 0;
    if (rc < 0)
        return rc;
    for (size_t d = 0; d < devices_count(self->devices); d++) {
        struct device *device = devices_at(self->devices, d);
        for (size_t i = 0; i < WEIR_COUNT(files); i++) {
            const char *text = NULL;
            if (device_read(self->devices, device, i, files[i].file, &text) >=
                0)
                add_sources(files[i].metric, device->name + strlen(prefix),
                            text, out);
        }
    }
    return 0;
}

static void
time_close(struct host *host, void *state)
{
    struct clocks *self = state;

    (void)host;
    devices_destroy(&self->devices);
}

const struct collector time_collector = {
    .name = "time",
    .state_size = sizeof(struct clocks),
    .collect = time_collect,
    .close = time_close,
};
