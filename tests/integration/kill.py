"""kill.py - a store that is killed loses nothing that it acknowledged

The store is killed at random moments, while an input of another process counts
up over tcp.  Its ledger are the values: what the sender calls durable must be
there afterwards, once.  Each has a time of its own, since two cycles may be read
in one millisecond.  WEIR_SEED brings a run back, WEIR_KILL_S is for how many
seconds.
"""
import os
import random
import time

from ledger import STORE, values_of
from programs import Weir
from weirtest import diagnose, free_port, run, wait_until

INPUT = """
interval = 1s
http { listen = {"127.0.0.1:@port"} }
input exec:ledger {
    command = "i=0; while :; do i=$((i+1)); echo ledger $i $i; echo; sleep 0.01; done"
    mode = stay
    to = {"main"}
}
input self { to = {"local"} }
storage memory:local { }
report exposition { from = {"local"} }
link main { connect = {"@endpoint"} }
"""

DURABLE = "weir_link_durable_batches_total"


def durable(source):
    """How many batches the sender knows to be durable."""
    return max((int(value) for name, value in source.series().items()
                if name.startswith(DURABLE)), default=0)


def nothing_is_lost():
    "of what a killed store acknowledged nothing is missing, nothing there twice"
    seed = int(os.environ.get("WEIR_SEED") or time.time_ns() % 2**32)
    chance = random.Random(seed)
    diagnose("WEIR_SEED=%d" % seed)
    endpoint = "tcp://127.0.0.1:%d" % free_port()
    end = time.monotonic() + float(os.environ.get("WEIR_KILL_S", "15"))
    kills = 0
    with Weir(STORE, endpoint=endpoint) as store, \
            Weir(INPUT, endpoint=endpoint) as source:
        wait_until("something durable", lambda: durable(source))
        while time.monotonic() < end:
            time.sleep(chance.uniform(0, 1.5))
            store.kill()
            kills += 1
            store.start()
        before = durable(source)
        wait_until("the link goes on", lambda: durable(source) > before)
        promised = durable(source)
        store.kill()
        values = values_of(store)
    diagnose("%d kills, %d acknowledged, %d there" %
             (kills, promised, len(values)))
    assert kills and promised
    assert len(values) == len(set(values)), "twice"
    missing = sorted(set(range(1, promised + 1)) - set(values))
    assert not missing, "missing: %s" % missing[:20]


run(nothing_is_lost)
