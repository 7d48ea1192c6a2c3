"""scrape_same - what is stored of real exporters is what a Prometheus stores

Both scrape targets that replay the same bytes.
"""
import contextlib
import json
import os
import re
import time
import urllib.parse

import exporters

from programs import Prometheus
from scraped import OPENMETRICS, TEXT, Target, answer, build, scraping
from weirtest import SOURCE, run, wait_until

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
    """The values of an instant query by labels, but for those of time and
    those that weir alone has."""
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


run(as_a_prometheus)
