"""three_processes.py - input, storage and report each in a weir of its own"""
import contextlib
import os

from programs import EXIT_OK, HOST_TO_METRICS, Weir
from weirtest import free_port, run, temporary_folder, wait_until

INPUT = """
interval = 1s
http { listen = {"127.0.0.1:@port"} }
input host { }
link main { connect = {"@endpoint"} @link }
"""

STORAGE = """
http { listen = {"127.0.0.1:@port"} }
storage memory:main { listen = {"@endpoint"} }
"""

REPORT = """
http { listen = {"127.0.0.1:@port"} }
link main { connect = {"@endpoint"} }
report exposition { }
"""


def now_of(weir):
    """The time of the last sample that the report gives; 0: none."""
    answer = weir.get("/metrics")
    if answer.status != 200:
        return 0
    for line in answer.text.splitlines():
        if line.startswith("node_time_seconds "):
            return float(line.split()[1])
    return 0


def wait_for_news(weir):
    """Waits until samples arrive that are younger than those of now."""
    then = now_of(weir)
    wait_until("younger samples", lambda: now_of(weir) > then)


def wait_for_same(one, three):
    """Both end up with the same series."""
    def differences():
        theirs = set(three.wait_for_series("node_load1"))
        ours = set(one.wait_for_series("node_load1"))
        return ours ^ theirs
    try:
        wait_until("the same series", lambda: not differences())
    except AssertionError:
        raise AssertionError("only in one: %s" % sorted(differences())[:20]) \
            from None


class Three:
    """The three processes on an endpoint."""

    def __init__(self, endpoint, link=""):
        self.input = Weir(INPUT, endpoint=endpoint, link=link)
        self.storage = Weir(STORAGE, endpoint=endpoint)
        self.report = Weir(REPORT, endpoint=endpoint)

    def __enter__(self):
        with contextlib.ExitStack() as stack:
            for weir in (self.storage, self.input, self.report):
                stack.enter_context(weir)
            self._stack = stack.pop_all()
        return self

    def __exit__(self, *error):
        self._stack.__exit__(*error)

    def still_answer(self, *weirs):
        for weir in weirs:
            assert weir.runs(), weir.log()
            assert weir.get("/-/healthy").status == 200


@contextlib.contextmanager
def over_tcp():
    with Three("tcp://127.0.0.1:%d" % free_port()) as three:
        yield three


def over_tcp_is_the_same():
    "three processes over tcp give the same series as one"
    with over_tcp() as three, Weir(HOST_TO_METRICS) as one:
        wait_for_same(one, three.report)


def packed_is_the_same():
    "batches that travel packed give the same series as one process"
    endpoint = "tcp://127.0.0.1:%d" % free_port()
    with Three(endpoint, "compress = rows") as three, \
            Weir(HOST_TO_METRICS) as one:
        wait_for_same(one, three.report)
        for _ in range(3):
            wait_for_news(three.report)
        three.storage.kill()
        three.storage.start()
        wait_for_news(three.report)
        assert "malformed" not in three.input.log() + three.storage.log()


def over_ipc_is_the_same():
    "three processes over ipc give the same series as one"
    with temporary_folder() as folder:
        endpoint = "ipc://" + os.path.join(folder, "link")
        with Three(endpoint) as three, Weir(HOST_TO_METRICS) as one:
            wait_for_same(one, three.report)


def input_may_die():
    "when the input is killed the others go on, and news come after its return"
    with over_tcp() as three:
        wait_for_news(three.report)
        three.input.kill()
        three.still_answer(three.storage, three.report)
        assert now_of(three.report) > 0
        three.input.start()
        wait_for_news(three.report)


def storage_may_die():
    "when the storage is killed the others go on, and news come after its return"
    with over_tcp() as three:
        wait_for_news(three.report)
        three.storage.kill()
        three.still_answer(three.input, three.report)
        assert three.report.get("/metrics").status in (200, 503)
        three.storage.start()
        three.still_answer(three.input, three.report)
        wait_until("samples", lambda: now_of(three.report))
        wait_for_news(three.report)


def report_may_die():
    "when the report is killed the others go on, and it knows all at its return"
    with over_tcp() as three:
        wait_for_news(three.report)
        three.report.kill()
        three.still_answer(three.input, three.storage)
        three.report.start()
        wait_until("samples", lambda: now_of(three.report))
        wait_for_news(three.report)


def any_order():
    "report and input may start before the storage is there"
    endpoint = "tcp://127.0.0.1:%d" % free_port()
    with Weir(REPORT, endpoint=endpoint, ready=False) as report, \
            Weir(INPUT, endpoint=endpoint, link="", ready=False) as source, \
            Weir(STORAGE, endpoint=endpoint) as storage:
        wait_until("samples", lambda: now_of(report))
        for weir in (source, report, storage):
            assert weir.stop() == EXIT_OK


def ends_without_storage():
    "an input whose storage is away ends in order all the same"
    endpoint = "tcp://127.0.0.1:%d" % free_port()
    config = "drain_timeout = 1s\n" + INPUT
    with Weir(config, endpoint=endpoint, link="", ready=False) as source:
        wait_until("healthy",
                   lambda: source.get("/-/healthy").status == 200)
        assert source.stop() == EXIT_OK


run(over_tcp_is_the_same, packed_is_the_same, over_ipc_is_the_same, input_may_die, storage_may_die,
    report_may_die, any_order, ends_without_storage)
