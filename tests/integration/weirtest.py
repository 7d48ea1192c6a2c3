"""weirtest - tests that print TAP, and the little that all of them need

A test is a function whose docstring is a sentence; run() calls them in turn
and prints TAP.  Inside, programs (programs.py) are started with `with`, so that
none outlives its test, whatever happens:

    def answers():
        "answers when it is ready"
        with Weir(HOST_TO_METRICS) as weir:
            assert weir.get("/metrics").status == 200

    run(answers)

make check gives top_builddir and top_srcdir in the environment; without them
the tree's ./build is used, so that a test can be started by hand.
"""
import contextlib
import os
import random
import re
import shutil
import socket
import string
import sys
import tempfile
import time
import traceback
import urllib.error
import urllib.request

SOURCE = os.environ.get("top_srcdir") or os.path.abspath(
    os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", ".."))
BUILD = os.environ.get("top_builddir") or os.path.join(SOURCE, "build")

# Nothing here is measured by the clock: this is when a test gives up.  Under
# sanitizers everything takes longer.
PATIENCE_S = float(os.environ.get("WEIR_PATIENCE", "20"))


class Skip(Exception):
    """What the test needs is not here; in CI that is a failure."""


# Texts and waiting -----------------------------------------------------------

class _Text(string.Template):
    delimiter = "@"


def fill(text, **values):
    """Puts values into a text in place of @name."""
    return _Text(text).substitute(values)


def wait_until(what, probe, patience_s=None):
    """Returns the first true value of probe(); fails when it stays false."""
    deadline = time.monotonic() + (patience_s or PATIENCE_S)
    while True:
        value = probe()
        if value:
            return value
        if time.monotonic() > deadline:
            raise AssertionError("waited in vain: " + what)
        time.sleep(0.05)


# Below those that the kernel gives to whoever asks for any.
PORTS = range(10000, 32768)
ports_given = set()


def free_port():
    """Returns a port of this host that nobody listens to just now, and that was
    not returned before."""
    while True:
        port = random.SystemRandom().choice(PORTS)
        if port in ports_given:
            continue
        ports_given.add(port)
        with socket.socket() as probe, contextlib.suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port


@contextlib.contextmanager
def temporary_folder():
    folder = tempfile.mkdtemp(prefix="weirtest")
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def write(path, text):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "wb") as file:
        file.write(text if isinstance(text, bytes) else text.encode())
    return path


def need(program):
    """Returns the path of a program, or skips the test."""
    path = shutil.which(program, path=os.environ.get("PATH", "") +
                        ":/usr/sbin:/sbin")
    if not path:
        raise Skip(program + " is not installed")
    return path


# HTTP and exposition -----------------------------------------------------------

class Answer:
    """Status, headers and text of an answer; status 0: nobody answered."""

    def __init__(self, status, headers, body):
        self.status = status
        self.headers = headers
        self.body = body

    @property
    def text(self):
        return self.body.decode("utf-8")


_direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))


def fetch(url, data=None, headers=None, method=None):
    request = urllib.request.Request(url, data, headers or {}, method=method)
    try:
        with _direct.open(request, timeout=PATIENCE_S) as answer:
            return Answer(answer.status, answer.headers, answer.read())
    except urllib.error.HTTPError as error:
        with error:
            return Answer(error.code, error.headers, error.read())
    except (OSError, ValueError) as error:
        return Answer(0, {}, str(error).encode())


_SERIES = re.compile(r'^([a-zA-Z_:][\w:]*)(?:\{(.*)\})? (\S+)(?: (\S+))?$')
_LABEL = re.compile(r'([a-zA-Z_]\w*)="((?:[^"\\]|\\.)*)"')


def series_of(text):
    """Reads exposition text into {'name{a="b",c="d"}': value}, labels sorted."""
    found = {}
    for line in text.splitlines():
        if not line or line.startswith("#"):
            continue
        match = _SERIES.match(line)
        assert match, "no exposition: " + line
        labels = sorted(_LABEL.findall(match[2] or ""))
        written = ",".join('%s="%s"' % label for label in labels)
        name = match[1] + ("{%s}" % written if written else "")
        assert name not in found, "twice: " + name
        found[name] = float(match[3])
    return found


# TAP -------------------------------------------------------------------------------

def diagnose(text):
    for line in str(text).splitlines():
        print("# " + line)
    sys.stdout.flush()


def _outcome(number, test):
    name = "%d - %s" % (number, (test.__doc__ or test.__name__).strip())
    try:
        test()
    except Skip as reason:
        if os.environ.get("CI") == "true":
            return "not ok %s: skipped in CI: %s" % (name, reason)
        return "ok %s # SKIP %s" % (name, reason)
    except Exception:  # one test's failure is not the others'
        diagnose(traceback.format_exc())
        return "not ok " + name
    return "ok " + name


def run(*tests):
    """Runs the tests, or those named on the command line, and ends the program.
    """
    chosen = [test for test in tests
              if len(sys.argv) < 2 or test.__name__ in sys.argv[1:]]
    print("1..%d" % len(chosen), flush=True)
    failed = 0
    for number, test in enumerate(chosen, 1):
        line = _outcome(number, test)
        failed += line.startswith("not ok")
        print(line, flush=True)
    sys.exit(1 if failed else 0)
