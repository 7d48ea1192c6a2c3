"""speaker - weir's protocol as core/link/README.md has it, in another language

Written from that page alone, over a plain socket: ZMTP with the NULL mechanism,
frames, words and batches.  It says what it is told to say, right or wrong.
"""
import collections
import math
import os
import socket
import struct

from weirtest import PATIENCE_S

(HELLO, WELCOME, USE, WANT, LAYOUT, FORGET, BATCH, ACK, PING, RESET, REFUSE,
 BYE, SELECT, ANSWER, CREDIT, CANCEL) = range(1, 17)

MAGIC, VERSION, HEAD_SIZE, FRAME_MOST = 0x52494557, 1, 32, 1 << 20
REWIND, PACKS, PACKED = 1, 2, 1
WITHOUT_END = 9999


# Frames -----------------------------------------------------------------------------

def _crc_table():
    table = []
    for number in range(256):
        for _ in range(8):
            number = number >> 1 ^ (0x82f63b78 if number & 1 else 0)
        table.append(number)
    return table


_CRC = _crc_table()


def crc32c(data, crc=0):
    crc ^= 0xffffffff
    for byte in data:
        crc = crc >> 8 ^ _CRC[(crc ^ byte) & 0xff]
    return crc ^ 0xffffffff


def frame(kind, body=b"", a=0, b=0, slot=0, flags=0, magic=MAGIC,
          version=VERSION, size=None, crc=None):
    """A frame; what is given by name beside the fields makes it a wrong one."""
    head = struct.pack("<IBBBBQQI", magic, kind, flags, version, slot, a, b,
                       len(body) if size is None else size)
    right = crc32c(head, crc32c(body))
    return head + struct.pack("<I", right if crc is None else crc) + body


Frame = collections.namedtuple("Frame", "kind flags slot a b body")


def read_frame(data):
    (magic, kind, flags, version, slot, a, b, size,
     crc) = struct.unpack("<IBBBBQQII", data[:HEAD_SIZE])
    body = data[HEAD_SIZE:]
    assert (magic, version, size) == (MAGIC, VERSION, len(body)), data[:40]
    assert crc == crc32c(data[:HEAD_SIZE - 4], crc32c(body)), "wrong sum"
    return Frame(kind, flags, slot, a, b, body)


# Bodies -----------------------------------------------------------------------------

def text(value):
    data = value.encode()
    return struct.pack("<H", len(data)) + data + b"\0"


def hello(stream, incarnation=1, first=1, name="speaker", slot=0, flags=0,
          least=VERSION, most=VERSION):
    body = struct.pack("<HH", least, most) + stream + text(name)
    return frame(HELLO, body, a=first, b=incarnation, slot=slot, flags=flags)


def layouts(kind, pairs, slot=0):
    """USE, WANT or FORGET: pairs of a layout's number and a count."""
    return frame(kind, b"".join(struct.pack("<II", *pair) for pair in pairs),
                 slot=slot)


def read_layouts(body):
    return list(struct.iter_unpack("<II", body))


def series_body(number, first, series, gauge=2):
    """A LAYOUT's body; series are (metric's name, {label: value})."""
    names = sorted({name for name, _ in series})
    body = struct.pack("<IIII", number, first, len(series), len(names))
    for name in names:
        body += struct.pack("<B", gauge) + text(name) + text("") + text("")
    for name, labels in series:
        body += struct.pack("<I", names.index(name)) + text("")
        body += struct.pack("<B", len(labels))
        for label in sorted(labels.items()):
            body += text(label[0]) + text(label[1])
    return body


def layout(number, first, series, slot=0):
    return frame(LAYOUT, series_body(number, first, series), slot=slot)


def rows_part(number, time_ns, values, present=None):
    """One row; where 'present' is given, None stands for an absent value."""
    width = len(values)
    data = struct.pack("<q", time_ns)
    data += b"".join(struct.pack("<d", value or 0) for value in values)
    if present:
        bits = sum(1 << i for i, value in enumerate(values)
                   if value is not None)
        data += bits.to_bytes((width + 63) // 64 * 8, "little")
    return struct.pack("<BBBBIIIQ", 1, 0, 0, bool(present), number, width, 1,
                       len(data)) + data


def loose_part(number, samples):
    """Samples are (column, time, value)."""
    data = b"".join(struct.pack("<q", time_ns) for _, time_ns, _ in samples)
    data += b"".join(struct.pack("<d", value) for _, _, value in samples)
    data += b"".join(struct.pack("<I", column) for column, _, _ in samples)
    data += bytes(-len(data) % 8)
    return struct.pack("<BBBBIIIQ", 2, 0, 0, 0, number, 0, len(samples),
                       len(data)) + data


def batch_body(*parts):
    return struct.pack("<II", len(parts), 0) + b"".join(parts)


def batch(sequence, *parts, slot=0, first=1):
    return frame(BATCH, batch_body(*parts), a=sequence, b=first, slot=slot)


# Packed batches ---------------------------------------------------------------------

def varint(number):
    data = b""
    while number >= 0x80:
        data += bytes([number & 0x7f | 0x80])
        number >>= 7
    return data + bytes([number])


def fold(number):
    return 2 * number if number >= 0 else -2 * number - 1


def _bits(value):
    return struct.unpack("<Q", struct.pack("<d", value))[0]


class Packer:
    """Packs rows of one layout, all present, each hanging on the one before."""

    def __init__(self, number):
        self.number = number
        self.turn = int.from_bytes(os.urandom(3), "little")
        self.forget()

    def forget(self):
        """Begins another pass."""
        self.turn += 1
        self.sequence = self.time_ns = 0
        self.values = {}
        self.digits = {}

    def _change(self, column, value):
        before = self.values.get(column, 0.0)
        digits = self.digits.get(column, 0)
        scale = 10.0 ** digits
        start, end = round(before * scale), round(value * scale)
        if end / scale == value and not (value == 0 and
                                         math.copysign(1, value) < 0):
            return varint(2 * fold(end - start))
        for digits in range(10):
            scale = 10.0 ** digits
            start, end = round(before * scale), round(value * scale)
            if value and end / scale == value:
                self.digits[column] = digits
                return bytes([0xff, digits]) + varint(2 * fold(end - start))
        difference = _bits(before) ^ _bits(value)
        data = difference.to_bytes(8, "little")
        below = len(data) - len(data.lstrip(b"\0"))
        data = data.strip(b"\0")
        return bytes([1 | len(data) - 1 << 1 | below << 4]) + data

    def batch(self, sequence, time_ns, values, slot=0, first=1):
        distance = sequence - self.sequence + 1 if self.sequence else 0
        bitmap, changes = 0, b""
        for column, value in enumerate(values):
            if _bits(self.values.get(column, 0.0)) != _bits(value):
                bitmap |= 1 << column
                changes += self._change(column, value)
                self.values[column] = value
        plain = len(batch_body(rows_part(self.number, time_ns, values)))
        body = (struct.pack("<II", plain, self.turn) + varint(1) + b"\x01" +
                varint(self.number) + varint(len(values)) + varint(1) +
                varint(distance) + varint(fold(time_ns - self.time_ns)) +
                bitmap.to_bytes((len(values) + 7) // 8, "little") + changes)
        self.sequence, self.time_ns = sequence, time_ns
        return frame(BATCH, body, a=sequence, b=first, slot=slot, flags=PACKED)


# The connection -----------------------------------------------------------------------

GREETING = (b"\xff" + bytes(8) + b"\x7f\x03\x00" + b"NULL".ljust(20, b"\0") +
            bytes(32))


def _property(name, value):
    return bytes([len(name)]) + name + struct.pack(">I", len(value)) + value


READY = b"\x05READY" + _property(b"Socket-Type", b"DEALER") + \
    _property(b"Identity", b"")


class Gone(Exception):
    """The other side has hung up."""


def wire_message(*parts):
    """A message of these parts as ZMTP has it."""
    data = b""
    for i, part in enumerate(parts):
        flags = (i + 1 < len(parts)) | (2 if len(part) > 255 else 0)
        data += bytes([flags]) + len(part).to_bytes(
            8 if len(part) > 255 else 1, "big") + part
    return data


class Inbox:
    """What came over a socket and was not taken yet: from 'at' on."""

    def __init__(self, source):
        self.source = source
        self.came = b""
        self.at = 0

    def take(self, size):
        while len(self.came) - self.at < size:
            piece = self.source.recv(1 << 16)
            if not piece:
                raise Gone()
            self.came = self.came[self.at:] + piece
            self.at = 0
        self.at += size
        return self.came[self.at - size:self.at]


class Speaker:
    """A connection to a store's endpoint, with a stream of its own."""

    def __init__(self, endpoint, handshake=True):
        if endpoint.startswith("ipc://"):
            self.socket = socket.socket(socket.AF_UNIX)
            self.socket.connect(endpoint[len("ipc://"):])
        else:
            host, port = endpoint[len("tcp://"):].rsplit(":", 1)
            self.socket = socket.create_connection((host, int(port)))
            self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.socket.settimeout(PATIENCE_S)
        self.stream = os.urandom(16)
        self.inbox = Inbox(self.socket)
        if handshake:
            self.shake_hands()

    def __enter__(self):
        return self

    def __exit__(self, *error):
        self.socket.close()

    def shake_hands(self):
        self.socket.sendall(GREETING)
        assert self._take(64)[12:32].rstrip(b"\0") == b"NULL"
        self.socket.sendall(bytes([4, len(READY)]) + READY)
        flags, data = self._take_part()
        assert flags & 4 and data.startswith(b"\x05READY"), data

    def _take(self, size):
        return self.inbox.take(size)

    def _take_part(self):
        flags = self._take(1)[0]
        size = int.from_bytes(self._take(8 if flags & 2 else 1), "big")
        return flags, self._take(size)

    def say(self, *parts):
        """Sends a message of these parts; bytes() is one without an end."""
        self.socket.sendall(wire_message(*parts))

    def hear(self):
        """Returns the next frame."""
        flags, data = self._take_part()
        assert not flags & 5, "neither one part nor a message"
        return read_frame(data)

    def hear_kind(self, *kinds):
        """Returns the next frame of a kind, and passes over others."""
        while True:
            heard = self.hear()
            if heard.kind in kinds:
                return heard

    def hear_kinds(self, count, *kinds):
        """Returns the kinds of the next so many frames of these, whose sums are
        not looked at: for thousands of them."""
        heard = []
        while len(heard) < count:
            kind = self._take_part()[1][4]
            heard += [kind] if kind in kinds else []
        return heard

    def hear_durable(self, sequence, slot=0):
        """Returns the ACK that calls the batch durable."""
        while True:
            heard = self.hear_kind(ACK)
            if heard.slot == slot and heard.a >= sequence:
                return heard

    def ask(self, question, *answers):
        self.say(question)
        return self.hear_kind(*answers)

    def begin(self, slot=0, flags=0, **values):
        """HELLO, WELCOME, USE of no layouts, WANT; returns the WELCOME."""
        welcome = self.ask(hello(self.stream, slot=slot, flags=flags, **values),
                           WELCOME, REFUSE)
        assert welcome.kind == WELCOME, welcome
        assert self.ask(layouts(USE, [], slot), WANT).body == b""
        return welcome


def read_ack(heard):
    """Returns what comes next, and verdicts (sequence, refused, why)."""
    following, = struct.unpack_from("<Q", heard.body)
    verdicts, at = [], 24 if heard.kind == WELCOME else 8
    while at < len(heard.body):
        sequence, refused, length = struct.unpack_from("<QIH", heard.body, at)
        at += 14
        verdicts.append((sequence, refused,
                         heard.body[at:at + length].decode()))
        at += length + 1
    return following, verdicts
