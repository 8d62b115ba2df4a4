"""A taken-over front end opens all the connections there are and begins a frame on each; a worker still finds a place."""

import socket

from support import expect

CELL = "own"
CELL_OPTIONS = {"vault": {"limits": {"connections_per_frontend": 6}}}
TIMEOUT = 120


def story(cell):
    tokens = cell.grant()
    peers = []
    for _ in range(12):
        peer = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        peer.settimeout(30)
        peer.connect(cell.quickstart["frontend_socket"])
        try:
            peer.sendall(b"\x00\x00\x01")
        except (BrokenPipeError, ConnectionResetError):
            pass        # the places were taken already
        peers.append(peer)
    cell.wait_new("frontend", cell.kill("frontend"), 20)
    for peer in peers:
        try:
            expect.equal(peer.recv(1), b"", "a half-open peer")
        except ConnectionResetError:
            pass
    cell.settled()
    expect.equal(cell.is_active(tokens.access), True, "the service of the new workers")
    expect.contains(cell.log("vault"), "half_open", "the vault's log")
