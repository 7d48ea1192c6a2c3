"""dashboard_browser - where tests in a browser run"""
import os
import shutil
import subprocess

from weirtest import BUILD, SOURCE, need


def folder():
    """Returns a folder of the build with the tests and their packages."""
    place = os.path.join(BUILD, "tests", "chromium")
    source = os.path.join(SOURCE, "tests", "browser")
    os.makedirs(place, exist_ok=True)
    for name in os.listdir(source):
        if os.path.isfile(os.path.join(source, name)):
            shutil.copyfile(os.path.join(source, name),
                            os.path.join(place, name))
    if not os.path.exists(os.path.join(place, "node_modules", "axe-core")):
        subprocess.run([need("npm"), "ci", "--ignore-scripts", "--silent"],
                       cwd=place, check=True)
    return place
