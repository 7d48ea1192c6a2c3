"""access.py - targets that want to see a user, a token or a certificate"""
import base64
import contextlib
import http.server
import os
import ssl
import subprocess
import threading

from programs import Weir, weir_environment, weir_program
from weirtest import (PATIENCE_S, fill, need, run, temporary_folder,
                      wait_until, write)

WEIR = """
interval = 300ms
http { listen = {"127.0.0.1:@port"} }
@inputs
storage memory { }
report exposition { identity = true }
"""


# Targets ---------------------------------------------------------------------

class Target:
    """A server that keeps the headers of each request, as 'seen'.  'wanted' is
    the Authorization that it answers to with its metrics, if it wants any;
    'location' is where it sends everybody."""

    def __init__(self, tls=None, wanted=None, location=None):
        self.seen = []
        self.names = []  # that clients said they want to talk to
        self.wanted = wanted
        target = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self):  # pylint: disable=invalid-name
                target.seen.append(dict(self.headers))
                given = self.headers.get("Authorization")
                status = (302 if location else
                          200 if target.wanted in (None, given) else 401)
                body = b"pet 1\n"
                self.send_response(status)
                if location:
                    self.send_header("Location", location)
                self.send_header("Content-Type", "text/plain")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_):
                pass

        class Server(http.server.ThreadingHTTPServer):
            daemon_threads = True
            request_queue_size = 64

            def finish_request(self, request, client_address):
                if tls:
                    tls.sni_callback = lambda _, name, __: \
                        target.names.append(name)
                    request = self.greet(request)
                super().finish_request(request, client_address)

            def greet(self, request):
                "Lets a client that is refused hear of it."
                secret = tls.wrap_socket(request.dup(), server_side=True,
                                         do_handshake_on_connect=False)
                try:
                    secret.do_handshake()
                except ssl.SSLError:
                    with contextlib.suppress(OSError):
                        request.settimeout(1)
                        while request.recv(65536):
                            pass
                    raise
                return secret

            def handle_error(self, *_):
                "A client may leave as it likes."

        self._server = Server(("127.0.0.1", 0), Handler)
        self.port = self._server.server_address[1]
        threading.Thread(target=self._server.serve_forever,
                         daemon=True).start()

    def at(self, host="127.0.0.1", scheme="http"):
        return "%s://%s:%d/metrics" % (scheme, host, self.port)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._server.shutdown()
        self._server.server_close()


def openssl(folder, *arguments):
    done = subprocess.run([need("openssl"), *arguments], cwd=folder,
                          capture_output=True, text=True, timeout=PATIENCE_S,
                          check=False)
    assert done.returncode == 0, done.stderr


def make_authority(folder, name):
    openssl(folder, "req", "-x509", "-newkey", "ec", "-pkeyopt",
            "ec_paramgen_curve:P-256", "-nodes", "-days", "9", "-subj",
            "/CN=" + name, "-keyout", name + ".key", "-out", name + ".pem")


def make_certificate(folder, name, alternatives, days="9"):
    """Makes NAME.pem and NAME.key, which the authority 'ca' vouches for."""
    write(os.path.join(folder, name + ".ext"),
          "subjectAltName=" + alternatives)
    openssl(folder, "req", "-new", "-newkey", "ec", "-pkeyopt",
            "ec_paramgen_curve:P-256", "-nodes", "-subj", "/CN=" + name,
            "-keyout", name + ".key", "-out", name + ".csr")
    openssl(folder, "x509", "-req", "-in", name + ".csr", "-CA", "ca.pem",
            "-CAkey", "ca.key", "-CAcreateserial", "-days", days, "-extfile",
            name + ".ext", "-out", name + ".pem")


def serving(folder, name, wants_client=False):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(os.path.join(folder, name + ".pem"),
                            os.path.join(folder, name + ".key"))
    if wants_client:
        context.verify_mode = ssl.CERT_REQUIRED
        context.load_verify_locations(os.path.join(folder, "ca.pem"))
    return context


# What weir does ----------------------------------------------------------------

def scraping(folder, **inputs):
    """weir with an input for each name: its address and other settings."""
    written = ["input prometheus:%s { targets = {'%s'}  %s }" % (
        name, address, fill(more, folder=folder))
        for name, (address, more) in inputs.items()]
    return Weir(WEIR, inputs="\n".join(written))


def up(weir, job):
    """Whether the job's target is up; None before it was tried."""
    for series, value in weir.series().items():
        if series.startswith("up{") and 'job="%s"' % job in series:
            return value == 1
    return None


def wait_for_up(weir, job, is_up):
    wait_until("%s is %s" % (job, "up" if is_up else "down"),
               lambda: up(weir, job) is is_up)


def wait_for_reason(weir, job, reason):
    wait_for_up(weir, job, False)
    weir.wait_for_log("part_failed instance=%s .*(%s)" % (job, reason))


# The play ------------------------------------------------------------------------

def basic(user, password):
    told = base64.b64encode(("%s:%s" % (user, password)).encode()).decode()
    return "Basic " + told


def files_give_credentials():
    "a password or token is read from its file, again when it has changed"
    with temporary_folder() as folder, \
            Target(wanted=basic("ann", "first secret")) as by_password, \
            Target(wanted="Bearer first-token") as by_token, \
            Target(wanted=basic("bob", "")) as by_name:
        password = write(os.path.join(folder, "password"), "first secret\n")
        token = write(os.path.join(folder, "token"), " first-token \r\n"[1:])
        with scraping(
                folder,
                password=(by_password.at(), "basic_auth_user = ann "
                          "basic_auth_password_file = '@folder/password'"),
                token=(by_token.at(),
                       "bearer_token_file = '@folder/token'"),
                name=(by_name.at(), "basic_auth_user = bob")) as weir:
            for job in ("password", "token", "name"):
                wait_for_up(weir, job, True)
            by_password.wanted = basic("ann", "second secret")
            by_token.wanted = "Bearer second-token"
            wait_for_reason(weir, "password", "status 401")
            wait_for_reason(weir, "token", "status 401")
            write(password, "second secret")
            write(token, "second-token")
            wait_for_up(weir, "password", True)
            wait_for_up(weir, "token", True)
            asked = len(by_token.seen)
            os.remove(token)
            write(password, "two\nlines")
            wait_for_reason(weir, "token", "cannot read %s: No such" % token)
            wait_for_reason(weir, "password", "line.s end")
            assert len(by_token.seen) <= asked + 1, "it asks without a token"
            os.mkfifo(token)
            wait_for_up(weir, "token", False)
            os.remove(token)
            write(token, "second-token")
            wait_for_up(weir, "token", True)
            for secret in ("first", "second", "two"):
                assert secret not in weir.log(), weir.log()


def credentials_stay_with_their_host():
    "who is redirected to another host or port takes no credentials there"
    with temporary_folder() as folder, Target() as other:
        write(os.path.join(folder, "secret"), "abc")
        with Target(location=other.at("localhost")) as to_host, \
                Target(location=other.at()) as to_port, \
                scraping(
                    folder,
                    password=(to_host.at(), "basic_auth_user = ann "
                              "basic_auth_password_file = '@folder/secret'"),
                    token=(to_host.at(),
                           "bearer_token_file = '@folder/secret'"),
                    port=(to_port.at(),
                          "bearer_token_file = '@folder/secret'")) as weir:
            for job in ("password", "token", "port"):
                wait_for_up(weir, job, True)
            assert all("Authorization" in seen
                       for seen in to_host.seen + to_port.seen), to_host.seen
            assert other.seen
            assert not any("Authorization" in seen for seen in other.seen)


def certificates_are_judged():
    "a bad certificate is one clear reason, and a good one is taken"
    with contextlib.ExitStack() as stack:
        folder = stack.enter_context(temporary_folder())
        make_authority(folder, "ca")
        make_authority(folder, "other")
        make_certificate(folder, "good", "DNS:localhost")
        make_certificate(folder, "old", "DNS:localhost", "-1")
        make_certificate(folder, "client", "DNS:weir")
        good = stack.enter_context(Target(serving(folder, "good")))
        old = stack.enter_context(Target(serving(folder, "old")))
        strict = stack.enter_context(Target(serving(folder, "good", True)))
        plain = stack.enter_context(Target())
        here = good.at("localhost", "https")
        weir = stack.enter_context(scraping(
            folder,
            good=(here, "tls { ca = '@folder/ca.pem' }"),
            unknown=(here, ""),
            wrong=(here, "tls { ca = '@folder/other.pem' }"),
            gone=(here, "tls { ca = '@folder/none.pem' }"),
            expired=(old.at("localhost", "https"),
                     "tls { ca = '@folder/ca.pem' }"),
            any=(old.at("localhost", "https"),
                 "tls { insecure_skip_verify = true }"),
            named=(good.at("127.0.0.1", "https"),
                   "tls { ca = '@folder/ca.pem' }"),
            alias=(good.at("127.0.0.1", "https"),
                   "tls { ca = '@folder/ca.pem' server_name = localhost }"),
            other=(here,
                   "tls { ca = '@folder/ca.pem' server_name = x.example }"),
            known=(strict.at("localhost", "https"),
                   "tls { ca = '@folder/ca.pem' cert = '@folder/client.pem' "
                   "key = '@folder/client.key' }"),
            stranger=(strict.at("localhost", "https"),
                      "tls { ca = '@folder/ca.pem' }"),
            lost=(strict.at("localhost", "https"),
                  "tls { ca = '@folder/ca.pem' cert = '@folder/none.pem' "
                  "key = '@folder/client.key' }"),
            plain=(plain.at("localhost", "https"), ""),
        ))
        for job in ("good", "any", "alias", "known"):
            wait_for_up(weir, job, True)
        for job, reason in (
                ("unknown", "local issuer certificate"),
                ("wrong", "local issuer certificate|self.signed"),
                ("gone", "error setting certificate .*none.pem"),
                ("expired", "certificate has expired"),
                ("named", "does not match|no alternative .* name matches"),
                ("other", "does not match|no alternative .* name matches"),
                ("stranger", "alert certificate required|alert handshake"),
                ("lost", "could not load PEM client certificate"),
                ("plain", "wrong version number")):
            wait_for_reason(weir, job, reason)
        hosts = {seen["Host"] for seen in good.seen}
        assert hosts == {"localhost:%d" % good.port,
                         "127.0.0.1:%d" % good.port}, hosts
        assert set(good.names) <= {"localhost", "x.example", None}, good.names
        assert weir.series()['pet{instance="127.0.0.1:%d",job="alias"}' %
                             good.port] == 1


def authorities_are_read_again():
    "another authority counts for the next connection"
    with contextlib.ExitStack() as stack:
        folder = stack.enter_context(temporary_folder())
        make_authority(folder, "ca")
        make_authority(folder, "other")
        make_certificate(folder, "good", "DNS:localhost")
        target = stack.enter_context(Target(serving(folder, "good")))
        trusted = os.path.join(folder, "trusted.pem")
        with open(os.path.join(folder, "other.pem"), "rb") as file:
            write(trusted, file.read())
        weir = stack.enter_context(scraping(
            folder, good=(target.at("localhost", "https"),
                          "tls { ca = '@folder/trusted.pem' }")))
        wait_for_reason(weir, "good", "issuer|self.signed")
        with open(os.path.join(folder, "ca.pem"), "rb") as file:
            write(trusted, file.read())
        wait_for_up(weir, "good", True)


BAD = """
http { listen = {"127.0.0.1:1"} }
input prometheus:a { targets = {"a:1"}  basic_auth_password_file = x }
input prometheus:b { targets = {"a:1"}  basic_auth_user = x
    bearer_token_file = y }
input prometheus:c { targets = {"a:1"}  tls { } tls { } }
storage memory { }
report exposition { }
"""
WORSE = """
input prometheus:a { targets = {"a:1"}
    tls { cert = x }
    tls { server_name = "a b" }
    relabel { action = hashmod }
    metric_relabel { regex = '(' target = a }
    label_limit = -1
}
"""
TOLD = {
    BAD: {3: "without a basic_auth_user", 4: "remove one", 6: "two tls"},
    WORSE: {3: "cert without a key", 4: "server_name", 5: "lacks a target",
            6: "missing closing parenthesis", 7: "from 0 to"},
}


def what_is_wrong_is_told():
    "weir check tells each bad setting and rule with its line"
    with temporary_folder() as folder:
        for text, told in TOLD.items():
            path = write(os.path.join(folder, "weir.conf"), text)
            done = subprocess.run(
                [weir_program(), "check", "-c", path], capture_output=True,
                text=True, timeout=PATIENCE_S, check=False,
                env=dict(os.environ, **weir_environment(folder, None)))
            assert done.returncode != 0, done.stdout
            for line, what in told.items():
                assert any(
                    "weir.conf:%d: " % line in one and what in one
                    for one in done.stderr.splitlines()), (line, done.stderr)


run(files_give_credentials, credentials_stay_with_their_host,
    certificates_are_judged, authorities_are_read_again,
    what_is_wrong_is_told)
