"""The operator changes the signing key: every worker publishes the new set within seconds; no ID token is orphaned."""

import json

from support import expect, jwt

CELL = "own"
CELL_OPTIONS = {"options": ["--workers", "3"]}
TIMEOUT = 120
KEYS = "/oauth2/v4/jwks"


def published(cell, connections):
    """What the workers publish, by entity tag; connections spread over them."""
    told = {}
    for connection in connections:
        connection.send(cell.origin.bytes_of("GET", KEYS))
        answer = expect.status(connection.response(), 200, "the keys")
        told[answer.header("ETag")] = {key["kid"] for key in answer.json()["keys"]}
    return told


def kid_of(id_token):
    return json.loads(jwt.decode(id_token.split(".")[0]))["kid"]


def story(cell):
    cell.settled()
    connections = [cell.origin.connect() for _ in range(24)]
    jwt.keys_settled(cell)
    expect.eventually(lambda: len(published(cell, connections)) == 1, "one set of keys from every worker", 5.0)
    tag, kids = published(cell, connections).popitem()
    old = cell.grant().told["id_token"]
    discovery = cell.origin.request("GET", "/.well-known/openid-configuration").header("ETag")

    def all_new():
        now = published(cell, connections)
        return now if len(now) == 1 and tag not in now else None
    cell.cli_ok("key", "rotate", "--alg", "ES256", "--now")
    after = expect.eventually(all_new, "one new set of keys from every worker", 5.0).popitem()[1]
    expect.true(kids <= after, "a key that was published before is gone: %r, %r" % (kids, after))
    expect.true(after - kids, "there is no new key")
    new = cell.grant().told["id_token"]
    jwks = cell.origin.request("GET", KEYS).json()
    for token in (old, new):
        expect.true(jwt.verify(token, jwks)["sub"], "an ID token")
    # The one that signs now was published before it did: whoever kept the old set can verify it.
    expect.true(kid_of(new) in kids, "the key that signs now was not announced")
    expect.true(kid_of(new) != kid_of(old), "the key did not change")
    answer = cell.origin.request("GET", KEYS, [("If-None-Match", tag)])
    expect.status(answer, 200, "with the entity tag from before")
    answer = cell.origin.request("GET", "/.well-known/openid-configuration", [("If-None-Match", discovery)])
    expect.status(answer, 304, "the discovery document, in which nothing has changed")
