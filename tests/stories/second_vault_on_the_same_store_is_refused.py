"""An operator starts a second vault by mistake, on the same store or on the same sockets; the first one goes on."""

import shutil

from support import expect

CELL = "own"


def story(cell):
    tokens = cell.grant()
    second = cell.daemon("vault")
    expect.true(second.wait() != 0, "a second vault with the same configuration ended with 0")
    expect.true(second.log().strip(), "it said why")

    # The same store under other sockets.
    other_sockets = {"admin": {"socket": cell.path("run", "other-admin.sock")},
                     "frontends": [{"name": "web", "socket": cell.path("run", "other-frontend.sock")}]}
    from support.cell import overlay
    with open(cell.path("vault.yaml")) as text:
        whole = text.read()
    with open(cell.path("same-store.yaml"), "w") as out:
        out.write(overlay(whole, other_sockets))
    second = cell.daemon("vault", cell.path("same-store.yaml"))
    expect.true(second.wait() != 0, "a second vault on the same store ended with 0")
    expect.contains(second.log().lower(), "store", "what it said")

    # The same sockets over another store.
    shutil.copytree(cell.path("store"), cell.path("copied-store"))
    with open(cell.path("same-sockets.yaml"), "w") as out:
        out.write(overlay(whole, {"store": {"directory": cell.path("copied-store")}}))
    second = cell.daemon("vault", cell.path("same-sockets.yaml"))
    expect.true(second.wait() != 0, "a second vault on the same sockets ended with 0")
    expect.contains(second.log(), "sock", "what it said")

    cell.settled()
    expect.equal(cell.is_active(tokens.access), True, "the first vault goes on")
    cell.cli_ok("status")
    expect.status(cell.oauth.refresh(cell.demo, tokens.refresh), 200, "the first vault writes")
