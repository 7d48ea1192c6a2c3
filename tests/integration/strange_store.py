"""strange_store.py - a store that speaks wrongly harms neither sender nor asker

It answers whatever it is told with words that lie or make no sense.  The agent
and the report host go on, and take up with the real store once that is back.
"""
import concurrent.futures
import contextlib
import os
import random
import re
import socket
import struct
import threading
import time

from programs import Weir
from speaker import (ACK, ANSWER, BATCH, GREETING, HELLO, LAYOUT, PACKS, PING,
                     READY, REFUSE, RESET, REWIND, SELECT, USE, WANT, WELCOME,
                     Gone, Inbox, Speaker, frame, layouts, text)
from weirtest import PATIENCE_S, diagnose, free_port, run, wait_until

AGENT = """
interval = 200ms
drain_timeout = 200ms
http { listen = {"127.0.0.1:@port"} }
input host { labels { who = "agent" }  keep = "node_load1|node_time_seconds" }
link main { connect = {"@endpoint"} compress = rows }
"""

REPORT = """
http { listen = {"127.0.0.1:@port"} }
link main { connect = {"@endpoint"} }
report exposition { }
"""

STORE = """
http { listen = {"127.0.0.1:@port"} }
storage memory:main { listen = {"@endpoint"} }
report exposition { }
"""

MOST = (1 << 64) - 1
AT_ONCE = 8  # stores that lie: mostly somebody waits for them to go on


def ack(kind, durable=0, limit=1 << 24, following=1, flags=0, slot=0, rest=b""):
    """An ACK; or, of the stream that it answers, a WELCOME."""
    def of(stream):
        return frame(kind, struct.pack("<Q", following) + stream + rest,
                     a=durable, b=limit, slot=slot, flags=flags)
    return of if kind == WELCOME else of(b"")


def part(code=0, counts=(0, 0, 0, 0), rest=b"", first=0):
    return struct.pack("<iB", code, 0) + text("") + \
        struct.pack("<IIIII", first, *counts) + rest


# What it says to which word; the rest it answers as a store does.
LIES = {
    "no frames": {HELLO: [b"", b"WEIR", bytes(100), frame(WELCOME, crc=1)]},
    "a welcome without a body": {HELLO: [frame(WELCOME, a=0, b=1 << 20)]},
    "a welcome to what was never sent": {HELLO: [ack(WELCOME, 9, following=10)]},
    "a welcome of the last number": {HELLO: [
        ack(WELCOME, MOST, following=MOST), ack(WELCOME, MOST - 1,
                                                following=MOST)]},
    "a welcome with next 0": {HELLO: [ack(WELCOME, following=0)]},
    "a welcome that goes far ahead": {HELLO: [ack(WELCOME, following=1000)]},
    "no credit for ever": {HELLO: [ack(WELCOME, limit=0)]},
    "credit without end": {HELLO: [ack(WELCOME, limit=MOST)]},
    "all flags": {HELLO: [ack(WELCOME, flags=255)]},
    "all slots": {HELLO: [ack(WELCOME, slot=slot) for slot in range(256)]},
    "RESET for ever": {USE: [frame(RESET)], BATCH: [frame(RESET)]},
    "wants for layouts that are not there": {
        USE: [layouts(WANT, [(number, 0) for number in range(5000)]),
              layouts(WANT, [(1, 4096), (2, MOST >> 32)])]},
    "wants of half a layout": {USE: [frame(WANT, bytes(7)),
                                     frame(WANT, bytes(13))]},
    "the layouts again and again": {
        BATCH: [layouts(WANT, [(number, 0) for number in range(20)])] * 5},
    "acks of what was never sent": {
        BATCH: [ack(ACK, 1 << 40, following=1 + (1 << 40))]},
    "acks that go back": {BATCH: [ack(ACK, 0, following=1, flags=REWIND)]},
    "acks that go on by a thousand": {BATCH: [ack(ACK, 0, following=1000)]},
    "acks that are cut off": {BATCH: [frame(ACK, bytes(size), a=1, b=1)
                                      for size in range(8)]},
    "verdicts of what is to come": {BATCH: [ack(
        ACK, 1, following=2, rest=struct.pack("<QI", 77, 0) + text("no"))]},
    "verdicts that are cut off": {BATCH: [ack(
        ACK, 1, following=2, rest=struct.pack("<QI", 1, 0))]},
    "verdicts with letters of a terminal": {BATCH: [ack(
        ACK, 1, following=2,
        rest=struct.pack("<QI", 1, 0) + text("\x1b[2J\n"))]},
    "what senders say": {BATCH: [frame(HELLO), frame(USE), frame(LAYOUT),
                                 frame(BATCH), frame(PING), frame(SELECT)]},
    "a refusal with letters of a terminal": {HELLO: [
        frame(REFUSE, b"\x1b]0;x\x07\r\n" * 30)]},
    "answers that nobody asked for": {HELLO: [frame(ANSWER, part(), a=n, b=n)
                                              for n in range(50)]},
    "an answer without a body": {SELECT: [b""]},
    "an answer of the wrong part": {SELECT: [part()], "b": 7},
    "4 billion series": {SELECT: [part(counts=(MOST >> 32, 0, 0, 0))]},
    "4 billion runs": {SELECT: [part(counts=(0, MOST >> 32, 0, 0))]},
    "4 billion samples": {SELECT: [part(counts=(0, 0, MOST >> 32, 0))]},
    "4 billion texts": {SELECT: [part(counts=(0, 0, 0, MOST >> 32))]},
    "runs of no series": {SELECT: [part(counts=(0, 1, 1, 0),
                                        rest=bytes(24))]},
    "bytes left over": {SELECT: [part(rest=b"\0")]},
    "an error that is none": {SELECT: [part(code=2)]},
    "a series without a metric": {SELECT: [part(
        counts=(1, 0, 0, 0), rest=b"\1" + text("") + b"\0")]},
}


class Connection(Speaker):
    """One that came to us: we are the ROUTER."""

    def __init__(self, client):
        self.socket = client
        self.socket.settimeout(PATIENCE_S)
        self.inbox = Inbox(client)

    def greet(self):
        ready = READY.replace(b"DEALER", b"ROUTER")
        self.socket.sendall(GREETING)
        self._take(64)
        self.socket.sendall(bytes([4, len(ready)]) + ready)
        self._take_part()


class StrangeStore:
    """Listens, and lies as a table says."""

    def __init__(self, port, lies):
        self.lies = lies
        self.told = set()
        self.listener = socket.create_server(("127.0.0.1", port))
        self.connections = []
        threading.Thread(target=self._accept, daemon=True).start()

    def __enter__(self):
        return self

    def __exit__(self, *error):
        for end in [self.listener] + self.connections:
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
            end.close()

    def _accept(self):
        with contextlib.suppress(OSError):
            while True:
                client, _ = self.listener.accept()
                self.connections.append(client)
                threading.Thread(target=self._serve, daemon=True,
                                 args=(client,)).start()

    def _serve(self, client):
        with contextlib.suppress(OSError, Gone, AssertionError):
            connection = Connection(client)
            connection.greet()
            while True:
                self._answer(connection, connection.hear())

    def _answer(self, connection, heard):
        self.told.add(heard.kind)
        if heard.kind == SELECT and SELECT in self.lies:
            for body in self.lies[SELECT]:
                connection.say(frame(ANSWER, body, a=heard.a,
                                     b=self.lies.get("b", 0)))
        elif heard.kind in self.lies:
            for said in self.lies[heard.kind]:
                connection.say(said(heard.body[4:20]) if callable(said)
                               else said)
        elif heard.kind == HELLO:
            welcome = ack(WELCOME, heard.a - 1, following=heard.a,
                          flags=PACKS, slot=heard.slot)
            connection.say(welcome(heard.body[4:20]))
        elif heard.kind == USE:
            connection.say(frame(WANT, heard.body, slot=heard.slot))
        elif heard.kind == BATCH:
            connection.say(ack(ACK, heard.a, following=heard.a + 1,
                               slot=heard.slot))


def peak_mib(weir):
    with open("/proc/%d/status" % weir.pid, encoding="ascii") as file:
        return int(re.search(r"VmHWM:\s+(\d+)", file.read())[1]) / 1024


def sanitized(weir):
    with open("/proc/%d/maps" % weir.pid, encoding="utf-8") as file:
        return re.search(r"lib[at]san", file.read())


@contextlib.contextmanager
def both(port):
    """An agent and a report host of the store at that port."""
    endpoint = "tcp://127.0.0.1:%d" % port
    with Weir(AGENT, endpoint=endpoint, ready=False) as agent, \
            Weir(REPORT, endpoint=endpoint, ready=False) as report:
        yield agent, report


def plain(log):
    return not re.search(r"[\x00-\x09\x0b-\x1f\x7f]", log)


def withstands(name, lies):
    port = free_port()
    with both(port) as (agent, report):
        with StrangeStore(port, lies) as store:
            wait_until("it was told " + name, lambda: HELLO in store.told)
            answer = report.get("/metrics")
            assert answer.status in (0, 200, 503), (name, answer.status)
            time.sleep(0.4)
        for weir in (agent, report):
            assert weir.runs(), name + ": " + weir.log()
            assert weir.get("/-/healthy").status == 200, name
            assert plain(weir.log()), name
            assert sanitized(weir) or peak_mib(weir) < 100, name


def lies_by_the_dozen():
    "whatever a store says, who sends and who asks go on"
    with concurrent.futures.ThreadPoolExecutor(AT_ONCE) as pool:
        for done in [pool.submit(withstands, name, lies)
                     for name, lies in LIES.items()]:
            done.result()
    diagnose("%d ways" % len(LIES))


def words_by_chance():
    "so it is with any words by chance"
    seed = int(os.environ.get("WEIR_SEED", "0")) or random.randrange(1 << 32)
    diagnose("WEIR_SEED=%d" % seed)
    chance = random.Random(seed)

    def word():
        return frame(chance.randrange(1, 17),
                     chance.randbytes(chance.choice((0, 8, 16, 40, 400))),
                     a=chance.choice((0, 1, 2, MOST)),
                     b=chance.choice((0, 1, 1 << 20, MOST)),
                     slot=chance.randrange(3), flags=chance.randrange(4))
    withstands("words by chance", {
        kind: [word() for _ in range(300)]
        for kind in (HELLO, USE, BATCH, PING, LAYOUT)})


def takes_up_with_the_real_one():
    "once the real store is there again its samples are taken and given"
    port = free_port()
    with both(port) as (agent, report):
        with StrangeStore(port, LIES["acks that go back"]) as store:
            wait_until("batches", lambda: BATCH in store.told)
        with Weir(STORE, endpoint="tcp://127.0.0.1:%d" % port):
            wait_until("samples of the agent", lambda: 'who="agent"' in
                       report.get("/metrics").text)
        assert agent.runs()


run(lies_by_the_dozen, words_by_chance, takes_up_with_the_real_one)
