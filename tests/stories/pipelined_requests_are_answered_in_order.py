"""A client sends many requests without waiting, slow and quick ones mixed; the answers come in the order asked."""

from support import expect
from support.oauth import FORM, basic
from support.wire import form


def story(cell):
    tokens = cell.grant()
    bytes_of = cell.origin.bytes_of
    ask = bytes_of("POST", "/oauth2/v4/introspect", [("Authorization", basic(cell.rs.id, cell.rs.secret)),
                                                     ("Content-Type", FORM)], form({"token": tokens.access}).encode())
    write = bytes_of("POST", "/oauth2/v4/revoke", [("Authorization", basic(cell.demo.id, cell.demo.secret)),
                                                   ("Content-Type", FORM)], b"token=x")
    live, nowhere = bytes_of("GET", "/livez"), bytes_of("GET", "/nowhere")
    head = bytes_of("HEAD", "/livez")
    kinds = [(write, "POST", 200), (ask, "POST", 200), (live, "GET", 200), (nowhere, "GET", 404), (head, "HEAD", 200)]
    with cell.origin.connect() as connection:
        row = [kinds[i * 7 % len(kinds)] for i in range(60)]
        connection.send(b"".join(data for data, _, _ in row))
        for number, (data, method, status) in enumerate(row):
            answer = expect.status(connection.response(method), status, "answer %d" % number)
            if data is ask:
                expect.equal(answer.json()["active"], True, "answer %d" % number)
            if data is write:
                expect.equal(answer.body, b"", "answer %d" % number)
    # A revocation holds for what is asked after it on the same connection, without waiting for its answer.
    revoke = bytes_of("POST", "/oauth2/v4/revoke", [("Authorization", basic(cell.demo.id, cell.demo.secret)),
                                                    ("Content-Type", FORM)], form({"token": tokens.access}).encode())
    with cell.origin.connect() as connection:
        connection.send(revoke)
        expect.status(connection.response("POST"), 200, "the revocation")
        connection.send(ask + ask)
        for _ in range(2):
            expect.equal(connection.response("POST").json(), {"active": False}, "after the revocation")
    # Bytes of a second request that come split up anywhere change nothing.
    with cell.origin.connect() as connection:
        whole = ask + live
        for at in range(0, len(whole), 7):
            connection.send(whole[at:at + 7])
        expect.status(connection.response("POST"), 200, "in small pieces")
        expect.status(connection.response(), 200, "in small pieces")
