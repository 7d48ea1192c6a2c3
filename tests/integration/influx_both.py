"""influx_both - a weir that has the same batches in an InfluxDB and in a tsdb

What is asked of either is told apart by nothing but where `report api` asks,
which a reload changes:

    theirs, ours = of_both(weir, lambda weir: weir.query("up"))
"""
import json
import math
import urllib.parse

import promql_data
from programs import Weir
from weirtest import fetch, wait_until

START_S = 1709163000  # see promql_differential.py

CONFIG = """
interval = 1s
http { listen = {"127.0.0.1:@port"} }
input remote_write { to = {"influx", "store"} }
@more
storage influxdb:influx { url = "@url"  batch_time = 20ms @options }
storage tsdb:store { retention = 0  future = 0 }
report api { from = {"@asked"} }
report summary { from = {"@asked"}  time_zone = utc }
report dashboard { from = {"@asked"} }
"""

# What a sum of values may differ by that come in another order.
NEAR = 1e-12


class Both(Weir):
    """A weir that writes to an influxd and a tsdb, and answers from one."""

    def __init__(self, influxd, more="", options=""):
        super().__init__(CONFIG, url=influxd.url(), more=more, options=options,
                         asked="store")

    def turn_to(self, asked):
        before = self.log().count("reload")
        self.values["asked"] = asked
        self.configure(CONFIG)
        self.reload()
        wait_until("it is asked of " + asked,
                   lambda: self.log().count("reload") > before)
        self.wait_ready()

    def push(self, series, start_s=START_S):
        body = promql_data.write_request(series, start_s * 1000)
        answer = fetch(self.url("/api/v1/write"), body,
                       promql_data.WRITE_HEADERS)
        assert answer.status == 204, answer.text

    def ask(self, path, **form):
        """Returns status and the answer."""
        answer = fetch(self.url("/api/v1/" + path),
                       urllib.parse.urlencode(form, doseq=True).encode())
        return answer.status, json.loads(answer.text)

    def look(self, path, **form):
        """Asks by GET; returns the data."""
        answer = self.get("/api/v1/%s?%s" % (
            path, urllib.parse.urlencode(form, doseq=True)))
        assert answer.status == 200, answer.text
        return json.loads(answer.text)["data"]

    def query(self, text, at_s=START_S + 3600, want=200):
        """Returns the result of an instant question, or the error's words."""
        status, answer = self.ask("query", query=text, time=at_s)
        assert status == want or want != 200 != status, (text, answer)
        return answer["data"]["result"] if want == 200 else answer["error"]


def of_both(weir, ask):
    """What 'ask' returns of the tsdb, and of InfluxDB."""
    answers = []
    for asked in ("store", "influx"):
        weir.turn_to(asked)
        answers.append(ask(weir))
    return answers


# Comparing -------------------------------------------------------------------

def same_number(ours, theirs):
    x, y = float(ours), float(theirs)
    if math.isnan(x) or math.isnan(y) or math.isinf(x) or math.isinf(y):
        return str(x) == str(y)
    return abs(x - y) <= NEAR * max(abs(x), abs(y), 1)


def same(ours, theirs):
    """Says whether two answers in JSON are the same but for rounding."""
    if isinstance(theirs, dict):
        return ours.keys() == theirs.keys() and all(
            same(ours[key], theirs[key]) for key in theirs)
    if isinstance(theirs, list):
        return len(ours) == len(theirs) and all(map(same, ours, theirs))
    if ours == theirs:
        return True
    try:
        return same_number(ours, theirs)
    except (TypeError, ValueError):
        return False


def by_labels(answer):
    """A result in the order of labels."""
    data = answer.get("data") or {}
    if isinstance(data.get("result"), list) and \
            data["resultType"] in ("vector", "matrix"):
        data["result"].sort(key=lambda row: sorted(row["metric"].items()))
    return answer
