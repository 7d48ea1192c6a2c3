"""query.py - weir query against a weir that runs, and against its store"""
import csv
import fcntl
import io
import json
import os
import pty
import socket
import struct
import subprocess
import termios
import time

import promql_data
from programs import (EXIT_FAILURE, EXIT_OK, EXIT_USAGE, Weir, weir_call,
                      weir_environment, weir_program)
from weirtest import (PATIENCE_S, fetch, free_port, run, temporary_folder,
                      wait_until, write)

CONFIG = """
http { listen = {"127.0.0.1:@port"} }
input remote_write { }
storage tsdb { }
report api { }
"""

# Ten minutes of three series, that ended an hour ago, on whole seconds.
END_S = int(time.time()) // 60 * 60 - 3600
START_S = END_S - 600
EVIL = 'x\x1b[2J\x07,"\n'


def samples(value):
    return [(ms, value(ms // 1000)) for ms in range(0, 600001, 15000)]


SERIES = [
    ({"__name__": "level", "tank": "1", "site": "a"}, samples(lambda s: s / 8)),
    ({"__name__": "level", "tank": "22", "site": "a"}, samples(lambda s: -s)),
    ({"__name__": "evil", "what": EVIL}, samples(lambda s: 1.0)),
]
RANGE = ["--start", str(START_S), "--end", str(END_S), "--step", "5m"]
AT = ["--at", str(END_S)]


class Filled(Weir):
    """A weir that has the series above in a store."""

    def start(self):
        super().start()
        answer = fetch(self.url("/api/v1/write"),
                       promql_data.write_request(SERIES, START_S * 1000),
                       promql_data.WRITE_HEADERS)
        assert answer.status in (200, 204), answer.text
        return self

    @property
    def store(self):
        return os.path.join(self.folder, "state", "tsdb")

    def query(self, *arguments, **others):
        return weir_call("query", "--url", self.url(""), *arguments, **others)

    def answer(self, *arguments):
        status, out, err = self.query(*arguments)
        assert (status, err) == (EXIT_OK, ""), (status, out, err)
        return out


def clock(seconds):
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(seconds))


UTC = {"TZ": "UTC0"}


def shows_a_table():
    "an instant is a table, and what all series have in common stands above it"
    with Filled(CONFIG, environment=UTC) as weir:
        status, out, err = weir.query("level", *AT, environment=UTC)
        assert (status, err) == (EXIT_OK, ""), err
        assert out == ('level{site="a"}\n'
                       "\n"
                       "tank  VALUE  TIME\n"
                       "1        75  %s\n"
                       "22     -600  %s\n" % (clock(END_S), clock(END_S))), out
        status, out, err = weir.query("level", *RANGE, environment=UTC)
        assert (status, err) == (EXIT_OK, ""), err
        assert out.splitlines()[2:] == [
            "TIME            tank     1    22",
            "%s   0       0" % clock(START_S),
            "%s  37.5  -300" % clock(START_S + 300),
            "%s  75    -600" % clock(END_S)], out


def writes_csv():
    "CSV has a column for each label, whatever is in it"
    with Filled(CONFIG) as weir:
        text = weir.answer("{site='a'} or evil", *RANGE, "--format", "csv")
        rows = list(csv.reader(io.StringIO(text, newline="")))
        assert rows[0] == ["__name__", "site", "tank", "what", "time", "value"]
        assert len(rows) == 10, rows
        assert rows[1][:4] == ["evil", "", "", EVIL], rows
        assert rows[-1] == ["level", "a", "22", "", clock(END_S)[:-1] + ".000Z",
                            "-600"], rows


def writes_the_answer_of_the_api():
    "JSON is the answer of the API, byte by byte"
    with Filled(CONFIG) as weir:
        text = weir.answer("level", *RANGE, "--format", "json")
        theirs = weir.get("/api/v1/query_range?query=level&start=%d&end=%d"
                          "&step=300" % (START_S, END_S)).text
        assert text == theirs + "\n", (text, theirs)
        assert json.loads(text)["data"]["resultType"] == "matrix"


def draws_a_chart():
    "a chart has axes, and a legend with the figures of each series"
    with Filled(CONFIG, environment=UTC) as weir:
        for locale, side in (("C", "|"), ("C.UTF-8", "│")):
            _, out, err = weir.query(
                "level", *RANGE[:4], "--format", "chart",
                environment=dict(UTC, LC_ALL=locale, COLUMNS="70"))
            assert err == "", err
            assert side in out and "\x1b" not in out, out
            assert '**  {tank="1"}' in out and 'oo  {tank="22"}' in out, out
            assert out.rstrip().endswith("-600          0       -600"), out
            assert max(map(len, out.splitlines())) <= 70, out
        _, out, _ = weir.query("level{tank='1'}", *RANGE[:4], "--format",
                               "chart", environment=dict(UTC, LC_ALL="C.UTF-8"))
        assert any("⠁" <= letter <= "⣿" for letter in out), out


def on_terminal(command, environment):
    """Runs a program on a terminal of 60 by 20; returns what it wrote there."""
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 20, 60, 0, 0))
    with subprocess.Popen(command, stdin=theirs, stdout=theirs, stderr=theirs,
                          env=environment) as child:
        os.close(theirs)
        written = b""
        while True:
            try:
                piece = os.read(ours, 65536)
            except OSError:  # the last one has closed it
                piece = b""
            if not piece:
                break
            written += piece
        child.wait(PATIENCE_S)
    os.close(ours)
    return written.decode()


def tells_a_terminal_no_more_than_text():
    "a terminal gets colours unless NO_COLOR says no, and no escapes of others"
    with Filled(CONFIG) as weir:
        environment = dict(os.environ, **weir_environment(weir.folder))
        environment.update(TERM="xterm", LC_ALL="C.UTF-8", TZ="UTC0")
        for name in ("NO_COLOR", "COLUMNS", "LINES"):
            environment.pop(name, None)
        ask = [weir_program(), "query", "--url", weir.url("")]
        chart = [*ask, "level", *RANGE[:4], "--format", "chart"]
        out = on_terminal(chart, environment)
        assert "\x1b[36m" in out and "\x1b[33m" in out, out
        out = on_terminal(chart, dict(environment, NO_COLOR="1"))
        assert "\x1b" not in out, out
        for form in ("table", "csv", "json"):
            out = on_terminal([*ask, "evil", *AT, "--format", form],
                              dict(environment, NO_COLOR="1"))
            assert "\x1b" not in out and "\x07" not in out, repr(out)
            assert "1b[2J" in out, repr(out)


def asks_the_weir_of_a_configuration():
    "with -c it asks the weir of that configuration, also by its control socket"
    with Filled(CONFIG) as weir:
        status, out, err = weir_call("query", "-c", weir.config, "level", *AT)
        assert status == EXIT_OK and "-600" in out, err
    quiet = CONFIG.replace('"127.0.0.1:@port"', "")
    with Weir(quiet, ready=False) as weir:
        wait_until("the control socket", lambda: os.path.exists(
            weir.folder + "/state/control.sock"))
        status, out, err = weir_call("query", "-c", weir.config, "1 + 1",
                                     folder=weir.folder)
        assert status == EXIT_OK and "2 " in out, (out, err)


def points_at_what_is_wrong():
    "a wrong expression is shown with a caret below the place"
    with Filled(CONFIG) as weir:
        status, out, err = weir.query("sum(level)\n  + )")
        assert (status, out) == (EXIT_FAILURE, ""), out
        lines = err.splitlines()
        # Prometheus, too, means the place behind a parenthesis.
        assert lines[0].startswith("weir query: 2:6: parse error: "), err
        assert lines[1:] == ["    + )", "       ^"], err


def tells_what_the_engine_warns_of():
    "warnings and infos go to standard error, and nothing found is said there"
    with Filled(CONFIG) as weir:
        status, out, err = weir.query("rate(level[5m])", *AT)
        assert status == EXIT_OK and "-1" in out, out
        assert err.startswith("weir query: info: PromQL info: "), err
        status, out, err = weir.query("nothing", *AT)
        assert (status, out) == (EXIT_OK, ""), out
        assert "there is nothing at" in err, err


def says_that_nobody_listens():
    "where nobody listens, it says so and what to do"
    url = "http://127.0.0.1:%d" % free_port()
    status, out, err = weir_call("query", "--url", url, "up")
    assert (status, out) == (EXIT_FAILURE, ""), out
    assert "nobody listens at " + url in err and "weir run" in err, err


def gives_up_after_its_timeout():
    "who listens and does not answer is given up after --timeout"
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        url = "http://127.0.0.1:%d" % silent.getsockname()[1]
        status, out, err = weir_call("query", "--url", url, "up", "--timeout",
                                     "10ms")
        assert (status, out) == (EXIT_FAILURE, ""), out
        assert "no answer from " + url in err and "--timeout" in err, err


def tells_other_servers_apart():
    "what answers but is no weir with an API is told apart"
    with Weir(CONFIG.replace("report api { }", "")) as weir:
        status, _, err = weir_call("query", "--url", weir.url(""), "up")
        assert status == EXIT_FAILURE, err
        assert "status 404" in err and "report api" in err, err


def ends_with_its_reader():
    "it ends quietly when the reader of its output has gone"
    with Filled(CONFIG) as weir:
        environment = dict(os.environ, **weir_environment(weir.folder))
        line = ("%s query --url %s level --start %d --end %d --step 100ms "
                "--format csv | head -n 1"
                % (weir_program(), weir.url(""), START_S, END_S))
        done = subprocess.run(["sh", "-c", line], env=environment,
                              capture_output=True, timeout=PATIENCE_S * 3,
                              check=False)
        assert done.returncode == 0, done
        assert done.stdout == b"__name__,site,tank,time,value\r\n", done.stdout
        assert done.stderr == b"", done.stderr
        with open("/dev/full", "wb") as full:
            done = subprocess.run(
                [weir_program(), "query", "--url", weir.url(""), "level", *AT],
                stdout=full, stderr=subprocess.PIPE, env=environment,
                timeout=PATIENCE_S * 3, check=False)
        assert done.returncode == EXIT_FAILURE, done
        assert b"cannot write: No space left" in done.stderr, done.stderr


def asks_a_store_that_nobody_holds():
    "a store that nobody holds gives the same answers, and is as it was"
    with Filled(CONFIG) as weir:
        answers = [weir.answer("level", *AT, "--format", form)
                   for form in ("json", "csv")]
        ranges = weir.answer("level", *RANGE, "--format", "json")
        status, out, err = weir_call("query", "--path", weir.store, "level")
        assert (status, out) == (EXIT_FAILURE, ""), out
        assert "process %d (" % weir.pid in err and "weir.conf" in err, err
        assert weir.stop() == EXIT_OK

        def ask(*arguments):
            status, out, err = weir_call("query", "--path", weir.store,
                                         *arguments)
            assert (status, err) == (EXIT_OK, ""), err
            return out
        for _ in range(2):
            assert [ask("level", *AT, "--format", form)
                    for form in ("json", "csv")] == answers
            assert ask("level", *RANGE, "--format", "json") == ranges
        status, out, err = weir_call("verify", "--full", weir.store)
        assert status == EXIT_OK, out + err
        status, out, err = weir_call("query", "--path", weir.store, "level +")
        assert status == EXIT_FAILURE and "^" in err, err
        with Weir(CONFIG, folder=weir.folder) as again:
            status, out, err = weir_call("query", "--url", again.url(""),
                                         "level", *RANGE, "--format", "json")
            assert (status, out) == (EXIT_OK, ranges), err


def refuses_what_is_no_store():
    "what is no store, or one that it cannot read, is left alone"
    with temporary_folder() as folder:
        for path in (folder, folder + "/none"):
            status, out, err = weir_call("query", "--path", path, "up")
            assert (status, out) == (EXIT_FAILURE, ""), out
            assert "is not a store" in err, err
        assert os.listdir(folder) == [], os.listdir(folder)
        write(folder + "/FORMAT", "weir tsdb 9 " + 32 * "0" + "\n")
        status, _, err = weir_call("query", "--path", folder, "up")
        assert status == EXIT_FAILURE, err
        assert "which a newer weir wrote" in err, err
        assert "cannot be opened" in err, err
        if os.geteuid() == 0:
            os.chown(folder, 65534, 65534)
            status, _, err = weir_call("query", "--path", folder, "up")
            assert status == EXIT_FAILURE and "user 65534" in err, err


def refuses_wrong_arguments():
    "a wrong command line ends with 2, and says what is due"
    for arguments, told in (
            ([], "an expression is due"),
            (["a", "b"], "in quotes"),
            (["-up"], "put -- before"),
            (["up", "--nonsense"], "no option --nonsense"),
            (["up", "--format"], "a value is due after --format"),
            (["up", "--format", "xml"], "table, csv, json or chart"),
            (["up", "--at", "soon"], "--at soon: a time is due"),
            (["up", "--at", "now", "--start", "-1h"], "which is it"),
            (["up", "--at", "now", "--format", "chart"], "a chart draws"),
            (["up", "--end", "now"], "--start is due"),
            (["up", "--step", "5"], "--start is due"),
            (["up", "--start", "now", "--end", "-1h"], "is after --end"),
            (["up", "--start", "-1d", "--step", "1s"], "are the most"),
            (["up", "--start", "-1h", "--step", "0"], "is the least"),
            (["up", "--timeout", "0"], "--timeout 0"),
            (["up", "--url", "x", "--path", "y"], "which is it"),
            (["up", "-c", "/nonexistent.conf"], "nonexistent.conf")):
        status, out, err = weir_call("query", *arguments)
        assert (status, out) == (EXIT_USAGE, ""), (arguments, status, out)
        assert told in err, (arguments, err)
    status, out, err = weir_call("query", "--help")
    assert (status, err) == (EXIT_OK, "") and "--start TIME" in out, out


run(shows_a_table, writes_csv, writes_the_answer_of_the_api, draws_a_chart,
    tells_a_terminal_no_more_than_text, asks_the_weir_of_a_configuration,
    points_at_what_is_wrong, tells_what_the_engine_warns_of,
    says_that_nobody_listens, gives_up_after_its_timeout, tells_other_servers_apart, ends_with_its_reader,
    asks_a_store_that_nobody_holds, refuses_what_is_no_store,
    refuses_wrong_arguments)
