"""machines - two agents, two stores and a report host, each on a host of its own

Both agents are to bring all they get to both stores, the report host asks both.
All links have keys; some of them lead by way of a proxy, so that they can be
slow.
"""
import os
import subprocess

import disks
from network import Box, Network, Proxy
from programs import EXIT_OK, weir_call, weir_environment
from weirtest import BUILD, fill, series_of, temporary_folder, write

PORT = 9348
ADDRESSES = {"agent-1": "10.98.0.11", "agent-2": "10.98.0.12",
             "store-a": "10.98.0.21", "store-b": "10.98.0.22",
             "report": "10.98.0.31"}
STORES = ("store-a", "store-b")

# One link with two endpoints and `copies = all`; else a link to each store.
ONE_LINK = False

# Who reaches a store by way of a proxy on the hub, and at which address.
SLOW = {"store-a": "10.98.0.121", "store-b": "10.98.0.122"}
BY_PROXY = {("agent-1", "store-b"), ("agent-2", "store-a"),
            ("report", "store-b")}

AGENT = """
interval = 200ms
drain_timeout = 500ms
@keys
http { listen = {"127.0.0.1:@port"}  timeout = 5s }
input remote_write { to = {@names} }
input self { to = {"local"} }
storage memory:local { }
report exposition { from = {"local"} }
@links
"""

STORE = """
interval = 200ms
@keys
http { listen = {"127.0.0.1:@port"} }
storage tsdb:main {
    path = "store"
    listen = {"tcp://@address:9348"}
    flush_interval = @flush
    retention = 0
}
report api { from = {"main"} }
input self { to = {"local"} }
storage memory:local { }
report exposition { from = {"local"} }
"""

REPORT = """
@keys
http { listen = {"127.0.0.1:@port"} }
@links
report api { from = {@names} }
"""

LINK = "link @name { connect = {@endpoints} @more }\n"

# Of an agent's links: all that is acknowledged is on disk; or what the window
# holds is at the store, and the rest on disk within a second.
MORE = {
    "agent-1": "window = 64K  spool { size = 8M  when_full = drop_newest"
               "  sync = always }",
    "agent-2": "window = 16K  spool { size = 4M  when_full = drop_newest }",
    "report": "",
}

# Store a keeps all in the log, so that each sample that came is counted; store
# b makes parts of it while all else goes on.
FLUSH = {"store-a": "0", "store-b": "2s"}

# The disks of these machines may be full, and their clocks astray; those of the
# others lose their power.
SMALL_DISK = ("agent-2", "store-b")
ODD_CLOCK = ("agent-2", "store-b")
WEAK_POWER = ("agent-1", "store-a")
DISK_SIZE = "400m"


# The machines -----------------------------------------------------------------------


def address_for(host, store):
    """Where a host reaches a store."""
    return SLOW[store] if (host, store) in BY_PROXY else ADDRESSES[store]


def links_of(host):
    """Returns the links of a host's configuration, and a list of their names.
    """
    ways = {store[-1]: (store,) for store in STORES}
    more = MORE[host]
    if ONE_LINK:
        ways = {"main": STORES}
        more += " copies = all"
    text = "".join(fill(LINK, name=name, more=more, endpoints=", ".join(
        '"tcp://%s:%d"' % (address_for(host, store), PORT)
        for store in stores)) for name, stores in ways.items())
    return text, ", ".join('"%s"' % name for name in ways)


def make_keys(folder):
    """Gives each host a key, and what it needs to know of the others."""
    public = {}
    for host in ADDRESSES:
        os.makedirs(os.path.join(folder, host, "peers"), mode=0o755)
        status, public[host], err = weir_call(
            "key", os.path.join(folder, host, "key"))
        assert status == 0, err
    for store in STORES:
        for host in set(ADDRESSES) - set(STORES):
            rights = "read" if host == "report" else "write"
            know(folder, store, host, public, "rights = " + rights)
            know(folder, host, store, public,
                 "name = " + address_for(host, store))


def know(folder, host, peer, public, line):
    path = os.path.join(folder, host, "peers", peer + ".pub")
    write(path, public[peer] + line + "\n")
    os.chmod(path, 0o644)


class Machines:
    """All hosts with their programs, and what is known of them."""

    def __init__(self, stack):
        disks.leave_mounts()
        self.folder = stack.enter_context(temporary_folder())
        make_keys(self.folder)
        self.net = stack.enter_context(Network(ADDRESSES))
        self.proxies = {
            store: stack.enter_context(
                Proxy(self.net, SLOW[store], PORT, (ADDRESSES[store], PORT)))
            for store in STORES}
        self.disks = {}
        self.boxes = {host: self.make_box(host) for host in ADDRESSES}
        self.agents = {host: self.boxes[host] for host in ADDRESSES
                       if host.startswith("agent")}
        self.stores = {host: self.boxes[host] for host in STORES}
        self.report = self.boxes["report"]
        for box in self.boxes.values():
            stack.enter_context(box)
        for box in self.boxes.values():
            box.wait_ready()

    def path_of(self, host, *names):
        return os.path.join(self.folder, host, *names)

    def make_box(self, host):
        folder = self.path_of(host)
        values = {"keys": 'key = "%s/key"\npeers = "%s/peers"' % (folder, folder),
                  "address": ADDRESSES[host], "flush": FLUSH.get(host)}
        if host in MORE:
            values["links"], values["names"] = links_of(host)
        self.make_disk(host)
        environment = disks.clock_environment(self.path_of(host, "clock")) \
            if host in ODD_CLOCK else None
        text = {"agent": AGENT, "store": STORE, "repor": REPORT}[host[:5]]
        return Box(self.net[host], text, folder=folder,
                   environment=environment, **values)

    def make_disk(self, host):
        state = self.path_of(host, "state")
        if host in SMALL_DISK:
            disks.mount_memory(state, DISK_SIZE)
        if host in WEAK_POWER:
            image = os.path.join(self.folder, host + ".image")
            self.disks[host] = disks.Disk(state, image, DISK_SIZE)

    def figure(self, host, name):
        """A figure of a weir about itself, of all its links to other hosts."""
        answer = self.boxes[host].get("/metrics")
        found = series_of(answer.text) if answer.status == 200 else {}
        return sum(value for series, value in found.items()
                   if series.split("{")[0] == name and
                   'link="local"' not in series)

    def power_off(self, host):
        """A machine goes, with what it had not brought to its disk."""
        self.disks[host].lose_power()
        self.boxes[host].kill()
        self.disks[host].get_power()
        return self.boxes[host].start_again

    def is_drained(self, agent):
        """Whether the stores have all that the agent has."""
        return self.figure(agent, "weir_link_up") == len(STORES) and not (
            self.figure(agent, "weir_link_waiting_bytes") or
            self.figure(agent, "weir_spool_bytes"))

    def stop(self):
        for box in [*self.agents.values(), self.report, *self.stores.values()]:
            assert box.stop(30) == EXIT_OK, box.log()

    def dump(self, store):
        """All that a store has that was stopped, which must be sound."""
        environment = weir_environment(self.path_of(store))
        path = os.path.join(environment["STATE_DIRECTORY"], "store")
        status, said, err = weir_call("verify", "--full", path)
        assert status == 0, said + err
        return subprocess.run(
            [os.path.join(BUILD, "plugins/storage/tsdb/dump"), "path=" + path],
            env=dict(os.environ, **environment), capture_output=True,
            check=True, text=True).stdout
