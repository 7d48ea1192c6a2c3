"""install.py - what make install leaves, and that it can be used"""
import os
import re
import shutil
import subprocess

from programs import HOST_TO_METRICS, Weir, built_plugins, weir_call
from weirtest import BUILD, PATIENCE_S, SOURCE, run, temporary_folder

HEADERS = ("batch", "cleanup", "harness", "http", "plugin", "query", "storage",
           "text")
PAGES = ("man1/weir.1", "man5/weir.conf.5", "man7/weir-plugin.7")
FILES = ("bin/weir", "lib/libweir.so", "lib/pkgconfig/weir.pc",
         "lib/systemd/system/weir.service")
CONFIGURATIONS = ("weir.conf", "agent.conf", "store.conf", "relay.conf",
                  "report.conf", "influxdb.conf")


def make(*arguments):
    """Runs make in the build tree as if by hand, not from within make check."""
    environment = {name: value for name, value in os.environ.items()
                   if not name.startswith("MAKE") and name != "MFLAGS"}
    done = subprocess.run(["make", "-C", BUILD, *arguments], env=environment,
                          capture_output=True, text=True, check=False,
                          timeout=PATIENCE_S * 10)
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]
    return done.stdout


def variable(name):
    """What a folder is called in the Makefile, such as mandir, expanded."""
    with open(os.path.join(BUILD, "Makefile"), encoding="utf-8") as file:
        lines = dict(re.findall(r"^(\w+) = (.*)$", file.read(), re.M))
    text = lines[name]
    while "${" in text or "$(" in text:
        text = re.sub(r"\$[({](\w+)[)}]", lambda match: lines[match[1]], text)
    return text


def installs_everything():
    "program, library, headers, plugins, manuals, configurations and unit"
    with temporary_folder() as folder:
        make("install", "DESTDIR=" + folder)
        prefix = folder + variable("prefix")
        wanted = [prefix + "/" + name for name in FILES]
        wanted += [prefix + "/include/weir/%s.h" % name for name in HEADERS]
        wanted += [folder + variable("mandir") + "/" + page for page in PAGES]
        wanted += [folder + variable("pkglibdir") + "/%s.so" % name
                   for name in built_plugins()]
        wanted += [folder + variable("mandir") + "/man5/weir-%s.5" %
                   name.replace("/", "-") for name in built_plugins()]
        wanted += [folder + variable("sysconfdir") + "/weir/" + name
                   for name in CONFIGURATIONS]
        missing = [path for path in wanted if not os.path.exists(path)]
        assert not missing, "\n".join(missing)


def uninstalls_everything():
    "make uninstall leaves nothing behind"
    with temporary_folder() as folder:
        make("install", "DESTDIR=" + folder)
        make("uninstall", "DESTDIR=" + folder)
        left = [os.path.join(place, name)
                for place, _, names in os.walk(folder) for name in names]
        assert not left, left


def call(folder, *command, **environment):
    """Runs a program in a folder and returns what it prints."""
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True,
                          env=dict(os.environ, **environment), check=False,
                          timeout=PATIENCE_S * 3)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def example_builds_outside():
    "the SDK's example is built, tested and used with what was installed only"
    with temporary_folder() as folder:
        make("install", "DESTDIR=" + folder)
        lib = folder + variable("libdir")
        plugins = folder + variable("pkglibdir")
        example = shutil.copytree(SOURCE + "/sdk/example", folder + "/example")
        settings = {"PKG_CONFIG_PATH": lib + "/pkgconfig",
                    "PKG_CONFIG": "pkg-config --define-prefix",
                    "LD_LIBRARY_PATH": lib, "WEIR_PLUGIN_PATH": plugins,
                    "MAKEFLAGS": ""}
        assert "not ok" not in call(example, "make", "-e", "check", **settings)
        call(example, "make", "-e", "install", **settings)
        told = call(folder, folder + variable("bindir") + "/weir", "plugins",
                    "input/sine", **settings)
        assert "amplitude" in told, told
        config = HOST_TO_METRICS + "input sine { amplitude = 3 }\n"
        with Weir(config, plugins=plugins) as weir:
            weir.wait_for_series("sine_value")


def configurations_are_good():
    "the configurations that are installed pass weir check"
    for name in CONFIGURATIONS:
        status, _, err = weir_call("check", "-c", SOURCE + "/conf/" + name)
        assert status == 0, err


run(installs_everything, uninstalls_everything, example_builds_outside,
    configurations_are_good)
