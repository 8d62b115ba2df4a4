"""A taken-over front end asks and asks and never reads a reply; it is cut off, and another one is served meanwhile."""

import socket

from support import expect
from support.vaultwire import INTROSPECT, Peer, binary, frame, request, text

CELL = "own"
TIMEOUT = 120


def story(cell):
    path = cell.quickstart["frontend_socket"]
    tokens = cell.grant()
    asked = request(INTROSPECT, {0: text(cell.rs.id), 1: binary(cell.rs.secret.encode()),
                                 2: binary(tokens.access.encode())})
    many = frame(*[asked] * 256)
    for _ in range(3):
        silent = Peer(path, seconds=30)
        sent = 0
        try:
            while sent < 4000 and silent.send(many):
                sent += 1
                if sent % 50 == 0:
                    expect.equal(cell.is_active(tokens.access), True, "the service beside the flood")
        except socket.timeout:
            expect.fail("the vault neither read nor hung up")
        expect.true(sent < 4000, "1,000,000 requests were taken from somebody who reads no reply")
        silent.close()
    expect.contains(cell.log("vault"), "peer_does_not_read", "the vault's log")
    expect.eventually(lambda: cell.cli_json("status")["frontends"][0]["connections"] == len(cell.workers()),
                      "the streams of the silent ones are gone", 20)
    told = cell.oauth.refresh(cell.demo, tokens.refresh)
    expect.status(told, 200, "a refresh after it")
    cell.stop()     # and the vault ends when it is told to
