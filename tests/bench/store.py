"""store - storage tsdb beside victoria-metrics, prometheus and influxdb

    store.py [--seconds N] [--capture FILE] [--sets a,b,...] [--no-rivals]

All are given the same samples, one after another on the same machine.  What
node-exporter says of this machine is captured first, for N seconds (120; 3060
are 51 minutes), into FILE, or taken from it when it is there.  The other sets
are made up (`store kinds`).  A rival that is not installed is named as missing.

Bytes are those of all of a store's files but its log, by the samples given.
"""
import argparse
import contextlib
import os
import subprocess
import sys
import tempfile

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)),
                                "..", "integration"))
from weirtest import BUILD, Skip, need, temporary_folder  # noqa: E402

import store_capture  # noqa: E402
from store_rivals import POINTS, RIVALS  # noqa: E402

STORE = os.path.join(BUILD, "tests", "bench", "store")

ROUNDS = 5  # of a rival's query; the best one counts

# What issue 3 asks for: bytes a sample hot and compacted.
WANTED = {
    "capture": (0.50, 0.45), "capture15": (None, 0.70), "mix1": (None, 0.70),
    "integers": (None, 0.38), "doubles": (None, 6.6),
}
SETS = ("capture", "capture15", "mix1", "integers", "doubles", "month", "rest")


def store(*arguments):
    """Runs our program and returns what it tells, {name: number}."""
    done = subprocess.run(["nice", STORE, *arguments], check=True,
                          stdout=subprocess.PIPE, text=True)
    return {name: float(value) for name, value in
            (line.split() for line in done.stdout.splitlines())}


def print_table(head, rows):
    """Prints a table in Markdown, its columns aligned."""
    cells = [[str(cell) for cell in row] for row in [head, *rows]]
    widths = [max(map(len, column)) for column in zip(*cells)]
    cells.insert(1, ["-" * width for width in widths])
    print()
    for row in cells if rows else []:
        print("| %s |" % " | ".join(cell.ljust(width) for cell, width
                                    in zip(row, widths)))
    sys.stdout.flush()


def ratio(theirs, ours):
    return "%.3g (%.2g x)" % (theirs, theirs / ours)


class Bench:
    """A run: its folder, its data, and what was found."""

    def __init__(self, folder, chosen):
        self.folder = folder
        self.chosen = chosen
        self.rivals = [] if chosen.no_rivals else self.installed()
        self.sizes, self.speeds, self.months, self.rest = [], [], [], []

    def installed(self):
        found = []
        for rival in RIVALS:
            try:
                need(rival.program)
                found.append(rival)
            except Skip as reason:
                print("missing: %s" % reason)
        return found

    def rows_of(self, name):
        """The path of a set's rows, which are made when they are needed."""
        path = os.path.join(self.folder, name + ".rows")
        capture = self.chosen.capture or os.path.join(self.folder,
                                                      "capture.rows")
        if name == "capture":
            if not os.path.exists(capture):
                store_capture.capture(capture, self.chosen.seconds)
            return capture
        if name == "capture15":
            store("thin", self.rows_of("capture"), path)
        elif not os.path.exists(path):
            store("make", name, path)
        return path

    @contextlib.contextmanager
    def empty(self):
        """A folder for a store, for a while."""
        with tempfile.TemporaryDirectory(dir=self.folder) as path:
            yield os.path.join(path, "store")

    def own(self, measure, rows):
        with self.empty() as path:
            return store(measure, rows, path)

    def text_of(self, rows, form):
        path = rows + "." + form
        with open(path, "wb") as file:
            subprocess.run([STORE, "text", form, rows], check=True, stdout=file)
        return path

    def feed(self, kind, rows, samples, month):
        """Feeds a rival; returns bytes a sample, CPU s, and ms for a month."""
        text = self.text_of(rows, kind.format)
        try:
            with kind() as rival:
                rival.feed(text)
                size = rival.size() / samples
                took = min(rival.ask_month(*month)
                           for _ in range(ROUNDS)) if month else None
                return size, samples / rival.took_cpu_s / 1e6, took
        finally:
            os.unlink(text)

    def measure_set(self, name):
        rows = self.rows_of(name)
        own = self.own("size", rows)
        hot, cold = WANTED.get(name, (None, None))
        line = [name, "%.1f" % (own["samples"] / 1e6),
                "%.3f%s" % (own["hot"], " (%.2f)" % hot if hot else ""),
                "%.3f%s" % (own["cold"], " (%.2f)" % cold if cold else "")]
        speeds = [name, "%.1f" % (own["fed_per_cpu_s"] / 1e6)]
        for kind in self.rivals:
            size, speed, _ = self.feed(kind, rows, own["samples"], None)
            line.append(ratio(size, own["cold"]))
            speeds.append("%.2f" % speed)
        self.sizes.append(line)
        self.speeds.append(speeds)

    def measure_month(self):
        rows = self.rows_of("month")
        own = self.own("month", rows)
        with open(rows, "rb") as file:
            count = int(file.readline().split()[2])
            file.readline()
            first_ns = int.from_bytes(file.read(8), "little")
        step_s = count // POINTS
        after_s = first_ns // 10**9 - 1
        month = after_s, after_s + POINTS * step_s, step_s
        for name, text in (("month_once", "weir, one select for all"),
                           ("month", "weir, three selects"),
                           ("month_mean", "weir, mean alone"),
                           ("month_hours_once", "weir, one in steps of an hour"),
                           ("month_hours", "weir, three of these")):
            self.months.append([text, "%.3g" % own[name + "_best"],
                                "%d" % own[name + "_values"],
                                "CPU %.3g ms" % own[name + "_cpu"]])
        for kind in self.rivals:
            _, _, took = self.feed(kind, rows, own["samples"], month)
            self.months.append([kind.name, "%.1f" % (took[0] * 1e3), took[1],
                                "%.0f x" % (took[0] * 1e3 / own["month_once_best"])])
        return own

    def measure_rest(self):
        rows = self.rows_of("mix1")
        found = dict(self.own("replay", rows), **self.own("load", rows))
        self.rest = [[name, "%.4g" % value] for name, value in found.items()]

    def report(self):
        print_table(["set", "M samples", "weir hot (aim)", "weir compacted (aim)",
                     *(kind.name for kind in self.rivals)], self.sizes)
        print_table(["M samples per CPU s", "weir",
                     *(kind.name for kind in self.rivals)], self.speeds)
        print_table(["a month, min max avg", "ms", "values", ""], self.months)
        print_table(["weir", ""], self.rest)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seconds", type=int, default=120)
    parser.add_argument("--capture")
    parser.add_argument("--sets", default=",".join(SETS))
    parser.add_argument("--no-rivals", action="store_true")
    chosen = parser.parse_args()
    with temporary_folder() as folder:
        bench = Bench(folder, chosen)
        for name in chosen.sets.split(","):
            if name == "month":
                bench.measure_month()
            elif name == "rest":
                bench.measure_rest()
            else:
                bench.measure_set(name)
        bench.report()


if __name__ == "__main__":
    main()
