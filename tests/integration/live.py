"""live.py - new points of questions as a stream of events, from report
dashboard"""
import json
import socket
import time
import urllib.parse

from programs import Weir
from weirtest import PATIENCE_S, fetch, run, wait_until

CONFIG = """
interval = 200ms
timeout  = 200ms
http { listen = {"127.0.0.1:@port"} }
input host { keep = "node_load.*" }
input self { }
storage memory { }
report api { }
report exposition { }
report dashboard { }
"""


class Viewer:
    """A stream of answers to questions."""

    def __init__(self, weir, *questions, step="1s"):
        body = urllib.parse.urlencode(
            [("query", each) for each in questions] + [("step", step)])
        self.socket = socket.create_connection(("127.0.0.1", weir.port),
                                               PATIENCE_S)
        self.socket.sendall((
            "POST /api/v1/live HTTP/1.0\r\nContent-Type: "
            "application/x-www-form-urlencoded\r\nContent-Length: %d\r\n\r\n%s"
            % (len(body), body)).encode())
        self.file = self.socket.makefile("rb")

    def event(self):
        """The answers of the next event."""
        lines = []
        for line in self.file:
            if line.startswith(b"data: "):
                lines.append(line[6:])
            elif lines and not line.strip():
                return json.loads(b"".join(lines))["answers"]
        raise AssertionError("the stream ended")

    def __enter__(self):
        return self

    def __exit__(self, *error):
        self.file.close()
        self.socket.close()


def ask(weir, body):
    return fetch(weir.url("/api/v1/live"), body.encode(), {
        "Content-Type": "application/x-www-form-urlencoded"})


def points_come():
    "new points come by themselves, on the steps, with the one before"
    with Weir(CONFIG) as weir:
        weir.wait_for_series("node_load1")
        loads, nows = [], []
        with Viewer(weir, "node_load1", "vector(time())") as viewer:
            while len(loads) < 2 or len(nows) < 3:
                load, now = viewer.event()
                loads += load["result"] if load else []
                nows += [now] if now else []
    assert loads[0]["metric"]["__name__"] == "node_load1"
    for now in nows:
        points = now["result"][0]["values"]
        assert [time_s for time_s, _ in points] == \
            [now["time"] - 1, now["time"]], now
        assert all(float(value) == time_s for time_s, value in points), now
    assert [now["time"] - nows[0]["time"] for now in nows[:3]] == [0, 1, 2]


def asked_once():
    "a question is asked once a step, however many look at it"
    def questions(weir):
        return sum(value for name, value in weir.series().items()
                   if name.startswith("weir_queries_total"))

    with Weir(CONFIG) as weir:
        weir.wait_for_series("weir_queries_total")
        viewers = [Viewer(weir, "node_load1", "node_load5")
                   for _ in range(30)]
        for viewer in viewers:
            viewer.event()
        before, begin = questions(weir), time.monotonic()
        for _ in range(3):
            for viewer in viewers:
                viewer.event()
        asked, steps = questions(weir) - before, time.monotonic() - begin + 2
        for viewer in viewers:
            viewer.__exit__()
        # Reading the count is a question of its own, and counts come late.
        assert asked <= 2 * steps + 4, (asked, steps)


def failures_are_told():
    "what is no question is told in its place, the others go on"
    with Weir(CONFIG) as weir:
        weir.wait_for_series("node_load1")
        with Viewer(weir, "bad(", "node_load1") as viewer:
            for _ in range(5):  # the first steps may lie before its samples
                bad, good = viewer.event()
                assert not bad or "parse error" in bad["error"], bad
                if good and good["result"]:
                    return
        raise AssertionError(good)


def refused():
    "no questions, too many, too long ones and no step are refused in words"
    with Weir(CONFIG) as weir:
        for body, words in (("", "none is there"),
                            ("query=up&step=0.5", "one second or more"),
                            ("query=up&step=x", "step"),
                            ("query=up&" * 257, "256 questions"),
                            ("query=" + "u" * 8200, "8192 bytes")):
            answer = ask(weir, body)
            assert answer.status == 400, answer.status
            assert words in json.loads(answer.text)["error"], answer.text


def leaving_ends_it():
    "who leaves is asked for no more, and a weir that stops ends all streams"
    with Weir(CONFIG) as weir:
        weir.wait_for_series("weir_http_connections")
        viewers = [Viewer(weir, "node_load1") for _ in range(10)]
        for viewer in viewers:
            viewer.event()
        for viewer in viewers[1:]:
            viewer.__exit__()
        wait_until("connections are closed", lambda: sum(
            value for name, value in weir.series().items()
            if name.startswith("weir_http_connections")) < 5)
        viewers[0].event()
        weir.stop()
        while viewers[0].file.readline():
            pass
        viewers[0].__exit__()


run(points_come, asked_once, failures_are_told, refused, leaving_ends_it)
