"""ledger.py - samples that are numbers, to be counted in a store at the end
"""
import os
import re
import subprocess

from programs import weir_call, weir_environment
from weirtest import BUILD

# A run of the agent counts from its start in milliseconds, more slowly than
# time passes, so that no two runs count the same.
COUNT = ("i=$(date +%s%3N); echo $i >> starts; while :; do i=$((i+1)); "
         "echo ledger $i $i; echo; sleep 0.01; done")


def figure(agent, name):
    """The newest value of a figure of the link; 0 when there is none yet."""
    answer = agent.get("/metrics")
    found = re.search(r'^%s\{[^}]*link="main"[^}]*\} (\S+)' % name,
                      answer.text, re.M)
    return float(found[1]) if found else 0


def starts_of(agent):
    """From which number each run of the agent counts."""
    path = os.path.join(agent.folder, "starts")
    if not os.path.exists(path):
        return []
    with open(path, encoding="ascii") as file:
        return [int(line) for line in file]


def values_of(store):
    """What the store has of the ledger."""
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
