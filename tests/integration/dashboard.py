"""dashboard.py - the dashboard in a real browser: starts weir with this host, a
Go program and a target that is down, and hands over to tests/browser"""
import contextlib
import os
import shutil
import subprocess
import sys

from goprogram import GoProgram, built
from programs import Weir
from weirtest import BUILD, SOURCE, free_port, need, wait_until

CONFIG = """
interval = 1s
timeout  = 500ms
http { listen = {"127.0.0.1:@port"} }
input host { }
input self { }
input expvar { targets = {"@program"} }
input prometheus { targets = {"@program", "127.0.0.1:@nobody"} }
storage tsdb { }
report api { }
report dashboard { }
"""


def browser_folder():
    """Returns a folder of the build with the tests and their packages."""
    folder = os.path.join(BUILD, "tests", "browser")
    source = os.path.join(SOURCE, "tests", "browser")
    os.makedirs(folder, exist_ok=True)
    for name in os.listdir(source):
        if os.path.isfile(os.path.join(source, name)):
            shutil.copyfile(os.path.join(source, name),
                            os.path.join(folder, name))
    if not os.path.exists(os.path.join(folder, "node_modules", "axe-core")):
        subprocess.run([need("npm"), "ci", "--ignore-scripts", "--silent"],
                       cwd=folder, check=True)
    return folder


def main():
    need("chromium")
    folder = browser_folder()
    with contextlib.ExitStack() as stack:
        stack.enter_context(built())
        program = stack.enter_context(GoProgram("both"))
        weir = stack.enter_context(Weir(CONFIG, program=program.address,
                                        nobody=free_port()))
        for metric in "node_load1", "go_goroutines":
            wait_until(metric + " is stored", lambda m=metric: '"data":[{' in
                       weir.get("/api/v1/series?match[]=" + m).text)
        done = subprocess.run(
            [need("node"), "dashboard.mjs", weir.url(""),
             os.path.join(folder, "shots")] + sys.argv[1:], cwd=folder,
            check=False)
    sys.exit(done.returncode)


main()
