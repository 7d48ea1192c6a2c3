"""machines - agents, a relay, two stores and a report host, each on a host of its own

All that agents get is to be on both stores: agent-1 has a link to each, agent-2
one link to both, agent-3 one to a relay, which has one to both.  The report host
asks both.  All links have keys; some of them lead by way of a proxy, so that
they can be slow.
"""
import os
import subprocess

import disks
from network import Box, Network, Proxy
from programs import EXIT_OK, weir_call, weir_environment
from weirtest import BUILD, fill, series_of, temporary_folder, write

PORT = 9348
ADDRESSES = {"agent-1": "10.98.0.11", "agent-2": "10.98.0.12",
             "agent-3": "10.98.0.13", "store-a": "10.98.0.21",
             "store-b": "10.98.0.22", "report": "10.98.0.31",
             "relay": "10.98.0.41"}
STORES = ("store-a", "store-b")
CONNECTS = {"agent-1": STORES, "agent-2": STORES, "agent-3": ("relay",),
            "relay": STORES, "report": STORES}

# Who reaches a store by way of a proxy on the hub, and at which address.
SLOW = {"store-a": "10.98.0.121", "store-b": "10.98.0.122"}
BY_PROXY = {("agent-1", "store-b"), ("agent-2", "store-a"),
            ("relay", "store-a"), ("report", "store-b")}

ITSELF = """
interval = 200ms
drain_timeout = 500ms
@keys
http { listen = {"127.0.0.1:@port"}  timeout = 5s }
input self { to = {"local"} }
storage memory:local { }
report exposition { from = {"local"} }
"""

LINKS = {
    "agent-1": """
link a { connect = {@store_a}  @spool }
link b { connect = {@store_b}  @spool }
input remote_write { to = {"a", "b"} }
""",
    "agent-2": """
link main { connect = {@store_a, @store_b}  copies = all  @spool }
input remote_write { to = {"main"} }
""",
    "agent-3": """
link main { connect = {@relay}  @spool }
input remote_write { to = {"main"} }
""",
    "relay": """
link main {
    listen = {"tcp://@address:9348"}
    connect = {@store_a, @store_b}
    copies = all
    @spool
}
""",
    "report": """
link main { connect = {@store_a, @store_b}  copies = all }
report api { from = {"main"} }
""",
}

STORE = """
storage tsdb:main {
    path = "store"
    listen = {"tcp://@address:9348"}
    flush_interval = @flush
    retention = 0
}
report api { from = {"main"} }
"""

# All that is acknowledged is on disk; or what the window holds is at the store,
# and the rest on disk within a second.
SPOOLS = {
    "agent-1": "window = 64K  spool { size = 8M  when_full = drop_newest"
               "  sync = always }",
    "agent-2": "window = 16K  spool { size = 4M  when_full = drop_newest }",
    "agent-3": "window = 64K  spool { size = 8M  when_full = drop_newest"
               "  sync = always }",
    "relay": "window = 64K  spool { size = 8M  when_full = drop_newest"
             "  sync = always }",
}

# Store a keeps all in the log, so that each sample that came is counted; store
# b makes parts of it while all else goes on.
FLUSH = {"store-a": "0", "store-b": "2s"}

# The disks of these machines may be full, and their clocks astray; those of the
# others lose their power.
SMALL_DISK = ("agent-2", "store-b")
ODD_CLOCK = ("agent-2", "store-b")
WEAK_POWER = ("agent-1", "agent-3", "relay", "store-a")
DISK_SIZE = "400m"


# The machines -----------------------------------------------------------------------


def address_for(host, other):
    """Where a host reaches another."""
    return SLOW[other] if (host, other) in BY_PROXY else ADDRESSES[other]


def configuration_of(host):
    endpoints = {other.replace("-", "_"): '"tcp://%s:%d"' % (
        address_for(host, other), PORT) for other in CONNECTS.get(host, ())}
    return ITSELF + fill(LINKS.get(host, STORE), flush=FLUSH.get(host),
                         address=ADDRESSES[host], spool=SPOOLS.get(host),
                         **endpoints)


def make_keys(folder):
    """Gives each host a key, and what it needs to know of the others."""
    public = {}
    for host in ADDRESSES:
        os.makedirs(os.path.join(folder, host, "peers"), mode=0o755)
        status, public[host], err = weir_call(
            "key", os.path.join(folder, host, "key"))
        assert status == 0, err
    for host, others in CONNECTS.items():
        rights = "read" if host == "report" else "write"
        for other in others:
            know(folder, other, host, public, "rights = " + rights)
            know(folder, host, other, public,
                 "name = " + address_for(host, other))


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
        keys = 'key = "%s/key"\npeers = "%s/peers"' % (folder, folder)
        self.make_disk(host)
        environment = disks.clock_environment(self.path_of(host, "clock")) \
            if host in ODD_CLOCK else None
        return Box(self.net[host], configuration_of(host), folder=folder,
                   environment=environment, keys=keys)

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
        """A machine goes, with what it had not brought to its disk.  First its
        processes: ext4 may call a write synced that its end took away, and who
        is alive would say so."""
        self.boxes[host].kill()
        self.disks[host].lose_power()
        self.disks[host].get_power()
        return self.boxes[host].start_again

    def is_drained(self, host):
        """Whether those that it connects to have all that it has."""
        return self.figure(host, "weir_link_up") == len(CONNECTS[host]) and \
            not any(self.figure(host, name) for name in (
                "weir_link_waiting_bytes", "weir_spool_bytes",
                "weir_relay_waiting_bytes"))

    def stop(self):
        for box in [*self.agents.values(), self.boxes["relay"], self.report,
                    *self.stores.values()]:
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
