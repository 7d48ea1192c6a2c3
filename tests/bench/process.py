"""process - what a process has taken so far"""
import re
import time


def cpu_ns(pid):
    """CPU time of all its threads; clock_getcpuclockid(3) has this number."""
    return time.clock_gettime_ns((~pid << 3) | 2)


def cpu_s(pid):
    return cpu_ns(pid) / 1e9


def resident_mib(pid):
    """Memory that it has in the machine now."""
    with open("/proc/%d/status" % pid, encoding="ascii") as file:
        return int(re.search(r"VmRSS:\s+(\d+)", file.read())[1]) / 1024
