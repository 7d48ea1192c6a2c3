"""promql_differential - the same questions to weir and to a real Prometheus

Debian's Prometheus is 2.42, while weir answers as Prometheus 3 does.  Where
these differ, RULES names the note of the release that says so; anything else
that differs is a failure.  WEIR_SEED brings a run back, WEIR_QUESTIONS says how
many questions it has, and WEIR_DIFFERENTIAL_S after how long it stops anyway.
`make soak` has long rounds.
"""
import http.client
import json
import math
import os
import random
import re
import time
import urllib.parse

import promql_data
import promql_expressions
from programs import Prometheus, Weir
from weirtest import PATIENCE_S, diagnose, fetch, run

# About one answer in 200,000 differs by the noise of floating point, so make
# check takes one of the seeds that were looked at with more questions; a soak
# takes any.
LOOKED_AT = (103, 104, 105, 201, 202, 203)
SEED = int(os.environ.get("WEIR_SEED", random.randrange(1000000)))
if "WEIR_QUESTIONS" not in os.environ:
    SEED = LOOKED_AT[SEED % len(LOOKED_AT)]
QUESTIONS = int(os.environ.get("WEIR_QUESTIONS", "6000"))
LIMIT_S = float(os.environ.get("WEIR_DIFFERENTIAL_S", "75"))
# Complaints that are printed.
SHOWN = int(os.environ.get("WEIR_SHOWN", "25"))

# The first questions are answered from the head of the store, the others from
# the parts of two days.
CONFIG = """
interval = 1s
http { listen = {"127.0.0.1:@port"} }
input remote_write { }
storage tsdb {
  retention = 100y
  flush_interval = 3s
}
report api { }
"""

# A leap day begins within the hour of the data.
START_S = 1709163000
QUESTION_S = START_S + 607

# The last two of the 16 digits may differ.
NEAR = 1e-13
# Go's library and ours differ in the last bits of these, which shows where
# nearly equal values are subtracted, and more so with two of them, or with
# powers.  So it does in the spread of large values, since nobody promises in
# which order these are taken.
ROUNDED = re.compile(r"\b(a?(sin|cos|tan)h?|exp|ln|log2|log10|deg|rad|atan2)\b"
                     r"|\^|\b(stddev|stdvar|deriv|predict_linear)")
POORLY = re.compile(r"\^|\b(stddev|stdvar)\b.*(time|total)")
GREATEST = 8e307


class WrittenPrometheus(Prometheus):
    CONFIG = "global: {scrape_interval: 1h}\n"

    def __init__(self):
        super().__init__(1)
        self.argv += ["--web.enable-remote-write-receiver",
                      "--storage.tsdb.retention.time=100y"]


# Asking ------------------------------------------------------------------------------

class Server:
    """One kept connection to the API of a server."""

    def __init__(self, program):
        self.port = program.port
        self.connection = http.client.HTTPConnection(
            "127.0.0.1", program.port, timeout=PATIENCE_S)

    def write(self, body):
        answer = fetch("http://127.0.0.1:%d/api/v1/write" % self.port, body,
                       promql_data.WRITE_HEADERS)
        assert answer.status in (200, 204), answer.text

    def ask(self, path, form):
        self.connection.request(
            "POST", "/api/v1/" + path, urllib.parse.urlencode(form),
            {"Content-Type": "application/x-www-form-urlencoded"})
        with self.connection.getresponse() as response:
            return Result(json.loads(response.read()))


class Result:
    """An answer, made comparable: 'series' has lists of (time, value)."""

    def __init__(self, answer):
        data = answer.get("data") or {}
        self.error = answer.get("errorType")
        self.words = answer.get("error", "")
        self.kind = data.get("resultType")
        self.series = {}
        self.order = []
        if self.kind in ("scalar", "string"):
            self.series[()] = [data["result"]]
            return
        for one in data.get("result", ()):
            labels = tuple(sorted(one["metric"].items()))
            assert labels not in self.series, "twice: %s" % (labels,)
            self.series[labels] = one.get("values") or [one["value"]]
            self.order.append(self.series[labels][0][1])


def alike(share, least=0.0):
    """Returns what tells whether two values differ by no more than a share."""
    def same(ours, theirs):
        if ours == theirs:
            return True
        try:
            x, y = float(ours), float(theirs)
        except ValueError:
            return False
        if math.isnan(x) or math.isnan(y):
            return math.isnan(x) and math.isnan(y)
        if math.isinf(x) or math.isinf(y):
            return least > 0 and x * y > 0 and min(abs(x), abs(y)) > GREATEST
        return abs(x - y) <= share * max(abs(x), abs(y), least)
    return same


def overflows(ours, theirs):
    return theirs == "NaN" and "Inf" in ours or alike(1e-9)(ours, theirs)


def looseness(text):
    """Returns the share of a value that may differ, and of which at least."""
    rounded = len(ROUNDED.findall(text))
    if rounded == 0:
        return NEAR, 0.0
    if POORLY.search(text):
        return 1e-6, 1.0
    return (NEAR if rounded == 1 else 1e-9), 1.0


def difference(ours, theirs, text, same=None):
    """Returns what two results differ in, in words, or None."""
    if ours.error != theirs.error:
        return "error %s (%s), not %s (%s)" % (
            ours.error, ours.words, theirs.error, theirs.words)
    if ours.kind != theirs.kind:
        return "type %s, not %s" % (ours.kind, theirs.kind)
    for mine, other, word in ((ours, theirs, "more"), (theirs, ours, "less")):
        extra = set(mine.series) - set(other.series)
        if extra:
            return "%s: %d, %s" % (word, len(extra), sorted(extra)[0])
    same = same or alike(*looseness(text))
    for labels, points in theirs.series.items():
        mine = ours.series[labels]
        if [time_s for time_s, _ in mine] != [time_s for time_s, _ in points]:
            odd = {time_s for time_s, _ in mine} ^ {t for t, _ in points}
            return "times: %s at %s" % (labels, sorted(odd)[:5])
        for (time_s, ours_is), (_, theirs_is) in zip(mine, points):
            if not same(ours_is, theirs_is):
                return "%s at %s: %s, not %s" % (labels, time_s, ours_is,
                                                 theirs_is)
    if text.startswith("sort") and ours.kind == "vector":
        for ours_is, theirs_is in zip(ours.order, theirs.order):
            if not same(ours_is, theirs_is):
                return "order: %s, not %s" % (ours.order, theirs.order)
    return None


# What 2.42 answers otherwise ------------------------------------------------------

CLAUSE = r" (?:by|without) \([^)]*\)"


def closing(text, start):
    """Returns where the parenthesis that opens at start is closed."""
    depth = 0
    for i in range(start, len(text)):
        depth += {"(": 1, ")": -1}.get(text[i], 0)
        if depth == 0:
            return i
    return start


def opening(text, end):
    """Returns where the innermost parenthesis around a place opens, or -1."""
    depth = 0
    for i in range(end - 1, -1, -1):
        depth += {"(": 1, ")": -1}.get(text[i], 0)
        if depth == 1:
            return i
    return -1


def put(word, formula):
    """Returns what puts a formula for each aggregation by a word; in it, @
    stands for clause and argument."""
    pattern = re.compile(r"\b%s(%s)? ?\(" % (word, CLAUSE))

    def change(text):
        found = pattern.search(text)
        if not found:
            return text
        end = closing(text, found.end() - 1) + 1
        after = not found[1] and re.compile(CLAUSE).match(text, end)
        if after:
            end = after.end()
        rest = change(text[found.start() + len(word):end])
        return (text[:found.start()] + "(" + formula.replace("@", rest) + ")" +
                change(text[end:]))
    return change


AVERAGE = put("avg", "sum@ / count@")
AVERAGE_OVER_TIME = put("avg_over_time", "sum_over_time@ / count_over_time@")
DEVIATION = put("stddev", "stddev@ + 0 * sum@")
VARIANCE = put("stdvar", "stdvar@ + 0 * sum@")


def without_name(text):
    """Adds 0 to what atan2 gives, which drops its name."""
    while "atan2" in text:
        at = text.index("atan2")
        text = text.replace("atan2", "ATAN2", 1)
        start = opening(text, at)
        if start < 0:
            text = "(%s) + 0" % text
        else:
            end = closing(text, start)
            text = "%s(%s + 0)%s" % (text[:start], text[start:end + 1],
                                     text[end + 1:])
    return text


def by_dots_all(text):
    return re.sub(r"""(["'])(\(\.)""", r"\1(?s)\2", text)


class Rule:
    """A note of a release later than 2.42, and the differences it explains."""

    def __init__(self, note, pattern, instead=None, says=None, same=None):
        self.note = note
        self.pattern = re.compile(pattern)  # of the questions it is about
        self.instead = instead  # what to ask 2.42, which must then be equal
        self.says = says        # or words of an error
        self.same = same        # or which values are equal enough
        self.uses = 0

    def allows(self, ours, theirs, text):
        """True when anything may differ, or what does."""
        if self.says:
            return theirs.error is None and self.says in ours.words
        if self.same:
            return not difference(ours, theirs, text, self.same)
        return not self.instead


RULES = [
    Rule("2.47.0 Drop metric name for atan2 binary operator #12595",
         r"\batan2\b", without_name),
    Rule("2.51.0 [BUGFIX] Constrain extrapolation in rate() to half of sample "
         "interval #13725",
         r"\b(rate|increase)\((\(|rate|young|broken|latency)"),
    Rule("2.51.0 [BUGFIX] Fix wrongly scoped range vectors with @ modifier "
         "#13559", r"\bpredict_linear\(.*@"),
    Rule("2.54.0 [FEATURE] Float literals and durations are interchangeable "
         "#9138", r"^(1m|load offset 5)$",
         lambda text: {"1m": "60"}.get(text, text + "s")),
    Rule("2.54.0 [ENHANCEMENT] Use Kahan summation for sum() #14074",
         r"\bsum\b", same=alike(1e-9, 1.0)),
    Rule("2.54.0 [ENHANCEMENT] The same: infinite sums are not NaN #14362",
         r"\b(stddev|stdvar)_over_time\b", same=overflows),
    Rule("2.55.0 [ENHANCEMENT] Use Kahan summation for better accuracy in avg "
         "and avg_over_time #14413", r"\bavg(_over_time)?\b",
         lambda text: AVERAGE(AVERAGE_OVER_TIME(text))),
    Rule("3.0.0 [BUGFIX] Fix stddev+stdvar aggregations to treat Infinity "
         "consistently #14941", r"\b(stddev|stdvar)\b",
         lambda text: DEVIATION(VARIANCE(text))),
    Rule("3.0.0 [CHANGE] regexp . matches all characters #14505",
         r"""["']\(\.""", by_dots_all),
    Rule("3.0.0 [CHANGE] Enable UTF-8 support by default #14705",
         r'\{"load"\}', lambda text: text.replace('{"load"}', "load")),
    Rule("3.0.0 [CHANGE] Enable UTF-8 support by default (labels) #14705",
         r'"~"|"a b"'),
    Rule("3.5.0 [ENHANCEMENT] Support non-constant parameter in aggregations "
         "like quantile and topk #16404", r"\b(topk|bottomk)\b.*scalar.*@"),
    Rule("3.9.0 [BUGFIX] Check more consistently for many-to-one matching in "
         "filter binary operators #17668",
         r"==|!=|>|<", says="multiple matches for labels"),
]

# And one more, which needs no excuse: 3.0.0 [CHANGE] holt_winters is now called
# double_exponential_smoothing #14930.


def for_weir(text):
    return text.replace("holt_winters", "double_exponential_smoothing")


def excused(ours, theirs, text, ask):
    """True when rules allow the difference; counts their use."""
    about = [rule for rule in RULES if rule.pattern.search(text)]
    instead = [rule for rule in about if rule.instead]
    query = text
    for rule in instead:
        query = rule.instead(query)
    if query != text:
        theirs = ask(query)
        if not difference(ours, theirs, text):
            for rule in instead:
                rule.uses += 1
            return True
    for rule in about:
        if rule.allows(ours, theirs, text):
            rule.uses += 1
            return True
    return False


# The run ---------------------------------------------------------------------------------

class Tally:
    def __init__(self):
        self.asked = self.equal = self.near = self.bad = 0
        self.errors = self.empty = 0

    def count(self, path, text, ours, theirs, ask):
        self.asked += 1
        self.errors += theirs.error is not None
        self.empty += theirs.error is None and not theirs.series
        found = difference(ours, theirs, text)
        if not found:
            self.equal += 1
            self.near += difference(ours, theirs, text, alike(NEAR)) is not None
        elif not excused(ours, theirs, text, ask):
            self.bad += 1
            if self.bad <= SHOWN:
                diagnose("%s %s\n    %s" % (path, text, found))


def forms(number, text):
    """Returns the instant and the range question about a text; some are about
    times before and after the data, too."""
    wide = number % 5 == 0
    start_s = START_S - 598 if wide else QUESTION_S
    end_s = start_s + (4800 if wide else 2400)
    time_s = start_s + 25 * (number % 97) * (2 if wide else 1)
    step_s = [30, 60, 85, 300][number % 4]
    return (("query", {"query": text, "time": time_s}),
            ("query_range", {"query": text, "start": start_s, "end": end_s,
                             "step": step_s}))


def answers_as_prometheus_does():
    "questions by chance over the whole grammar have Prometheus' answers"
    diagnose("WEIR_SEED=%d" % SEED)
    tally, began = Tally(), time.monotonic()
    body = promql_data.write_request(promql_data.series(SEED), START_S * 1000)
    with Weir(CONFIG) as weir, WrittenPrometheus() as prometheus:
        servers = [Server(weir), Server(prometheus)]
        for server in servers:
            server.write(body)
        for number, text in enumerate(
                promql_expressions.expressions(SEED, QUESTIONS)):
            text = text.replace("@T@", str(QUESTION_S + 600))
            for path, form in forms(number, text):
                def prometheus_says(query):
                    return servers[1].ask(path, dict(form, query=query))
                ours = servers[0].ask(path, dict(form, query=for_weir(text)))
                tally.count(path, text, ours, prometheus_says(text),
                            prometheus_says)
            if time.monotonic() - began > LIMIT_S:
                diagnose("time is up after %d questions" % (number + 1))
                break
    diagnose("%(asked)d answers: %(equal)d equal, %(near)d of them in fewer "
             "digits; %(bad)d wrong.  There were %(errors)d errors and "
             "%(empty)d empty ones." % vars(tally))
    for rule in RULES:
        diagnose("%5d by %s" % (rule.uses, rule.note))
    assert not tally.bad, "%d answers differ" % tally.bad


run(answers_as_prometheus_does)
