"""The vault is killed while keys rotate: what was acknowledged holds, and what was signed before still verifies."""

import threading
import time

from support import expect, jwt

CELL = "own"
TIMEOUT = 240
KILLS = 6
MOST = 8            # rotations; a set holds sixteen keys of an algorithm


class Operator(threading.Thread):
    """Rotates ES256 without waiting for anything; remembers the last key that was acknowledged."""

    def __init__(self, cell, stop):
        super().__init__(daemon=True)
        self.cell, self.stop, self.acknowledged = cell, stop, []

    def run(self):
        while not self.stop.is_set() and len(self.acknowledged) < MOST:
            result = self.cell.cli("--json", "key", "rotate", "--alg", "ES256", "--now")
            if result.returncode == 0:
                self.acknowledged.append(result.stdout)
            time.sleep(0.2)


def keys_of(cell):
    """All at one moment: (state, kid)."""
    return [(key["state"], key["kid"]) for key in cell.cli_json("key", "list")["keys"] if key.get("algorithm") == "ES256"]


def in_state(keys, state):
    return [kid for each, kid in keys if each == state]


def story(cell):
    jwt.keys_settled(cell)
    token = cell.grant().told["id_token"]
    stop = threading.Event()
    operator = Operator(cell, stop)
    operator.start()
    for number in range(KILLS):
        time.sleep(0.5 + 0.13 * number)
        pid = cell.kill("vault")
        cell.wait_new("vault", pid)
        cell.settled()
        is_whole(cell, operator)
    stop.set()
    operator.join(60)
    expect.true(operator.acknowledged, "no rotation was acknowledged")

    expect.eventually(lambda: in_state(keys_of(cell), "next"), "a next key")
    is_whole(cell, operator)
    newest = cell.grant().told["id_token"]
    expect.equal(jwt.kid_of(newest), in_state(keys_of(cell), "current")[0], "the key that signs")
    keys = expect.eventually(lambda: published(cell, newest), "keys that hold the newest one")
    for each in (token, newest):
        expect.equal(jwt.verify(each, keys)["iss"], cell.issuer, "iss")
    cell.cli_ok("audit", "verify")


def published(cell, token):
    keys = cell.origin.request("GET", "/oauth2/v4/jwks").json()
    return keys if jwt.kid_of(token) in [key["kid"] for key in keys["keys"]] else None


def is_whole(cell, operator):
    """One key signs, one at the most is next, and every one that an acknowledged rotation named is still known."""
    acknowledged = list(operator.acknowledged)
    keys = keys_of(cell)
    expect.equal(len(in_state(keys, "current")), 1, "keys that sign")
    expect.true(len(in_state(keys, "next")) <= 1, "more than one next key")
    kids = [kid for _, kid in keys]
    expect.equal(len(set(kids)), len(kids), "keys that are there once")
    for text in acknowledged:
        expect.true(any(kid in text for kid in kids), "no key of an acknowledged rotation is known: " + text)
