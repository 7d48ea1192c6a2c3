"""scraped - targets that answer what a play wants, and who scrapes them"""
import atexit
import contextlib
import functools
import shutil
import socket
import tempfile
import threading

from programs import Weir, build_go
from weirtest import wait_until

CONFIG = """
interval = 500ms
http { listen = {"127.0.0.1:@port"} }
input prometheus:go { targets = {@targets}  max_body = 1M @more }
storage memory { }
report exposition { identity = true }
report api { }
"""


# Targets ---------------------------------------------------------------------

@functools.lru_cache(maxsize=None)
def build():
    """Returns the program of scrape.go, which goes with this process."""
    folder = tempfile.mkdtemp(prefix="weirtest")
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return build_go(folder, "scrape.go")


def _read_head(client):
    head = b""
    while b"\r\n\r\n" not in head:
        got = client.recv(65536)
        if not got:
            return None
        head += got
    return head.decode()


class Target:
    """A server on a port of its own; 'answer' is what it sends, or a function
    that is called with the connection."""

    def __init__(self, answer):
        self.answer = answer
        self.heads = []
        self.connections = 0
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.address = "127.0.0.1:%d" % self._socket.getsockname()[1]
        self._ended = threading.Event()
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self):
        with contextlib.suppress(OSError):
            while True:
                client, _ = self._socket.accept()
                self.connections += 1
                threading.Thread(target=self._talk, args=(client,),
                                 daemon=True).start()

    def _talk(self, client):
        with client, contextlib.suppress(OSError):
            while head := _read_head(client):
                self.heads.append(head)
                if callable(self.answer):
                    self.answer(self, client)
                    return
                client.sendall(self.answer)

    def sleep(self, seconds):
        """Returns whether the target goes on."""
        return not self._ended.wait(seconds)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._ended.set()
        self._socket.close()


TEXT = "text/plain; version=0.0.4"
OPENMETRICS = "application/openmetrics-text; version=0.0.1; charset=utf-8"


def answer(body, *heads, status="200 OK", length=None, kind=TEXT):
    lines = ["HTTP/1.1 " + status, "Content-Type: " + kind,
             "Content-Length: %d" % (len(body) if length is None else length),
             *heads]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


# Questions -------------------------------------------------------------------

def scraping(targets, more=""):
    return Weir(CONFIG, more=more,
                targets=", ".join('"%s"' % one for one in targets))


def names_of(address, job="go"):
    return 'instance="%s",job="%s"' % (address, job)


def wait_for(weir, series, value):
    wait_until("%s %g" % (series, value),
               lambda: weir.series().get(series) == value)


def wait_for_up(weir, address, value):
    wait_for(weir, "up{%s}" % names_of(address), value)


def of_target(weir, address):
    """The names of the series that a target has now."""
    return [name for name in weir.series()
            if 'instance="%s"' % address in name]
