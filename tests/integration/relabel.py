"""relabel.py - relabelling and limits are those of a Prometheus

Each case is a scrape job of a Prometheus and an input of weir with the same
rules, for the same bytes; what either then has is compared as a whole.
"""
import http.server
import json
import os
import re
import threading
import urllib.parse

from programs import Prometheus, Weir
from weirtest import run, temporary_folder, wait_until, write

TEXT = """
# HELP requests_total Requests.
# TYPE requests_total counter
requests_total{code="200",method="GET",path="/a/b",job="inner"} 10
requests_total{code="404",method="POST",path="/c",__hidden="x"} 20
requests_total{code="500",method="PUT",path="/d;e",odd="Größe Ω ß"} 30
# TYPE sizes histogram
sizes_bucket{le="1"} 1
sizes_bucket{le="+Inf"} 2
sizes_sum 3.5
sizes_count 2
app:rule:sum 7
go_threads 9
escaped{text="a\\\\b\\"c",exported_job="e"} 5
empty{job="",instance="",none=""} 6
up{of="app"} 0.5
"""


def rule(action="replace", source=(), **more):
    return dict(more, action=action, source_labels=list(source))


def limited(**limits):
    return {"limits": limits, "rules": []}


# Rules by what they show; besides, what the job has.
CASES = {
    "nothing": [],
    "static": [rule(target_label="zone", replacement="fra")],
    "copy": [rule(source=["code"], target_label="status")],
    "join": [rule(source=["method", "code", "absent"], separator="/",
                  target_label="joined")],
    "default separator": [rule(source=["method", "code"],
                               regex="(.*);(.*)", target_label="swapped",
                               replacement="$2-$1")],
    "anchored": [rule(source=["code"], regex="0", target_label="zero",
                      replacement="yes")],
    "groups": [rule(source=["path"], regex="/(?P<first>[^/]*)(/(.*))?",
                    target_label="way",
                    replacement="${first}|$3|$9|${none}|$$1|$0|$1x|${1}x|$")],
    "leading zero": [rule(source=["code"], regex="(.)(.*)",
                          target_label="odd", replacement="<$01|$1$2>")],
    "named target": [rule(source=["method", "code"],
                          regex="(GET|PUT);(.*)", target_label="of_$1",
                          replacement="$2")],
    "invalid name": [rule(source=["path"], regex="(.+)", target_label="$1",
                          replacement="x")],
    "removed": [rule(target_label="method", replacement="")],
    "removed by no match": [rule(source=["absent"], target_label="code")],
    "kept by no match": [rule(source=["absent"], regex="x+",
                              target_label="code", replacement="y")],
    "keep": [rule("keep", ["__name__"], regex="requests_.*|up")],
    "keep two": [rule("keep", ["__name__", "code"],
                      regex="requests_total;[24]..")],
    "drop": [rule("drop", ["__name__"], regex="sizes.*")],
    "drop without label": [rule("drop", ["code"], regex="")],
    "drop all": [rule("drop", ["__name__"], regex=".+")],
    "keep without source": [rule("keep", [], regex="x")],
    "alternatives": [rule("drop", ["__name__"], regex="go|go_threads|up")],
    "rename": [rule(source=["__name__"], regex="(.*)_total",
                    target_label="__name__", replacement="${1}_sum")],
    "rename parts": [rule(source=["__name__"], regex="sizes(.*)",
                          target_label="__name__",
                          replacement="lengths$1")],
    "rename by colon": [rule(source=["__name__"], regex="app:(.*):(.*)",
                             target_label="__name__",
                             replacement="${2}:$1")],
    "label from name": [rule(source=["__name__"], regex="(.*?)_(.*)",
                             target_label="kind")],
    "job": [rule(source=["exported_job"], regex="(.+)",
                 target_label="exported_job", replacement="was-$1")],
    "hashmod": [rule("hashmod", ["__name__", "code"], modulus=1000,
                     target_label="shard")],
    "hashmod of nothing": [rule("hashmod", [], modulus=7,
                                target_label="shard")],
    "shards": [rule("hashmod", ["__name__"], modulus=2,
                    target_label="__tmp"),
               rule("keep", ["__tmp"], regex="1"),
               rule("labeldrop", regex="__tmp")],
    "lowercase": [rule("lowercase", ["odd", "method"], target_label="low")],
    "uppercase": [rule("uppercase", ["odd"], target_label="odd")],
    "keepequal": [rule(target_label="want", replacement="GET"),
                  rule("keepequal", ["method"], target_label="want")],
    "dropequal": [rule(target_label="want", replacement="GET"),
                  rule("dropequal", ["method"], target_label="want")],
    "labelmap": [rule("labelmap", regex="(co|me)(.*)",
                      replacement="x_${1}_$2")],
    "labelmap of all": [rule("labelmap", regex="__(.*)__",
                             replacement="the_$1")],
    "labelmap onto itself": [rule("labelmap", regex="(code)",
                                  replacement="$1")],
    "labeldrop": [rule("labeldrop", regex="exported_.*|p.*h|none")],
    "labelkeep": [rule("labelkeep",
                       regex="__name__|job|code|le|text|exported_job")],
    "in order": [rule(target_label="a", replacement="1"),
                 rule(source=["a"], target_label="b"),
                 rule(source=["a", "b"], separator="", regex="11",
                      target_label="a", replacement=""),
                 rule(source=["a", "b"], target_label="c")],
    "flags": [rule(source=["method"], regex="(?i)get|p(?:os|u)t",
                   target_label="seen", replacement="any")],
    "dollars": [rule(source=["code"], target_label="cost",
                     replacement="$$${1}$$")],
    "letters of a name": [rule("drop", ["__name__"], regex="\\w+:\\w+:sum")],
    # What fails a scrape as a whole.
    "no name": [rule(source=["code"], regex="404",
                     target_label="__name__", replacement="")],
    "bad metric name": [rule(source=["__name__"], regex="go_(.*)",
                             target_label="__name__", replacement="1-$1")],
    "bad label name": [rule("labelmap", regex="(code)",
                            replacement="${2}1$1")],
    "sample_limit": limited(sample_limit=11),
    "sample_limit not reached": limited(sample_limit=12),
    "sample_limit behind rules": {
        "limits": {"sample_limit": 4},
        "rules": [rule("drop", ["__name__"], regex="requests_total|up|sizes.*")]
    },
    "label_limit": limited(label_limit=6),
    "label_limit not reached": limited(label_limit=7),
    "label_name_length_limit": limited(label_name_length_limit=11),
    "label_name_length_limit not reached":
        limited(label_name_length_limit=12),
    "label_value_length_limit": limited(label_value_length_limit=14),
    "label_value_length_limit not reached":
        limited(label_value_length_limit=60),
    "honor_labels": {"honor": True, "rules": []},
    "honor_labels and rules": {
        "honor": True,
        "rules": [rule(source=["job"], regex="", target_label="jobless",
                       replacement="yes")]},
}

# What the log says of those that fail.
REASONS = {
    "no name": "metric_relabel gives a series the invalid name",
    "bad metric name": "the invalid name .*1-threads",
    "bad label name": "a label with the invalid name .*1code",
    "sample_limit": "sample_limit: it gave 12 samples",
    "label_limit": "label_limit: requests_total has 7 labels",
    "label_name_length_limit": "label exported_job of 12 bytes",
    "label_value_length_limit": "label instance of 15 bytes",
}

# What is found, in a file that both read; @port is the server's.
FOUND = [
    {"targets": ["127.0.0.1:@port"],
     "labels": {"env": "prod", "__meta_team": "a", "__meta_zone": "Z-1"}},
    {"targets": ["localhost:@port"],
     "labels": {"env": "Dev", "__meta_team": "b", "__meta_zone": "Z-2",
                "__metrics_path__": "/other", "__param_x": "1"}},
]

TARGET_CASES = {
    "nothing": [],
    "labelmap": [rule("labelmap", regex="__meta_(.+)")],
    "copy": [rule(source=["__meta_team", "env"], target_label="owner")],
    "keep": [rule("keep", ["env"], regex="(?i)DEV")],
    "drop": [rule("drop", ["__meta_zone"], regex="Z-[2-9]")],
    "drop all": [rule("drop", ["job"], regex=".*")],
    "keepequal": [rule("lowercase", ["env"], target_label="__tmp_env"),
                  rule("keepequal", ["env"], target_label="__tmp_env")],
    "dropequal": [rule("uppercase", ["__meta_team"], target_label="team"),
                  rule("dropequal", ["team"], target_label="__meta_team")],
    "shards": [rule("hashmod", ["env"], modulus=3, target_label="shard")],
    "interval": [rule(source=["__scrape_interval__", "__scrape_timeout__"],
                      target_label="times")],
    "instance": [rule(source=["__address__"], regex="([^:]+):\\d+",
                      target_label="instance")],
    "job": [rule(source=["job", "env"], separator="-", regex="(.+)",
                 target_label="job")],
    "path": [rule(source=["env"], regex="prod", replacement="/deep/er",
                  target_label="__metrics_path__")],
    "no path": [rule(target_label="__metrics_path__", replacement="")],
    "parameters": [rule(source=["env"], target_label="__param_env"),
                   rule(target_label="__param_x", replacement="a b&c=ü/")],
    "a probe": [rule(source=["__address__"], target_label="__param_target"),
                rule(source=["__param_target"], target_label="instance"),
                rule(target_label="__address__",
                     replacement="127.0.0.1:@port"),
                rule(target_label="__metrics_path__", replacement="/probe")],
    "no address": [rule(source=["env"], regex="prod", replacement="",
                        target_label="__address__")],
    "bad address": [rule(source=["env"], regex="prod", replacement="a/b",
                         target_label="__address__")],
    "no port": [rule(source=["env"], regex="prod", replacement="127.0.0.1",
                     target_label="__address__")],
    "labeldrop": [rule("labeldrop", regex="env|__meta.*")],
    "labelkeep": [rule("labelkeep", regex="__address__|__scheme__|job|"
                                          "__metrics_path__|__scrape.*")],
    "no job": [rule(target_label="job", replacement=""),
               rule(source=["env"], target_label="of")],
    "names": [rule(source=["__meta_zone", "env"], regex="(.)-(.);(.*)",
                   target_label="${1}_$2", replacement="<$3>")],
}

TARGETS_LEFT = 39  # of all these cases

OURS = {"source_labels": "source", "target_label": "target"}

WEIR = """
interval = 1s
http { listen = {"127.0.0.1:@port"} }
@inputs
storage memory { }
report api { }
"""


def serving(text_of):
    """A server on a port of its own that gives what 'text_of' says."""
    class Handler(http.server.BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self):  # pylint: disable=invalid-name
            body = text_of(self).encode()
            self.send_response(200)
            self.send_header("Content-Type", "text/plain; version=0.0.4")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_):
            pass

    class Server(http.server.ThreadingHTTPServer):
        daemon_threads = True
        request_queue_size = 256

        def handle_error(self, *_):
            "Whoever stops closes its connections as it likes."

    server = Server(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server


# The same in two languages ---------------------------------------------------

def rules_of(case):
    return case["rules"] if isinstance(case, dict) else case


def more_of(case, name, default):
    return case.get(name, default) if isinstance(case, dict) else default


def quoted(value):
    assert "'" not in value
    return "'%s'" % value.replace("\\", "\\\\")


def our_rule(block, one):
    written = []
    for name, value in one.items():
        if isinstance(value, list):
            if not value:
                continue
            value = "{%s}" % ", ".join(quoted(item) for item in value)
        elif isinstance(value, str):
            value = quoted(value)
        written.append("%s = %s" % (OURS.get(name, name), value))
    return "    %s { %s }" % (block, "  ".join(written))


def our_input(number, case, address):
    lines = ["input prometheus:case%d {" % number,
             "    targets = {'%s'}" % address]
    if more_of(case, "honor", False):
        lines.append("    honor_labels = true")
    lines += ["    %s = %d" % limit
              for limit in more_of(case, "limits", {}).items()]
    lines += [our_rule("metric_relabel", one) for one in rules_of(case)]
    return "\n".join([*lines, "}"])


def their_rule(one):
    return {name: value for name, value in one.items() if value != []}


def their_job(number, case, address):
    return dict(more_of(case, "limits", {}),
                job_name="case%d" % number,
                honor_labels=more_of(case, "honor", False),
                static_configs=[{"targets": [address]}],
                metric_relabel_configs=[their_rule(one)
                                        for one in rules_of(case)])


# What either has -----------------------------------------------------------------

# Of time; and what a Prometheus has not.
UNCERTAIN = ("scrape_duration_seconds", "scrape_series_added",
             "scrape_target_info")


def everything(program):
    """All series with their values, but for those of time."""
    answered = program.get("/api/v1/query?query=" +
                           urllib.parse.quote('{__name__=~".+"}'))
    assert answered.status == 200, answered.text
    rows = json.loads(answered.text)["data"]["result"]
    return {tuple(sorted(row["metric"].items())): row["value"][1]
            for row in rows if row["metric"]["__name__"] not in UNCERTAIN}


def reason_of(weir, job):
    """Why the job's target is down, as its series tells."""
    answered = weir.get("/api/v1/query?query=" + urllib.parse.quote(
        'scrape_target_info{job="%s"}' % job))
    return json.loads(answered.text)["data"]["result"][0]["metric"]["reason"]


def seen(series):
    "The jobs that were scraped."
    return {dict(labels).get("job") for labels in series
            if dict(labels)["__name__"] == "scrape_samples_scraped"}


def ups(series):
    return [labels for labels in series if dict(labels)["__name__"] == "up"]


def differences(cases, ours, theirs):
    """What is different, as lines, each with its case where a label tells."""
    names = list(cases)
    lines = []
    for labels in sorted(ours.keys() | theirs.keys()):
        if ours.get(labels) == theirs.get(labels):
            continue
        job = dict(labels).get("job", "")
        number = re.match(r"case(\d+)", job)
        case = names[int(number[1])] if number else "?"
        lines.append("%s: %s is %s, not %s" % (
            case, dict(labels), ours.get(labels), theirs.get(labels)))
    return lines


def wait_for_same(cases, weir, prometheus, is_whole):
    wrong = ["nothing was compared"]

    def are_same():
        ours = everything(weir)
        wrong[:] = differences(cases, ours, everything(prometheus))
        return not wrong and is_whole(ours)

    try:
        wait_until("both have the same", are_same)
    except AssertionError as error:
        raise AssertionError("\n".join(wrong)) from error


# Targets ---------------------------------------------------------------------

def way_of(request):
    "What a target gives: how it was asked."
    return 'asked{way="%s"} 1\n' % request.path


def our_finder(number, rules, file):
    lines = ["input prometheus:case%d {" % number,
             "    files = {'%s'}" % file,
             *(our_rule("relabel", one) for one in rules), "}"]
    return "\n".join(lines)


def their_finder(number, rules, file):
    return {"job_name": "case%d" % number,
            "file_sd_configs": [{"files": [file]}],
            "relabel_configs": [their_rule(one) for one in rules]}


def are_scraped(prometheus, count):
    answered = json.loads(prometheus.get("/api/v1/targets").text)["data"]
    active = answered["activeTargets"]
    return (len(active) == count and
            all(one["health"] != "unknown" for one in active))


# The play ------------------------------------------------------------------------

def as_a_prometheus():
    "samples after rules, limits and honor_labels are those of a Prometheus"
    server = serving(lambda _: TEXT)
    address = "127.0.0.1:%d" % server.server_address[1]

    class Relabelling(Prometheus):
        CONFIG = json.dumps({
            "global": {"scrape_interval": "1s", "scrape_timeout": "1s"},
            "scrape_configs": [their_job(number, case, address)
                               for number, case in enumerate(CASES.values())],
        })

    inputs = "\n".join(our_input(number, case, address)
                       for number, case in enumerate(CASES.values()))
    with Weir(WEIR, inputs=inputs) as weir, Relabelling(0) as prometheus:
        wait_for_same(CASES, weir, prometheus,
                      lambda ours: len(seen(ours)) == len(CASES))
        for name, reason in REASONS.items():
            job = "case%d" % list(CASES).index(name)
            weir.wait_for_log("part_failed instance=%s .*%s" % (job, reason))
            assert re.match("it is above|metric_relabel makes",
                            reason_of(weir, job)), reason_of(weir, job)
    server.shutdown()


def targets_as_a_prometheus():
    "targets after rules are those of a Prometheus, and asked in the same way"
    server = serving(way_of)
    port = str(server.server_address[1])
    cases = json.loads(json.dumps(TARGET_CASES).replace("@port", port))
    with temporary_folder() as folder:
        file = write(os.path.join(folder, "found.json"),
                     json.dumps(FOUND).replace("@port", port))

        class Finding(Prometheus):
            CONFIG = json.dumps({
                "global": {"scrape_interval": "1s", "scrape_timeout": "1s"},
                "scrape_configs": [
                    their_finder(number, rules, file)
                    for number, rules in enumerate(cases.values())],
            })

        inputs = "\n".join(our_finder(number, rules, file)
                           for number, rules in enumerate(cases.values()))
        with Weir(WEIR, inputs=inputs) as weir, Finding(0) as prometheus:
            def is_whole(ours):
                return len(ups(ours)) == TARGETS_LEFT and are_scraped(
                    prometheus, TARGETS_LEFT)
            wait_for_same(cases, weir, prometheus, is_whole)
    server.shutdown()


# A pattern that backtracks without end, and what it does not match in time.
SLOW = """
slow{text="%s"} 1
slow{text="other"} 2
""" % ("a" * 40)


def a_slow_match_is_told_once():
    "a match that takes too long is none, and told once; the rest goes on"
    server = serving(lambda _: SLOW)
    case = [rule("drop", ["text"], regex="(a+)+[bc]"),
            rule(source=["text"], regex="(a|o).*", target_label="first")]
    inputs = our_input(0, case, "127.0.0.1:%d" % server.server_address[1])
    with Weir(WEIR, inputs=inputs) as weir:
        def firsts():
            return {dict(labels).get("first") for labels in everything(weir)
                    if dict(labels)["__name__"] == "slow"}
        wait_until("both are kept", lambda: firsts() == {"a", "o"})
        weir.wait_for_log("warned .*takes too long to match")
        assert weir.log().count("takes too long") == 1, weir.log()
    server.shutdown()


run(as_a_prometheus, a_slow_match_is_told_once, targets_as_a_prometheus)
