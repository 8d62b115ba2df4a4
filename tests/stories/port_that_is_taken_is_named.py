"""The front end's port is taken by another program; it names the address and ends, and does not half start."""

import socket

from support import expect

CELL = "own"


def story(cell):
    cell.stop()
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as other:
        other.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        other.bind(("127.0.0.1", cell.port))
        other.listen()
        frontend = cell.daemon("frontend")
        expect.true(frontend.wait() != 0, "a front end whose port is taken ended with 0")
        expect.contains(frontend.log(), str(cell.port), "what it said")
