"""prometheus_api.py - Prometheus writes into weir; promtool and Grafana ask it"""
import json
import re
import subprocess
import time
import urllib.parse

from programs import Prometheus, Weir
from weirtest import PATIENCE_S, fetch, need, run, wait_until

CONFIG = """
interval = 1s
http { listen = {"127.0.0.1:@port"} }
input remote_write { }
storage memory { }
report api { }
"""

FORM = {"Content-Type": "application/x-www-form-urlencoded"}


class WritingPrometheus(Prometheus):
    """Prometheus that scrapes itself and writes all of it into weir."""

    CONFIG = """
global: {scrape_interval: 1s, scrape_timeout: 1s}
scrape_configs:
- job_name: self
  static_configs: [{targets: ["127.0.0.1:@port"]}]
remote_write:
- url: http://127.0.0.1:@target/api/v1/write
  queue_config: {batch_send_deadline: 1s}
  metadata_config: {send_interval: 1s}
"""


def ask(server, path, form=None, **parameters):
    """Returns status and answer of a GET, or of a form that is posted."""
    query = urllib.parse.urlencode(parameters, doseq=True)
    url = "http://127.0.0.1:%d/api/v1/%s" % (server.port, path)
    if query:
        url += "?" + query
    data = urllib.parse.urlencode(form, doseq=True).encode() if form else None
    answer = fetch(url, data, FORM if form else None)
    assert answer.headers.get("Content-Type") == "application/json", answer.text
    return answer.status, json.loads(answer.text)


def data_of(server, path, form=None, **parameters):
    status, answer = ask(server, path, form, **parameters)
    assert status == 200 and answer["status"] == "success", answer
    return answer["data"]


def promtool(*arguments):
    done = subprocess.run([need("promtool"), *arguments], capture_output=True,
                          text=True, timeout=PATIENCE_S, check=False)
    return done.returncode, done.stdout, done.stderr


def wait_for_writes(weir):
    wait_until("samples that were written", lambda: data_of(
        weir, "label/__name__/values", **{"match[]": "up"}) == ["up"])


def takes_what_prometheus_writes():
    "what Prometheus writes is there, with its labels and no others"
    with Weir(CONFIG) as weir, WritingPrometheus(weir.port) as prometheus:
        wait_for_writes(weir)
        ours = wait_until("series", lambda: data_of(
            weir, "series", **{"match[]": ['{job="self"}']}))
        instance = "127.0.0.1:%d" % prometheus.port
        assert {"__name__": "up", "instance": instance,
                "job": "self"} in ours, ours[:5]
        time.sleep(3)
        assert not re.findall(r"^.*level=(?:warn|error).*$", prometheus.log(),
                              re.M), prometheus.log()
        theirs = data_of(prometheus, "label/__name__/values")
        wait_until("all metrics", lambda: data_of(
            weir, "label/__name__/values") == theirs)
        assert data_of(weir, "labels") == data_of(prometheus, "labels")


def answers_names_as_prometheus_does():
    "series, labels and values are the same as Prometheus' own"
    with Weir(CONFIG) as weir, WritingPrometheus(weir.port) as prometheus:
        wait_for_writes(weir)
        wait_until("all metrics", lambda: data_of(
            weir, "label/__name__/values") == data_of(
                prometheus, "label/__name__/values"))
        for path, parameters in (
                ("labels", {"match[]": "prometheus_http_requests_total"}),
                ("label/job/values", {}),
                ("label/code/values", {"match[]": ['{job=~"s.*"}', "up"]}),
                ("label/nosuch/values", {}),
                ("series", {"match[]": ["up", '{__name__=~"go_gc_.*"}']})):
            ours = data_of(weir, path, **parameters)
            assert ours == data_of(prometheus, path, **parameters), path


def refuses_as_prometheus_does():
    "mistakes get the statuses and words that Prometheus has for them"
    with Weir(CONFIG) as weir, WritingPrometheus(weir.port) as prometheus:
        for path, parameters in (
                ("query", {"query": "rate("}),
                ("query", {"query": "up", "time": "noon"}),
                ("query", {"query": "up", "timeout": "x"}),
                ("query_range", {"query": "up", "start": 1, "end": 2}),
                ("query_range", {"query": "up", "start": 2, "end": 1,
                                 "step": 1}),
                ("query_range", {"query": "up", "start": 1, "end": 2,
                                 "step": 0}),
                ("query_range", {"query": "up", "start": 0, "end": 20000,
                                 "step": "1s"}),
                ("series", {}),
                ("series", {"match[]": '{a=""}'}),
                ("metadata", {"limit": "x"}),
                ("labels", {"start": "x"})):
            assert ask(weir, path, **parameters) == \
                ask(prometheus, path, **parameters), (path, parameters)


def serves_promtool():
    "promtool asks weir as it asks Prometheus"
    with Weir(CONFIG) as weir, WritingPrometheus(weir.port) as prometheus:
        wait_for_writes(weir)
        urls = ["http://127.0.0.1:%d" % one.port for one in (weir, prometheus)]
        code, out, err = promtool("query", "instant", urls[0], "up")
        assert code == 0 and re.match(r'up\{.*\} => 1 @\[', out), out + err
        code, out, err = promtool("query", "range", urls[0], "up")
        assert code == 0 and re.search(r"^1 @\[", out, re.M), out + err
        code, out, err = promtool("query", "instant", urls[0], "rate(")
        assert code == 1 and "unclosed left parenthesis" in err, out + err
        for what in (["series", "--match=up", "--match=go_threads"],
                     ["labels"]):
            rest = ["job"] if what == ["labels"] else []
            both = [promtool("query", *what, url, *rest) for url in urls]
            assert both[0] == both[1] and both[0][0] == 0, both


def serves_grafana():
    "the requests that Grafana's data source sends get what it needs"
    with Weir(CONFIG) as weir, WritingPrometheus(weir.port):
        wait_for_writes(weir)
        now = time.time()
        span = {"start": now - 60, "end": now}
        assert data_of(weir, "query", {"query": "1+1", "time": 4}) == {
            "resultType": "scalar", "result": [4, "2"]}
        build = data_of(weir, "status/buildinfo")
        assert build["version"] and "features" not in build, build
        names = data_of(weir, "label/__name__/values", limit=40000, **span)
        assert "up" in names, names
        keys = data_of(weir, "labels", {"limit": 40000, "match[]": "up",
                                        **span})
        assert keys == ["__name__", "instance", "job"], keys
        series = data_of(weir, "series", {"match[]": "up", "limit": 100,
                                          **span})
        assert len(series) == 1, series
        metadata = wait_until("metadata", lambda: data_of(
            weir, "metadata", metric="prometheus_http_requests_total"))
        assert metadata["prometheus_http_requests_total"][0]["type"] == \
            "counter", metadata
        panel = data_of(weir, "query_range", {
            "query": "up", "step": 15, **span})
        assert panel["resultType"] == "matrix", panel
        values = panel["result"][0]["values"]
        assert values and values[-1][1] == "1", panel
        assert data_of(weir, "query_exemplars", {
            "query": "up", **span}) == []
        assert data_of(weir, "rules") == {"groups": []}
        assert data_of(weir, "alerts") == {"alerts": []}


def summarises():
    "the summary is JSON, a file for spreadsheets, or a table"
    with Weir(CONFIG) as weir, WritingPrometheus(weir.port):
        wait_for_writes(weir)
        wait_until("three samples", lambda: data_of(
            weir, "summary", window="1m",
            **{"match[]": "up"})["result"][0]["count"] >= 3)
        figures = data_of(weir, "summary", window="1m",
                          **{"match[]": "up"})["result"][0]
        assert figures["metric"]["job"] == "self", figures
        assert figures["avg"] == figures["max"] == figures["last"] == 1
        assert figures["slope_avg"] == 0 and figures["avg_rate"] is None
        text = weir.get("/api/v1/summary?match%5B%5D=up&format=text").text
        assert re.match(r"SERIES +LAST +AVG +MAX +MIN +AVG/s", text), text
        csv = weir.get("/api/v1/summary?match%5B%5D=up",
                       {"Accept": "text/csv"})
        assert csv.headers["Content-Type"].startswith("text/csv"), csv.headers
        assert csv.text.startswith("series,count,last,avg"), csv.text


def gets_what_was_written_while_it_was_away():
    "what Prometheus wants to write while weir is killed comes later, whole"
    config = CONFIG.replace("storage memory", "storage tsdb")
    with Weir(config) as weir, WritingPrometheus(weir.port) as prometheus:
        wait_for_writes(weir)
        weir.kill()
        time.sleep(3)
        weir.start()
        question = {"query": "count_over_time(up[1m])",
                    "time": "%d" % time.time()}
        counts = data_of(prometheus, "query", **question)
        assert int(counts["result"][0]["value"][1]) >= 3, counts
        wait_until("the same samples", lambda: data_of(
            weir, "query", **question) == counts, 2 * PATIENCE_S)


run(takes_what_prometheus_writes, answers_names_as_prometheus_does,
    refuses_as_prometheus_does, serves_promtool, serves_grafana, summarises,
    gets_what_was_written_while_it_was_away)
