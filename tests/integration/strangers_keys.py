"""strangers_keys.py - who has a key, or the bytes of one who has, and means harm

Each is cut off, refused or ignored, told in the log by its name, and harms
nobody: the store's memory stays as it is, and honest samples arrive.
"""
import contextlib
import ctypes
import ctypes.util
import os
import re
import socket
import threading
import time

from keys_hosts import Hosts, memory_kib, wait_for
from speaker import (PING, REFUSE, RESET, WELCOME, Gone, Speaker, batch, frame,
                     hello, layout, read_ack, read_frame, rows_part)
from weirtest import PATIENCE_S, Skip, diagnose, run, temporary_folder

MORE, DEALER = 2, 5
LINGER, RECEIVE_MS, SEND_MS, MARK = 17, 27, 28, 23
OWN_PUBLIC, OWN_PRIVATE, STORE_PUBLIC = 48, 49, 50


def zeromq():
    """The library, which does CURVE for us."""
    name = ctypes.util.find_library("zmq")
    if not name:
        raise Skip("libzmq is not found")
    library = ctypes.CDLL(name, use_errno=True)
    for function in ("zmq_ctx_new", "zmq_socket"):
        getattr(library, function).restype = ctypes.c_void_p
    return library


def key_of(host, word):
    """A key in a host's file, as bytes."""
    path = os.path.join(host.folder, "key")
    with open(path if word == "private" else path + ".pub",
              encoding="ascii") as file:
        return bytes.fromhex(re.search(r"^%s = (\S+)$" % word, file.read(),
                                       re.M)[1])


class KeySpeaker(Speaker):
    """A speaker who shows a host's key."""

    def __init__(self, host, hosts):
        self.zmq = zeromq()
        self.stream = os.urandom(16)
        self.context = ctypes.c_void_p(self.zmq.zmq_ctx_new())
        self.dealer = ctypes.c_void_p(
            self.zmq.zmq_socket(self.context, DEALER))
        for option, value in ((OWN_PUBLIC, key_of(host, "key")),
                              (OWN_PRIVATE, key_of(host, "private")),
                              (STORE_PUBLIC, key_of(hosts.store, "key"))):
            self._set(option, value)
        self.set_number(LINGER, 0)
        self.set_number(RECEIVE_MS, int(PATIENCE_S * 1000))
        self.set_number(SEND_MS, int(PATIENCE_S * 1000))
        assert self.zmq.zmq_connect(self.dealer,
                                    hosts.endpoint.encode()) == 0

    def _set(self, option, value):
        assert self.zmq.zmq_setsockopt(
            self.dealer, option, value, ctypes.c_size_t(len(value))) == 0

    def set_number(self, option, value):
        self._set(option, value.to_bytes(4, "little"))

    def __exit__(self, *error):
        self.zmq.zmq_close(self.dealer)
        self.zmq.zmq_ctx_term(self.context)

    def say_part(self, part, flags=0):
        """Returns whether it was taken."""
        return self.zmq.zmq_send(self.dealer, part,
                                 ctypes.c_size_t(len(part)), flags) >= 0

    def say(self, *parts):
        for i, part in enumerate(parts):
            assert self.say_part(part, MORE if i + 1 < len(parts) else 0)

    def hear(self):
        room = ctypes.create_string_buffer(1 << 21)
        size = self.zmq.zmq_recv(self.dealer, room,
                                 ctypes.c_size_t(len(room)), 0)
        if size < 0:
            raise Gone()
        return read_frame(room.raw[:size])


class Scene:
    """A store, an honest agent, and a host whose key is known."""

    def __init__(self, stack, *lines):
        self.stack = stack
        self.hosts = Hosts(stack.enter_context(temporary_folder()))
        self.bad = self.hosts.stranger("bad")
        self.hosts.store.knows(self.bad, "rights = write", *lines)
        self.store = stack.enter_context(self.hosts.start_store())
        stack.enter_context(self.hosts.start_agent())
        wait_for(self.store)
        self.before_kib = memory_kib(self.store)

    def speaker(self):
        return self.stack.enter_context(KeySpeaker(self.bad, self.hosts))

    def unmoved(self):
        assert self.store.runs()
        with self.hosts.start_agent(who="late"):
            wait_for(self.store, "late")
        assert "peer=agent" not in self.store.log(), self.store.log()
        grown = memory_kib(self.store) - self.before_kib
        diagnose("%d KiB more" % grown)
        with open("/proc/%d/maps" % self.store.pid,
                  encoding="utf-8") as file:
            sanitized = re.search(r"lib[at]san", file.read())
        assert sanitized or grown < 256 << 10, grown


@contextlib.contextmanager
def scene(*lines):
    with contextlib.ExitStack() as stack:
        yield Scene(stack, *lines)


def row(number):
    return rows_part(1, int(time.time() * 1000 - 60000 + number) * 1000000,
                     [number])


ONE = [("spoken", {})]


def speaks_with_a_key():
    "the protocol is the same with a key"
    with scene() as world:
        speaker = world.speaker()
        speaker.begin()
        speaker.say(layout(1, 0, ONE))
        for number in range(1, 4):
            speaker.say(batch(number, row(number)))
        assert not read_ack(speaker.hear_durable(3))[1]
        world.unmoved()


def bad_frames_are_told():
    "who sends garbage with its key is told by name, a few times at most"
    with scene() as world:
        speaker = world.speaker()
        for number in range(1000):
            speaker.say(b"garbage %d" % number)
            speaker.say(frame(PING, crc=number), b"")
        assert speaker.ask(frame(PING), RESET)
        world.store.wait_for_log("warn bad_frame .*peer=bad")
        assert world.store.log().count("warn bad_frame") < 20
        world.unmoved()


def message_without_end():
    "a message of very many parts is cut off before it fills the memory"
    with scene() as world:
        speaker = world.speaker()
        speaker.begin()
        piece = bytes(1 << 16)
        for _ in range(5000):  # libzmq keeps them back until the last
            assert speaker.say_part(piece, MORE)
        assert speaker.say_part(b"")
        world.store.wait_for_log("warn peer_cut .*peer=bad .*more than it may")
        world.unmoved()


def too_many_connections():
    "a key has so many connections as its file says, and no more"
    with scene("connections = 4") as world:
        speakers = [world.speaker() for _ in range(6)]
        for speaker in speakers:
            speaker.say(hello(speaker.stream))
        world.store.wait_for_log("warn peer_cut .*peer=bad "
                                 ".*too many connections with its key")
        world.unmoved()


def too_many_streams_and_layouts():
    "streams and layouts beyond those of a key's file are refused, and told"
    with scene("streams = 3", "layouts = 5") as world:
        speaker = world.speaker()
        kinds = [speaker.ask(hello(bytes([number] * 16)), WELCOME,
                             REFUSE).kind for number in range(6)]
        assert kinds == [WELCOME] * 3 + [REFUSE] * 3, kinds
        speaker.stream = bytes(16)
        speaker.begin()
        for number in range(9):
            speaker.say(layout(number, 0, [("spoken", {"n": "%d" % number})]))
        speaker.say(batch(1, rows_part(0, 60000000000000, [1])))
        speaker.hear_durable(1)
        world.store.wait_for_log("peer_refused .*peer=bad .*no more streams")
        world.store.wait_for_log("peer_refused .*peer=bad .*no more layouts")
        assert world.store.log().count("peer_refused") < 15
        world.unmoved()


# Replayed bytes -----------------------------------------------------------------------

class Wiretap:
    """Sits between agent and store, and keeps what the agent says."""

    def __init__(self, address):
        self.address = address
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.endpoint = "tcp://127.0.0.1:%d" % self.listener.getsockname()[1]
        self.heard = []
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self):
        with contextlib.suppress(OSError):
            while True:
                client, _ = self.listener.accept()
                store = socket.create_connection(self.address)
                kept = []
                self.heard.append(kept)
                for source, sink, keep in ((client, store, kept),
                                           (store, client, None)):
                    threading.Thread(target=self._pass, daemon=True,
                                     args=(source, sink, keep)).start()

    @staticmethod
    def _pass(source, sink, keep):
        with contextlib.suppress(OSError):
            while data := source.recv(65536):
                if keep is not None:
                    keep.append(data)
                sink.sendall(data)
        for end in (source, sink):
            end.close()


def replayed_bytes():
    "bytes of an honest agent, said again, say nothing"
    with scene() as world:
        host, port = world.hosts.endpoint[len("tcp://"):].rsplit(":", 1)
        tap = Wiretap((host, int(port)))
        real, world.hosts.endpoint = world.hosts.endpoint, tap.endpoint
        with world.hosts.start_agent(who="tapped"):
            wait_for(world.store, "tapped")
        world.hosts.endpoint = real
        tap.listener.close()
        assert tap.heard and sum(map(len, tap.heard[0])) > 500
        for _ in range(20):
            for pieces in tap.heard:
                thief = socket.create_connection((host, int(port)))
                with contextlib.closing(thief), contextlib.suppress(OSError):
                    thief.settimeout(0.1)
                    for piece in pieces:
                        thief.sendall(piece)
                    while thief.recv(1000):
                        pass
        world.store.wait_for_log("warn handshake_failed")
        world.unmoved()


run(speaks_with_a_key, bad_frames_are_told, message_without_end,
    too_many_connections, too_many_streams_and_layouts, replayed_bytes)
