"""influx_write.py - what is written to an influxd, written to weir: same answers

Each request goes to both, and status, error and the headers that clients look
at are compared.  Where weir means to differ, EXPLAINED says why and how.
"""
import gzip
import json
import subprocess
import urllib.parse

from programs import InfluxDB, Weir, build_go
from weirtest import PATIENCE_S, diagnose, fetch, run, temporary_folder

CONFIG = """
interval = 1s
http { listen = {"127.0.0.1:@port"} }
input influxdb { create = @create @more }
storage tsdb { retention = 0  future = 0 }
report api { }
"""

FORM = {"Content-Type": "application/x-www-form-urlencoded"}
PACKED = {"Content-Encoding": "gzip"}
BASIC = {"Authorization": "Basic bW9ua2l0OnNlY3JldA=="}
NOW = 1700000000

GOOD = ["m v=1", "m v=1 %d000000000" % NOW, "m v=-1.5e3", "m v=.5", "m v=1.",
        "m w=7i", "m value=1", "cpu\\ x,host=h\\,1,a\\=b=c f=1", "m,t=\xe4\xf6 v=1",
        "# nothing", "", "\n\n", "  m v=1", "m v=1\n", "m v=1\nm v=2\n",
        "m,a=b,c=d e=1,f=2,g=t %d" % NOW, "m b=true,c=T,d=FALSE,e=f",
        "m\\,x v=1", "m\\ y v=1", "m,t=a\\ b v=1", "m f\\ g=1", 
        "m v=1 9223372036854775806", "m w=-9223372036854775807i", "m v=0.1e-5",
        "m v=1E5", "m v=1   1", "m   v=1 1  ", "m v=+1".replace("+", ""),
        "a_b c_d=1", "m,db=x v=1", "m:n v=1", "m,t=\"q\" v=1", "1 v=1", "m 1=1",
        "m,t=a\\\\ v=1", "m,a-b=c v=1", "\tm v=1", "m w=00012i", "m v=1e3"]

BAD = ["bad line", "m", "m ", ",a=b v=1", "m, v=1", "m,=b v=1", "m,a v=1",
       "m,a= v=1", "m,a=b=c v=1", "m,a=b", "m =1", "m v=", "m v=,w=1", "m v",
       "m v=1,", "m v=1,w", "m v=1,=2", "m v=x", "m v=tru", "m v=TrUe",
       "m v=falsey", "m v=1x", "m v=1.5i", "m v=1.1.1", "m v=--1", "m v=-",
       "m v=nan", "m v=NaN", "m v=inf", "m v=-inf", "m v=0x10", "m v=1e999",
       "m v=1i2", "m v=i", "m v=9223372036854775808i", "m v=1 x", "m v=1 1x",
       "m v=1 1 2", "m v=1 -", "m v=1 99999999999999999999", "m v=\"x",
       "m v=1 1.5", "m,a=b,a=c v=1", "m,a=b,c v=1", "m v=1\r\n", "m v=e5",
       "m v=1e", "m v=1 2 \n x", "m v=1\nbad", "bad\nm v=1", "bad\nworse",
       "m v==1", "m v=1=2", "m v=t,", "m v=1,,w=2", "m,,a=b v=1",
       "m v=\"a\" x", "m v=.", "m v=-.i", "m\tv=1", "m v=1 +5", "=1", " ,m v=1",
       "m v=1 9223372036854775807", "bad <&> \u00e4\"line\"", "m v=99i9", "m v=1ii",
       "m v=1 -9223372036854775808", "m v=T1", "m a b=1", "m a,b=x"]

PRECISIONS = ["", "n", "ns", "u", "ms", "s", "m", "h"]

# The start of a request's name, and why weir's answer is another one.
EXPLAINED = {
    "precision=d": "weir, as later versions, refuses what is no precision",
    "rp other": "a database has one retention under any name",
    "unsigned": "weir, as later versions, takes unsigned integers",
    "text": "weir keeps no texts, and says so",
    "type in conflict": "weir's series have no type that could be in conflict",
    "time as a tag": "it is a tag as any other",
    "before 1970": "storage tsdb has no such times",
    "v2": "1.6 does not know of /api/v2/write",
        "a long line": "weir quotes no more than 4 KiB of a line",
    "damaged gzip": "the core unpacks, and words it in its own way",
}


def requests():
    """Names and requests: target, body and headers."""
    found = {}
    for text in GOOD + BAD:
        found["line " + repr(text)] = ("/write?db=a", text, {})
    for precision in PRECISIONS:
        found["precision " + precision] = (
            "/write?db=a&precision=" + precision, "p,w=x v=1 7", {})
    for word in ["any", "one", "quorum", "all", "ALL", "", "two", "1"]:
        found["consistency " + word] = (
            "/write?db=a&rp=&consistency=" + word, "m v=1 1", {})
    found.update({
        "precision h, beyond": ("/write?db=a&precision=h", "m v=1 9999999999", {}),
        "precision=d": ("/write?db=a&precision=d", "m v=1 1", {}),
        "rp autogen": ("/write?db=a&rp=autogen", "m v=1 1", {}),
        "rp other": ("/write?db=a&rp=other", "m v=1 1", {}),
        "no database": ("/write", "m v=1", {}),
        "empty database": ("/write?db=", "m v=1", {}),
        "unknown database": ("/write?db=b%22c", "m v=1", {}),
        "unknown database and rp": (
            "/write?consistency=one&db=no&precision=ns&rp=rp1", "m v=1", {}),
        "database in a form": ("/write", "db=a", FORM),
        "lines as a form": ("/write?db=a", "m,t=50%&x=y v=1 1", FORM),
        "packed": ("/write?db=a", gzip.compress(b"m v=1 1"), PACKED),
        "packed, bad": ("/write?db=a", gzip.compress(b"bad"), PACKED),
        "damaged gzip": ("/write?db=a", b"m v=1", PACKED),
        "credentials": ("/write?db=a&u=x&p=y", "m v=1 1", BASIC),
                "a long line": ("/write?db=a", "m,t=%s v=1" % ("x" * 66000), {}),
        "many lines": ("/write?db=a", "\n".join(
            "many,n=%d a=%d,b=2.5,c=3i %d" % (i, i, i) for i in range(2000)), {}),
        "unsigned": ("/write?db=a", "m2 v=7u 1", {}),
        "text": ("/write?db=a", "m3 v=\"x\",w=1 1", {}),
        "text over lines": ("/write?db=a", "m3 v=\"x\ny\",w=1 1", {}),
        "type in conflict": ("/write?db=a", "m4 v=1 1\nm4 v=1i 2", {}),
        "time as a field": ("/write?db=a", "m5 time=1,w=1 1", {}),
        "before 1970": ("/write?db=a", "m v=1 -5", {}),
        "time as a tag": ("/write?db=a", "m5,time=x w=1 1", {}),
        "v2": ("/api/v2/write?bucket=a&org=x", "m v=1 1", {}),
    })
    return found


def told(answer):
    """What a client sees of an answer."""
    head = answer.headers
    error = None
    if answer.body:
        try:
            error = json.loads(answer.text)
        except ValueError:
            error = answer.text
    return (answer.status, error, bool(head.get("X-Influxdb-Version")),
            bool(head.get("X-Influxdb-Error")),
            (head.get("Content-Type") or "").partition(";")[0]
            if answer.body else "")


def send(base, request):
    target, body, headers = request
    body = body.encode() if isinstance(body, str) else body
    return told(fetch(base + target, body,
                      dict({"Content-Type": ""}, **headers)))


def explained(name):
    return any(name.startswith(start) for start in EXPLAINED)


def answers_as_influxd():
    "the answers to writes are those of influxd, but for what is explained"
    with InfluxDB() as influxd, \
            Weir(CONFIG, create="true", more="") as weir:
        influxd.ask("CREATE DATABASE a")
        assert fetch(weir.url("/write?db=a"), b"m v=1 1").status == 204
        weir.configure(CONFIG, create="false", more="")
        weir.reload()
        weir.wait_for_log("reload")
        wrong = []
        for name, request in requests().items():
            theirs = send(influxd.url(""), request)
            ours = send(weir.url(""), request)
            if (ours != theirs) != explained(name):
                wrong.append("%s\n  influxd: %r\n  weir:    %r" % (
                    name, theirs, ours))
        for line in wrong:
            diagnose(line)
        assert not wrong, "%d answers differ" % len(wrong)


def pings_as_influxd():
    "pings are answered as by influxd, by any method and parameter"
    with InfluxDB() as influxd, Weir(CONFIG, create="true", more="") as weir:
        for target in ("/ping", "/ping?wait_for_leader=2s",
                       "/ping?verbose=true"):
            for method in ("GET", "HEAD"):
                theirs = told(fetch(influxd.url(target), method=method))
                ours = told(fetch(weir.url(target), method=method))
                assert ours == theirs, (target, ours, theirs)


def checks_credentials_as_influxd():
    "who may not come in is told as by influxd"
    more = "username = monkit password = secret"
    cases = [("", {}), ("", BASIC), ("&u=monkit&p=secret", {}),
             ("&u=monkit&p=x", {}), ("&u=x&p=secret", {}), ("&u=monkit", {}),
             ("", {"Authorization": "Basic !"}), ("&u=monkit&p=x", BASIC),
             ("", {"Authorization": "Basic bW9ua2l0OnNlY3JlVA=="})]
    with InfluxDB(auth=True) as influxd, \
            Weir(CONFIG, create="true", more=more) as weir:
        influxd.ask("CREATE USER monkit WITH PASSWORD 'secret' "
                    "WITH ALL PRIVILEGES")
        influxd.ask("CREATE DATABASE a", "&u=monkit&p=secret")
        for parameters, headers in cases:
            request = ("/write?db=a" + parameters, "m v=1 1", headers)
            theirs, ours = (send(each.url(""), request)
                            for each in (influxd, weir))
            assert ours == theirs, (parameters, headers, ours, theirs)


def found_in(weir, query):
    """Returns the series that a query finds, by name."""
    answer = weir.get("/api/v1/query?time=%d&query=%s" % (
        NOW + 1, urllib.parse.quote(query)))
    return {row["metric"]["__name__"]: row for row in
            json.loads(answer.text)["data"]["result"]}


def gives_back_what_was_written():
    "what was answered with 204 is there, also when weir was killed then"
    with Weir(CONFIG, create="true", more="") as weir:
        body = "cpu_total,host=a,db=x usage=1.5,idle=2i %d123456789\n" % NOW
        answer = fetch(weir.url("/write?db=a"), body.encode())
        assert answer.status == 204, answer.text
        weir.kill()
        with Weir(CONFIG, create="false", more="", folder=weir.folder) as again:
            found = found_in(again, '{db="a"}')
            assert found["cpu_total_usage"]["metric"] == {
                "__name__": "cpu_total_usage", "__measurement__": "cpu_total",
                "db": "a", "exported_db": "x", "host": "a"}, found
            assert found["cpu_total_idle"]["value"][1] == "2", found
            answer = again.get("/api/v1/query?time=%d&query=%s" % (
                NOW + 1, "cpu_total_idle/cpu_total_usage"))
            assert len(json.loads(answer.text)["data"]["result"]) == 1, answer
            assert fetch(again.url("/write?db=a"), b"m v=1").status == 204
            assert fetch(again.url("/write?db=b"), b"m v=1").status == 404


def tells_of_limits():
    "what is beyond a limit is refused, counted and told, and the rest kept"
    more = "series_limit = 10"
    with Weir(CONFIG, create="true", more=more) as weir:
        body = "\n".join("m,n=%d v=%d %d000000000" % (n, n, NOW)
                         for n in range(25))
        answer = fetch(weir.url("/write?db=a"), body.encode())
        assert answer.status == 400 and json.loads(answer.text)["error"] == \
            "partial write: max-series-per-database limit exceeded: see " \
            "series_limit dropped=15", answer.text
        answer = weir.get("/api/v1/query?time=%d&query=count(m_v)" % (NOW + 1))
        assert json.loads(answer.text)["data"]["result"][0]["value"][1] == "10"
        answer = fetch(weir.url("/write?db=a"),
                       gzip.compress(b"#" * (9 << 20)), PACKED)
        assert answer.status == 413, answer.text


def serves_the_go_client():
    "InfluxDB's Go client pings and writes, and is told what is wrong"
    with temporary_folder() as folder, InfluxDB() as influxd, \
            Weir(CONFIG, create="true", more="") as weir:
        program = build_go(folder, "influx_client.go")
        influxd.ask("CREATE DATABASE a")
        said = []
        for each in (influxd, weir):
            done = subprocess.run([program, each.url("")], text=True,
                                  capture_output=True, check=False,
                                  timeout=PATIENCE_S * 3)
            assert done.returncode == 0, done.stderr
            said.append(done.stdout)
        assert said[0] == said[1] and "ping: true" in said[0], said
        answer = weir.get("/api/v1/query?time=%d&query=%s" % (
            NOW + 1, "U__cpu_20_usage__idle"))
        rows = json.loads(answer.text)["data"]["result"]
        assert sorted(row["value"][1] for row in rows) == ["10.5", "11.5"], rows


run(answers_as_influxd, pings_as_influxd, checks_credentials_as_influxd,
    gives_back_what_was_written, tells_of_limits, serves_the_go_client)
