"""A taken-over front end speaks the protocol, and goes one past each of its limits; it is cut off, nobody else is."""

from support import expect
from support.vaultwire import HEALTH, INTROSPECT, REVOKE, STATUS, VERSION, Peer, binary, fields, frame, request, text

CELL = "own"


def story(cell):
    path = cell.quickstart["frontend_socket"]
    token = cell.grant().access
    good = {0: text(cell.rs.id), 1: binary(cell.rs.secret.encode()), 2: binary(token.encode())}

    peer = Peer(path)
    expect.true(peer.ask(request(HEALTH)) is not None, "a good request is answered")
    expect.true(b"\xc3" in (peer.ask(request(INTROSPECT, good)) or b""), "a good introspection is answered: active")
    expect.true(peer.ask(*[request(HEALTH, call=call) for call in range(256)]) is not None, "256 requests in a frame")
    peer.close()

    past = {
        "257 requests in a frame": frame(*[request(HEALTH, call=call) for call in range(257)]),
        "a frame without a request": frame(),
        "another version": frame(request(HEALTH), version=VERSION + 1),
        "a message of the operator's": frame(request(STATUS)),
        "a message that there is not": frame(request(99)),
        "a request id of 15 bytes": frame(request(HEALTH, request_id=b"x" * 15)),
        "a peer's address of 65 bytes": frame(request(HEALTH, peer="a" * 65)),
        "a field that there is not": frame(request(INTROSPECT, {**good, 3: text("x")})),
        "a field that is missing": frame(request(INTROSPECT, {0: good[0], 1: good[1]})),
        "a field of another kind": frame(request(INTROSPECT, {**good, 0: binary(b"x")})),
        "a client_id of 257 bytes": frame(request(INTROSPECT, {**good, 0: b"\xda\x01\x01" + b"a" * 257})),
        "a token of 129 bytes": frame(request(INTROSPECT, {**good, 2: binary(b"a" * 129)})),
        "text that is not UTF-8": frame(request(INTROSPECT, {**good, 0: b"\xa2\xc3\x28"})),
        "text with a NUL": frame(request(INTROSPECT, {**good, 0: b"\xa1\x00"})),
        "a byte that is left over": frame(request(INTROSPECT, body=fields(good) + b"\xc0")),
        "a key that comes twice": frame(request(INTROSPECT, body=b"\x84\x00" + good[0] + b"\x00" + good[0] + b"\x01" +
                                                good[1] + b"\x02" + good[2])),
        "a change with a bad field": frame(request(REVOKE, {**good, 3: text("x")})),
        "a good request and then a bad one": frame(request(HEALTH), request(99)),
    }
    for what, data in past.items():
        peer = Peer(path)
        answers = 0
        peer.send(data)
        while peer.receive() is not None:
            answers += 1
        expect.true(answers <= 1, "%s: at most what came before it is answered" % what)
        peer.close()
        expect.equal(cell.is_active(token), True, "the service after " + what)
    told = cell.cli_json("status")["requests"]["protocol_violations"]
    expect.equal(told, len(past), "the violations that the operator sees")
    expect.eventually(lambda: sum(record.get("count", 0) for record in cell.audit(1000)
                                  if record["event"] == "protocol_violation") == len(past), "all of them on record", 10)
    expect.contains(cell.log("vault"), "protocol_violation", "the vault's log")
