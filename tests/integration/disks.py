"""disks - disks of a test's own that fill up or lose their power, and clocks

After leave_mounts() what is mounted here goes with the process.  Needs root.
"""
import contextlib
import ctypes
import fcntl
import glob
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
    # libfaketime leaves files there when its program is killed.
    command("mount", "-t", "tmpfs", "none", "/dev/shm")


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


def clock_environment(path):
    """Has a program take the time from a file, see set_clock(); how long
    something takes stays true."""
    libraries = glob.glob("/usr/lib/*/faketime/libfaketimeMT.so.1")
    if not libraries:
        raise Skip("libfaketime is not installed")
    set_clock(path, "+0")
    return {"LD_PRELOAD": libraries[0], "FAKETIME_TIMESTAMP_FILE": path,
            "FAKETIME_CACHE_DURATION": "1", "FAKETIME_DISABLE_SHM": "1",
            "FAKETIME_DONT_FAKE_MONOTONIC": "1", "DONT_FAKE_MONOTONIC": "1"}


def set_clock(path, offset):
    """Puts a clock forward or back, such as by "+3h"; returns what ends that.
    """
    write(path + ".new", offset + "\n")
    os.rename(path + ".new", path)
    return lambda: set_clock(path, "+0")
