"""influx_flood.py - a flood from one source does not slow another's cycle

Four connections write to one database as fast as they can: lines that are good,
that are none, series without end, and bodies that unpack to much.  Beside them a
client writes one point each 100 ms into another database, and weir looks after
its host each 200 ms.
"""
import gzip
import json
import socket
import threading
import time
import urllib.parse

from programs import Weir
from weirtest import (PATIENCE_S, diagnose, fetch, run, series_of,
                      wait_until)

CONFIG = """
interval = 1s
http { listen = {"127.0.0.1:@port"}  max_body = 8M }
input influxdb { create = true  series_limit = 8000  @more }
input host { interval = 200ms }
input self { }
storage tsdb { retention = 0  future = 0 }
report api { }
report exposition { }
"""

FLOOD_S = 4
T = 1700000000


def kinds():
    """Bodies without end of each kind, with the headers that they need."""
    def good(n):
        return "\n".join("flood,n=%d a=%d,b=2.5,c=3 %d" % (
            i % 500, i, (T + n) * 10**9 + i) for i in range(20000)).encode()

    def bad(n):
        return b"this is no line\n" * 100000

    def churn(n):
        return "\n".join("churn,n=%d-%d v=1" % (n, i)
                         for i in range(5000)).encode()

    def packed(n):
        return gzip.compress(b"#" * (16 << 20), 1)

    return [(good, ""), (bad, ""), (churn, ""),
            (packed, "Content-Encoding: gzip\r\n")]


class Flood(threading.Thread):
    """Writes until it is told to stop; counts answers by their status."""

    def __init__(self, port, make, headers):
        super().__init__(daemon=True)
        self.port, self.headers = port, headers
        self.bodies = [make(n) for n in range(4)]
        self.statuses = {}
        self.over = threading.Event()

    def head(self, size):
        return ("POST /write?db=flood HTTP/1.1\r\nHost: 127.0.0.1\r\n%s"
                "Content-Length: %d\r\n\r\n" % (self.headers, size)).encode()

    def run(self):
        for turn in range(10**9):
            body = self.bodies[turn % len(self.bodies)]
            try:
                self.connect_and_send(body)
            except OSError:  # told to go before all was said
                self.count(0)
            if self.over.is_set():
                return

    def connect_and_send(self, body):
        with socket.create_connection(("127.0.0.1", self.port),
                                      PATIENCE_S) as link:
            for _ in range(20):
                link.sendall(self.head(len(body)) + body)
                answer = link.recv(65536)
                if not answer:
                    return
                self.count(int(answer[9:12]))
                while b"\r\n\r\n" not in answer:
                    answer += link.recv(65536)
                if b"connection: close" in answer.lower() or \
                        not self.drain(link, answer) or self.over.is_set():
                    return

    def drain(self, link, answer):
        """Reads the rest of an answer; says whether that was all."""
        head, _, body = answer.partition(b"\r\n\r\n")
        for line in head.lower().split(b"\r\n"):
            if line.startswith(b"content-length:"):
                left = int(line[15:]) - len(body)
                while left > 0:
                    left -= len(link.recv(min(left, 65536))) or left
                return True
        return b" 204 " in head[:20]

    def count(self, status):
        self.statuses[status] = self.statuses.get(status, 0) + 1

    def stop(self):
        self.over.set()
        self.join(PATIENCE_S)


def write_calmly(weir):
    """Writes a point each 100 ms; returns how long the answers took."""
    took = []
    for n in range(FLOOD_S * 10):
        begin = time.monotonic()
        answer = fetch(weir.url("/write?db=calm"), b"m v=%d %d" % (
            n, (T + n) * 10**9))
        took.append(time.monotonic() - begin)
        assert answer.status == 204, (n, answer.status, answer.text)
        time.sleep(max(0, 0.1 - took[-1]))
    return took


def ask(weir, query, **parameters):
    answer = weir.get("/api/v1/query?" + urllib.parse.urlencode(
        dict(parameters, query=query)))
    assert answer.status == 200, answer.text
    return json.loads(answer.text)["data"]["result"]


def cycles(weir):
    """How often weir looked after its host, and what of it was lost."""
    told = series_of(weir.get("/metrics").text)
    of_host = {name.partition("{")[0]: value for name, value in told.items()
               if 'name="host"' in name}
    return (of_host["weir_collect_cycles_total"],
            of_host["weir_source_lost_batches_total"])


def describe(weir, floods, took):
    """Says how it went; nothing of that is held to a bound."""
    found = ask(weir, "node_load1[%ds]" % FLOOD_S)[0]["values"]
    times = [value[0] for value in found]
    diagnose("floods: %s; calm answers: median %.1f ms, most %.1f ms; "
             "%d cycles of the host, at most %.3f s apart" % (
                 [flood.statuses for flood in floods],
                 took[len(took) // 2] * 1e3, took[-1] * 1e3, len(times),
                 max(b - a for a, b in zip(times, times[1:]))))


def flooded(more):
    """Returns what the floods were answered, and what weir tells of itself,
    after it was seen that the others came to their own meanwhile."""
    with Weir(CONFIG, more=more) as weir:
        weir.wait_for_series("node_load1", "weir_collect_cycles_total")
        floods = [Flood(weir.port, *kind) for kind in kinds()]
        for flood in floods:
            flood.start()
        wait_until("all floods run", lambda: all(
            flood.statuses for flood in floods))
        begun, _ = cycles(weir)
        took = sorted(write_calmly(weir))
        wait_until("cycles of the host", lambda: cycles(weir)[0] >=
                   begun + FLOOD_S * 5)
        assert all(flood.is_alive() for flood in floods)
        describe(weir, floods, took)
        assert cycles(weir)[1] == 0, "batches of the host are lost"
        for flood in floods:
            flood.stop()
        found = ask(weir, "count_over_time(m_v{db='calm'}[1h])",
                    time=T + FLOOD_S * 10)
        assert found[0]["value"][1] == str(FLOOD_S * 10), found
        return ([flood.statuses for flood in floods],
                series_of(weir.get("/metrics").text))


def slows_nobody():
    "without any limit on what comes in, nobody else waits in vain"
    (good, bad, churn, packed), told = flooded("")
    assert good.get(204), good
    assert set(bad) <= {400, 0} and bad.get(400), bad
    assert churn.get(400), churn
    assert set(packed) <= {413, 0} and packed.get(413), packed
    assert sum(value for name, value in told.items() if name.startswith(
        "weir_influxdb_unreadable_lines_total")) > 10**5, told


def is_limited():
    "beyond its rate a flood is told to wait, and another database is not"
    (good, _, churn, _), told = flooded("rate = 10000")
    assert good.get(429) and churn.get(429), (good, churn)
    assert good.get(204) or churn.get(204), (good, churn)
    assert sum(value for name, value in told.items() if name.startswith(
        "weir_influxdb_hurried_requests_total")) > 0, told


run(slows_nobody, is_limited)
