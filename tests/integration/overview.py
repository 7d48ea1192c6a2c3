"""overview.py - the overview of report dashboard, and weir top, over real inputs"""
import concurrent.futures
import contextlib
import fcntl
import json
import math
import os
import pty
import re
import select
import signal
import struct
import subprocess
import termios
import time
import urllib.parse

import promql_data
from goprogram import GoProgram, built
from programs import (EXIT_FAILURE, EXIT_OK, EXIT_USAGE, Weir, weir_call,
                      weir_environment, weir_program)
from weirtest import (PATIENCE_S, diagnose, fetch, free_port, run,
                      wait_until)

CONFIG = """
interval = 200ms
timeout  = 200ms
http { listen = {"127.0.0.1:@port"} }
input host { }
input self { }
input remote_write { }
input expvar { targets = {"@program"} }
input prometheus:shop { targets = {"@program"} }
input prometheus:lost { targets = {"127.0.0.1:1"} }
storage tsdb { }
report api { }
report dashboard { }
"""

EVIL = '<script>alert(1)</script>\x1b[2J"\\\n\u202eevil'


def overview(weir, **parameters):
    """The data of an answer, its kinds by their keys, and its warnings."""
    parameters.setdefault("window", "1m")
    answer = weir.get("/api/v1/overview?" +
                      urllib.parse.urlencode(parameters, doseq=True))
    assert answer.status == 200, answer.text
    whole = json.loads(answer.text)
    data = whole["data"]
    data["kinds"] = {kind["kind"]: kind for kind in data["kinds"]}
    return data, whole.get("warnings", [])


def names(kind):
    return [row["name"] for row in kind["rows"]]


def row_of(data, kind, name):
    return next((row for row in data["kinds"][kind]["rows"]
                 if row["name"] == name), None)


@contextlib.contextmanager
def scene():
    """A weir with inputs of all kinds that has seen some cycles of each."""
    with GoProgram("both") as program, Weir(CONFIG,
                                      program=program.address) as weir:
        def whole():
            data, _ = overview(weir)
            counts = [data["kinds"][kind]["count"]
                      for kind in ("host", "go", "target", "weir")]
            return counts == [1, 2, 1, 1] and all(
                "cpu" in row["figures"]
                for kind in ("host", "weir")
                for row in data["kinds"][kind]["rows"])
        wait_until("rows of all kinds", whole)
        yield weir, program


def tells_what_there_is():
    "hosts, programs in Go, other targets and weir itself are found by themselves"
    with scene() as (weir, program):
        data, warnings = overview(weir)
        assert warnings == [], warnings
        assert data["end"] - data["start"] == 60 and data["step"] == 1, data
        found = data["kinds"]
        assert list(found) == ["host", "go", "target", "weir"]
        assert names(found["go"]) == ["expvar " + program.address,
                                      "shop " + program.address]
        assert names(found["target"]) == ["lost 127.0.0.1:1"]
        lost = found["target"]["rows"][0]
        assert lost["state"] == "bad" and found["target"]["bad"] == 1
        assert lost["labels"] == {"instance": "127.0.0.1:1", "job": "lost"}
        assert lost["wrong"] == ["not scraped in all this time: "
                                 "Couldn't connect to server"], lost
        own = found["weir"]["rows"][0]
        assert own["state"] == "warn", own
        assert own["wrong"] == ["failures of input lost: 1"], own
        host = found["host"]["rows"][0]
        assert set(host["figures"]) >= {"cpu", "memory", "load"}, host
        assert host["figures"]["cpu"]["now"] > 0 and host["spark_of"] == "cpu"
        assert len(host["spark"]) == 60 and host["spark"][0] is None
        assert host["spark"][-1] is not None
        for kind in found.values():
            assert 4 <= len(kind["columns"]) <= 6, kind["columns"]
            keys = [column["key"] for column in kind["columns"]]
            for row in kind["rows"]:
                assert set(row["figures"]) <= set(keys), row


def ask(weir, query, start, end, step):
    """The values of a range query by job, at their times."""
    answer = weir.get("/api/v1/query_range?" + urllib.parse.urlencode(
        {"query": query, "start": start, "end": end, "step": step}))
    assert answer.status == 200, answer.text
    return {row["metric"].get("job"): {round(at, 3): float(value)
                                       for at, value in row["values"]}
            for row in json.loads(answer.text)["data"]["result"]}


def same(ours, theirs):
    return (ours is None and theirs is None) or math.isclose(
        ours, theirs, rel_tol=1e-5, abs_tol=1e-12)


def figures_are_those_of_the_question():
    "figures and their rates of change are those of the values that PromQL gives"
    with scene() as (weir, _):
        end = int(time.time()) + 3
        wait_until("the end's samples", lambda: time.time() > end + 0.5)
        data, _ = overview(weir, end=end, window="12s")
        assert (data["start"], data["end"]) == (end - 12, end), data["end"]
        step = data["step"]
        columns = {column["key"]: column["query"]
                   for column in data["kinds"]["go"]["columns"]}
        for key in ("goroutines", "heap"):
            query = columns[key]
            told = ask(weir, query, end - 24 + step, end, step)["shop"]
            row = next(row for row in data["kinds"]["go"]["rows"]
                       if row["labels"]["job"] == "shop")
            figures = row["figures"][key]
            now = [value for at, value in told.items() if at > end - 12 + 1e-6]
            before = [value for at, value in told.items()
                      if at <= end - 12 + 1e-6]
            average = sum(now) / len(now)
            assert same(figures["now"], now[-1]), (figures, now)
            assert same(figures["avg"], average), (figures, now)
            assert same(figures["max"], max(now)), (figures, now)
            assert same(figures["min"], min(now)), (figures, now)
            if before:
                rate = (average - sum(before) / len(before)) / 12
                assert abs(figures["avg_rate"] - rate) < 1e-3 + \
                    abs(rate) / 1e3, (figures, rate)


def sorts_searches_and_pages():
    "rows are sorted, searched and paged, and what is wrong with a wish is told"
    with scene() as (weir, program):
        data, _ = overview(weir, kind=["go", "target"])
        assert list(data["kinds"]) == ["go", "target"]
        for sort, order, first in (("name", "asc", "expvar "),
                                   ("name", "desc", "shop ")):
            data, _ = overview(weir, sort=sort, order=order)
            found = names(data["kinds"]["go"])
            assert found[0] == first + program.address, (sort, order, found)
        for order in ("asc", "desc"):
            data, _ = overview(weir, sort="heap", order=order)
            heaps = [row["figures"]["heap"]["now"]
                     for row in data["kinds"]["go"]["rows"]]
            assert heaps == sorted(heaps, reverse=order == "desc"), heaps
        data, _ = overview(weir, search="SHOP")
        assert data["kinds"]["go"]["matched"] == 1
        assert data["kinds"]["go"]["count"] == 2
        assert data["kinds"]["target"]["rows"] == []
        assert data["kinds"]["target"]["bad"] == 1
        data, _ = overview(weir, sort="name", limit=1, offset=1)
        assert names(data["kinds"]["go"]) == ["shop " + program.address]
        data, warnings = overview(weir, limit=5000)
        assert warnings == ["limit is 1000 rows of each kind at most"]
        for wrong in ("kind=cat", "sort=cat", "order=up", "limit=x",
                      "window=1s", "window=cat", "end=cat", "end=60",
                      "search=" + "x" * 201):
            answer = weir.get("/api/v1/overview?" + wrong)
            assert answer.status == 400, (wrong, answer.text)
            told = json.loads(answer.text)
            name = wrong.partition("=")[0]
            assert told["errorType"] == "bad_data" and \
                'invalid parameter "%s"' % name in told["error"], told


def questions(weir):
    """How many the dashboard has asked."""
    answer = weir.get("/api/v1/query?query=" + urllib.parse.quote(
        'weir_queries_total{plugin="dashboard"}'))
    result = json.loads(answer.text)["data"]["result"]
    return float(result[0]["value"][1]) if result else 0


def shares_what_it_finds():
    "many who ask at about the same time are answered out of one survey"
    with scene() as (weir, _):
        time.sleep(1.5)
        before = questions(weir)
        path = weir.url("/api/v1/overview?window=2m")
        with concurrent.futures.ThreadPoolExecutor(50) as pool:
            answers = list(pool.map(fetch, [path] * 200))
        assert {answer.status for answer in answers} == {200}
        ends = {json.loads(answer.text)["data"]["end"] for answer in answers}
        wait_until("its questions are counted",
                   lambda: questions(weir) > before)
        time.sleep(0.5)
        asked = questions(weir) - before
        assert asked <= 50 * len(ends), (asked, ends)
        assert len(ends) < 20, ends


def tells_restarts_and_silence():
    "a restart is a warning; what is not heard of any more is gone"
    with scene() as (weir, program):
        program.kill()
        wait_until("it is down", lambda: overview(weir)[0]["kinds"]["go"]["bad"]
                   == 2)
        wrong = row_of(overview(weir)[0], "go", "shop " + program.address)
        assert wrong["wrong"][0].startswith("not scraped for "), wrong
        assert wrong["wrong"][0].endswith(": Couldn't connect to server"), wrong
        program.start()

        def restarted():
            data, _ = overview(weir, kind="go")
            return all(row["wrong"] == ["restarts in this time: 1"] and
                       row["state"] == "warn"
                       for row in data["kinds"]["go"]["rows"])
        wait_until("the restart is told", restarted)
        data, _ = overview(weir, end=int(time.time()) + 200, window="10m")
        host = data["kinds"]["host"]["rows"][0]
        assert host["state"] == "gone" and data["kinds"]["host"]["gone"] == 1
        assert host["wrong"][0].startswith("nothing was heard of it for 3 min"), \
            host


def takes_any_name():
    "a host of any name is a row, and what is wrong with it is told in its words"
    with scene() as (weir, _):
        now_ms = int(time.time()) * 1000
        labels = {"instance": EVIL, "job": "evil"}
        disk = dict(labels, mountpoint="/" + 300 * "\u00e4", fstype="ext4")
        body = promql_data.write_request(
            [(dict(labels, __name__="node_load1"), [(0, 1.0)]),
             (dict(disk, __name__="node_filesystem_avail_bytes"), [(0, 3.0)]),
             (dict(disk, __name__="node_filesystem_size_bytes"),
              [(0, 100.0)])], now_ms)
        answer = fetch(weir.url("/api/v1/write"), body,
                       promql_data.WRITE_HEADERS)
        assert answer.status in (200, 204), answer.text

        def there():
            return row_of(overview(weir)[0], "host", EVIL)
        row = wait_until("the row", there)
        assert row["labels"] == labels and row["state"] == "bad", row
        assert row["wrong"][0].startswith("filesystem /\u00e4\u00e4") and \
            row["wrong"][0].endswith("\u00e4... is 97 % full"), row
        assert row["figures"]["disk"]["now"] == 0.97, row


def answers_without_a_store():
    "of an empty store there is nothing, and of one that is away a warning"
    head = 'http { listen = {"127.0.0.1:@port"} }\nreport dashboard { }\n'
    with Weir(head + "storage memory { }") as weir:
        data, warnings = overview(weir)
        assert warnings == [], warnings
        assert all(kind["rows"] == [] and kind["count"] == 0
                   for kind in data["kinds"].values())
    head = head.replace("{ }", "{ query_timeout = 1s }")
    with Weir(head + 'link away { connect = {"tcp://127.0.0.1:1"} }') as weir:
        data, warnings = overview(weir)
        assert all(kind["count"] == 0 for kind in data["kinds"].values())
        assert warnings and any("away" in text for text in warnings), warnings


def top(weir, *arguments, **others):
    return weir_call("top", "--url", weir.url(""), *arguments, **others)


def top_prints_it_once():
    "weir top --once prints what there is, its figures and what is wrong"
    with scene() as (weir, program):
        status, out, err = top(weir, "--once", "--window", "1m")
        assert (status, err) == (EXIT_OK, ""), (out, err)
        lines = out.splitlines()
        for line in ("Hosts 1", "Go services 2", "Other targets 1, 1 bad",
                     "  ! not scraped in all this time: "
                     "Couldn't connect to server"):
            assert line in lines, out
        assert "\x1b" not in out and " %" in out, out
        host = lines[lines.index("Hosts 1") + 1].split()
        assert host[:4] == ["NAME", "CPU", "avg", "max"], host
        status, out, err = top(weir, "--once", "--kind", "go", "--search",
                               "SHOP", "--sort", "heap")
        assert status == EXIT_OK and "shop " + program.address in out, out
        assert "expvar" not in out and "Hosts" not in out, out
        status, out, err = weir_call("top", "--once", "-c", weir.config)
        assert status == EXIT_OK and "Other targets 1" in out, out


def top_refuses_what_it_cannot_do():
    "weir top says what is wrong with its arguments, the weir or the terminal"
    for arguments, told in (
            (["up"], '"up" is not expected'), (["--window"], "a value is due"),
            (["--window", "soon"], "--window soon: a duration"),
            (["--refresh", "0"], "more than nothing"),
            (["--kind", "cat"], "host, go, target or weir"),
            (["--nonsense"], "no option --nonsense"),
            (["-x"], "no option -x"),
            (["--url", "x", "-c", "y"], "which is it")):
        status, out, err = weir_call("top", *arguments)
        assert (status, out) == (EXIT_USAGE, "") and told in err, (out, err)
    status, out, err = weir_call("top", "--help")
    assert (status, err) == (EXIT_OK, "") and "--once" in out, out
    url = "http://127.0.0.1:%d" % free_port()
    status, out, err = weir_call("top", "--once", "--url", url)
    assert status == EXIT_FAILURE and "nobody listens at " + url in err, err
    status, out, err = weir_call("top", "--url", url)
    assert (status, out) == (EXIT_FAILURE, "") and "--once" in err, err
    with Weir('http { listen = {"127.0.0.1:@port"} }\n'
              "storage memory { }") as weir:
        status, out, err = top(weir, "--once")
        assert status == EXIT_FAILURE and "report dashboard" in err, err


class Terminal:
    """weir top on a terminal of its own, whose screen is kept."""

    def __init__(self, weir, rows=24, columns=100, term="xterm"):
        self.ours, theirs = pty.openpty()
        self.resize(rows, columns)
        environment = dict(os.environ, **weir_environment(weir.folder))
        environment.update(TERM=term, LC_ALL="C.UTF-8", TZ="UTC0")
        for name in ("COLUMNS", "LINES", "NO_COLOR"):
            environment.pop(name, None)
        self.child = subprocess.Popen(
            [weir_program(), "top", "--url", weir.url(""), "--window", "1m",
             "--refresh", "200ms"], stdin=theirs, stdout=theirs,
            stderr=theirs, env=environment, start_new_session=True)
        os.close(theirs)
        self.written = b""

    def resize(self, rows, columns):
        fcntl.ioctl(self.ours, termios.TIOCSWINSZ,
                    struct.pack("HHHH", rows, columns, 0, 0))

    def look(self):
        """Reads what has come."""
        while select.select([self.ours], [], [], 0)[0]:
            try:
                piece = os.read(self.ours, 65536)
            except OSError:
                return
            self.written += piece

    def wait_for(self, text):
        """Waits for a text on the screen, which is drawn again and again."""
        def there():
            self.written = b""
            self.type("\x0c")
            time.sleep(0.1)
            self.look()
            plain = re.sub(rb"\x1b\[[\d;?]*[A-Za-z]|\x1b[()][A-Z0-9]", b"",
                           self.written)
            return text.encode() in plain
        try:
            wait_until("%r on the screen" % text, there)
        except AssertionError:
            diagnose(self.written)
            raise

    def type(self, keys):
        if self.child.poll() is None:
            os.write(self.ours, keys.encode())

    def __enter__(self):
        return self

    def __exit__(self, *error):
        self.child.kill()
        self.child.wait()
        os.close(self.ours)


def top_is_live():
    "weir top shows the overview on a terminal, answers keys, resizes, and ends"
    with scene() as (weir, program), Terminal(weir) as screen:
        screen.wait_for("Other targets 1, 1 bad")
        screen.type("\t")
        screen.wait_for("expvar " + program.address)
        screen.type("3")
        screen.wait_for("! not scraped in all this time")
        screen.type("/zzz")
        screen.wait_for("nothing has that in its name")
        screen.type("\x1b")
        screen.wait_for("lost 127.0.0.1:1")
        screen.type(">")
        screen.wait_for("by name")
        screen.type("+")
        screen.wait_for("last 5 min")
        screen.type(" ")
        screen.wait_for("PAUSED")
        screen.type("f")
        screen.wait_for("showing the average")
        screen.type("h")
        screen.wait_for("PgUp PgDn Home End")
        screen.type("h")
        screen.wait_for("Other targets")
        screen.resize(10, 40)
        screen.child.send_signal(signal.SIGWINCH)
        screen.wait_for("lost 127.0.0.1:1")
        weir.stop()
        screen.type(" ")
        screen.wait_for("nobody listens at")
        screen.type("q")
        assert screen.child.wait(PATIENCE_S) == EXIT_OK
    with scene() as (weir, program), Terminal(weir, term="dumb") as screen:
        assert screen.child.wait(PATIENCE_S) == EXIT_FAILURE
        screen.look()
        assert b"--once prints it" in screen.written, screen.written


with built():
    run(tells_what_there_is, figures_are_those_of_the_question,
        sorts_searches_and_pages, shares_what_it_finds,
        tells_restarts_and_silence, takes_any_name,
        answers_without_a_store, top_prints_it_once,
        top_refuses_what_it_cannot_do, top_is_live)
