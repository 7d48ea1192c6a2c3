"""bad_input.py - what is wrong gets one clear line; nothing else stops"""
import os
import random
import re
import socket
import subprocess

from programs import (EXIT_FAILURE, EXIT_OK, EXIT_USAGE, HOST_TO_METRICS, Weir,
                      build_plugin, link_plugins, weir_call,
                      weir_environment, weir_program)
from weirtest import (PATIENCE_S, diagnose, fill, free_port, need, run,
                      temporary_folder, wait_until, write)

SEED = int(os.environ.get("WEIR_SEED", str(random.SystemRandom().getrandbits(31))))

ODD_HEAD = """
#include <weir/plugin.h>

static const struct weir_plugin odd = {.help = "Is odd."};
extern WEIR_API const struct weir_head odd_LTX_weir_plugin;
const struct weir_head odd_LTX_weir_plugin = {
    WEIR_ABI + @abi, sizeof(struct weir_plugin) + @size, WEIR_KIND_INPUT, &odd};
"""


def config_with(folder, statements="input host { }\n"):
    return write(os.path.join(folder, "weir.conf"), fill("""
http { listen = {"127.0.0.1:@port"} }
storage memory { }
""", port=free_port()) + statements)


def refuse(*arguments, says, **options):
    """weir run ends as for a wrong configuration, with one line that matches.
    """
    status, out, err = weir_call("run", *arguments, **options)
    assert status == EXIT_USAGE, "status %d: %s" % (status, err)
    assert out == "", out
    lines = err.splitlines()
    assert [line for line in lines if re.search(says, line)], err
    return lines


# Configurations -------------------------------------------------------------------

def missing_configuration():
    "a missing configuration gets one line with its name"
    lines = refuse("-c", "/no/such/weir.conf", says=r"/no/such/weir\.conf")
    assert len(lines) == 1, lines


def folder_as_configuration():
    "a folder for a configuration gets one line with its name"
    with temporary_folder() as folder:
        assert len(refuse("-c", folder, says=re.escape(folder))) == 1


def empty_configuration():
    "an empty configuration gets a line that says what it lacks"
    with temporary_folder() as folder:
        path = write(folder + "/empty.conf", "")
        assert len(refuse("-c", path, says=r"empty\.conf")) == 1


def unreadable_configuration():
    "an unreadable configuration gets one line with its name"
    with temporary_folder() as folder:
        path = config_with(folder)
        os.chmod(path, 0)
        command = [weir_program(), "run", "-c", path]
        if os.geteuid() == 0:  # root reads everything but for these two
            command = [need("setpriv"), "--bounding-set",
                       "-dac_override,-dac_read_search", *command]
        done = subprocess.run(
            command, capture_output=True, text=True, timeout=PATIENCE_S,
            env=dict(os.environ, **weir_environment(folder)), check=False)
        assert done.returncode == EXIT_USAGE, done
        lines = done.stderr.splitlines()
        assert len(lines) == 1 and path in lines[0], lines


def binary_configuration():
    "random bytes for a configuration get a line each time, and never a crash"
    diagnose("seed %d" % SEED)
    chance = random.Random(SEED)
    with temporary_folder() as folder:
        for _ in range(20):
            bytes_ = chance.randbytes(chance.randrange(1, 2000))
            path = write(folder + "/binary.conf", bytes_)
            refuse("-c", path, says=r"binary\.conf")
        with open(weir_program(), "rb") as file:
            path = write(folder + "/program.conf", file.read(100000))
        refuse("-c", path, says=r"program\.conf")


def half_configuration():
    "a configuration cut off anywhere is refused with its line, or whole"
    with temporary_folder() as folder:
        with open(config_with(folder, "report exposition { }\n"
                              "input host { interval = 1s }\n"),
                  encoding="ascii") as file:
            text = file.read()
        for length in range(1, len(text), 7):
            path = write(folder + "/half.conf", text[:length])
            status, _, err = weir_call("check", "-c", path)
            assert status in (EXIT_OK, EXIT_USAGE), (length, status, err)
            if status == EXIT_USAGE:
                assert re.search(r"half\.conf(:\d+)?: ", err), err


def several_mistakes():
    "all mistakes are told in one run, each with file, line and what is near"
    with temporary_folder() as folder:
        path = config_with(folder, 'input host { intervall = 1s }\n'
                           'input hots { }\n'
                           'input host:b { interval = 10 }\n'
                           'report exposition { from = {"nowhere"} }\n')
        lines = refuse("-c", path, says=r'weir\.conf:4: .*"?interval\b')
        for line, says in ((5, "host"), (6, "10"), (7, "nowhere")):
            assert [one for one in lines
                    if "weir.conf:%d: " % line in one and says in one], lines


def check_is_like_run():
    "weir check says the same of it and runs nothing"
    with temporary_folder() as folder:
        path = config_with(folder, "inputt host { }\n")
        status, _, err = weir_call("check", "-c", path)
        assert status == EXIT_USAGE and "weir.conf:4: " in err, err
        status, _, err = weir_call("check", "-c", config_with(folder))
        assert status == EXIT_OK, err


def unknown_words():
    "an unknown command or switch gets a line and status 2"
    for arguments in (["dance"], ["--dance"], ["run", "--dance"],
                      ["run", "-c"], ["run", "more"], ["check", "-x"],
                      ["plugins", "no_such/kind"]):
        status, _, err = weir_call(*arguments)
        assert status == EXIT_USAGE, (arguments, status, err)
        assert err.strip(), arguments


# Plugins --------------------------------------------------------------------------

def plugin_that_is_none():
    "a file that is no plugin is refused with its path"
    with temporary_folder() as folder:
        plugins = link_plugins(folder + "/plugins")
        write(plugins + "/input/odd.so", "no plugin\n")
        refuse("-c", config_with(folder, "input odd { }\n"),
               says=r"weir\.conf:4: .*odd\.so", plugins=plugins)


def library_that_is_no_plugin():
    "a shared object that declares no plugin is refused with its path"
    with temporary_folder() as folder:
        plugins = build_plugin(folder + "/plugins", "input", "odd",
                               "int nothing;\n")
        refuse("-c", config_with(folder, "input odd { }\n"),
               says=r"weir\.conf:4: .*odd\.so", plugins=plugins)


def plugin_with_a_hole():
    "a plugin that lacks a function is refused with the function's name"
    with temporary_folder() as folder:
        plugins = build_plugin(folder + "/plugins", "input", "odd", """
#include <weir/plugin.h>
int weir_of_next_year(void);
static int odd_collect(void *self, struct weir_batch *out)
{
    (void)self, (void)out;
    return weir_of_next_year();
}
WEIR_INPUT(odd) = {.help = "Is odd.", .collect = odd_collect};
""")
        refuse("-c", config_with(folder, "input odd { }\n"),
               says=r"weir\.conf:4: .*weir_of_next_year", plugins=plugins)


def refuse_head(abi, size, says):
    with temporary_folder() as folder:
        plugins = build_plugin(folder + "/plugins", "input", "odd",
                               fill(ODD_HEAD, abi=abi, size=size))
        lines = refuse("-c", config_with(folder, "input odd { }\n"),
                       says=r"weir\.conf:4: .*odd\.so", plugins=plugins)
        return re.search(says, " ".join(lines)) or lines


def plugin_of_another_abi():
    "a plugin of another ABI is refused with both numbers"
    match = refuse_head(7, 0, r"odd\.so .*\bABI (\d+)\D+(\d+)")
    assert int(match[1]) == int(match[2]) + 7, match


def plugin_of_another_size():
    "a plugin of another size is refused with both numbers"
    match = refuse_head(0, 8, r"odd\.so .*\b(\d+) bytes\D+(\d+)")
    assert int(match[1]) == int(match[2]) + 8, match


# Ports and clients -------------------------------------------------------------------

def http_port_taken():
    "a taken port of HTTP gets a line with the address, and status 1"
    with socket.socket() as other, temporary_folder() as folder:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        path = write(folder + "/weir.conf", fill(HOST_TO_METRICS, port=port))
        status, _, err = weir_call("run", "-c", path)
        assert status == EXIT_FAILURE, (status, err)
        assert "127.0.0.1:%d" % port in err, err


def storage_port_taken():
    "a storage whose port is taken tries again, and the others run"
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        config = HOST_TO_METRICS.replace(
            "storage memory { }",
            'storage memory { listen = {"tcp://127.0.0.1:@taken"} }')
        with Weir(config, ready=False, taken=port) as weir:
            weir.wait_for_log(r"^(warn|error) .*127\.0\.0\.1:%d" % port)
            assert weir.get("/-/healthy").status == 200
            assert weir.get("/-/ready").status == 503
            other.close()
            weir.wait_ready()
            weir.wait_for_series("node_load1")


def half_requests():
    "clients that send half a request and wait harm nobody"
    config = HOST_TO_METRICS.replace("http {", "http { timeout = 1s ")
    with Weir(config) as weir:
        waiting = [socket.create_connection(("127.0.0.1", weir.port))
                   for _ in range(20)]
        for number, client in enumerate(waiting):
            client.settimeout(PATIENCE_S)
            client.sendall(b"GET /metrics HTTP/1.1\r\nHost: a\r\n"[:number])
        weir.wait_for_series("node_load1")
        for client in waiting:
            while client.recv(1000):  # until weir gives up
                pass
            client.close()
        weir.wait_for_series("node_load1")


def strange_peers():
    "a store's port that is sent rubbish goes on with its senders"
    diagnose("seed %d" % SEED)
    chance = random.Random(SEED)
    port = free_port()
    config = HOST_TO_METRICS.replace(
        "storage memory { }",
        'storage memory { listen = {"tcp://127.0.0.1:@link"} }')
    greeting = b"\xff\0\0\0\0\0\0\0\1\x7f\3\0NULL" + bytes(16) + bytes(32)
    with Weir(config, link=port) as weir:
        for number in range(30):
            with socket.create_connection(("127.0.0.1", port)) as peer:
                peer.sendall(greeting[:number * 3] +
                             chance.randbytes(chance.randrange(200)))
        weir.wait_for_series("node_load1")
        assert weir.runs()


# The kernel's files -------------------------------------------------------------------

PROC_FILES = ("loadavg", "meminfo", "stat", "vmstat", "diskstats", "net/dev",
              "net/netstat", "net/snmp", "net/sockstat", "net/softnet_stat",
              "net/udp", "net/arp", "schedstat", "pressure/cpu", "mounts",
              "1/mounts", "sys/fs/file-nr", "cpuinfo", "uptime", "self/mounts",
              "sys/kernel/random/entropy_avail")


def garbage(chance):
    kind = chance.randrange(4)
    if kind == 0:
        return b""
    if kind == 1:
        return chance.randbytes(3000)
    if kind == 2:
        return b"cpu0 : 99999999999999999999999 -1 nan |\n" * 50
    return b"word " * 400000


def garbage_in_proc():
    "files of /proc that are garbage, empty, huge or gone spoil their own only"
    diagnose("seed %d" % SEED)
    chance = random.Random(SEED)
    config = HOST_TO_METRICS + \
        'input host:bad { procfs = "@proc" labels { bad = "1" } }\n'
    with temporary_folder() as proc:
        for name in PROC_FILES:
            write(os.path.join(proc, name), garbage(chance))
        with Weir(config, proc=proc) as weir:
            weir.wait_for_log(r"^warn .*bad")
            for _ in range(30):
                name = os.path.join(proc, chance.choice(PROC_FILES))
                if chance.random() < 0.3 and os.path.exists(name):
                    os.unlink(name)
                else:
                    write(name, garbage(chance))
            then = weir.series()["node_time_seconds"]
            wait_until("news of the good", lambda: weir.series().get(
                "node_time_seconds", 0) > then + 1)
            assert weir.runs()
            assert weir.stop() == EXIT_OK


run(missing_configuration, folder_as_configuration, empty_configuration,
    unreadable_configuration, binary_configuration, half_configuration,
    several_mistakes, check_is_like_run, unknown_words, plugin_that_is_none,
    library_that_is_no_plugin, plugin_with_a_hole, plugin_of_another_abi,
    plugin_of_another_size, http_port_taken, storage_port_taken, half_requests,
    strange_peers, garbage_in_proc)
