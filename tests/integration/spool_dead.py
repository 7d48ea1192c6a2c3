"""spool_dead.py - what a store refuses for ever is kept, shown, sent again and
dropped; and spools come from elsewhere
"""
import contextlib
import os
import re
import shutil
import time

from ledger import COUNT, STORE, figure, starts_of, values_of
from programs import EXIT_FAILURE, EXIT_OK, EXIT_USAGE, Weir, weir_call, \
    weir_environment
from weirtest import free_port, run, temporary_folder, wait_until, write

AGENT = """
interval = 200ms
drain_timeout = 300ms
@keys
http { listen = {"127.0.0.1:@port"} }
input exec:ledger {
    command = "@count"  mode = stay  to = {"main"}  labels { who = "@who" }
}
input self { to = {"local"} }
storage memory:local { }
report exposition { from = {"local"} }
link main {
    connect = {"@endpoint"}
    window = 20K
    spool { size = 8M }
}
"""

KEYED_STORE = "@keys" + STORE

CLAIM = "rights = write\nclaim who = %s\n"


class Place:
    """A store and what agents need to send to it; with keys, so that it may
    refuse what they claim."""

    def __init__(self, folder):
        self.folder = folder
        self.endpoint = "tcp://127.0.0.1:%d" % free_port()
        self.public = {}
        for host in ("store", "agent"):
            os.makedirs(self.path(host, "peers"))
            status, said, err = weir_call("key", self.path(host, "key"))
            assert status == EXIT_OK, err
            self.public[host] = said
        self.know("agent", "127.0.0.1", "store", "")

    def path(self, host, name):
        return os.path.join(self.folder, host, name)

    def know(self, host, name, peer, rights):
        path = self.path(host, os.path.join("peers", name + ".pub"))
        write(path + ".new", self.public[peer] + rights)
        os.chmod(path + ".new", 0o644)
        os.rename(path + ".new", path)

    def claim(self, who):
        """Lets agents claim to be 'who' alone."""
        self.know("store", "agent", "agent", CLAIM % who)

    def keys(self, host):
        return 'key = "%s"\npeers = "%s"\n' % (
            self.path(host, "key"), self.path(host, "peers"))

    def store(self):
        return Weir(KEYED_STORE, keys=self.keys("store"), endpoint=self.endpoint)

    def agent(self, **values):
        return Weir(AGENT, **dict(
            {"keys": self.keys("agent"), "endpoint": self.endpoint,
             "count": COUNT, "who": "agent", "ready": False}, **values))


@contextlib.contextmanager
def place():
    with temporary_folder() as folder:
        yield Place(folder)


def spool(agent, *words, status=EXIT_OK):
    """What weir spool says."""
    got, said, err = weir_call(
        "spool", *words, "-c", agent.config,
        environment=weir_environment(agent.folder))
    assert got == status, "%d %s%s" % (got, said, err)
    return said + err


def dead(agent):
    return figure(agent, "weir_link_dead_batches_total")


def refuse_some(here, agent):
    """Lets some batches be refused, then no more."""
    here.claim("nobody")
    wait_until("dead letters", lambda: dead(agent) >= 5)
    here.claim("agent")
    wait_until("a batch is stored", lambda: figure(
        agent, "weir_link_durable_batches_total") > 0)


def finish(store, agent):
    """Ends both; returns what the store has."""
    time.sleep(1.5)  # the figures are as old as a cycle of input self
    wait_until("all is stored", lambda: figure(
        agent, "weir_spool_bytes") == 0)
    assert agent.stop(30) == EXIT_OK
    assert store.stop() == EXIT_OK
    return values_of(store)


def expect_run(values, start):
    """Each number of a run that came to an end is there, once."""
    mine = sorted(values)
    assert len(mine) > 10, mine
    assert mine == list(range(start + 1, mine[-1] + 1)), (start, mine[:50])


def dead_letters_are_shown_and_sent_again():
    "what was refused for ever is shown with its reason, and stored after replay"
    with place() as here, here.store() as store, here.agent() as agent:
        refuse_some(here, agent)
        listed = spool(agent, "list")
        assert re.search(r"^main +\S+ \(dead\) +[1-9]", listed, re.M), listed
        shown = spool(agent, "show", "main")
        assert re.search(r"\.seg .*claim a label", shown), shown
        said = spool(agent, "replay", "main")
        assert re.search(r"\d+ dead letters .* are sent again, now", said), said
        assert " (dead)" not in spool(agent, "list")
        assert "no dead letters" in spool(agent, "replay", "main")
        values = finish(store, agent)
        expect_run(values, starts_of(agent)[0])


def dead_letters_outlive_their_agent():
    "they are sent again by the next run, too, and stored once"
    with place() as here, here.store() as store, here.agent() as agent:
        refuse_some(here, agent)
        agent.kill()
        first = starts_of(agent)[0]
        said = spool(agent, "replay", "main")
        assert "when weir starts" in said, said
        agent.start()
        wait_until("the agent counts", lambda: len(starts_of(agent)) > 1)
        wait_until("all is stored", lambda: figure(
            agent, "weir_link_durable_batches_total") > 2)
        values = finish(store, agent)
        second = starts_of(agent)[1]
        assert len(set(values)) == len(values)
        got = [v for v in values if v <= second]
        assert min(got) == first + 1, (first, sorted(got)[:10])


def dead_letters_are_dropped():
    "weir spool drop says what it would drop, and drops it when told so"
    with place() as here, here.store(), here.agent() as agent:
        refuse_some(here, agent)
        said = spool(agent, "drop", "main", status=EXIT_FAILURE)
        assert re.search(r"would drop dead letters: [1-9]", said), said
        assert "--yes" in said, said
        assert " (dead)" in spool(agent, "list")
        said = spool(agent, "drop", "--yes", "main")
        assert re.search(r"drops dead letters: [1-9]", said), said
        assert " (dead)" not in spool(agent, "list")
        said = spool(agent, "drop", "--all", "--yes", "main",
                     status=EXIT_FAILURE)
        assert "stop that first" in said, said
        agent.kill()
        assert "There is nothing to drop" in spool(agent, "drop", "main")


def a_spool_of_another_host_is_sent():
    "what the spool of an agent that is gone has is sent by another one, once"
    with place() as here, here.agent() as gone:
        here.claim(".*")
        wait_until("something is spooled",
                   lambda: figure(gone, "weir_spool_bytes"))
        start = starts_of(gone)[0]
        assert gone.stop() == EXIT_OK
        with here.agent(who="other") as agent, here.store() as store:
            foreign = os.path.join(agent.folder, "foreign")
            home = os.path.join(gone.folder, "state", "spool", "main")
            shutil.copytree(os.path.join(home, os.listdir(home)[0]), foreign)
            wait_until("the agent counts", lambda: starts_of(agent))
            said = spool(agent, "replay", "--to", "main", foreign)
            assert re.search(r"segments, .* are sent to main/\S+ now",
                             said), said
            assert not os.path.exists(foreign)
            wait_until("all is stored", lambda: figure(
                agent, "weir_link_durable_batches_total") > 2)
            values = finish(store, agent)
            assert len(set(values)) == len(values)
            expect_run([v for v in values if v < starts_of(agent)[0]], start)


def what_is_wrong_is_said():
    "weir spool refuses what it does not know, and says what to do"
    with place() as here, here.agent() as agent:
        wait_until("a spool", lambda: "main" in spool(agent, "list"))
        for words, status, said in (
                (("lsit",), EXIT_USAGE, "no word lsit"),
                (("show",), EXIT_USAGE, "a link is due"),
                (("list", "main"), EXIT_USAGE, "not expected here: main"),
                (("show", "--yes", "main"), EXIT_USAGE, "--yes is not for"),
                (("replay", "nobody"), EXIT_FAILURE, "no spool of that link"),
                (("replay", "--to", "main", "/nowhere"), EXIT_FAILURE,
                 "No such file"),
                (("replay", "--to", "nobody", "/tmp"), EXIT_FAILURE,
                 "no spool of that link"),
                (("drop", "--yes", "/nowhere"), EXIT_FAILURE,
                 "neither such a spool"),
                (("--help",), EXIT_OK, "usage: weir spool")):
            assert said in spool(agent, *words, status=status), words
        home = os.path.join(agent.folder, "state", "spool", "main")
        own = os.path.join(home, os.listdir(home)[0])
        assert "the spool itself" in spool(
            agent, "replay", "--to", "main", own, status=EXIT_FAILURE)


run(dead_letters_are_shown_and_sent_again, dead_letters_outlive_their_agent,
    dead_letters_are_dropped, a_spool_of_another_host_is_sent,
    what_is_wrong_is_said)
