"""smoke - the benches run, and what they count rather than time is right

How fast anything is, is no matter here: `make bench` measures.
"""
import os
import subprocess
import sys
import tempfile

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)),
                                "..", "integration"))
from weirtest import BUILD, PATIENCE_S, SOURCE, diagnose, run  # noqa: E402


def output_of(*command):
    """Runs a bench to its end and returns what it printed."""
    done = subprocess.run(command, stdin=subprocess.DEVNULL,
                          capture_output=True, text=True,
                          timeout=6 * PATIENCE_S, check=False)
    diagnose(done.stdout + done.stderr)
    assert done.returncode == 0, "it ended with %d" % done.returncode
    return done.stdout


def pipeline_loses_nothing():
    "no sample is lost and no memory asked for by the sample, over each transport"
    text = output_of(os.path.join(BUILD, "tests", "bench", "pipeline"),
                     "--seconds", "0.1")
    for transport in ("inproc", "ipc", "tcp"):
        assert text.count("\n" + transport) == 3, text


def collect_measures():
    "the cost of collecting is measured beside that of what else is installed"
    text = output_of(sys.executable,
                     os.path.join(SOURCE, "tests", "bench", "collect.py"),
                     "--seconds", "1", "--cycles", "60", "--starts", "1")
    for line in ("weir, scraped", "empty, weir's libraries",
                 "start to first sample", "SIGTERM to exit", "growth, not scraped"):
        assert line in text, "there is no line of " + line


def a_link_carries():
    "batches go over a link beside raw ZeroMQ, packed ones in fewer bytes"
    with tempfile.TemporaryDirectory() as folder:
        text = output_of(os.path.join(BUILD, "tests", "bench", "link"),
                         "--seconds", "0.1", "--rounds", "1",
                         "--folder", folder)
    for line in ("inproc", "ipc", "tcp", "tcp CURVE", "none ", "rows ",
                 "the disk alone", "the store is away", "it is back"):
        assert "\n" + line in text, text
    bytes_of = {tuple(words[:3]): float(words[3]) for words in
                map(str.split, text.splitlines()) if "CURVE" in words[2:3]}
    for way in ("live", "backlog"):
        assert bytes_of[way, "rows", "CURVE"] < bytes_of[way, "none", "CURVE"]


def a_store_takes_all_in():
    "the store takes in each kind of batch"
    with tempfile.TemporaryDirectory() as folder:
        text = output_of(os.path.join(BUILD, "tests", "bench", "store_ingest"),
                         "--path", os.path.join(folder, "store"),
                         "--cycles", "4", "--series", "1200")
    for case in ("rows-600", "rows-100", "rows-20", "loose", "behind",
                 "churn", "million"):
        assert "\n" + case in text, text


def store_measures():
    "a store that is measured gives each sample back, also after a crash"
    program = os.path.join(BUILD, "tests", "bench", "store")
    with tempfile.TemporaryDirectory() as folder:
        rows = os.path.join(folder, "rows")
        output_of(program, "make", "small", rows)
        for measure, line in (("size", "samples 40000"), ("size", "cold_parts 1"),
                              ("month", "month_raw_values 40000"),
                              ("replay", "replay_share 1")):
            text = output_of(program, measure, rows,
                             os.path.join(folder, line))
            assert line in text, "no %s in:\n%s" % (line, text)
            if measure == "month":
                found = dict(each.split() for each in text.splitlines())
                assert (int(found["month_once_values"])
                        == 3 * int(found["month_mean_values"]) > 0), text


def a_store_selects():
    "selectors are resolved, and the store starts from its log and its catalog"
    with tempfile.TemporaryDirectory() as folder:
        text = output_of(os.path.join(BUILD, "tests", "bench", "store_select"),
                         "--path", folder, "--series", "3000")
    assert text.count(" s, 3000 series") == 2, text
    assert "(all): 3000 " in text, text


def a_scrape_is_measured():
    "reading scrapes is measured, and each sample is counted"
    text = output_of(os.path.join(BUILD, "tests", "bench", "scrape"),
                     "--seconds", "0.1")
    for line in ("first scrape ", "later scrapes ", "memory "):
        assert text.count("\n" + line) == 2, text
    assert "samples were counted, not" not in text, text
    text = output_of(sys.executable,
                     os.path.join(SOURCE, "tests", "bench", "scrape.py"),
                     "--targets", "5", "--series", "100", "--interval", "0.5",
                     "--seconds", "1", "--no-rivals")
    for line in ("| weir, that scrapes ", "| weir, that stores ",
                 " 0 lost batches"):
        assert line in text, text


def questions_are_measured():
    "what is written is counted, and each question of the bench is answered"
    text = output_of(sys.executable,
                     os.path.join(SOURCE, "tests", "bench", "query.py"),
                     "--days", "0.1", "--hosts", "20", "--seconds", "0.1",
                     "--write-cycles", "5", "--no-rivals")
    for line in ("remote write", "a last value", "b max", "c avg", "d rate",
                 "e dashboard"):
        assert "\n| " + line in text, "there is no line of " + line


def a_herd_is_measured():
    "many agents send to one store, and come back when it was killed"
    text = output_of(sys.executable,
                     os.path.join(SOURCE, "tests", "bench", "herd.py"),
                     "--agents", "120", "--series", "10", "--interval", "1",
                     "--seconds", "1", "--away", "1")
    assert "never" not in text and "steady again after" in text, text


def an_outage_is_measured():
    "what was made while the store was away is spooled, and drains"
    text = output_of(sys.executable,
                     os.path.join(SOURCE, "tests", "bench", "outage.py"),
                     "--series", "1000", "--steady", "1", "--away", "3",
                     "--more", "sync = always")
    assert "times real time" in text, text
    assert "| 0 batches of the spool, 0 of the inputs |" in text, text


def line_protocol_is_measured():
    "what is written as line protocol, packed or not, is found again"
    text = output_of(sys.executable,
                     os.path.join(SOURCE, "tests", "bench", "influx.py"),
                     "--hosts", "20", "--cycles", "5", "--rounds", "1",
                     "--no-rivals")
    for line in ("one field a line", "ten fields a line", "ten fields, gzip"):
        assert "\n| " + line in text, "there is no line of " + line


run(pipeline_loses_nothing, a_link_carries, a_store_takes_all_in, a_store_selects,
    store_measures, questions_are_measured, collect_measures,
    a_herd_is_measured, a_scrape_is_measured, an_outage_is_measured,
    line_protocol_is_measured)
