"""keys_hosts - hosts with keys that know each other, for tests of links"""
import contextlib
import os
import re

from programs import Weir, weir_call
from weirtest import free_port, temporary_folder, wait_until, write

AGENT = """
interval = 200ms
drain_timeout = 200ms
@keys
http { listen = {"127.0.0.1:@port"} }
input host { labels { who = "@who" }  keep = "node_load1" }
link main { connect = {"@endpoint"} @link }
"""

STORE = """
@keys
http { listen = {"127.0.0.1:@port"} }
storage memory:main { listen = {"@endpoint"} @storage }
report exposition { }
"""

REPORT = """
@keys
http { listen = {"127.0.0.1:@port"} }
link main { connect = {"@endpoint"} @link }
report exposition { }
"""

USE = 'key = "%s/key"\npeers = "%s/peers"\n'


# Keys -----------------------------------------------------------------------------

class Host:
    """A folder with a key and a folder of peers, and the weirs that use them."""

    def __init__(self, name, folder):
        self.name = name
        self.folder = os.path.join(folder, name)
        self.peers = os.path.join(self.folder, "peers")
        os.makedirs(self.peers)
        os.chmod(self.peers, 0o755)
        status, out, err = weir_call("key", os.path.join(self.folder, "key"))
        assert status == 0, err
        self.public = out
        self.use = USE % (self.folder, self.folder)

    def path_of(self, peer, name=None):
        return os.path.join(self.peers, (name or peer.name) + ".pub")

    def knows(self, peer, *lines, name=None):
        """Puts a peer's public key into the folder, with what it may."""
        path = self.path_of(peer, name)
        write(path + ".new", peer.public + "".join(x + "\n" for x in lines))
        os.chmod(path + ".new", 0o644)
        os.rename(path + ".new", path)

    def forgets(self, peer):
        os.remove(self.path_of(peer))


class Hosts:
    """A store, an agent and a report host that know each other."""

    def __init__(self, folder, address="127.0.0.1"):
        self.store = Host("store", folder)
        self.agent = Host("agent", folder)
        self.report = Host("report", folder)
        self.folder = folder
        self.endpoint = "tcp://%s:%d" % (address, free_port())
        self.store.knows(self.agent, "rights = write")
        self.store.knows(self.report, "rights = read")
        for host in (self.agent, self.report):
            host.knows(self.store, name=address)

    def stranger(self, name="stranger"):
        """A host that knows the store, and whom the store does not know."""
        host = Host(name, self.folder)
        host.knows(self.store, name="127.0.0.1")
        return host

    def start_store(self, **values):
        return Weir(STORE, keys=self.store.use, endpoint=self.endpoint,
                    **dict({"storage": ""}, **values))

    def start_agent(self, host=None, who="agent", **values):
        keys = (host or self.agent).use
        return Weir(AGENT, endpoint=self.endpoint, who=who,
                    **dict({"keys": keys, "link": ""}, **values))

    def start_report(self, host=None, **values):
        keys = (host or self.report).use
        return Weir(REPORT, endpoint=self.endpoint, ready=False,
                    **dict({"keys": keys, "link": ""}, **values))


@contextlib.contextmanager
def three_hosts():
    with temporary_folder() as folder:
        yield Hosts(folder)


def has(weir, who="agent"):
    """Whether the store, or the report, knows samples of 'who'."""
    answer = weir.get("/metrics")
    return answer.status == 200 and 'who="%s"' % who in answer.text


def wait_for(weir, who="agent"):
    wait_until("samples of " + who, lambda: has(weir, who))


def memory_kib(weir):
    with open("/proc/%d/status" % weir.pid, encoding="ascii") as file:
        return int(re.search(r"VmRSS:\s+(\d+)", file.read())[1])
