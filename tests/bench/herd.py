"""herd - what a store takes for very many agents, and how it comes back

One weir with storage tsdb, and `herd` beside it: 5,000 agents of 200 series at
10 s, each with a connection of its own over tcp.  Prints the CPU that the store
takes when all is steady, its memory, and how long it takes until all is steady
again after it was killed and started.
"""
import argparse
import os
import re
import subprocess
import sys
import threading
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)),
                                "..", "integration"))
from process import cpu_s, resident_mib  # noqa: E402
from programs import Weir, weir_environment  # noqa: E402
from weirtest import BUILD, free_port  # noqa: E402

STORE = """
http { listen = {"127.0.0.1:@port"} }
storage tsdb:main { path = "store"  listen = {"@endpoint"}  @more }
"""

LINE = re.compile(r"(\d+) streaming (\d+) connects (\d+) durable (\d+) "
                  r"late (\d+) again (\d+)")


class Second:
    """How the herd fared in one second."""

    def __init__(self, words):
        (self.number, self.streaming, self.connects, self.durable, self.late,
         self.again) = map(int, words)


class Herd(threading.Thread):
    """The program, and what it said."""

    def __init__(self, endpoint, wish, seconds):
        super().__init__(daemon=True)
        numbers = (wish.agents, wish.series, wish.interval, seconds)
        self._program = subprocess.Popen(
            [os.path.join(BUILD, "tests", "bench", "herd"), endpoint,
             *map(str, numbers)], stdout=subprocess.PIPE, text=True,
            env=dict(os.environ, **weir_environment("/tmp")))
        self.pid = self._program.pid
        self.seconds = []
        self.start()

    def run(self):
        for line in self._program.stdout:
            found = LINE.match(line)
            if found:
                self.seconds.append(Second(found.groups()))
        self._program.wait()

    def stop(self):
        self._program.kill()
        self.join()


def wait_for_steady(herd, wish, patience_s):
    """Waits until all are there and none is late.  Returns the seconds it took,
    or None."""
    begun = time.monotonic()
    first = len(herd.seconds)
    while time.monotonic() - begun < patience_s:
        for second in herd.seconds[first + 1:]:
            if second.streaming == wish.agents and second.late == 0:
                return time.monotonic() - begun
        time.sleep(0.1)
    return None


def tell_steady(store, herd, wish):
    cpu, theirs, begun = cpu_s(store.pid), cpu_s(herd.pid), time.monotonic()
    first = len(herd.seconds)
    time.sleep(wish.seconds)
    took = time.monotonic() - begun
    durable = sum(s.durable for s in herd.seconds[first:])
    print("| steady, %d agents of %d series at %d s | %.2f of a core |" % (
        wish.agents, wish.series, wish.interval,
        (cpu_s(store.pid) - cpu) / took))
    print("| samples a second | %d |" % (durable * wish.series / took))
    print("| the herd's own CPU | %.2f of a core |" % (
        (cpu_s(herd.pid) - theirs) / took))
    print("| memory of the store | %d MB |" % resident_mib(store.pid), flush=True)


def tell_return(store, herd, wish):
    """Kills the store, and starts it again a moment later."""
    store.kill()
    time.sleep(wish.away)
    before = len(herd.seconds)
    begun = time.monotonic()
    store.start()
    ready = time.monotonic() - begun
    took = wait_for_steady(herd, wish, 180)
    after = herd.seconds[before:]
    print("| killed, away for %d s: ready again after | %.1f s |" % (
        wish.away, ready))
    print("| steady again after | %s |" % (
        "%.1f s" % (ready + took) if took is not None else "never"))
    print("| most connects in a second | %d |" % max(
        (s.connects for s in after), default=0))
    print("| connects in all, batches sent again | %d, %d |" % (
        sum(s.connects for s in after), sum(s.again for s in after)))
    print("| CPU of the store until then | %.1f s |" % cpu_s(store.pid),
          flush=True)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--agents", type=int, default=5000)
    parser.add_argument("--series", type=int, default=200)
    parser.add_argument("--interval", type=int, default=10)
    parser.add_argument("--seconds", type=int, default=60)
    parser.add_argument("--away", type=int, default=20)
    parser.add_argument("--store", default="", help="more options of the store")
    wish = parser.parse_args()
    endpoint = "tcp://127.0.0.1:%d" % free_port()
    with Weir(STORE, endpoint=endpoint, more=wish.store) as store:
        herd = Herd(endpoint, wish, 100000)
        try:
            took = wait_for_steady(herd, wish, 180)
            print("| herd | |\n|---|---|")
            print("| from nothing until all are steady | %s |" % (
                "%.1f s" % took if took is not None else "never"), flush=True)
            tell_steady(store, herd, wish)
            tell_return(store, herd, wish)
        finally:
            herd.stop()


main()
