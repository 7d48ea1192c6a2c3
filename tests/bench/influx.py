"""influx - the same line protocol into weir, victoria-metrics and influxd

    influx.py [--hosts N] [--cycles N] [--rounds N] [--no-rivals]

Each host has twenty fields, as one a line, as ten a line, and the latter packed by
gzip; each cycle's lines go out in requests of 5,000 samples on a kept connection.
What counts are samples per CPU second of the server, until it has done what it does
by itself afterwards.  weir answers when all is on its disk, as influxd does;
victoria-metrics writes later.  Each server takes each case afresh, in rounds.
"""
import argparse
import gzip
import os
import random
import statistics
import sys
import time

# The folder of plays has a query.py, too.
sys.path.append(os.path.join(os.path.dirname(os.path.abspath(__file__)),
                             "..", "integration"))
from process import cpu_s  # noqa: E402
from programs import InfluxDB, Weir  # noqa: E402
from query import BenchVictoria, Connection, print_table, settle  # noqa: E402
from weirtest import Skip, fetch, need, temporary_folder  # noqa: E402

FIELDS = 20
EVERY_S = 10
REQUEST = 5000  # samples
RUN_FROM_S = 1700000000

WANTED = 2  # times victoria-metrics' samples a CPU second

CONFIG = """
http { listen = {"127.0.0.1:@port"} }
input influxdb { create = true }
storage tsdb { retention = 100y }
report api { }
"""


class BenchWeir(Weir):
    name = "weir"

    def __init__(self, folder):
        super().__init__(CONFIG, folder=folder)


class Influx(InfluxDB):
    name = "influxd"

    def __init__(self, folder):
        super().__init__()

    def start(self):
        super().start()
        self.ask("CREATE DATABASE bench WITH SHARD DURATION 1000d")
        return self


KINDS = (BenchWeir, BenchVictoria, Influx)


# What is sent --------------------------------------------------------------------

def heads(hosts, fields):
    """What is before the value of each line, and the names of its fields."""
    for host in range(hosts):
        tags = "host=host-%04d,region=eu-%d,rack=r%02d" % (
            host, host % 3, host % 40)
        for group in range(FIELDS // fields):
            names = ["field_%d" % n for n in range(fields)]
            yield "system%d,%s " % (group, tags), names


def bodies(hosts, cycles, fields, pack):
    """Requests: values that wander, as percentages and counters do."""
    chance = random.Random(1)
    lines = list(heads(hosts, fields))
    values = [[chance.randrange(10**5) for _ in names] for _, names in lines]
    a_body = REQUEST // fields
    for cycle in range(cycles):
        at = " %d000000000\n" % (RUN_FROM_S + cycle * EVERY_S)
        for begin in range(0, len(lines), a_body):
            text = []
            for (head, names), row in zip(lines[begin:begin + a_body],
                                          values[begin:begin + a_body]):
                for n, value in enumerate(row):
                    row[n] = value + (n + 1) * 7 if n % 2 else \
                        (value + chance.randrange(2001) - 1000) % 10**5
                text.append(head + ",".join(
                    "%s=%d.%02d" % (name, value // 100, value % 100)
                    for name, value in zip(names, row)) + at)
            body = "".join(text).encode()
            yield gzip.compress(body, 6) if pack else body


CASES = {"one field a line": (1, False), "ten fields a line": (10, False),
         "ten fields, gzip": (10, True)}


# Measuring -----------------------------------------------------------------------

def feed(server, requests, pack):
    """Returns the seconds, and the CPU's, that a server takes for requests."""
    connection = Connection(server.port)
    head = "POST /write?db=bench HTTP/1.1\r\nHost: 127.0.0.1\r\n%s" \
        "Content-Length: %%d\r\n\r\n" % (
            "Content-Encoding: gzip\r\n" if pack else "")
    before, took_s = cpu_s(server.pid), 0
    for body in requests:
        begin = time.monotonic()
        status, text = connection.exchange((head % len(body)).encode() + body)
        took_s += time.monotonic() - begin
        assert status == 204, (server.name, status, bytes(text[:500]))
    connection.close()
    settle(server)
    return took_s, cpu_s(server.pid) - before


def measure(kinds, case, chosen):
    """{name: [(samples a CPU second, samples a second)]} of the rounds."""
    fields, pack = case
    requests = list(bodies(chosen.hosts, chosen.cycles, fields, pack))
    samples = chosen.hosts * chosen.cycles * FIELDS
    found = {kind.name: [] for kind in kinds}
    for _ in range(chosen.rounds):
        for kind in kinds:
            with temporary_folder() as folder, kind(folder) as server:
                took_s, took_cpu_s = feed(server, requests, pack)
                if kind is BenchWeir:
                    check(server, chosen)
            found[kind.name].append((samples / took_cpu_s, samples / took_s))
    size = sum(map(len, requests)) / samples
    return found, size


def check(weir, chosen):
    answer = fetch(weir.url(
        "/api/v1/query?query=count(%%7Bdb=%%22bench%%22%%7D)&time=%d" % (
            RUN_FROM_S + (chosen.cycles - 1) * EVERY_S)))
    assert '"%d"' % (chosen.hosts * FIELDS) in answer.text, answer.text


def rows(name, found, size):
    ours = statistics.median(each[0] for each in found["weir"])
    for who, rounds in found.items():
        mine = statistics.median(each[0] for each in rounds)
        yield [name, "%.1f" % size, who,
               ", ".join("%.2f" % (each[0] / 1e6) for each in rounds),
               "%.2f" % (statistics.median(each[1] for each in rounds) / 1e6),
               "" if who == "weir" else "%.1f%s" % (
                   ours / mine, " (%d)" % WANTED
                   if who == "victoria-metrics" else "")]


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--hosts", type=int, default=500)
    parser.add_argument("--cycles", type=int, default=200)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--no-rivals", action="store_true")
    chosen = parser.parse_args()
    kinds = []
    for kind in KINDS[:1] if chosen.no_rivals else KINDS:
        try:
            if kind is not BenchWeir:
                need(kind.name)
            kinds.append(kind)
        except Skip as reason:
            print("missing: %s" % reason)
    table = []
    for name, case in CASES.items():
        found, size = measure(kinds, case, chosen)
        table += rows(name, found, size)
    print_table(["line protocol", "bytes a sample", "", "M samples a CPU s",
                 "a second", "weir's, times that (wanted)"], table)


if __name__ == "__main__":
    main()
