"""store_rivals - other stores, fed with the same rows as weir's

Each rival is a program on loopback with a folder of its own.  It takes a text
that `store text` printed, says how many bytes its files have once it has done
what it does by itself (flush, merge, compact), and answers the month's query.
"""
import contextlib
import http.client
import json
import os
import subprocess
import time
import urllib.parse

from process import cpu_s
from programs import Program
from weirtest import fetch, free_port, need, wait_until, write

PIECE = 2 << 20  # bytes a request
POINTS = 1000
MANY_YEARS = "100y"


def folder_bytes(folder, keep=lambda path: True):
    """Bytes of the files below a folder; a sparse one counts what it has."""
    total = 0
    for place, _, names in os.walk(folder):
        for name in names:
            path = os.path.join(place, name)
            with contextlib.suppress(FileNotFoundError):
                if keep(path):
                    status = os.stat(path)
                    total += min(status.st_size, status.st_blocks * 512)
    return total


def pieces(path):
    """The lines of a file, some at a time."""
    with open(path, "rb") as file:
        while True:
            piece = file.read(PIECE)
            if not piece:
                return
            yield piece + file.readline()


def post_all(port, target, path):
    """Posts a file on one connection; returns the seconds that the other end
    took, and so does not count what reading the file took."""
    link = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
    took_s = 0
    for piece in pieces(path):
        begin = time.monotonic()
        link.request("POST", target, piece)
        answer = link.getresponse()
        text = answer.read()
        took_s += time.monotonic() - begin
        assert answer.status in (200, 204), (answer.status, text[:500])
    link.close()
    return took_s


class Rival(Program):
    """A rival that is started once and fed once."""

    program = None
    format = None  # of the text that it takes

    def __init__(self):
        super().__init__([need(self.program)])
        self.port = free_port()
        self.data = os.path.join(self.folder, "data")
        self.took_s = self.took_cpu_s = 0

    def get(self, path, **params):
        query = "?" + urllib.parse.urlencode(params) if params else ""
        answer = fetch("http://127.0.0.1:%d%s%s" % (self.port, path, query))
        return answer

    def ready(self, path):
        wait_until(self.argv[0] + " is ready",
                   lambda: self.get(path).status in (200, 204), 60)

    def feed(self, path):
        before = cpu_s(self.pid)
        self.took_s = post_all(self.port, self.target, path)
        self.took_cpu_s = cpu_s(self.pid) - before

    def month_values(self, text):
        """How many values an answer of the month's query has."""
        found = json.loads(text)["data"]["result"]
        return len(found[0]["values"]) if found else 0

    def ask_month(self, after_s, until_s, step_s):
        """Least, greatest and mean in steps; returns seconds and values."""
        begin = time.monotonic()
        for function in ("min", "max", "avg"):
            answer = self.get(
                "/api/v1/query_range", start=after_s + step_s, end=until_s,
                step=step_s, nocache=1,
                query="%s_over_time(made_0[%ds])" % (function, step_s))
            assert answer.status == 200, answer.text
        took_s = time.monotonic() - begin
        return took_s, self.month_values(answer.text)


class VictoriaMetrics(Rival):
    name = program = "victoria-metrics"
    format = "prometheus"
    target = "/api/v1/import/prometheus"

    def __init__(self):
        super().__init__()
        self.argv += ["-storageDataPath=" + self.data,
                      "-httpListenAddr=127.0.0.1:%d" % self.port,
                      "-retentionPeriod=" + MANY_YEARS,
                      "-search.maxPointsPerTimeseries=100000",
                      "-search.maxSamplesPerQuery=100000000",
                      "-loggerLevel=WARN"]

    def start(self):
        super().start()
        self.ready("/health")
        return self

    def size(self):
        assert self.get("/internal/force_flush").status == 200
        assert self.get("/internal/force_merge").status == 200
        wait_until("merged", self.merged, 120)
        return folder_bytes(self.data)

    def merged(self):
        """Merging is over when what lies there stays the same."""
        before = folder_bytes(os.path.join(self.data, "data"))
        time.sleep(2)
        return before == folder_bytes(os.path.join(self.data, "data"))


class Prometheus(Rival):
    """Its blocks are made by promtool, then it is started on them."""

    name = program = "prometheus"
    format = "openmetrics"

    def __init__(self):
        super().__init__()
        self.promtool = need("promtool")
        config = write(os.path.join(self.folder, "prometheus.yml"), "{}\n")
        self.argv += ["--config.file=" + config,
                      "--storage.tsdb.path=" + self.data,
                      "--storage.tsdb.retention.time=" + MANY_YEARS,
                      "--query.max-samples=100000000",
                      "--web.listen-address=127.0.0.1:%d" % self.port,
                      "--log.level=warn"]

    def start(self):
        return self  # not before it has its blocks

    def feed(self, path):
        begin = time.monotonic()
        child = os.times().children_user + os.times().children_system
        subprocess.run([self.promtool, "tsdb", "create-blocks-from",
                        "openmetrics", "--max-block-duration=744h", path,
                        self.data], check=True, stdout=subprocess.DEVNULL)
        self.took_s = time.monotonic() - begin
        self.took_cpu_s = (os.times().children_user +
                           os.times().children_system - child)

    def size(self):
        return folder_bytes(self.data)

    def ask_month(self, after_s, until_s, step_s):
        if not self.process:
            super().start()
            self.ready("/-/ready")
        return super().ask_month(after_s, until_s, step_s)


INFLUX = """
reporting-disabled = true
bind-address = "127.0.0.1:@other"
[meta]
  dir = "@folder/meta"
  logging-enabled = false
[data]
  dir = "@folder/data"
  wal-dir = "@folder/wal"
  query-log-enabled = false
  cache-snapshot-write-cold-duration = "1s"
  compact-full-write-cold-duration = "1s"
  max-series-per-database = 0
  max-values-per-tag = 0
[monitor]
  store-enabled = false
[http]
  bind-address = "127.0.0.1:@port"
  log-enabled = false
  max-body-size = 0
"""


class InfluxDB(Rival):
    name = "influxdb"
    program = "influxd"
    format = "influx"
    target = "/write?db=bench&precision=ns"

    def __init__(self):
        super().__init__()
        text = INFLUX.replace("@folder", self.folder)
        text = text.replace("@port", str(self.port))
        text = text.replace("@other", str(free_port()))
        self.argv += ["-config",
                      write(os.path.join(self.folder, "influx.conf"), text)]

    def start(self):
        super().start()
        self.ready("/ping")
        answer = fetch("http://127.0.0.1:%d/query" % self.port,
                       b"q=CREATE+DATABASE+bench+WITH+SHARD+DURATION+1000d")
        assert answer.status == 200, answer.text
        return self

    def size(self):
        wait_until("compacted", self.compacted, 120)
        return folder_bytes(self.data)

    def compacted(self):
        """All is in one file, and nothing is in the log."""
        before = folder_bytes(self.data)
        time.sleep(3)
        return before == folder_bytes(self.data) and before > 0 and \
            folder_bytes(os.path.join(self.folder, "wal")) == 0

    def ask_month(self, after_s, until_s, step_s):
        begin = time.monotonic()
        answer = self.get(
            "/query", db="bench", q="SELECT min(value), max(value), mean(value)"
            " FROM made_0 WHERE time > %ds AND time <= %ds GROUP BY time(%ds)"
            % (after_s, until_s, step_s))
        took_s = time.monotonic() - begin
        found = json.loads(answer.text)["results"][0]["series"][0]["values"]
        return took_s, len(found)


RIVALS = (VictoriaMetrics, Prometheus, InfluxDB)
