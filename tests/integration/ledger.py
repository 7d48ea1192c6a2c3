"""ledger - samples with a number each, and what a store has of them

An `input exec:ledger` counts up; the number is the sample's time, too, in
milliseconds.  Each run of it notes from where it counts.
"""
import os
import re
import subprocess

from programs import weir_call, weir_environment
from weirtest import BUILD

# A run counts from its start in milliseconds, more slowly than time passes, so
# that no two runs of a folder count the same.
COUNT = ("i=$(date +%s%3N); echo $i >> starts; while :; do i=$((i+1)); "
         "echo ledger $i $i; echo; sleep 0.01; done")

STORE = """
http { listen = {"127.0.0.1:@port"} }
storage tsdb:main {
    path = "store"
    listen = {"@endpoint"}
    flush_interval = 2s
    retention = 0
}
"""


def figure(weir, name, link="main"):
    """The newest value of a figure of a link; 0 when there is none yet."""
    found = re.search(r'^%s\{[^}]*link="%s"[^}]*\} (\S+)' % (name, link),
                      weir.get("/metrics").text, re.M)
    return float(found[1]) if found else 0


def starts_of(weir):
    """From which number each run of the ledger counts."""
    path = os.path.join(weir.folder, "starts")
    if not os.path.exists(path):
        return []
    with open(path, encoding="ascii") as file:
        return [int(line) for line in file]


def values_of(store):
    """What a store that has ended has of all ledgers."""
    environment = weir_environment(store.folder)
    path = os.path.join(environment["STATE_DIRECTORY"], "store")
    status, said, err = weir_call("verify", "--full", path)
    assert status == 0, said + err
    text = subprocess.run(
        [os.path.join(BUILD, "plugins/storage/tsdb/dump"), "path=" + path],
        env=dict(os.environ, **environment), capture_output=True, check=True,
        text=True).stdout
    return [int(float(line.split()[1])) for line in text.splitlines()
            if line.startswith("ledger") and " NaN " not in line]


def expect_each_once(values, start, last):
    """All numbers after 'start', up to 'last', are there, each once."""
    have = [value for value in values if start < value <= last]
    assert len(set(have)) == len(have), "twice"
    missing = sorted(set(range(start + 1, last + 1)) - set(have))
    assert not missing, "of %d after %d missing: %s" % (
        last - start, start, missing[:20])
