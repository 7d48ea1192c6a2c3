"""reload.py - SIGHUP changes what changed, and nothing else"""
import contextlib
import os

from programs import HOST_TO_METRICS, Weir, build_plugin
from weirtest import run, temporary_folder, wait_until

CONFIG = HOST_TO_METRICS.replace("input host { }", """
input host { @host }
input witness { diary = "@diary"  @witness }
""")

# An input that writes a line into a file whenever it is opened.
WITNESS = r"""
#include <errno.h>
#include <stdio.h>

#include <weir/plugin.h>

struct witness {
    const char *diary;
};

static const struct weir_option options[] = {
    WEIR_TEXT(struct witness, diary, NULL, "File to write into."),
    {0},
};

static const struct weir_metric here = {"witness_here", WEIR_GAUGE, "",
                                        "Is 1."};

static int
witness_open(void *instance)
{
    const struct witness *self = instance;
    weir_cleanup(weir_fclose) FILE *file = fopen(self->diary, "ae");

    return file && fputs("opened\n", file) >= 0 ? 0 : -errno;
}

static int
witness_collect(void *instance, struct weir_batch *out)
{
    (void)instance;
    weir_add(out, &here, NULL, 1);
    return 0;
}

WEIR_INPUT(witness) = {
    .help = "Tells when it was opened.",
    .instance_size = sizeof(struct witness),
    .options = options,
    .open = witness_open,
    .collect = witness_collect,
};
"""


@contextlib.contextmanager
def witnessed():
    """A weir with host and witness; and what says how often that opened."""
    with temporary_folder() as folder:
        plugins = build_plugin(folder, "input", "witness", WITNESS)
        diary = os.path.join(folder, "diary")

        def openings():
            if not os.path.exists(diary):
                return 0
            with open(diary, encoding="ascii") as file:
                return len(file.readlines())

        with Weir(CONFIG, plugins=plugins, diary=diary, host="",
                  witness="") as weir:
            weir.wait_for_series("node_load1", "witness_here")
            yield weir, openings


def changes_one():
    "restarts only the instance that changed"
    with witnessed() as (weir, openings):
        weir.configure(CONFIG, host='labels { floor = "3" }')
        weir.reload()
        weir.wait_for_log(r"^info \w*reload\w*")
        series = weir.wait_for_series('node_load1{floor="3"}')
        assert "node_load1" not in series, "the old series is still there"
        assert "witness_here" in series
        assert openings() == 1


def changes_nothing():
    "restarts nothing when only comments and lines moved"
    with witnessed() as (weir, openings):
        weir.configure("# a remark\n\n" + CONFIG)
        weir.reload()
        weir.wait_for_log(r"^info \w*reload\w*")
        weir.wait_for_series("node_load1", "witness_here")
        assert openings() == 1


def adds_and_removes():
    "starts what is new and stops what is gone"
    with witnessed() as (weir, _):
        weir.configure(CONFIG + "input self { }\n", witness="enabled = false")
        weir.reload()
        weir.wait_for_series("weir_", "node_load1")
        wait_until("the witness is gone",
                   lambda: "witness_here" not in weir.series())


def keeps_the_old():
    "keeps the old configuration running when the new one is wrong, and says so"
    with witnessed() as (weir, openings):
        weir.configure(CONFIG + "inputt host { }\n")
        weir.reload()
        weir.wait_for_log(r"^(warn|error) \w*reload\w*")
        weir.wait_for_log("inputt")
        weir.wait_for_series("node_load1", "witness_here")
        assert openings() == 1
        weir.configure(CONFIG, host='labels { floor = "3" }')
        weir.reload()
        weir.wait_for_series('node_load1{floor="3"}')


def survives_many():
    "survives one reload after the other"
    with witnessed() as (weir, openings):
        for floor in range(20):
            weir.configure(CONFIG, host='labels { floor = "%d" }' % floor)
            weir.reload()
        weir.wait_for_series('node_load1{floor="19"}')
        assert openings() == 1


run(changes_one, changes_nothing, adds_and_removes, keeps_the_old,
    survives_many)
