"""promql_expressions - questions in PromQL by chance, over the whole grammar

    for text in expressions(seed=7, count=3000): ...

They are about the series of promql_data.py, and "@T@" in one stands for a time
in the data.  To be asked at seconds that are 2 more than a multiple of 5: all
ranges, steps and offsets are multiples of 5 seconds, and those of a subquery in
another one are 2 more, so that no step of a subquery falls on the left end of
a range, which 2.42 counts in and Prometheus 3 does not.
"""
import random

from promql_data import COUNTERS, GAUGES

RANGES = ["45s", "1m", "90s", "2m", "5m", "10m", "17m", "1m30s", "0.5h"]
INNER_RANGES = ["97s", "152s", "602s"]
STEPS = ["15s", "30s", "1m", "70s", ""]
OFFSETS = ["1m", "90s", "-1m", "7m", "25m"]
NUMBERS = ["0", "1", "2", "0.5", "-3", "10", "1e3", "100", "Inf", "NaN", "7",
           "-Inf", "0x1F", ".25", "1e-3", "+4", "017", "1e308"]
LABELS = ["job", "instance", "mode", "place", "le", "nosuch"]

OF_VECTOR = ["abs", "ceil", "floor", "exp", "sqrt", "ln", "log2", "log10",
             "sgn", "asin", "acos", "atan", "sinh", "cosh", "tanh", "asinh",
             "acosh", "atanh", "deg", "rad", "sort", "sort_desc", "timestamp",
             "round", "absent"]
# Of huge values that are a little off, these are anything.
PERIODIC = ["sin", "cos", "tan"]
DATES = ["year", "month", "day_of_month", "day_of_week", "day_of_year",
         "days_in_month", "hour", "minute"]
OVER_TIME = ["avg_over_time", "min_over_time", "max_over_time",
             "sum_over_time", "count_over_time", "stddev_over_time",
             "stdvar_over_time", "last_over_time", "present_over_time",
             "absent_over_time", "delta", "idelta", "deriv", "changes",
             "resets"]
OF_COUNTERS = ["rate", "increase", "irate"]
AGGREGATORS = ["sum", "avg", "min", "max", "count", "group", "stddev",
               "stdvar"]
STEADY = ["+", "-", "*", "/", "^", "atan2"]  # and the remainder
COMPARISONS = ["==", "!=", "<", "<=", ">", ">="]
SETS = ["and", "or", "unless"]

MATCHERS = [
    'job="a"', 'job!="a"', 'job=~"a|b"', 'job!~"b.*"', 'job="none"', 'job=""',
    'mode="r"', 'mode=~"r|w"', "mode!='r'", 'instance=~".*-0"',
    'instance=~"a-[12]"', 'instance!~"(?i:A-.)"', 'nosuch=""', 'nosuch!="x"',
    'instance=~"a-0|b-1|"', 'mode=~".+"', 'mode=~"(r|w)?"', 'job=~`\\w`',
    'job=~"[^b]"', 'job=~"a{1,2}"']
# Selectors besides the simple ones.
SELECTORS = [
    '{__name__="load"}', '{__name__=~"load|temperature",mode="r"}',
    '{"load"}', 'load{job="a",job!="b",}', "place", 'place{place="東京"}',
    'place{place=~"K.che"}', 'place{place="two\\nlines"}',
    'place{place=~".*°C|"}', "place{place='quo\"te\\\\'}",
    'place{place=~"(?s).*"}', 'place{place=~"[[:ascii:]]*"}',
    'place{place="\\u00fc"}', 'place{place!~".*\\\\\\\\"}', "build_info",
    "nosuch", 'nosuch{job="x",mode=~"y",place!="z"}', "latency_bucket",
    'latency_bucket{le="0.5"}', "flags", "odd", "broken_bucket",
    'load # a remark\n{job="b"}', ' ( load ) ']
# Mistakes; both must refuse them.
WRONG = [
    "load[5m]", "rate(load)", "sum(load[5m])", "load + on() group_left",
    "1 + {}", '{job=""}', '{job=~".*"}', "load{job=a}", "load{job=~'('}",
    "sum by (job", "load offset", "load offset 5", "load[5m:1m:1m]", "load[]",
    "load[0s]", "rate(load[5m] offset 1m", "1 and 1", "1 == 2", "'a' + 1",
    "-'a'", "load bool 1", "load + bool 1", "load and bool load",
    "load == on(job) group_left(x) group_right load", "nosuch_function(1)",
    "topk(load)", "quantile('a', load)", "count_values(1, load)",
    'count_values("a b", load)', 'label_replace(load, "~", "", "a", "")',
    'label_replace(load, "a", "", "a", "(")', 'label_join(load, "~", ",")',
    'label_join(load, "a")', "clamp(load, 1)", "vector(load)", "scalar(1)",
    "time(1)", "round(load, 1, 2)", "abs()", "load @ x", "load @ start",
    "load @ NaN", "load offset 1m offset 2m", "load @ 1 @ 2", "(load", "load)",
    "load load", "1 2", "", "# nothing", "load{,}", "load{a='b',,}",
    "sum without load", "holt_winters(load[5m], 2, 0.5)",
    "holt_winters(load[5m], 0.5, 0)", "load + ignoring(job, mode) load",
    "load * on(job) load", "load + on(job) group_left load",
    "label_replace(load, 'mode', 'x', '', '')",
    "label_join({__name__=~'load|temperature'}, '__name__', '')",
    "abs({__name__=~'load|temperature'})",
    "rate({__name__=~'load|temperature'}[5m])",
    "-{__name__=~'load|temperature'}", "load{job='a'} == on() flags",
    "flags == on(job) flags", "load and on(job) group_left flags",
    "topk(1e30, load)", "load{__name__='flags'}", "1m", "\"unended",
    "load[5m] + 1", "(load)[5m]", "sum(load)[5m]", "load[5m:1m] offset",
    "histogram_quantile(load, 1)", "0x", "1e", "1__0", "load{'a'='b'",
    "absent(1)", "sort('a')", "load != ~ 1", "load =~ 1", "load ^^ 2",
    "sum(load) by (job) without (mode)", "days_in_month('x')"]
# Of the last resort: what is rare.
RARE = [
    '"a text"', "'it\\'s'", "`raw\\n`", "(1)", "-1 ^ 2", "2 ^ 3 ^ 2", "-(-1)",
    "1 - -1", "2 * 3 % 2", "1 + 2 * 3 == bool 7", "1 < bool 2 < bool 3",
    "vector(1) == vector(1)", "pi() * 2", "time() - time()", "minute()",
    "day_of_week(vector(1.7e9))", "year(vector(-1e9))", "1 / 0", "0 / 0",
    "-1 / 0", "5 % 0", "-5 % 3", "5.5 % -2", "0 ^ 0", "NaN == bool NaN",
    "Inf - Inf", "NAN", "inf", "-iNf", "sum(load) by (job)",
    "SUM BY (job) (load)", "sum by () (load)", "sum without () (load)",
    "load AND load", "load Or flags", "topk(2, load) by (job)",
    "bottomk(0, load)", "topk(-1, load)", "quantile(NaN, load)",
    "quantile(0.5, odd)", "absent(sum(nosuch))", "absent(nosuch{job=~'a'})",
    "absent(nosuch{job='a',mode='x',mode='y'})", "absent(vector(1))",
    "scalar(load)", "scalar(sum(load))", "scalar(nosuch)",
    "vector(scalar(flags{instance='a-1',mode='r'}))",
    "timestamp(load)", "timestamp(timestamp(load))", "timestamp((load))",
    "timestamp(load offset 1m)", "timestamp(load @ @T@)", "timestamp(load + 1)",
    "load @ @T@.5 offset -90s", "sum_over_time(load[5m] @ @T@ offset 1m)",
    "sum_over_time(load[10m:1m] @ end())", "load offset 90m", "load offset -1h",
    "count_values('job', flags)", "count_values without (mode) ('v', odd)",
    "count({__name__=~'.+'}) by (__name__)", "count by (__name__, job) (load)",
    "group({job='a'}) by (mode)", "sum({job='a'})",
    "load * on(job) group_left(version) build_info",
    "build_info * on(job) group_right(version) load",
    "load * on(job) group_left(job) build_info",
    "flags + on(job, instance, mode) load",
    "load == load", "load != load", "load > bool load",
    "flags > on(job, instance, mode) group_left(nosuch) flags",
    "1 + on() vector(1)", "vector(1) or load", "load unless flags == 1",
    "load and on() vector(1)", "load or on(job) flags",
    "load or ignoring(mode) flags", "{__name__=~'l.*d|flags'} or load",
    "histogram_quantile(0.9, latency_bucket)",
    "histogram_quantile(scalar(vector(0.5)), rate(latency_bucket[10m]))",
    "histogram_quantile(0.5, broken_bucket)",
    "histogram_quantile(0.5, load)", "histogram_quantile(NaN, latency_bucket)",
    "histogram_quantile(0.7, sum by (le) (latency_bucket))",
    "label_replace(load, 'job', '', 'job', 'a')",
    "label_replace(load, 'to', '$1-$2-$$', 'instance', '(.)-(.)')",
    "label_replace(load, 'to', '${n}', 'instance', '(?P<n>..).*')",
    "label_replace(place, 'to', '<$1>', 'place', '(.*)')",
    "label_replace(load, '__name__', 'new', '', '')",
    "label_replace(load, 'to', 'x$9', 'job', '.*')",
    "label_join(load, 'to', '', 'job', 'nosuch', 'mode')",
    "label_join(place, 'place', '→', 'job', 'place')",
    "label_join(load, 'job', '')", "clamp(load, 5, 1)", "clamp(load, NaN, 1)",
    "clamp_max(odd, 3)", "clamp_min(odd, 3)", "clamp(odd, -1, 1)",
    "round(odd)", "round(load, 0)", "round(load, -2)", "round(load, 0.1)",
    "sort(odd)", "sort_desc(odd)", "min(odd)", "max(odd)", "sum(odd)",
    "avg(flags)", "stddev(flags)", "topk(3, temperature) == load",
    "min_over_time(odd[5m])", "max_over_time(odd[5m])",
    "quantile_over_time(0.5, odd[5m])", "quantile_over_time(-1, odd[5m])",
    "changes(odd[5m])", "resets(odd[5m])", "deriv(odd[5m])", "rate(odd[5m])",
    "delta(flags[5m])", "predict_linear(load[10m], -60)",
    "predict_linear(load[10m:1m], 1e3)", "deriv(load[10s])",
    "rate(young_total[5m])", "increase(young_total[17m])",
    "irate(young_total[2m])", "rate(requests_total[5s])", "rate(requests_total[20s])",
    "rate(rate(requests_total[5m])[10m:30s])",
    "max_over_time(avg_over_time(load[97s:15s])[10m:1m])",
    "absent_over_time(nosuch{job='a'}[5m])",
    "absent_over_time(flags{job='none'}[5m:])", "present_over_time(odd[45s])",
    "last_over_time({__name__=~'load|flags'}[5m])",
    "count_over_time({job='a'}[5m])", "- load", "+load", "--load", "-load ^ 2",
    "-flags ^ -1", "load / flags", "flags % flags", "flags ^ flags",
    "odd + odd", "odd * 0", "odd == odd", "odd > 0", "odd atan2 flags",
    "load atan2 2", "holt_winters(load[10m], 0.5, 0.5)", "sgn(odd)",
    "days_in_month(vector(@T@))", "hour(load)", "day_of_year(odd)",
    "ln(-load)", "sqrt(odd)", "exp(odd)", "log2(odd)", "atan(odd)", "deg(odd)",
    "ceil(odd)", "abs(odd)", "cosh(odd)", "sin(flags * 1e6)",
    "group by (job) (odd)", "count(odd)", "quantile by (job) (0.3, odd)",
    "sum by (place) (place)", "max without (instance) (load)",
    "sum by (nosuch) (load)", "topk by (job) (1, place)"]


class _Maker:
    def __init__(self, seed):
        self.chance = random.Random(seed)
        self.inside = False  # a subquery

    def pick(self, choices):
        return self.chance.choice(choices)

    def one(self, depth, *weighted):
        """Calls one of (weight, function)s."""
        weights = [weight for weight, _ in weighted]
        return self.chance.choices(weighted, weights)[0][1](depth - 1)

    # Selectors and ranges

    def shift(self, both=False):
        roll = self.chance.random()
        if roll < 0.12:
            return " offset " + self.pick(OFFSETS)
        if roll < 0.16:
            return " @ " + self.pick(["start()", "end()", "@T@"])
        if both and roll < 0.18:
            return self.pick([" @ end() offset 2m", " offset -3m @ start()"])
        return ""

    def series(self, names):
        count = self.pick([0, 0, 0, 1, 1, 2])
        inner = ", ".join(self.chance.sample(MATCHERS, count))
        return self.pick(names) + ("{%s}" % inner if inner else "")

    # Not shifted by both, which Prometheus' timestamp() leaves aside (so far).
    def selector(self, _=0):
        if self.chance.random() < 0.15:
            return self.pick(SELECTORS)
        return self.series(COUNTERS + GAUGES + ["flags"]) + self.shift()

    def gauge(self, _=0):
        return self.series(GAUGES) + self.shift()

    def subquery(self, depth):
        ranges = INNER_RANGES if self.inside else RANGES
        before, self.inside = self.inside, True
        inner = self.vector(depth)
        self.inside = before
        return "(%s)[%s:%s]%s" % (inner, self.pick(ranges), self.pick(STEPS),
                                  self.shift(both=True))

    def range(self, depth, names=None):
        if depth > 0 and self.chance.random() < 0.3:
            return self.subquery(depth)
        names = names or COUNTERS + GAUGES + ["flags", "odd"]
        return "%s[%s]%s" % (self.series(names), self.pick(RANGES),
                             self.shift(both=True))

    # Scalars

    def scalar(self, depth):
        if depth <= 0 or self.chance.random() < 0.6:
            return self.pick(NUMBERS)
        return self.one(
            depth, (2, lambda _: self.pick(["time()", "pi()"])),
            (3, lambda d: "scalar(%s)" % self.vector(d)),
            (2, lambda d: "(%s %s %s)" % (
                self.scalar(d), self.pick(STEADY), self.scalar(d))),
            (1, lambda _: "(%s %% %s)" % (self.pick(NUMBERS),
                                          self.pick(NUMBERS))),
            (1, lambda d: "(%s %s bool %s)" % (
                self.scalar(d), self.pick(COMPARISONS), self.scalar(d))),
            (1, lambda d: "-" + self.scalar(d).lstrip("+-")))

    # Aggregations

    def clause(self):
        word = self.pick(["by", "by", "without", ""])
        names = self.chance.sample(LABELS, self.chance.randrange(3))
        return " %s (%s)" % (word, ", ".join(names)) if word else ""

    def aggregate(self, word, arguments):
        clause = self.clause()
        if self.chance.random() < 0.3:
            return "%s(%s)%s" % (word, arguments, clause)
        return "%s%s (%s)" % (word, clause, arguments)

    def ranked(self, depth):
        vector = self.pick([self.gauge(), "avg_over_time(%s)" %
                            self.range(0, GAUGES)])
        return self.aggregate(self.pick(["topk", "bottomk"]), "%s, %s" % (
            self.pick(["1", "2", "5", "3.7", "scalar(count(flags))"]), vector))

    def aggregation(self, depth):
        return self.one(
            depth,
            (14, lambda d: self.aggregate(self.pick(AGGREGATORS),
                                          self.vector(d))),
            (3, self.ranked),
            (2, lambda d: self.aggregate("quantile", "%s, %s" % (
                self.pick(["0", "0.25", "0.5", "0.9", "1", "-1", "2"]),
                self.vector(d)))),
            (1, lambda d: self.aggregate(
                "count_values", '"v", round(clamp(%s, -1e6, 1e6))' %
                self.vector(d))))

    # Calls

    def window(self, depth):
        return self.one(
            depth,
            (6, lambda d: "%s(%s)" % (self.pick(OF_COUNTERS),
                                      self.range(d, COUNTERS))),
            (8, lambda d: "%s(%s)" % (self.pick(OVER_TIME), self.range(d))),
            (2, lambda d: "quantile_over_time(%s, %s)" % (
                self.pick(["0", "0.3", "0.5", "0.99", "1", "1.5"]),
                self.range(d))),
            (2, lambda d: "predict_linear(%s, %s)" % (
                self.range(d, GAUGES), self.pick(["600", "-60", "0"]))),
            (1, lambda d: "holt_winters(%s, 0.3, 0.6)" % self.range(
                d, GAUGES)))

    def quantile(self, _):
        return "histogram_quantile(%s, %s)" % (
            self.pick(["0.5", "0.9", "0.99", "0", "1", "-1", "2", "NaN"]),
            self.pick(["latency_bucket", "rate(latency_bucket[5m])",
                       "sum by (le) (rate(latency_bucket[3m]))",
                       "sum by (job, le) (increase(latency_bucket[10m]))",
                       "broken_bucket", "max by (le) (latency_bucket)"]))

    def call(self, depth):
        return self.one(
            depth,
            (9, lambda d: "%s(%s)" % (self.pick(OF_VECTOR), self.vector(d))),
            (1, lambda d: "%s(%s)" % (self.pick(PERIODIC), self.selector())),
            (3, lambda d: "%s(%s)" % (self.pick(DATES), self.vector(d))),
            (1, lambda d: "clamp(%s, %s, %s)" % (
                self.vector(d), self.scalar(d), self.scalar(d))),
            (2, lambda d: "%s(%s, %s)" % (
                self.pick(["clamp_min", "clamp_max", "round"]),
                self.vector(d), self.scalar(d))),
            (1, lambda d: "vector(%s)" % self.scalar(d)),
            (2, lambda d: 'label_replace(%s, "%s", "x$1", "%s", "(.).*")' % (
                self.vector(d), self.pick(["to", "mode"]), self.pick(LABELS))),
            (2, lambda d: 'label_join(%s, "to", "/", "job", "%s")' % (
                self.vector(d), self.pick(LABELS))),
            (2, self.quantile))

    # Operators

    def matching(self):
        return self.pick(["", "", "", " on(job, instance, mode)",
                          " ignoring(to)", " ignoring(place, nosuch)"])

    def group(self, depth):
        vector = "sum by (job%s) (%s)" % (
            self.pick(["", ", mode"]), self.vector(depth))
        operator = self.pick(STEADY + COMPARISONS)
        many = self.selector()
        side = self.pick(["left", "right"])
        extra = self.pick(["", "()", "(mode)", "(nosuch)"])
        text = " %s on(job) group_%s%s " % (operator, side, extra)
        return "(%s)" % (many + text + vector if side == "left" else
                         vector + text + many)

    def remainder(self, _):
        # Of what is a little off, a remainder may be anything.
        right = self.pick([self.selector(), self.pick(NUMBERS)])
        return "(%s %% %s)" % (self.selector(), right)

    def binary(self, depth):
        operator = self.pick(STEADY + COMPARISONS)
        if operator in COMPARISONS and self.chance.random() < 0.4:
            operator += " bool"
        return self.one(
            depth,
            (4, lambda d: "(%s %s %s)" % (self.vector(d), operator,
                                          self.scalar(d))),
            (3, lambda d: "(%s %s %s)" % (self.scalar(d), operator,
                                          self.vector(d))),
            (5, lambda d: "(%s %s%s %s)" % (self.vector(d), operator,
                                            self.matching(), self.vector(d))),
            (3, lambda d: "(%s %s%s %s)" % (
                self.vector(d), self.pick(SETS), self.pick(
                    ["", " on(job)", " ignoring(mode)", " on()",
                     " on(instance, mode)"]), self.vector(d))),
            (3, self.group), (1, self.remainder),
            (1, lambda d: "%s %s %s" % (
                self.vector(d), operator.replace("atan2", "-"),
                self.vector(d))),
            (1, lambda d: "-" + self.selector()))

    def vector(self, depth):
        if depth <= 0 or self.chance.random() < 0.15:
            return self.selector()
        return self.one(depth, (6, self.window), (4, self.aggregation),
                        (4, self.call), (5, self.binary))


def expressions(seed, count, depth=4):
    """Yields 'count' texts: all that are written here, then ones by chance."""
    for number, text in enumerate(WRONG + RARE):
        if number < count:
            yield text
    maker = _Maker(seed)
    for _ in range(count - len(WRONG + RARE)):
        if maker.chance.random() < 0.04:
            yield maker.scalar(depth)
        else:
            yield maker.vector(maker.chance.randrange(1, depth + 1))
