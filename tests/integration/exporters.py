"""exporters - what real programs answer when they are scraped

captured() starts them one after the other, takes one answer of each and ends
them; who replays that gives everybody the same bytes.
"""
import os

from programs import NodeExporter, Program, Prometheus
from weirtest import fetch, fill, free_port, need, wait_until, write

ACCEPT = {"Accept": "application/openmetrics-text;version=1.0.0,"
                    "application/openmetrics-text;version=0.0.1;q=0.75,"
                    "text/plain;version=0.0.4;q=0.5,*/*;q=0.1"}

COLLECTD = """
Hostname "box"
Interval 1
BaseDir "@folder"
PIDFile "@folder/pid"
TypesDB "/usr/share/collectd/types.db"
LoadPlugin cpu
LoadPlugin df
LoadPlugin interface
LoadPlugin load
LoadPlugin memory
LoadPlugin write_prometheus
<Plugin write_prometheus>
  Host "127.0.0.1"
  Port "@port"
</Plugin>
"""

# All in memory, and none of its children.
NETDATA = """
[directories]
    config = @folder
    cache = @folder
    lib = @folder
    log = @folder
    home = @folder
[global]
    hostname = box
[db]
    mode = ram
[logs]
    access = none
[web]
    bind to = 127.0.0.1:@port
[plugins]
    enable running new plugins = no
    apps = no
    cgroups = no
    charts.d = no
    ebpf = no
    go.d = no
    idlejitter = no
    python.d = no
    perf = no
    slabinfo = no
    statsd = no
    tc = no
[ml]
    enabled = no
[health]
    enabled = no
[cloud]
    enabled = no
"""


class Collectd(Program):
    def __init__(self):
        super().__init__([need("collectd")])
        self.port = free_port()
        config = write(os.path.join(self.folder, "collectd.conf"),
                       fill(COLLECTD, folder=self.folder, port=self.port))
        self.argv += ["-f", "-C", config]


class Netdata(Program):
    def __init__(self):
        super().__init__([need("netdata")],
                         {"NETDATA_DISABLE_CLOUD": "1",
                          "DO_NOT_TRACK": "1"})
        self.port = free_port()
        config = write(os.path.join(self.folder, "netdata.conf"),
                       fill(NETDATA, folder=self.folder, port=self.port))
        self.argv += ["-D", "-u", "root", "-c", config]

    def __exit__(self, *given):
        # It leaves a child behind that it does not end itself when killed.
        if self.runs():
            self.stop()
        super().__exit__(*given)


def _answer(name, port, path, least):
    """Waits for an answer with some samples; returns body and Content-Type."""
    def answered():
        got = fetch("http://127.0.0.1:%d%s" % (port, path), headers=ACCEPT)
        samples = [line for line in got.body.splitlines()
                   if line and not line.startswith(b"#")]
        return got if got.status == 200 and len(samples) >= least else None
    got = wait_until(name + " answers", answered)
    return got.body, got.headers["Content-Type"]


def captured(go_program):
    """Returns {name: (body, Content-Type)}; 'go_program' is scrape.go's."""
    found = {}
    with NodeExporter() as exporter:
        found["node-exporter"] = _answer("it", exporter.port, "/metrics", 100)
    with Prometheus(free_port()) as prometheus:
        found["prometheus"] = _answer("it", prometheus.port, "/metrics", 100)
    port = free_port()
    with Program([go_program, "127.0.0.1:%d" % port]):
        for path in ("/metrics", "/openmetrics"):
            found["go " + path] = _answer("it", port, path, 30)
    with Collectd() as collectd:
        found["collectd"] = _answer("it", collectd.port, "/metrics", 5)
    with Netdata() as netdata:
        path = "/api/v1/allmetrics?format=prometheus&help=yes&types=yes" \
               "&source=as-collected&timestamps=yes"
        found["netdata"] = _answer("it", netdata.port, path, 50)
    body, kind = found["go /openmetrics"]
    assert "openmetrics" in kind and b" # {" in body, (kind, body)
    return found
