"""The path of a socket is taken by a file or a folder; the vault names it and leaves it as it is."""

import os
import socket

from support import expect

CELL = "own"


def story(cell):
    cell.stop()
    for name in ("frontend.sock", "admin.sock"):
        path = cell.path("run", name)
        if os.path.lexists(path):
            os.unlink(path)
        with open(path, "w") as out:
            out.write("somebody's file\n")
        vault = cell.daemon("vault")
        expect.true(vault.wait() != 0, "a vault whose socket is a file ended with 0")
        expect.contains(vault.log(), path, "what it said")
        with open(path) as text:
            expect.equal(text.read(), "somebody's file\n", "the file at the socket's path")
        os.unlink(path)
        os.mkdir(path)
        vault = cell.daemon("vault")
        expect.true(vault.wait() != 0, "a vault whose socket is a folder ended with 0")
        os.rmdir(path)

    # What a killed vault left behind is no obstacle.
    for name in ("frontend.sock", "admin.sock"):
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as stale:
            stale.bind(cell.path("run", name))
    vault, frontend = cell.daemon("vault"), cell.daemon("frontend")
    cell.wait_ready()
    cell.grant()
    expect.equal((frontend.terminate(), vault.terminate()), (0, 0), "exit codes")
