/* link_agent.c - the processor's share of a process that sends each second */
#include <config.h>

#include "link.h"

#include <errno.h>
#include <signal.h>
#include <sys/prctl.h>
#include <time.h>
#include <unistd.h>

#include "base.h"
#include "clock.h"
#include "counter.h"

enum { SERIES = 1000, TURNS = 5 }; /* of bench->seconds */

int
link_agent_store(struct link_bench *bench)
{
    struct counter *counter = NULL;
    link_free_endpoint(bench->store);
    pid_t pid = fork();
    if (pid != 0)
        return pid < 0 ? -errno : pid;
    (void)prctl(PR_SET_PDEATHSIG, SIGKILL);
    int rc = link_open_keys(bench);
    if (rc == 0)
        rc = counter_open(bench->store, bench->keys, &counter);
    if (rc == 0)
        (void)pause(); /* until it is killed */
    _exit(EXIT_FAILURE);
}

/* What changes in a second at a host: some counters, some decimals. */
static void
change(double values[SERIES], int64_t turn)
{
    for (int64_t i = 0; i < SERIES; i++)
        if (i % 4 == 0)
            values[i] = (double)(i * 1000 + turn * (i % 7)) / 100;
}

static int
measure(const struct link_bench *bench, const char *name, bool packed)
{
    const struct link_way way = {
        .endpoint = bench->store, .keys = true, .packed = packed};
    static const struct timespec second = {.tv_sec = 1};
    static double values[SERIES];
    struct lane *lane = NULL;

    int rc = link_open_lane(bench, &way, &lane);
    if (rc < 0)
        return rc;
    struct link_load *load = link_load_new(lane, SERIES);
    struct frame *frame = link_load_batch(load, 1, values);
    (void)lane_offer(lane, &frame, NULL, NULL);
    link_drain(lane);

    int64_t begun_ns = clock_now_ns();
    int64_t cpu_ns = clock_read_ns(CLOCK_PROCESS_CPUTIME_ID);
    int64_t turns = (int64_t)(TURNS * bench->seconds) + 1;
    for (int64_t turn = 0; turn < turns; turn++) {
        (void)nanosleep(&second, NULL);
        change(values, turn);
        frame = link_load_batch(load, turn + 2, values);
        (void)lane_offer(lane, &frame, NULL, NULL);
    }
    cpu_ns = clock_read_ns(CLOCK_PROCESS_CPUTIME_ID) - cpu_ns;
    (void)printf("%-7s %6.3f %%\n", name,
                 100.0 * (double)cpu_ns / (double)(clock_now_ns() - begun_ns));
    link_load_destroy(&load);
    (void)lane_close(&lane, clock_now_ns() + NS_PER_S);
    return 0;
}

int
link_agent(const struct link_bench *bench)
{
    (void)printf("a process that sends %d series a second, tcp CURVE: share of "
                 "a core\n",
                 SERIES);
    int rc = measure(bench, "none", false);
    return rc < 0 ? rc : measure(bench, "rows", true);
}
