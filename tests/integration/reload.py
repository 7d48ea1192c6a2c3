"""reload.py - SIGHUP changes what changed, and nothing else"""
from programs import Weir
from weirtest import run, temporary_folder, wait_until, write

CONFIG = """
interval = 1s
http { listen = {"127.0.0.1:@port"} }
input host { @host }
input exec:told { command = {"/bin/sh", "@script"}  @told }
storage memory { }
report exposition { }
"""

# Says which start it is, each time that it is started.
SCRIPT = """
echo started >> @folder/starts
echo "told_starts $(wc -l < @folder/starts)"
while sleep 1; do echo "told_starts $(wc -l < @folder/starts)"; done
"""


def starts(folder):
    try:
        with open(folder + "/starts", encoding="ascii") as file:
            return len(file.readlines())
    except FileNotFoundError:
        return 0


def config(folder, **values):
    script = write(folder + "/script", SCRIPT.replace("@folder", folder))
    return dict({"script": script, "host": "", "told": "mode = stream"},
                **values)


def changes_one():
    "restarts only the instance that changed"
    with temporary_folder() as folder:
        values = config(folder)
        with Weir(CONFIG, **values) as weir:
            wait_until("the script started", lambda: starts(folder) == 1)
            weir.wait_for_series("node_load1", "told_starts")
            weir.configure(CONFIG, host='labels { floor = "3" }')
            weir.reload()
            weir.wait_for_log(r"^info \w*reload\w*")
            weir.wait_for_series('node_load1{floor="3"}')
            assert starts(folder) == 1
            gone = [name for name in weir.series() if name == "node_load1"]
            assert not gone, "the old series is still there"


def adds_and_removes():
    "starts what is new and stops what is gone"
    with temporary_folder() as folder:
        values = config(folder)
        with Weir(CONFIG, **values) as weir:
            weir.wait_for_series("told_starts", "node_load1")
            weir.configure(CONFIG + "input self { }\n",
                           told="mode = stream enabled = false")
            weir.reload()
            weir.wait_for_series("weir_", "node_load1")
            wait_until("told is gone", lambda: not [
                name for name in weir.series() if name.startswith("told_")])


def keeps_the_old():
    "keeps the old configuration running when the new one is wrong, and says so"
    with temporary_folder() as folder:
        values = config(folder)
        with Weir(CONFIG, **values) as weir:
            weir.wait_for_series("node_load1", "told_starts")
            weir.configure(CONFIG + "inputt host { }\n")
            weir.reload()
            weir.wait_for_log(r"^(warn|error) \w*reload\w*")
            weir.wait_for_log("inputt")
            weir.wait_for_series("node_load1", "told_starts")
            assert starts(folder) == 1
            weir.configure(CONFIG, host='labels { floor = "3" }')
            weir.reload()
            weir.wait_for_series('node_load1{floor="3"}')


def survives_many():
    "survives one reload after the other"
    with temporary_folder() as folder:
        values = config(folder)
        with Weir(CONFIG, **values) as weir:
            for floor in range(20):
                weir.configure(CONFIG, host='labels { floor = "%d" }' % floor)
                weir.reload()
            weir.wait_for_series('node_load1{floor="19"}')
            assert starts(folder) == 1


run(changes_one, adds_and_removes, keeps_the_old, survives_many)
