"""programs - start weir from the build tree, and its neighbours beside it"""
import contextlib
import ctypes
import json
import os
import re
import shutil
import signal
import subprocess
import tempfile
import urllib.parse

from weirtest import (BUILD, PATIENCE_S, SOURCE, Skip, diagnose, fetch, fill,
                      free_port, need, series_of, temporary_folder, wait_until,
                      write)

# What the documentation promises of the exit status.
EXIT_OK, EXIT_FAILURE, EXIT_USAGE = 0, 1, 2

LOG_TIME = re.compile(r"^\d{4}-\d\d-\d\dT[\d:.]+Z ", re.M)
LOG_LINE = re.compile(r'^(error|warn|info|debug) [a-z][a-z0-9_]*'
                      r'( [a-z_]+=("([^"\\]|\\.)*"|[^" ]+))*$')

HOST_TO_METRICS = """
interval = 1s
http { listen = {"127.0.0.1:@port"} }
input host { }
storage memory { }
report exposition { }
"""


def _die_with_parent():
    ctypes.CDLL(None).prctl(1, signal.SIGKILL)  # PR_SET_PDEATHSIG


class Program:
    """A started program with its output in files; killed at the end of `with`.
    """

    def __init__(self, argv, environment=None, folder=None):
        self._own_folder = folder is None
        self.folder = folder or tempfile.mkdtemp(prefix="weirtest")
        self.argv = argv
        self.environment = dict(os.environ, **(environment or {}))
        self.process = None

    def start(self):
        name = os.path.basename(self.argv[0])
        self._out = os.path.join(self.folder, name + ".out")
        self._err = os.path.join(self.folder, name + ".err")
        with open(self._out, "ab") as out, open(self._err, "ab") as err:
            self.process = subprocess.Popen(
                self.argv, stdin=subprocess.DEVNULL, stdout=out, stderr=err,
                env=self.environment, cwd=self.folder,
                preexec_fn=_die_with_parent)
        return self

    @property
    def pid(self):
        return self.process.pid

    def runs(self):
        return self.process.poll() is None

    def output(self):
        with open(self._out, encoding="utf-8", errors="replace") as file:
            return file.read()

    def log(self):
        with open(self._err, encoding="utf-8", errors="replace") as file:
            return file.read()

    def wait(self, patience_s=None):
        """Returns the exit status; fails when the program does not end."""
        try:
            return self.process.wait(patience_s or PATIENCE_S)
        except subprocess.TimeoutExpired:
            raise AssertionError(self.argv[0] + " does not end") from None

    def signal(self, number):
        self.process.send_signal(number)

    def stop(self, patience_s=None):
        """Asks the program to end and returns its exit status."""
        self.signal(signal.SIGTERM)
        return self.wait(patience_s)

    def kill(self):
        """Ends the program without asking."""
        if self.process and self.runs():
            self.process.kill()
            self.process.wait()

    def wait_for_log(self, pattern, patience_s=None):
        """Returns the match of a pattern in the log, once it is there."""
        return wait_until("log has " + pattern,
                          lambda: re.search(pattern, self.log(), re.M),
                          patience_s)

    def __enter__(self):
        return self if self.process else self.start()

    def __exit__(self, kind, error, trace):
        self.kill()
        if kind and kind is not Skip:
            diagnose("log of %s:" % " ".join(self.argv))
            diagnose(self.log()[-4000:])
        if self._own_folder:
            shutil.rmtree(self.folder, ignore_errors=True)


def weir_environment(folder, plugins=None):
    """What weir needs to run from the build tree."""
    state = os.path.join(folder, "state")
    os.makedirs(state, exist_ok=True)
    libraries = os.path.join(BUILD, ".libs")
    return {"WEIR_PLUGIN_PATH": plugins or os.path.join(BUILD, "plugins"),
            "STATE_DIRECTORY": state, "LD_LIBRARY_PATH": libraries,
            "NOTIFY_SOCKET": ""}


def weir_program():
    """The program itself rather than libtool's script around it."""
    for path in (os.path.join(BUILD, ".libs", "weir"),
                 os.path.join(BUILD, "weir")):
        if os.path.exists(path):
            return path
    raise AssertionError("weir is not built in " + BUILD)


def weir_call(*arguments, folder=None, plugins=None, environment=None):
    """Runs weir to its end; returns its status, output and errors."""
    with contextlib.ExitStack() as stack:
        folder = folder or stack.enter_context(temporary_folder())
        values = dict(os.environ, **weir_environment(folder, plugins))
        values.update(environment or {})
        done = subprocess.run([weir_program(), *arguments], cwd=folder,
                              env=values, stdin=subprocess.DEVNULL,
                              capture_output=True, timeout=PATIENCE_S * 3,
                              check=False)
    return (done.returncode, done.stdout.decode(errors="replace"),
            done.stderr.decode(errors="replace"))


class Weir(Program):
    """`weir run` with a configuration; ready when `with` begins.

    @port in the configuration becomes the port of its HTTP listener, other
    @names come from the keywords.
    """

    def __init__(self, config, plugins=None, environment=None, folder=None,
                 ready=True, **values):
        super().__init__([weir_program()], environment, folder)
        self.port = free_port()
        self.config = os.path.join(self.folder, "weir.conf")
        self._ready = ready
        self.values = dict(values, port=self.port)
        self.configure(config)
        self.argv += ["run", "-c", self.config]
        base = weir_environment(self.folder, plugins)
        self.environment = dict(os.environ, **base)
        self.environment.update(environment or {})

    def configure(self, config, **values):
        """Writes another configuration, for a reload."""
        write(self.config, fill(config, **dict(self.values, **values)))

    def start(self):
        super().start()
        if self._ready:
            try:
                self.wait_ready()
            except BaseException:
                self.__exit__(AssertionError, None, None)
                raise
        return self

    def log(self):
        """The log without the times at the heads of its lines."""
        return LOG_TIME.sub("", super().log())

    def url(self, path):
        return "http://127.0.0.1:%d%s" % (self.port, path)

    def get(self, path, headers=None):
        return fetch(self.url(path), headers=headers)

    def wait_ready(self):
        def ready():
            assert self.runs(), "weir ended by itself: " + self.log()
            return self.get("/-/ready").status == 200
        wait_until("ready", ready, PATIENCE_S)

    def series(self):
        answer = self.get("/metrics")
        assert answer.status == 200, "%d %s" % (answer.status, answer.text)
        return series_of(answer.text)

    def wait_for_series(self, *names):
        """Returns the series of /metrics once those that begin like the names
        are among them."""
        def have():
            answer = self.get("/metrics")
            if answer.status != 200:
                return None
            found = series_of(answer.text)
            missing = [name for name in names
                       if not any(key.startswith(name) for key in found)]
            return found if found and not missing else None
        return wait_until("series " + " ".join(names), have)

    def reload(self):
        self.signal(signal.SIGHUP)


# Plugins of a test's own -----------------------------------------------------------

def _compile(source, result, *flags):
    command = [os.environ.get("WEIR_TEST_CC", "cc"), "-std=gnu17",
               "-D_GNU_SOURCE", "-O1", "-g", "-w", *flags,
               "-I" + os.path.join(SOURCE, "sdk"), source, "-o", result,
               "-L" + os.path.join(BUILD, ".libs"), "-lweir"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def build_plugin(folder, kind, name, source):
    """Compiles C into folder/kind/name.so, beside links to the tree's own
    plugins; the folder is then a WEIR_PLUGIN_PATH."""
    link_plugins(folder)
    path = os.path.join(folder, kind, name)
    _compile(write(path + ".c", source), path + ".so", "-fPIC", "-shared")
    return folder


def build_program(source, result):
    """Compiles a file of C against the SDK and libweir."""
    _compile(source, result)


def build_go(folder, name, source=None):
    """Builds a program in Go of this folder, or another 'source', offline, with
    what Debian has of its packages; returns its path.  What is compiled once
    serves all plays."""
    program = os.path.join(folder, name.partition(".")[0])
    environment = dict(os.environ, GO111MODULE="off",
                       GOPATH="/usr/share/gocode", GOFLAGS="",
                       GOCACHE=os.path.join(os.path.abspath(BUILD), "go-cache"))
    done = subprocess.run(
        [need("go"), "build", "-o", program, source or
         os.path.join(SOURCE, "tests", "integration", name)],
        env=environment, capture_output=True, text=True,
        timeout=PATIENCE_S * 20, check=False)
    assert done.returncode == 0, done.stderr
    return program


def link_plugins(folder):
    for kind in ("input", "storage", "report"):
        os.makedirs(os.path.join(folder, kind), exist_ok=True)
        theirs = os.path.join(BUILD, "plugins", kind)
        for name in os.listdir(theirs) if os.path.isdir(theirs) else ():
            place = os.path.join(folder, kind, name)
            if os.path.isdir(os.path.join(theirs, name)) and \
                    not os.path.lexists(place):
                os.symlink(os.path.join(theirs, name), place)
    return folder


def built_plugins():
    """Names like "input/host" of all plugins in the build tree."""
    found = []
    for kind in ("input", "storage", "report"):
        for name in sorted(os.listdir(os.path.join(BUILD, "plugins", kind))):
            if os.path.exists(os.path.join(BUILD, "plugins", kind, name,
                                           name + ".la")):
                found.append(kind + "/" + name)
    return found


# The neighbours ----------------------------------------------------------------------

class NodeExporter(Program):
    def __init__(self, *arguments):
        self.port = free_port()
        super().__init__([need("prometheus-node-exporter"),
                          "--web.listen-address=127.0.0.1:%d" % self.port,
                          *arguments])

    def metrics(self):
        return fetch("http://127.0.0.1:%d/metrics" % self.port)

    def start(self):
        super().start()
        wait_until("node-exporter", lambda: self.metrics().status == 200)
        return self


class Prometheus(Program):
    """Prometheus with one job 'weir' that scrapes ports each second."""

    CONFIG = """
global: {scrape_interval: 1s, scrape_timeout: 1s}
scrape_configs:
- job_name: weir
  static_configs: [{targets: [@targets]}]
"""

    def __init__(self, *targets):
        self.port = free_port()
        super().__init__([need("prometheus")])
        config = fill(self.CONFIG, port=self.port, target=next(iter(targets), ""),
                      targets=", ".join('"127.0.0.1:%s"' % target
                                        for target in targets))
        config = write(os.path.join(self.folder, "prometheus.yml"), config)
        self.argv += ["--config.file=" + config,
                      "--storage.tsdb.path=" + self.folder + "/data",
                      "--web.listen-address=127.0.0.1:%d" % self.port]

    def start(self):
        super().start()
        wait_until("prometheus", lambda: self.get("/-/ready").status == 200)
        return self

    def get(self, path):
        return fetch("http://127.0.0.1:%d%s" % (self.port, path))


class InfluxDB(Program):
    """An influxd that says nothing of itself.  It may be killed, and started
    again with what it has, which is in 'data', a folder, if that is said."""

    CONFIG = """
reporting-disabled = true
bind-address = "127.0.0.1:@rpc"
[meta]
  dir = "@folder/meta"
[data]
  dir = "@folder/data"
  wal-dir = "@folder/wal"
  query-log-enabled = false
[monitor]
  store-enabled = false
[http]
  bind-address = "127.0.0.1:@port"
  auth-enabled = @auth
  log-enabled = false
[logging]
  level = "error"
"""

    def __init__(self, data=None, auth=False):
        self.port = free_port()
        super().__init__([need("influxd")])
        config = fill(self.CONFIG, port=self.port, rpc=free_port(),
                      folder=data or self.folder, auth=str(auth).lower())
        self.argv += ["-config",
                      write(os.path.join(self.folder, "influxd.conf"), config)]

    def url(self, path=""):
        return "http://127.0.0.1:%d%s" % (self.port, path)

    def start(self):
        super().start()
        wait_until("influxd",
                   lambda: fetch(self.url("/ping")).status == 204)
        return self

    def ask(self, query, parameters=""):
        """Returns what /query answers."""
        answer = fetch(self.url("/query?q=" + urllib.parse.quote(query) +
                                parameters), b"")
        assert answer.status == 200, answer.text
        return answer.text

    def rows(self, query, database):
        """Returns the series of a query's first result, times in nanoseconds;
        [] while the database is not there."""
        result = json.loads(self.ask(query, "&epoch=ns&db=" + database))
        result = result["results"][0]
        why = result.get("error", "")
        assert not why or why.startswith("database not found"), why
        return result.get("series", [])

    def write(self, database, lines):
        """Writes lines; returns the answer."""
        return fetch(self.url("/write?db=" + database), lines.encode())


def promtool_complaints(text):
    """Returns what `promtool check metrics` says of exposition text, a set."""
    done = subprocess.run([need("promtool"), "check", "metrics"],
                          input=text.encode(), capture_output=True,
                          timeout=PATIENCE_S, check=False)
    lines = (done.stdout + done.stderr).decode().splitlines()
    return {line for line in lines if line.strip()}
