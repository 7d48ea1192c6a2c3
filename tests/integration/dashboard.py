"""dashboard.py - the dashboard in a real browser: starts weir with this host, a
Go program and a target that is down, and hands over to tests/browser"""
import contextlib
import os
import subprocess
import sys
import time

import dashboard_browser
from goprogram import GoProgram, built
from programs import Weir
from promql_data import WRITE_HEADERS, write_request
from weirtest import fetch, free_port, need, wait_until

STALE = None  # as promql_data has it

# Whatever programs may tell: to be shown as it is, or left out and said so.
SCRIPT = "<script>document.title='taken'</script>"
STRANGE = """
http { listen = {"127.0.0.1:@port"} }
input remote_write { }
storage tsdb { }
report api { }
report dashboard { }
"""

CONFIG = """
interval = 1s
timeout  = 500ms
http { listen = {"127.0.0.1:@port"} }
input host { }
input self { }
input expvar { targets = {"@program"} }
input prometheus { targets = {"@program", "127.0.0.1:@nobody"} }
storage tsdb { }
report api { }
report dashboard { }
"""


def strange_series():
    """Series as no friend writes them, in pairs as promql_data has them."""
    def steady(labels, *values):
        return labels, [(i * 1000, value) for i, value in enumerate(values)]

    nan, inf = float("nan"), float("inf")
    yield steady({"__name__": "node_load1", "instance": SCRIPT,
                  "job": "\"'><b>"}, *[1.0] * 20)
    yield steady({"__name__": "strange_text", "text": SCRIPT}, *[2.0] * 20)
    yield steady({"__name__": "strange_long", "a": "long " * 800,
                  "b": "l" * 4000, "c": "o" * 4000}, *[3.0] * 20)
    yield steady({"__name__": "strange_numbers"},
                 *[1.0, nan, 2.0, inf, 3.0, -inf, 4.0, 1e308, -1e308] * 2)
    shop = {"instance": "shop", "job": "go"}
    start_s = time.time() - 30
    yield steady(dict(shop, __name__="go_goroutines"), *[5.0] * 30)
    yield steady(dict(shop, __name__="process_start_time_seconds"),
                 *[start_s - 900] * 10, *[start_s + 10] * 20)
    yield steady(dict(shop, __name__="shop_build_info", version="1"),
                 *[1.0] * 12, STALE)
    yield dict(shop, __name__="shop_build_info", version="2"), [
        (i * 1000, 1.0) for i in range(12, 30)]
    for number in range(50000):
        yield steady({"__name__": "many", "number": str(number)},
                     float(number))


def push_strange(weir):
    now_ms = int(time.time() * 1000) - 30000
    every = list(strange_series())
    for start in range(0, len(every), 5000):
        body = write_request(every[start:start + 5000], now_ms)
        answer = fetch(weir.url("/api/v1/write"), body, WRITE_HEADERS)
        assert answer.status in (200, 204), answer.text


def main():
    need("chromium")
    folder = dashboard_browser.folder()
    with contextlib.ExitStack() as stack:
        stack.enter_context(built())
        program = stack.enter_context(GoProgram("both"))
        weir = stack.enter_context(Weir(CONFIG, program=program.address,
                                        nobody=free_port()))
        for metric in "node_load1", "go_goroutines":
            wait_until(metric + " is stored", lambda m=metric: '"data":[{' in
                       weir.get("/api/v1/series?match[]=" + m).text)
        strange = stack.enter_context(Weir(STRANGE))
        push_strange(strange)
        done = subprocess.run(
            [need("node"), "dashboard.mjs", weir.url(""),
             os.path.join(folder, "shots")] + sys.argv[1:], cwd=folder,
            env=dict(os.environ, WEIR_STRANGE=strange.url(""),
                     WEIR_STRANGE_PID=str(strange.pid)),
            check=False)
    sys.exit(done.returncode)


main()
