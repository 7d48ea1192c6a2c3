"""pushers - numbered samples that are pushed, and what was acknowledged of them

A Pusher writes to a weir by remote write: the sample with number n of a series
has the value n and the time base + n, in milliseconds.  What the weir answered
with 204 must be wherever is asked later; what it did not answer is not sent a
second time, so that it may be there or not, and nothing has a reason to come
twice.

A Ledger knows all pushers, and judges answers by what they noted.
"""
import http.client
import itertools
import json
import struct
import threading
import time
import urllib.parse

METRIC = "ledger"
ROWS = 10      # numbers of a push
SERIES = 4     # series of a pusher
PAUSE_S = 0.02
GIVE_UP_S = 2  # on an answer


# Remote write ---------------------------------------------------------------------

def _varint(number):
    out = bytearray()
    while number > 0x7f:
        out.append(number & 0x7f | 0x80)
        number >>= 7
    out.append(number)
    return bytes(out)


def _field(number, data):
    return bytes([number << 3 | 2]) + _varint(len(data)) + data


def _label(name, value):
    return _field(1, _field(1, name.encode()) + _field(2, value.encode()))


def _sample(value, time_ms):
    return _field(2, b"\x09" + struct.pack("<d", value) +
                  b"\x10" + _varint(time_ms))


def _snappy(data):
    """Packs nothing: it is one literal after the other."""
    out = [_varint(len(data))]
    for at in range(0, len(data), 1 << 16):
        piece = data[at:at + (1 << 16)]
        out.append(b"\xf4" + struct.pack("<H", len(piece) - 1) + piece)
    return b"".join(out)


class Pusher(threading.Thread):
    """Pushes to a weir until it is told to stop."""

    def __init__(self, box, agent, number, base_ms):
        super().__init__(daemon=True)
        self._box = box
        self.agent = agent
        self._number = number
        self._base_ms = base_ms
        self._over = threading.Event()
        self._connection = None
        self.names = {(agent, str(number), str(i)) for i in range(SERIES)}
        self.sent = 0        # the greatest number
        self.acknowledged = []  # first numbers of pushes
        self.statuses = {}   # how often each came; 0: none
        self.complaint = None

    def run(self):
        self._box.host.enter()
        while not self._over.wait(PAUSE_S):
            first = self.sent + 1
            self.sent += ROWS
            status = self._push(self._body(first))
            self.statuses[status] = self.statuses.get(status, 0) + 1
            if status == 204:
                self.acknowledged.append(first)
            elif status != 503:
                self._over.wait(0.1)

    def stop(self):
        self._over.set()
        self.join()

    def _body(self, first):
        numbers = range(first, first + ROWS)
        samples = b"".join(_sample(n, self._base_ms + n) for n in numbers)
        return _snappy(b"".join(
            _field(1, _label("__name__", METRIC) + _label("agent", self.agent)
                   + _label("pusher", str(self._number)) +
                   _label("series", str(i)) + samples)
            for i in range(SERIES)))

    def _push(self, body):
        """Returns the status of the answer; 0 when there was none."""
        if not self._connection:
            self._connection = http.client.HTTPConnection(
                "127.0.0.1", self._box.port, timeout=GIVE_UP_S)
        try:
            self._connection.request(
                "POST", "/api/v1/write", body,
                {"Content-Encoding": "snappy",
                 "Content-Type": "application/x-protobuf"})
            answer = self._connection.getresponse()
            text = answer.read()
        except (OSError, http.client.HTTPException):
            self._connection.close()
            self._connection = None
            return 0
        if answer.status not in (204, 503):
            self.complaint = "%d %s" % (answer.status, text)
        return answer.status


# Judging --------------------------------------------------------------------------


class Ledger:
    """The pushers of some agents, from one moment on."""

    def __init__(self, boxes, each):
        self.base_ms = int(time.time() * 1000)
        self.pushers = [Pusher(box, agent, number, self.base_ms)
                        for agent, box in boxes.items()
                        for number in range(each)]
        for pusher in self.pushers:
            pusher.start()

    def stop(self):
        for pusher in self.pushers:
            pusher.stop()
            assert not pusher.complaint, pusher.complaint

    def acknowledged(self):
        return sum(len(p.acknowledged) for p in self.pushers) * ROWS * SERIES

    def statuses(self):
        sums = {}
        for status, count in itertools.chain.from_iterable(
                p.statuses.items() for p in self.pushers):
            sums[status] = sums.get(status, 0) + count
        return sums

    def question(self, timeout="10s"):
        """The path of a question for all that was sent."""
        last = max(p.sent for p in self.pushers) + 1
        return "/api/v1/query?" + urllib.parse.urlencode({
            "query": "%s[%dms]" % (METRIC, last), "timeout": timeout,
            "time": "%.3f" % ((self.base_ms + last) / 1000)})

    def read(self, answer):
        """Returns the numbers of an answer by series, in their order; each is
        judged."""
        found = {}
        for series in json.loads(answer.text)["data"]["result"]:
            labels = series["metric"]
            name = (labels["agent"], labels["pusher"], labels["series"])
            assert name not in found, "a series twice: %s" % labels
            found[name] = [
                (round(float(at) * 1000) - self.base_ms, float(value))
                for at, value in series["values"]]
        return self.judge(found)

    def read_dump(self, text):
        """The same of what a store that has ended has: "series value time"."""
        found = {}
        for line in text.splitlines():
            if not line.startswith(METRIC + "{"):
                continue
            series, value, time_ns = line.rsplit(" ", 2)
            number = int(time_ns) // 10**6 - self.base_ms
            if number > 0:
                found.setdefault(_name_of(series), []).append(
                    (number, float(value)))
        return self.judge(found)

    def judge(self, found):
        """Each number has its value, came once, and in order; none was never
        sent."""
        numbers = {}
        for name, samples in found.items():
            pusher = next(p for p in self.pushers if name in p.names)
            numbers[name] = [number for number, _ in samples]
            for number, value in samples:
                assert value == number, "%s: %d has the value %g" % (
                    name, number, value)
            for before, after in itertools.pairwise(numbers[name]):
                assert before < after, "%s: %d, then %d" % (name, before, after)
            assert not samples or samples[-1][0] <= pusher.sent, name
        return numbers

    def missing(self, numbers, agents):
        """Returns a text on what these agents acknowledged and is not among the
        numbers; an empty one when there is nothing."""
        lacks = []
        for pusher in self.pushers:
            if pusher.agent not in agents:
                continue
            for name in sorted(pusher.names):
                have = set(numbers.get(name, ()))
                gone = [n for first in list(pusher.acknowledged)
                        for n in range(first, first + ROWS) if n not in have]
                if gone:
                    lacks.append("%s lacks %d of %d, such as %s" % (
                        name, len(gone), len(pusher.acknowledged) * ROWS,
                        gone[:5]))
        return "\n".join(lacks)


def _name_of(series):
    labels = dict(part.split("=", 1) for part in
                  series[series.index("{") + 1:-1].split(","))
    return tuple(labels[name].strip('"')
                 for name in ("agent", "pusher", "series"))
