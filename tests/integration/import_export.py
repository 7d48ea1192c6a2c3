"""import_export.py - weir import and weir export, as people use them

Files go into a store that nobody holds, and into a weir that runs; what goes
wrong on the way, whatever it is, leaves the store as it was.
"""
import contextlib
import gzip
import os
import pty
import random
import re
import resource
import select
import signal
import subprocess
import time

from programs import Weir, weir_call, weir_environment, weir_program
from weirtest import (PATIENCE_S, diagnose, need, run, temporary_folder,
                      wait_until, write)

CONF = """
http { listen = {"127.0.0.1:@port"} }
storage tsdb { path = "store"  retention = 0  series = 50000 }
report api { }
"""

# All that a value, a label and a time can be; the last line is a stale marker.
ODD = r"""# HELP odd_total What it \\ \"is\"\nis.
# TYPE odd_total counter
odd_total{a="\"b\\\n,=c ",b="x"} 1 1700000000000
odd_total{a="\"b\\\n,=c ",b="x"} NaN 1700000001000
odd_total{a="\"b\\\n,=c ",b="x"} +Inf 1700000002000
odd_total{a="\"b\\\n,=c ",b="x"} -Inf 1700000003000
odd_total{a="\"b\\\n,=c ",b="x"} 5e-324 1700000004000
odd_total{a="\"b\\\n,=c ",b="x"} 1.7976931348623157e+308 1700000005000
odd_total{a="\"b\\\n,=c ",b="x"} -0 1700000006000
odd_total{a="\"b\\\n,=c ",b="x"} 0.1 1800000007001
# HELP weir_stale odd_total{a="\"b\\\n,=c ",b="x"} 1700000008000
"""


def store_of(folder):
    return os.path.join(folder, "store")


def call(*arguments, want=0, folder=None):
    """Runs weir, expects that status, and returns what it said."""
    status, out, err = weir_call(*arguments, folder=folder)
    assert status == want, "%d: %s" % (status, err)
    return out if want == 0 and arguments[0] == "export" else err


def exported(path, *arguments):
    return call("export", "--path", path, *arguments)


def samples_of(text):
    """The text without what a metric is, which CSV does not say."""
    return [line for line in text.splitlines()
            if not line.startswith(("# TYPE ", "# HELP odd_total "))]


def many(count, series=50):
    """Lines of an exposition, out of order in time."""
    return "".join('many{s="%d",name="a label of some length"} %d %d\n' %
                   (i % series, i, 1700000000000 + (i * 7919 % count) * 1000)
                   for i in range(count))


def begin(folder, *arguments):
    """Starts weir in the background."""
    return subprocess.Popen(
        [weir_program(), *arguments],
        env=dict(os.environ, **weir_environment(folder)), cwd=folder,
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE)


def comes_back_the_same():
    "what is exported and imported again is the same, in each format"
    with temporary_folder() as folder:
        file = write(os.path.join(folder, "odd.prom"), ODD + many(10000))
        store = store_of(folder)
        said = call("import", "--path", store, "--set", "future = 0", file)
        assert re.search(r"imported 10009 samples of 51 series, from "
                         r"2023-11-14T22:13:20Z until .*samples/s\)", said), said
        first = exported(store)
        assert first.endswith("# EOF\n") and "weir_stale odd_total" in first
        assert '\n# TYPE odd counter\n' in first, first
        for form in "openmetrics", "prometheus", "csv":
            copy = os.path.join(folder, form)
            text = os.path.join(folder, form + ".txt")
            exported(store, "--format", form, "-o", text)
            call("import", "--path", copy, "--set", "future = 0", text)
            for other in "prometheus", "csv":
                assert samples_of(exported(copy, "--format", other)) == \
                    samples_of(exported(store, "--format", other)), form
        lines = os.path.join(folder, "lines")
        text = exported(store, "--format", "influx", "--match", "many")
        call("import", "--path", lines, write(lines + ".txt", text))
        assert exported(lines) == exported(store, "--match", "many")


def takes_a_part():
    "selectors and times say what is exported"
    with temporary_folder() as folder:
        file = write(os.path.join(folder, "a"),
                     'a{b="1"} 1 1000\na{b="1"} 2 2000\na{b="2"} 3 3000\nc 4 4000\n')
        store = store_of(folder)
        call("import", "--path", store, file)
        text = exported(store, "--format", "csv", "--match", 'a{b="1"}',
                        "--match", "c", "--start", "2",
                        "--end", "1970-01-01T00:00:04Z")
        assert text == ("__name__,b,time,value\n"
                        "a,1,1970-01-01T00:00:02Z,2\n"
                        "c,,1970-01-01T00:00:04Z,4\n"), text
        assert "parse error" in call("export", "--path", store, "--match", "a{",
                                     want=2)


def reads_many_files():
    "files of several formats, packed ones too, go in together"
    with temporary_folder() as folder:
        store = store_of(folder)
        files = [write(os.path.join(folder, "a.prom"), "a 1 1000\n"),
                 write(os.path.join(folder, "b.gz"),
                       gzip.compress(b"b 1 1.5\n# EOF\n")),
                 write(os.path.join(folder, "c.lp"), "c d=1,e=2 1000000000\n"),
                 write(os.path.join(folder, "d.csv"),
                       "__name__,time,value\nd,1970-01-01T00:00:01Z,1\n")]
        call("import", "--path", store, *files)
        text = exported(store, "--format", "csv")
        assert sorted(line.split(",")[0] for line in text.splitlines()[1:]) == [
            "a", "b", "c_d", "c_e", "d"], text


def reads_standard_input():
    "a dash is standard input, whose format must be clear"
    with temporary_folder() as folder:
        store = store_of(folder)
        for form, status in (("--quiet", 1), ("--format=prometheus", 0)):
            done = begin(folder, "import", "--path", store, form, "-")
            _, err = done.communicate(b"a 1 1000\n", PATIENCE_S)
            assert done.returncode == status, err
        assert "a 1 1\n" in exported(store)


def refuses_all_of_it():
    "one bad line far behind in the last file, and nothing is imported"
    with temporary_folder() as folder:
        store = store_of(folder)
        call("import", "--path", store,
             write(os.path.join(folder, "a"), "a 1 1000\n"))
        before = exported(store)
        good = write(os.path.join(folder, "good"), many(1000))
        bad = write(os.path.join(folder, "bad"),
                    many(300000) + "many{s=1} 1 1\n")
        said = call("import", "--path", store, good, good, bad, want=1)
        assert bad + ":300001: a name, or a name with labels" in said, said
        assert '"many{s=1} 1 1"' in said and "nothing was imported" in said
        said = call("import", "--dry-run", good, bad, want=1)
        assert ":300001:" in said, said
        said = call("import", "--path", store, good,
                    write(os.path.join(folder, "untimed"), "a 1\n"), want=1)
        assert ":1: has no time; --time" in said, said
        assert exported(store) == before
        assert not os.path.exists(os.path.join(store, "import"))
        assert "checked 1000 samples" in call("import", "--dry-run", good)


def says_which_limit():
    "limits of the store refuse an import, and say so"
    with temporary_folder() as folder:
        store = store_of(folder)
        file = write(os.path.join(folder, "a"), many(1000))
        said = call("import", "--path", store, "--set", "series = 10", file,
                    want=1)
        assert "series" in said and "nothing was imported" in said, said
        said = call("import", "--path", store, "--set", "retention = 1d", file,
                    want=1)
        assert "retention keeps only what came after" in said, said
        assert exported(store) == "# EOF\n"


def says_who_holds_it():
    "a store that weir holds is not touched, and the user told what to do"
    with Weir(CONF) as weir:
        store = os.path.join(weir_environment(weir.folder)["STATE_DIRECTORY"],
                             "store")
        said = call("export", "--path", store, want=1)
        assert "is held by process %d (weir)" % weir.pid in said, said
        assert "leave out --path" in said, said
    with temporary_folder() as folder:
        said = call("export", "--path", folder, want=1)
        assert "there is no store in" in said, said
        assert not os.listdir(folder) or os.listdir(folder) == ["state"]


def survives_kills():
    "an import that is killed leaves the store as it was, or is there as a whole"
    seed = int(os.environ.get("WEIR_SEED") or time.time_ns() % 2**32)
    chance = random.Random(seed)
    diagnose("WEIR_SEED=%d" % seed)
    with temporary_folder() as folder:
        store = store_of(folder)
        call("import", "--path", store,
             write(os.path.join(folder, "a"), "a 1 1000\n"))
        before = exported(store)
        file = write(os.path.join(folder, "many"), many(400000))
        started = time.monotonic()
        call("import", "--path", os.path.join(folder, "other"), file)
        whole_s = time.monotonic() - started
        kills, wholes = 0, 0
        for _ in range(12):
            process = begin(folder, "import", "--path", store, file)
            time.sleep(chance.uniform(0, whole_s * 1.1))
            process.kill()
            process.communicate()
            after = exported(store)
            kills += 1
            if after != before:
                wholes += 1
                assert after.count("\nmany{") == 400000, "in part"
                status, out, err = weir_call("verify", "--full", store)
                assert status == 0, out + err
                subprocess.run(["rm", "-r", store], check=True)
                call("import", "--path", store, os.path.join(folder, "a"))
        diagnose("%d kills, %d of them too late" % (kills, wholes))
        call("import", "--path", store, file)
        assert exported(store).count("\nmany{") == 400000
        assert not os.path.exists(os.path.join(store, "import"))


def ends_when_interrupted():
    "an interrupt ends an import, and leaves nothing behind"
    with temporary_folder() as folder:
        store = store_of(folder)
        process = begin(folder, "import", "--path", store, "--format",
                        "prometheus", "-")
        process.stdin.write(many(100000).encode())
        process.stdin.flush()
        wait_until("the import runs",
                   lambda: os.path.exists(os.path.join(store, "import")))
        process.send_signal(signal.SIGINT)
        _, err = process.communicate(many(400000).encode(), PATIENCE_S)
        assert process.returncode == 1 and b"interrupted" in err, err
        assert not os.path.exists(os.path.join(store, "import"))
        assert exported(store) == "# EOF\n"


@contextlib.contextmanager
def small_disk(folder):
    """A disk of 160 MiB, or None where none can be mounted."""
    path = os.path.join(folder, "disk")
    os.mkdir(path)
    done = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=160m", "none",
                           path], capture_output=True, check=False)
    try:
        yield path if done.returncode == 0 else None
    finally:
        if done.returncode == 0:
            subprocess.run(["umount", path], check=True)


def survives_a_full_disk():
    "an import that the disk has no room for leaves the store as it was"
    with temporary_folder() as folder, small_disk(folder) as disk:
        file = write(os.path.join(folder, "many"), "".join(
            'noise{s="%d"} %r %d\n' % (i % 10, random.random(), 1700000000000 + i)
            for i in range(400000)))
        if not disk:
            diagnose("no tmpfs can be mounted here: a limit of files' sizes "
                     "stands for it")
            disk = folder
        store = os.path.join(disk, "store")
        call("import", "--path", store,
             write(os.path.join(folder, "a"), "a 1 1000\n"))
        before = exported(store)
        if disk == folder:
            process = subprocess.run(
                [weir_program(), "import", "--path", store, file],
                env=dict(os.environ, **weir_environment(folder)),
                capture_output=True, check=False, preexec_fn=limit_files)
            status, said = process.returncode, process.stderr.decode()
        else:
            free = os.statvfs(disk)
            write(os.path.join(disk, "filler"),
                  b"x" * (free.f_bavail * free.f_bsize - (2 << 20)))
            status, _, said = weir_call("import", "--path", store, file)
            os.unlink(os.path.join(disk, "filler"))
        assert status == 1 and "nothing was imported" in said, said
        assert exported(store) == before
        assert not os.path.exists(os.path.join(store, "import"))
        call("import", "--path", store, file)


def limit_files():
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1 << 20, 1 << 20))


def url_of(weir):
    return "--url=" + weir.url("/").rstrip("/")


def reaches_a_weir_that_runs():
    "a weir that runs takes an import as a whole, and gives an export"
    with Weir(CONF) as weir:
        file = write(os.path.join(weir.folder, "many"), many(20000))
        said = call("import", url_of(weir), file)
        assert "imported 20000 samples of 50 series" in said, said
        text = call("export", url_of(weir))
        assert text.count("\nmany{") == 20000 and text.endswith("# EOF\n")
        store = os.path.join(weir_environment(weir.folder)["STATE_DIRECTORY"],
                             "store")
        answer = weir.get("/api/v1/series?match[]=many")
        assert answer.text.count('"s"') == 50, answer.text
        assert "refuses it" in call(
            "import", url_of(weir),
            write(os.path.join(weir.folder, "wide"), "".join(
                'wide{s="%d"} 1 1700000000000\n' % i for i in range(60000))),
            want=1)
        assert "no store tsdb called" in call(
            "import", url_of(weir), "--store", "other", file, want=1)
        weir.kill()
        assert exported(store) == text
        weir.start()
        assert call("export", url_of(weir)) == text
    assert "Connection refused" in call("export", url_of(weir), want=1)


def runs_on_when_killed_meanwhile():
    "a weir that is killed during an import has all of it, or nothing"
    seed = int(os.environ.get("WEIR_SEED") or time.time_ns() % 2**32)
    chance = random.Random(seed)
    diagnose("WEIR_SEED=%d" % seed)
    with Weir(CONF) as weir:
        call("import", url_of(weir),
             write(os.path.join(weir.folder, "a"), "a 1 1000\n"))
        before = call("export", url_of(weir))
        file = write(os.path.join(weir.folder, "many"), many(100000))
        for _ in range(5):
            process = begin(weir.folder, "import", url_of(weir), file)
            time.sleep(chance.uniform(0, 1.2))
            weir.kill()
            process.communicate(timeout=PATIENCE_S * 3)
            weir.start()
            after = call("export", url_of(weir))
            if after != before:
                assert after.count("\nmany{") == 100000, "in part"
                assert process.returncode in (0, 1)
        call("import", url_of(weir), file)
        assert call("export", url_of(weir)).count("\nmany{") == 100000


def shows_a_bar():
    "on a terminal there is a bar, elsewhere there is none"
    with temporary_folder() as folder:
        file = write(os.path.join(folder, "many"), many(300000))
        leader, follower = pty.openpty()
        with subprocess.Popen(
                [weir_program(), "import", "--path", store_of(folder), file],
                env=dict(os.environ, **weir_environment(folder)),
                stderr=follower) as process:
            os.close(follower)
            said = b""
            with contextlib.suppress(OSError):
                while select.select([leader], [], [], PATIENCE_S)[0]:
                    said += os.read(leader, 4096)
            process.wait(PATIENCE_S)
        os.close(leader)
        assert b" %" in said and b"M samples" in said and b"[" in said, said


def promtool_reads_it():
    "promtool makes a block of an export that has no stale markers"
    promtool = need("promtool")
    with temporary_folder() as folder:
        file = write(os.path.join(folder, "a"),
                     "# TYPE a_total counter\n" + many(1000).replace(
                         "many", "a_total"))
        store = store_of(folder)
        call("import", "--path", store, file)
        text = write(os.path.join(folder, "a.om"), exported(store))
        done = subprocess.run(
            [promtool, "tsdb", "create-blocks-from", "openmetrics", text,
             os.path.join(folder, "blocks")], capture_output=True, check=False)
        assert done.returncode == 0, done.stderr


run(comes_back_the_same, takes_a_part, reads_many_files, reads_standard_input,
    refuses_all_of_it, says_which_limit, says_who_holds_it, survives_kills,
    ends_when_interrupted, survives_a_full_disk, reaches_a_weir_that_runs,
    runs_on_when_killed_meanwhile, shows_a_bar, promtool_reads_it)
