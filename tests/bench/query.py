"""query - weir, prometheus and victoria-metrics are asked the same

    query.py [--days N] [--hosts N] [--seconds N] [--cases abcde] [--folder PATH]

All are given the same samples by remote write (`query_feed`): each host has a
gauge and ten counters, every 15 s for some days.  Then each is asked in turn, in
rounds, over HTTP on a kept connection: time until the answer is there, and CPU of
the server by its CPU clock.  A dashboard is asked over six connections at once, as
browsers do.  victoria-metrics is asked with nocache=1, so that it answers from its
data, as the others do; and without, for what its cache saves.

The samples end now, as those of a host that runs do.  A folder keeps the stores,
so that another run need not feed them again; the end is then that of the first.
"""
import argparse
import contextlib
import os
import socket
import statistics
import struct
import subprocess
import sys
import threading
import time
import urllib.parse

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)),
                                "..", "integration"))
from process import cpu_s  # noqa: E402
from programs import Program, Weir  # noqa: E402
from weirtest import (BUILD, Skip, fetch, free_port, need,  # noqa: E402
                      temporary_folder, wait_until, write)

FEED = os.path.join(BUILD, "tests", "bench", "query_feed")

EVERY_S = 15
DEVICES = 10
ROUNDS = 8
CONNECTIONS = 6

# What a case is wanted to take of the better rival: its time, and its CPU.
WANTED = {"a": (1, 0.5), "b": (1, 0.5), "c": (0.5, None), "d": (0.5, None),
          "e": (0.5, None)}

PANELS = [
    'bench_cpu_percent{host="host-7"}',
    'avg_over_time(bench_cpu_percent{host="host-7"}[10m])',
    'max_over_time(bench_cpu_percent{host="host-7"}[10m])',
    'min_over_time(bench_cpu_percent{host="host-7"}[10m])',
    'stddev_over_time(bench_cpu_percent{host="host-7"}[1h])',
    'rate(bench_bytes_total{host="host-7",device="eth0"}[10m])',
    'irate(bench_bytes_total{host="host-7"}[10m])',
    'sum(rate(bench_bytes_total{host="host-7"}[10m]))',
    'sum by (device) (rate(bench_bytes_total{host=~"host-[1-3]"}[10m]))',
    'increase(bench_bytes_total{host="host-7",device="eth1"}[1h])',
    'avg(bench_cpu_percent)',
    'quantile(0.9, bench_cpu_percent)',
    'topk(5, bench_cpu_percent)',
    'count(bench_cpu_percent > 50)',
    'max by (host) (bench_cpu_percent{host=~"host-1."})',
    'bench_cpu_percent{host="host-7"} / scalar(avg(bench_cpu_percent))',
    'deriv(bench_cpu_percent{host="host-7"}[30m])',
    'changes(bench_cpu_percent{host="host-7"}[1h])',
    'count_over_time(bench_cpu_percent{host="host-7"}[1h])',
    '100 * sum(rate(bench_bytes_total{host="host-7",device=~"eth[0-4]"}[10m]))'
    ' / sum(rate(bench_bytes_total{host="host-7"}[10m]))',
]


# Servers -----------------------------------------------------------------------------

WEIR_CONFIG = """
http { listen = {"127.0.0.1:@port"} }
input remote_write { }
storage tsdb { retention = 100y }
report api { }
"""


class BenchWeir(Weir):
    name = "weir"
    extra = ""

    def __init__(self, folder):
        super().__init__(WEIR_CONFIG, folder=folder)

    def seal(self):
        """What is answered is visible."""


class Rival(Program):
    """A server that takes remote write and answers Prometheus' API."""

    extra = ""  # parameters of each question

    def __init__(self, folder):
        super().__init__([need(self.name)], folder=folder)
        self.port = free_port()

    def start(self):
        super().start()
        wait_until(self.name + " is ready", lambda: fetch(
            "http://127.0.0.1:%d%s" % (self.port, self.ready)).status == 200,
            60)
        return self

    def seal(self):
        """Makes what was written visible to questions."""


class BenchPrometheus(Rival):
    name = "prometheus"
    ready = "/-/ready"

    def __init__(self, folder):
        super().__init__(folder)
        self.argv += [
            "--config.file=" + write(folder + "/prometheus.yml",
                                     "global: {scrape_interval: 1h}\n"),
            "--storage.tsdb.path=" + folder + "/data",
            "--storage.tsdb.retention.time=100y",
            "--web.enable-remote-write-receiver",
            "--web.listen-address=127.0.0.1:%d" % self.port,
            "--log.level=warn"]


class BenchVictoria(Rival):
    name = "victoria-metrics"
    ready = "/health"
    extra = "&nocache=1"

    def __init__(self, folder):
        super().__init__(folder)
        self.argv += ["-storageDataPath=" + folder + "/data",
                      "-httpListenAddr=127.0.0.1:%d" % self.port,
                      "-retentionPeriod=100y", "-loggerLevel=WARN"]

    def seal(self):
        assert fetch("http://127.0.0.1:%d/internal/force_flush" %
                     self.port).status == 200


KINDS = (BenchWeir, BenchPrometheus, BenchVictoria)


def settle(server):
    """Waits until a server has done what it does by itself."""
    def is_calm():
        before = cpu_s(server.pid)
        time.sleep(0.5)
        return cpu_s(server.pid) - before < 0.01
    with contextlib.suppress(AssertionError):
        wait_until("calm", is_calm, 60)


class Connection:
    """A kept connection: bytes to a server and back, no more."""

    def __init__(self, port):
        self.link = socket.create_connection(("127.0.0.1", port))
        self.link.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def close(self):
        self.link.close()

    def exchange(self, request):
        """Returns status and body of the answer; chunks are left as they are.
        """
        self.link.sendall(request)
        data = bytearray()
        while b"\r\n\r\n" not in data:
            self.receive(data)
        head, _, body = bytes(data).partition(b"\r\n\r\n")
        status = int(head[9:12])
        length = None
        for line in head.lower().split(b"\r\n"):
            if line.startswith(b"content-length:"):
                length = int(line[15:])
        if status == 204:
            length = 0
        body = bytearray(body)
        while len(body) < length if length is not None \
                else not body.endswith(b"\r\n0\r\n\r\n"):
            self.receive(body)
        return status, body

    def receive(self, data):
        piece = self.link.recv(1 << 18)
        assert piece, "the server has hung up"
        data += piece


# Feeding ---------------------------------------------------------------------------

def bodies(start_s, hosts, cycles, cycles_a_body, hosts_a_body):
    """Bodies of remote write."""
    command = [FEED] + [str(number) for number in (
        hosts, DEVICES, start_s, cycles, EVERY_S, cycles_a_body, hosts_a_body)]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as feed:
        while True:
            head = feed.stdout.read(4)
            if len(head) < 4:
                break
            yield feed.stdout.read(struct.unpack("<I", head)[0])
    assert feed.returncode == 0, "query_feed failed"


def feed_server(server, all_bodies):
    """Returns the seconds, and the CPU's, that a server takes for bodies."""
    connection = Connection(server.port)
    before, took_s = cpu_s(server.pid), 0
    for body in all_bodies:
        head = ("POST /api/v1/write HTTP/1.1\r\nHost: 127.0.0.1\r\n"
                "Content-Type: application/x-protobuf\r\n"
                "Content-Encoding: snappy\r\n"
                "X-Prometheus-Remote-Write-Version: 0.1.0\r\n"
                "Content-Length: %d\r\n\r\n" % len(body))
        begin = time.monotonic()
        status, text = connection.exchange(head.encode() + body)
        took_s += time.monotonic() - begin
        assert status in (200, 204), (status, bytes(text[:500]))
    settle(server)
    connection.close()
    return took_s, cpu_s(server.pid) - before


# Asking ---------------------------------------------------------------------------------

def instant(text, at_s):
    return "/api/v1/query?" + urllib.parse.urlencode(
        {"query": text, "time": at_s})


def ranged(text, from_s, until_s, step_s):
    return "/api/v1/query_range?" + urllib.parse.urlencode(
        {"query": text, "start": from_s, "end": until_s, "step": step_s})


def cases(end_s, days, hosts):
    """{letter: (words, [target], series of an only answer)}"""
    half_day_s = end_s - int(min(days, 0.5) * 86400)
    week_s = end_s - int(min(days, 7) * 86400)
    step_s = max(60, (end_s - week_s) // 1008)
    one = 'bench_cpu_percent{host="host-7"}'
    return {
        "a": ("last value of one series", [instant(one, end_s)], 1),
        "b": ("max over 1 h by minute", [ranged(
            "max_over_time(%s[1m])" % one, end_s - 3540, end_s, 60)], 1),
        "c": ("avg by hour, 12 h, %d series" % hosts, [ranged(
            "avg_over_time(bench_cpu_percent[1h])", half_day_s + 3600, end_s,
            3600)], hosts),
        "d": ("rate over 5 m, %d series" % (hosts * DEVICES), [instant(
            "rate(bench_bytes_total[5m])", end_s)], hosts * DEVICES),
        "e": ("dashboard of 20 panels, 7 d", [
            ranged(text, week_s, end_s, step_s) for text in PANELS], 1),
    }


class Asker:
    """A server's answers to a case, over some kept connections."""

    def __init__(self, server, targets, extra):
        self.server = server
        self.requests = [("GET %s%s HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n" % (
            target, extra)).encode() for target in targets]
        self.links = [Connection(server.port) for _ in range(
            min(CONNECTIONS, len(targets)))]
        self.took_s, self.cpu_s = [], 0

    def close(self):
        for link in self.links:
            link.close()

    def work(self, link, waiting, answers):
        while True:
            try:
                request = waiting.pop()
            except IndexError:
                return
            answers.append(link.exchange(request))

    def ask(self):
        """Asks all once; returns their answers in any order."""
        answers, waiting = [], self.requests[::-1]
        if len(self.links) == 1:
            self.work(self.links[0], waiting, answers)
            return answers
        threads = [threading.Thread(target=self.work,
                                    args=(link, waiting, answers))
                   for link in self.links]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        return answers

    def check(self, series):
        answers = self.ask()
        assert len(answers) == len(self.requests), "a connection broke"
        for status, text in answers:
            assert status == 200, (self.server.name, bytes(text[:500]))
            assert b'"metric":' in text, (self.server.name, bytes(text[:500]))
        if len(answers) == 1:
            found = answers[0][1].count(b'"metric":')
            assert found == series, "%d series, not %d" % (found, series)

    def measure(self, seconds):
        before, end = cpu_s(self.server.pid), time.monotonic() + seconds
        while True:
            begin = time.monotonic()
            self.ask()
            now = time.monotonic()
            self.took_s.append(now - begin)
            if now > end:
                break
        self.cpu_s += cpu_s(self.server.pid) - before

    def figures(self):
        """Median and p99 in ms, and CPU ms a turn."""
        took = sorted(self.took_s)
        return (statistics.median(took) * 1e3,
                took[int(len(took) * 0.99)] * 1e3,
                self.cpu_s / len(took) * 1e3)


def measure_case(servers, case, seconds):
    """{name: figures}, asked in turn."""
    _, targets, series = case
    askers = {}
    for server in servers:
        askers[server.name] = Asker(server, targets, server.extra)
        if server.extra:
            askers[server.name + ", its cache"] = Asker(server, targets, "")
    for asker in askers.values():
        asker.check(series)
    for _ in range(ROUNDS):
        for asker in askers.values():
            asker.measure(seconds / ROUNDS)
    for asker in askers.values():
        asker.close()
    return {name: asker.figures() for name, asker in askers.items()}


# The run ---------------------------------------------------------------------------------

def print_table(head, rows):
    """Prints a table in Markdown, its columns aligned."""
    cells = [[str(cell) for cell in row] for row in [head, *rows]]
    widths = [max(map(len, column)) for column in zip(*cells)]
    cells.insert(1, ["-" * width for width in widths])
    print()
    for row in cells:
        print("| %s |" % " | ".join(cell.ljust(width) for cell, width
                                    in zip(row, widths)))
    sys.stdout.flush()


def judge(letter, found):
    """What weir's share of the better rival's time and CPU is."""
    rivals = [figures for name, figures in found.items()
              if name in ("prometheus", "victoria-metrics")]
    if not rivals:
        return ""
    time_share = found["weir"][0] / min(each[0] for each in rivals)
    cpu_share = found["weir"][2] / min(each[2] for each in rivals)
    wanted_time, wanted_cpu = WANTED[letter]
    return "time %.2f (%g), CPU %.2f%s" % (
        time_share, wanted_time, cpu_share,
        " (%g)" % wanted_cpu if wanted_cpu else "")


class Bench:
    def __init__(self, folder, chosen):
        self.folder, self.chosen = folder, chosen
        self.end_s = self.find_end()
        self.kinds = []
        for kind in KINDS[:1] if chosen.no_rivals else KINDS:
            try:
                if kind is not BenchWeir:
                    need(kind.name)
                self.kinds.append(kind)
            except Skip as reason:
                print("missing: %s" % reason)

    def find_end(self):
        """The time of the last samples."""
        path = os.path.join(self.folder, "end")
        if not os.path.exists(path):
            write(path, "%d" % (time.time() // EVERY_S * EVERY_S))
        with open(path, encoding="ascii") as file:
            return int(file.read())

    def place(self, kind, name):
        path = os.path.join(self.folder, kind.name, name)
        os.makedirs(path, exist_ok=True)
        return path

    def measure_writes(self):
        """Requests of 5,000 samples, one of each series, as agents send."""
        hosts, cycles = self.chosen.hosts * 10, self.chosen.write_cycles
        samples = hosts * (DEVICES + 1) * cycles
        rows = []
        for kind in self.kinds:
            with temporary_folder() as folder, kind(folder) as server:
                took_s, took_cpu_s = feed_server(server, bodies(
                    self.end_s - cycles * EVERY_S, hosts, cycles, 1,
                    5000 // (DEVICES + 1)))
            rows.append([kind.name, "%.2f" % (samples / took_cpu_s / 1e6),
                         "%.2f" % (samples / took_s / 1e6)])
        print_table(["remote write", "M samples a CPU s", "a second"], rows)

    def fill(self, server):
        """Feeds what is asked about later, unless an earlier run did."""
        mark = os.path.join(server.folder, "fed")
        if os.path.exists(mark):
            return
        cycles = int(self.chosen.days * 86400 / EVERY_S)
        _, took_cpu_s = feed_server(server, bodies(
            self.end_s - cycles * EVERY_S, self.chosen.hosts, cycles, 40, 50))
        server.seal()
        print("%s: fed for %.1f s of CPU" % (server.name, took_cpu_s))
        write(mark, "")

    def measure_questions(self):
        rows = []
        with contextlib.ExitStack() as stack:
            servers = [stack.enter_context(kind(self.place(kind, "asked")))
                       for kind in self.kinds]
            for server in servers:
                self.fill(server)
            for server in servers:
                settle(server)
            chosen = cases(self.end_s, self.chosen.days, self.chosen.hosts)
            for letter in self.chosen.cases:
                case = chosen[letter]
                found = measure_case(servers, case, self.chosen.seconds)
                for name, figures in found.items():
                    rows.append(["%s %s" % (letter, case[0]), name,
                                 *("%.3g" % figure for figure in figures),
                                 judge(letter, found)
                                 if name == "weir" else ""])
        print_table(["question", "", "median ms", "p99 ms", "CPU ms",
                     "of the better rival's (wanted)"], rows)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--days", type=float, default=7)
    parser.add_argument("--hosts", type=int, default=100)
    parser.add_argument("--seconds", type=float, default=4,
                        help="for a case and a server")
    parser.add_argument("--cases", default="abcde")
    parser.add_argument("--write-cycles", type=int, default=200)
    parser.add_argument("--folder")
    parser.add_argument("--no-rivals", action="store_true")
    chosen = parser.parse_args()
    with temporary_folder() as folder:
        bench = Bench(chosen.folder or folder, chosen)
        if chosen.write_cycles:
            bench.measure_writes()
        if chosen.cases:
            bench.measure_questions()


if __name__ == "__main__":
    main()
