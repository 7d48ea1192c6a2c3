"""influx_read.py - what storage influxdb reads back from a real InfluxDB

The same batches go into an InfluxDB and into a tsdb, then the same questions are
asked of either.
"""
import json
import math
import signal
import threading
import time

import promql_data
import promql_expressions
from influx_both import START_S, Both, by_labels, of_both, same
from programs import EXIT_OK, InfluxDB, weir_call
from weirtest import (diagnose, fetch, run, temporary_folder, wait_until,
                      write)

SEED = 8
QUESTION_S = START_S + 607  # see promql_differential.py
QUESTIONS = 700


def storable():
    """The series of promql_data but for what InfluxDB cannot hold."""
    for labels, samples in promql_data.series(SEED):
        place = labels.get("place", "")
        if "\n" in place or place.endswith("\\"):
            continue
        kept = [(time_ms, value) for time_ms, value in samples
                if value is not None and math.isfinite(value)]
        yield labels, kept


# Plays -----------------------------------------------------------------------

def questions_by_chance(weir):
    """The answers to questions over the whole grammar."""
    answers = {}
    for number, text in enumerate(
            promql_expressions.expressions(SEED, QUESTIONS)):
        text = text.replace("@T@", str(QUESTION_S + 600))
        form = ({"time": QUESTION_S + 25 * number % 2400} if number % 2 else
                {"start": QUESTION_S, "end": QUESTION_S + 2400, "step": 85})
        path = "query" if number % 2 else "query_range"
        answers[path, text] = by_labels(weir.ask(path, query=text, **form)[1])
    return answers


def answers_as_tsdb():
    "questions by chance in PromQL have the answers of a tsdb"
    with InfluxDB() as influxd, Both(influxd) as weir:
        weir.push(storable())
        ours, theirs = reversed(of_both(weir, questions_by_chance))
    wrong = [key for key in theirs if not same(ours[key], theirs[key])]
    for key in wrong[:5]:
        diagnose("%s\n  tsdb:   %.300s\n  influx: %.300s" % (
            key, theirs[key], ours[key]))
    found = sum(bool((answer.get("data") or {}).get("result"))
                for answer in theirs.values())
    diagnose("%d of %d questions find something" % (found, len(theirs)))
    assert found > len(theirs) / 4
    assert not wrong, "%d of %d answers differ" % (len(wrong), len(theirs))


MATCHES = ['up', '{job="a"}', '{job=~"a|b",mode!="r"}', '{le!=""}', '{le="",job="a"}',
           '{__name__=~".*_total",instance=~"a-[0-2]"}', '{nosuch="",mode="r"}',
           '{nosuch!=""}', '{nosuch!~".+",job=~".+"}', '{place=~"[^a-z]*",job="a"}',
           '{__name__!="flags",mode!~"r|x",job="b"}', '{place=~"K.che|.*C"}',
           '{instance=~".*1$"}', '{le=~"\\\\d(\\\\.\\\\d+)?"}', '{job=~"(?i)A"}']


def names(weir):
    """Series, labels and values, all and by conditions, in and out of time."""
    found = {}
    for at in ({}, {"start": START_S, "end": START_S + 600},
               {"start": START_S - 900, "end": START_S - 1}):
        for match in [None] + MATCHES:
            more = dict(at, **({"match[]": match} if match else {}))
            for path in ("labels", "label/__name__/values",
                         "label/job/values", "label/place/values", "series"):
                if path == "series" and not match:
                    continue
                data = weir.look(path, **more)
                found[path, match, str(at)] = sorted(
                    data, key=lambda one: json.dumps(one, sort_keys=True))
    return found


def names_as_tsdb():
    "series, labels and their values are those of a tsdb"
    with InfluxDB() as influxd, Both(influxd) as weir:
        weir.push(storable())
        ours, theirs = reversed(of_both(weir, names))
    for key, value in theirs.items():
        assert ours[key] == value, (key, ours[key], value)
    diagnose("%d questions, %d answers" % (len(theirs), sum(
        map(len, theirs.values()))))


VALUES = ['say "hi"', "it's", "a\\b", "a b", " ", "a,b=c", "\u00e4\u6f22\U0001f600",
          "x' OR 'y'='y", 'x" OR "y"=~/./', "/", "a/b\\/c", "$", "^a$", "[a-z]",
          "{}", "(", ")", "a|b", "*", "a.b", "\t", "100%", "-- x", "/* x */", ";",
          "value", "time", "\\d", "+", "#"]
# What a line cannot hold, and what it holds instead.
CHANGED = {"a\nb": "a b", "end\\": "end/", "a\\ b": "a/ b", "\\,": "/,"}


def escaped(text):
    return json.dumps(text, ensure_ascii=False)


def pattern_of(text):
    return "".join("\\" + char if char.isascii() and not char.isalnum() and
                   char not in "\t_" else char for char in text)


def labels_with_anything_in_them():
    "a label's value is found again whatever is in it, and nothing else is"
    series = [({"__name__": "odd", "number": str(number), "what": value},
               [(1000, float(number))])
              for number, value in enumerate(VALUES + list(CHANGED))]
    kept = VALUES + list(CHANGED.values())
    with InfluxDB() as influxd, Both(influxd) as weir:
        weir.push(series)
        weir.turn_to("influx")
        found = weir.query("odd", START_S + 2)
        assert {int(row["metric"]["number"]): row["metric"]["what"]
                for row in found} == dict(enumerate(kept)), found
        for value in VALUES:
            want = sum(other == value for other in kept)
            for operator, text, count in (
                    ("=", value, want), ("!=", value, len(kept) - want),
                    ("=~", pattern_of(value), want),
                    ("!~", pattern_of(value), len(kept) - want)):
                question = "count(odd{what%s%s})" % (operator, escaped(text))
                found = weir.query(question, START_S + 2)
                assert found and found[0]["value"][1] == str(count), (
                    question, count, found)


NAMES = ["db", "exported_db", "exported_exported_db", "__measurement__",
         "value", "host", "_name", "_field", "_x", "U__a_20_b", "U__", "from",
         "select", "A1", "le"]


def names_of_all_kinds():
    "metrics and labels have the names back that they were written with"
    series = [({"__name__": name, label: "x", "other": "y"}, [(1000, 1.0)])
              for name in ("m", "a_b", "U__m_20_", "a:b", "value")
              for label in NAMES]
    with InfluxDB() as influxd, Both(influxd) as weir:
        weir.push(series)
        theirs, ours = of_both(weir, lambda weir: [by_labels({"data": {
            "resultType": "vector", "result": weir.query(text, START_S + 2)}})
            for text in ['{other="y"}', "m", "U__m_20_", '{__name__=~"U.+"}'] +
            ['{%s="x"}' % name for name in NAMES] +
            ['{other=~"y|z",%s!~"[^x]"}' % name for name in NAMES]])
    assert len(ours[0]["data"]["result"]) == len(series)
    assert ours == theirs, (ours, theirs)


HISTOGRAM = """
input exec:made { command = "cat @folder/made"  to = {"influx", "store"} }
"""

MADE = """# TYPE took_seconds histogram
# UNIT took_seconds seconds
# HELP took_seconds How long.
took_seconds_bucket{le="1"} 3
took_seconds_bucket{le="+Inf"} 5
took_seconds_sum 7.5
took_seconds_count 5
# TYPE level gauge
level 3
"""


def of_histogram(weir, at_s):
    found = by_labels(weir.ask("query", query='{__name__=~"took_.+|level"}',
                               time=at_s)[1])
    return found["data"]["result"], weir.look("metadata")


def suffixes():
    "parts of a histogram that are fields are told apart again"
    with InfluxDB() as influxd, temporary_folder() as folder:
        write(folder + "/made", MADE)
        with Both(influxd, HISTOGRAM.replace("@folder", folder),
                  "fields = suffix") as weir:
            wait_until("it is there", lambda: influxd.rows(
                'SELECT "bucket" FROM took_seconds', "weir"))
            at_s = int(time.time()) + 1
            theirs, ours = of_both(weir, lambda weir: of_histogram(weir, at_s))
    assert len(ours[0]) == 5, ours
    assert ours[1]["took_seconds"][0]["type"] == "histogram", ours
    assert ours == theirs, (ours, theirs)


OTHERS = """
cpu,host=a usage_idle=1.5,up=true,n=3i,note="a text",value=9 @T
cpu,host=b usage_idle=2.5,up=false 1709163001000000007
cpu_usage,host=a idle=4 @T
cpu_usage_idle,host=a value=5 @T
disk\\ usage,mount\\ point=/,db=x used=6 @T
7days,__name__=x,_name=y value=7 @T
m,a=1,value=t value=8 @T
m,long=@L value=8 @T
""".strip().replace("@T", str(START_S * 10**9)).replace("@L", "x" * 5000)

FOUND = {
    ("cpu_usage_idle", "host=b __measurement__=cpu"): "2.5",
    ("cpu_usage_idle", "host=a __measurement__=cpu"): "1.5",
    ("cpu_usage_idle", "host=a __measurement__=cpu_usage"): "4",
    ("cpu_usage_idle", "host=a"): "5",
    ("cpu_up", "host=a"): "1", ("cpu_up", "host=b"): "0",
    ("cpu_n", "host=a"): "3", ("cpu", "host=a"): "9",
    ("U__disk_20_usage__used", "U__mount_20_point=/ db=x"): "6",
    ("U__7days", "U______name____=x _name=y"): "7",
    ("m", "a=1 value=t"): "8",
}


def what_others_wrote():
    "fields of other programs are metrics, and no two of them the same"
    with InfluxDB() as influxd, Both(influxd) as weir:
        influxd.ask("CREATE DATABASE weir")
        answer = influxd.write("weir", OTHERS)
        assert answer.status == 204, answer.text
        weir.turn_to("influx")
        found = {}
        for row in weir.query('{__name__!=""}', START_S + 2):
            labels = row["metric"]
            name = labels.pop("__name__")
            found[name, frozenset(labels.items())] = row["value"][1]
        want = {(name, frozenset(tuple(label.split("=")) for label in
                                 labels.split())): value
                for (name, labels), value in FOUND.items()}
        assert found == want, (found, want)
        assert "0 fields and 1 series are left out" in weir.log()
        for name, _ in FOUND:
            rows = weir.query(name, START_S + 2)
            assert len(rows) == sum(name == other for other, _ in FOUND), rows
        rows = weir.query('cpu_up{host="b"}[1m]', START_S + 2)
        assert rows[0]["values"] == [[START_S + 1, "0"]], rows


def many():
    "thousands of series and long ones are read whole"
    with InfluxDB() as influxd, Both(influxd) as weir:
        influxd.ask("CREATE DATABASE weir")
        lines = ["wide,n=%d value=%d %d" % (n, n, START_S * 10**9 + n)
                 for n in range(5000)]
        lines += ["long value=%d %d" % (n, START_S * 10**9 + n * 10**8)
                  for n in range(25000)]
        assert influxd.write("weir", "\n".join(lines)).status == 204
        weir.turn_to("influx")
        found = weir.query("count(wide) + sum(wide)", START_S + 1)
        assert found[0]["value"][1] == str(5000 + 4999 * 2500), found
        rows = weir.query("long[61m]", START_S + 3600)
        values = rows[0]["values"]
        assert [value for _, value in values] == [
            str(n) for n in range(25000)], len(values)
        assert values[-1][0] == START_S + 2499.9
        assert len(weir.look("label/n/values", start=START_S,
                             end=START_S + 1)) == 5000


HOST = """
input host { interval = 1s  to = {"influx", "store"} }
"""


def of_host(weir, end_s):
    """What is told of this host: figures, what they are of, and rates."""
    rates = weir.ask("query", query="rate(node_cpu_seconds_total[5s])",
                     time=end_s)[1]
    status, said, err = weir_call(
        "report", "--url", weir.url(""), "--format", "csv", "--window", "10s",
        "--end", str(end_s), folder=weir.folder)
    assert status == EXIT_OK, err
    return (weir.look("summary", start=end_s - 5, end=end_s,
                      **{"match[]": '{__name__=~"node_.+"}'})["result"],
            weir.look("metadata"), by_labels(rates)["data"]["result"],
            said.splitlines())


def host_by_way_of_influxd():
    "what this host measures is summed up and asked for as of a tsdb"
    with InfluxDB() as influxd, Both(influxd, HOST) as weir:
        wait_until("there are some cycles", lambda: any(
            len(series["values"]) > 12 for series in influxd.rows(
                "SELECT value FROM node_load1", "weir")))
        end_s = int(time.time()) - 2
        theirs, ours = of_both(weir, lambda weir: of_host(weir, end_s))
        diagnose("%d series, %d metrics, %d rates, %d lines of a report" % (
            *map(len, ours),))
        assert len(ours[0]) > 100 and len(ours[2]) > 4
        assert sum("node_" in line and "no samples" not in line
                   for line in ours[3]) > 4, ours[3]
        for mine, other in zip(ours, theirs):
            assert mine == other, (mine, other)
        kinds = weir.look("overview", window="1m")["kinds"]
        assert [len(kind["rows"]) for kind in kinds
                if kind["kind"] == "host"] == [1], kinds


def state_of(pid):
    with open("/proc/%d/stat" % pid, encoding="ascii") as file:
        return file.read().rpartition(")")[2].split()[0]


def away():
    "who asks is told that InfluxDB is away, which address, and when it is back"
    with InfluxDB() as influxd, Both(influxd) as weir:
        weir.push([({"__name__": "m"}, [(1000, 1.0)])])
        weir.turn_to("influx")
        assert len(weir.query("m", START_S + 2)) == 1
        influxd.signal(signal.SIGSTOP)
        wait_until("it stands still", lambda: state_of(influxd.pid) == "T")
        words = []
        asking = threading.Thread(target=lambda: words.append(
            weir.query("m", START_S + 2, want=None)))
        asking.start()
        time.sleep(0.3)
        influxd.kill()
        asking.join()
        words.append(weir.query("m", START_S + 2, want=None))
        for said in words:
            assert influxd.url() in said, said
            diagnose(said)
        influxd.start()
        assert len(weir.query("m", START_S + 2)) == 1


def ends_while_it_waits():
    "weir ends although InfluxDB does not answer what is being asked"
    with InfluxDB() as influxd, Both(influxd) as weir:
        weir.turn_to("influx")
        influxd.signal(signal.SIGSTOP)
        wait_until("it stands still", lambda: state_of(influxd.pid) == "T")
        asking = threading.Thread(
            target=lambda: fetch(weir.url("/api/v1/query?query=m")))
        asking.start()
        time.sleep(0.3)
        assert weir.stop() == EXIT_OK
        asking.join()


def wrong_password():
    "who asks is told that InfluxDB does not know the user"
    with InfluxDB(auth=True) as influxd, Both(influxd) as weir:
        influxd.ask("CREATE USER monkit WITH PASSWORD 'secret' "
                    "WITH ALL PRIVILEGES")
        influxd.ask("CREATE DATABASE weir", "&u=monkit&p=secret")
        weir.turn_to("influx")
        said = weir.query("m", want=None)
        assert influxd.url() in said and "authentication" in said, said
        path = write(weir.folder + "/password", "secret")
        weir.values["options"] = ('basic_auth_user = monkit '
                                  'basic_auth_password_file = "%s"' % path)
        weir.turn_to("influx")
        assert weir.query("m") == []


run(answers_as_tsdb, names_as_tsdb, labels_with_anything_in_them,
    names_of_all_kinds, suffixes,
    what_others_wrote, many, host_by_way_of_influxd, away,
    ends_while_it_waits, wrong_password)
