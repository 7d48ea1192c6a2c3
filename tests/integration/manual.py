"""manual.py - option tables and manual pages say the same"""
import glob
import os
import re
import subprocess

from programs import (build_plugin, build_program, built_plugins,
                      weir_call)
from weirtest import BUILD, SOURCE, need, run, temporary_folder, write

# The line with which a tagged paragraph begins.
TAG = re.compile(r"^\.TP.*\n(.*)", re.M)
# A line of the sample that `weir plugins` prints.
ROW = re.compile(r"^( *)([a-z_]+) (?:=|\{)", re.M)


def sections(page):
    """The texts of a page by the titles of its sections."""
    parts = re.split(r'^\.SH +"?([^"\n]+)"?\n', page, flags=re.M)
    return dict(zip(parts[1::2], parts[2::2]))


def page_of(path):
    with open(path, encoding="utf-8") as file:
        return file.read()


def told_in(text):
    """The names in bold at the heads of tagged paragraphs."""
    names = set()
    for line in TAG.findall(text):
        if line.startswith((".BR ", ".BI ")):
            line = " ".join(re.findall(r'"[^"]*"|\S+', line[4:])[::2])
        elif "\\fB" in line:
            line = " ".join(re.findall(r"\\fB(.*?)\\f[RPI]", line))
        names.update(re.findall(r"\b[a-z][a-z_]*\b", line))
    return names


def options_of(plugin):
    """The plugin's own options, those of blocks within included, and those that
    all of its kind have."""
    status, out, err = weir_call("plugins", plugin)
    assert status == 0, err
    own, common = out.partition("all of its kind")[::2]
    own = ROW.findall(own.split("\n", 2)[2])
    common = ROW.findall(common)
    outer = min(len(indent) for indent, _ in common)
    return ({name for _, name in own},
            {name for indent, name in common if len(indent) == outer})


def pages_have_the_options():
    "each plugin's page describes its options, all of them and no others"
    plugins = built_plugins()
    assert plugins
    wrong = []
    for plugin in plugins:
        kind, name = plugin.split("/")
        path = os.path.join(SOURCE, "plugins", kind, name,
                            "weir-%s-%s.5" % (kind, name))
        if not os.path.exists(path):
            wrong.append(plugin + " has no page")
            continue
        told = told_in(sections(page_of(path)).get("OPTIONS", ""))
        own, _ = options_of(plugin)
        wrong += ["%s: no word of %s" % (path, one) for one in own - told]
        wrong += ["%s: no option %s" % (path, one) for one in told - own]
    assert not wrong, "\n".join(wrong)


def common_options_are_told():
    "weir.conf(5) describes the options that all plugins of a kind have"
    told = told_in(page_of(SOURCE + "/conf/weir.conf.5"))
    for plugin in built_plugins():
        _, common = options_of(plugin)
        assert common and not common - told, (plugin, common - told)


def pages():
    found = glob.glob(SOURCE + "/plugins/*/*/*.[57]")
    found += [SOURCE + "/core/weir.1", SOURCE + "/conf/weir.conf.5",
              SOURCE + "/sdk/weir-plugin.7"]
    return found


def pages_are_clean():
    "groff finds nothing wrong with any page"
    need("groff")
    for page in pages():
        done = subprocess.run(["groff", "-t", "-man", "-ww", "-z", "-Tutf8", "-K",
                               "utf8", page],
                              capture_output=True, text=True, check=False)
        assert done.returncode == 0 and not done.stderr, done.stderr


def pages_name_pages():
    "what a page sends its reader to is there"
    ours = {os.path.basename(page) for page in pages()}
    for page in pages():
        for name, number in re.findall(r"^\.BR (weir[a-z.-]*) \((\d)\)",
                                       page_of(page), re.M):
            assert "%s.%s" % (name, number) in ours, (page, name)


def metrics_of_go():
    """The metrics of the recorded programs in Go by their types, but those that
    count what GODEBUG changes, which are many and come and go."""
    found = {}
    for name in ("go-1.26.txt", "goapp.om.txt"):
        text = page_of(os.path.join(SOURCE, "tests", "fixtures", name))
        for metric, kind in re.findall(r"^# TYPE (go_\w+) (\w+)$", text, re.M):
            if name.endswith(".om.txt") and kind == "counter":
                metric += "_total"
            if not metric.startswith("go_godebug_"):
                found[metric] = kind
    return found


def go_page_has_the_metrics():
    "weir-go(7) tells of each metric of Go's runtime, and its type"
    page = page_of(SOURCE + "/plugins/input/expvar/weir-go.7")
    told = dict(re.findall(r'^\.IR (go_\w+) " \((\w+)\)"$', page, re.M))
    # What those programs do not have, since expvar alone tells it.
    ours = {"go_memstats_gc_cpu_fraction", "go_gc_cycle_pause_seconds",
            "go_gc_cycle_pauses_missed_total"}
    recorded = metrics_of_go()
    assert len(recorded) > 80
    for metric, kind in recorded.items():
        assert told.get(metric) == kind, (metric, kind, told.get(metric))
    assert told.keys() - recorded.keys() == ours, told.keys() - recorded.keys()


def pages_are_installed():
    "every page is among what make install installs"
    with open(os.path.join(BUILD, "Makefile"), encoding="utf-8") as file:
        listed = re.search(r"^dist_man_MANS = ((?:.*\\\n)*.*)", file.read(),
                           re.M)[1]
    for page in pages():
        assert os.path.relpath(page, SOURCE) in listed, page


def example_of(page, first):
    """The example in a page whose text begins like 'first', as a reader would
    copy it."""
    for block in re.findall(r"^\.nf\n(.*?)^\.fi", page, re.M | re.S):
        if block.startswith(first):
            return block.replace("\\e", "\\").replace("\\-", "-")
    raise AssertionError("no example begins with " + first)


def example_works():
    "the plugin of weir-plugin(7) can be copied, built, tested and used"
    page = page_of(SOURCE + "/sdk/weir-plugin.7")
    with temporary_folder() as folder:
        source = example_of(page, "#include <errno.h>")
        plugins = build_plugin(folder, "input", "users", source)
        path = write(folder + "/three-lines", "a\nb\nc\n")
        test = example_of(page, '#include "users.c"')
        test = test.replace("/tmp/three-lines", path)
        build_program(write(folder + "/input/test.c", test), folder + "/test")
        subprocess.run([folder + "/test"], check=True,
                       env=dict(os.environ, LD_LIBRARY_PATH=BUILD + "/.libs"))
        status, out, err = weir_call("plugins", "input/users", plugins=plugins)
        assert status == 0 and "/run/users" in out, err


run(pages_have_the_options, common_options_are_told, pages_are_clean,
    pages_name_pages, go_page_has_the_metrics, pages_are_installed,
    example_works)
