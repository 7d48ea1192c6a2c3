"""one_process.py - host, memory and exposition in one weir"""
import re
import signal
import time

from programs import (EXIT_OK, HOST_TO_METRICS, LOG_LINE, Weir,
                      weir_call)
from weirtest import run, wait_until

SOME = ("node_load1", "node_cpu_seconds_total{", "node_memory_MemTotal_bytes",
        "node_boot_time_seconds", "node_uname_info{")


def gives_host_metrics():
    "gives the host's metrics under node-exporter's names"
    with Weir(HOST_TO_METRICS) as weir:
        series = weir.wait_for_series(*SOME)
        with open("/proc/meminfo", encoding="ascii") as file:
            total = int(file.readline().split()[1]) * 1024
        assert series["node_memory_MemTotal_bytes"] == total
        assert 'node_cpu_seconds_total{cpu="0",mode="idle"}' in series


def leaves_own_labels_out():
    "leaves the labels instance and job out, as what is scraped has none"
    with Weir(HOST_TO_METRICS) as weir:
        series = weir.wait_for_series(*SOME)
        assert not [name for name in series
                    if re.search(r'[{,](instance|job)="', name)]


def goes_on_collecting():
    "collects once an interval"
    with Weir(HOST_TO_METRICS) as weir:
        first = weir.wait_for_series("node_time_seconds")["node_time_seconds"]
        wait_until("a later sample", lambda: weir.wait_for_series(
            "node_time_seconds")["node_time_seconds"] > first + 1)
        assert abs(weir.series()["node_time_seconds"] - time.time()) < 60


def tells_its_state():
    "says that it is healthy and ready, and what it does not know"
    with Weir(HOST_TO_METRICS) as weir:
        assert weir.get("/-/healthy").status == 200
        assert weir.get("/-/ready").status == 200
        assert weir.get("/").status == 200
        assert weir.get("/no/such/page").status == 404


def measures_itself():
    "shows its own series when there is an input for them"
    with Weir(HOST_TO_METRICS + "input self { }\n") as weir:
        weir.wait_for_series("weir_")


def speaks_both_formats():
    "speaks Prometheus' text, OpenMetrics when asked, and gzip"
    with Weir(HOST_TO_METRICS) as weir:
        weir.wait_for_series(*SOME)
        plain = weir.get("/metrics")
        assert plain.headers["Content-Type"].startswith("text/plain")
        assert "version=0.0.4" in plain.headers["Content-Type"]
        accept = {"Accept": "application/openmetrics-text; version=1.0.0"}
        opened = weir.get("/metrics", accept)
        assert "openmetrics-text" in opened.headers["Content-Type"]
        assert opened.text.endswith("# EOF\n")
        packed = weir.get("/metrics", {"Accept-Encoding": "gzip"})
        assert packed.headers["Content-Encoding"] == "gzip"
        assert packed.body[:2] == b"\x1f\x8b"


def ends_in_order(number):
    with Weir(HOST_TO_METRICS) as weir:
        weir.wait_for_series(*SOME)
        weir.signal(number)
        assert weir.wait() == EXIT_OK
        assert weir.output() == "", "on standard output: " + weir.output()
        strange = [line for line in weir.log().splitlines()
                   if not LOG_LINE.match(line)]
        assert not strange, strange
        bad = re.findall(r"^(?:warn|error) .*", weir.log(), re.M)
        assert not [line for line in bad if "instance" not in line], bad


def ends_on_sigterm():
    "ends on SIGTERM with status 0, having written log lines and no else"
    ends_in_order(signal.SIGTERM)


def ends_on_sigint():
    "ends on SIGINT in the same way"
    ends_in_order(signal.SIGINT)


def ends_while_starting():
    "ends in order when it is told so before it is ready"
    for delay_s in (0.005, 0.02, 0.05, 0.1):
        with Weir(HOST_TO_METRICS, ready=False) as weir:
            time.sleep(delay_s)
            weir.signal(signal.SIGTERM)
            assert weir.wait() in (EXIT_OK, -signal.SIGTERM)


def tells_what_it_is():
    "tells its version, its use and its plugins"
    status, out, err = weir_call("--version")
    assert status == EXIT_OK and re.match(r"weir \d+\.\d+", out), out
    assert err == ""
    status, out, _ = weir_call("--help")
    assert status == EXIT_OK
    for word in ("run", "check", "plugins"):
        assert word in out, out
    status, out, _ = weir_call("plugins")
    assert status == EXIT_OK
    for name in ("host", "memory", "exposition"):
        assert name in out, out


run(gives_host_metrics, leaves_own_labels_out, goes_on_collecting,
    tells_its_state, measures_itself, speaks_both_formats, ends_on_sigterm,
    ends_on_sigint, ends_while_starting, tells_what_it_is)
