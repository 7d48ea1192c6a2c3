"""overview - what the overview of many hosts costs

    overview.py [--hosts 2000] [--cycles 240] [--every 30] [--viewers 500]
                [--no-rivals]

Fills a store with what a node exporter tells of each host, 22 series of each,
for cycles * every seconds up to now, and measures, as seen by a client: the
first overview of an hour, one out of the same survey, and what a weir takes on
which so many dashboards are open, each of which asks every 10 s.  Beside it a
Prometheus with the same samples is asked the questions of the columns alone, at
the same steps, four at a time, as the dashboard does.
"""
import argparse
import concurrent.futures
import contextlib
import http.client
import json
import os
import resource
import struct
import sys
import threading
import time
import urllib.parse

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)),
                                "..", "integration"))
import promql_data  # noqa: E402
from process import cpu_s, resident_mib  # noqa: E402
from programs import Prometheus, Weir  # noqa: E402
from weirtest import fetch, need  # noqa: E402

CONFIG = """
http { listen = {"127.0.0.1:@port"} }
input remote_write { series_limit = 0 }
storage tsdb { }
report api { }
report dashboard { }
"""

HOSTS_A_BODY = 100
REFRESH_S = 10

# Name, labels, where it begins, and how much it grows a second (a counter) or
# None (a gauge that stays).
SERIES = (
    [("node_cpu_seconds_total", {"cpu": str(cpu), "mode": "idle"}, 1e5, 0.75)
     for cpu in range(4)] +
    [("node_memory_MemTotal_bytes", {}, 16e9, None),
     ("node_memory_MemAvailable_bytes", {}, 9e9, None),
     ("node_time_seconds", {}, 1.79e9, 1.0),
     ("node_load1", {}, 0.7, None)] +
    [(name, {"mountpoint": place, "fstype": "ext4", "device": place}, value,
      None) for place in ("/", "/var")
     for name, value in (("node_filesystem_size_bytes", 1e11),
                         ("node_filesystem_avail_bytes", 4e10),
                         ("node_filesystem_files", 1e7),
                         ("node_filesystem_files_free", 9e6))] +
    [("node_disk_io_time_seconds_total", {"device": "sda"}, 1e4, 0.1),
     ("node_network_receive_bytes_total", {"device": "eth0"}, 1e9, 1e5),
     ("node_network_transmit_bytes_total", {"device": "eth0"}, 1e9, 1e5)] +
    [("node_pressure_%s_seconds_total" % name, {}, 10.0, 0.01)
     for name in ("memory_stalled", "io_stalled", "cpu_waiting")])


def prefix(host, name, labels):
    """The labels of a series, as a TimeSeries has them."""
    whole = dict(labels, __name__=name, instance="web-%d" % host, job="node")
    return b"".join(promql_data._label(*pair)
                    for pair in sorted(whole.items()))


class Fleet:
    """Bodies of remote write, cycle by cycle."""

    def __init__(self, hosts):
        self.parts = []
        for first in range(0, hosts, HOSTS_A_BODY):
            self.parts.append([
                (prefix(host, name, labels), start + host, rate)
                for host in range(first, min(hosts, first + HOSTS_A_BODY))
                for name, labels, start, rate in SERIES])

    def bodies(self, time_ms, age_s):
        stamp = b"\x10" + promql_data._varint(time_ms)
        for part in self.parts:
            pieces = []
            for labels, start, rate in part:
                value = start + age_s * rate if rate else start
                sample = b"\x09" + struct.pack("<d", value) + stamp
                inner = labels + b"\x12" + bytes([len(sample)]) + sample
                pieces.append(b"\x0a" + promql_data._varint(len(inner)) + inner)
            yield promql_data._snappy(b"".join(pieces))


class Rival(Prometheus):
    """A Prometheus that is written to and scrapes nothing."""

    def __init__(self):
        super().__init__()
        self.argv += ["--web.enable-remote-write-receiver",
                      "--query.max-samples=1000000000"]

    def url(self, path):
        return "http://127.0.0.1:%d%s" % (self.port, path)


def fill(weirs, hosts, cycles, every_s):
    """Sends all cycles up to now to each; returns how many samples."""
    fleet = Fleet(hosts)
    now_ms = int(time.time()) * 1000
    for cycle in range(cycles):
        age_s = cycle * every_s
        time_ms = now_ms - (cycles - 1) * every_s * 1000 + age_s * 1000
        for body in fleet.bodies(time_ms, age_s):
            for weir in weirs:
                answer = fetch(weir.url("/api/v1/write"), body,
                               promql_data.WRITE_HEADERS)
                assert answer.status in (200, 204), answer.text
    return hosts * cycles * len(SERIES)


PATH = "/api/v1/overview?window=1h"


def timed(weir, path):
    begin = time.monotonic()
    answer = fetch(weir.url(path), headers={"Accept-Encoding": "gzip"})
    assert answer.status == 200, answer.text
    return (time.monotonic() - begin) * 1000, len(answer.body)


def columns_of(weir):
    """The questions of the columns of hosts, with their times."""
    data = json.loads(fetch(weir.url(PATH + "&kind=host")).text)["data"]
    window, step, end = data["end"] - data["start"], data["step"], data["end"]
    return [urllib.parse.urlencode({"query": column["query"], "end": end,
                                    "start": end - 2 * window + step,
                                    "step": step})
            for column in data["kinds"][0]["columns"]]


def ask_rival(rival, questions, hosts):
    """Asks the questions four at a time; prints what that took."""
    cpu, begin = cpu_s(rival.pid), time.monotonic()
    with concurrent.futures.ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(
            lambda one: rival.get("/api/v1/query_range?" + one), questions))
    took_ms = (time.monotonic() - begin) * 1000
    for answer in answers:
        assert answer.status == 200, answer.text
        rows = json.loads(answer.text)["data"]["result"]
        assert len(rows) == hosts, len(rows)
    print("prometheus, %d columns alone: %.0f ms (%.2f s of CPU), %.0f MiB" %
          (len(questions), took_ms, cpu_s(rival.pid) - cpu,
           resident_mib(rival.pid)), flush=True)


def watch(weir, number, viewers, end_s, slow):
    """One dashboard: asks every REFRESH_S."""
    time.sleep(REFRESH_S * number / viewers)
    connection = http.client.HTTPConnection("127.0.0.1", weir.port)
    while time.monotonic() < end_s:
        begin = time.monotonic()
        connection.request("GET", PATH, headers={"Accept-Encoding": "gzip"})
        assert connection.getresponse().read()
        slow.append((time.monotonic() - begin) * 1000)
        time.sleep(max(0, begin + REFRESH_S - time.monotonic()))


def crowd(weir, viewers, seconds):
    end_s = time.monotonic() + seconds
    slow = []
    threads = [threading.Thread(target=watch,
                                args=(weir, number, viewers, end_s, slow))
               for number in range(viewers)]
    cpu, begin = cpu_s(weir.pid), time.monotonic()
    memory = resident_mib(weir.pid)
    for thread in threads:
        thread.start()
    time.sleep(seconds)
    cores = (cpu_s(weir.pid) - cpu) / (time.monotonic() - begin)
    peak = resident_mib(weir.pid)
    for thread in threads:
        thread.join()
    slow.sort()
    print("%d dashboards: %.2f cores, %.1f -> %.1f MiB, %d answers, median "
          "%.1f ms, 99th percentile %.0f ms" %
          (viewers, cores, memory, peak, len(slow), slow[len(slow) // 2],
           slow[len(slow) * 99 // 100]))


def look(weir):
    """Looks three times; returns how long the first took, in ms."""
    cpu = cpu_s(weir.pid)
    first, size = timed(weir, PATH)
    cpu = cpu_s(weir.pid) - cpu
    again, _ = timed(weir, PATH)
    other, _ = timed(weir, PATH + "&search=web-19&sort=cpu&offset=50")
    print("first %.0f ms (%.2f s of CPU), again %.1f ms, sorted and "
          "searched %.1f ms, %.0f KiB packed, %.0f MiB" %
          (first, cpu, again, other, size / 1024, resident_mib(weir.pid)),
          flush=True)
    return first


def main():
    reader = argparse.ArgumentParser()
    for name, value in (("hosts", 2000), ("cycles", 240), ("every", 30),
                        ("viewers", 500), ("seconds", 30)):
        reader.add_argument("--" + name, type=int, default=value)
    reader.add_argument("--no-rivals", action="store_true")
    given = reader.parse_args()
    most = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    with contextlib.ExitStack() as stack:
        weir = stack.enter_context(Weir(CONFIG))
        rivals = []
        if not given.no_rivals:
            need("prometheus")
            rivals.append(stack.enter_context(Rival()))
        begin = time.monotonic()
        samples = fill([weir, *rivals], given.hosts, given.cycles, given.every)
        print("%d hosts, %.1f M samples, filled in %.0f s, %.0f MiB" %
              (given.hosts, samples / 1e6, time.monotonic() - begin,
               resident_mib(weir.pid)), flush=True)
        for _ in range(3):
            first = look(weir)
            for rival in rivals:
                ask_rival(rival, columns_of(weir), given.hosts)
            time.sleep(6 * first / 1000 + 1.5)
        for rival in rivals:
            rival.kill()
        if given.viewers:
            crowd(weir, given.viewers, given.seconds)


main()
