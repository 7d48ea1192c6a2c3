"""store_capture - what prometheus-node-exporter says of this machine each second

    store_capture.py FILE [--seconds N]

Writes a file of rows (see store_rows.h), first after some seconds and then
again and again, so that what ends early has something, too.
"""
import argparse
import array
import math
import os
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)),
                                "..", "integration"))
from programs import NodeExporter  # noqa: E402
from weirtest import fetch, series_of  # noqa: E402

SAVE_EVERY_S = 60


class Capture:
    """Rows of one target: series in the order in which they first came."""

    def __init__(self):
        self.columns = {}
        self.times_ns = array.array("q")
        self.rows = []

    def add(self, time_ns, samples):
        for name in samples:
            self.columns.setdefault(name, len(self.columns))
        row = array.array("d", [math.nan]) * len(self.columns)
        for name, value in samples.items():
            row[self.columns[name]] = value
        self.times_ns.append(time_ns)
        self.rows.append(row)

    def save(self, path):
        width = len(self.columns)
        with open(path + ".new", "wb") as file:
            file.write(b"rows %d %d\n" % (width, len(self.rows)))
            for name in self.columns:
                file.write(name.encode() + b"\n")
            file.write(self.times_ns.tobytes())
            for row in self.rows:
                file.write(row.tobytes())
                rest = width - len(row)
                file.write((array.array("d", [math.nan]) * rest).tobytes())
        os.rename(path + ".new", path)


def capture(path, seconds):
    """Scrapes once a second; as a scraper does, a little late each time."""
    found = Capture()
    with NodeExporter() as exporter:
        url = "http://127.0.0.1:%d/metrics" % exporter.port
        begin = time.monotonic()
        for second in range(seconds):
            time.sleep(max(0, begin + second - time.monotonic()))
            time_ns = time.time_ns() // 1000000 * 1000000
            answer = fetch(url)
            if answer.status == 200:
                found.add(time_ns, series_of(answer.text))
            if second % SAVE_EVERY_S == SAVE_EVERY_S - 1:
                found.save(path)
    found.save(path)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("file")
    parser.add_argument("--seconds", type=int, default=120)
    chosen = parser.parse_args()
    capture(chosen.file, chosen.seconds)
