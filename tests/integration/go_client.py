"""go_client.py - a Go program with client_golang's API client asks weir"""
import json
import subprocess
import time

from programs import Weir, build_go
from promql_data import WRITE_HEADERS, write_request
from weirtest import PATIENCE_S, fetch, run, temporary_folder, wait_until

LABELS = {"__name__": "go_test", "job": "a\u00fc", "path": "/x"}

CONFIG = """
interval = 1s
http { listen = {"127.0.0.1:@port"} }
input self { }
input remote_write { }
input prometheus:down { targets = {"127.0.0.1:1"} }
storage tsdb { }
report api { }
"""


def tell(program, weir, query):
    """Returns what the program says of each of its calls."""
    done = subprocess.run([program, weir.url(""), query], capture_output=True,
                          text=True, timeout=PATIENCE_S * 3, check=False)
    assert done.returncode == 0, done.stderr
    return {name: json.loads(said) for name, _, said in
            (line.partition(" ") for line in done.stdout.splitlines())}


def all_of_client_golang():
    "everything that client_golang asks is answered as it expects"
    now_ms = int(time.time() * 1000)
    with temporary_folder() as folder, Weir(CONFIG) as weir:
        program = build_go(folder, "go_client.go")
        body = write_request(
            [(LABELS, [(1000 * i, i / 2) for i in range(30)])], now_ms - 40000)
        answer = fetch(weir.url("/api/v1/write"), body, WRITE_HEADERS)
        assert answer.status in (200, 204), answer.text
        wait_until("a target", lambda: "scrape_target_info" in weir.get(
            "/api/v1/label/__name__/values").text)
        said = tell(program, weir, "go_test")

        wrong = said.pop("wrong")
        assert wrong["type"] == "bad_data" and "1:5: parse error" in \
            wrong["error"], wrong
        failed = {name: what for name, what in said.items() if "error" in what}
        assert not failed, failed
        sample = said["query"]["value"][0]
        assert sample["metric"] == LABELS and sample["value"][1] == "14.5", \
            sample
        assert said["timeout"]["value"][0]["metric"] == LABELS, said
        matrix = said["query_range"]["value"]
        assert [row["metric"] for row in matrix] == [LABELS], matrix
        assert matrix[0]["values"][-1][1] == "14.5", matrix
        assert said["labels"]["value"] == sorted(LABELS), said["labels"]
        assert said["values"]["value"] == [LABELS["job"]], said["values"]
        assert said["series"]["value"] == [LABELS], said["series"]
        assert said["metadata"]["value"] and said["runtimeinfo"]["value"], said
        target = said["targets"]["value"][0]
        assert target["health"] == "down" and target["lastError"], target
        assert target["scrapeUrl"] == "http://127.0.0.1:1/metrics", target
        assert said["buildinfo"]["value"].startswith("3."), said


run(all_of_client_golang)
