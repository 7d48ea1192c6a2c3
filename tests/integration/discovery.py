"""discovery.py - targets that files, names and programs tell of"""
import contextlib
import http.server
import json
import os
import re
import threading
import urllib.parse

from programs import EXIT_OK, Weir
from weirtest import run, temporary_folder, wait_until, write

CONFIG = """
interval = @interval
http { listen = {"127.0.0.1:@port"} }
input prometheus:found { job = "found" @how }
storage memory { }
report exposition { identity = true }
report api { }
"""

MANY = 1000


# Targets ---------------------------------------------------------------------

class _Page(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        with self.server.lock:
            self.server.asked[self.path] = self.server.asked.get(
                self.path, 0) + 1
        body = b"thing 1\n" if self.server.well else b"no metrics\n"
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


class Target(http.server.ThreadingHTTPServer):
    """What is scraped: any path is a target; 'asked' counts them."""
    daemon_threads = True
    request_queue_size = MANY

    def __init__(self):
        super().__init__(("127.0.0.1", 0), _Page)
        self.lock = threading.Lock()
        self.asked = {}
        self.well = True
        self.connections = 0
        self.port = self.server_address[1]
        self.address = "127.0.0.1:%d" % self.port
        threading.Thread(target=self.serve_forever, daemon=True).start()

    def get_request(self):
        self.connections += 1
        return super().get_request()

    def __exit__(self, *_):
        self.shutdown()
        self.server_close()


def discovering(how, interval="500ms"):
    return Weir(CONFIG, how=how, interval=interval)


# Questions -------------------------------------------------------------------

def labels_up(weir):
    """The labels of each target that is up, as texts."""
    return {name[2:] for name, value in weir.series().items()
            if name.startswith("up{") and value == 1}


def named(instance, **labels):
    labels.update(instance=instance, job=labels.get("job", "found"))
    return "{%s}" % ",".join('%s="%s"' % pair
                             for pair in sorted(labels.items()))


def wait_for_targets(weir, *expected):
    try:
        wait_until("targets", lambda: labels_up(weir) == set(expected))
    except AssertionError:
        raise AssertionError("found %s instead of %s" % (
            labels_up(weir), expected)) from None


def ask(weir, question):
    answered = weir.get("/api/v1/query?query=" + urllib.parse.quote(question))
    return json.loads(answered.text)["data"]["result"]


def replace(path, text):
    """As programs that are careful write a file."""
    write(path + ".new", text)
    os.rename(path + ".new", path)


def groups(*addresses, **labels):
    return json.dumps([{"targets": addresses, "labels": labels}])


# The plays -------------------------------------------------------------------

def files_of_targets():
    "files come, change, go and come again, and their targets with them"
    with temporary_folder() as folder, Target() as target, \
            discovering('files = {"%s/sd/*.json", "%s/sd/more.yml"}' % (
                folder, folder)) as weir:
        address = target.address
        path = os.path.join(folder, "sd", "a.json")
        os.mkdir(os.path.dirname(path))  # not there when weir began
        replace(path, groups(address, room="attic"))
        wait_for_targets(weir, named(address, room="attic"))
        replace(path, groups(address, room="cellar", __metrics_path__="/x"))
        wait_for_targets(weir, named(address, room="cellar"))
        write(os.path.join(folder, "sd", "more.yml"),
              "- targets:\n  - %s # here\n  labels: {n: 7}\n" % address)
        write(os.path.join(folder, "sd", "else.txt"), groups("nowhere:1"))
        both = [named(address, room="cellar"), named(address, n="7")]
        wait_for_targets(weir, *both)
        os.remove(path)
        wait_for_targets(weir, both[1])
        wait_until("it is gone, not down", lambda: not [
            name for name in weir.series() if 'room="cellar"' in name])
        replace(path, groups(address, room="cellar"))
        wait_for_targets(weir, *both)
        assert "/x" in target.asked and "/metrics" in target.asked


def what_stays_is_not_disturbed():
    "a target that a changed file still has keeps its connection and its turn"
    with temporary_folder() as folder, Target() as target, \
            discovering('files = {"%s/a.json"}' % folder) as weir:
        path = os.path.join(folder, "a.json")
        replace(path, groups(target.address))
        wait_for_targets(weir, named(target.address))
        for i in range(5):
            replace(path, groups(target.address, "127.0.0.1:%d" % (i + 1)))
            wait_until("file %d" % i, lambda: 'up%s' % named(
                "127.0.0.1:%d" % (i + 1)) in weir.series())
            assert weir.series()["up" + named(target.address)] == 1
        assert target.connections == 1, target.connections
        assert weir.series()["scrape_series_added" + named(
            target.address)] == 0


def bad_files():
    "a bad file keeps its last targets, and is told once with its line"
    with temporary_folder() as folder, Target() as target, \
            discovering('files = {"%s/*.json"}' % folder) as weir:
        path = os.path.join(folder, "a.json")
        replace(path, groups(target.address))
        wait_for_targets(weir, named(target.address))
        replace(path, '[{"targets": [],\n"lables": {}}]')
        weir.wait_for_log(r'%s:2: .*lables.* is neither targets nor labels; '
                          'its targets stay' % path)
        replace(path, '[{"targets": [],\n"lables": {} }]')
        replace(os.path.join(folder, "b.json"), groups(target.address, b="b"))
        wait_for_targets(weir, named(target.address),
                         named(target.address, b="b"))
        replace(os.path.join(folder, "b.json"), groups("a b", b="b"))
        weir.wait_for_log("cannot scrape 1 of the targets found.*a b")
        wait_for_targets(weir, named(target.address))
        replace(path, "[]")
        wait_for_targets(weir)
        assert len(re.findall("is neither targets", weir.log())) == 1
        assert weir.stop() == EXIT_OK


def many_targets():
    "a thousand targets of one input are scraped, and more are a limit's matter"
    with temporary_folder() as folder, Target() as target, \
            discovering('files = {"%s/a.json"}  target_limit = %d' % (
                folder, MANY), "5s") as weir:
        write(os.path.join(folder, "a.json"), json.dumps([
            {"targets": [target.address],
             "labels": {"n": "%04d" % i, "__metrics_path__": "/%d" % i}}
            for i in range(MANY + 7)]))
        wait_until("all are up", lambda: [
            row["value"][1] for row in ask(weir, "sum(up)")] == [str(MANY)], 60)
        weir.wait_for_log("7 targets are above the limit")


run(files_of_targets, what_stays_is_not_disturbed, bad_files, many_targets)
