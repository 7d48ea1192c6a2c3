"""promql_data - an hour of series by chance, and remote write to send them

    body = write_request(series(seed=7), start_ms)

No sample lies on a whole second, so that it makes no difference to a question
about whole seconds whether a range is closed on its left.  Values of counters
and gauges are multiples of 1/4096: sums of them are exact in any order.
"""
import random
import struct

EVERY_MS = 15000
CYCLES = 240  # an hour

COUNTERS = ["requests_total", "bytes_total"]
# Any reset leaves a counter so high that no rate is cut where it would have been
# 0 before the first sample; but for these.
LEVELS = [2.0 ** 18, 2.0 ** 15, 2.0 ** 12]
YOUNG = ["young_total"]
GAUGES = ["temperature", "load", "signed"]
BOUNDS = ["0.1", "0.5", "1", "5", "+Inf"]
# What label values may hold.
PLACES = ["Küche", "東京", "two\nlines", 'quo"te\\', "🌡 °C", "plain", ""]

# The value that says that a series has ended.
_STALE_BYTES = struct.pack("<Q", 0x7ff0000000000002)


# Series: (labels, [(ms after the start, value or None for the stale one)]) ------

def _times(chance):
    offset = chance.randrange(1, EVERY_MS)
    times = [offset + EVERY_MS * i + chance.randrange(900)
             for i in range(CYCLES)]
    return [time_ms + (time_ms % 1000 == 0) for time_ms in times]


def _counts(chance, levels):
    """A counter that begins at the first level and is reset to the next."""
    level = 0
    value = levels[0]
    while True:
        value += chance.choice([0, 1, 2.5, 10, 100])
        if chance.random() < 0.01 and level + 1 < len(levels):
            level += 1
            value = levels[level]
        yield value


def _wanders(chance, number):
    # No two gauges ever have the same value, since nobody promises which of
    # them topk would choose.
    value = chance.choice([0.0, 8.0, 512.0])
    while True:
        value += chance.randrange(-96, 97) / 32
        yield value + number / 4096


def _odd(chance):
    while True:
        yield chance.choice([float("nan"), float("inf"), -float("inf"), 0.0,
                             -0.0, 1e100, 1e-100, 1.5, -2.0, 3.0, 3.0])


def _flags(chance):
    value = 0.0
    while True:
        if chance.random() < 0.2:
            value = float(chance.randrange(4))
        yield value


def _with_gaps(chance, samples):
    hole = chance.randrange(CYCLES)
    kept = [sample for i, sample in enumerate(samples)
            if not hole <= i < hole + chance.choice([0, 15, 30])
            and chance.random() > 0.03]
    if chance.random() < 0.3:  # ends, and sometimes comes back
        end = len(kept) // 3
        back = chance.choice([len(kept), end + 10, end + 40])
        gone = (kept[end - 1][0] + 7003, None)
        kept = kept[:end] + [gone] + kept[back:]
    return kept


def _line(chance, values):
    return _with_gaps(chance, list(zip(_times(chance), values)))


def _plain(chance):
    number = 0
    for name in COUNTERS + YOUNG + GAUGES + ["flags", "odd"]:
        for job in ("a", "b"):
            for host in range(3):
                for mode in ("r", "w"):
                    number += 1
                    values = (_counts(chance, LEVELS) if name in COUNTERS else
                              _counts(chance, [0.0] * 9) if name in YOUNG else
                              _flags(chance) if name == "flags" else
                              _odd(chance) if name == "odd" else
                              _wanders(chance, number))
                    yield ({"__name__": name, "job": job, "mode": mode,
                            "instance": "%s-%d" % (job, host)},
                           _line(chance, values))


def _histogram(chance, labels, bounds):
    """Buckets that are scraped together, as histograms are."""
    counts = [0.0] * len(bounds)
    columns = [[] for _ in bounds]
    for time_ms in _times(chance):
        more = 0
        for i in range(len(bounds)):
            more += chance.randrange(4)
            counts[i] += more
            columns[i].append((time_ms, counts[i]))
    for bound, column in zip(bounds, columns):
        yield dict(labels, __name__="latency_bucket", le=bound), column


def _histograms(chance):
    for job in ("a", "b"):
        yield from _histogram(chance, {"job": job}, BOUNDS)
    for odd, bounds in enumerate((
            ["+Inf"], ["1", "2"], ["-1", "0", "2", "+Inf"],
            ["1", "1.0", "2", "+Inf"], ["one", "1", "+Inf"])):
        yield from _histogram(chance, {"job": "odd%d" % odd}, bounds)
    # Buckets that shrink.
    for bound in BOUNDS:
        yield ({"__name__": "broken_bucket", "job": "a", "le": bound},
               _line(chance, _counts(chance, [0.0] * 9)))


def series(seed):
    """Yields (labels, samples)."""
    chance = random.Random(seed)
    yield from _plain(chance)
    yield from _histograms(chance)
    for number, place in enumerate(PLACES):
        yield ({"__name__": "place", "job": "a", "place": place},
               _line(chance, _wanders(chance, number)))
    for job, version in (("a", "1.0"), ("b", "2.0-ü")):
        yield ({"__name__": "build_info", "job": job, "version": version},
               [(time_ms, 1.0) for time_ms in _times(chance)])


# Remote write 1.0 ----------------------------------------------------------------

def _varint(number):
    out = bytearray()
    while number >= 128:
        out.append(number & 127 | 128)
        number >>= 7
    out.append(number)
    return bytes(out)


def _field(number, data):
    return _varint(number << 3 | 2) + _varint(len(data)) + data


def _label(name, value):
    return _field(1, _field(1, name.encode()) + _field(2, value.encode()))


def _sample(time_ms, value):
    bits = _STALE_BYTES if value is None else struct.pack("<d", value)
    return _field(2, b"\x09" + bits + b"\x10" + _varint(time_ms))


def _snappy(data):
    """A snappy block of literals only."""
    out = [_varint(len(data))]
    for start in range(0, len(data), 65536):
        piece = data[start:start + 65536]
        out.append(bytes([61 << 2]) + struct.pack("<H", len(piece) - 1) + piece)
    return b"".join(out)


def write_request(all_series, start_ms):
    """Returns the body of a POST to /api/v1/write."""
    out = []
    for labels, samples in all_series:
        kept = sorted((name, value) for name, value in labels.items() if value)
        out.append(_field(1, b"".join(
            [_label(name, value) for name, value in kept] +
            [_sample(start_ms + time_ms, value)
             for time_ms, value in samples])))
    return _snappy(b"".join(out))


WRITE_HEADERS = {"Content-Encoding": "snappy",
                 "Content-Type": "application/x-protobuf",
                 "X-Prometheus-Remote-Write-Version": "0.1.0"}
