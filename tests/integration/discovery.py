"""discovery.py - targets that files, names and programs tell of"""
import contextlib
import http.server
import json
import os
import queue
import re
import socket
import socketserver
import ssl
import struct
import subprocess
import threading
import urllib.parse

from programs import EXIT_OK, Prometheus, Weir
from weirtest import (fill, free_port, need, run, temporary_folder,
                      wait_until, write)

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

    def handle_error(self, *_):
        """Who ends a connection is no error."""

    def __exit__(self, *_):
        self.shutdown()
        self.server_close()


def discovering(how, interval="500ms"):
    return Weir(CONFIG, how=how, interval=interval)


class Names:
    """A name server on a port of its own; 'records' has lists by (name, type),
    of which None is a failure."""
    TYPES = {1: "A", 28: "AAAA", 33: "SRV"}

    def __init__(self):
        self.records = {}
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.bind(("127.0.0.1", 0))
        self.address = "127.0.0.1:%d" % self._socket.getsockname()[1]
        threading.Thread(target=self._serve, daemon=True).start()

    @staticmethod
    def _name(name):
        return b"".join(bytes([len(part)]) + part.encode()
                        for part in name.split(".")) + b"\0"

    def _data(self, kind, record):
        if kind == "SRV":
            target, port = record
            return struct.pack(">HHH", 0, 0, port) + self._name(target)
        return socket.inet_pton(socket.AF_INET if kind == "A" else
                                socket.AF_INET6, record)

    def _answer(self, asked):
        end = asked.index(b"\0", 12)
        name, at = [], 12
        while at < end:
            name.append(asked[at + 1:at + 1 + asked[at]].decode())
            at += 1 + asked[at]
        number, = struct.unpack(">H", asked[end + 1:end + 3])
        kind = self.TYPES.get(number)
        found = self.records.get((".".join(name), kind), ())
        code = 2 if found is None else 0 if found else 3
        answer = asked[:2] + struct.pack(
            ">HHHHH", 0x8180 | code, 1, len(found or ()), 0, 0)
        answer += asked[12:end + 5]
        for record in found or ():
            data = self._data(kind, record)
            answer += b"\xc0\x0c" + struct.pack(">HHIH", number, 1, 30,
                                                len(data)) + data
        return answer

    def _serve(self):
        with contextlib.suppress(OSError):
            while True:
                asked, who = self._socket.recvfrom(4096)
                self._socket.sendto(self._answer(asked), who)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._socket.close()


class _Local(http.server.BaseHTTPRequestHandler):
    """Answers GETs by the server's function 'answer'."""
    protocol_version = "HTTP/1.1"

    def address_string(self):
        return "local"

    def do_GET(self):
        self.server.answer(self)

    def tell(self, status, said):
        body = json.dumps(said).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


class Docker(socketserver.ThreadingUnixStreamServer):
    """What a Docker daemon answers, on a socket of its own."""
    daemon_threads = True

    def __init__(self, path):
        super().__init__(path, _Local)
        self.containers = []
        self.hangs = threading.Event()
        self.ended = threading.Event()
        self.asked = 0
        threading.Thread(target=self.serve_forever, daemon=True).start()

    @staticmethod
    def container(name, port):
        return {"Id": name * 3, "Names": ["/" + name],
                "Labels": {"com.example.team": "a"},
                "Ports": [{"PrivatePort": port, "Type": "tcp"}],
                "HostConfig": {"NetworkMode": "bridge"},
                "NetworkSettings": {"Networks": {"bridge": {
                    "NetworkID": "n1", "IPAddress": "127.0.0.1"}}}}

    def answer(self, request):
        self.asked += 1
        if self.hangs.is_set():
            self.ended.wait()
            return
        request.tell(200, self.containers if request.path ==
                     "/containers/json" else [{"Id": "n1", "Name": "bridge"}])

    def handle_error(self, *_):
        pass

    def __exit__(self, *_):
        self.ended.set()
        self.shutdown()
        self.server_close()


def certificate(folder):
    """Returns the path of one for 127.0.0.1, with its key."""
    path = os.path.join(folder, "api.pem")
    done = subprocess.run(
        [need("openssl"), "req", "-x509", "-newkey", "ec", "-pkeyopt",
         "ec_paramgen_curve:P-256", "-nodes", "-subj", "/CN=api", "-days",
         "9", "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", path,
         "-out", path + ".part"], capture_output=True, check=False)
    assert done.returncode == 0, done.stderr
    with open(path + ".part", "rb") as part, open(path, "ab") as file:
        file.write(part.read())
    return path


def pod(name, version, port=None, ip="127.0.0.1"):
    notes = {"prometheus.io/scrape": "true"}
    if port:
        notes["prometheus.io/port"] = str(port)
    return {"metadata": {"name": name, "namespace": "shop",
                         "resourceVersion": str(version),
                         "annotations": notes},
            "spec": {"containers": [{"name": "c", "image": "i"}]},
            "status": {"phase": "Running", "podIP": ip}}


class Kubernetes(http.server.ThreadingHTTPServer):
    """Kubernetes' API as far as pods go: lists in parts, and watches."""
    daemon_threads = True

    def __init__(self, token, certificate):
        super().__init__(("127.0.0.1", 0), _Local)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate)
        self.socket = context.wrap_socket(self.socket, server_side=True)
        self.token = token
        self.pods = []
        self.events = queue.Queue()
        self.asked = []
        self.url = "https://127.0.0.1:%d" % self.server_address[1]
        threading.Thread(target=self.serve_forever, daemon=True).start()

    def _list(self, request, query):
        begin = int(query.get("continue", ["0"])[0])
        meta = {"resourceVersion": "100"}
        if begin + 1 < len(self.pods):
            meta["continue"] = str(begin + 1)
        request.tell(200, {"kind": "PodList", "metadata": meta,
                           "items": self.pods[begin:begin + 1]})

    def _watch(self, request):
        request.send_response(200)
        request.send_header("Transfer-Encoding", "chunked")
        request.end_headers()
        while True:
            event = self.events.get()
            if not event:
                request.wfile.write(b"0\r\n\r\n")
                return
            line = json.dumps(event).encode() + b"\n"
            for part in (line[:20], line[20:]):  # as it may come
                request.wfile.write(b"%x\r\n%s\r\n" % (len(part), part))

    def answer(self, request):
        url = urllib.parse.urlparse(request.path)
        query = urllib.parse.parse_qs(url.query)
        self.asked.append((url.path, query))
        if request.headers.get("Authorization") != "Bearer " + self.token:
            request.tell(401, {"kind": "Status", "code": 401})
        elif "watch" in query:
            self._watch(request)
        else:
            self._list(request, query)

    def versions(self):
        """Where the watches began."""
        return [query["resourceVersion"][0] for _, query in self.asked
                if "watch" in query]

    def handle_error(self, *_):
        pass

    def __exit__(self, *_):
        self.events.put(None)
        self.shutdown()
        self.server_close()


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
                folder, MANY), "3s") as weir:
        write(os.path.join(folder, "a.json"), json.dumps([
            {"targets": [target.address],
             "labels": {"n": "%04d" % i, "__metrics_path__": "/%d" % i}}
            for i in range(MANY + 7)]))
        wait_until("all are up", lambda: [
            row["value"][1] for row in ask(weir, "sum(up)")] == [str(MANY)], 60)
        weir.wait_for_log("7 targets are above the limit")


# What differs between two runs, or is told by weir from a URL.
ITS_OWN = {"lastScrape", "lastScrapeDuration", "globalUrl", "lastError"}


def targets_of(server, question=""):
    """The active targets, by their URLs."""
    answered = json.loads(server.get("/api/v1/targets" + question).text)
    assert answered["status"] == "success", answered
    return {one["scrapeUrl"]: one for one in answered["data"]["activeTargets"]}


AGENT = """
interval = 500ms
http { listen = {"127.0.0.1:@port"} }
input prometheus:found { targets = {"@target"} }
link main { connect = {"@endpoint"} }
"""

STORE = """
http { listen = {"127.0.0.1:@port"} }
storage memory:main { listen = {"@endpoint"} }
"""

REPORT = """
http { listen = {"127.0.0.1:@port"} }
link main { connect = {"@endpoint"} }
report api { }
"""


def targets_of_another_host():
    "a report tells of the targets of an input that is elsewhere"
    endpoint = "tcp://127.0.0.1:%d" % free_port()
    with Target() as target, Weir(STORE, endpoint=endpoint), Weir(
            AGENT, endpoint=endpoint, target=target.address), Weir(
                REPORT, endpoint=endpoint) as report:
        told = wait_until("a target", lambda: targets_of(report))
        one = told["http://%s/metrics" % target.address]
        assert one["health"] == "up" and one["scrapePool"] == "found", one
        assert one["scrapeInterval"] == "500ms", one


class OfTwoTargets(Prometheus):
    """Prometheus with the job and labels that weir has here."""

    CONFIG = """
global: {scrape_interval: 1s, scrape_timeout: 1s}
scrape_configs:
- job_name: found
  static_configs:
  - {targets: [@targets], labels: {room: attic}}
"""


def targets_are_told_as_a_prometheus_tells_them():
    "/api/v1/targets tells of the same targets what a Prometheus tells"
    with temporary_folder() as folder, Target() as target, \
            discovering('files = {"%s/a.json"}' % folder, "1s") as weir, \
            OfTwoTargets(target.port, 1) as prometheus:
        write(os.path.join(folder, "a.json"),
              groups(target.address, "127.0.0.1:1", room="attic"))
        for server in (weir, prometheus):
            wait_until("both targets", lambda: sorted(
                one["health"] for one in targets_of(server).values()) == [
                    "down", "up"])
        ours, theirs = targets_of(weir), targets_of(prometheus)
        assert ours.keys() == theirs.keys(), (ours, theirs)
        for url, one in ours.items():
            other = theirs[url]
            assert one.keys() == other.keys(), (one, other)
            for name in one.keys() - ITS_OWN - {"discoveredLabels"}:
                assert one[name] == other[name], (name, one, other)
            told = one["discoveredLabels"]
            assert told.items() <= other["discoveredLabels"].items(), other
            assert bool(one["lastError"]) == (one["health"] == "down"), one
            assert re.fullmatch(r"2\d{3}-\d\d-\d\dT[\d:]{8}(\.\d{1,3})?Z",
                                one["lastScrape"]), one
            assert 0 < one["lastScrapeDuration"] < 5, one
        down = ours["http://127.0.0.1:1/metrics"]
        assert down["lastError"] == "Couldn't connect to server", down
        # Not when each was scraped last, which may be between the two.
        assert targets_of(weir, "?scrapePool=found").keys() == ours.keys()
        assert not targets_of(weir, "?scrapePool=else")
        target.well = False
        wait_until("a reason", lambda: sorted(
            one["lastError"] for one in targets_of(weir).values()) == [
                "Couldn't connect to server", "its answer cannot be read"])


def names_of_targets():
    "addresses and services of names are targets, and a failure changes nothing"
    # More of them than threads that look names up, all with the same turns.
    how = """
        dns { names = {"a.test."}  refresh = 1s  server = "%s" }
        dns { names = {"b.test."}  refresh = 1s  server = "%s" }
        dns { names = {"c.test."}  refresh = 1s  server = "%s" }
        dns { names = {"d.test."}  refresh = 1s  server = "%s" }
        dns { names = {"web.test.", "more.test."}  type = A  port = %d
              refresh = 1s  server = "%s" }
        dns { names = {"_web._tcp.test."}  refresh = 1s  server = "%s" }
    """
    with Names() as names, Target() as target:
        port = target.port
        names.records = {
            ("web.test", "A"): ["127.0.0.1", "127.0.0.2"],
            ("_web._tcp.test", "SRV"): [("localhost", port)],
        }
        first, second, service = (named("%s:%d" % (host, port)) for host in (
            "127.0.0.1", "127.0.0.2", "localhost"))
        with discovering(how % (4 * (names.address,) + (
                port, names.address, names.address))) as weir:
            wait_until("targets", lambda: len([
                name for name in weir.series() if name.startswith("up{")]) == 3)
            wait_for_targets(weir, first, service)
            names.records[("web.test", "A")] = None
            names.records[("_web._tcp.test", "SRV")] = []
            weir.wait_for_log("cannot look up web.test.: .*its targets stay")
            wait_for_targets(weir, first)
            names.records[("web.test", "A")] = ["127.0.0.2"]
            wait_for_targets(weir)
            assert "up" + second in weir.series()
            assert len(re.findall("cannot look up", weir.log())) == 1
            assert weir.stop() == EXIT_OK


def a_dead_name_server_delays_nobody():
    "while a name server is silent, the other targets are scraped"
    with Target() as target, socket.socket(
            socket.AF_INET, socket.SOCK_DGRAM) as silent:
        silent.bind(("127.0.0.1", 0))
        how = """targets = {"%s"}
                 dns { names = {"web.test."}  refresh = 1s
                       server = "127.0.0.1:%d" }""" % (
            target.address, silent.getsockname()[1])
        with discovering(how) as weir:
            wait_for_targets(weir, named(target.address))
            weir.wait_for_log("cannot look up web.test.")
            asked = len(target.asked)
            wait_until("more scrapes", lambda: target.asked[
                "/metrics"] > asked + 2)
            assert weir.stop() == EXIT_OK


def containers_are_targets():
    "Docker's containers are targets, and a daemon that hangs delays nobody"
    how = """
        docker { socket = "%s/docker.sock"  refresh = 1s }
        relabel { source = {"__meta_docker_container_name"}  regex = '/(.*)'
                  target = "container" }
        relabel { regex = '__meta_docker_container_label_com_example_(.*)'
                  action = labelmap }
    """
    with temporary_folder() as folder, Target() as target, \
            Docker(folder + "/docker.sock") as docker:
        port = target.port
        docker.containers = [docker.container("web", port)]
        with discovering(how % folder) as weir:
            first = named("127.0.0.1:%d" % port, container="web", team="a")
            other = named("127.0.0.1:1", container="other", team="a")
            wait_for_targets(weir, first)
            docker.containers.append(docker.container("other", 1))
            wait_until("the other", lambda: "up" + other in weir.series())
            docker.containers.pop()
            wait_until("it is gone", lambda: "up" + other not in weir.series())
            docker.hangs.set()
            asked = docker.asked
            wait_until("it is asked", lambda: docker.asked > asked)
            scraped = target.asked["/metrics"]
            wait_until("scrapes", lambda: target.asked[
                "/metrics"] > scraped + 2)
            assert weir.stop() == EXIT_OK


def a_daemon_that_is_not_there():
    "no Docker is told once, and taken when it comes"
    with temporary_folder() as folder, Target() as target, discovering(
            'docker { socket = "%s/docker.sock"  refresh = 1s }' %
            folder) as weir:
        weir.wait_for_log("cannot ask Docker at %s/docker.sock: " % folder)
        with Docker(folder + "/docker.sock") as docker:
            docker.containers = [docker.container("web", target.port)]
            wait_for_targets(weir, named(target.address))
        assert len(re.findall("cannot ask Docker", weir.log())) == 1


def pods_are_targets():
    "pods are listed, then watched, and listed again when that is too old"
    how = """kubernetes { api = "@api/"  token = "@folder/token"
                          ca = "@folder/api.pem"
                          namespace = "shop"  selector = "a in (b,c)" }"""
    with temporary_folder() as folder, Target() as target, \
            Kubernetes("s3cret", certificate(folder)) as api:
        port = target.port
        write(folder + "/token", "wrong\n")
        api.pods = [pod("a", 1, port), pod("b", 2, port, "127.0.0.2"),
                    pod("c", 3)]
        api.pods[2]["metadata"]["annotations"] = {}
        first = "up" + named("127.0.0.1:%d" % port)
        second = "up" + named("127.0.0.2:%d" % port)

        def wait_for_ups(weir, *expected):
            wait_until("targets", lambda: {
                name for name in weir.series() if name.startswith("up{")} ==
                set(expected))

        with discovering(fill(how, api=api.url, folder=folder)) as weir:
            weir.wait_for_log("cannot ask Kubernetes.*answered with status 401")
            write(folder + "/token", "s3cret\n")  # as it is renewed
            wait_for_ups(weir, first, second)
            path, query = api.asked[0]
            assert path == "/api/v1/namespaces/shop/pods", path
            assert query["labelSelector"] == ["a in (b,c)"], query
            api.events.put({"type": "DELETED", "object": pod("b", 101)})
            wait_for_ups(weir, first)
            api.events.put({"type": "ADDED", "object": pod(
                "d", 102, port, "127.0.0.2")})
            wait_for_ups(weir, first, second)
            api.events.put({"type": "BOOKMARK", "object": {
                "metadata": {"resourceVersion": "150"}}})
            api.events.put(None)  # the API ends each watch some time
            wait_until("another watch", lambda: len(api.versions()) == 2)
            assert api.versions() == ["100", "150"], api.versions()
            api.pods = api.pods[1:2]
            api.events.put({"type": "ERROR", "object": {
                "kind": "Status", "code": 410}})
            wait_for_ups(weir, second)
            assert len(re.findall("cannot ask Kubernetes", weir.log())) == 1
            assert weir.stop() == EXIT_OK


run(files_of_targets, targets_of_another_host, containers_are_targets, a_daemon_that_is_not_there,
    pods_are_targets, names_of_targets, a_dead_name_server_delays_nobody,
    targets_are_told_as_a_prometheus_tells_them, what_stays_is_not_disturbed,
    bad_files, many_targets)
