"""network - hosts of a test's own, joined by cables, and what goes wrong there

A Network is a bridge and a cable to each of its Hosts; each is a network
namespace that only this process holds, so nothing outlives it, however it ends.
Needs root.

    with Network({"store": "10.98.0.21", "agent": "10.98.0.11"}) as net:
        with net["store"].inside():
            ...  # what is opened and started here is on that host
        undo = net["agent"].unplug()
        undo()

What breaks something returns what mends it.  A Box is a weir on a host, a Proxy
a slow line to another.
"""
import asyncio
import contextlib
import ctypes
import os
import subprocess
import threading

from disks import call, command
from programs import Weir
from weirtest import Skip, need

CLONE_NEWNET = 0x40000000
_libc = ctypes.CDLL(None, use_errno=True)


def _namespace_here():
    return os.open("/proc/thread-self/ns/net", os.O_RDONLY | os.O_CLOEXEC)


# Hosts --------------------------------------------------------------------------


class Host:
    """A network namespace, with an address on the network."""

    def __init__(self, name, address=None):
        self.name = name
        self.address = address
        before = _namespace_here()
        try:
            call(_libc.unshare, CLONE_NEWNET)
            self.fd = _namespace_here()
        except OSError as error:
            raise Skip("network namespaces: %s" % error) from None
        finally:
            call(_libc.setns, before, CLONE_NEWNET)
            os.close(before)
        self.path = "/proc/%d/fd/%d" % (os.getpid(), self.fd)

    def enter(self):
        """Has this thread stay on the host."""
        call(_libc.setns, self.fd, CLONE_NEWNET)

    @contextlib.contextmanager
    def inside(self):
        """What this thread opens and starts meanwhile is on the host."""
        before = _namespace_here()
        try:
            self.enter()
            yield
        finally:
            call(_libc.setns, before, CLONE_NEWNET)
            os.close(before)

    def run(self, *words):
        with self.inside():
            command(*words)

    # Faults ---------------------------------------------------------------------

    def lose(self, share):
        """That share of all packets that arrive is lost; 1: it is deaf."""
        rule = ["INPUT", "-i", "eth0", "-p", "tcp"]
        if share < 1:
            rule += ["-m", "statistic", "--mode", "random",
                     "--probability", "%.3f" % share]
        rule += ["-j", "DROP"]
        iptables = need("iptables")
        self.run(iptables, "-w", "-A", *rule)
        return lambda: self.run(iptables, "-w", "-D", *rule)

    def throttle(self, rate):
        """What it sends goes at a rate such as "400kbit"."""
        tc = need("tc")
        self.run(tc, "qdisc", "replace", "dev", "eth0", "root", "tbf", "rate",
                 rate, "burst", "16kb", "latency", "300ms")

        def mend():
            with self.inside():
                subprocess.run([tc, "qdisc", "del", "dev", "eth0", "root"],
                               capture_output=True, check=False)
        return mend


class Network:
    """A bridge, and a cable to each host; `hub` is where the bridge is."""

    def __init__(self, addresses):
        if os.geteuid() != 0:
            raise Skip("network namespaces need root")
        self._ip = need("ip")
        for tool in ("tc", "iptables"):
            need(tool)
        self.hub = Host("hub")
        self.hosts = {name: Host(name, address)
                      for name, address in addresses.items()}

    def __getitem__(self, name):
        return self.hosts[name]

    def __enter__(self):
        self.hub.run(self._ip, "link", "set", "lo", "up")
        self.hub.run(self._ip, "link", "add", "br0", "type", "bridge")
        self.hub.run(self._ip, "link", "set", "br0", "up")
        for host in self.hosts.values():
            self._join(host)
        return self

    def _join(self, host):
        cable = "to-" + host.name
        self.hub.run(self._ip, "link", "add", cable, "type", "veth", "peer",
                     "name", "eth0", "netns", host.path)
        self.hub.run(self._ip, "link", "set", cable, "master", "br0", "up")
        host.run(self._ip, "addr", "add", host.address + "/24", "dev", "eth0")
        for device in ("lo", "eth0"):
            host.run(self._ip, "link", "set", device, "up")

    def __exit__(self, *error):
        for host in [self.hub, *self.hosts.values()]:
            os.close(host.fd)

    def add_address(self, address):
        """Gives the hub an address."""
        self.hub.run(self._ip, "addr", "add", address + "/24", "dev", "br0")

    def unplug(self, name):
        """Pulls a host's cable."""
        def set_cable(state):
            self.hub.run(self._ip, "link", "set", "to-" + name, state)
        set_cable("down")
        return lambda: set_cable("up")


# A slow line ----------------------------------------------------------------------


class Proxy:
    """Passes connections to an address of the hub on, late or not at all.

    What waits in between is little: who sends to it is held back.
    """

    def __init__(self, network, address, port, target):
        network.add_address(address)
        self._hub = network.hub
        self._place = (address, port)
        self._target = target
        self._loop = asyncio.new_event_loop()
        self._writers = set()
        self._started = threading.Event()
        self.delay_s = 0
        self.stalled = False
        self._thread = threading.Thread(target=self._run, daemon=True)

    def __enter__(self):
        self._thread.start()
        assert self._started.wait(10), "the proxy does not start"
        return self

    def __exit__(self, *error):
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()

    def _run(self):
        self._hub.enter()
        asyncio.set_event_loop(self._loop)
        self._loop.run_until_complete(
            asyncio.start_server(self._serve, *self._place))
        self._started.set()
        self._loop.run_forever()
        tasks = asyncio.all_tasks(self._loop)
        for task in tasks:
            task.cancel()
        self._loop.run_until_complete(
            asyncio.gather(*tasks, return_exceptions=True))
        self._loop.close()

    async def _serve(self, reader, writer):
        self._writers.add(writer)
        try:
            with contextlib.suppress(OSError):
                there = await asyncio.wait_for(
                    asyncio.open_connection(*self._target), 3)
                self._writers.add(there[1])
                await asyncio.gather(self._pump(reader, there[1]),
                                     self._pump(there[0], writer))
                self._writers.discard(there[1])
        except asyncio.TimeoutError:
            pass
        finally:
            self._writers.discard(writer)
            writer.transport.abort()

    async def _pump(self, reader, writer):
        with contextlib.suppress(OSError):
            while True:
                while self.stalled:
                    await asyncio.sleep(0.02)
                data = await reader.read(1 << 16)
                if not data:
                    break
                await asyncio.sleep(self.delay_s)
                writer.write(data)
                await writer.drain()
        writer.transport.abort()

    # Faults ---------------------------------------------------------------------

    def delay(self, seconds):
        """Each piece waits so long."""
        self.delay_s = seconds

        def mend():
            self.delay_s = 0
        return mend

    def stall(self):
        """Neither side is read any more, and no connection lost."""
        self.stalled = True

        def mend():
            self.stalled = False
        return mend

    def reset(self):
        """Both sides of each connection see it break."""
        def abort():
            for writer in list(self._writers):
                writer.transport.abort()
        self._loop.call_soon_threadsafe(abort)
        return lambda: None


# Programs there -----------------------------------------------------------------


class Box(Weir):
    """A weir on a host, which is reached on that host alone."""

    def __init__(self, host, config, **values):
        super().__init__(config, ready=False, **values)
        self.host = host

    def start(self):
        with self.host.inside():
            return super().start()

    def get(self, path, headers=None):
        with self.host.inside():
            return super().get(path, headers)

    def start_again(self):
        if not self.runs():
            self.start()
