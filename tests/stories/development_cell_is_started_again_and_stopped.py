"""A developer stops a cell, starts it again with other options, starts it twice, and stops it twice."""

import json

from support import cell as cells
from support import expect
from support.cell import binary, run

CELL = "own"
TIMEOUT = 150


def story(cell):
    tokens = cell.grant()
    before = cell.quickstart
    pids = [cell.pid(name) for name in ("supervisor", "vault", "frontend")]
    workers = cell.workers()
    result = run([binary("strongroom"), "dev", "--dir", cell.dir, "--port", str(cell.port), "--detach"])
    if result.returncode == 0:
        with open(cell.path("quickstart.json")) as text:
            expect.equal(json.load(text)["pids"], before["pids"], "starting it twice leaves the first one alone")
    else:
        expect.contains(result.stderr, "running", "starting it twice")
        expect.contains(result.stderr, "%s dev --dir %s --stop" % (binary("strongroom"), cell.dir), "how to stop it")
    expect.equal(cell.is_active(tokens.access), True, "the cell after a second start")

    cell.stop()
    for pid in pids + workers:
        expect.true(not cells.is_alive(pid), "process %d is gone when --stop returns" % pid)
    result = run([binary("strongroom"), "dev", "--dir", cell.dir, "--stop"])
    expect.equal(result.returncode, 0, "stopping it twice (%s)" % result.stderr)

    cell.options = ["--workers", "3"]
    cell.start()
    expect.equal(len(cell.workers()), 3, "workers after --workers 3")
    for name in ("client", "second_client", "resource_server", "user"):
        expect.equal(cell.quickstart[name], before[name], "the %s is the one of before" % name)
    expect.equal(cell.is_active(tokens.access), True, "the token of before")
    expect.status(cell.oauth.refresh(cell.demo, tokens.refresh), 200, "the refresh token of before")

    # In the foreground it ends with everything it started when its terminal says so.
    cell.stop()
    foreground = cells.Foreground(cell)
    cell.wait_ready()
    expect.equal(foreground.interrupt(), 0, "the exit code after an interrupt")
    for name in ("vault", "frontend"):
        try:
            expect.true(not cells.is_alive(cell.pid(name)), name + " outlives its supervisor")
        except FileNotFoundError:
            pass        # the pid file has gone with its process
    expect.contains(foreground.output(), "curl", "the walk-through that it prints")
    expect.contains(foreground.output(), "/oauth2/v4/authorize?", "the link that it prints")
