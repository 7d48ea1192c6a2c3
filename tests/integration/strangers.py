"""strangers.py - who speaks the protocol wrongly, in a hundred ways and more

Each is refused or ignored as core/link/README.md says, counted and logged, and
harms nobody: the store's memory stays as it is, and what an honest neighbour
sends is stored all the while.
"""
import contextlib
import os
import random
import re
import select
import socket
import struct
import time

from programs import Weir
from speaker import (ACK, ANSWER, BATCH, BYE, CANCEL, CREDIT, FORGET,
                     FRAME_MOST, GREETING, HEAD_SIZE, HELLO, LAYOUT, PACKED,
                     PACKS, PING, REFUSE, RESET, REWIND, SELECT, USE, WANT,
                     WELCOME, Gone, Packer, Speaker, batch, batch_body, frame,
                     hello, layout, layouts, read_ack, rows_part, text,
                     wire_message)
from weirtest import (diagnose, free_port, run, series_of, wait_until)
from wrong_bodies import (LACKING, MALFORMED, MALFORMED_PACKED, NO_FRAMES, TWO,
                          WRONG_LAYOUTS, a_part, layout_body)

STORE = """
http { listen = {"127.0.0.1:@port"} }
storage memory:main { listen = {"@endpoint"} }
report exposition { }
input self { }
"""

AGENT = """
interval = 200ms
http { listen = {"127.0.0.1:@port"} }
input host { labels { who = "agent" }  keep = "node_load1|node_time_seconds" }
link main { connect = {"@endpoint"} }
"""

MEMORY_MIB = 48

# The store's own limits; see core/storage.c.
STREAMS_MOST = 1 << 15
LAYOUTS_MOST = 1 << 16  # of a stream


class Scene:
    """A store, an honest agent, an honest speaker, and strangers."""

    def __init__(self, stack):
        self.stack = stack
        self.endpoint = "tcp://127.0.0.1:%d" % free_port()
        self.store = stack.enter_context(Weir(STORE, endpoint=self.endpoint))
        self.agent = stack.enter_context(
            Weir(AGENT, endpoint=self.endpoint, ready=False))
        wait_until("samples of the agent", self.agent_time)
        self.honest = self.stranger()
        self.honest.say(layout(1, 0, TWO))
        self.sequence = 0
        self.neighbour()
        self.before_mib = self.memory_mib()

    def stranger(self, begun=True, flags=0):
        speaker = self.stack.enter_context(Speaker(self.endpoint))
        if begun:
            speaker.begin(flags=flags)
        return speaker

    def streaming(self, flags=0):
        """A stranger who has sent a layout of two series and one batch."""
        speaker = self.stranger(flags=flags)
        speaker.say(layout(1, 0, TWO))
        speaker.say(batch(1, row(1)))
        speaker.hear_durable(1)
        return speaker

    def neighbour(self):
        """The honest speaker's next batch is stored."""
        self.sequence += 1
        self.honest.say(batch(self.sequence, row(self.sequence),
                              first=self.sequence))
        _, verdicts = read_ack(self.honest.hear_durable(self.sequence))
        assert not verdicts, verdicts

    def agent_time(self):
        answer = self.store.get("/metrics")
        found = re.search(r'^node_time_seconds\{[^}]*who="agent"[^}]*\} (\S+)',
                          answer.text, re.M) if answer.status == 200 else None
        return float(found[1]) if found else 0

    def figure(self, name):
        found = series_of(self.store.get("/metrics").text)
        return sum(value for key, value in found.items()
                   if key.startswith(name + "{"))

    def memory_mib(self):
        with open("/proc/%d/status" % self.store.pid,
                  encoding="ascii") as file:
            return int(re.search(r"VmRSS:\s+(\d+)", file.read())[1]) / 1024

    def unmoved(self):
        self.neighbour()
        then = self.agent_time()
        wait_until("younger samples of the agent",
                   lambda: self.agent_time() > then)
        assert self.store.runs()
        grown = self.memory_mib() - self.before_mib
        diagnose("%.1f MiB more" % grown)
        with open("/proc/%d/maps" % self.store.pid,
                  encoding="utf-8") as file:
            sanitized = re.search(r"lib[at]san", file.read())
        assert sanitized or grown < MEMORY_MIB, grown


@contextlib.contextmanager
def scene():
    with contextlib.ExitStack() as stack:
        yield Scene(stack)


def row(number, count=2):
    """Of a minute ago, and one later each."""
    then = int(time.time() - 60) * 1000000000
    return rows_part(1, then + number * 1000000, [number] * count)


# Bytes that are no frame ----------------------------------------------------------------

def bytes_that_are_no_frames():
    "what is no frame is dropped in every state, and counted"
    with scene() as world:
        states = (lambda: world.stranger(False), world.stranger,
                  world.streaming)
        count = 0
        for state in states:
            for name, parts in NO_FRAMES.items():
                stranger = state()
                stranger.say(*parts)
                kind = stranger.ask(frame(PING, a=1, b=0), ACK, RESET).kind
                assert kind == (RESET if state is states[0] else ACK), name
                stranger.socket.close()
                count += 1
            world.neighbour()
        wait_until("they are counted",
                   lambda: world.figure("weir_store_bad_frames_total") >= count)
        told = world.store.log().count("warn bad_frame")
        assert 1 <= told <= 10, told
        diagnose("%d ways" % count)
        world.unmoved()


# Words at the wrong time ------------------------------------------------------------------

def words_before_hello():
    "whoever says anything before HELLO is told RESET, but for questions and BYE"
    with scene() as world:
        stranger = world.stranger(False)
        for kind in (WELCOME, USE, WANT, LAYOUT, FORGET, BATCH, ACK, PING,
                     RESET, REFUSE, ANSWER):
            for body in (b"", bytes(7), bytes(8), bytes(200)):
                heard = stranger.ask(frame(kind, body, a=1), RESET, WELCOME,
                                     ACK, WANT)
                assert heard.kind == RESET, (kind, heard)
        for kind in (BYE, CREDIT, CANCEL):
            stranger.say(frame(kind, bytes(9), a=77, b=99))
        stranger.begin()
        world.unmoved()


def words_of_a_store():
    "whoever says what only a store says is ignored, counted and told in the log"
    with scene() as world:
        before = world.figure("weir_store_bad_frames_total")
        stranger = world.streaming()
        kinds = (WELCOME, WANT, ACK, RESET, REFUSE, ANSWER)
        for kind in kinds:
            for body in (b"", bytes(8), bytes(200)):
                stranger.say(frame(kind, body, a=1 << 63, b=1))
        stranger.say(batch(2, row(2)))
        assert stranger.hear_durable(2).a == 2
        wait_until("they are counted",
                   lambda: world.figure("weir_store_bad_frames_total") >=
                   before + 3 * len(kinds))
        world.store.wait_for_log("warn peer_refused .*says what a store says")
        world.unmoved()


# HELLO -----------------------------------------------------------------------------------

def wrong_hellos():
    "a HELLO that is wrong is ignored, one that asks too much is refused"
    with scene() as world:
        good = hello(bytes(16))[HEAD_SIZE:]
        ignored = [frame(HELLO, good[:size], a=1) for size in
                   (0, 1, 3, 4, 19, 20, 21, 22, len(good) - 1)]
        ignored += [frame(HELLO, good + b"\0", a=1),
                    frame(HELLO, good, a=0),
                    hello(bytes(16), name="n" * 65),
                    hello(bytes(16), name="a\0b"),
                    frame(HELLO, bytes([1, 0, 1, 0]) + bytes(16) +
                          b"\xff\xff" + bytes(70), a=1)]
        refused = [hello(os.urandom(16), least=2, most=9),
                   hello(os.urandom(16), least=0, most=0),
                   hello(os.urandom(16), slot=2),
                   hello(os.urandom(16), slot=255),
                   hello(world.honest.stream, incarnation=0)]
        stranger = world.stranger(False)
        for word in ignored:
            stranger.say(word)
            assert stranger.ask(frame(PING), RESET, WELCOME,
                                REFUSE).kind == RESET, word
        for word in refused:
            heard = stranger.ask(word, WELCOME, REFUSE)
            assert heard.kind == REFUSE and heard.body, word
        world.neighbour()
        stranger.begin(flags=0xff & ~PACKS)
        world.unmoved()


def too_many_streams():
    "streams by the thousand are refused, and those that are lively stay"
    with scene() as world:
        stranger = world.stranger(False)
        refused = 0
        hellos = [wire_message(hello(struct.pack("<QQ", number, 1)))
                  for number in range(STREAMS_MOST + 512)]
        # Quickly: on a busy machine the first would have gone at the last, and
        # who says nothing meanwhile is not lively.
        for some in range(0, len(hellos), 4096):
            world.neighbour()
            for few in range(some, min(some + 4096, len(hellos)), 512):
                stranger.socket.sendall(b"".join(hellos[few:few + 512]))
                refused += stranger.hear_kinds(512, WELCOME,
                                               REFUSE).count(REFUSE)
        assert refused > 0
        world.unmoved()


# Layouts ------------------------------------------------------------------------------------

def wrong_layouts():
    "a layout that is wrong is counted, and batches that need it are refused"
    with scene() as world:
        for name, body in WRONG_LAYOUTS.items():
            stranger = world.streaming()
            stranger.say(frame(LAYOUT, body))
            stranger.say(batch(2, rows_part(5, 1, [1])))
            heard = stranger.hear_kind(ACK, WANT, RESET)
            if heard.kind == ACK and heard.a == 2:
                assert read_ack(heard)[1], name
            assert stranger.ask(frame(PING, a=2, b=1), ACK).a <= 2, name
            stranger.say(frame(BYE))
            stranger.socket.close()
        world.neighbour()
        wait_until("they are counted", lambda: world.figure(
            "weir_store_bad_frames_total") >= len(WRONG_LAYOUTS) - 4)
        diagnose("%d ways" % len(WRONG_LAYOUTS))
        world.unmoved()


def gaps_and_lists():
    "a layout with a gap is asked for, and lists of any length are answered"
    with scene() as world:
        stranger = world.stranger()
        stranger.say(layout(3, 5, TWO))
        stranger.say(batch(1, rows_part(3, 1, [1])))
        assert stranger.hear_kind(WANT).body == struct.pack("<II", 3, 0)
        for body in (b"", bytes(3), bytes(8), bytes(9), bytes(80),
                     bytes(800000)):
            stranger.say(frame(FORGET, body))
            assert stranger.ask(frame(USE, body), WANT).kind == WANT
        many = [(number, 4096) for number in range(100000)]
        assert len(stranger.ask(layouts(USE, many), WANT).body) == 800000
        for number in range(LAYOUTS_MOST + 2000):
            stranger.say(frame(LAYOUT, layout_body(number=number, count=0,
                                                    metrics=0, rest=b"")))
        stranger.ask(frame(PING, a=1, b=0), ACK)
        wait_until("no more than the most",
                   lambda: LAYOUTS_MOST - 100 <= world.figure(
                       "weir_store_layouts") <= LAYOUTS_MOST + 100)
        world.unmoved()


# Batches ------------------------------------------------------------------------------------

def wrong_batches():
    "a batch that is wrong is refused for ever, with the reason"
    with scene() as world:
        ways = [(name, body, 0) for name, body in MALFORMED.items()]
        ways += [(name, body, PACKED)
                 for name, body in MALFORMED_PACKED.items()]
        ways += [("a flag that is none", batch_body(a_part()), flag)
                 for flag in (2, 4, 128, 3)]
        for name, body, flags in ways:
            stranger = world.streaming(PACKS)
            stranger.say(frame(BATCH, body, a=2, b=1, flags=flags))
            _, verdicts = read_ack(stranger.hear_durable(2))
            assert [x for x in verdicts if x[0] == 2 and x[1] == 0 and
                    "malformed" in x[2]], (name, verdicts)
            stranger.say(batch(3, row(3), first=3))
            assert not read_ack(stranger.hear_durable(3))[1], name
            stranger.say(frame(BYE))
            stranger.socket.close()
        diagnose("%d ways" % len(ways))
        world.unmoved()


def lacking_layouts():
    "a batch whose layout is lacking is asked for, and refused in the end"
    with scene() as world:
        for name, body in LACKING.items():
            stranger = world.streaming()
            stranger.say(frame(BATCH, body, a=2, b=1))
            assert stranger.hear_kind(WANT, ACK).kind in (WANT, ACK), name
            world.neighbour()
        stranger.say(frame(BATCH, batch_body(row(2)), a=2, b=1))
        stranger.hear_durable(2)
        world.unmoved()


def packed_on_nothing():
    "a packed row that hangs on one that is not there is asked for again"
    with scene() as world:
        stranger = world.streaming(PACKS)
        packer = Packer(1)
        packer.sequence = 1
        stranger.say(packer.batch(2, 1, [1.0, 2.0]))
        heard = stranger.hear_kind(ACK)
        while not heard.flags & REWIND:
            heard = stranger.hear_kind(ACK)
        assert read_ack(heard)[0] == 2
        packer.forget()
        stranger.say(packer.batch(2, 1, [1.0, 2.0]))
        stranger.hear_durable(2)
        world.unmoved()


def wrong_order():
    "batches out of order, again and again, or of absurd numbers store nothing"
    with scene() as world:
        stranger = world.streaming()
        stored = world.figure("weir_store_batches_total")
        chance = random.Random(int(os.environ.get("WEIR_SEED", "1")))
        numbers = [0, 1, 3, 4, 1 << 32, 1 << 63, (1 << 64) - 1]
        for _ in range(2000):
            number = chance.choice(numbers)
            stranger.say(batch(number, row(number % 1000), first=1))
        stranger.say(batch(1, row(1), first=(1 << 64) - 1))
        stranger.ask(frame(PING, a=1, b=(1 << 64) - 1), ACK)
        stranger.say(batch(2, row(2)))
        assert stranger.hear_durable(2).a == 2
        assert stored <= world.figure("weir_store_batches_total")
        world.unmoved()


def more_than_credit():
    "who sends far more than its credit fills nobody's memory"
    with scene() as world:
        stranger = world.stranger()
        wide = [("wide", {"n": "%d" % i}) for i in range(4096)]
        stranger.say(layout(1, 0, wide))
        then = int(time.time() - 60) * 1000000000
        full = frame(BATCH, batch_body(
            rows_part(1, then, [1.0] * 4096)), a=2, b=1)
        deadline = time.monotonic() + 3
        while time.monotonic() < deadline:
            for _ in range(50):
                stranger.say(full)
            world.neighbour()
        world.unmoved()


def deaf():
    "who asks all the time and never listens fills nobody's memory"
    with scene() as world:
        stranger = world.streaming()
        stranger.socket.settimeout(0.2)
        word = frame(PING, a=1, b=1)
        message = (bytes([0, len(word)]) + word) * 1000
        sent, deadline = 0, time.monotonic() + 4
        with contextlib.suppress(OSError):
            while time.monotonic() < deadline:
                stranger.socket.sendall(message)
                sent += 1000
        diagnose("%d words" % sent)
        world.unmoved()


# Questions ----------------------------------------------------------------------------------

def wrong_questions():
    "a question that makes no sense is answered with why, and ends"
    with scene() as world:
        stranger = world.stranger(False)
        numbers = struct.pack("<BBBIdqqqqqQQI", 0, 0, 0, 0, 0, 0, 1 << 60, 0,
                              0, 10 ** 10, 0, 0, 0)
        good = numbers + text("") + struct.pack("<H", 0)
        ways = [good[:size] for size in (0, 1, 7, 30, 60, 74, len(good) - 1)]
        ways += [good + b"\0", b"\x07" + good[1:], b"\0\xff" + good[2:],
                 b"\0\0\2" + good[3:], numbers + text("") + b"\xff\xff",
                 numbers + text("") + b"\1\0" + b"\4" + text("a") + text("b"),
                 numbers + text("") + b"\1\0" + b"\2" + text("a") + text("("),
                 numbers + text("l" * 2000) + b"\0\0",
                 good + struct.pack("<HqqqI", 60000, 1, 1, 1, 1),
                 good + struct.pack("<HqqqI", 1, -1, 1, 0, 0xffffffff)]
        for number, body in enumerate(ways):
            heard = stranger.ask(frame(SELECT, body, a=number, b=1 << 20),
                                 ANSWER)
            code, = struct.unpack_from("<i", heard.body)
            assert heard.a == number and code < 0, (number, code)
        for number in range(500):
            stranger.say(frame(SELECT, good, a=1000 + number, b=0))
            stranger.say(frame(CREDIT, a=1000 + number // 2, b=0))
        for number in range(500):
            stranger.say(frame(CANCEL, a=1000 + number))
        diagnose("%d ways" % len(ways))
        world.unmoved()


# Handshakes ---------------------------------------------------------------------------------

def half_handshakes():
    "half handshakes by the thousand end by themselves"
    with scene() as world:
        address = world.honest.socket.getpeername()
        clients = []
        for number in range(1500):
            client = socket.create_connection(address)
            clients.append(world.stack.enter_context(
                contextlib.closing(client)))
            with contextlib.suppress(OSError):
                client.sendall(GREETING[:number % 64])
            if number % 500 == 0:
                world.neighbour()
        world.unmoved()

        def ended():
            readable, _, _ = select.select(clients[:900], [], [], 0)
            return len(readable) > 800
        wait_until("they are cut off", ended)


def wrong_handshakes():
    "who speaks another ZMTP, or none, is hung up on"
    chance = random.Random(int(os.environ.get("WEIR_SEED", "1")))
    with scene() as world:
        for number in range(200):
            stranger = world.stack.enter_context(
                Speaker(world.endpoint, handshake=False))
            data = bytearray(GREETING + chance.randbytes(
                chance.randrange(300)))
            for _ in range(chance.randrange(4)):
                data[chance.randrange(len(data))] = chance.randrange(256)
            with contextlib.suppress(OSError):
                stranger.socket.sendall(data)
            stranger.socket.close()
            if number % 50 == 0:
                world.neighbour()
        world.unmoved()


def too_long_messages():
    "a message that is longer than any frame ends the connection"
    with scene() as world:
        for size in (FRAME_MOST + 65, 1 << 31, 1 << 62):
            stranger = world.streaming()
            with contextlib.suppress(OSError):
                stranger.socket.sendall(b"\x02" + size.to_bytes(8, "big"))
                stranger.socket.sendall(bytes(1 << 17))
            try:
                while True:
                    stranger.hear()
            except (Gone, OSError):
                pass
        world.unmoved()


run(bytes_that_are_no_frames, words_before_hello, words_of_a_store,
    wrong_hellos, too_many_streams, wrong_layouts, gaps_and_lists,
    wrong_batches, lacking_layouts, packed_on_nothing, wrong_order,
    more_than_credit, deaf, wrong_questions, half_handshakes, wrong_handshakes,
    too_long_messages)
