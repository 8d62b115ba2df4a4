"""A taken-over front end floods the commit queue; it is told to come again, the operator gets through, nothing grows."""

from support import expect
from support.vaultwire import REVOKE, Peer, binary, frame, request, text

CELL = "own"
CELL_OPTIONS = {"vault": {"limits": {"commit_queue": 16, "requests_per_commit": 16,
                                      "connections_per_frontend": 4}}}
TIMEOUT = 120
TEMPORARILY_UNAVAILABLE = 7     # its place in common/outcome.def


def story(cell):
    path = cell.quickstart["frontend_socket"]
    tokens = cell.grant()
    asked = request(REVOKE, {0: text(cell.demo.id), 1: binary(cell.demo.secret.encode()), 2: binary(b"sr_at_unknown")})
    peer = Peer(path, seconds=30)
    busy = answered = 0
    for _ in range(20):
        expect.true(peer.send(frame(*[asked] * 256)), "the flood is answered, not cut off")
    while answered < 20 * 256:
        payload = peer.receive()
        expect.true(payload is not None, "the vault hung up after %d answers" % answered)
        # array(3), call 1, the answer, an empty or filled body of 5 + 1 bytes: all alike here
        answered += len(payload) // 9
        busy += sum(payload[at + 2] == TEMPORARILY_UNAVAILABLE for at in range(0, len(payload), 9))
    expect.equal(answered, 20 * 256, "answers")
    expect.true(busy > 0, "nobody was told to come again")
    expect.true(cell.cli_json("status")["requests"]["refused_busy"] >= busy, "the operator sees the refusals")

    # Two workers hold two of the four places; this one and one more are all there is room for.
    more = [Peer(path) for _ in range(4)]
    cut = 0
    for other in more:
        try:
            if other.ask(request(1)) is None:
                cut += 1
        finally:
            other.close()
    expect.true(cut >= 3, "connections beyond the limit that were cut off: %d" % cut)
    peer.close()
    cell.settled()
    expect.equal(cell.is_active(tokens.access), True, "the service after it")
    cell.cli_ok("client", "disable", cell.second.id)
