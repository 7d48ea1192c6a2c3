"""relay.py - agents send to a relay, which sends on to a store

Agents count up; agents, relay and store are stopped, killed and started at
random moments.  Each sample has a number, which is its time, and at the end,
when all have ended, they are counted in the store.  WEIR_SEED brings a run back,
WEIR_RELAY_S is for how many seconds.
"""
import os
import random
import re
import signal
import time

from ledger import (COUNT, STORE, expect_each_once, figure, starts_of,
                    values_of)
from programs import EXIT_OK, EXIT_USAGE, Weir, weir_call
from weirtest import (diagnose, free_port, run, temporary_folder, wait_until,
                      write)

AGENT = """
interval = 500ms
drain_timeout = 300ms
http { listen = {"127.0.0.1:@port"} }
input exec:ledger { command = "@count"  mode = stay  to = {"main"} }
input self { to = {"local"} }
storage memory:local { }
report exposition { from = {"local"} }
link main { connect = {"@site"}  window = 20K  @spool }
"""

RELAY = """
interval = 500ms
drain_timeout = 300ms
http { listen = {"127.0.0.1:@port"} }
input self { to = {"local"} }
storage memory:local { }
report exposition { from = {"local"} }
link site {
    listen = {"@site"}
    connect = {"@endpoint"}
    window = 100K
    @spool
}
"""

ONLY_A_RELAY = """
http { listen = {"127.0.0.1:@port"} }
link site { listen = {"@site"}  connect = {"@endpoint"} }
"""

REPORT = """
http { listen = {"127.0.0.1:@port"} }
link main { connect = {"@site"} }
report api { }
"""

# As COUNT, but each batch has 4 KB, of what does not pack: write_pads().
PADS = 3
COUNT_MUCH = (COUNT.replace("echo ledger",
                            "cat pad.$((i %% %d)); echo ledger" % PADS)
              .replace("0.01", "0.002"))

SPOOL = "spool { size = 8M }"
SPOOL_ALWAYS = "spool { size = 8M  sync = always }"


def write_pads(weir, chance):
    """Writes what COUNT_MUCH takes turns with."""
    for pad in range(PADS):
        write(os.path.join(weir.folder, "pad.%d" % pad),
              "".join("pad_%d %r\n" % (n, chance.random() / 3)
                      for n in range(500)))


class Play:
    """An agent, a relay and a store; not all of them need to run."""

    def __init__(self, agent="", relay="", relay_config=RELAY):
        self.seed = int(os.environ.get("WEIR_SEED") or time.time_ns() % 2**32)
        self.chance = random.Random(self.seed)
        diagnose("WEIR_SEED=%d" % self.seed)
        self.end = time.monotonic() + float(
            os.environ.get("WEIR_RELAY_S", "12"))
        self.places = {"endpoint": "tcp://127.0.0.1:%d" % free_port(),
                       "site": "tcp://127.0.0.1:%d" % free_port()}
        self.store = Weir(STORE, **self.places)
        self.relay = Weir(relay_config, spool=relay, **self.places)
        self.agent = Weir(AGENT, spool=agent, count=COUNT, ready=False,
                          **self.places)

    def __enter__(self):
        return self

    def __exit__(self, *error):
        for weir in (self.agent, self.relay, self.store):
            began = weir.process and os.path.exists(weir.folder)
            weir.__exit__(*(error if began else (None, None, None)))

    def start(self, *weirs):
        for weir in weirs or (self.store, self.relay, self.agent):
            weir.start()

    def pause(self, most_s=1.5):
        time.sleep(self.chance.uniform(0, most_s))

    def of_agent(self, name):
        return figure(self.agent, name, "main")

    def of_relay(self, name):
        return figure(self.relay, name, "site")

    def wait_for_acks(self, more=50):
        """Waits until the agent was told that more is safe; returns how many
        batches of its present run are."""
        name = "weir_link_durable_batches_total"
        then = self.of_agent(name)
        wait_until("acknowledgements",
                   lambda: self.of_agent(name) >= then + more, 40)
        return int(self.of_agent(name))

    def drained(self):
        return self.of_agent("weir_link_up") == 1 and \
            self.of_relay("weir_link_up") == 1 and \
            self.of_agent("weir_spool_bytes") == 0 and \
            self.of_relay("weir_spool_bytes") == 0

    def passed(self):
        return self.of_relay("weir_relay_waiting_bytes") == 0 and \
            self.of_relay("weir_spool_bytes") == 0

    def finish(self):
        """Lets all arrive, ends all and returns what the store has."""
        time.sleep(1)  # the figures are as old as a cycle of input self
        wait_until("all spools are empty", self.drained, 60)
        assert self.agent.stop(30) == EXIT_OK
        time.sleep(1)
        wait_until("the relay has passed on all", self.passed, 60)
        assert self.relay.stop(30) == EXIT_OK
        assert self.store.stop() == EXIT_OK
        return values_of(self.store)


def passes_on():
    "a process that is a relay and nothing else sends on what agents send"
    with Play(relay_config=ONLY_A_RELAY) as play:
        play.start()
        count = play.wait_for_acks(100)
        start = starts_of(play.agent)[0]
        for weir in (play.agent, play.relay, play.store):
            assert weir.stop(30) == EXIT_OK
        values = values_of(play.store)
        expect_each_once(values, start, start + count)
        assert "lost" not in play.relay.log(), play.relay.log()


def follow_one_another():
    "a relay may send to a relay, and what is acknowledged is in the store"
    with Play(relay_config=ONLY_A_RELAY) as play:
        middle = "tcp://127.0.0.1:%d" % free_port()
        first = dict(play.places, endpoint=middle)
        with Weir(ONLY_A_RELAY, **first) as near:
            play.relay.configure(ONLY_A_RELAY, site=middle)
            play.start()
            count = play.wait_for_acks(100)
            start = starts_of(play.agent)[0]
            for weir in (play.agent, near, play.relay, play.store):
                assert weir.stop(30) == EXIT_OK
            expect_each_once(values_of(play.store), start, start + count)


def disturb(play, weir):
    """Kills it, ends it, or lets it hang for a while."""
    chance = play.chance.random()
    if chance < 0.2:
        weir.signal(signal.SIGSTOP)
        play.pause(4)
        weir.signal(signal.SIGCONT)
        return
    if chance < 0.7:
        weir.kill()
    else:
        assert weir.stop(30) == EXIT_OK
    play.pause(4)
    weir.start()


def all_come_and_go():
    "while relay and store are stopped, killed and started nothing is lost nor twice"
    with Play(SPOOL, SPOOL) as play:
        play.start()
        play.wait_for_acks(1)
        while time.monotonic() < play.end:
            play.pause()
            disturb(play, play.chance.choice(
                (play.relay, play.relay, play.store)))
        values = play.finish()
        start = starts_of(play.agent)[0]
        expect_each_once(values, start, max(values))
        diagnose("%d batches" % (max(values) - start))


def spool_is_safe(spool):
    with Play(relay=spool) as play:
        play.start(play.relay, play.agent)
        promised = {}
        for _ in range(3):
            count = play.wait_for_acks()
            promised[starts_of(play.agent)[-1]] = count
            play.agent.kill()
            play.relay.kill()
            play.start(play.relay, play.agent)
        play.start(play.store)
        play.wait_for_acks()
        values = play.finish()
        for start, count in promised.items():
            expect_each_once(values, start, start + count)
        assert min(promised.values()) >= 50, promised
        assert len(set(values)) == len(values), "twice"


def acknowledges_what_is_on_disk():
    "without a store it acknowledges what its spool has, which outlives kill -9"
    spool_is_safe(SPOOL)


def acknowledges_with_sync_always():
    "with sync = always as well, at once"
    spool_is_safe(SPOOL_ALWAYS)


def leaves_it_to_the_agents():
    "without a spool it takes its window, and agents keep the rest"
    with Play(SPOOL) as play:
        play.start(play.relay, play.agent)
        wait_until("the agent spools",
                   lambda: play.of_agent("weir_spool_batches_total") > 100, 40)
        waiting = play.of_relay("weir_relay_waiting_bytes")
        assert 0 < waiting <= 200 * 1024, waiting
        assert play.of_agent("weir_link_durable_batches_total") == 0
        play.relay.wait_for_log("warn relay_full link=site bytes=")
        assert play.of_relay("weir_relay_full_total") > 0
        play.start(play.store)
        values = play.finish()
        start = starts_of(play.agent)[0]
        expect_each_once(values, start, max(values))


def drops_nothing_when_it_is_full():
    "what it acknowledged makes no room in a full spool: agents keep what is new"
    with Play(SPOOL, "spool { size = 4M  when_full = drop_oldest }") as play:
        play.agent.configure(AGENT, count=COUNT_MUCH, spool="spool { }")
        write_pads(play.agent, play.chance)
        play.start(play.relay, play.agent)
        wait_until("it is full", lambda: "warn spool_full" in play.relay.log(),
                   60)
        wait_until("the agent spools",
                   lambda: play.of_agent("weir_spool_bytes") > 100000, 40)
        play.agent.configure(AGENT, count="sleep 1000", spool="spool { }")
        play.agent.reload()
        play.start(play.store)
        assert play.of_relay("weir_spool_dropped_bytes_total") == 0
        values = play.finish()
        expect_each_once(values, starts_of(play.agent)[0], max(values))


def stays_over_a_reload():
    "a reload leaves a relay alone that did not change, and changes one that did"
    with Play(SPOOL, SPOOL) as play:
        play.start()
        play.wait_for_acks()
        play.relay.configure(RELAY.replace("500ms", "400ms"))
        play.relay.reload()
        play.relay.wait_for_log("info reloaded")
        assert play.relay.log().count("relay_listens") == 1
        play.wait_for_acks()
        play.relay.configure(RELAY.replace("100K", "200K"))
        play.relay.reload()
        wait_until("it listens anew",
                   lambda: play.relay.log().count("relay_listens") == 2)
        play.wait_for_acks()
        values = play.finish()
        start = starts_of(play.agent)[0]
        expect_each_once(values, start, max(values))


def is_not_asked():
    "who asks a relay is told to ask the store"
    with Play(relay_config=ONLY_A_RELAY) as play:
        play.start(play.relay)
        with Weir(REPORT, ready=False, **play.places) as report:
            answer = wait_until("an answer", lambda: (
                report.get("/api/v1/query?query=up").text
                if "ask the store" in
                report.get("/api/v1/query?query=up").text else None))
            assert "this is a relay" in answer, answer


def waits_for_its_address():
    "a relay whose address is taken says so, and listens once it is free"
    with Play(relay_config=ONLY_A_RELAY) as play, \
            Weir(STORE, endpoint=play.places["site"]) as other:
        play.relay._ready = False
        play.start(play.relay)
        play.relay.wait_for_log("error relay_failed link=site endpoint=tcp:.*"
                                "error=.*in use")
        wait_until("it says so", lambda: "link site does not listen" in
                   play.relay.get("/-/ready").text)
        assert other.stop() == EXIT_OK
        play.relay.wait_ready()


# Keys -----------------------------------------------------------------------------

USE = 'key = "@folder/@name/key"\npeers = "@folder/@name/peers"\n'

KEYS_AGENT = """
interval = 200ms
http { listen = {"127.0.0.1:@port"} }
input host { labels { who = "@who" }  keep = "node_load1" }
link main { connect = {"@site"} }
"""

KEYS_STORE = """
http { listen = {"127.0.0.1:@port"} }
storage memory:main { listen = {"@endpoint"} }
report exposition { }
"""


def make_key(folder, name, *known):
    """Makes a host's key and folder of peers: pairs of a name in it and a public
    key with what it may.  Returns its own public key."""
    os.makedirs(os.path.join(folder, name, "peers"))
    os.chmod(os.path.join(folder, name, "peers"), 0o755)
    status, public, err = weir_call("key", os.path.join(folder, name, "key"))
    assert status == 0, err
    for peer, text in known:
        know(folder, name, peer, text)
    return public


def know(folder, name, peer, text):
    path = os.path.join(folder, name, "peers", peer + ".pub")
    os.chmod(write(path, text), 0o644)


def use(folder, name):
    return USE.replace("@folder", folder).replace("@name", name)


def judges_claims():
    "with keys a relay lets each agent claim its own labels, and no others"
    with temporary_folder() as folder:
        store = make_key(folder, "store")
        relay = make_key(folder, "relay", ("127.0.0.1", store))
        know(folder, "store", "relay", relay + "rights = write\n")
        agent = make_key(folder, "agent", ("127.0.0.1", relay))
        know(folder, "relay", "agent",
             agent + "rights = write\nclaim who = agent\n")
        places = {"endpoint": "tcp://127.0.0.1:%d" % free_port(),
                  "site": "tcp://127.0.0.1:%d" % free_port()}
        with Weir(use(folder, "store") + KEYS_STORE, **places) as keeps, \
                Weir(use(folder, "relay") + ONLY_A_RELAY, **places) as passes:
            config = use(folder, "agent") + KEYS_AGENT
            with Weir(config, who="victim", **places):
                passes.wait_for_log("warn peer_refused instance=site "
                                    "peer=agent label=who value=victim")
            with Weir(config, who="agent", **places):
                wait_until("its own", lambda: 'who="agent"' in
                           keeps.get("/metrics").text)
            assert "victim" not in keeps.get("/metrics").text


def is_guarded():
    "a relay that others could reach needs keys, or the word insecure"
    with temporary_folder() as folder:
        config = os.path.join(folder, "weir.conf")
        body = ('link site { listen = {"tcp://*:9348"} '
                'connect = {"ipc:///x"} %s }\n')
        write(config, body % "")
        status, _, err = weir_call("check", "-c", config)
        assert status == EXIT_USAGE and re.search(
            r"weir.conf:1: link site: .*set key and peers", err), err
        write(config, body % "insecure = true")
        assert weir_call("check", "-c", config)[0] == 0


run(passes_on, follow_one_another, all_come_and_go,
    acknowledges_what_is_on_disk, acknowledges_with_sync_always,
    leaves_it_to_the_agents, drops_nothing_when_it_is_full,
    stays_over_a_reload, is_not_asked, waits_for_its_address, judges_claims,
    is_guarded)
