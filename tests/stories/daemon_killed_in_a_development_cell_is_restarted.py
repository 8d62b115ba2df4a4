"""A developer kills the vault, then the front end, of a development cell; both are back at once under new pids."""

import json

from support import cell as cells
from support import expect

CELL = "own"


def story(cell):
    tokens = cell.grant()
    for name in ("vault", "frontend", "vault"):
        pid = cell.kill(name)
        new = cell.wait_new(name, pid, 20)
        cell.wait_ready()
        cell.settled()
        expect.true(cells.is_alive(new), "the new %s" % name)
        expect.equal(cell.is_active(tokens.access), True, "the access token after the %s was killed" % name)
    answer = expect.status(cell.oauth.refresh(cell.demo, tokens.refresh), 200, "a refresh after it all")
    expect.equal(cell.is_active(answer.json()["access_token"]), True, "the new token")
    with open(cell.path("quickstart.json")) as text:
        told = json.load(text)["pids"]
    expect.equal(told["supervisor"], cell.pid("supervisor"), "the supervisor's pid in quickstart.json")
    cell.cli_ok("audit", "verify")
