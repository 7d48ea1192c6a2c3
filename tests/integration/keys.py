"""keys.py - links with keys: who may come in, who must go, and what each may do
"""
import contextlib
import os
import random
import re
import socket
import stat
import subprocess

from keys_hosts import (STORE, Host, Hosts, has, memory_kib, three_hosts,
                        wait_for)
from programs import EXIT_FAILURE, EXIT_USAGE, weir_call
from weirtest import Skip, need, run, temporary_folder, wait_until, write


# weir key ---------------------------------------------------------------------------

def makes_keys():
    "weir key makes a private file for its owner alone, and a public one"
    with temporary_folder() as folder:
        path = os.path.join(folder, "key")
        status, out, err = weir_call("key", path)
        assert status == 0, err
        assert stat.S_IMODE(os.stat(path).st_mode) == 0o600
        assert stat.S_IMODE(os.stat(path + ".pub").st_mode) == 0o644
        with open(path + ".pub", encoding="ascii") as file:
            assert file.read() == out
        assert re.search(r"^key = [0-9a-f]{64}$", out, re.M), out
        with open(path, encoding="ascii") as file:
            private = re.search(r"^private = ([0-9a-f]{64})$", file.read(),
                                re.M)[1]
        assert private not in out
        status, again, err = weir_call("key", "--public", path)
        assert status == 0 and again == out, err


def overwrites_nothing():
    "weir key overwrites neither file, and says so"
    with temporary_folder() as folder:
        path = os.path.join(folder, "key")
        assert weir_call("key", path)[0] == 0
        with open(path, encoding="ascii") as file:
            before = file.read()
        status, _, err = weir_call("key", path)
        assert status == EXIT_FAILURE and "is there already" in err, err
        os.remove(path + ".pub")
        status, _, err = weir_call("key", path)
        assert status == EXIT_FAILURE and "is there already" in err, err
        with open(path, encoding="ascii") as file:
            assert file.read() == before
        assert weir_call("key")[0] == EXIT_USAGE


def refuses_open_key():
    "a private key that others may read is refused, and so is an open folder"
    with three_hosts() as hosts:
        config = write(os.path.join(hosts.folder, "weir.conf"),
                       hosts.store.use + "storage memory { }\n"
                       "report exposition { }\n")
        assert weir_call("check", "-c", config)[0] == 0
        os.chmod(os.path.join(hosts.store.folder, "key"), 0o640)
        os.chmod(hosts.store.peers, 0o777)
        status, _, err = weir_call("check", "-c", config)
        assert status == EXIT_USAGE
        assert re.search(r"weir.conf:1: key: .*mode 0640.*chmod 600", err), err
        assert re.search(r"weir.conf:2: peers: .*chmod 755", err), err


def refuses_endpoints():
    "an endpoint beyond this host needs keys, and the key of its host"
    with three_hosts() as hosts:
        config = os.path.join(hosts.folder, "weir.conf")
        body = 'input host { }\nlink main { connect = {"%s"} }\n'

        def check(text):
            write(config, text)
            return weir_call("check", "-c", config)
        status, _, err = check(body % "tcp://store:9348")
        assert status == EXIT_USAGE and "set key and peers" in err, err
        status, _, err = check(hosts.agent.use + body % "tcp://store:9348")
        assert status == EXIT_USAGE and "store.pub" in err, err
        hosts.agent.knows(hosts.store, "name = 127.0.0.1 store",
                          name="127.0.0.1")
        status, _, err = check(hosts.agent.use + body % "tcp://store:9348")
        assert status == 0, err
        status, _, err = check('key = "/nowhere"\n' + body % "ipc:///tmp/x")
        assert status == EXIT_USAGE and "no folder of peers" in err, err


# Who comes in -----------------------------------------------------------------------

def with_keys():
    "agent, store and report host with keys speak with each other"
    with three_hosts() as hosts, hosts.start_store() as store, \
            hosts.start_agent() as agent, hosts.start_report() as report:
        wait_for(report)
        for weir in (agent, store, report):
            assert "refused" not in weir.log(), weir.log()


def no_key():
    "a client without a key gets nowhere, and the log says so"
    with three_hosts() as hosts, hosts.start_store() as store, \
            hosts.start_agent(keys="", who="nobody", link="insecure = true"):
        store.wait_for_log("warn handshake_failed .*has no key")
        with hosts.start_agent():
            wait_for(store)
        assert not has(store, "nobody")


def unknown_key():
    "a key that the store does not know is refused, and both logs say so"
    with three_hosts() as hosts, hosts.start_store() as store, \
            hosts.start_agent(hosts.stranger(), who="stranger") as stranger:
        store.wait_for_log("warn peer_refused address=127.0.0.1 key=.* "
                           "error=.*not in the folder")
        stranger.wait_for_log("error handshake_failed .*refuses this host's")
        with hosts.start_agent():
            wait_for(store)
        assert not has(store, "stranger")


def comes_when_known():
    "a key that is put into the folder later comes in, without a restart"
    with three_hosts() as hosts, hosts.start_store() as store:
        stranger = hosts.stranger()
        with hosts.start_agent(stranger, who="stranger"):
            store.wait_for_log("peer_refused")
            hosts.store.knows(stranger, "rights = write")
            wait_for(store, "stranger")


def wrong_store():
    "a store with another key than the agent expects gets nothing"
    with three_hosts() as hosts:
        other = Host("other", hosts.folder)
        hosts.agent.knows(other, name="127.0.0.1")
        with hosts.start_store() as store, hosts.start_agent() as agent:
            agent.wait_for_log("error handshake_failed")
            assert not has(store)
            hosts.agent.knows(hosts.store, name="127.0.0.1")
            wait_for(store)


def new_store_key():
    "an agent that knows an old and a new key of the store finds the right one"
    with three_hosts() as hosts:
        for number in range(3):
            other = Host("other%d" % number, hosts.folder)
            hosts.agent.knows(other, "name = 127.0.0.1", name=other.name)
        with hosts.start_store() as store, hosts.start_agent():
            wait_for(store)


def forgotten_store():
    "an agent that does not know the store's key any more hangs up"
    with three_hosts() as hosts, hosts.start_store() as store, \
            hosts.start_agent() as agent:
        wait_for(store)
        os.remove(hosts.agent.path_of(hosts.store, "127.0.0.1"))
        agent.wait_for_log("error peer_unknown link=tcp://127.0.0.1")
        agent.wait_for_log("warn lane_lost")
        hosts.agent.knows(hosts.store, name="127.0.0.1")
        wait_until("it is back",
                   lambda: agent.log().count("lane_connected") > 1)


def other_key_by_reload():
    "a reload with another key changes nothing, and says so"
    with three_hosts() as hosts, hosts.start_store() as store, \
            hosts.start_agent():
        wait_for(store)
        store.configure(STORE, keys="", storage="insecure = true")
        store.reload()
        store.wait_for_log("error reload_failed .*key or peers changed")
        with hosts.start_agent(keys="", who="nobody", link="insecure = true"):
            store.wait_for_log("warn handshake_failed")
        assert not has(store, "nobody")


def removed_key():
    "a removed key cuts the connection that it came by, and no other"
    with three_hosts() as hosts, hosts.start_store() as store:
        second = hosts.stranger("second")
        hosts.store.knows(second, "rights = write")
        with hosts.start_agent(), \
                hosts.start_agent(second, who="second") as cut:
            wait_for(store)
            wait_for(store, "second")
            hosts.store.forgets(second)
            store.wait_for_log("warn peer_cut .*peer=second .*counts no more")
            cut.wait_for_log("warn lane_lost")
            hosts.store.knows(second, "rights = write")
            wait_until("it is back",
                       lambda: cut.log().count("lane_connected") > 1)
            assert "peer=agent" not in store.log(), store.log()


def folder_is_gone():
    "without its folder of peers a store lets nobody in, and cuts all off"
    with three_hosts() as hosts, hosts.start_store() as store, \
            hosts.start_agent() as agent:
        wait_for(store)
        os.rename(hosts.store.peers, hosts.store.peers + ".away")
        store.wait_for_log("error peers_unread")
        store.wait_for_log("warn peer_cut .*peer=agent")
        agent.wait_for_log("warn lane_lost")
        os.rename(hosts.store.peers + ".away", hosts.store.peers)
        wait_until("it is back",
                   lambda: agent.log().count("lane_connected") > 1)


def without_right():
    "a key that may only write reads nothing, and one that may read writes nothing"
    with three_hosts() as hosts, hosts.start_store() as store, \
            hosts.start_agent() as agent:
        wait_for(store)
        with hosts.start_report(hosts.agent) as curious:
            wait_until("a refusal", lambda: "no right to read" in
                       curious.get("/metrics").text + curious.log())
            store.wait_for_log("warn peer_refused .*peer=agent .*right to read")
            assert not has(curious)
        with hosts.start_agent(hosts.report, who="report") as writer:
            writer.wait_for_log("error lane_refused .*no right to write")
            store.wait_for_log("warn peer_refused .*peer=report .*to write")
        assert not has(store, "report")
        assert agent.runs()


def without_rights():
    "a key without rights is refused at the door"
    with three_hosts() as hosts:
        hosts.store.knows(hosts.agent)
        with hosts.start_store() as store, hosts.start_agent():
            store.wait_for_log("warn peer_refused peer=agent .*no rights")
            assert not has(store)


def others_labels():
    "who claims another's labels is refused, and claims its own"
    with three_hosts() as hosts, hosts.start_store() as store:
        hosts.store.knows(hosts.agent, "rights = write", "claim who = agent")
        with hosts.start_agent(who="victim") as agent:
            store.wait_for_log("warn peer_refused .*peer=agent label=who "
                               "value=victim")
            assert agent.runs()
        with hosts.start_agent():
            wait_for(store)
        assert not has(store, "victim")


def too_many_series():
    "a key's series have a limit, and who exceeds it harms only itself"
    with three_hosts() as hosts, hosts.start_store() as store:
        hosts.store.knows(hosts.agent, "rights = write", "series = 1")
        other = hosts.stranger("other")
        hosts.store.knows(other, "rights = write")
        with hosts.start_agent() as first:
            wait_for(store)
            with hosts.start_agent(who="greedy"):
                store.wait_for_log("warn peer_refused .*peer=agent .*"
                                   "no more series")
                with hosts.start_agent(other, who="other"):
                    wait_for(store, "other")
                assert not has(store, "greedy")
                hosts.store.knows(hosts.agent, "rights = write", "series = 2")
                wait_for(store, "greedy")
            assert first.runs()


def new_rules():
    "what a peer may claim changes while it is connected"
    with three_hosts() as hosts, hosts.start_store() as store, \
            hosts.start_agent():
        wait_for(store)
        hosts.store.knows(hosts.agent, "rights = write", "claim who = other")
        store.wait_for_log("warn peer_refused .*peer=agent label=who")


def wrong_file():
    "a file of the folder that is wrong is told, and harms no other"
    with three_hosts() as hosts, hosts.start_store() as store, \
            hosts.start_agent():
        wait_for(store)
        write(os.path.join(hosts.store.peers, "bad.pub"), "key = none\n")
        copy = hosts.store.path_of(hosts.agent, "zcopy")
        write(copy, hosts.agent.public)
        write(os.path.join(hosts.store.peers, "agent.pub~"), "spare copy")
        store.wait_for_log("error peer_wrong part=.*bad.pub line=1 .*64 hexa")
        store.wait_for_log("error peer_wrong part=.*zcopy.pub .*already")
        assert "peer_cut" not in store.log()


# Attacks --------------------------------------------------------------------------

GREETING = (b"\xff" + bytes(8) + b"\x7f\x03\x01" + b"CURVE".ljust(20, b"\0") +
            bytes(32))


def endpoint_address(endpoint):
    host, port = endpoint[len("tcp://"):].rsplit(":", 1)
    return host, int(port)


def half_handshakes():
    "half handshakes by the hundred disturb nobody, and take no memory"
    with three_hosts() as hosts, hosts.start_store() as store, \
            hosts.start_agent(), contextlib.ExitStack() as stack:
        wait_for(store)
        before = memory_kib(store)
        for number in range(600):
            client = socket.create_connection(endpoint_address(hosts.endpoint))
            stack.enter_context(contextlib.closing(client))
            with contextlib.suppress(OSError):
                client.sendall(GREETING[:number % 65])
        with hosts.start_agent(who="late"):
            wait_for(store, "late")
        assert memory_kib(store) - before < 32 << 10
        assert store.runs() and "peer_cut .*peer=agent" not in store.log()


def garbage():
    "garbage in place of a handshake disturbs nobody"
    seed = int(os.environ.get("WEIR_SEED", "0")) or random.randrange(1 << 32)
    chance = random.Random(seed)
    with three_hosts() as hosts, hosts.start_store() as store, \
            hosts.start_agent():
        wait_for(store)
        before = memory_kib(store)
        for _ in range(300):
            text = bytearray(GREETING + chance.randbytes(chance.randrange(400)))
            for _ in range(chance.randrange(3)):
                text[chance.randrange(len(text))] = chance.randrange(256)
            client = socket.create_connection(endpoint_address(hosts.endpoint))
            with contextlib.closing(client), contextlib.suppress(OSError):
                client.sendall(text)
                client.shutdown(socket.SHUT_WR)
                client.settimeout(0.02)
                client.recv(100)
        assert store.runs(), "seed %d" % seed
        with hosts.start_agent(who="late"):
            wait_for(store, "late")
        assert memory_kib(store) - before < 32 << 10, "seed %d" % seed


def endless_handshake():
    "whoever sends without end before it has shown a key is cut off"
    with three_hosts() as hosts, hosts.start_store() as store, \
            hosts.start_agent():
        wait_for(store)
        before = memory_kib(store)
        client = socket.create_connection(endpoint_address(hosts.endpoint))
        with contextlib.closing(client), contextlib.suppress(OSError):
            client.sendall(GREETING)
            client.sendall(b"\x06" + (1 << 30).to_bytes(8, "big"))
            for _ in range(256):
                client.sendall(bytes(1 << 20))
            raise AssertionError("it took 256 MiB")
        assert memory_kib(store) - before < 32 << 10
        wait_for(store)


# Two hosts -------------------------------------------------------------------------

class Namespaces:
    """Two network namespaces joined by a cable; 10.97.0.1 and .2."""

    def __init__(self):
        if os.geteuid() != 0:
            raise Skip("network namespaces need root")
        self._ip = need("ip")
        tag = "weir%d" % os.getpid()
        self.names = (tag + "a", tag + "b")
        self._cables = ("w%da" % os.getpid(), "w%db" % os.getpid())

    def ip(self, *words):
        done = subprocess.run([self._ip, *words], capture_output=True,
                              text=True, check=False)
        if done.returncode:
            raise Skip("ip %s: %s" % (" ".join(words), done.stderr.strip()))

    def __enter__(self):
        try:
            self._make()
        except BaseException:
            self.__exit__()
            raise
        return self

    def _make(self):
        for name in self.names:
            self.ip("netns", "add", name)
        self.ip("link", "add", self._cables[0], "type", "veth", "peer", "name",
                self._cables[1])
        for number, (name, cable) in enumerate(zip(self.names, self._cables)):
            self.ip("link", "set", cable, "netns", name)
            self.ip("-n", name, "addr", "add", "10.97.0.%d/24" % (number + 1),
                    "dev", cable)
            for device in (cable, "lo"):
                self.ip("-n", name, "link", "set", device, "up")

    def __exit__(self, *error):
        for name in self.names:
            subprocess.run([self._ip, "netns", "del", name],
                           capture_output=True, check=False)
        subprocess.run([self._ip, "link", "del", self._cables[0]],
                       capture_output=True, check=False)

    def inside(self, nth, weir):
        """Has a weir start in a namespace, where its HTTP cannot be reached."""
        weir.argv = [self._ip, "netns", "exec", self.names[nth]] + weir.argv
        weir._ready = False
        return weir

    def fetch(self, nth, url):
        done = subprocess.run([self._ip, "netns", "exec", self.names[nth],
                               need("curl"), "-s", "-m", "5", url],
                              capture_output=True, text=True, check=False)
        return done.stdout


def two_namespaces():
    "an agent on another host sends to a store, with keys, over a real network"
    with Namespaces() as net, temporary_folder() as folder:
        hosts = Hosts(folder, "10.97.0.1")
        store = net.inside(0, hosts.start_store())
        agent = net.inside(1, hosts.start_agent())
        stranger = Host("stranger", folder)
        stranger.knows(hosts.store, name="10.97.0.1")
        with store, agent, \
                net.inside(1, hosts.start_agent(stranger, who="stranger")):
            wait_until("samples", lambda: 'who="agent"' in
                       net.fetch(0, store.url("/metrics")))
            store.wait_for_log("peer_refused address=10.97.0.2 key=")
            assert 'who="stranger"' not in net.fetch(0, store.url("/metrics"))


run(makes_keys, overwrites_nothing, refuses_open_key, refuses_endpoints,
    with_keys, no_key, unknown_key, comes_when_known, wrong_store, new_store_key,
    forgotten_store, other_key_by_reload, removed_key, folder_is_gone,
    without_right, without_rights, others_labels, too_many_series,
    new_rules, wrong_file,
    half_handshakes, garbage, endless_handshake, two_namespaces)
