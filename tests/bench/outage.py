"""outage - an agent whose store is away, and what happens when it is back

An agent makes 100,000 samples a second (a plugin of ours, ten instances); its
store is killed, and comes back after a while.  Prints the agent's memory, what
lies in the spool and what an hour would take, how fast that drains, and how late
fresh samples are meanwhile.
"""
import argparse
import contextlib
import json
import os
import re
import sys
import threading
import time
import urllib.parse

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)),
                                "..", "integration"))
from programs import Weir, build_plugin  # noqa: E402
from weirtest import (free_port, series_of, temporary_folder,  # noqa: E402
                      wait_until)

INSTANCES = 10

PLUGIN = r"""
#include <stdio.h>
#include <stdlib.h>
#include <weir/plugin.h>

struct rows {
    int64_t series;
    uint32_t *references;
    double cycle;
};

static const struct weir_option options[] = {
    WEIR_INTEGER(struct rows, series, "1000", 1, 100000, "How many series."),
    {0},
};

static const struct weir_metric metric = {"rows_value", WEIR_GAUGE, "",
                                          "Synthetic."};

static void
refer(struct rows *self, struct weir_batch *out)
{
    char text[24];

    self->references = calloc((size_t)self->series, sizeof(uint32_t));
    for (int64_t i = 0; i < self->series; i++) {
        snprintf(text, sizeof(text), "%lld", (long long)i);
        const struct weir_label labels[] = {{"n", text}, {0}};
        const struct weir_series series = {&metric, "", labels};
        weir_series_refer(out, &series, NULL, 0, &self->references[i]);
    }
}

static int
rows_collect(void *instance, struct weir_batch *out)
{
    struct rows *self = instance;

    if (!self->references)
        refer(self, out);
    self->cycle++;
    for (int64_t i = 0; i < self->series; i++)
        weir_set(out, self->references[i], (double)i + self->cycle * 0.25);
    return 0;
}

static void
rows_close(void *instance)
{
    struct rows *self = instance;

    free(self->references);
}

WEIR_INPUT(rows) = {
    .help = "Rows of numbers.",
    .instance_size = sizeof(struct rows),
    .options = options,
    .collect = rows_collect,
    .close = rows_close,
};
"""

AGENT = """
interval = @interval
http { listen = {"127.0.0.1:@port"} }
@inputs
input self { to = {"local"}  interval = 1s }
storage memory:local { }
report exposition { from = {"local"} }
link main { connect = {"@endpoint"}  spool { size = @spool  @more } }
"""

STORE = """
http { listen = {"127.0.0.1:@port"} }
storage tsdb:main { path = "store"  listen = {"@endpoint"} }
report api { }
"""


def memory_mb(pid, field):
    with open("/proc/%d/status" % pid, encoding="ascii") as file:
        return int(re.search(field + r":\s+(\d+)", file.read())[1]) / 1024


def figure(agent, name):
    answer = agent.get("/metrics")
    found = series_of(answer.text) if answer.status == 200 else {}
    return sum(value for series, value in found.items()
               if series.split("{")[0] == name)


class Watch(threading.Thread):
    """Asks the store for the newest sample of each instance, over and over."""

    def __init__(self, store):
        super().__init__(daemon=True)
        self._store = store
        self._over = threading.Event()
        self.ages_s = []  # of the oldest of these

    def _age_s(self):
        question = {"query": 'min(timestamp(rows_value{n="0"}))'}
        answer = self._store.get("/api/v1/query?" +
                                 urllib.parse.urlencode(question))
        if answer.status != 200:
            return None
        result = json.loads(answer.text)["data"]["result"]
        return time.time() - float(result[0]["value"][1]) if result else None

    def run(self):
        while not self._over.wait(0.1):
            age_s = self._age_s()
            if age_s is not None:
                self.ages_s.append((time.monotonic(), age_s))

    def stop(self):
        self._over.set()
        self.join()


class Memory(threading.Thread):
    """The greatest resident memory of a process, since it began to look."""

    def __init__(self, pid):
        super().__init__(daemon=True)
        self._pid = pid
        self.most_mb = 0
        self.start()

    def run(self):
        with contextlib.suppress(OSError, TypeError):
            while True:
                self.most_mb = max(self.most_mb,
                                   memory_mb(self._pid, "VmRSS"))
                time.sleep(0.2)


def tell(what, text):
    print("| %s | %s |" % (what, text), flush=True)


def drain(store, agent, wish, outage_s):
    """Starts the store, and waits until the spool is empty."""
    begun = time.monotonic()
    store.start()
    watch = Watch(store)
    watch.start()
    while figure(agent, "weir_spool_bytes") > 0:
        time.sleep(0.2)
    took = time.monotonic() - begun
    watch.stop()
    tell("drained in", "%.1f s, %.1f times real time" % (
        took, outage_s / took))
    # An age has an interval of its own: the next cycle is yet to come.
    looks = [(when - begun, age / wish.interval - 1)
             for when, age in watch.ages_s]
    fresh = [(when, late) for when, late in looks if late < 2]
    if not fresh:
        tell("fresh samples", "not seen")
        return
    late = sorted(late for when, late in looks if when >= fresh[0][0])
    tell("fresh samples in time again after", "%.1f s" % fresh[0][0])
    tell("from then on late: median, most", "%.2f, %.2f intervals (%d looks)"
         % (late[len(late) // 2], late[-1], len(late)))


def measure(store, agent, wish):
    rate = INSTANCES * (wish.series // INSTANCES) / wish.interval
    wait_until("samples", lambda: figure(
        agent, "weir_link_durable_batches_total"))
    time.sleep(wish.steady)
    print("| outage | |\n|---|---|")
    tell("samples a second", "%d" % rate)
    tell("memory of the agent before", "%d MB" % memory_mb(agent.pid, "VmRSS"))
    memory = Memory(agent.pid)
    store.kill()
    begun = time.monotonic()
    time.sleep(wish.away)
    outage_s = time.monotonic() - begun
    spooled = figure(agent, "weir_spool_bytes")
    tell("while the store was away for %d s: memory at most" % outage_s,
         "%d MB" % memory.most_mb)
    tell("in the spool; its files; an hour would take", "%d MB, %d MB, %.1f GB"
         % (spooled / 1e6, figure(agent, "weir_spool_disk_bytes") / 1e6,
            spooled / outage_s * 3600 / 1e9))
    drain(store, agent, wish, outage_s)
    tell("memory at most", "%d MB" % memory.most_mb)
    tell("dropped", "%d batches of the spool, %d of the inputs" % (
        figure(agent, "weir_spool_dropped_batches_total"),
        figure(agent, "weir_source_lost_batches_total")))


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--series", type=int, default=100000)
    parser.add_argument("--interval", type=float, default=1)
    parser.add_argument("--steady", type=float, default=5)
    parser.add_argument("--away", type=float, default=120)
    parser.add_argument("--spool", default="16G")
    parser.add_argument("--more", default="", help="more options of the spool")
    wish = parser.parse_args()
    endpoint = "tcp://127.0.0.1:%d" % free_port()
    inputs = "".join('input rows:r%d { series = %d  to = {"main"} }\n' % (
        i, wish.series // INSTANCES) for i in range(INSTANCES))
    with temporary_folder() as folder:
        plugins = build_plugin(folder, "input", "rows", PLUGIN)
        with Weir(STORE, endpoint=endpoint) as store, \
                Weir(AGENT, plugins=plugins, endpoint=endpoint, inputs=inputs,
                     interval="%dms" % (1000 * wish.interval), spool=wish.spool,
                     more=wish.more) as agent:
            measure(store, agent, wish)


main()
