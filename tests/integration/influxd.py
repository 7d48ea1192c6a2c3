"""influxd - a real InfluxDB 1.x on a port and in a folder of its own"""
import json
import urllib.parse

from programs import Program
from weirtest import fetch, fill, free_port, need, wait_until, write

CONFIG = """
reporting-disabled = true
bind-address = "127.0.0.1:@other"
[meta]
  dir = "@folder/meta"
  logging-enabled = false
[data]
  dir = "@folder/data"
  wal-dir = "@folder/wal"
  query-log-enabled = false
[monitor]
  store-enabled = false
[http]
  bind-address = "127.0.0.1:@port"
  log-enabled = false
"""


class InfluxDB(Program):
    """It may be killed, and started again with what it has, which is in 'data',
    a folder, if that is said."""

    def __init__(self, data=None):
        super().__init__([need("influxd")])
        self.port = free_port()
        config = fill(CONFIG, folder=data or self.folder, port=self.port,
                      other=free_port())
        self.argv += ["-config", write(self.folder + "/influxdb.conf", config)]

    def url(self):
        return "http://127.0.0.1:%d" % self.port

    def start(self):
        super().start()
        wait_until("influxd", lambda: fetch(self.url() + "/ping").status == 204)
        return self

    def write(self, database, lines):
        """Writes lines; returns the answer."""
        return fetch(self.url() + "/write?db=" + database, lines.encode())

    def ask(self, query, database=""):
        """Returns the series of a query's first result; [] while the database
        is not there."""
        text = urllib.parse.urlencode(
            {"q": query, "db": database, "epoch": "ns"})
        answer = fetch(self.url() + "/query", text.encode())
        assert answer.status == 200, answer.text
        result = json.loads(answer.text)["results"][0]
        why = result.get("error", "")
        assert not why or why.startswith("database not found"), why
        return result.get("series", [])
