"""host_same_as_node_exporter.py - input host beside the real thing

Weir is asked before and after node-exporter: what only grows must lie between,
what fluctuates near, and all else must be the same.  The machine's own files
are compared first, then recorded ones of hardware that it may not have.
"""
import os
import re

from programs import NodeExporter, Weir
from weirtest import SOURCE, diagnose, run, wait_until

SHARE_LEAST = 0.98

CONFIG = """
interval = 500ms
http { listen = {"127.0.0.1:@port"} }
input host { @options }
storage memory { }
report exposition { }
"""

RECORDED = os.path.realpath(
    os.path.join(SOURCE, "plugins", "input", "host", "testdata"))

# Of node-exporter itself, not of the machine.
NOT_WANTED = re.compile(r"node_scrape_|node_exporter_")

# What need not be there, and why.
REASONS = (
    (r"node_(bcache|bonding|btrfs|cooling_device|edac|fibrechannel|hwmon"
     r"|infiniband|ipvs|md|nfs|nfsd|nvme|power_supply|rapl|tape|thermal_zone"
     r"|xfs|zfs)_", "of rarer hardware, which is to come later"),
    (r"node_systemd_", "of systemd's units, which is to come later"),
)

# By how much a value may differ from both of ours: it is another moment.
NEAR = (
    (r"node_load", 3),
    (r"node_procs_", 50),
    (r"node_filefd_allocated|node_nf_conntrack_entries$", 500),
    (r"node_memory_\w+_bytes|node_filesystem_\w+_bytes", 1 << 28),
    (r"node_filesystem_files", 10000),
    (r"node_disk_io_now", 100),
    (r"node_sockstat_\w+_bytes|node_udp_queues", 1 << 24),
    (r"node_sockstat_", 4096),
    (r"node_netstat_Tcp_CurrEstab|node_arp_entries", 50),
    (r"node_entropy_available_bits", 4096),
    (r"node_timex_(maxerror|estimated_error)_seconds", 1),
    (r"node_timex_", 0.1),
    (r"node_cpu_(scaling_)?frequency_hertz", 1e10),
    (r"node_cpu_seconds_total|node_cpu_guest_seconds_total", 0.03),
)

SERIES = re.compile(r'^([a-zA-Z_:][\w:]*)(?:\{(.*)\})? (\S+)$')
LABEL = re.compile(r'([a-zA-Z_]\w*)="((?:[^"\\]|\\.)*)"')
TYPE = re.compile(r"^# TYPE (\S+) (\S+)$", re.M)


class Page:
    """What /metrics said: node_... series and types.  A label without a value
    is none, as Prometheus sees it."""

    def __init__(self, text):
        self.types = dict(TYPE.findall(text))
        self.series = {}
        for line in text.splitlines():
            match = SERIES.match(line)
            if match and match[1].startswith("node_") and \
                    not NOT_WANTED.match(match[1]):
                labels = frozenset(pair for pair in LABEL.findall(match[2] or "")
                                   if pair[1])
                self.series[match[1], labels] = float(match[3])

    def find(self, wanted):
        """Returns the series with all the labels wanted, perhaps with more."""
        if wanted in self.series:
            return wanted
        name, labels = wanted
        return next((one for one in self.series
                     if one[0] == name and labels <= one[1]), None)


def written(series):
    name, labels = series
    return "%s{%s}" % (name, ",".join('%s="%s"' % pair
                                      for pair in sorted(labels)))


def pages(weir, exporter):
    """Returns ours, theirs, and ours after a later cycle.  Both have looked
    once before: the first look makes a difference to what they see."""
    exporter.metrics()
    weir.wait_for_series("node_load1", "node_filesystem_size_bytes")
    before = Page(weir.get("/metrics").text)
    theirs = Page(exporter.metrics().text)
    # Collectors of one look are not at one time, hence the tenth of a second.
    now = theirs.series["node_time_seconds", frozenset()]

    def later():
        page = Page(weir.get("/metrics").text)
        time = page.series.get(("node_time_seconds", frozenset()), 0)
        return page if time > now + 0.1 else None
    return before, theirs, wait_until("a later cycle", later)


def reason_of(series):
    for pattern, reason in REASONS:
        if re.match(pattern, series[0]):
            return reason
    return None


def may_differ(name):
    for pattern, most in NEAR:
        if re.match(pattern, name):
            return most
    return 0


def agrees(value, first, second, most):
    """Says whether a value lies between two, or nearer than 'most'."""
    rounding = 1e-9 * max(abs(first), abs(second))
    return min(first, second) - most - rounding <= value <= \
        max(first, second) + most + rounding


def compare(weir, exporter):
    """Returns what is missing, and what is wrong."""
    before, theirs, after = pages(weir, exporter)
    missing, wrong = [], []
    for series, value in theirs.series.items():
        first, second = before.find(series), after.find(series)
        if not first or not second:
            missing.append(series)
            continue
        if not agrees(value, before.series[first], after.series[second],
                      may_differ(series[0])):
            wrong.append("%s is %.17g, not between %.17g and %.17g" % (
                written(series), value, before.series[first],
                after.series[second]))
        if theirs.types[series[0]] != before.types.get(series[0]):
            wrong.append("%s is a %s, not a %s" % (
                series[0], before.types.get(series[0]),
                theirs.types[series[0]]))
    count = len(theirs.series)
    diagnose("%d series, %d missing, %d wrong; weir has %d" % (
        count, len(missing), len(wrong), len(before.series)))
    for series in missing:
        diagnose("missing: %s: %s" % (written(series),
                                      reason_of(series) or "why?"))
    assert count > 100, "node-exporter gives little"
    return count, missing, sorted(set(wrong))


def is_the_same_here():
    "gives what node-exporter gives of this machine, with the same values"
    with NodeExporter() as exporter, Weir(CONFIG, options="") as weir:
        count, missing, wrong = compare(weir, exporter)
        assert len(missing) <= (1 - SHARE_LEAST) * count, "too many missing"
        unexplained = [written(one) for one in missing if not reason_of(one)]
        assert not unexplained, unexplained
        assert not wrong, "\n".join(wrong)


def is_the_same_elsewhere():
    "gives what node-exporter gives of recorded files of other hardware"
    theirs = ["--path.procfs=" + RECORDED + "/proc",
              "--path.sysfs=" + RECORDED + "/sys",
              "--path.udev.data=" + RECORDED + "/udev",
              "--collector.textfile.directory=" + RECORDED + "/textfile",
              "--no-collector.netdev.netlink"]
    ours = "\n".join('%s = "%s/%s"' % (option, RECORDED, name)
                     for option, name in (
                         ("procfs", "proc"), ("sysfs", "sys"),
                         ("udev", "udev"), ("textfile_directory", "textfile")))
    with NodeExporter(*theirs) as exporter, \
            Weir(CONFIG, options=ours) as weir:
        _, missing, wrong = compare(weir, exporter)
        assert not missing, [written(one) for one in missing]
        assert not wrong, "\n".join(wrong)


run(is_the_same_here, is_the_same_elsewhere)
