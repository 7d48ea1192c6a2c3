"""influx_clients - the influx shell and python3-influxdb, at influxd and weir

Each does the same at both, and what it prints is compared, but for the version
and the port of the server.
"""
import contextlib
import difflib
import gzip
import os
import pty
import re
import select
import subprocess
import sys
import time

from influx_questions import T
from programs import InfluxDB, Weir
from weirtest import (PATIENCE_S, SOURCE, Skip, diagnose, need, run,
                      temporary_folder, write)

CONFIG = """
interval = 1s
http { listen = {"127.0.0.1:@port"} }
input influxdb { }
storage tsdb { retention = 0  future = 0 }
report influxql { drop = hide }
"""

TYPED = ["CREATE DATABASE shell", "SHOW DATABASES", "USE shell", "USE nowhere",
         "INSERT cpu,host=a\\ b value=1.5,busy=2 %d000000000" % T,
         "INSERT cpu,host=c value=-2.5 %d000000000" % (T + 60),
         "insert bad", "INSERT m v=1x", "INSERT INTO autogen m v=1 1",
         "SELECT * FROM cpu", "precision rfc3339", "SELECT * FROM cpu",
         "precision ms", "SELECT * FROM cpu GROUP BY host", "precision s",
         "SELECT mean(value) FROM cpu WHERE time >= %ds AND time < %ds "
         "GROUP BY time(30s)" % (T, T + 90), "format csv",
         "SELECT * FROM cpu GROUP BY host", "SHOW SERIES", "format json",
         "SELECT * FROM cpu", "pretty", "SELECT * FROM cpu", "SHOW TAG KEYS",
         "pretty", "SELECT * FROM nothing", "format column",
         "SHOW MEASUREMENTS", "SHOW SERIES", "SHOW TAG KEYS",
         "SHOW TAG VALUES WITH KEY = host", "SHOW FIELD KEYS",
         "SHOW RETENTION POLICIES", "SELECT * FROM cpu; SELECT * FROM m",
         "SELECT nothing", "SELEC", "SELECT * FROM nowhere..cpu",
         "chunked", "SELECT * FROM cpu", "chunk size 1", "chunked",
         "SELECT * FROM cpu", "DROP DATABASE shell", "SELECT * FROM cpu",
         "SHOW DATABASES", "exit"]

IMPORTED = """# DDL
CREATE DATABASE imported
CREATE DATABASE "imported too"
# DML
# CONTEXT-DATABASE: imported
cpu,host=a value=1.5 %(t)d000000000
cpu,host=b value=2.5,busy=1 %(t)d000000000

# a comment
mem\\ free,host=a v=10 %(t)d000000001
# CONTEXT-DATABASE: imported too
# CONTEXT-RETENTION-POLICY: autogen
disk v=3 %(t)d000000002
""" % {"t": T} + "".join("many,n=%d v=%d %d\n" % (n % 7, n, T * 10**9 + n)
                         for n in range(6000))

EXECUTED = ["SHOW DATABASES", "SELECT * FROM cpu", "SELECT * FROM missing",
            "SELECT * FROM cpu GROUP BY host", "SELEC",
            "SELECT * FROM \"mem free\"; SHOW SERIES",
            "SELECT count(v), sum(v) FROM \"imported too\"..many GROUP BY *",
            "SELECT * FROM \"imported too\"..disk", "SHOW FIELD KEYS"]


@contextlib.contextmanager
def both():
    with InfluxDB() as influxd, Weir(CONFIG) as weir:
        yield influxd, weir


# What the shell says of a server, of the time and of its haste.
VARIES = re.compile(r"(?<=:PORT version ).*|^\d+/\d+/\d+ \d+:\d+:\d+ |"
                    r"(?<=Time elapsed: ).*", re.M)


def plain(text, server):
    """What is printed, without what belongs to a server or a moment."""
    text = text.replace("\r\n", "\n").replace(":%d" % server.port, ":PORT")
    return VARIES.sub("", text)


def expect_same(said):
    """Fails when the texts of influxd and weir differ."""
    theirs, ours = said
    for line in list(difflib.unified_diff(
            theirs.splitlines(), ours.splitlines(), "influxd", "weir",
            lineterm="", n=2))[:60]:
        diagnose(line)
    assert theirs == ours, "what is printed differs"


# The shell -------------------------------------------------------------------

def shell(server, *arguments):
    return [need("influx"), "-host", "127.0.0.1", "-port", str(server.port),
            *arguments]


def receive(terminal, text=b""):
    """Returns what is printed until the next prompt, or the end."""
    deadline = time.monotonic() + PATIENCE_S
    while not text.endswith(b"\n> "):
        assert time.monotonic() < deadline, text
        if select.select([terminal], [], [], 0.2)[0]:
            try:
                piece = os.read(terminal, 65536)
            except OSError:  # the shell has gone
                break
            if not piece:
                break
            text += piece
    return text


def typed(server, home):
    """Returns what a shell in a terminal shows when the lines are typed."""
    mine, its = pty.openpty()
    with subprocess.Popen(shell(server), stdin=its, stdout=its, stderr=its,
                          start_new_session=True,
                          env=dict(os.environ, TERM="dumb", HOME=home)) as influx:
        os.close(its)
        try:
            text = receive(mine)
            for line in TYPED:
                os.write(mine, line.encode() + b"\n")
                text += receive(mine)
            assert influx.wait(PATIENCE_S) == 0, text
        finally:
            influx.kill()
            os.close(mine)
    return plain(text.decode(), server)


def executed(server, *arguments):
    """Returns status and output of a shell that is given a command."""
    done = subprocess.run(shell(server, *arguments), text=True,
                          stdin=subprocess.DEVNULL, capture_output=True,
                          timeout=PATIENCE_S, check=False)
    return "%s\n%d\n%s" % (arguments, done.returncode,
                           plain(done.stdout + done.stderr, server))


def serves_a_shell_in_a_terminal():
    "who types into the influx shell sees the same of influxd and of weir"
    with temporary_folder() as home, both() as servers:
        said = [typed(server, home) for server in servers]
        assert said[0].count("\n> ") == len(TYPED), said[0]
        assert "a b" in said[0] and "name: cpu" in said[0], said[0]
        expect_same(said)


def serves_a_shell_that_executes():
    "influx -import and -execute do the same at influxd and at weir"
    with temporary_folder() as folder, both() as servers:
        path = write(folder + "/text", IMPORTED)
        packed = write(folder + "/text.gz", gzip.compress(
            IMPORTED.replace("value=1.5", "value=3").encode()))
        said = []
        for server in servers:
            text = executed(server, "-import", "-path", path,
                            "-precision", "ns")
            text += executed(server, "-import", "-path", packed,
                             "-compressed", "-pps", "1000000")
            for command in EXECUTED:
                for form in (["column"], ["csv"], ["json"],
                             ["json", "-pretty"]):
                    text += executed(
                        server, "-database", "imported", "-execute", command,
                        "-precision", "rfc3339", "-format", *form)
            said.append(text)
        expect_same(said)


# python3-influxdb ------------------------------------------------------------

def python():
    """Returns a python3 that has the package."""
    for path in (sys.executable, "/usr/bin/python3"):
        done = subprocess.run([path, "-c", "import influxdb"], check=False,
                              stderr=subprocess.DEVNULL)
        if done.returncode == 0:
            return path
    raise Skip("python3-influxdb is not installed")


def serves_python3_influxdb():
    "a program with python3-influxdb gets the same from influxd and from weir"
    program = os.path.join(SOURCE, "tests", "integration", "influx_python.py")
    with both() as servers:
        said = []
        for server in servers:
            done = subprocess.run(
                [python(), program, "127.0.0.1", str(server.port)], text=True,
                capture_output=True, timeout=PATIENCE_S * 3, check=False)
            assert done.returncode == 0, done.stdout + done.stderr
            said.append(done.stdout)
        assert said[0].count("\n") > 40, said[0]
        expect_same(said)


run(serves_a_shell_in_a_terminal, serves_a_shell_that_executes,
    serves_python3_influxdb)
