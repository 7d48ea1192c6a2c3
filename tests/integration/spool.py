"""spool.py - what is in the spool of an agent is stored, once

An agent counts up; the store is stopped, killed and started, and the agent is
ended or killed, at random moments.  Each sample has a number, which is its time,
and at the end, when all have ended, they are counted in the store.  WEIR_SEED
brings a run back, WEIR_SPOOL_S is for how many seconds.
"""
import os
import random
import time

from ledger import COUNT, STORE, figure, starts_of, values_of
from programs import EXIT_OK, Weir, weir_call, weir_environment
from weirtest import diagnose, free_port, run, wait_until

AGENT = """
interval = 1s
drain_timeout = 300ms
http { listen = {"127.0.0.1:@port"} }
input exec:ledger { command = "@count"  mode = stay  to = {"main"} }
input self { to = {"local"} }
storage memory:local { }
report exposition { from = {"local"} }
link main {
    connect = {"@endpoint"}
    window = 20K
    spool { size = 8M  sync = @sync }
}
"""


def spools_of(agent):
    """The links that weir spool lists; each of them it also shows."""
    links = []
    for line in call_spool(agent).splitlines()[1:]:
        links.append(line.split()[0])
        shown = call_spool(agent, "show", links[-1])
        batches = [int(row.split()[2]) for row in shown.splitlines()
                   if ".seg" in row]
        assert sum(batches) > 0, shown
    return links


def call_spool(agent, *words):
    status, said, err = weir_call(
        "spool", *words, "-c", agent.config,
        environment=weir_environment(agent.folder))
    assert status == EXIT_OK, said + err
    return said


class Play:
    """An agent and a store, and what is known to be safe."""

    def __init__(self, sync):
        self.seed = int(os.environ.get("WEIR_SEED") or time.time_ns() % 2**32)
        self.chance = random.Random(self.seed)
        diagnose("WEIR_SEED=%d" % self.seed)
        self.end = time.monotonic() + float(
            os.environ.get("WEIR_SPOOL_S", "12"))
        endpoint = "tcp://127.0.0.1:%d" % free_port()
        self.store = Weir(STORE, endpoint=endpoint)
        self.agent = Weir(AGENT, endpoint=endpoint, sync=sync, count=COUNT,
                          ready=False)
        self.promised = {}  # by the start of a run: how many are safe

    def __enter__(self):
        self.store.__enter__()
        self.agent.__enter__()
        return self

    def __exit__(self, *error):
        self.agent.__exit__(*error)
        self.store.__exit__(*error)

    def promise(self, name):
        """Notes what the agent calls safe now."""
        count = int(figure(self.agent, name))
        starts = starts_of(self.agent)
        if starts:
            self.promised[starts[-1]] = count

    def wait_for_news(self):
        """Waits until the agent's present run counts."""
        runs = len(self.promised)
        wait_until("the agent counts",
                   lambda: len(starts_of(self.agent)) > runs)

    def pause(self, most_s=1.5):
        time.sleep(self.chance.uniform(0, most_s))

    def drained(self):
        return figure(self.agent, "weir_link_up") == 1 and \
            figure(self.agent, "weir_spool_bytes") == 0 and \
            figure(self.agent, "weir_link_waiting_bytes") < 10000

    def finish(self):
        """Lets all arrive, ends both and returns what the store has."""
        time.sleep(1.5)  # the figures are as old as a cycle of input self
        wait_until("the spool is empty", self.drained, 60)
        assert self.agent.stop(30) == EXIT_OK
        assert self.store.stop() == EXIT_OK
        return values_of(self.store)

    def count(self, values):
        """Each run's numbers are there from the first to the last safe one."""
        have = set(values)
        assert len(have) == len(values), "twice"
        for start, count in self.promised.items():
            missing = [i for i in range(start + 1, start + count + 1)
                       if i not in have]
            assert not missing, "of %d after %d missing: %s" % (
                count, start, missing[:20])
        diagnose("%d runs, %d promised, %d there" % (
            len(self.promised), sum(self.promised.values()), len(values)))
        assert sum(self.promised.values()) > 0


def store_comes_and_goes():
    "while the store is stopped, killed and started nothing is lost nor twice"
    with Play("interval") as play:
        play.wait_for_news()
        while time.monotonic() < play.end:
            play.pause()
            if play.chance.random() < 0.5:
                play.store.kill()
            else:
                assert play.store.stop() == EXIT_OK
            play.pause(3)
            play.store.start()
        wait_until("something was spooled", lambda: figure(
            play.agent, "weir_spool_batches_total"))
        play.promise("weir_link_durable_batches_total")
        values = play.finish()
        # One run, without a gap, whatever was said to be safe.
        start = starts_of(play.agent)[0]
        play.promised[start] = max(values) - start
        play.count(values)


def agent_comes_and_goes():
    "what the agent has on disk outlives kill -9, and is stored once"
    with Play("always") as play:
        while time.monotonic() < play.end:
            play.wait_for_news()
            play.pause(2.5)
            if play.chance.random() < 0.4:
                play.store.kill()
                play.pause()
            play.promise("weir_spool_batches_total")
            play.agent.kill()
            if not play.store.runs():
                play.store.start()
            play.agent.start()
        play.wait_for_news()
        wait_until("batches", lambda: figure(play.agent,
                                             "weir_spool_batches_total"))
        play.promise("weir_spool_batches_total")
        play.count(play.finish())


def agent_leaves_the_rest():
    "what the store does not take before the agent ends is stored after its return"
    with Play("interval") as play:
        play.wait_for_news()
        play.store.kill()
        wait_until("something is spooled", lambda: figure(
            play.agent, "weir_spool_bytes"))
        assert play.agent.stop() == EXIT_OK
        play.promised[starts_of(play.agent)[-1]] = 0
        assert "spool_kept" in play.agent.log(), play.agent.log()
        assert "batches_lost" not in play.agent.log(), play.agent.log()
        assert spools_of(play.agent) == ["main"]
        play.agent.start()
        play.wait_for_news()
        play.store.start()
        wait_until("something is spooled", lambda: figure(
            play.agent, "weir_link_durable_batches_total"))
        values = play.finish()
        first, second = starts_of(play.agent)
        play.promised[first] = max(v for v in values if v < second) - first
        play.promised[second] = max(values) - second
        play.count(values)
        assert play.promised[first] > 100


if __name__ == "__main__":
    run(store_comes_and_goes, agent_comes_and_goes, agent_leaves_the_rest)
