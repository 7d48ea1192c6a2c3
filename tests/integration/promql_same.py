"""promql_same.py - weir answers chance questions as Prometheus does

The same samples are written into both by remote write, and the same questions
asked; answers must be equal up to the last digits.  Debian's Prometheus is
2.42: where 3.x answers otherwise, a rule below says so.  WEIR_SEED and
WEIR_QUESTIONS in the environment choose the questions.
"""
import collections
import json
import math
import os
import re
import struct
import time
import urllib.error
import urllib.parse
import urllib.request

from programs import Prometheus, Weir
from promql_expressions import expressions, series
from weirtest import diagnose, run

CONFIG = """
interval = 1s
http { listen = {"127.0.0.1:@port"} }
input remote_write { }
storage tsdb { }
report api { }
"""

SEED = int(os.environ.get("WEIR_SEED", "1"))
QUESTIONS = int(os.environ.get("WEIR_QUESTIONS", "3000"))

# What 3.x answers otherwise than 2.42: a pattern of the question, what weir
# says of the difference, and why.
RULES = [
    (r"group_left\(mode\)", r"error.*grouping labels must ensure unique",
     "duplicates are told also where a comparison does not hold"),
    (r"\b(stddev|stdvar)\b", r"weir NaN",
     "stddev and stdvar of what is no number are none"),
    (r"\b(stddev|stdvar)\b.*Inf", r"^value",
     "stddev and stdvar of what is no number are none"),
    (r"\b(rate|increase)\(", r"^value|^times|^series",
     "no counter is extrapolated beyond half a distance"),
    (r"predict_linear\(.*@", r"^times|^series",
     "predict_linear with @ has a value at each step"),
    (r"\^ time\(\)", r"^value", "a huge power multiplies the last digit"),
    (r"%", r"^value", "few digits are left of what a division leaves"),
    (r"std(dev|var).*timestamp\(", r"^value",
     "the variance of large numbers depends on the order of the series"),
    (r"count_values", r"^series", "the last digit of a value is in a label"),
]


class Receiver(Prometheus):
    """Prometheus that scrapes nothing and is written into."""

    CONFIG = "global: {scrape_interval: 1h}\n"

    def __init__(self):
        super().__init__(1)
        self.argv.append("--web.enable-remote-write-receiver")


# Remote write ----------------------------------------------------------------

def varint(number):
    out = b""
    while number >= 128:
        out += bytes([number & 127 | 128])
        number >>= 7
    return out + bytes([number])


def field(number, body):
    return varint(number << 3 | 2) + varint(len(body)) + body


def label(name, value):
    return field(1, field(1, name.encode()) + field(2, value.encode()))


def sample(time_ms, value):
    bits = struct.pack("<Q", 0x7ff0000000000002)
    if value is not None:
        bits = struct.pack("<d", value)
    return field(2, b"\x09" + bits + b"\x10" + varint(time_ms))


def snappy(body):
    """Snappy's frame around bytes that are not compressed."""
    out = varint(len(body))
    for i in range(0, len(body), 60000):
        part = body[i:i + 60000]
        out += b"\xf4" + struct.pack("<H", len(part) - 1) + part
    return out


def write(server, start_s, all_series):
    body = b""
    for name, labels, samples in all_series:
        pairs = sorted(list(labels.items()) + [("__name__", name)])
        body += field(1, b"".join(label(*pair) for pair in pairs) + b"".join(
            sample(start_s * 1000 + after_ms, value)
            for after_ms, value in samples))
    request = urllib.request.Request(
        "http://127.0.0.1:%d/api/v1/write" % server.port, snappy(body),
        {"Content-Encoding": "snappy", "Content-Type": "application/x-protobuf",
         "X-Prometheus-Remote-Write-Version": "0.1.0"})
    with urllib.request.urlopen(request, timeout=60) as answer:
        assert answer.status in (200, 204), answer.status


# Asking and comparing --------------------------------------------------------

def ask(server, path, text, moments):
    form = urllib.parse.urlencode(dict(moments, query=text)).encode()
    url = "http://127.0.0.1:%d/api/v1/%s" % (server.port, path)
    try:
        with urllib.request.urlopen(url, form, timeout=60) as answer:
            return json.load(answer)
    except urllib.error.HTTPError as error:
        return json.load(error)


def tidy(answer, nameless):
    """Returns the type of an answer, and its samples by series."""
    if answer["status"] != "success":
        return "error", answer["error"]
    data = answer["data"]
    if data["resultType"] in ("scalar", "string"):
        return data["resultType"], {(): [data["result"]]}
    found = {}
    for one in data["result"]:
        labels = dict(one["metric"])
        if nameless:
            labels.pop("__name__", None)
        found[tuple(sorted(labels.items()))] = (
            one.get("values") or [one["value"]])
    return data["resultType"], found


def close(ours, theirs):
    if ours == theirs:
        return True
    a, b = float(ours), float(theirs)
    if math.isnan(a) or math.isnan(b) or math.isinf(a) or math.isinf(b):
        return math.isnan(a) and math.isnan(b)
    return abs(a - b) <= max(1e-9 * max(abs(a), abs(b)), 1e-12)


def difference(ours, theirs):
    """Returns what differs, or None."""
    if ours[0] != theirs[0]:
        texts = [one[1] for one in (ours, theirs) if one[0] == "error"]
        return "type: %s, not %s %s" % (ours[0], theirs[0], texts)
    if ours[0] == "error":
        return None
    if set(ours[1]) != set(theirs[1]):
        return "series: %s" % list(set(ours[1]) ^ set(theirs[1]))[:2]
    for key, values in ours[1].items():
        others = theirs[1][key]
        if [one[0] for one in values] != [one[0] for one in others]:
            return "times of %s: %d, not %d" % (key, len(values), len(others))
        for one, other in zip(values, others):
            if not close(one[1], other[1]):
                return "value of %s at %s: weir %s, not %s" % (
                    key, one[0], one[1], other[1])
    return None


def rule_for(text, why):
    """Returns what explains a difference, or None."""
    for asked, told, reason in RULES:
        if re.search(asked, text) and re.search(told, why):
            return reason
    return None


def question(number, start_s):
    """Returns path and times: instants and ranges in turn, off all grids."""
    if number % 2:
        return "query", {"time": start_s + 1507 + 30 * (number % 60)}
    return "query_range", {"start": start_s + 607, "end": start_s + 3007,
                           "step": [30, 60, 90, 300][number // 2 % 4]}


def answers_as_prometheus():
    "chance questions are answered as Prometheus answers them"
    start_s = (int(time.time()) - 3700) // 210 * 210
    failures, reasons = [], collections.Counter()
    with Weir(CONFIG) as weir, Receiver() as prometheus:
        data = list(series(SEED))
        write(weir, start_s, data)
        write(prometheus, start_s, data)
        for number, text in enumerate(expressions(SEED, QUESTIONS)):
            text = text.replace("@T@", str(start_s + 1207))
            path, moments = question(number, start_s)
            # 3.x drops the name after atan2, too.
            nameless = "atan2" in text
            ours = tidy(ask(weir, path, text.replace(
                "holt_winters", "double_exponential_smoothing"), moments),
                        nameless)
            theirs = tidy(ask(prometheus, path, text, moments), nameless)
            why = difference(ours, theirs)
            if not why:
                continue
            reason = rule_for(text, why)
            reasons[reason] += 1
            if not reason:
                failures.append("%d %s %s\n  %s" % (number, path, text, why))
    for reason, count in reasons.items():
        diagnose("%d differ: %s" % (count, reason or "nothing explains it"))
    for failure in failures[:20]:
        diagnose(failure)
    assert not failures, "%d of %d differ" % (len(failures), QUESTIONS)


run(answers_as_prometheus)
