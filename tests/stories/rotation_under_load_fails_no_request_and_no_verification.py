"""Keys change again and again while clients work: no request fails, and a client that caches keys refuses no token."""

import threading
import time

from support import expect, jwt
from support.wire import query_of

CELL = "own"
CELL_OPTIONS = {"vault": {"keys": {"rotate_after": "1h", "announce": "3s"}}}
TIMEOUT = 240
ROTATIONS = 4
CLIENTS = (("ES256", 2), ("PS256", 1))


class CachingClient(threading.Thread):
    """Gets ID tokens without a pause and verifies each as RFC 7517 clients do: the keys are fetched once, and again
    only when a token names one that is unknown. It is unknown no more after that, or the token is refused."""

    def __init__(self, cell, client, stop):
        super().__init__(daemon=True)
        self.cell, self.client, self.stop = cell, client, stop
        self.browser = cell.browser()
        self.tokens = cell.grant(client, browser=self.browser)
        self.fetches, self.verified, self.kids, self.problems = 0, 0, set(), []
        self.fetch()

    def fetch(self):
        self.keys = expect.status(self.cell.origin.request("GET", "/oauth2/v4/jwks"), 200, "the keys").json()
        self.fetches += 1

    def verify(self, token):
        kid = jwt.kid_of(token)
        if kid not in [key["kid"] for key in self.keys["keys"]]:
            self.fetch()
        expect.equal(jwt.verify(token, self.keys)["aud"], self.client.id, "aud")
        self.kids.add(kid)
        self.verified += 1

    def one(self):
        answer = expect.status(self.cell.oauth.refresh(self.client, self.tokens), 200, "a refresh")
        self.tokens = answer.json()["refresh_token"]
        self.verify(answer.json()["id_token"])

    def run(self):
        self.tokens = self.tokens.refresh
        while not self.stop.is_set():
            try:
                self.one()
            except Exception as problem:        # whatever it is, a client would have noticed
                self.problems.append("%.1f %s" % (time.monotonic(), problem))
                return


def rotate(cell):
    """As soon as the announcement of the next keys is over, and not a moment before."""
    started = time.monotonic()
    refused = cell.cli("key", "rotate")
    while refused.returncode == 5 and time.monotonic() < started + 30:
        time.sleep(0.2)
        refused = cell.cli("key", "rotate")
    expect.equal(refused.returncode, 0, "key rotate (%s)" % refused.stderr)


def story(cell):
    jwt.keys_settled(cell)
    stop = threading.Event()
    clients = [CachingClient(cell, cell.new_client(signing_alg=alg), stop) for alg, count in CLIENTS for _ in range(count)]
    for client in clients:
        client.start()
    for _ in range(ROTATIONS):
        rotate(cell)
    time.sleep(1)
    stop.set()
    for client in clients:
        client.join(60)
        expect.equal(client.problems, [], "what a client noticed")
        expect.equal(len(client.kids), ROTATIONS + 1, "keys under which a client got tokens")
        expect.true(client.fetches <= ROTATIONS + 1, "keys were fetched %d times" % client.fetches)
        expect.true(client.verified >= 20, "%d tokens verified" % client.verified)
    expect.equal(cell.log("vault").count("event=key_rotated"), 3 * ROTATIONS, "rotations in the log")
    new_code_works(cell)
    cell.cli_ok("audit", "verify")


def new_code_works(cell):
    asked = cell.oauth.authorize_params(cell.demo)
    told = query_of(cell.browser().approve(asked.params, cell.user))
    answer = expect.status(cell.oauth.redeem(cell.demo, told["code"], asked.verifier), 200, "redeeming a code")
    keys = cell.origin.request("GET", "/oauth2/v4/jwks").json()
    expect.equal(jwt.verify(answer.json()["id_token"], keys)["aud"], cell.demo.id, "aud")
