"""dashboard - what the dashboard costs a browser and a weir

    dashboard.py [--live 60] [--viewers 500] [--seconds 30]

Fills a store with seven days of a host at 60 s, and goes on each second; opens
the pages in chromium (tests/browser/bench.mjs), then plays so many open pages
of that host, each on its own connection, with the questions that the browser
asked, and measures what weir takes for them.
"""
import argparse
import json
import os
import random
import selectors
import socket
import subprocess
import sys
import threading
import time
import urllib.parse

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "integration"))
from process import cpu_s, resident_mib  # noqa: E402
from programs import Weir  # noqa: E402
from promql_data import WRITE_HEADERS, write_request  # noqa: E402
from weirtest import fetch, need  # noqa: E402
import dashboard_browser  # noqa: E402

CONFIG = """
http { listen = {"127.0.0.1:@port"} }
input remote_write { }
storage tsdb { }
report api { }
report dashboard { }
"""

EVERY_S = 60
DAYS = 7


def names():
    """Yields (name, labels, growth a second; 0 for a gauge)."""
    for cpu in range(4):
        for mode in ("idle", "iowait", "irq", "nice", "softirq", "steal",
                     "system", "user"):
            yield "node_cpu_seconds_total", {"cpu": str(cpu), "mode": mode}, .1
    for name in ("load1", "load5", "load15", "procs_running", "procs_blocked",
                 "memory_MemTotal_bytes", "memory_MemAvailable_bytes",
                 "memory_Cached_bytes", "memory_Dirty_bytes",
                 "sockstat_TCP_inuse", "sockstat_TCP_tw"):
        yield "node_" + name, {}, 0
    for name in ("pressure_cpu_waiting_seconds_total",
                 "pressure_memory_waiting_seconds_total",
                 "pressure_io_waiting_seconds_total", "context_switches_total",
                 "intr_total", "forks_total", "vmstat_pgmajfault",
                 "vmstat_pswpin", "vmstat_pswpout", "vmstat_oom_kill",
                 "netstat_Tcp_RetransSegs", "netstat_Tcp_ActiveOpens",
                 "netstat_Tcp_PassiveOpens"):
        yield "node_" + name, {}, .2
    for device in ("sda", "sdb"):
        for name in ("read_bytes_total", "written_bytes_total",
                     "io_time_seconds_total", "write_time_seconds_total",
                     "writes_completed_total"):
            yield "node_disk_" + name, {"device": device}, .3
    for place in ("/", "/var"):
        for name in ("avail_bytes", "size_bytes", "files", "files_free"):
            yield ("node_filesystem_" + name,
                   {"mountpoint": place, "fstype": "ext4"}, 0)
    for device in ("eth0", "eth1"):
        for name in ("bytes_total", "errs_total", "drop_total"):
            for way in ("receive", "transmit"):
                yield ("node_network_%s_%s" % (way, name),
                       {"device": device}, 100.)


LABELS, VALUES = 22, 20  # a chart for each label, a line for each value


def wide():
    """A metric that the explorer takes apart into many charts."""
    for value in range(VALUES):
        yield ("bench_wide", {"label_%02d" % label: str(value)
                              for label in range(LABELS)}, 0)


class Host:
    """A host whose values wander by chance."""

    def __init__(self, seed):
        self.chance = random.Random(seed)
        self.series = [[dict(labels, __name__=name, instance="web-1",
                             job="host"), growth, 1000.0]
                       for name, labels, growth in
                       list(names()) + list(wide())]

    def next(self, one, seconds):
        """The next value of a series, so many seconds later."""
        _, growth, value = one
        one[2] = value + (growth * seconds * self.chance.random() if growth
                          else self.chance.uniform(-1, 1))
        return one[2]

    def push(self, weir, start_ms, count, every_s):
        body = write_request(
            [(one[0], [(i * every_s * 1000, self.next(one, every_s))
                       for i in range(count)]) for one in self.series],
            start_ms)
        answer = fetch(weir.url("/api/v1/write"), body, WRITE_HEADERS)
        assert answer.status in (200, 204), answer.text


def fill(weir, host):
    count = DAYS * 86400 // EVERY_S
    start_ms = (int(time.time()) - count * EVERY_S) * 1000
    for at in range(0, count, 720):
        host.push(weir, start_ms + at * EVERY_S * 1000,
                  min(720, count - at), EVERY_S)


def go_on(weir, host, over):
    while not over.wait(1):
        host.push(weir, int(time.time() * 1000), 1, 1)


def watch(weir, question, viewers, seconds):
    """Opens so many live pages; returns events and bytes that came."""
    body = question.encode()
    head = ("POST /api/v1/live HTTP/1.1\r\nHost: 127.0.0.1:%d\r\n"
            "Content-Type: application/x-www-form-urlencoded\r\n"
            "Content-Length: %d\r\n\r\n" % (weir.port, len(body))).encode()
    ready = selectors.DefaultSelector()
    for _ in range(viewers):
        one = socket.create_connection(("127.0.0.1", weir.port))
        one.sendall(head + body)
        one.setblocking(False)
        ready.register(one, selectors.EVENT_READ)
    events = size = 0
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        for key, _ in ready.select(0.2):
            data = key.fileobj.recv(1 << 20)
            assert data, "a stream ended"
            events += data.count(b'data: {"answers"')
            size += len(data)
    for key in list(ready.get_map().values()):
        key.fileobj.close()
    return events, size


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--live", type=int, default=60)
    parser.add_argument("--viewers", type=int, default=500)
    parser.add_argument("--seconds", type=int, default=30)
    wish = parser.parse_args()
    folder = dashboard_browser.folder()
    host, over = Host(7), threading.Event()
    with Weir(CONFIG) as weir:
        fill(weir, host)
        print("%d series, %d samples each" % (
            len(host.series), DAYS * 86400 // EVERY_S), flush=True)
        alive = threading.Thread(target=go_on, args=(weir, host, over))
        alive.start()
        try:
            found = json.loads(subprocess.run(
                [need("node"), "bench.mjs", weir.url(""), str(wish.live)],
                cwd=folder, check=True, stdout=subprocess.PIPE, text=True).stdout)
            tell_browser(found, wish.live)
            tell_crowd(weir, found["live"]["question"], wish)
        finally:
            over.set()
            alive.join()


def tell_browser(found, live):
    print("first figures of the overview: %.0f ms" % found["first_figures"])
    print("page of a host, 7 days, all charts: %.0f ms" % found["host_7d"])
    print("200 moves of the mouse over %d charts with %d points: %.0f ms of "
          "script" % (found["moves"]["charts"], found["moves"]["points"],
                      found["moves"]["script"]))
    print("heap before and after %d s of live points: %.1f, %.1f MB" % (
        live, found["live"]["before"] / 1e6, found["live"]["after"] / 1e6),
        flush=True)


def tell_crowd(weir, question, wish):
    idle_mib, idle_s = resident_mib(weir.pid), cpu_s(weir.pid)
    time.sleep(5)
    idle = (cpu_s(weir.pid) - idle_s) / 5
    begin_s, begin = cpu_s(weir.pid), time.monotonic()
    events, size = watch(weir, question, wish.viewers, wish.seconds)
    passed = time.monotonic() - begin
    print("%d open pages of %d questions each: %.1f %% of a core (%.1f %% "
          "without), %.0f MiB more; %.1f events and %.0f kB a page" % (
              wish.viewers,
              len(urllib.parse.parse_qs(question)["query"]),
              (cpu_s(weir.pid) - begin_s) / passed * 100, idle * 100,
              resident_mib(weir.pid) - idle_mib, events / wish.viewers,
              size / wish.viewers / 1000))


main()
