"""go_programs.py - programs in Go that offer expvar, /metrics or both, and that
restart, leak and thrash"""
import contextlib
import json
import math
import re
import time
import urllib.parse

from goprogram import GoProgram, built
from programs import Weir
from weirtest import (fetch, free_port, run, series_of, temporary_folder,
                      wait_until, write)

CONFIG = """
interval = 200ms
timeout  = 200ms
http { listen = {"127.0.0.1:@port"} }
input self { }
@inputs
storage memory { }
report exposition { identity = true }
report api { }
"""

RING = 256  # pauses that the runtime remembers


class Pair:
    """weir and a program that it scrapes by the inputs that fit, both ways with
    one set of labels but for the job."""

    def __init__(self, what):
        inputs = {"expvar": ["expvar"], "metrics": ["prometheus"],
                  "both": ["expvar", "prometheus"]}[what]
        self.program = GoProgram(what)
        self.weir = Weir(CONFIG, inputs="\n".join(
            'input %s { targets = {"%s"} }' % (one, self.program.address)
            for one in inputs))

    def __enter__(self):
        with contextlib.ExitStack() as stack:
            stack.enter_context(self.program)
            stack.enter_context(self.weir)
            self._stack = stack.pop_all()
        return self

    def __exit__(self, *error):
        return self._stack.__exit__(*error)

    def series(self, job):
        """Series of the program by their names without job and instance."""
        found = {}
        ours = ['instance="%s"' % self.program.address, 'job="%s"' % job]
        for name, value in self.weir.series().items():
            bare, _, labels = name.partition("{")
            parts = re.findall(r'\w+="(?:[^"\\]|\\.)*"', labels)
            if not all(one in parts for one in ours):
                continue
            rest = ",".join(one for one in parts if one not in ours)
            found[bare + ("{%s}" % rest if rest else "")] = value
        return found

    def wait_for(self, job, name, value):
        """Returns the program's series once one of them is as wanted."""
        def right():
            series = self.series(job)
            return series if series.get(name) == value else None
        return wait_until("%s %s" % (name, value), right)


def api(weir, query):
    answer = fetch(weir.url("/api/v1/query?query=" +
                            urllib.parse.quote(query)))
    return json.loads(answer.text)["data"]["result"]


def ask(weir, query):
    """The values of an instant query by jobs."""
    return {row["metric"].get("job"): float(row["value"][1])
            for row in api(weir, query)}


# The plays -------------------------------------------------------------------

def only_expvar():
    "of a program with nothing but expvar, the runtime's figures and its own"
    with Pair("expvar") as pair:
        told = pair.program.do("collect=3")
        found = pair.wait_for("expvar", "go_gc_duration_seconds_count", 3)
        assert found["up"] == 1
        expected = {
            "expvar_requests": 41,
            "expvar_large": 9007199254740992.0,
            "expvar_tenth": 0.1,
            "expvar_endless": math.inf,
            'expvar_hits{key="/"}': 7,
            'expvar_hits{key="/a b"}': 1,
            'expvar_hits{key="\x7f\x07"}': 2.5,
            "expvar_db_open": 2,
            'expvar_shards{index="0"}': 5,
            'expvar_shards{index="1"}': 6,
            "go_gc_duration_seconds_sum": told["pause_ns"] / 1e9,
            "go_gc_cycles_forced_gc_cycles_total": 3,
            "go_gc_cycles_automatic_gc_cycles_total": 0,
        }
        for name, value in expected.items():
            assert found.get(name) == value, (name, found.get(name))
        assert math.isnan(found.pop("expvar_no_number"))
        assert found["expvar_goroutines"] >= 2
        others = {name for name in found if name.startswith("expvar_")}
        assert others - set(expected) == {"expvar_goroutines"}, others
        assert found["go_memstats_sys_bytes"] > 1 << 20
        pair.weir.wait_for_log("variables are left out, 1 of them")
        counted = pair.weir.wait_for_series("weir_expvar_left_out_total")
        assert [value for name, value in counted.items()
                if name.startswith("weir_expvar_left_out_total")][0] >= 1


def what_is_no_expvar_is_told():
    "what is not there, or something else, is down with the reason"
    with GoProgram("metrics") as program:
        wrong = {"http://%s/debug/vars": "it answered with status 404",
                 "http://%s/metrics": "byte 1 of its answer: it is not in"}
        for url, why in wrong.items():
            with Weir(CONFIG, inputs='input expvar { targets = {"%s"} }' %
                      (url % program.address)) as weir:
                weir.wait_for_log("cannot scrape %s: %s" %
                                  (url % program.address, why))
                found = weir.wait_for_series("up{")
                assert found['up{instance="%s",job="expvar"}' %
                             program.address] == 0
                assert not any(name.startswith("go_") for name in found)


def found_in_a_file():
    "a program that a file tells of is read at its own path, with its labels"
    with temporary_folder() as folder, GoProgram("expvar") as program:
        groups = [{"targets": [program.address],
                   "labels": {"room": "attic", "key": "ours"}}]
        write(folder + "/found.json", json.dumps(groups))
        with Weir(CONFIG, inputs='input expvar { files = {"%s/*.json"} }'
                  % folder) as weir:
            labels = 'instance="%s",job="expvar",key="ours"' % program.address
            found = weir.wait_for_series("expvar_hits{exported_key=\"/\"," +
                                         labels)
            assert found['up{%s,room="attic"}' % labels] == 1
            assert found['expvar_requests{%s,room="attic"}' % labels] == 41


def only_metrics():
    "of one with client_golang alone, every series that it offers"
    with Pair("metrics") as pair:
        pair.program.do("collect=3")
        found = pair.wait_for("prometheus", "go_gc_duration_seconds_count", 3)
        told = series_of(pair.program.text("/metrics"))
        assert told.keys() <= found.keys(), told.keys() - found.keys()
        for name in ("go_sched_latencies_seconds_bucket",
                     "go_gc_pauses_seconds_bucket",
                     "go_gc_heap_allocs_by_size_bytes_bucket"):
            assert len([one for one in told if one.startswith(name)]) > 5, name
        assert found["go_sched_goroutines_goroutines"] == \
            found["go_goroutines"] >= 2


# What does not change while the program does nothing but answer.
STILL = re.compile("go_gc_(duration_seconds|cycles)|go_memstats_"
                   "(last_gc_time_seconds|lookups_total)")

# What comes and goes by itself.
RESTLESS = re.compile("go_memstats_(heap_(idle|released)|next_gc)_bytes")


def triples(weir, begun):
    """Of each metric of memory three values from one way, the other, and the
    one again, in the order of their times, which are after 'begun'."""
    kept = {}
    for row in api(weir, '{__name__=~"go_memstats_.+"}[1m]'):
        kept[row["metric"]["__name__"], row["metric"]["job"]] = [
            (at, float(text)) for at, text in row["values"]
            if text != "NaN" and at > begun]
    found = {}
    for (name, job), samples in kept.items():
        ours = kept.get((name, "expvar"), [])
        for at, theirs in samples if job == "prometheus" else ():
            before = [value for when, value in ours if when <= at]
            after = [value for when, value in ours if when >= at]
            if before and after:
                found[name] = (before[-1], theirs, after[0])
    return found if len(found) > 20 else None


def check_triples(found):
    """What moves lies between, or near: other requests were answered, too."""
    for name, (before, theirs, after) in found.items():
        slack = 1 << 16 if name.endswith("_bytes") else 100
        assert RESTLESS.match(name) or min(before, after) - slack <= theirs \
            <= max(before, after) + slack, (name, before, theirs, after)


def both_ways_agree():
    "of one that offers both, both ways tell the same under the same names"
    with Pair("both") as pair:
        pair.program.do("collect=7")
        begun = time.time()
        by_expvar, by_metrics = (
            pair.wait_for(job, "go_gc_duration_seconds_count", 7)
            for job in ("expvar", "prometheus"))
        common = by_expvar.keys() & by_metrics.keys()
        memstats = {name for name in by_metrics
                    if name.startswith(("go_memstats_", "go_gc_duration",
                                        "go_gc_cycles_"))}
        assert len(memstats) > 30 and memstats <= common, memstats - common
        only = {name.partition("{")[0] for name in by_expvar.keys() - common
                if name.startswith("go_")}
        assert only == {
            "go_memstats_gc_cpu_fraction", "go_gc_cycle_pauses_missed_total",
            "go_gc_cycle_pause_seconds_bucket",
            "go_gc_cycle_pause_seconds_sum",
            "go_gc_cycle_pause_seconds_count"}, only
        for name in memstats:
            ours, theirs = by_expvar[name], by_metrics[name]
            if STILL.match(name):
                assert ours == theirs, (name, ours, theirs)
        check_triples(wait_until("samples of both",
                                 lambda: triples(pair.weir, begun)))
        types = dict(re.findall(r"^# TYPE (\S+) (\S+)$",
                                pair.program.text("/metrics"), re.M))
        told = dict(re.findall(r"^# TYPE (\S+) (\S+)$",
                               pair.weir.get("/metrics").text, re.M))
        assert all(told[name] == kind for name, kind in types.items())


def check_histogram(series, count, sum_ns):
    buckets = sorted((float(name.split('"')[1]), value)
                     for name, value in series.items()
                     if name.startswith("go_gc_cycle_pause_seconds_bucket"))
    counts = [value for _, value in buckets]
    assert len(counts) == 18 and counts == sorted(counts), counts
    assert counts[-1] == count, (counts, count)
    assert series["go_gc_cycle_pause_seconds_count"] == count
    told = series["go_gc_cycle_pause_seconds_sum"]
    assert sum_ns is None or math.isclose(told, sum_ns / 1e9), (told, sum_ns)


def each_pause_is_counted():
    "a program that thrashes its collector: each pause is in the histogram"
    with Pair("expvar") as pair:
        begun = pair.program.do("collect=2")
        pair.wait_for("expvar", "go_gc_cycles_total_gc_cycles_total",
                      begun["collections"])
        first = pair.series("expvar")["go_gc_cycle_pause_seconds_count"]
        assert first <= 2
        for count in (40, 100, 150):
            told = pair.program.do("thrash=%d" % count)
            assert told["collections"] >= begun["collections"] + count
            found = pair.wait_for("expvar",
                                  "go_gc_cycles_total_gc_cycles_total",
                                  told["collections"])
            assert found["go_gc_cycle_pauses_missed_total"] == 0
            check_histogram(found, first + told["collections"] -
                            begun["collections"], None)
        # While nobody is answered: all but the last 256 are overwritten.
        before = found["go_gc_cycle_pause_seconds_count"]
        told = pair.program.do("collect=%d" % (RING + 44))
        found = pair.wait_for("expvar", "go_gc_cycles_total_gc_cycles_total",
                              told["collections"])
        assert found["go_gc_cycle_pauses_missed_total"] == 44
        check_histogram(found, before + RING, None)


def a_restart_is_seen():
    "a program that starts anew: its counters fall, the histogram goes on"
    with Pair("both") as pair:
        pair.wait_for("expvar", "go_gc_cycles_total_gc_cycles_total", 0)
        told = pair.program.do("collect=20")
        found = pair.wait_for("expvar", "go_gc_cycle_pause_seconds_count", 20)
        check_histogram(found, 20, told["pause_ns"])
        pair.wait_for("prometheus", "go_gc_cycles_total_gc_cycles_total", 20)
        for again in (5, 30):
            pair.program.kill()
            pair.wait_for("expvar", "up", 0)
            pair.program.start()
            pair.program.do("collect=%d" % again)
            found = pair.wait_for("expvar", "go_gc_cycles_total_gc_cycles_total",
                                  again)
            assert found["up"] == 1
        check_histogram(found, 55, None)
        assert found["go_gc_cycle_pauses_missed_total"] == 0
        pair.wait_for("prometheus", "go_gc_cycles_total_gc_cycles_total",
                      again)
        falls = ask(pair.weir, "resets(go_gc_cycles_total_gc_cycles_total[1m])")
        assert falls["expvar"] >= 1 and falls["prometheus"] >= 1, falls
        falls = ask(pair.weir, "resets(go_gc_cycle_pause_seconds_count[1m])")
        assert falls == {"expvar": 0}, falls


def a_leak_is_seen():
    "a program that leaks goroutines: their number grows, as the API tells"
    growth = ("max_over_time(%s[1m]) - min_over_time(%s[1m])")
    with Pair("both") as pair:
        pair.wait_for("expvar", "up", 1)
        pair.wait_for("prometheus", "up", 1)
        for count in (100, 250):
            pair.program.do("leak=%d" % count)
            for job, name in (("prometheus", "go_goroutines"),
                              ("expvar", "expvar_goroutines")):
                query = growth % (name, name)
                wait_until("%s grows" % name,
                           lambda: ask(pair.weir, query).get(job, 0) >= count)
        assert ask(pair.weir, "deriv(go_goroutines[1m]) > 0")


with built():
    run(only_expvar, what_is_no_expvar_is_told, found_in_a_file,
        only_metrics, both_ways_agree, each_pause_is_counted,
        a_restart_is_seen, a_leak_is_seen)
