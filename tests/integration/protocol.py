"""protocol.py - a client that knows the specification alone is understood

speaker.py says what core/link/README.md says; here weir understands it, and
what was said is found by the API.
"""
import contextlib
import json
import struct
import time
import urllib.parse

from programs import Weir
from speaker import (ACK, ANSWER, BYE, CANCEL, CREDIT, FORGET, PACKS, PING,
                     RESET, REWIND, SELECT, USE, WANT, WELCOME, Packer,
                     Speaker, batch, frame, layout, layouts, loose_part,
                     read_ack, read_layouts, rows_part, text, hello)
from weirtest import fetch, free_port, run, wait_until

STORE = """
http { listen = {"127.0.0.1:@port"} }
storage memory:main { listen = {"@endpoint"} }
report api { }
"""


@contextlib.contextmanager
def a_store():
    endpoint = "tcp://127.0.0.1:%d" % free_port()
    with Weir(STORE, endpoint=endpoint) as store, \
            Speaker(endpoint) as speaker:
        store.endpoint = endpoint
        yield store, speaker


def samples_of(store, query):
    """Returns {time in ms: value} of the only series of a range."""
    answer = fetch(store.url("/api/v1/query?" +
                             urllib.parse.urlencode({"query": query})))
    assert answer.status == 200, answer.text
    result = json.loads(answer.text)["data"]["result"]
    assert len(result) <= 1, result
    values = result[0]["values"] if result else []
    return {round(when * 1000): float(value) for when, value in values}


def now_ms():
    return int(time.time() * 1000)


THREE = [("spoken", {"n": "0"}), ("spoken", {"n": "1"}), ("other", {})]


def stores_what_is_said():
    "samples of a client that speaks by the book are durable, and found"
    with a_store() as (store, speaker):
        welcome = speaker.begin()
        assert welcome.a == 0 and welcome.b > 1 << 20, welcome
        assert read_ack(welcome) == (1, [])
        start = now_ms() - 10000
        speaker.say(layout(7, 0, THREE))
        for i in range(5):
            speaker.say(batch(i + 1, rows_part(7, (start + i) * 1000000,
                                               [i + 0.5, -i, 1e300])))
        assert read_ack(speaker.hear_durable(5)) == (6, [])
        wanted = {start + i: i + 0.5 for i in range(5)}
        assert samples_of(store, 'spoken{n="0"}[1m]') == wanted
        assert samples_of(store, 'other[1m]')[start] == 1e300


def absent_and_loose():
    "absent series have no sample, and loose samples times of their own"
    with a_store() as (store, speaker):
        speaker.begin()
        start = now_ms() - 10000
        speaker.say(layout(1, 0, THREE))
        speaker.say(batch(1, rows_part(1, start * 1000000, [1, None, 3], True),
                          loose_part(1, [(1, (start + 5) * 1000000, 5.0),
                                         (0, (start + 7) * 1000000, 7.0),
                                         (1, (start + 6) * 1000000, 6.0)])))
        speaker.hear_durable(1)
        assert samples_of(store, 'spoken{n="0"}[1m]') == \
            {start: 1, start + 7: 7}
        assert samples_of(store, 'spoken{n="1"}[1m]') == \
            {start + 5: 5, start + 6: 6}


def growing_layouts():
    "a layout grows by what is new, and is asked for where it is lacking"
    with a_store() as (store, speaker):
        speaker.begin()
        start = now_ms() - 10000
        speaker.say(layout(1, 0, THREE[:1]))
        speaker.say(layout(1, 1, THREE[1:2]))
        want = speaker.ask(layouts(USE, [(1, 3), (9, 2)]), WANT)
        assert read_layouts(want.body) == [(1, 2), (9, 0)], want
        wide = rows_part(1, start * 1000000, [1, 2, 3])
        want = speaker.ask(batch(1, wide), WANT)
        assert read_layouts(want.body) == [(1, 2)], want
        speaker.say(layout(1, 2, THREE[2:]))
        speaker.say(batch(1, wide))
        speaker.hear_durable(1)
        assert samples_of(store, "other[1m]") == {start: 3}
        speaker.say(layouts(FORGET, [(1, 0)]))
        assert read_layouts(speaker.ask(batch(2, wide), WANT).body) == [(1, 0)]


def gaps_and_repeats():
    "what comes twice is stored once, and what is missing is asked for"
    with a_store() as (store, speaker):
        speaker.begin()
        start = now_ms() - 10000
        speaker.say(layout(1, 0, THREE[2:]))
        parts = [rows_part(1, (start + i) * 1000000, [i]) for i in range(4)]
        for i in (0, 1, 1, 0):
            speaker.say(batch(i + 1, parts[i]))
        speaker.hear_durable(2)
        speaker.say(batch(4, parts[3]))
        heard = speaker.hear_kind(ACK)
        while not heard.flags & REWIND:
            heard = speaker.hear_kind(ACK)
        assert read_ack(heard)[0] == 3, heard
        speaker.say(batch(3, parts[2]), )
        speaker.say(batch(4, parts[3]))
        speaker.hear_durable(4)
        assert len(samples_of(store, "other[1m]")) == 4


def goes_on_elsewhere():
    "a stream goes on over another connection with what the store has of it"
    with a_store() as (store, first), Speaker(store.endpoint) as second:
        first.begin()
        first.say(layout(1, 0, THREE[2:]))
        first.say(batch(1, rows_part(1, now_ms() * 1000000, [1])))
        first.hear_durable(1)
        assert second.ask(frame(PING, a=2, b=1), RESET)
        second.stream = first.stream
        assert second.begin(incarnation=2, first=2).a == 1
        assert first.ask(frame(PING, a=2, b=1), RESET)
        assert second.ask(frame(PING, a=2, b=2), ACK).flags & REWIND
        second.say(frame(BYE))


def packed_batches():
    "packed batches are the same samples, and one that hangs on nothing is asked for"
    with a_store() as (store, speaker):
        assert speaker.begin(flags=PACKS).flags & PACKS
        packer = Packer(1)
        start = now_ms() - 10000
        speaker.say(layout(1, 0, THREE))
        values = [[1.25 + i / 4, 1e6 * i, -0.1 * i * i] for i in range(6)]
        for i in range(4):
            speaker.say(packer.batch(i + 1, (start + i) * 1000000, values[i]))
        speaker.hear_durable(4)
        packer.batch(5, (start + 4) * 1000000, values[4])  # is lost
        packer.sequence = 5
        speaker.say(packer.batch(5, (start + 4) * 1000000, values[4]))
        heard = speaker.hear_kind(ACK)
        while not heard.flags & REWIND:
            heard = speaker.hear_kind(ACK)
        packer.forget()
        for i in (4, 5):
            speaker.say(packer.batch(i + 1, (start + i) * 1000000, values[i]))
        speaker.hear_durable(6)
        for column, query in enumerate(('spoken{n="0"}', 'spoken{n="1"}',
                                        "other")):
            assert samples_of(store, query + "[1m]") == \
                {start + i: values[i][column] for i in range(6)}, query


def two_slots():
    "the two streams of a connection are numbered each by itself"
    with a_store() as (store, speaker):
        speaker.begin()
        backlog = Speaker.__new__(Speaker)
        backlog.socket, backlog.inbox = speaker.socket, speaker.inbox
        backlog.stream = b"backlog" + bytes(9)
        assert backlog.ask(hello(backlog.stream, slot=1), WELCOME).slot == 1
        start = now_ms() - 10000
        for slot in (0, 1):
            speaker.say(layout(1, 0, THREE[slot:slot + 1], slot=slot))
            speaker.say(batch(1, rows_part(1, start * 1000000, [slot]),
                              slot=slot))
        speaker.hear_durable(1, slot=1)
        wait_until("both", lambda: samples_of(
            store, 'spoken{n="0"}[1m]') == {start: 0})
        assert samples_of(store, 'spoken{n="1"}[1m]') == {start: 1}


# Asking -----------------------------------------------------------------------------

def question(*matchers, after_ns=0, until_ns=(1 << 63) - 1):
    """A SELECT's body for samples; matchers are (name, value)."""
    body = struct.pack("<BBBIdqqqqqQQI", 0, 0, 0, 0, 0.0, after_ns, until_ns,
                       0, 0, 10 ** 10, 0, 0, 0)
    body += text("") + struct.pack("<H", len(matchers))
    for name, value in matchers:
        body += b"\0" + text(name) + text(value)
    return body


class Answer:
    """What the parts of an answer say."""

    def __init__(self):
        self.series, self.samples, self.at = [], {}, 0

    def _number(self, kind):
        value, = struct.unpack_from("<" + kind, self.body, self.at)
        self.at += struct.calcsize(kind)
        return value

    def _text(self):
        length = self._number("H")
        self.at += length + 1
        return self.body[self.at - length - 1:self.at - 1].decode()

    def _read_series(self):
        if not self._number("B"):
            self._number("B")
            self.metric = self._text()
            self._text(), self._text()
        self._text()
        labels = {}
        for _ in range(self._number("B")):
            name = self._text()
            labels[name] = self._text()
        self.series.append((self.metric, labels))

    def read(self, body):
        """Takes a part; returns its rc."""
        self.body, self.at = body, 0
        code, _, why = self._number("i"), self._number("B"), self._text()
        assert code >= 0, why
        self._number("I")
        counts = [self._number("I") for _ in range(4)]
        for _ in range(counts[0]):
            self._read_series()
        runs = [(self._number("I"), self._number("I"))
                for _ in range(counts[1])]
        times = [self._number("q") for _ in range(counts[2])]
        values = [self._number("d") for _ in range(counts[2])]
        for number, count in runs:
            mine = self.samples.setdefault(number, [])
            mine += list(zip(times[:count], values[:count]))
            times, values = times[count:], values[count:]
        assert self.at == len(body)
        return code


def answers_a_question():
    "a question is answered in parts, within the credit that was given"
    with a_store() as (_, speaker):
        speaker.begin()
        start = now_ms() * 1000000
        speaker.say(layout(1, 0, THREE))
        for i in range(3):
            speaker.say(batch(i + 1, rows_part(1, start + i, [i, 2 * i, 3])))
        speaker.hear_durable(3)
        speaker.say(frame(SELECT, question(("__name__", "spoken"),
                                           ("n", "1")), a=5, b=1 << 20))
        answer, code, parts = Answer(), 0, 0
        while code == 0:
            heard = speaker.hear_kind(ANSWER)
            assert (heard.a, heard.b) == (5, parts), heard
            code, parts = answer.read(heard.body), parts + 1
        assert code == 1 and answer.series == [("spoken", {"n": "1"})]
        assert answer.samples == {0: [(start + i, 2.0 * i) for i in range(3)]}
        speaker.say(frame(CREDIT, a=5, b=2 << 20))
        speaker.say(frame(CANCEL, a=5))
        assert speaker.ask(frame(PING, a=4, b=3), ACK)


run(stores_what_is_said, absent_and_loose, growing_layouts, gaps_and_repeats,
    goes_on_elsewhere, packed_batches, two_slots, answers_a_question)
