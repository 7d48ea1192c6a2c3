"""hostile.py - who asks for everything, never ends or lies is told so in time

Each test does its worst and then looks whether the rest of weir noticed: the
memory stays under what is configured, cycles go on, others are answered.
"""
import gzip
import http.client
import json
import os
import re
import socket
import time
import urllib.parse

from programs import Weir
from promql_data import WRITE_HEADERS, write_request
from weirtest import (PATIENCE_S, diagnose, fetch, run, series_of,
                      wait_until)

CONFIG = """
interval = 1s
http { listen = {"127.0.0.1:@port"} }
input self { }
input remote_write { }
storage tsdb { }
report api { max_memory = 64M  slow_query = 0  query_timeout = 5s }
report exposition { }
"""

SERIES, SAMPLES = 1000, 600
HOUR_MS = 3600 * 1000
# What weir has besides questions and answers: the store's head and buffers,
# HTTP's own for each connection, threads.  Sanitizers take several times that.
BASE_KB = 160 * 1024
MEMORY_KB = 64 * 1024
FORM = {"Content-Type": "application/x-www-form-urlencoded"}


def fill_store(weir):
    """Writes series of ten minutes by the second, half an hour old."""
    start_ms = int(time.time() * 1000) - HOUR_MS // 2
    for first in range(0, SERIES, 100):
        body = write_request(
            [({"__name__": "bulk", "number": "%d" % number},
              [(1000 * i, number + i / 7) for i in range(SAMPLES)])
             for number in range(first, first + 100)], start_ms)
        answer = fetch(weir.url("/api/v1/write"), body, WRITE_HEADERS)
        assert answer.status in (200, 204), answer.text


def filled():
    return Weir(CONFIG)


def peak_kb(weir):
    with open("/proc/%d/status" % weir.pid, encoding="ascii") as file:
        return int(re.search(r"VmHWM:\s+(\d+)", file.read())[1])


def sanitized(weir):
    with open("/proc/%d/maps" % weir.pid, encoding="utf-8") as file:
        return re.search(r"lib[at]san|clang_rt", file.read()) or \
            peak_kb(weir) > 8 * BASE_KB


def ask(weir, query, path="query", **parameters):
    parameters["query"] = query
    return fetch(weir.url("/api/v1/" + path),
                 urllib.parse.urlencode(parameters).encode(), FORM)


def error_of(answer):
    said = json.loads(answer.text)
    assert said["status"] == "error", answer.text[:200]
    return said["error"]


class Control(http.client.HTTPConnection):
    """A connection to weir's control socket, which has room of its own."""

    def __init__(self, weir):
        super().__init__("weir", timeout=PATIENCE_S)
        self.path = os.path.join(weir.folder, "state", "control.sock")

    def connect(self):
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.settimeout(self.timeout)
        self.sock.connect(self.path)


def cycles(weir):
    """Returns how often weir has collected its own figures, or 0."""
    control = Control(weir)
    control.request("GET", "/metrics")
    text = control.getresponse().read().decode()
    control.close()
    found = [value for name, value in series_of(text).items()
             if name.startswith("weir_collect_cycles_total{")
             and 'name="self"' in name]
    return found[0] if found else 0


def assert_unmoved(weir, before):
    """Nothing but the attacker has noticed."""
    assert weir.runs()
    wait_until("cycles go on", lambda: cycles(weir) > before + 2)
    wait_until("others are answered",
               lambda: ask(weir, "count(bulk offset 20m)").status == 200)
    peak = peak_kb(weir)
    diagnose("at most %d kB" % peak)
    assert sanitized(weir) or peak < BASE_KB + MEMORY_KB, \
        "memory reached %d kB" % peak


def connect(weir):
    client = socket.socket()
    client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    client.setblocking(False)
    client.connect_ex(("127.0.0.1", weir.port))
    return client


class Attack:
    """Sends the request over so many connections, as long as anybody takes
    something, and reads nothing."""

    def __init__(self, weir, request, count=1000):
        self.clients = [connect(weir) for _ in range(count)]
        self.left = [request] * count

    def go_on(self):
        for i, client in enumerate(self.clients):
            try:
                sent = client.send(self.left[i]) if self.left[i] else 0
                self.left[i] = self.left[i][sent:]
            except OSError:
                pass  # it has not come in, or is not wanted: so be it

    def retreat(self):
        for client in self.clients:
            client.close()


def withstand(weir, request):
    """Is attacked; asserts that cycles go on meanwhile, and all is well then.
    """
    before = cycles(weir)
    attack = Attack(weir, request)

    def goes_on():
        attack.go_on()
        return cycles(weir) > before + 4
    wait_until("cycles go on", goes_on)
    attack.retreat()
    assert_unmoved(weir, before)


# The tests ------------------------------------------------------------------------

def thousand_who_ask_and_do_not_read():
    "a thousand clients that ask for everything and read nothing harm nobody"
    with filled() as weir:
        fill_store(weir)
        withstand(weir, (
            "GET /api/v1/query?%s HTTP/1.1\r\nHost: weir\r\n\r\n" %
            urllib.parse.urlencode({"query": "bulk[1h]"})).encode())


def thousand_who_do_not_end_their_request():
    "a thousand clients that never end their request harm nobody"
    head = b"POST /api/v1/query HTTP/1.1\r\nHost: weir\r\n" \
           b"Content-Type: application/x-www-form-urlencoded\r\n" \
           b"Content-Length: 8000000\r\n\r\nquery=" + b"a" * 7000000
    with filled() as weir:
        fill_store(weir)
        withstand(weir, head)


def questions_for_everything():
    "questions that take too much are refused with the bound that they exceed"
    start = int(time.time()) - 3600
    with filled() as weir:
        fill_store(weir)
        before = cycles(weir)
        for query, path, says in (
                ("bulk * on() group_left() vector(1)", "query_range", "memory"),
                ("sum_over_time(bulk[1h:1ms])", "query", "memory|samples"),
                ("bulk[1h] @ %d" % start + "", "query", None),
                ("absent(sum_over_time(bulk[1h:1ms]))", "query",
                 "memory|samples|timed out")):
            answer = ask(weir, query, path, start=start, end=start + 3600,
                         step="0.4")
            assert answer.status in (200, 422, 503), answer.text[:200]
            if says:
                assert re.search(says, error_of(answer)), answer.text[:200]
        assert_unmoved(weir, before)


def bombs():
    "what unpacks to more than the limit is refused before it does"
    with filled() as weir:
        fill_store(weir)
        before = cycles(weir)
        gzipped = gzip.compress(b"query=" + b"1%2B" * (64 << 20))
        answer = fetch(weir.url("/api/v1/query"), gzipped,
                       dict(FORM, **{"Content-Encoding": "gzip"}))
        assert answer.status == 413, "%d %s" % (answer.status, answer.text)
        # Says that it unpacks to 4 GiB less one.
        answer = fetch(weir.url("/api/v1/write"),
                       b"\xff\xff\xff\xff\x0f" + b"\0" * 1000, WRITE_HEADERS)
        assert answer.status in (400, 413), answer.text
        # Copies of one byte, over and over: 64 bytes for each 3.
        copies = b"\x80\x80\x80\x10\x00a" + b"\xfe\x01\x00" * (1 << 19)
        answer = fetch(weir.url("/api/v1/write"), copies, WRITE_HEADERS)
        assert answer.status in (400, 413), answer.text
        assert_unmoved(weir, before)


def deep_questions():
    "parentheses, signs and aggregations of any depth are a clear error"
    with filled() as weir:
        fill_store(weir)
        before = cycles(weir)
        for query in ("(" * 10000 + "1" + ")" * 10000, "-" * 100000 + "1",
                      "sum(" * 10000 + "bulk" + ")" * 10000,
                      "bulk" + "[1h:1m]" * 10000, "1" + "+1" * 100000,
                      "(" * 1000000):
            answer = ask(weir, query)
            assert answer.status == 400, "%d %s" % (answer.status,
                                                    answer.text[:200])
            assert len(answer.text) < 5000, len(answer.text)
            error_of(answer)
        assert_unmoved(weir, before)


def exploding_patterns():
    "a pattern that explodes is an error, and no hang"
    with filled() as weir:
        fill_store(weir)
        body = write_request(
            [({"__name__": "bulk", "long": "a" * 1000 + "%d" % i}, [(0, 1.0)])
             for i in range(10)], int(time.time() * 1000))
        answer = fetch(weir.url("/api/v1/write"), body, WRITE_HEADERS)
        assert answer.status in (200, 204), answer.text
        before = cycles(weir)
        for pattern in ("(a+)+b", "(a|aa)+b", "(.*)*x(.*)*y", "(a*)*(a*)*c"):
            answer = ask(weir, 'count(bulk{long=~"%s"})' % pattern)
            assert answer.status in (200, 400, 422, 503), answer.text
        answer = ask(weir, 'bulk{long=~"(%s)"}' % "|".join(
            "a{1,500}" for _ in range(400)))
        assert answer.status in (200, 400, 422, 503), answer.text
        assert_unmoved(weir, before)


run(thousand_who_ask_and_do_not_read, thousand_who_do_not_end_their_request,
    questions_for_everything, bombs, deep_questions, exploding_patterns)
