"""report.py - weir report, and the reports that come by themselves

What is in the store is known to the sample, so that what each form says can be
held against it; each is read by a reader of its own kind.
"""
import csv
import glob
import html.parser
import io
import json
import math
import os
import re
import statistics
import subprocess
import xml.etree.ElementTree

from programs import (EXIT_FAILURE, EXIT_OK, EXIT_USAGE, Weir, weir_call,
                      weir_environment, weir_program)
from weirtest import fetch, free_port, run, wait_until, write

CONFIG = """
interval = 1m
http { listen = {"127.0.0.1:@port"} }
storage tsdb { path = "store"  retention = 0 }
report api { }
report summary { time_zone = utc  match = {"up", "heap_bytes", "hits_total"} }
report summary:other {
    title = "Other <things>"
    panel { query = "sum by (job) (rate(hits_total[$__rate_interval]))"
            title = "All hits"  unit = "hits/s" }
}
"""

END = 1795428000  # 2026-11-23T10:00:00Z
HOUR = 3600
MARKUP = "<script>alert('x')</script>&\"|`"


def grown(minute):
    """A counter that grows by 2 a second, in the last two hours by 5."""
    return 120 * minute + max(0, minute - 120) * 180


def samples():
    """Four hours, a sample a minute: the last two are asked for."""
    lines = ["# TYPE hits_total counter"]
    for minute in range(1, 241):
        time = (END - (240 - minute) * 60) * 1000
        gap = 180 < minute <= 200
        for name, value in (
                ('heap_bytes{job="api",instance="a:1"}', 1e6 + 5e4 * minute),
                ('heap_bytes{job="api",instance="b:1"}', None if gap else 2e6),
                ('hits_total{job="api"}', grown(minute)),
                ('up{job="api",instance="a:1"}', 1),
                ('up{job="api",instance="b:1"}', 0 if gap else 1),
                ('odd{what="%s"}' % MARKUP.replace('"', '\\"'),
                 ("NaN", "+Inf", 7)[minute % 3]),
                ("huge", 1.7e308 * (-1) ** minute)):
            if value is not None:
                lines.append("%s %s %d" % (name, value, time))
    return "\n".join(lines) + "\n"


class Filled(Weir):
    """A weir whose store has the samples above."""

    def start(self):
        store = os.path.join(self.folder, "state", "store")
        file = write(os.path.join(self.folder, "samples.prom"), samples())
        status, _, err = weir_call("import", "--path", store, "--set",
                                   "retention = 0", "--set", "future = 0",
                                   file, folder=self.folder)
        assert status == EXIT_OK, err
        return super().start()

    def report(self, *arguments, want=EXIT_OK):
        """Calls weir report for the last two hours; returns what it printed."""
        status, out, err = weir_call(
            "report", "--url", self.url(""), "--end", str(END), "--window", "2h",
            *arguments, folder=self.folder)
        assert status == want, (status, out, err)
        return out if want == EXIT_OK else err


# Readers -----------------------------------------------------------------------

class Page(html.parser.HTMLParser):
    """Checks that elements are closed as they were opened, and keeps what a
    test wants to know of them."""

    EMPTY = {"meta", "br", "circle", "path", "link", "img"}

    def __init__(self, text):
        super().__init__(convert_charrefs=True)
        self.open, self.count, self.ids = [], {}, []
        self.texts, self.attributes = [], []
        self.feed(text)
        self.close()
        assert not self.open, self.open

    def handle_starttag(self, tag, attrs):
        self.count[tag] = self.count.get(tag, 0) + 1
        self.attributes += [(tag, name, value) for name, value in attrs]
        self.ids += [value for name, value in attrs if name == "id"]
        if tag not in self.EMPTY:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.count[tag] = self.count.get(tag, 0) + 1

    def handle_endtag(self, tag):
        assert self.open and self.open[-1] == tag, (tag, self.open)
        self.open.pop()

    def handle_data(self, data):
        if "style" not in self.open:
            self.texts.append(data)

    @property
    def text(self):
        return " ".join("".join(self.texts).split())


def panels_of(report):
    return {panel["title"]: panel for panel in report["panels"]}


def near(one, other):
    if one is None or other is None:
        return one == other
    return math.isclose(float(one), float(other), rel_tol=1e-12, abs_tol=1e-12)


# Plays ---------------------------------------------------------------------------

def figures_are_those_of_the_api():
    "JSON has the figures of /api/v1/summary, and what is known of the samples"
    with Filled(CONFIG) as weir:
        report = json.loads(weir.report("--format", "json"))
        assert report["start"] == END - 2 * HOUR and report["end"] == END
        assert [p["title"] for p in report["panels"]] == [
            "up", "heap_bytes", "hits_total"]
        for panel in report["panels"]:
            answer = json.loads(weir.get(
                "/api/v1/summary?end=%d&window=2h&match[]=%s" %
                (END, panel["query"])).text)
            theirs = {tuple(sorted(row["metric"].items())): row
                      for row in answer["data"]["result"]}
            ours = {tuple(sorted(row["metric"].items())): row
                    for row in panel["series"]}
            assert ours.keys() == theirs.keys() and ours
            for key, row in theirs.items():
                for name in row:
                    if name != "metric":
                        assert near(ours[key][name], row[name]), (key, name)
        heap = {row["metric"]["instance"]: row
                for row in panels_of(report)["heap_bytes"]["series"]}
        assert heap["a:1"]["last"] == 1e6 + 5e4 * 240
        assert heap["a:1"]["max"] == 1e6 + 5e4 * 240
        assert heap["a:1"]["avg"] == statistics.mean(
            1e6 + 5e4 * minute for minute in range(121, 241))
        assert heap["b:1"]["count"] == 100
        hits = panels_of(report)["hits_total"]["series"][0]
        assert near(hits["slope_avg"], 5) and \
            near(hits["before"]["slope_avg"], 2)


def trends_and_moves():
    "what rises, what is steady and what moved is what was put in"
    with Filled(CONFIG) as weir:
        report = json.loads(weir.report("--format", "json"))
        heap = {row["metric"]["instance"]: row
                for row in panels_of(report)["heap_bytes"]["series"]}
        trend = heap["a:1"]["trend"]
        assert trend["kind"] == "rises" and trend["confidence"] > 0.999, trend
        assert near(round(trend["slope"], 6), round(5e4 / 60, 6)), trend
        assert trend["text"] == \
            "rises by 2.86 MiB an hour (over 99.9 % sure)", trend
        assert heap["b:1"]["trend"]["text"] == "steady"
        moved = [move["metric"] for move in report["moved"]]
        assert {"__name__": "hits_total", "job": "api"} in moved, moved
        assert {"__name__": "heap_bytes", "instance": "b:1",
                "job": "api"} not in moved
        assert near(report["moved"][0]["now"], 5)
        assert near(report["moved"][0]["before"], 2)
        assert "1 of 2 targets was not up all the time." in report["overview"]


def gaps_are_gaps():
    "twenty minutes without samples are no points, and a broken line"
    with Filled(CONFIG) as weir:
        report = json.loads(weir.report("--format", "json"))
        heap = {row["metric"]["instance"]: row
                for row in panels_of(report)["heap_bytes"]["series"]}
        for time, value in heap["b:1"]["points"]:
            minute = (time - END) / 60 + 240
            # A point's minutes are the step before it.
            if 180 + report["step"] / 60 <= minute <= 200:
                assert value is None, (minute, value)
            elif minute <= 180 or minute >= 202:
                assert value == 2e6, (minute, value)
        page = weir.report("--format", "html", "--match", "heap_bytes")
        svgs = re.findall(r"<svg.*?</svg>", page, re.S)
        lines = [svg.count('<path class="now"') for svg in svgs]
        assert sorted(lines) == [1, 2], lines


def a_page_is_whole():
    "HTML is well-formed, needs nothing from elsewhere, and charts are SVG"
    with Filled(CONFIG) as weir:
        text = weir.report("--format", "html", "--match", "up", "--match",
                           "heap_bytes", "--match", "hits_total", "--match",
                           "odd", "--match", "huge")
        page = Page(text)
        assert "script" not in page.count and "link" not in page.count
        assert len(page.ids) == len(set(page.ids))
        assert page.count["svg"] == page.count["article"] == 7, page.count
        for tag, name, value in page.attributes:
            assert name not in ("src", "srcset", "style") and \
                not name.startswith("on"), (tag, name)
            assert name != "href" or value[1:] in page.ids, value
        for svg in re.findall(r"<svg.*?</svg>", text, re.S):
            tree = xml.etree.ElementTree.fromstring(svg)
            assert tree.attrib["role"] == "img"
            labels = tree.attrib["aria-labelledby"].split()
            found = {node.attrib.get("id"): node.text for node in tree}
            assert all(found.get(label) for label in labels), labels
            for path in tree.iter("path"):
                assert re.fullmatch(r"[MLHVZ0-9. -]+", path.attrib["d"]), \
                    path.attrib["d"]
                for number in re.findall(r"[0-9.-]+", path.attrib["d"]):
                    assert -1 <= float(number) <= 321, path.attrib["d"]
        assert MARKUP in page.text
        assert "rises by 2.86 MiB an hour (over 99.9 % sure)" in page.text
        # A table behind each chart: figures, and values.
        assert page.count["details"] == 7
        assert page.count["table"] == 2 * 7 + 1
        other = Page(weir.get("/api/v1/report/other?end=%d&window=2h" % END).text)
        assert "Other <things>" in other.text and "All hits" in other.text


def markdown_and_csv():
    "Markdown has tables that hold, CSV columns that a reader of CSV finds"
    with Filled(CONFIG) as weir:
        text = weir.report("--match", "odd", "--match", "heap_bytes",
                           "--match", "none")
        assert text.startswith("# weir\n\n2 hours, from 2026-11-23 08:00 to "
                               "2026-11-23 10:00 (UTC), compared with"), text
        for block in re.findall(r"(?:^\|.*\n)+", text, re.M):
            cells = {len(re.findall(r"(?<!\\)\|", line))
                     for line in block.splitlines()}
            assert len(cells) == 1, block
        assert "There are no samples of this time." in text
        rows = list(csv.DictReader(io.StringIO(weir.report(
            "--format", "csv", "--match", "odd", "--match", "heap_bytes",
            "--match", "none"), newline="")))
        assert all(None not in row and None not in row.values()
                   for row in rows), rows
        by_series = {row["series"]: row for row in rows}
        a = by_series['heap_bytes{instance="a:1",job="api"}']
        assert float(a["last"]) == 1.3e7 and a["trend"] == "rises"
        odd = by_series['odd{what="%s"}' % MARKUP.replace('"', '\\"')]
        assert odd["max"] == "+Inf" and float(odd["min"]) == 7
        assert by_series[""]["note"] == "There are no samples of this time."


def files_are_written_whole():
    "--output replaces a file, says so when it cannot, and its name tells the form"
    with Filled(CONFIG) as weir:
        for ending, begin in (("html", "<!DOCTYPE html>"), ("md", "# weir"),
                              ("json", "{"), ("csv", "section,")):
            path = write(os.path.join(weir.folder, "out", "a." + ending), "old")
            assert weir.report("--output", path) == ""
            with open(path, encoding="utf-8") as file:
                assert file.read().startswith(begin)
        assert sorted(os.listdir(os.path.join(weir.folder, "out"))) == [
            "a.csv", "a.html", "a.json", "a.md"]
        err = weir.report("--output", "/nowhere/a.html", want=EXIT_FAILURE)
        assert "cannot write /nowhere/a.html: No such file" in err, err
        assert weir.report("--output", "-").startswith("# weir")
        full = subprocess.run(
            [weir_program(), "report", "--url", weir.url("")],
            env=dict(os.environ, **weir_environment(weir.folder)),
            stdout=open("/dev/full", "wb"), stderr=subprocess.PIPE, check=False)
        assert full.returncode == EXIT_FAILURE
        assert b"cannot write: No space left" in full.stderr, full.stderr


def finds_the_weir():
    "by its configuration, also at its control socket, and by an instance's name"
    with Filled(CONFIG) as weir:
        ends = ("--end", str(END), "--window", "2h")
        status, out, err = weir_call("report", "-c", weir.config, "--name",
                                     "other", *ends, folder=weir.folder)
        assert status == EXIT_OK and out.startswith("# Other \\<things\\>"), err
        assert "warn" not in weir.log(), weir.log()
        silent = CONFIG.replace('"127.0.0.1:@port"', "")
        with Weir(silent, folder=weir.folder + "/two", ready=False) as second:
            del second  # its store is another one
            status, out, err = wait_until("an answer", lambda: _ask_socket(
                weir.folder + "/two"))
            assert "There are no samples of this time." in out, (out, err)


def _ask_socket(folder):
    done = weir_call("report", "-c", os.path.join(folder, "weir.conf"),
                     folder=folder)
    return done if done[0] == EXIT_OK else None


def mistakes_are_told():
    "what is wrong is told in a sentence, with the status that belongs to it"
    with Filled(CONFIG) as weir:
        for arguments, text in (
                (("--format", "pdf"), "--format is html, markdown, json or csv"),
                (("--window", "soon"), "--window soon: "),
                (("--window", "0"), "--window 0: a second is the least"),
                (("--end", "tomorrow"), "--end tomorrow: a time is due"),
                (("--match", "a{"), "match[]: \"a{\" is no selector: "),
                (("--limit", "0"), "limit: a number of series from 1 to 1000"),
                (("--frob",), "there is no option --frob"),
                (("-x",), "there is no option -x"),
                (("--match",), "a value is due after --match"),
                (("-c", "x"), "--url and -c are two ways"),
                (("up",), "\"up\" is not expected here")):
            err = weir.report(*arguments, want=EXIT_USAGE)
            assert err.startswith("weir report: " + text), err
        err = weir.report("--name", "none", want=EXIT_FAILURE)
        assert "that weir has no report summary:none" in err, err
    url = "http://127.0.0.1:%d" % free_port()
    status, _, err = weir_call("report", "--url", url)
    assert status == EXIT_FAILURE and "nobody listens at " + url in err, err
    assert "--path" not in err, err
    status, out, _ = weir_call("report", "--help")
    assert status == EXIT_OK and "--window DURATION" in out


def a_store_that_is_away():
    "a store that cannot be asked is told in words, by status and in a report"
    config = """
        http { listen = {"127.0.0.1:@port"} }
        link far { connect = {"tcp://127.0.0.1:@other"} }
        report summary { match = {"up"}  every = 1s  at = "00:00"
                         output = "r.md"  format = markdown }
        """
    with Weir(config, other=free_port(), ready=False) as weir:
        answer = wait_until("an answer",
                            lambda: _answer(weir, "/api/v1/report"))
        assert answer.status == 503 and "store" in answer.text, answer.text
        path = os.path.join(weir.folder, "state", "r.md")
        wait_until("a report", lambda: os.path.exists(path))
        with open(path, encoding="utf-8") as file:
            assert "This could not be asked: " in file.read()


def _answer(weir, path):
    answer = fetch(weir.url(path))
    return answer if answer.status not in (0, 404) else None


def timed_reports_rotate():
    "reports come by themselves into a folder, which keeps the newest ones"
    config = """
        interval = 1s
        http { listen = {"127.0.0.1:@port"} }
        input self { }
        storage memory { }
        report summary:often {
            every = 1s  at = "00:00"  keep = 2  format = json
            output = "reports/"  time_zone = utc  window = 10s
        }
        """
    with Weir(config) as weir:
        folder = os.path.join(weir.folder, "state", "reports")
        mine = write(os.path.join(folder, "often-mine.json"), "mine")
        # Who looks while weir deletes may still see one more.
        seen = set()

        def some():
            seen.update(glob.glob(folder + "/often-2*.json"))
            return len(seen) > 4
        wait_until("five reports", some)
        weir.stop()
        left = sorted(glob.glob(folder + "/often-2*.json"))
        assert len(left) == 2 and left[-1] >= max(seen), left
        assert os.path.exists(mine)
        assert not glob.glob(folder + "/.*"), os.listdir(folder)
        for path in left:
            assert re.fullmatch(
                r"often-\d{4}-\d\d-\d\dT\d{6}\+0000\.json",
                os.path.basename(path)), path
            with open(path, encoding="utf-8") as file:
                report = json.load(file)
            assert report["window"] == 10 and report["panels"]


run(figures_are_those_of_the_api, trends_and_moves, gaps_are_gaps,
    a_page_is_whole, markdown_and_csv, files_are_written_whole, finds_the_weir,
    mistakes_are_told, a_store_that_is_away, timed_reports_rotate)
