"""notify.py - what systemd hears"""
import os
import socket

from programs import HOST_TO_METRICS, Weir, build_plugin
from weirtest import PATIENCE_S, run, temporary_folder, wait_until


class Manager:
    """The service manager's end of NOTIFY_SOCKET."""

    def __init__(self, folder):
        self.path = os.path.join(folder, "notify")
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self._socket.bind(self.path)
        self._socket.settimeout(0.1)
        self.heard = []

    def listen(self):
        try:
            words = self._socket.recv(8192).decode()
            self.heard += words.splitlines()
        except socket.timeout:
            pass

    def wait_for(self, word, count=1):
        def came():
            self.listen()
            return len([one for one in self.heard
                        if one.startswith(word)]) >= count
        wait_until("%d times %s, only %s" % (count, word, self.heard), came,
                   PATIENCE_S)

    def close(self):
        self._socket.close()


def watched(config, act, plugins=None):
    with temporary_folder() as folder:
        manager = Manager(folder)
        environment = {"NOTIFY_SOCKET": manager.path,
                       "WATCHDOG_USEC": "500000"}
        environment.pop("WATCHDOG_PID", None)
        with Weir(config, environment=environment, plugins=plugins,
                  ready=False) as weir:
            act(weir, manager)
        manager.close()


def tells_the_way():
    "systemd hears of ready, status, reload and stop, in this order"
    def act(weir, manager):
        manager.wait_for("READY=1")
        manager.wait_for("STATUS=")
        weir.reload()
        manager.wait_for("RELOADING=1")
        manager.wait_for("READY=1", 2)
        assert weir.stop() == 0
        manager.wait_for("STOPPING=1")
    watched(HOST_TO_METRICS, act)


def feeds_the_watchdog():
    "the watchdog is fed again and again"
    def act(_, manager):
        manager.wait_for("READY=1")
        manager.wait_for("WATCHDOG=1", 5)
    watched(HOST_TO_METRICS, act)


def hung_input_does_not_count():
    "the watchdog is fed while an input hangs"
    def act(weir, manager):
        weir.wait_for_log(r'^warn .*input="?odd')
        fed = manager.heard.count("WATCHDOG=1")
        manager.wait_for("WATCHDOG=1", fed + 5)
    with temporary_folder() as folder:
        plugins = build_plugin(folder, "input", "odd", """
#include <unistd.h>
#include <weir/plugin.h>
static int odd_collect(void *self, struct weir_batch *out)
{
    (void)self, (void)out;
    for (;;)
        (void)pause();
}
WEIR_INPUT(odd) = {.help = "Is odd.", .collect = odd_collect};
""")
        watched(HOST_TO_METRICS + "input odd { }\n", act, plugins)


run(tells_the_way, feeds_the_watchdog, hung_input_does_not_count)
