"""wrong_bodies - frames and bodies that are wrong, each in a way of its own"""
import struct

from speaker import (BATCH, FRAME_MOST, HEAD_SIZE, PING, batch_body, frame,
                     series_body, text, varint)

TWO = [("spoken", {"n": "0"}), ("spoken", {"n": "1"})]


# Bytes that are no frame ----------------------------------------------------------------

def cut(size):
    return frame(PING)[:size]


NO_FRAMES = {
    "nothing": [b""], "one byte": [b"W"], "half a header": [cut(16)],
    "a header less one byte": [cut(HEAD_SIZE - 1)],
    "a body that is not there": [frame(PING, size=5)],
    "a body that is not told": [frame(PING, b"body", size=0)],
    "a body shorter than told": [frame(PING, b"body", size=5)],
    "a body of 4 GiB": [frame(PING, size=0xffffffff)],
    "another sum": [frame(PING, crc=1)],
    "another sum of a body": [frame(BATCH, bytes(100), a=1, crc=0)],
    "another magic": [frame(PING, magic=0x57454952)],
    "version 0": [frame(PING, version=0)],
    "version 2": [frame(PING, version=2)],
    "version 255": [frame(PING, version=255)],
    "type 0": [frame(0)], "type 17": [frame(17)], "type 255": [frame(255)],
    "two parts": [frame(PING), frame(PING)],
    "an empty part first": [b"", frame(PING)],
    "a hundred parts": [frame(PING)] * 100,
    "garbage": [bytes(range(256))],
    "zeros": [bytes(1000)],
    "text": [b"GET / HTTP/1.1\r\nHost: weir\r\n\r\n"],
    "a byte more than a frame": [bytes(FRAME_MOST + 1)],
}


# Layouts ------------------------------------------------------------------------------------

def layout_body(number=5, first=0, count=1, metrics=1, rest=None):
    body = struct.pack("<IIII", number, first, count, metrics)
    if rest is not None:
        return body + rest
    return body + b"\x02" + text("m") + text("") + text("") + \
        struct.pack("<I", 0) + text("") + b"\0"


def _named(metric="m", suffix="", labels=(), kind=2, index=0):
    rest = bytes([kind]) + text(metric) + text("") + text("")
    rest += struct.pack("<I", index) + text(suffix) + bytes([len(labels)])
    for name, value in labels:
        rest += text(name) + text(value)
    return layout_body(rest=rest)


WRONG_LAYOUTS = {
    "empty": b"", "half a head": bytes(9), "a head alone": bytes(16)[:15],
    "more series than there are": layout_body(count=2),
    "4 billion series": layout_body(count=0xffffffff),
    "4096 series": layout_body(count=4096),
    "4097 series": layout_body(count=4097),
    "no metrics": layout_body(metrics=0),
    "4 billion metrics": layout_body(metrics=0xffffffff),
    "bytes left over": layout_body() + b"\0",
    "a type that is none": _named(kind=6), "type 255": _named(kind=255),
    "a metric that is none": _named(index=1),
    "metric 4 billion": _named(index=0xffffffff),
    "no name": _named(metric=""), "a bad name": _named(metric="a b"),
    "a name of 1000": _named(metric="m" * 1000),
    "a bad suffix": _named(suffix="-"),
    "a bad label": _named(labels=[("0", "x")]),
    "labels out of order": _named(labels=[("b", "x"), ("a", "x")]),
    "a label twice": _named(labels=[("a", "x"), ("a", "y")]),
    "a value that is no UTF-8": layout_body(
        rest=_named(labels=[("a", "?")])[16:].replace(b"?", b"\xff")),
    "a value of 60000": _named(labels=[("a", "x" * 60000)]),
    "255 labels": layout_body(rest=_named()[16:-1] + b"\xff"),
    "a series twice": series_body(5, 0, TWO[:1] * 2),
    "a text without an end": layout_body(rest=b"\x02\xff\xff" + b"m" * 99),
    "behind the most": layout_body(first=4097),
    "first 4 billion": layout_body(first=0xffffffff),
}


# Batches over the two series of layout 1 ------------------------------------------------------

def a_part(kind=1, values=0, version=0, flags=0, number=1, width=2, count=1,
          size=None, data=None):
    if data is None:
        data = bytes(8) + bytes(8 * 2)
    return struct.pack("<BBBBIIIQ", kind, values, version, flags, number,
                       width, count,
                       len(data) if size is None else size) + data


def _bits(bits, values=(1, 0)):
    return a_part(flags=1, data=struct.pack("<qddQ", 1, *values, bits))


MALFORMED = {
    "empty": b"", "half a head": bytes(7), "a second number": struct.pack(
        "<II", 0, 1),
    "more parts than there are": struct.pack("<II", 2, 0) + a_part(),
    "4 billion parts": struct.pack("<II", 0xffffffff, 0) + a_part(),
    "fewer parts": struct.pack("<II", 0, 0) + a_part(),
    "bytes left over": batch_body(a_part()) + bytes(8),
    "half a part": batch_body(a_part())[:-1],
    "kind 0": batch_body(a_part(kind=0)), "kind 3": batch_body(a_part(kind=3)),
    "other values": batch_body(a_part(values=1)),
    "another version": batch_body(a_part(version=1)),
    "unknown flags": batch_body(a_part(flags=2)),
    "width 0": batch_body(a_part(width=0)),
    "count 0": batch_body(a_part(count=0)),
    "count 4 billion": batch_body(a_part(count=0xffffffff)),
    "width 4097": batch_body(a_part(width=4097)),
    "width 4 billion": batch_body(a_part(width=0xffffffff)),
    "size 0": batch_body(a_part(size=0)),
    "a size that is huge": batch_body(a_part(size=1 << 63)),
    "a size beyond all": batch_body(a_part(size=(1 << 64) - 1)),
    "bits of no column": batch_body(_bits(7, (1, 1))),
    "a value that is absent": batch_body(_bits(1, (1, 1))),
    "times that stand still": batch_body(a_part(
        count=2, data=struct.pack("<qqdddd", 5, 5, 1, 1, 1, 1))),
    "times that go back": batch_body(a_part(
        count=2, data=struct.pack("<qqdddd", 5, 4, 1, 1, 1, 1))),
    "loose with a width": batch_body(a_part(
        kind=2, data=struct.pack("<qdQ", 1, 1, 0))),
    "loose with flags": batch_body(a_part(
        kind=2, width=0, flags=1, data=struct.pack("<qdQ", 1, 1, 0))),
    "loose of none": batch_body(a_part(kind=2, width=0, count=0, data=b"")),
    "loose padded wrongly": batch_body(a_part(
        kind=2, width=0, data=struct.pack("<qdII", 1, 1, 0, 1))),
    "loose beyond all columns": batch_body(a_part(
        kind=2, width=0, data=struct.pack("<qdII", 1, 1, 4096, 0))),
}

LACKING = {
    "a layout never announced": batch_body(a_part(number=9)),
    "a layout 4 billion": batch_body(a_part(number=0xffffffff)),
    "more columns than announced": batch_body(a_part(
        width=3, data=bytes(32))),
    "a loose column that is not there": batch_body(a_part(
        kind=2, width=0, data=struct.pack("<qdII", 1, 1, 2, 0))),
}


def _packed(rest, size=56, parts=1):
    return struct.pack("<II", size, 1) + varint(parts) + rest


# kind, layout 1, width 2, one row, a key; then the row: time, bitmap, changes.
_KEY = b"\x01\x01\x02\x01\x00"

MALFORMED_PACKED = {
    "empty": b"", "three bytes": bytes(3), "a size of 0": _packed(b"", 0, 0),
    "a size that is huge": _packed(_KEY + b"\x00\x00", 0xffffffff),
    "a size beyond a frame": _packed(_KEY + b"\x00\x00", FRAME_MOST),
    "a size too small": _packed(_KEY + b"\x00\x00", 48),
    "a size too large": _packed(_KEY + b"\x00\x00", 64),
    "4 billion parts": _packed(_KEY + b"\x00\x00", parts=0xffffffff),
    "kind 0": _packed(b"\x00" + _KEY[1:] + b"\x00\x00"),
    "kind 3": _packed(b"\x03" + _KEY[1:] + b"\x00\x00"),
    "unknown flags": _packed(b"\x21" + _KEY[1:] + b"\x00\x00"),
    "width 0": _packed(b"\x01\x01\x00\x01\x00\x00"),
    "width 4097": _packed(b"\x01\x01" + varint(4097) + b"\x01\x00\x00"),
    "count 0": _packed(b"\x01\x01\x02\x00\x00"),
    "4 billion rows": _packed(b"\x01\x01\x02" + varint(1 << 32) + b"\x00\x00"),
    "131072 rows": _packed(b"\x01\x01\x02" + varint(131072) + b"\x00\x00"),
    "it hangs on what was before all": _packed(
        b"\x01\x01\x02\x01" + varint(9) + b"\x00\x00"),
    "a varint without an end": _packed(_KEY + b"\xff" * 20),
    "a varint that is too long": _packed(_KEY + b"\x80\x00" + b"\x00"),
    "no bitmap": _packed(_KEY + b"\x00"),
    "bits of no column": _packed(_KEY + b"\x00\x04\x02"),
    "a value that is not there": _packed(_KEY + b"\x00\x01"),
    "more bytes than a number has": _packed(_KEY + b"\x00\x01\x7f" + bytes(8)),
    "digits that are too many": _packed(_KEY + b"\x00\x01\xff\x0a\x02"),
    "digits of bits": _packed(_KEY + b"\x00\x01\xff\x01\x01\x01"),
    "a code that is none": _packed(_KEY + b"\x00\x01\x81\x01"),
    "bytes left over": _packed(_KEY + b"\x00\x00\x00"),
    "loose that is cut off": _packed(b"\x02\x01\x01" + bytes(8)),
}
