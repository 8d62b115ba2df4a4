"""An ordinary user with a fresh checkout runs the quickstart, types in what it prints, and stops the cell again."""

import json
import os
import re
import shutil

from support import expect, ports
from support.cell import BIN, is_alive, run

CELL = "none"
TIMEOUT = 600       # it builds everything
NOBODY = 65534
TOP = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))


def checkout(place):
    """A copy of the sources as an ordinary user's, with nothing built. llhttp comes along, so this works offline."""
    def not_sources(folder, names):
        return [name for name in names if name == "__pycache__" or folder == TOP and
                (name in (".git", "strongroom-dev") or name.startswith("build"))]
    shutil.copytree(TOP, place, ignore=not_sources)
    shutil.copytree(os.path.join(os.path.dirname(BIN), "llhttp"), os.path.join(place, "build", "release", "llhttp"))
    for folder, _, names in os.walk(place):
        os.chown(folder, NOBODY, NOBODY)
        for name in names:
            os.chown(os.path.join(folder, name), NOBODY, NOBODY)


def as_user(argv, home, timeout=500, stdin=None):
    environment = {"HOME": home, "PATH": "/usr/local/bin:/usr/bin:/bin", "LANG": "C.UTF-8"}
    return run(["setpriv", "--reuid", str(NOBODY), "--regid", str(NOBODY), "--clear-groups"] + argv,
               timeout=timeout, env=environment, stdin=stdin)


def shell_part(output):
    """The indented lines of the walk-through's shell."""
    start, end = output.index("in a shell:"), output.index("The operator's part")
    return "\n".join(line[4:] for line in output[start:end].splitlines()
                     if line.startswith("    ") and not re.match(r" {4,}\d\. ", line)) + "\n"


def story(workshop):
    os.chmod(workshop.folder, 0o755)
    place = os.path.join(workshop.folder, "checkout")
    checkout(place)
    quickstart, cell = os.path.join(place, "deploy", "quickstart"), os.path.join(place, "strongroom-dev")
    port = ports.free_block()
    result = as_user(["sh", "-c", 'cd "$1" && exec deploy/quickstart --port "$2" --detach', "sh", place, str(port)],
                     place)
    expect.equal(result.returncode, 0, "the quickstart (%s %s)" % (result.stdout[-1500:], result.stderr[-1500:]))
    try:
        with open(os.path.join(cell, "quickstart.json")) as text:
            told = json.load(text)
        expect.contains(result.stdout, told["base_url"] + "/oauth2/v4/authorize?", "the link for a browser")
        expect.contains(result.stdout, told["user"]["password"], "the demo customer's password")

        shell = shell_part(result.stdout)
        expect.contains(shell, "curl", "the walk-through")
        walked = as_user(["bash", "-u"], place, timeout=60, stdin=shell)
        what = "the walk-through (%s %s)" % (walked.stdout, walked.stderr)
        expect.equal(walked.returncode, 0, what)
        for wanted in ('"end_session_endpoint": "' + told["base_url"], '"access_token": "sr_at_',
                       '"email": "alex@customer.example"', '"active": true',
                       "X-Strongroom-Subject: " + told["user"]["sub"],
                       "Location: " + told["client"]["redirect_uri"].replace("callback", "signed-out")):
            expect.contains(walked.stdout, wanted, what)
        expect.true(walked.stdout.rstrip().endswith('{"active":false}'), what)

        again = as_user([quickstart, "--dir", cell, "--port", str(port), "--detach"], place)
        expect.true(again.returncode == 0 or "is running" in again.stderr, "running it again (%s)" % again.stderr)
        expect.eventually(lambda: as_user(["curl", "-sf", "--cacert", told["ca_file"], told["base_url"] + "/readyz"],
                                          place).returncode == 0, "the cell after a second start")
    finally:
        stopped = as_user([quickstart, "--dir", cell, "--stop"], place)
    expect.equal(stopped.returncode, 0, "stopping it (%s)" % stopped.stderr)
    for name, pid in told["pids"].items():
        expect.true(not is_alive(pid), "the %s is still there" % name)
