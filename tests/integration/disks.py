"""disks - disks of a test's own that fill up or lose their power, and clocks

After leave_mounts() what is mounted here goes with the process.  Needs root.
"""
import contextlib
import ctypes
import fcntl
import os
import struct
import subprocess

from weirtest import Skip, need, write

CLONE_NEWNS = 0x00020000
MS_REC, MS_PRIVATE = 0x4000, 0x40000
EXT4_IOC_SHUTDOWN = 0x8004587D
GOING_WITHOUT_FLUSH = 2  # even its journal

_libc = ctypes.CDLL(None, use_errno=True)


def call(function, *arguments):
    """Calls one of libc's functions that set errno."""
    if function(*arguments) != 0:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))


def command(*words):
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    assert done.returncode == 0, "%s: %s" % (" ".join(words), done.stderr)


def leave_mounts():
    """From now on what this process mounts is its own."""
    try:
        call(_libc.unshare, CLONE_NEWNS)
    except OSError as error:
        raise Skip("mount namespaces: %s" % error) from None
    call(_libc.mount, b"none", b"/", None, MS_REC | MS_PRIVATE, None)


def mount_memory(path, size):
    """Mounts a disk of a size such as "24m" that is gone when it is unmounted.
    """
    os.makedirs(path, exist_ok=True)
    command("mount", "-t", "tmpfs", "-o", "size=" + size, "none", path)


def fill(path):
    """Takes all room of a disk; returns what gives it back."""
    name = os.path.join(path, "ballast")
    with contextlib.suppress(OSError), open(name, "wb", 0) as file:
        while True:
            file.write(bytes(1 << 16))

    def mend():
        with contextlib.suppress(FileNotFoundError):
            os.remove(name)
    return mend


class Disk:
    """A file system in a file, mounted at a folder; nothing gets to it but by
    sync, for minutes."""

    def __init__(self, path, image, size):
        self._path = path
        self._image = image
        os.makedirs(path, exist_ok=True)
        command("truncate", "-s", size, image)
        command(need("mkfs.ext4"), "-q", "-F", image)
        self._mount()

    def _mount(self):
        command("mount", "-o", "loop,commit=300", self._image, self._path)

    def lose_power(self):
        """From now on nothing is written, nor what waits to be."""
        folder = os.open(self._path, os.O_RDONLY)
        try:
            fcntl.ioctl(folder, EXT4_IOC_SHUTDOWN,
                        struct.pack("I", GOING_WITHOUT_FLUSH))
        finally:
            os.close(folder)

    def get_power(self):
        """Mounts it again; nobody has a file open there."""
        command("umount", self._path)
        self._mount()


# Clocks ---------------------------------------------------------------------------

# In place of libfaketime, which also bends how long a program waits.
CLOCK = r"""
#include <fcntl.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

static const volatile long *offset_s;

__attribute__((constructor)) static void
look(void)
{
    int fd = open(getenv("WEIR_TEST_CLOCK"), O_RDONLY | O_CLOEXEC);

    if (fd >= 0)
        offset_s = mmap(NULL, sizeof(long), PROT_READ, MAP_SHARED, fd, 0);
    if (fd < 0 || offset_s == MAP_FAILED)
        _exit(77);
    close(fd);
}

int
clock_gettime(clockid_t clock, struct timespec *time)
{
    int rc = (int)syscall(SYS_clock_gettime, clock, time);

    if (rc == 0 && (clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE))
        time->tv_sec += offset_s ? *offset_s : 0;
    return rc;
}

int
gettimeofday(struct timeval *time, void *zone)
{
    struct timespec now;

    clock_gettime(CLOCK_REALTIME, &now);
    *time = (struct timeval){now.tv_sec, now.tv_nsec / 1000};
    return 0;
}

time_t
time(time_t *time)
{
    struct timespec now;

    clock_gettime(CLOCK_REALTIME, &now);
    if (time)
        *time = now.tv_sec;
    return now.tv_sec;
}
"""


def clock_environment(path):
    """Has a program take the wall clock from a file, see set_clock(); how long
    something takes stays true."""
    source = write(path + ".c", CLOCK)
    command(os.environ.get("WEIR_TEST_CC", "cc"), "-O1", "-w", "-fPIC",
            "-shared", source, "-o", path + ".so")
    with open(path, "wb") as file:
        file.write(bytes(8))
    return {"LD_PRELOAD": path + ".so", "WEIR_TEST_CLOCK": path}


def set_clock(path, offset_s):
    """Puts a clock forward or back by seconds; returns what ends that."""
    with open(path, "r+b", 0) as file:
        file.write(struct.pack("@l", offset_s))
    return lambda: set_clock(path, 0)
