"""prometheus.py - a real Prometheus scrapes weir, and promtool looks at it"""
import json
import os
import re
import time

from programs import (HOST_TO_METRICS, NodeExporter, Prometheus, Weir,
                      promtool_complaints)
from weirtest import run, wait_until

# How long to look for a warning; a minute where there is time.
SCRAPE_S = float(os.environ.get("WEIR_SCRAPE_S", "20"))

CONFIG = HOST_TO_METRICS + "input self { }\n"


def result_of(prometheus, query):
    answer = prometheus.get("/api/v1/query?query=" + query)
    assert answer.status == 200, answer.text
    return json.loads(answer.text)["data"]["result"]


def scrapes_without_a_warning():
    "Prometheus scrapes once a second without a warning"
    with Weir(CONFIG) as weir, Prometheus(weir.port) as prometheus:
        weir.wait_for_series("node_load1", "weir_")
        wait_until("the first scrape",
                   lambda: result_of(prometheus, "node_load1"))
        time.sleep(SCRAPE_S)
        bad = re.findall(r"^.*level=(?:warn|error).*$", prometheus.log(), re.M)
        assert not bad, bad[:5]
        window = "%ds" % int(SCRAPE_S)
        down = result_of(prometheus, "min_over_time(up[%s])" % window)
        assert [one["value"][1] for one in down] == ["1"], down
        scrapes = result_of(prometheus, "count_over_time(up[%s])" % window)
        assert int(scrapes[0]["value"][1]) >= SCRAPE_S * 0.8, scrapes
        ours = weir.get("/metrics").text.splitlines()
        count = len([line for line in ours if not line.startswith("#")])
        taken = result_of(prometheus, "scrape_samples_scraped")
        assert abs(int(taken[0]["value"][1]) - count) <= count * 0.02, taken


def lints_as_node_exporter():
    "promtool complains of nothing that it does not complain of elsewhere"
    with Weir(CONFIG) as weir, NodeExporter() as exporter:
        weir.wait_for_series("node_load1", "node_cpu_seconds_total", "weir_")
        wait_until("two cycles", lambda: weir.series().get(
            "node_time_seconds", 0) > 0)
        theirs = promtool_complaints(exporter.metrics().text)
        ours = promtool_complaints(weir.get("/metrics").text)
        assert not ours - theirs, sorted(ours - theirs)


run(scrapes_without_a_warning, lints_as_node_exporter)
