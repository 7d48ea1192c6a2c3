/* timex.c - collector: how well the kernel's clock is kept
 *
 * The units are those of adjtimex(2): frequencies are millionths, in 65,536
 * parts each; offsets are microseconds, or nanoseconds when the status says so.
 */
#include <config.h>

#include <errno.h>
#include <string.h>
#include <sys/timex.h>

#include "host.h"

static const double us_per_s = 1e6;
static const double ns_per_s = 1e9;
static const double parts = 1e6 * 65536;

enum unit { PLAIN, MICROSECONDS, OF_STATUS, PARTS, ONE_AND_PARTS };

/* What a field of struct timex becomes; all are long or int. */
#define FIELD(name) \
    offsetof(struct timex, name), sizeof(((struct timex *)0)->name)

static const struct {
    struct weir_metric metric;
    size_t offset, size;
    enum unit unit;
} numbers[] = {
    {{"node_timex_offset_seconds", WEIR_GAUGE, "seconds",
      "Time offset in between local system and reference clock."},
     FIELD(offset),
     OF_STATUS},
    {{"node_timex_frequency_adjustment_ratio", WEIR_GAUGE, "",
      "Local clock frequency adjustment."},
     FIELD(freq),
     ONE_AND_PARTS},
    {{"node_timex_maxerror_seconds", WEIR_GAUGE, "seconds",
      "Maximum error in seconds."},
     FIELD(maxerror),
     MICROSECONDS},
    {{"node_timex_estimated_error_seconds", WEIR_GAUGE, "seconds",
      "Estimated error in seconds."},
     FIELD(esterror),
     MICROSECONDS},
    {{"node_timex_status", WEIR_GAUGE, "", "Value of the status array bits."},
     FIELD(status),
     PLAIN},
    {{"node_timex_loop_time_constant", WEIR_GAUGE, "",
      "Phase-locked loop time constant."},
     FIELD(constant),
     PLAIN},
    {{"node_timex_tick_seconds", WEIR_GAUGE, "seconds",
      "Seconds between clock ticks."},
     FIELD(tick),
     MICROSECONDS},
    {{"node_timex_pps_frequency_hertz", WEIR_GAUGE, "hertz",
      "Pulse per second frequency."},
     FIELD(ppsfreq),
     PARTS},
    {{"node_timex_pps_jitter_seconds", WEIR_GAUGE, "seconds",
      "Pulse per second jitter."},
     FIELD(jitter),
     OF_STATUS},
    {{"node_timex_pps_shift_seconds", WEIR_GAUGE, "seconds",
      "Pulse per second interval duration."},
     FIELD(shift),
     PLAIN},
    {{"node_timex_pps_stability_hertz", WEIR_GAUGE, "hertz",
      "Pulse per second stability, average of recent frequency changes."},
     FIELD(stabil),
     PARTS},
    {{"node_timex_pps_jitter_total", WEIR_COUNTER, "",
      "Pulse per second count of jitter limit exceeded events."},
     FIELD(jitcnt),
     PLAIN},
    {{"node_timex_pps_calibration_total", WEIR_COUNTER, "",
      "Pulse per second count of calibration intervals."},
     FIELD(calcnt),
     PLAIN},
    {{"node_timex_pps_error_total", WEIR_COUNTER, "",
      "Pulse per second count of calibration errors."},
     FIELD(errcnt),
     PLAIN},
    {{"node_timex_pps_stability_exceeded_total", WEIR_COUNTER, "",
      "Pulse per second count of stability limit exceeded events."},
     FIELD(stbcnt),
     PLAIN},
    {{"node_timex_tai_offset_seconds", WEIR_GAUGE, "seconds",
      "International Atomic Time (TAI) offset."},
     FIELD(tai),
     PLAIN},
};

static const struct weir_metric sync_status = {
    "node_timex_sync_status", WEIR_GAUGE, "",
    "Is clock synchronized to a reliable server (1 = yes, 0 = no)."};

static double
number_of(const struct timex *clock, size_t offset, size_t size)
{
    const char *place = (const char *)clock + offset;
    long number = 0;
    int small = 0;

    if (size == sizeof(number)) {
        memcpy(&number, place, sizeof(number));
        return (double)number;
    }
    memcpy(&small, place, sizeof(small));
    return small;
}

static double
in_unit(double number, enum unit unit, const struct timex *clock)
{
    switch (unit) {
    case PLAIN:
        return number;
    case MICROSECONDS:
        return number / us_per_s;
    case OF_STATUS:
        return number / (clock->status & STA_NANO ? ns_per_s : us_per_s);
    case PARTS:
        return number / parts;
    case ONE_AND_PARTS:
        return 1 + number / parts;
    }
    return number;
}

static int
timex_collect(struct host *host, void *state, struct weir_batch *out)
{
    struct timex clock = {0};
    int rc = adjtimex(&clock);

    (void)state;
    if (rc < 0 && errno == EPERM)
        return 0; /* as in some containers */
    if (rc < 0)
        return weir_fail(host, -errno, "cannot ask the kernel of its clock");
    weir_add(out, &sync_status, NULL, rc != TIME_ERROR);
    for (size_t i = 0; i < WEIR_COUNT(numbers); i++) {
        double number = number_of(&clock, numbers[i].offset, numbers[i].size);
        weir_add(out, &numbers[i].metric, NULL,
                 in_unit(number, numbers[i].unit, &clock));
    }
    return 0;
}

const struct collector timex_collector = {
    .name = "timex",
    .collect = timex_collect,
};
