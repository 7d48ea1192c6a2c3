"""promql_expressions - questions in PromQL by chance, over the whole grammar

    for text in expressions(seed=7, count=3000): ...

Each is valid for Prometheus 2.42 as well as 3.x, and about the series that
series() gives, whose samples lie off any grid of whole seconds, so that it
makes no difference whether a range is closed on its left.
"""
import random

DURATIONS = ["45s", "1m", "90s", "2m", "5m", "10m", "17m"]
STEPS = ["15s", "30s", "1m", "70s"]
NUMBERS = ["0", "1", "2", "0.5", "-3", "10", "1e3", "100", "Inf", "NaN", "7"]
LABELS = ["job", "instance", "mode"]

# name: (how values go on, label sets)
COUNTERS = ["requests_total", "bytes_total"]
GAUGES = ["temperature", "load", "signed"]
BUCKETS = ["0.1", "0.5", "1", "5", "+Inf"]

SIMPLE = ["abs", "ceil", "floor", "exp", "sqrt", "ln", "log2", "log10", "sgn",
          "sin", "cos", "tan", "asin", "acos", "atan", "sinh", "cosh", "tanh",
          "asinh", "acosh", "atanh", "deg", "rad", "sort", "sort_desc",
          "timestamp", "year", "month", "day_of_month", "day_of_week",
          "day_of_year", "days_in_month", "hour", "minute"]
OVER_TIME = ["avg_over_time", "min_over_time", "max_over_time",
             "sum_over_time", "count_over_time", "stddev_over_time",
             "stdvar_over_time", "last_over_time", "present_over_time",
             "delta", "idelta", "deriv", "changes", "resets"]
OF_COUNTERS = ["rate", "increase", "irate", "resets", "changes", "delta"]
AGGREGATORS = ["sum", "avg", "min", "max", "count", "group", "stddev",
               "stdvar"]
ARITHMETIC = ["+", "-", "*", "/", "%", "^", "atan2"]
COMPARISONS = ["==", "!=", "<", "<=", ">", ">="]
SETS = ["and", "or", "unless"]


def series(seed=1):
    """Yields (name, labels, samples): samples is a list of (ms after the
    start, value), over an hour, one about each 15 s; None ends a series."""
    chance = random.Random(seed)
    for name in COUNTERS + GAUGES:
        for job in ("a", "b"):
            for number in range(3):
                for mode in ("r", "w"):
                    labels = {"job": job, "instance": f"{job}-{number}",
                              "mode": mode}
                    yield name, labels, _samples(chance, name in COUNTERS)
    for job in ("a", "b"):
        counts = [0] * len(BUCKETS)
        columns = [[] for _ in BUCKETS]
        for time_ms in _times(chance):
            more = 0
            for i in range(len(BUCKETS)):
                more += chance.randrange(4)
                counts[i] += more
                columns[i].append((time_ms, float(counts[i])))
        for bound, column in zip(BUCKETS, columns):
            yield "latency_bucket", {"job": job, "le": bound}, column


def _times(chance):
    offset = chance.randrange(1, 15000)
    times = [offset + 15000 * i + chance.randrange(900) for i in range(240)]
    return [time_ms + (time_ms % 1000 == 0) for time_ms in times]


def _samples(chance, counts):
    value = chance.choice([0.0, 5.0, 1000.0])
    samples = []
    hole = chance.randrange(240)
    for i, time_ms in enumerate(_times(chance)):
        if counts:
            value += chance.choice([0, 1, 2.5, 10, 100])
            if chance.random() < 0.01:
                value = 0.0
        else:
            value += chance.uniform(-3, 3)
        if hole <= i < hole + 15 or chance.random() < 0.03:
            continue
        samples.append((time_ms, value))
    if chance.random() < 0.3:
        samples = samples[:len(samples) // 2]
        samples.append((samples[-1][0] + 7000, None))
    return samples


class _Maker:
    def __init__(self, seed):
        self.chance = random.Random(seed)
        self.inside = False  # a subquery

    def pick(self, *choices):
        return self.chance.choice(choices)

    def matchers(self):
        out = []
        if self.chance.random() < 0.4:
            out.append(self.pick('job="a"', 'job!="a"', 'job=~"a|b"',
                                 'job!~"b.*"', 'job="none"'))
        if self.chance.random() < 0.3:
            out.append(self.pick('mode="r"', 'mode=~"r|w"', 'mode!="r"',
                                 'instance=~".*-0"', 'instance=~".+-[12]"'))
        return "{" + ",".join(out) + "}" if out else ""

    def shift(self):
        roll = self.chance.random()
        if roll < 0.12:
            return " offset " + self.pick("1m", "90s", "-1m", "7m")
        if roll < 0.16:
            return " @ " + self.pick("start()", "end()", "@T@")
        if roll < 0.18:
            return " @ end() offset 2m"
        return ""

    def name(self):
        return self.chance.choice(COUNTERS + GAUGES)

    def selector(self, name=None):
        return (name or self.name()) + self.matchers() + self.shift()

    def range(self, names=None, depth=0):
        # The steps of a subquery in another one would fall on the left ends of
        # its ranges.
        if depth > 0 and not self.inside and self.chance.random() < 0.25:
            self.inside = True
            inner = self.vector(depth - 1)
            self.inside = False
            step = self.pick("", self.chance.choice(STEPS))
            return (f"({inner})[{self.chance.choice(DURATIONS)}:{step}]"
                    + self.shift())
        name = self.chance.choice(names or COUNTERS + GAUGES)
        return (f"{name}{self.matchers()}[{self.chance.choice(DURATIONS)}]"
                + self.shift())

    def scalar(self, depth):
        roll = self.chance.random()
        if depth <= 0 or roll < 0.6:
            return self.chance.choice(NUMBERS)
        if roll < 0.7:
            return self.pick("time()", "pi()")
        if roll < 0.85:
            return f"scalar({self.vector(depth - 1)})"
        return (f"({self.scalar(depth - 1)} "
                f"{self.chance.choice(ARITHMETIC)} {self.scalar(depth - 1)})")

    def labels(self):
        return ", ".join(self.chance.sample(LABELS, self.chance.randrange(3)))

    def clause(self):
        roll = self.chance.random()
        if roll < 0.45:
            return f" by ({self.labels()})"
        if roll < 0.8:
            return f" without ({self.labels()})"
        return ""

    def aggregation(self, depth):
        inner = self.vector(depth - 1)
        roll = self.chance.random()
        if roll < 0.7:
            return f"{self.chance.choice(AGGREGATORS)}{self.clause()} ({inner})"
        if roll < 0.85:
            word = self.pick("topk", "bottomk")
            # Which of equal values come first, nobody promises.
            gauges = self.pick(f"avg_over_time({self.range(GAUGES)})",
                               self.selector(self.chance.choice(GAUGES)))
            return (f"{word}{self.clause()} ({self.pick('1', '2', '5')}, "
                    f"{gauges})")
        if roll < 0.95:
            share = self.pick("0", "0.25", "0.5", "0.9", "1", "-1", "2")
            return f"quantile{self.clause()} ({share}, {inner})"
        return f'count_values{self.clause()} ("value", round({inner}))'

    def windows(self, depth):
        roll = self.chance.random()
        if roll < 0.35:
            return (f"{self.chance.choice(OF_COUNTERS)}"
                    f"({self.range(COUNTERS, depth)})")
        if roll < 0.75:
            return f"{self.chance.choice(OVER_TIME)}({self.range(None, depth)})"
        if roll < 0.82:
            share = self.pick("0", "0.3", "0.5", "0.99", "1")
            return f"quantile_over_time({share}, {self.range(None, depth)})"
        if roll < 0.9:
            return f"predict_linear({self.range(GAUGES, depth)}, 600)"
        if roll < 0.95:
            return f"absent_over_time({self.range(None, 0)})"
        return f"holt_winters({self.range(GAUGES, depth)}, 0.3, 0.6)"

    def call(self, depth):
        inner = self.vector(depth - 1)
        roll = self.chance.random()
        if roll < 0.45:
            return f"{self.chance.choice(SIMPLE)}({inner})"
        if roll < 0.55:
            return self.pick(f"clamp({inner}, 0, 50)", f"clamp_min({inner}, 3)",
                             f"clamp_max({inner}, {self.scalar(depth - 1)})")
        if roll < 0.62:
            return f"round({inner}, {self.pick('0.1', '5', '1')})"
        if roll < 0.7:
            return f"absent({inner})"
        if roll < 0.76:
            return f"vector({self.scalar(depth - 1)})"
        if roll < 0.86:
            return (f'label_replace({inner}, "to", "x$1", '
                    f'"{self.chance.choice(LABELS)}", "(.).*")')
        if roll < 0.92:
            return f'label_join({inner}, "to", "/", "job", "mode")'
        quantile = self.pick("0.5", "0.9", "0.99", "0", "1", "-1", "2")
        buckets = self.pick("latency_bucket", "rate(latency_bucket[5m])",
                            "sum by (le) (rate(latency_bucket[3m]))")
        return f"histogram_quantile({quantile}, {buckets})"

    def matching(self, operator):
        roll = self.chance.random()
        if operator in SETS:
            return self.pick("", " on(job)", " ignoring(mode)",
                             " on(instance, mode)")
        if roll < 0.6:
            return ""
        return self.pick(" on(job, instance, mode)", " ignoring(to)")

    def binary(self, depth):
        roll = self.chance.random()
        if roll < 0.25:
            operator = self.chance.choice(ARITHMETIC)
            return (f"({self.vector(depth - 1)} {operator} "
                    f"{self.scalar(depth - 1)})")
        if roll < 0.4:
            word = self.pick("", " bool")
            return (f"({self.vector(depth - 1)} "
                    f"{self.chance.choice(COMPARISONS)}{word} "
                    f"{self.scalar(depth - 1)})")
        if roll < 0.55:
            return (f"({self.scalar(depth - 1)} "
                    f"{self.chance.choice(ARITHMETIC + COMPARISONS)} "
                    f"{self.vector(depth - 1)})")
        if roll < 0.65:
            group = self.pick("group_left", "group_left(mode)", "group_left()")
            operator = self.chance.choice(ARITHMETIC + COMPARISONS)
            return (f"({self.selector()} {operator} on(job) {group} "
                    f"sum by (job) ({self.vector(depth - 1)}))")
        operator = self.chance.choice(ARITHMETIC + COMPARISONS + SETS)
        bool_word = " bool" if operator in COMPARISONS and roll < 0.75 else ""
        return (f"({self.vector(depth - 1)} {operator}{bool_word}"
                f"{self.matching(operator)} {self.vector(depth - 1)})")

    def vector(self, depth):
        roll = self.chance.random()
        if depth <= 0 or roll < 0.18:
            return self.selector()
        if roll < 0.42:
            return self.windows(depth)
        if roll < 0.6:
            return self.aggregation(depth)
        if roll < 0.76:
            return self.call(depth)
        if roll < 0.97:
            return self.binary(depth)
        return "-" + self.selector()


def expressions(seed, count, depth=3):
    """Yields 'count' texts; "@T@" in one stands for a time in the data."""
    maker = _Maker(seed)
    for _ in range(count):
        roll = maker.chance.random()
        if roll < 0.03:
            yield maker.scalar(depth)
        else:
            yield maker.vector(maker.chance.randrange(depth + 1))
