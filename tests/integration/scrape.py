"""scrape.py - a Go program and targets that misbehave are scraped"""
import atexit
import contextlib
import functools
import gzip
import json
import os
import re
import shutil
import socket
import tempfile
import threading
import time
import urllib.parse

import exporters

from programs import EXIT_OK, Program, Prometheus, Weir, build_go
from weirtest import (PATIENCE_S, SOURCE, fetch, free_port, run, series_of,
                      wait_until)

CONFIG = """
interval = 500ms
http { listen = {"127.0.0.1:@port"} }
input prometheus:go { targets = {@targets}  max_body = 1M @more }
storage memory { }
report exposition { identity = true }
report api { }
"""



# Targets ---------------------------------------------------------------------

@functools.lru_cache(maxsize=None)
def build():
    """Returns the program of scrape.go, which goes with this process."""
    folder = tempfile.mkdtemp(prefix="weirtest")
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return build_go(folder, "scrape.go")


def _read_head(client):
    head = b""
    while b"\r\n\r\n" not in head:
        got = client.recv(65536)
        if not got:
            return None
        head += got
    return head.decode()


class Target:
    """A server on a port of its own; 'answer' is what it sends, or a function
    that is called with the connection."""

    def __init__(self, answer):
        self.answer = answer
        self.heads = []
        self.connections = 0
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.address = "127.0.0.1:%d" % self._socket.getsockname()[1]
        self._ended = threading.Event()
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self):
        with contextlib.suppress(OSError):
            while True:
                client, _ = self._socket.accept()
                self.connections += 1
                threading.Thread(target=self._talk, args=(client,),
                                 daemon=True).start()

    def _talk(self, client):
        with client, contextlib.suppress(OSError):
            while head := _read_head(client):
                self.heads.append(head)
                if callable(self.answer):
                    self.answer(self, client)
                    return
                client.sendall(self.answer)

    def sleep(self, seconds):
        """Returns whether the target goes on."""
        return not self._ended.wait(seconds)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._ended.set()
        self._socket.close()


TEXT = "text/plain; version=0.0.4"
OPENMETRICS = "application/openmetrics-text; version=0.0.1; charset=utf-8"


def answer(body, *heads, status="200 OK", length=None, kind=TEXT):
    lines = ["HTTP/1.1 " + status, "Content-Type: " + kind,
             "Content-Length: %d" % (len(body) if length is None else length),
             *heads]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


def never(target, _):
    target.sleep(PATIENCE_S * 10)


def byte_by_byte(target, client):
    for byte in answer(b"slow 1\n" * 100):
        client.sendall(bytes([byte]))
        if not target.sleep(1):
            return


def without_end(_, client):
    client.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
    while True:
        client.sendall(b"endless 1\n" * 1000)


def endless_heads(_, client):
    client.sendall(b"HTTP/1.1 200 OK\r\n")
    while True:
        client.sendall(b"X-More: and more\r\n" * 100)


BOMB = gzip.compress(b"bomb 1\n" * 10_000_000)

# What a target does, and what the log says of it.
BAD = {
    "never answers": (never, "timed out|longer than its timeout"),
    "a byte a second": (byte_by_byte, "timed out|longer than its timeout"),
    "more than max_body": (without_end, "more than max_body"),
    "endless headers": (endless_heads, "headers are longer"),
    "a gzip bomb": (answer(BOMB, "Content-Encoding: gzip"),
                    "more than max_body"),
    "no gzip": (answer(b"plain 1\n", "Content-Encoding: gzip"), "."),
    "two layers": (answer(gzip.compress(BOMB), "Content-Encoding: gzip, gzip"),
                   "once with gzip"),
    "two layers in two lines": (answer(
        gzip.compress(BOMB), "Content-Encoding: gzip",
        "content-encoding: gzip"), "once with gzip"),
    "a layer of transfer": (answer(
        BOMB, "Transfer-Encoding: gzip"), "once with gzip"),
    "half a line": (answer(b'fine 1\nhalf{a="b'), "line 2 of its answer"),
    "half a line by its length": (answer(b"fine 1\nother 2\n", length=10),
                                  "line 2 of its answer"),
    "half of OpenMetrics": (answer(b"fine 1\n", kind=OPENMETRICS),
                            "not whole"),
    "more than OpenMetrics": (answer(b"fine 1\n# EOF\nfine 2\n",
                                     kind=OPENMETRICS),
                              "line 3 .*OpenMetrics"),
    "half an answer": (lambda _, client: client.sendall(
        answer(b"fine 1\n", length=100)), "closed|transfer"),
    "a page": (answer(b"<html>\n"), "line 1 of its answer"),
    "an error": (answer(b"fine 1\n", status="503 Busy"), "status 503"),
    "a loop": (answer(b"", "Location: /metrics", status="302 Found"),
               "redirects"),
    "no HTTP": (lambda _, client: client.sendall(b"SSH-2.0-x\r\n"), "."),
}


# Questions -------------------------------------------------------------------

def scraping(targets, more=""):
    return Weir(CONFIG, more=more,
                targets=", ".join('"%s"' % one for one in targets))


def names_of(address, job="go"):
    return 'instance="%s",job="%s"' % (address, job)


def wait_for(weir, series, value):
    wait_until("%s %g" % (series, value),
               lambda: weir.series().get(series) == value)


def wait_for_up(weir, address, value):
    wait_for(weir, "up{%s}" % names_of(address), value)


def of_target(weir, address):
    """The names of the series that a target has now."""
    return [name for name in weir.series()
            if 'instance="%s"' % address in name]


# The play --------------------------------------------------------------------

def a_go_program_is_scraped():
    "what a Go program offers is there as it says, gone when it is, and back"
    address = "127.0.0.1:%d" % free_port()
    program = [build(), address]
    with scraping([address]) as weir:
        with Program(program):
            wait_for_up(weir, address, 1)
            told = series_of(fetch("http://%s/metrics" % address).text)
            names = names_of(address)
            expected = {
                'shop_requests_total{code="200",exported_job="basket",%s}'
                % names: 41,
                'shop_requests_total{code="500",exported_job="basket",%s}'
                % names: 1.5,
                "shop_stock{%s}" % names: -7,
                "shop_size_bytes_sum{%s}" % names: 555,
                "shop_size_bytes_count{%s}" % names: 3,
                'shop_size_bytes_bucket{%s,le="10"}' % names: 1,
                'shop_size_bytes_bucket{%s,le="+Inf"}' % names: 3,
            }
            found = weir.series()
            for name, value in expected.items():
                assert found.get(name) == value, (name, found.get(name))
            bare = {name.partition("{")[0] for name in told}
            kept = {name.partition("{")[0] for name in found}
            assert bare <= kept, bare - kept
            count = found["scrape_samples_scraped{%s}" % names]
            assert count >= 30 and abs(count - len(told)) < 5, count
        wait_for_up(weir, address, 0)
        left = of_target(weir, address)
        assert len(left) == 6, left
        weir.wait_for_log("cannot scrape http://%s/metrics" % address)
        with Program(program):
            wait_for_up(weir, address, 1)
            wait_for(weir, "shop_stock{%s}" % names_of(address), -7)
            weir.wait_for_log("%s/metrics can be scraped again" % address)


def bad_targets_are_down():
    "each target that misbehaves is down with a reason, the others untouched"
    with contextlib.ExitStack() as stack:
        bad = {what: stack.enter_context(Target(does))
               for what, (does, _) in BAD.items()}
        good = stack.enter_context(Target(answer(b"good 42\n")))
        addresses = [target.address for target in bad.values()]
        weir = stack.enter_context(scraping([*addresses, good.address]))
        for what, target in bad.items():
            wait_for_up(weir, target.address, 0)
            weir.wait_for_log('part=%s error=.*(%s)' % (
                target.address, BAD[what][1]))
            assert len(of_target(weir, target.address)) == 6, what
        seen = len(good.heads)
        wait_until("more scrapes", lambda: len(good.heads) > seen + 3)
        assert weir.series()["good{%s}" % names_of(good.address)] == 42
        assert good.connections == 1, good.connections
        for target in bad.values():
            told = re.findall('part_failed.*part=%s ' % target.address,
                              weir.log())
            assert 1 <= len(told) <= 2, told  # of which kind may change once


def what_is_asked():
    "a request is like that of a Prometheus, and gzip is taken"
    body = gzip.compress(b"packed 3\n")
    with Target(answer(body, "Content-Encoding: gzip")) as target, \
            scraping(["http://%s/some/where?a=b" % target.address]) as weir:
        wait_for(weir, "packed{%s}" % names_of(target.address), 3)
        head = target.heads[0]
        assert head.startswith("GET /some/where?a=b HTTP/1.1\r\n"), head
        assert ("\r\nAccept: application/openmetrics-text;version=1.0.0,"
                "application/openmetrics-text;version=0.0.1;q=0.75,"
                "text/plain;version=0.0.4;q=0.5,*/*;q=0.1\r\n") in head, head
        assert "\r\nAccept-Encoding: gzip\r\n" in head, head
        assert "X-Prometheus-Scrape-Timeout-Seconds: 0.5" in head, head
        assert "User-Agent: weir" in head, head


def formats_as_told():
    "an answer is what its Content-Type says; whatever else is text"
    text = b"shown 1 %d%s\n# EOF\n"
    now_ms = time.time() * 1000
    kinds = {OPENMETRICS: b"",
             "Application/OpenMetrics-Text;version=1.0.0": b"",
             TEXT: b"000", "text/html": b"000",
             "application/openmetrics-text2": b"000"}
    with contextlib.ExitStack() as stack:
        targets = [stack.enter_context(Target(answer(
            text % (now_ms / 1000, zeros), kind=kind)))
            for kind, zeros in kinds.items()]
        weir = stack.enter_context(scraping(
            target.address for target in targets))
        for target in targets:
            wait_for(weir, "shown{%s}" % names_of(target.address), 1)


def labels_as_wanted():
    "honor_labels keeps the labels of the samples, job is an option"
    text = b'one{job="mine",instance="me"} 1\ntwo{zone="z"} 2 %d\n' % (
        time.time() * 1000)
    with Target(answer(text)) as target, \
            scraping([target.address],
                     'honor_labels = true  job = "shop"') as weir:
        wait_for(weir, 'one{instance="me",job="mine"}', 1)
        wait_for(weir, "up{%s}" % names_of(target.address, "shop"), 1)
        wait_for(weir, 'two{%s,zone="z"}' % names_of(target.address, "shop"),
                 2)


def series_that_go_are_stale():
    "a series that a scrape has no more is gone, the others are not"
    with Target(answer(b'pet{n="1"} 1\npet{n="2"} 2\n')) as target, \
            scraping([target.address]) as weir:
        names = names_of(target.address)
        wait_for(weir, 'pet{%s,n="2"}' % names, 2)
        wait_for(weir, "scrape_series_added{%s}" % names, 0)
        target.answer = answer(b'pet{n="1"} 3\n')
        wait_for(weir, 'pet{%s,n="1"}' % names, 3)
        assert 'pet{%s,n="2"}' % names not in weir.series()
        wait_for(weir, "scrape_samples_scraped{%s}" % names, 1)


def labels_that_change_each_time():
    "a target that has other labels each time fills itself, and no other"
    def changing(target, client):
        client.sendall(answer(b"".join(
            b'new{scrape="%d",n="%d"} 1\n' % (len(target.heads), number)
            for number in range(60))))

    with Target(changing) as target, \
            Target(answer(b"good 42\n")) as good, \
            scraping([target.address, good.address],
                     "series_limit = 200") as weir:
        names = names_of(target.address)
        kept = "scrape_samples_post_metric_relabeling{%s}" % names
        wait_for(weir, kept, 60)
        assert len(of_target(weir, target.address)) == 65
        wait_for(weir, kept, 0)
        wait_for(weir, "scrape_samples_scraped{%s}" % names, 60)
        assert len(of_target(weir, target.address)) == 5
        seen = len(good.heads)
        wait_until("more scrapes", lambda: len(good.heads) > seen + 1)
        assert weir.series()["good{%s}" % names_of(good.address)] == 42


def reload_and_stop():
    "a reload changes the targets, and a stop waits for none"
    with contextlib.ExitStack() as stack:
        first, second = (stack.enter_context(Target(answer(b"pet 1\n")))
                         for _ in range(2))
        silent = stack.enter_context(Target(never))
        weir = stack.enter_context(scraping([first.address, silent.address]))
        wait_for_up(weir, first.address, 1)
        wait_until("the silent one is asked", lambda: silent.heads)
        weir.configure(CONFIG, targets='"%s", "%s"' % (
            second.address, silent.address))
        weir.reload()
        wait_for_up(weir, second.address, 1)
        wait_until("the first is gone",
                   lambda: not of_target(weir, first.address))
        asked = len(silent.heads)
        wait_until("the silent one is asked again",
                   lambda: len(silent.heads) > asked)
        assert weir.stop() == EXIT_OK


TRICKY = b"""
odd{job="mine",exported_instance="a",instance="b"} 1
odd{a="",b="x\\\\y\\"z\\n"} -Inf
# HELP sizes Sizes.
# TYPE sizes histogram
sizes_bucket{le="1"} 1
sizes_bucket{le="+Inf"} 2
sizes_sum 3e-7
sizes_count 2
twice{a="1"} 1
twice{a="1"} 2
twice{a="2"} 3 %(ms)d
twice{a="2"} 4 %(ms)d
words{n="1"} nan
words{n="2"} +inf
words{n="3"} -Infinity
words{n="4"} .5
words{n="5"} -5.e-1
words{n="6"} 123456789012345678901234567890
words{n="7"} 4.9e-324
# EOF
last_line{} 16"""

TRICKY_OPENMETRICS = b"""\
# HELP build Of what.
# TYPE build info
build_info{version="1"} 1
# TYPE state stateset
state{state="on"} 1
state{state="off"} 0
# TYPE size_bytes gaugehistogram
# UNIT size_bytes bytes
size_bytes_bucket{le="1.0"} 1 # {trace_id="}\\" # {"} 0.5
size_bytes_bucket{le="+Inf"} 2 # {a="b",c="d"} 3.5 %(s)f
size_bytes_gcount 2
size_bytes_gsum 3
# TYPE hits counter
hits_total 5 %(s)f # {trace_id="x"} 1.0 %(s)f
hits_created 1.6e9
# TYPE took_seconds summary
took_seconds{quantile="0.5"} NaN
took_seconds_sum 0
took_seconds_count 0
# TYPE odd unknown
odd 0.1 %(s)f
# EOF
"""


def values(answered):
    """The values of an instant query by labels, but for those of time and those
    that weir alone has."""
    found = {tuple(sorted(row["metric"].items())): row["value"][1]
             for row in json.loads(answered.text)["data"]["result"]}
    return {labels: value for labels, value in found.items()
            if dict(labels)["__name__"] not in ("scrape_duration_seconds",
                                                "scrape_series_added",
                                                "scrape_target_info")}


# Of which targets, which series have times of their own.
NOT_OURS = '__name__!~"up|scrape_.*"'
TIMED = {"tricky OpenMetrics": '__name__=~"odd|hits_total"',
         "what is tricky": '__name__="twice",a="2"',
         "collectd": NOT_OURS, "collectd-prom.txt": NOT_OURS,
         "netdata": NOT_OURS, "go /openmetrics": '__name__=~"shop_opened.*"'}


def samples(answered):
    """The times and values of a range by labels."""
    return {tuple(sorted(row["metric"].items())): row["values"]
            for row in json.loads(answered.text)["data"]["result"]}


def replayed():
    """Bytes that are the same for all who scrape, by name, and their kinds."""
    found = exporters.captured(build())
    now = {b"ms": time.time() * 1000, b"s": time.time()}
    found["what is tricky"] = (TRICKY % now, TEXT)
    found["tricky OpenMetrics"] = (TRICKY_OPENMETRICS % now, OPENMETRICS)
    for name in ("node.txt", "collectd-prom.txt"):
        with open(os.path.join(SOURCE, "tests", "fixtures", name),
                  "rb") as file:
            found[name] = (re.sub(rb" \d{13}$", b" %d" % (time.time() * 1000),
                                  file.read(), flags=re.M), TEXT)
    return found


def check_same(what, ours, theirs):
    wrong = {labels: (value, theirs.get(labels))
             for labels, value in ours.items() if theirs.get(labels) != value}
    assert not wrong, (what, list(wrong.items())[:5])
    missing = theirs.keys() - ours.keys()
    assert not missing, (what, list(missing)[:5])


def as_a_prometheus():
    "what is stored of real exporters is what a Prometheus makes of the bytes"
    with contextlib.ExitStack() as stack:
        targets = {name: stack.enter_context(Target(answer(body, kind=kind)))
                   for name, (body, kind) in replayed().items()}
        addresses = [target.address for target in targets.values()]
        weir = stack.enter_context(scraping(addresses, 'job = "weir"'))
        prometheus = stack.enter_context(Prometheus(
            *(address.rpartition(":")[2] for address in addresses)))
        for name, target in targets.items():
            one = 'instance="%s"' % target.address
            now = "/api/v1/query?query=" + urllib.parse.quote("{%s}" % one)
            wait_until("both have it of " + name, lambda: all(
                len(values(each.get(now))) > 3 for each in (weir, prometheus)))
            check_same(name, values(weir.get(now)),
                       values(prometheus.get(now)))
            if name in TIMED:
                timed = "/api/v1/query?query=" + urllib.parse.quote(
                    "{%s,%s}[1h]" % (one, TIMED[name]))
                theirs = samples(prometheus.get(timed))
                assert theirs, name
                check_same(name, samples(weir.get(timed)), theirs)


run(a_go_program_is_scraped, as_a_prometheus, bad_targets_are_down,
    what_is_asked, formats_as_told, labels_as_wanted,
    series_that_go_are_stale, labels_that_change_each_time, reload_and_stop)
