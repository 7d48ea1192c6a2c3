"""influx_ordered - the system that weir was ordered after runs against weir

It is influx_ordered.go, compiled with either of InfluxDB's Go clients; what it
prints against weir is, byte by byte, what it prints against influxd.
"""
import difflib
import os
import subprocess

from programs import InfluxDB, Weir, build_go
from weirtest import (PATIENCE_S, SOURCE, diagnose, run, temporary_folder,
                      write)

CONFIG = """
interval = 1s
http { listen = {"127.0.0.1:@port"} }
input influxdb { }
storage tsdb { retention = 0  future = 0 }
report influxql { drop = hide }
"""

PROGRAM = os.path.join(SOURCE, "tests", "integration", "influx_ordered.go")
CLIENTS = {"influxdb": "github.com/influxdata/influxdb/client/v2",
           "influxdb1": "github.com/influxdata/influxdb1-client/v2"}


def built(folder):
    """Returns the programs, by the names of their clients."""
    with open(PROGRAM, encoding="utf-8") as file:
        text = file.read()
    assert CLIENTS["influxdb"] in text
    return {name: build_go(folder, name + ".go", write(
        os.path.join(folder, name + ".go"),
        text.replace(CLIENTS["influxdb"], client)))
        for name, client in CLIENTS.items()}


def started(program, server, database):
    return subprocess.Popen(
        [program, server.url(""), database], text=True, encoding="utf-8",
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT)


def prints_the_same():
    "the ordered system prints against weir what it does against influxd"
    with temporary_folder() as folder, InfluxDB() as influxd, \
            Weir(CONFIG) as weir:
        programs = built(folder)
        running = {(name, who): started(program, server, "of_" + name)
                   for name, program in programs.items()
                   for who, server in (("influxd", influxd), ("weir", weir))}
        said = {key: program.communicate(timeout=PATIENCE_S * 5)[0].replace(
            "of_" + key[0], "ordered") for key, program in running.items()}
    theirs = said["influxdb", "influxd"]
    assert theirs.count("second ") == 20 and theirs.count("\n") > 1500, theirs
    for key, text in said.items():
        for line in list(difflib.unified_diff(
                theirs.splitlines(), text.splitlines(), "influxd",
                "%s against %s" % key, lineterm="", n=1))[:40]:
            diagnose(line)
    assert set(said.values()) == {theirs}, "what is printed differs"
    codes = [program.returncode for program in running.values()]
    assert codes == [0] * 4, codes


run(prints_the_same)
