"""goprogram - a program in Go that offers expvar, /metrics or both"""
import contextlib
import json

from programs import Program, build_go
from weirtest import fetch, free_port, temporary_folder, wait_until


class GoProgram(Program):
    """The program, told to offer 'what'; its collector runs when it is told."""

    binary = None

    def __init__(self, what):
        self.address = "127.0.0.1:%d" % free_port()
        super().__init__([self.binary, "-listen", self.address,
                          "-offer", what], {"GOGC": "off"})

    def start(self):
        super().start()
        wait_until("the program answers", self.do)
        return self

    def do(self, what=""):
        """Returns what the runtime counted after it did that."""
        answer = fetch("http://%s/do?%s" % (self.address, what))
        return json.loads(answer.text) if answer.status == 200 else None

    def text(self, path):
        return fetch("http://%s%s" % (self.address, path)).text


@contextlib.contextmanager
def built():
    """Within this, programs can be started."""
    with temporary_folder() as folder:
        GoProgram.binary = build_go(folder, "go_programs.go")
        yield
