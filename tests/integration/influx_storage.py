"""influx_storage.py - storage influxdb and a real InfluxDB

Samples with a number each, which is their time, too, go into an InfluxDB that
is killed, stands still and comes back; at the end they are counted there, and
must be each once what a storage tsdb beside it has.
"""
import contextlib
import json
import os
import re
import signal
import time
import urllib.parse

from disks import command, fill, leave_mounts, mount_memory
from ledger import COUNT, expect_each_once, figure, starts_of, values_of
from programs import EXIT_OK, InfluxDB, Weir
from weirtest import diagnose, run, temporary_folder, wait_until

HOST = """
interval = 1s
labels { dc = "fra 1,a=b" }
http { listen = {"127.0.0.1:@port"} }
input host { to = {"influxdb", "memory"} }
storage influxdb { url = "@url"  batch_time = 100ms }
storage memory { samples = 1000 }
report api { from = {"memory"} }
"""

# Little is written at once, so that there is always something under way.
LEDGER = """
interval = 1s
http { listen = {"127.0.0.1:@port"} }
input exec:ledger { command = "@count"  mode = stay  to = {"out", "store"} }
input self { to = {"figures"} }
storage influxdb:out {
    url = "@url"
    batch_points = 20
    batch_time = 50ms
    timeout = 2s
    retry = 500ms
    buffer = 2K
    window = 20K
    spool { sync = always }
}
storage tsdb:store { path = "store"  retention = 0 }
storage memory:figures { }
report exposition { from = {"figures"} }
"""

TYPED = """
interval = 1s
http { listen = {"127.0.0.1:@port"} }
input exec:made { command = "echo good 1; echo bad 2"  to = {"out"} }
input self { to = {"figures"} }
storage influxdb:out { url = "@url"  batch_time = 50ms }
storage memory:figures { }
report exposition { from = {"figures"} }
"""


def told(weir, name):
    """A figure that the storage tells of itself; 0 when there is none yet."""
    for series, value in weir.series().items():
        if series.startswith(name + "{") and '="out"' in series:
            return value
    return 0


def ledger_in(influxd):
    """The numbers that InfluxDB has, of which each is its time, too."""
    numbers = []
    for series in influxd.rows("SELECT value FROM ledger GROUP BY *", "weir"):
        for at_ns, value in series["values"]:
            assert at_ns == int(value) * 1000000, (at_ns, value)
            numbers.append(int(value))
    return numbers


def values_there(influxd):
    """What InfluxDB has of this host: {time: value} by name and labels."""
    found = {}
    for series in influxd.rows("SELECT value FROM /^node_/ GROUP BY *", "weir"):
        tags = {name: value for name, value in series["tags"].items() if value}
        key = (series["name"], tuple(sorted(tags.items())))
        assert key not in found, key
        found[key] = dict(series["values"])
        assert len(found[key]) == len(series["values"]), key
    return found


def expect_same(weir, there):
    """All that weir has until the last time that is there is there, too."""
    last_ns = max(max(values) for values in there.values())
    text = urllib.parse.urlencode({"query": '{__name__=~"node_.+"}[1h]'})
    count = 0
    for series in json.loads(
            weir.get("/api/v1/query?" + text).text)["data"]["result"]:
        labels = series["metric"]
        key = (labels.pop("__name__"), tuple(sorted(labels.items())))
        for at_s, value in series["values"]:
            at_ns = round(at_s * 1000) * 1000000
            if at_ns > last_ns:
                continue
            have = there.get(key, {}).pop(at_ns, None)
            if value in ("NaN", "+Inf", "-Inf"):
                assert have is None
            else:
                assert have == float(value), (key, at_ns, have, value)
                count += 1
    rest = {key: values for key, values in there.items() if values}
    assert not rest, rest
    diagnose("%d samples are the same" % count)
    assert count > 100


def samples_of_a_host():
    "each sample of this host is in InfluxDB once, with its value and time"
    with InfluxDB() as influxd, Weir(HOST, url=influxd.url()) as weir:
        wait_until("there are some cycles", lambda: any(
            len(series["values"]) > 2 for series in influxd.rows(
                "SELECT value FROM node_load1", "weir")))
        there = values_there(influxd)
        assert all(("dc", "fra 1,a=b") in labels for _, labels in there)
        expect_same(weir, there)


def finish(influxd, weir):
    """Lets all arrive, ends weir, and compares InfluxDB with the tsdb."""
    start = starts_of(weir)[0]
    before = last_in(influxd)

    def is_whole():
        """What came late, from the spool, is there, too."""
        numbers = ledger_in(influxd)
        last = max(numbers, default=0)
        return last > before + 100 and len(numbers) >= last - start and last
    last = wait_until("all is there", is_whole)
    assert weir.stop(30) == EXIT_OK
    ours, theirs = values_of(weir), ledger_in(influxd)
    diagnose("%d in InfluxDB, %d in the tsdb" % (len(theirs), len(ours)))
    expect_each_once(theirs, start, last)
    assert {number for number in ours if number <= last} == \
        {number for number in theirs if number <= last}


def last_in(influxd):
    found = influxd.rows("SELECT last(value) FROM ledger", "weir")
    return found[0]["values"][0][1] if found else 0


def server_comes_and_goes():
    "while InfluxDB is killed and stands still nothing is lost nor twice"
    with InfluxDB() as influxd, Weir(
            LEDGER, url=influxd.url(), count=COUNT) as weir:
        for _ in range(3):
            wait_until("some came", lambda: last_in(influxd))
            time.sleep(0.5)
            influxd.kill()
            time.sleep(0.5)
            influxd.start()
        influxd.signal(signal.SIGSTOP)
        time.sleep(3.5)
        influxd.signal(signal.SIGCONT)
        wait_until("requests failed", lambda: told(
            weir, "weir_storage_failed_requests_total"))
        finish(influxd, weir)


def server_without_room():
    "while InfluxDB's disk is full nothing is lost nor twice"
    leave_mounts()
    with temporary_folder() as folder, contextlib.ExitStack() as stack:
        disk = os.path.join(folder, "disk")
        mount_memory(disk, "8m")
        stack.callback(command, "umount", "-l", disk)
        influxd = stack.enter_context(InfluxDB(disk))
        weir = stack.enter_context(
            Weir(LEDGER, url=influxd.url(), count=COUNT))
        wait_until("some came", lambda: last_in(influxd))
        mend = fill(disk)
        wait_until("requests fail", lambda: told(
            weir, "weir_storage_failed_requests_total") > 1)
        assert "no space left" in weir.log()
        mend()
        influxd.kill()  # 1.6 does not go on with that log by itself
        influxd.start()
        finish(influxd, weir)


def weir_is_killed():
    "what weir had in its spool when it was killed is there, once"
    with InfluxDB() as influxd, Weir(
            LEDGER, url=influxd.url(), count=COUNT) as weir:
        wait_until("some came", lambda: last_in(influxd))
        influxd.kill()
        before = figure(weir, "weir_spool_batches_total", "out")
        wait_until("more is in the spool", lambda: figure(
            weir, "weir_spool_batches_total", "out") > before + 100)
        promised = int(figure(weir, "weir_spool_batches_total", "out"))
        weir.kill()
        influxd.start()
        weir.start()
        wait_until("a second run counts", lambda: len(starts_of(weir)) == 2)
        start, second = starts_of(weir)
        wait_until("it came", lambda: last_in(influxd) > second + 100)
        wait_until("what was promised came", lambda: sum(
            start < number <= start + promised
            for number in ledger_in(influxd)) >= promised)
        theirs = ledger_in(influxd)
        diagnose("%d were promised, %d are there" % (
            promised, sum(number < second for number in theirs)))
        expect_each_once(theirs, start, start + promised)


def refused():
    "what InfluxDB refuses is in a file with words, and the rest is stored"
    with InfluxDB() as influxd:
        influxd.ask("CREATE DATABASE weir")
        influxd.write("weir", 'bad value="a text"')
        refuse(influxd)


def refuse(influxd):
    with Weir(TYPED, url=influxd.url()) as weir:
        wait_until("some is refused", lambda: told(
            weir, "weir_storage_refused_samples_total"))
        wait_until("the rest is stored",
                   lambda: influxd.rows("SELECT * FROM good", "weir"))
        path = os.path.join(weir.folder, "state", "influxdb-refused.txt")
        with open(path, encoding="utf-8") as file:
            words, line = file.read().splitlines()[:2]
        assert re.match(r"# \S+Z InfluxDB refused 1 of 1: partial write: "
                        r"field type conflict: .*\"bad\"", words), words
        assert re.match(r"bad value=2 \d+$", line), line
        assert weir.log().count("for ever") >= 1
        assert told(weir, "weir_storage_written_samples_total") > 0


run(samples_of_a_host, server_comes_and_goes, weir_is_killed, refused,
    server_without_room)
