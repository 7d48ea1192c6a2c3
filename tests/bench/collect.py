"""collect - what it costs to watch a host: weir beside its neighbours

    collect.py [--seconds N] [--cycles N] [--starts N] [--gate]

Side by side, so that all meet the same machine: weir with all default
collectors, its store in memory and its page, not scraped and scraped; Debian's
prometheus-node-exporter, scraped; and collectd with its page, not scraped; all
once a second.  Scrapes ask as Prometheus does, on one connection that stays.
Then weir alone: how soon it has its first sample, how soon it ends, and whether
it grows when cycles come every 10 ms.

CPU is that of the process by its CPU clock, which counts all threads, those that
ended as well, in nanoseconds.  What is missing here is left out.  With --gate
the exit status is 1 when weir misses a target.
"""
import argparse
import contextlib
import http.client
import os
import re
import statistics
import sys
import threading
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)),
                                "..", "integration"))
from process import cpu_ns  # noqa: E402
from programs import (BUILD, HOST_TO_METRICS, NodeExporter, Program,  # noqa: E402
                      Weir)
from weirtest import Skip, fetch, fill, free_port, need, write  # noqa: E402

# What is to be held; the share is of node-exporter's CPU.
SHARE_MOST, ANONYMOUS_MOST_KB, GROWTH_MOST_KB = 1 / 12, 4096, 64
START_MOST_MS, END_MOST_MS = 100, 300

WARM_UP_S = 3

# As Prometheus 2.42 asks.
SCRAPE_HEADERS = {
    "Accept": "application/openmetrics-text;version=1.0.0,"
              "application/openmetrics-text;version=0.0.1;q=0.75,"
              "text/plain;version=0.0.4;q=0.5,*/*;q=0.1",
    "Accept-Encoding": "gzip",
    "User-Agent": "Prometheus/2.42.0",
    "X-Prometheus-Scrape-Timeout-Seconds": "1",
}

FAST_S = 0.01
FAST = HOST_TO_METRICS.replace("interval = 1s", "interval = 10ms")

COLLECTD = """
Hostname "bench"
Interval 1
BaseDir "@folder"
PIDFile "@folder/pid"
TypesDB "/usr/share/collectd/types.db"
@load
<Plugin write_prometheus>
  Host "127.0.0.1"
  Port "@port"
</Plugin>
"""
RIVALS = ("node-exporter, scraped", "collectd")

COLLECTD_READS = ("contextswitch", "cpu", "df", "disk", "interface", "load",
                  "memory", "processes", "swap", "uptime", "vmem")


class Collectd(Program):
    def __init__(self):
        super().__init__([need("collectd")])
        self.port = free_port()
        load = "".join("LoadPlugin %s\n" % name for name in
                       (*COLLECTD_READS, "write_prometheus"))
        config = write(os.path.join(self.folder, "collectd.conf"),
                       fill(COLLECTD, folder=self.folder, load=load,
                            port=self.port))
        self.argv += ["-f", "-C", config]


class Empty(Program):
    """A program that does nothing, with weir's libraries."""

    port = None

    def __init__(self):
        path = os.path.join(BUILD, "tests", "bench")
        libtools = os.path.join(path, ".libs", "empty")
        super().__init__([libtools if os.path.exists(libtools)
                          else os.path.join(path, "empty")],
                         {"LD_LIBRARY_PATH": os.path.join(BUILD, ".libs")})


# What a process takes -----------------------------------------------------------

def memory_kb(pid):
    """Anonymous memory and proportional set size."""
    with open("/proc/%d/smaps_rollup" % pid, encoding="ascii") as file:
        fields = dict(re.findall(r"^(\w+):\s+(\d+) kB", file.read(), re.M))
    return int(fields["Anonymous"]), int(fields["Pss"])


def count_series(port):
    text = fetch("http://127.0.0.1:%d/metrics" % port).text
    return sum(1 for line in text.splitlines()
               if line and not line.startswith("#"))


# Scraping -----------------------------------------------------------------------

class Scraper(threading.Thread):
    """Asks ports for their metrics, all once an interval, until stopped."""

    def __init__(self, ports, interval_s=1.0):
        super().__init__(daemon=True)
        self.links = [http.client.HTTPConnection("127.0.0.1", port, timeout=10)
                      for port in ports]
        self.interval_s = interval_s
        self.failures = 0
        self.over = threading.Event()

    def run(self):
        while not self.over.wait(self.interval_s):
            for link in self.links:
                self.scrape(link)

    def scrape(self, link):
        try:
            link.request("GET", "/metrics", headers=SCRAPE_HEADERS)
            answer = link.getresponse()
            answer.read()
            self.failures += answer.status != 200
        except (OSError, http.client.HTTPException):
            self.failures += 1
            link.close()

    def __enter__(self):
        self.start()
        return self

    def __exit__(self, *_):
        self.over.set()
        self.join()


# Side by side ---------------------------------------------------------------------

class Subject:
    def __init__(self, name, program, scraped=False):
        self.name = name
        self.program = program
        self.scraped = scraped
        self.cpu_before = self.cpu_ns = self.series = 0
        self.anonymous_kb = self.pss_kb = 0

    def begin(self):
        self.cpu_before = cpu_ns(self.program.pid)

    def end(self):
        self.cpu_ns = cpu_ns(self.program.pid) - self.cpu_before
        self.anonymous_kb, self.pss_kb = memory_kb(self.program.pid)
        if self.program.port:
            self.series = count_series(self.program.port)

    def ms_a_cycle(self, seconds):
        return self.cpu_ns / 1e6 / seconds

    def us_a_series(self, seconds):
        return self.cpu_ns / 1e3 / seconds / max(self.series, 1)


def start_subjects(stack):
    """Starts what is here; yields a subject for each."""
    kinds = (("weir", lambda: Weir(HOST_TO_METRICS), False),
             ("weir, scraped", lambda: Weir(HOST_TO_METRICS), True),
             ("node-exporter, scraped", NodeExporter, True),
             ("collectd", Collectd, False),
             ("empty, weir's libraries", Empty, False))
    for name, make, scraped in kinds:
        try:
            yield Subject(name, stack.enter_context(make()), scraped)
        except Skip as reason:
            print("left out: %s: %s" % (name, reason))


def measure_side_by_side(seconds):
    with contextlib.ExitStack() as stack:
        subjects = list(start_subjects(stack))
        scraper = stack.enter_context(
            Scraper([s.program.port for s in subjects if s.scraped]))
        time.sleep(WARM_UP_S)
        for subject in subjects:
            assert subject.program.runs(), subject.name + " ended by itself"
            subject.begin()
        begun = time.monotonic()
        time.sleep(seconds)
        passed = time.monotonic() - begun
        for subject in subjects:
            subject.end()
        if scraper.failures:
            print("%d scrapes failed" % scraper.failures)
        return subjects, passed


def print_subjects(subjects, seconds):
    print("%-24s %7s %10s %13s %13s %9s" % (
        "at 1 s for %.0f s" % seconds, "series", "ms a cycle",
        "us a series", "anonymous kB", "PSS kB"))
    for subject in subjects:
        print("%-24s %7d %10.3f %13.3f %13d %9d" % (
            subject.name, subject.series, subject.ms_a_cycle(seconds),
            subject.us_a_series(seconds), subject.anonymous_kb,
            subject.pss_kb))


def judge(what, value, unit, most):
    print("%-44s %9.2f %-2s  %s %.2f" % (
        what, value, unit, "meets" if value <= most else "MISSES", most))
    return value <= most


def compare(subjects):
    """Prints ratios; returns whether weir's share is small enough: of what it
    takes to collect and store; what a scrape costs on top is shown."""
    by_name = {subject.name: subject for subject in subjects}
    good = True
    for name in ("weir", "weir, scraped"):
        mine = by_name[name]
        good &= judge(name + ": anonymous memory", mine.anonymous_kb, "kB",
                      ANONYMOUS_MOST_KB)
        for rival in subjects:
            if rival.name in RIVALS:
                print("%s: 1/%.1f of the CPU of %s" % (
                    name, rival.cpu_ns / mine.cpu_ns, rival.name))
    if RIVALS[0] in by_name:
        good &= judge("weir: CPU, of that of node-exporter",
                      100 * by_name["weir"].cpu_ns / by_name[RIVALS[0]].cpu_ns,
                      "%", 100 * SHARE_MOST)
    return good


# Start and end ----------------------------------------------------------------------

def first_sample_ms(weir, begun):
    """Polls until a sample of the host is on the page."""
    link = http.client.HTTPConnection("127.0.0.1", weir.port, timeout=10)
    while True:
        try:
            link.request("GET", "/metrics")
            if b"\nnode_load1 " in link.getresponse().read():
                return 1e3 * (time.monotonic() - begun)
        except (OSError, http.client.HTTPException):
            link.close()
        assert weir.runs(), weir.log()
        assert time.monotonic() - begun < 30, "no sample in 30 s"
        time.sleep(0.001)


def measure_start():
    """Returns milliseconds to the first sample and from SIGTERM to the end."""
    with Weir(HOST_TO_METRICS, ready=False) as weir:
        weir.kill()
        begun = time.monotonic()
        weir.start()
        first = first_sample_ms(weir, begun)
        begun = time.monotonic()
        assert weir.stop() == 0
        return first, 1e3 * (time.monotonic() - begun)


def measure_starts(count):
    times = [measure_start() for _ in range(count)]
    good = True
    for what, most, each in (
            ("start to first sample", START_MOST_MS, [t[0] for t in times]),
            ("SIGTERM to exit", END_MOST_MS, [t[1] for t in times])):
        good &= judge("%s, worst of %d" % (what, count), max(each), "ms", most)
        print("    median %.1f ms, best %.1f ms" % (statistics.median(each),
                                                   min(each)))
    return good


# Growth ---------------------------------------------------------------------------------

def sizes_over(weir, cycles, parts):
    sizes = [memory_kb(weir.pid)[0]]
    for _ in range(parts):
        time.sleep(cycles * FAST_S / parts)
        sizes.append(memory_kb(weir.pid)[0])
    return sizes


def print_sizes(what, sizes, cycles):
    print("anonymous kB over %d cycles, %s: %s" % (
        cycles, what, " ".join(str(size) for size in sizes)))


def measure_growth(cycles):
    """Runs cycles each 10 ms; an hour at 1 s is 3,600 of them.  The store's
    series are full after 128.  Then as many with a scrape for each ten, after
    which what malloc() keeps for the threads of a scrape has settled."""
    with Weir(FAST) as weir:
        time.sleep(min(cycles, 600) * FAST_S)
        quiet = sizes_over(weir, cycles, 6)
        with Scraper([weir.port], 10 * FAST_S):
            busy = sizes_over(weir, cycles, 6)
    print_sizes("not scraped", quiet, cycles)
    print_sizes("scraped", busy, cycles)
    good = judge("growth, not scraped", quiet[-1] - quiet[0], "kB",
                 GROWTH_MOST_KB)
    return good & judge("anonymous memory with all of it, most", max(busy),
                        "kB", ANONYMOUS_MOST_KB)


def main():
    parser = argparse.ArgumentParser(description="what collecting costs")
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--cycles", type=int, default=3600)
    parser.add_argument("--starts", type=int, default=10)
    parser.add_argument("--gate", action="store_true")
    options = parser.parse_args()
    good = True

    if options.seconds > 0:
        subjects, seconds = measure_side_by_side(options.seconds)
        print_subjects(subjects, seconds)
        good &= compare(subjects)
    if options.starts > 0:
        good &= measure_starts(options.starts)
    if options.cycles > 0:
        good &= measure_growth(options.cycles)
    return 1 if options.gate and not good else 0


if __name__ == "__main__":
    sys.exit(main())
