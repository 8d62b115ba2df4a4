"""Root starts a cell: the vault and the front end become users of their own, and neither has root's rights left."""

import os
import subprocess

from support import expect
from support.cell import run

CELL = "own"
CELL_OPTIONS = {"start": False}
TIMEOUT = 120

USERS = {"vault": "strongroom-vault", "frontend": "strongroom-front"}


def status_of(pid):
    with open("/proc/%d/status" % pid) as text:
        return dict(line.rstrip("\n").split(":\t", 1) for line in text if ":\t" in line)


def story(cell):
    expect.equal(os.getuid(), 0, "who runs the stories")
    for name in USERS.values():
        if run(["getent", "passwd", name]).returncode != 0:
            subprocess.run(["useradd", "--system", "--user-group", "--no-create-home", name], check=True)
    # Both have to be able to pass through to the sockets.
    os.makedirs(cell.dir, exist_ok=True)
    folder = os.path.dirname(cell.dir)
    while folder != "/":
        os.chmod(folder, os.stat(folder).st_mode | 0o111)
        folder = os.path.dirname(folder)
    cell.start()
    for daemon, user in USERS.items():
        uid = run(["id", "-u", user]).stdout.strip()
        gid = run(["id", "-g", user]).stdout.strip()
        for pid in [cell.pid(daemon)] + (cell.workers() if daemon == "frontend" else []):
            told = status_of(pid)
            expect.equal(told["Uid"].split(), [uid] * 4, "the uids of the %s" % daemon)
            expect.equal(told["Gid"].split(), [gid] * 4, "the gids of the %s" % daemon)
            expect.true(set(told["Groups"].split()) <= {gid}, "the other groups of the %s" % daemon)
            expect.equal(int(told["CapEff"], 16), 0, "the capabilities of the %s" % daemon)
            expect.equal(int(told["CapPrm"], 16), 0, "the permitted capabilities of the %s" % daemon)
    tokens = cell.grant()
    for daemon in USERS:
        cell.wait_new(daemon, cell.kill(daemon), 20)
        cell.settled()
        expect.equal(cell.is_active(tokens.access), True, "the token after the %s was killed" % daemon)
    cell.cli_ok("backup", "as-its-user")
    expect.equal(os.stat(cell.path("backup", "as-its-user.mdb")).st_mode & 0o077, 0, "who may read the backup")
    cell.stop()
    cell.start()
    expect.equal(cell.is_active(tokens.access), True, "the token after stopping and starting")
