"""influx_queries - what is asked of an influxd, asked of weir: same answers

The same is written to both (influx_questions.py), and then each request goes to
both: status, type, what clients look at of the headers, and the body, byte by
byte, are compared.  Where weir means to differ, EXPLAINED says why and how;
what differs but is not explained fails, and what is explained must differ.
"""
import contextlib
import json
import re
import time
import urllib.parse

from influx_questions import (BAD, DATABASES, LINES, OTHER_LINES, SELECTS,
                              SHOWS, lines_of)
from programs import InfluxDB, Weir
from weirtest import diagnose, fetch, run

CONFIG = """
interval = 1s
http { listen = {"127.0.0.1:@port"} }
input influxdb { @more }
storage tsdb { retention = 0  future = 0 }
report influxql { drop = hide  @more }
"""

FORM = {"Content-Type": "application/x-www-form-urlencoded"}
CSV = {"Accept": "application/csv"}
BASIC = {"Authorization": "Basic bW9ua2l0OnNlY3JldA=="}

# What the name of a request matches, and why weir's answer is another one.
EXPLAINED = {
}


def query(text, **parameters):
    """The target of a question about database q, its times in ns."""
    parameters = {"db": "q", "epoch": "ns", **parameters, "q": text}
    return "/query?" + urllib.parse.urlencode(
        {key: value for key, value in parameters.items()
         if value is not None})


ONE = "SELECT idle, host FROM cpu LIMIT 3"
TWO = "SELECT idle FROM cpu GROUP BY host LIMIT 5"
EACH = "SELECT mean(idle) FROM cpu WHERE time < 1700000400s " \
       "GROUP BY time(1m), host"


def forms():
    """Names and requests of the same questions in other forms."""
    for epoch in ("", None, "ns", "n", "u", "\u00b5", "ms", "s", "m", "h", "x"):
        yield "epoch %s" % epoch, query(ONE, epoch=epoch)
    for text in (ONE, TWO, "SHOW DATABASES", "SELECT * FROM missing",
                 "SELECT", "CREATE DATABASE other", "SELECT * FROM odd",
                 'SELECT * FROM "quote\\"d"', "SHOW TAG KEYS FROM wide"):
        yield "pretty " + text, query(text, pretty="true", epoch=None)
    for value in ("false", "1", ""):
        yield "pretty=" + value, query(ONE, pretty=value)
    for text in (ONE, TWO, EACH, "SHOW DATABASES", "SELECT * FROM missing",
                 "SELECT", "SELECT * FROM cpu", ONE + ";" + TWO,
                 "SELECT * FROM odd", "SELECT * FROM \"quote\\\"d\"",
                 "SHOW TAG KEYS", "SHOW SERIES", "SELECT * FROM q",
                 "CREATE DATABASE other", "SELECT * FROM nowhere..cpu",
                 "SELECT * FROM \"temp\u00e9rature salle\" GROUP BY *"):
        yield "csv " + text, (query(text), "GET", None, CSV)
    yield "csv, times as text", (query(ONE, epoch=None), "GET", None, CSV)
    yield "csv, ms", (query(ONE, epoch="ms"), "GET", None, CSV)
    for accept in ("text/csv", "application/json", "text/plain", "*/*"):
        yield "accept " + accept, (query(ONE), "GET", None, {"Accept": accept})
    for size in ("1", "2", "7", "64", "10000", "0", "-1", "x", ""):
        yield "chunked " + size, query(TWO, chunked="true", chunk_size=size)
    yield "chunked, rows", query("SELECT * FROM cpu", chunked="true",
                                 chunk_size="10", epoch="s")
    yield "chunked, two", query(ONE + ";" + TWO, chunked="true",
                                chunk_size="2")
    yield "chunked, grouped", query(EACH, chunked="true", chunk_size="3")
    yield "chunked, pretty", query(ONE, chunked="true", pretty="true",
                                   chunk_size="2")
    yield "chunked, csv", (query(TWO, chunked="true", chunk_size="2"), "GET",
                           None, CSV)
    yield "chunked, none", query("SELECT * FROM missing", chunked="true")
    yield "chunked, error", query("SELECT", chunked="true")
    yield "chunked, no database", query(ONE, db="missing", chunked="true")
    yield "chunked, SHOW", query("SHOW MEASUREMENTS", chunked="true",
                                 chunk_size="5")
    yield "chunk_size alone", query(TWO, chunk_size="2")
    yield "chunked=1", query(TWO, chunked="1", chunk_size="2")


def bound():
    """Questions with parameters of their own."""
    one = "SELECT idle FROM cpu WHERE host = $host LIMIT 2"
    number = "SELECT idle FROM cpu WHERE idle > $x LIMIT 2"
    for name, text, params in (
            ("a text", one, {"host": "a"}), ("none there", one, {}),
            ("another", one, {"hots": "a"}), ("a number", one, {"host": 1}),
            ("a quote", one, {"host": "a' OR host = 'b"}),
            ("a number that is due", number, {"x": 55}),
            ("a fraction", number, {"x": 55.5}),
            ("a text for a number", number, {"x": "55"}),
            ("a boolean", number, {"x": True}), ("null", number, {"x": None}),
            ("a list", number, {"x": [1]}),
            ("a pattern", "SELECT idle FROM cpu WHERE host =~ $p LIMIT 2",
             {"p": {"regex": "a|b"}}),
            ("a duration", "SELECT mean(idle) FROM cpu WHERE time < "
             "1700000400s GROUP BY time($d)", {"d": {"duration": "1m"}}),
            ("a name", "SELECT $f FROM cpu LIMIT 2",
             {"f": {"identifier": "idle"}}),
            ("a number for LIMIT", "SELECT idle FROM cpu LIMIT $n", {"n": 2}),
            ("a time", "SELECT idle FROM cpu WHERE time > $t LIMIT 2",
             {"t": "2023-11-14T22:14:00Z"}),
            ("what nobody asked", ONE, {"x": 1})):
        yield "bound, %s" % name, query(text, params=json.dumps(params))
    for params in ("null", "", "{", "[]", "1", "\"x\""):
        yield "bound, params=" + params, query(ONE, params=params)
    yield "bound, a quoted name", query(
        "SELECT idle FROM cpu WHERE host = $\"a b\" LIMIT 2",
        params=json.dumps({"a b": "a"}))


def methods():
    """Names and requests: how a question can come in."""
    body = urllib.parse.urlencode({"q": ONE, "db": "q", "epoch": "s"}).encode()
    yield "post, form", ("/query", "POST", body, FORM)
    yield "post, form and target", ("/query?db=other&epoch=ns", "POST", body,
                                    FORM)
    yield "post, target", (query(ONE), "POST", b"", {})
    yield "post, unknown body", ("/query?db=q", "POST", body,
                                 {"Content-Type": "text/plain"})
    yield "post, as the Go client", (query(ONE, params="{}"), "POST", b"",
                                     {"Content-Type": ""})
    yield "no question", query(None)
    yield "an empty question", query("")
    yield "a blank question", query("  ")
    yield "a comment", query("-- nothing")
    yield "comments", query("/* a */ SELECT idle -- b\nFROM cpu LIMIT 1")
    yield "no database", query(ONE, db=None)
    yield "no database, SHOW", query("SHOW MEASUREMENTS", db=None)
    yield "no database, SHOW SERIES", query("SHOW SERIES", db=None)
    yield "no database, TAG KEYS", query("SHOW TAG KEYS", db=None)
    yield "no database, TAG VALUES", query("SHOW TAG VALUES WITH KEY = host",
                                           db=None)
    yield "no database, FIELD KEYS", query("SHOW FIELD KEYS", db="")
    yield "no database, POLICIES", query("SHOW RETENTION POLICIES", db=None)
    yield "no database, a full name", query("SELECT idle FROM q..cpu LIMIT 1",
                                            db=None)
    yield "missing database", query(ONE, db="missing")
    yield "missing database, SHOW", query("SHOW MEASUREMENTS", db="missing")
    yield "missing database, SERIES", query("SHOW SERIES", db="missing")
    yield "missing database, TAG KEYS", query("SHOW TAG KEYS", db="missing")
    yield "missing database, FIELD KEYS", query("SHOW FIELD KEYS",
                                                db="missing")
    yield "missing database, quoted", query(ONE, db="mi\"ss'ing")
    yield "another database", query("SELECT * FROM only_there", db="other")
    yield "rp", query(ONE, rp="autogen")
    yield "rp, missing", query(ONE, rp="missing")
    yield "several", query(ONE + "; SHOW DATABASES;" + TWO)
    yield "several, one fails", query("SELECT * FROM no..x;" + ONE)
    yield "several, one is wrong", query(ONE + "; SELEC")
    yield "several, blanks", query(" ; ".join([ONE, ONE]) + " ; ")
    yield "lines", query("SELECT idle\n  FROM cpu\r\n\tLIMIT 1\n")
    yield "credentials", (query(ONE, u="x", p="y"), "GET", None, BASIC)
    yield "head", (query(ONE), "HEAD", None, {})
    yield "put", (query(ONE), "PUT", b"", {})
    yield "delete", (query(ONE), "DELETE", None, {})
    yield "options", (query(ONE), "OPTIONS", None, {})
    yield "long", query("SELECT idle FROM cpu WHERE host = '%s'" % (
        "x" * 5000))
    yield "deep", query("SELECT idle FROM cpu WHERE %shost = 'a'%s LIMIT 1" % (
        "(" * 50, ")" * 50))


def changes():
    """What makes and drops databases, in this order."""
    for text in ("SELECT v INTO other..copied FROM late",
                 "CREATE DATABASE made", "CREATE DATABASE made",
                 "SHOW DATABASES", "create database \"A b\"",
                 "CREATE DATABASE \"\u00e4'\\\"\"", "SHOW DATABASES",
                 "CREATE DATABASE made WITH DURATION 3d REPLICATION 1",
                 "CREATE DATABASE other2 WITH NAME \"x\"",
                 "CREATE DATABASE \"a/b\"", "CREATE DATABASE \"..\"",
                 "CREATE DATABASE \"\"", "DROP DATABASE other2",
                 "SHOW RETENTION POLICIES ON made",
                 "DROP DATABASE \"A b\"", "DROP DATABASE nowhere",
                 "DROP DATABASE other", "SELECT * FROM other..cpu",
                 "CREATE DATABASE other", "SELECT * FROM other..cpu",
                 "SHOW MEASUREMENTS ON other", "SHOW DATABASES",
                 "DROP DATABASE made; SHOW DATABASES",
                 "DROP MEASUREMENT mem", "DROP SERIES FROM disk",
                 "DELETE FROM wide", "DROP RETENTION POLICY x ON q",
                 "CREATE RETENTION POLICY x ON q DURATION 1h REPLICATION 1",
                 "ALTER RETENTION POLICY autogen ON q DURATION INF",
                 "CREATE USER x WITH PASSWORD 'y'", "DROP USER x",
                 "GRANT ALL TO x", "KILL QUERY 999999"):
        yield "change " + text, (query(text), "POST", b"", {})
    yield "change by GET", query("CREATE DATABASE got")
    yield "change by GET, DROP", query("DROP DATABASE got")
    yield "changed", query("SHOW DATABASES")


def requests():
    """Names and requests: target, or target, method, body and headers."""
    for text in lines_of(SHOWS) + lines_of(SELECTS) + lines_of(BAD):
        yield text, query(text)
    for group in (forms, bound, methods, changes):
        yield from group()


def told(answer):
    """What a client sees of an answer."""
    head = answer.headers
    return (answer.status, answer.body.decode(),
            head.get("X-Influxdb-Error"), bool(head.get("X-Influxdb-Version")),
            (head.get("Content-Type") or "").partition(";")[0]
            if answer.body else "", head.get("Allow"))


def ask(server, request):
    target, method, body, headers = \
        (request, "GET", None, {}) if isinstance(request, str) else request
    return told(fetch(server.url(target), body, headers, method))


def say(server, text, **parameters):
    status, body, *_ = ask(server, (query(text, **parameters), "POST", b"", {}))
    assert status == 200 and "error" not in body, (text, status, body)


def put(server, database, lines):
    answer = fetch(server.url("/write?db=" + urllib.parse.quote(database)),
                   "\n".join(lines).encode())
    assert answer.status == 204, answer.text


@contextlib.contextmanager
def both():
    """An influxd and a weir with the same in them."""
    now = int(time.time())
    fresh = ["fresh v=%d %d000000000" % (n, now - n * 30) for n in range(6)]
    with InfluxDB() as influxd, Weir(CONFIG, more="") as weir:
        for server in (influxd, weir):
            for database in DATABASES:
                say(server, "CREATE DATABASE \"%s\"" % database, db=None)
            put(server, "q", LINES + fresh)
            put(server, "other", OTHER_LINES)
        yield influxd, weir


def explained(name):
    return any(re.search(pattern, name, re.S) for pattern in EXPLAINED)


def difference(name, theirs, ours):
    """Says where two answers begin to differ."""
    at = next((i for i, (a, b) in enumerate(zip(theirs[1], ours[1]))
               if a != b), min(len(theirs[1]), len(ours[1])))
    begin = max(0, at - 60)
    lines = [name]
    for who, answer in (("influxd", theirs), ("weir", ours)):
        status, body, *rest = answer
        lines.append("  %-8s %d %s%r %s" % (
            who, status, "..." if begin else "", body[begin:at + 160],
            rest if theirs[2:] != ours[2:] else ""))
    return "\n".join(lines)


def answers_as_influxd():
    "the answers to questions are those of influxd, but for what is explained"
    wrong, count = [], 0
    with both() as (influxd, weir):
        for name, request in requests():
            count += 1
            theirs, ours = ask(influxd, request), ask(weir, request)
            if (ours != theirs) != explained(name):
                wrong.append(difference(name, theirs, ours))
    for text in wrong:
        diagnose(text)
    assert not wrong, "%d of %d answers differ" % (len(wrong), count)


run(answers_as_influxd)
