"""scrape - what scraping very many targets costs, from HTTP to the store

One process serves 1,000 targets of 1,000 series each, of which 30 % of the
values change (`scrape_server`).  A weir scrapes them and sends what it has to
another one with storage tsdb; then, of the same server, a Prometheus.  Prints
the CPU of each, and its memory by the series.
"""
import argparse
import contextlib
import os
import re
import subprocess
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)),
                                "..", "integration"))
from process import cpu_ns  # noqa: E402
from programs import Prometheus, Weir, weir_environment  # noqa: E402
from weirtest import (BUILD, Skip, free_port, series_of,  # noqa: E402
                      wait_until, write)

AGENT = """
interval = @interval
http { listen = {"127.0.0.1:@port"} }
input prometheus:targets { targets = {@targets}  to = {"main"} }
input self { to = {"local"}  interval = 1s }
storage memory:local { }
report exposition { from = {"local"} }
link main { connect = {"@endpoint"} }
"""

STORE = """
http { listen = {"127.0.0.1:@port"} }
storage tsdb:main { path = "store"  listen = {"@endpoint"} }
input self { to = {"local"}  interval = 1s }
storage memory:local { }
report exposition { from = {"local"} }
"""

RIVAL = """
global: {scrape_interval: @interval, scrape_timeout: @interval}
scrape_configs:
- job_name: targets
  static_configs: [{targets: [@targets]}]
"""


def addresses(port, count):
    return ["127.0.%d.%d:%d" % (number // 250, number % 250 + 1, port)
            for number in range(count)]


def quoted(items):
    return ", ".join('"%s"' % item for item in items)


def anonymous_bytes(pid):
    with open("/proc/%d/smaps_rollup" % pid, encoding="ascii") as file:
        return int(re.search(r"Anonymous:\s+(\d+)", file.read())[1]) * 1024


@contextlib.contextmanager
def serving(wish):
    port = free_port()
    server = subprocess.Popen(
        [os.path.join(BUILD, "tests", "bench", "scrape_server"), str(port),
         str(wish.targets), str(wish.series)], stdout=subprocess.PIPE,
        env=dict(os.environ, **weir_environment("/tmp")))
    try:
        assert server.stdout.readline() == b"ready\n", "the server ended"
        yield addresses(port, wish.targets)
    finally:
        server.kill()
        server.wait()


class Subject:
    """A program whose CPU is measured from now on."""

    def __init__(self, name, program):
        self.name = name
        self.pid = program.pid
        self.began_ns = time.monotonic_ns()
        self.before_ns = cpu_ns(self.pid)

    def report(self, series):
        took_ns = time.monotonic_ns() - self.began_ns
        print("| %-24s | %6.2f %% of a core | %7.0f MB | %6.0f bytes a series |"
              % (self.name, 100 * (cpu_ns(self.pid) - self.before_ns) / took_ns,
                 anonymous_bytes(self.pid) / 1e6,
                 anonymous_bytes(self.pid) / series), flush=True)


def count_of(program, name):
    """The sum over the sources of the targets' input."""
    return sum(value for key, value in program.series().items()
               if key.startswith(name) and "targets" in key)


def least_series(wish):
    """With those that tell of the scrapes."""
    return wish.targets * (wish.series + 5)


def measure_weir(wish, targets):
    """Returns how many series there are."""
    endpoint = "tcp://127.0.0.1:%d" % free_port()
    with Weir(STORE, endpoint=endpoint) as store, \
            Weir(AGENT, endpoint=endpoint, targets=quoted(targets),
                 interval="%gs" % wish.interval) as agent:
        wait_until("all series", lambda: count_of(
            agent, "weir_source_series") >= least_series(wish),
            6 * wish.interval + 60)
        time.sleep(2 * wish.interval)
        before = count_of(agent, "weir_source_samples_total")
        subjects = [Subject("weir, that scrapes", agent),
                    Subject("weir, that stores", store)]
        time.sleep(wish.seconds)
        series = count_of(agent, "weir_source_series")
        samples = count_of(agent, "weir_source_samples_total") - before
        for subject in subjects:
            subject.report(series)
        print("%d series, %.0f samples a second, %d lost batches" % (
            series, samples / wish.seconds,
            count_of(agent, "weir_source_lost_batches_total")), flush=True)
    return series


class Rival(Prometheus):
    def __init__(self, wish, targets):
        super().__init__()
        write(os.path.join(self.folder, "prometheus.yml"),
              RIVAL.replace("@targets", quoted(targets)).replace(
                  "@interval", "%gs" % wish.interval))


def measure_prometheus(wish, targets, series):
    with Rival(wish, targets) as rival:
        def there():
            text = rival.get("/metrics").text
            return series_of(text)[
                "prometheus_tsdb_head_series"] >= least_series(wish)
        wait_until("all series", there, 6 * wish.interval + 60)
        time.sleep(2 * wish.interval)
        subject = Subject("prometheus", rival)
        time.sleep(wish.seconds)
        subject.report(series)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--targets", type=int, default=1000)
    parser.add_argument("--series", type=int, default=1000)
    parser.add_argument("--interval", type=float, default=10)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--no-rivals", action="store_true")
    wish = parser.parse_args()
    with serving(wish) as targets:
        series = measure_weir(wish, targets)
        if not wish.no_rivals:
            try:
                measure_prometheus(wish, targets, series)
            except Skip as reason:
                print(reason)


main()
