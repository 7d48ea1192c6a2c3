"""faults - what goes wrong with machines, as chance has it

Each fault of FAULTS takes a play, which has `all`, the Machines, and `chance`; it
breaks something from outside, and returns what mends that.
"""
import contextlib
import signal
import socket

import disks
from machines import ADDRESSES, ODD_CLOCK, PORT, SLOW, SMALL_DISK, STORES, \
    WEAK_POWER

def _some(play, names=tuple(ADDRESSES)):
    return play.chance.choice(list(names))


def killed(play):
    box = play.all.boxes[_some(play)]
    box.kill()
    return box.start_again


def frozen(play):
    box = play.all.boxes[_some(play)]
    box.signal(signal.SIGSTOP)
    return lambda: box.signal(signal.SIGCONT)


def stopped(play):
    """In order, and quite often while it cannot do its work."""
    box = play.all.boxes[_some(play)]
    box.signal(signal.SIGTERM)

    def mend():
        with contextlib.suppress(AssertionError):
            box.wait(5)
        box.kill()
        box.start_again()
    return mend


def unplugged(play):
    return play.all.net.unplug(_some(play))


def lossy(play):
    return play.all.net[_some(play)].lose(play.chance.uniform(0.05, 0.5))


def deaf(play):
    return play.all.net[_some(play)].lose(1)


def throttled(play):
    return play.all.net[_some(play)].throttle(
        "%dkbit" % play.chance.choice((100, 500, 5000)))


def late(play):
    return play.all.proxies[_some(play, SLOW)].delay(
        play.chance.uniform(0.01, 0.5))


def stalled(play):
    return play.all.proxies[_some(play, SLOW)].stall()


def reset(play):
    return play.all.proxies[_some(play, SLOW)].reset()


def disk_full(play):
    return disks.fill(play.all.path_of(_some(play, SMALL_DISK), "state"))


def powerless(play):
    return play.all.power_off(_some(play, WEAK_POWER))


def clock_astray(play):
    return disks.set_clock(play.all.path_of(_some(play, ODD_CLOCK), "clock"),
                           play.chance.randrange(-36000, 36000))


GREETING = (b"\xff" + bytes(8) + b"\x7f\x03\x01" + b"CURVE".ljust(20, b"\0") +
            bytes(32))


def garbage(play):
    """A stranger talks nonsense to a store."""
    place = (ADDRESSES[_some(play, STORES)], PORT)
    with play.all.net.hub.inside():
        for _ in range(20):
            with contextlib.suppress(OSError), \
                    socket.create_connection(place, 0.2) as client:
                begin = play.chance.choice((b"", GREETING, GREETING[:11]))
                client.sendall(begin + play.chance.randbytes(
                    play.chance.randrange(2000)))
    return lambda: None


FAULTS = (killed, killed, frozen, stopped, unplugged, lossy, deaf, throttled,
          late, stalled, reset, disk_full, powerless, clock_astray, garbage)
