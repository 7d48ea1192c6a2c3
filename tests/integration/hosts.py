"""hosts.py - agents, a relay, stores and a report host on hosts of their own

Three agents are pushed numbered samples (pushers.py); each of two stores is to have
all of them (machines.py).  The network, the machines and the processes fail from
outside (faults.py); when all is mended nothing that was acknowledged is missing
anywhere, nothing is there twice, and what the report host answers is in order,
at any time.

WEIR_SEED brings a run back, as far as faults go; WEIR_HOSTS_S is for how many
seconds there are any, WEIR_SOAK for how many rounds.
"""
import contextlib
import os
import random
import re
import time

import disks
from faults import FAULTS
from machines import Machines
from pushers import Ledger
from weirtest import SOURCE, diagnose, run, wait_until

ROUNDS_JUDGED = 15   # so many, then all is mended and counted
ROUNDS_A_LIFE = 150  # so many, then all begins with nothing


@contextlib.contextmanager
def machines():
    with contextlib.ExitStack() as stack:
        yield Machines(stack)


class Play:
    """Machines, and what was pushed to the agents since an epoch began."""

    def __init__(self, everything, chance=None, agents=None):
        self.all = everything
        self.agents = agents or list(everything.agents)  # that are pushed to
        # What these acknowledged each store has in the end.  The others have it
        # when one store does: killed with the rest, they leave it with that.
        self.thorough = self.agents
        self.chance = chance
        self.broken = []  # names, and what mends each
        self.came = {}    # names of faults, and how often each came
        self.asked = self.answered = 0
        self.held = dict.fromkeys(everything.stores, 0)  # samples, in all epochs
        self.ledger = None
        self.lacks = ""

    def begin_epoch(self):
        boxes = {name: self.all.agents[name] for name in self.agents}
        self.ledger = Ledger(boxes, 6 // len(boxes))

    def wait_for_acknowledged(self, agent):
        """Waits until some more of an agent's pushes are acknowledged."""
        pushers = [p for p in self.ledger.pushers if p.agent == agent]
        then = sum(len(p.acknowledged) for p in pushers)
        wait_until(agent + " acknowledges", lambda: sum(
            len(p.acknowledged) for p in pushers) > then + 20, 60)

    # Faults ---------------------------------------------------------------------

    def break_something(self):
        for _ in range(self.chance.choice((1, 1, 2, 3))):
            fault = self.chance.choice(FAULTS)
            self.came[fault.__name__] = self.came.get(fault.__name__, 0) + 1
            self.broken.append((fault.__name__, fault(self)))

    def mend(self, share):
        """Mends each fault with that likelihood, the youngest first."""
        for name, mend in list(reversed(self.broken)):
            if share == 1 or self.chance.random() < share:
                mend()
                self.broken.remove((name, mend))

    def ask(self):
        """What is answered while things are broken is in order at least."""
        if not self.all.report.runs():
            return
        self.asked += 1
        answer = self.all.report.get(self.ledger.question("3s"))
        if answer.status == 200:
            self.ledger.read(answer)
            self.answered += 1

    def round(self):
        self.break_something()
        time.sleep(self.chance.uniform(0.1, 2))
        if self.chance.random() < 0.3:
            self.ask()
        self.mend(0.7)

    # Counting -------------------------------------------------------------------

    def has_all(self, name):
        """Whether a store, or the report host, answers with all that was
        acknowledged."""
        box = self.all.boxes[name]
        answer = box.get(self.ledger.question())
        if answer.status != 200:
            self.lacks = "%d %s" % (answer.status, answer.text[:300])
            return False
        numbers = self.ledger.read(answer)
        self.lacks = self.ledger.missing(
            numbers, self.agents if name == "report" else self.thorough)
        return not self.lacks and numbers

    def wait_for_all(self, name):
        """Returns the numbers that a store has, or the report host."""
        try:
            return wait_until(name + " has all", lambda: self.has_all(name), 60)
        except AssertionError as error:
            raise AssertionError("%s: %s" % (error, self.lacks)) from None

    def end_epoch(self):
        """Mends all, and counts."""
        self.mend(1)
        for box in self.all.boxes.values():
            box.wait_ready()
        self.ledger.stop()
        time.sleep(0.5)  # figures are as old as a cycle
        for host in (*self.agents, "relay"):
            wait_until(host + " has nothing left",
                       lambda h=host: self.all.is_drained(h), 60)
        for store in self.held:
            numbers = self.wait_for_all(store)
            self.held[store] += sum(map(len, numbers.values()))
        self.wait_for_all("report")
        diagnose("%d samples acknowledged; answers to pushes: %s" % (
            self.ledger.acknowledged(), self.ledger.statuses()))

    def count_twice(self):
        """Store a has counted each sample that came: none came twice.  Not so
        with agent-2: what its window has for long it writes to its spool, so as
        to acknowledge it; that comes twice then, and is kept once."""
        if self.agents != ["agent-1"]:
            return
        held = self.held["store-a"]
        name = "weir_storage_head_samples"
        wait_until("store-a has counted",
                   lambda: self.all.figure("store-a", name) >= held)
        count = self.all.figure("store-a", name)
        assert count == held, "%d samples, but %d came" % (held, count)

    def end(self):
        """Ends all, and looks at what the stores have of the last epoch."""
        self.count_twice()
        self.all.stop()
        union = {}
        for store in self.all.stores:
            numbers = self.ledger.read_dump(self.all.dump(store))
            lacks = self.ledger.missing(numbers, self.thorough)
            assert not lacks, "%s, when it had ended: %s" % (store, lacks)
            for name, found in numbers.items():
                union.setdefault(name, set()).update(found)
        lacks = self.ledger.missing(union, self.agents)
        assert not lacks, "the stores, when they had ended: " + lacks


# Whatever fails -----------------------------------------------------------------------


class Budget:
    """How long chance may break things."""

    def __init__(self):
        self.seed = int(os.environ.get("WEIR_SEED") or time.time_ns() % 2**32)
        diagnose("WEIR_SEED=%d" % self.seed)
        self.chance = random.Random(self.seed)
        self.rounds = 0
        self._soak = int(os.environ.get("WEIR_SOAK", "0"))
        self._end = time.monotonic() + float(
            os.environ.get("WEIR_HOSTS_S", "12"))

    def goes_on(self):
        return self.rounds < self._soak or time.monotonic() < self._end


def live(budget):
    """From nothing, through some rounds of faults, to the end of all."""
    last = budget.rounds + ROUNDS_A_LIFE
    with machines() as everything:
        only = budget.chance.choice((["agent-1"], None))
        play = Play(everything, budget.chance, only)
        play.thorough = ["agent-1"]
        while budget.goes_on() and budget.rounds < last:
            play.begin_epoch()
            judged = budget.rounds + ROUNDS_JUDGED
            while budget.goes_on() and budget.rounds < judged:
                play.round()
                budget.rounds += 1
            play.end_epoch()
            diagnose("%d rounds" % budget.rounds)
        play.end()
        diagnose("%d of %d questions answered meanwhile; %s" % (
            play.answered, play.asked, ", ".join(
                "%s %d" % item for item in sorted(play.came.items()))))


def whatever_fails():
    "whatever fails: nothing acknowledged is lost, nothing stored or told twice"
    budget = Budget()
    while budget.goes_on():
        live(budget)


# One thing after the other ------------------------------------------------------------


def a_store_dies():
    "either store may die: the report host has no gap, and the other catches up"
    with machines() as everything:
        play = Play(everything)
        for name, store in everything.stores.items():
            play.begin_epoch()
            for agent in everything.agents:
                play.wait_for_acknowledged(agent)
            play.end_epoch()
            store.kill()
            killed = time.monotonic()
            play.wait_for_all("report")
            diagnose("%s killed: all of it answered within %.1f s" % (
                name, time.monotonic() - killed))
            before = play.ledger
            play.begin_epoch()
            for agent in everything.agents:
                play.wait_for_acknowledged(agent)
            store.start()
            play.end_epoch()
            play.ledger = before
            play.wait_for_all("report")


def the_network_is_cut():
    "while an agent is cut off it acknowledges what its disk has, and loses nothing"
    with machines() as everything:
        play = Play(everything)
        play.begin_epoch()
        for agent in everything.agents:
            play.wait_for_acknowledged(agent)
        plug = [everything.net.unplug(agent) for agent in everything.agents]
        for agent in everything.agents:
            play.wait_for_acknowledged(agent)
        # sync = always: what is on its disk outlives it, and its power.
        everything.boxes["agent-1"].kill()
        everything.boxes["agent-1"].start()
        play.wait_for_acknowledged("agent-1")
        play.broken.append(("power", everything.power_off("agent-1")))
        for mend in plug:
            mend()
        play.end_epoch()
        play.end()


def the_disk_is_full():
    "with its disk full an agent or a store refuses, loses nothing, and goes on"
    with machines() as everything:
        play = Play(everything)
        play.thorough = ["agent-1", "agent-3"]
        play.begin_epoch()
        play.wait_for_acknowledged("agent-2")
        for host in ("agent-2", "store-b"):
            state = everything.path_of(host, "state")
            play.broken.append(("full", disks.fill(state)))
        plug = everything.net.unplug("agent-2")
        pushers = [p for p in play.ledger.pushers if p.agent == "agent-2"]
        wait_until("agent-2 refuses", lambda: any(
            p.statuses.get(503) for p in pushers), 60)
        everything.boxes["store-b"].kill()
        everything.boxes["store-b"].start()
        plug()
        play.wait_for_acknowledged("agent-1")
        play.end_epoch()
        play.end()


# What the manual says -----------------------------------------------------------------

# What holds each row of DURABILITY in weir.conf(5): a file, and a test in it.
ROWS = {
    "the store is killed, or the network is cut":
        ("tests/integration/hosts.py", "the_network_is_cut"),
    "a relay is killed, or loses its power":
        ("tests/integration/relay.py", "all_come_and_go"),
    "weir is stopped in order":
        ("tests/integration/spool.py", "agent_leaves_the_rest"),
    "weir is killed": ("tests/integration/spool.py", "agent_comes_and_goes"),
    "the power fails": ("tests/integration/hosts.py", "the_network_is_cut"),
    "the disk is full": ("tests/integration/hosts.py", "the_disk_is_full"),
}


def each_row_is_held():
    "each row of the manual's table of what is lost when has a test"
    with open(os.path.join(SOURCE, "conf/weir.conf.5"), encoding="utf-8") as page:
        table = re.search(r"^\.SH DURABILITY$(.*?)^\.SH ", page.read(),
                          re.M | re.S)[1]
    rows = re.findall(r"^\.TP\n\.B (.*)$", table, re.M)
    assert sorted(rows) == sorted(ROWS), rows
    for place, test in ROWS.values():
        with open(os.path.join(SOURCE, place), encoding="utf-8") as file:
            assert re.search(r"^def %s\(\)" % test, file.read(), re.M), test


run(whatever_fails, a_store_dies, the_network_is_cut, the_disk_is_full,
    each_row_is_held)
