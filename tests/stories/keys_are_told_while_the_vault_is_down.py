"""The vault hangs, dies and is missing at the start: what anybody may know is still told by who has known it."""

import signal
import time

from support import expect, jwt

CELL = "own"
CELL_OPTIONS = {"frontend": {"limits": {"vault_timeout": "2s"}}}
TIMEOUT = 150
PATHS = ("/.well-known/openid-configuration", "/.well-known/oauth-authorization-server", "/oauth2/v4/jwks")


def tell(cell):
    return [cell.origin.request("GET", path) for path in PATHS]


def check_told(cell, before, what):
    for _ in range(6):
        started = time.monotonic()
        for path, answer, known in zip(PATHS, tell(cell), before):
            expect.equal(expect.status(answer, 200, "%s, %s" % (path, what)).body, known, "%s, %s" % (path, what))
        expect.true(time.monotonic() - started < 1.5, "the documents took a vault's timeout, " + what)


def story(cell):
    cell.settled()
    jwt.keys_settled(cell)
    before = [expect.status(answer, 200, "at first").body for answer in tell(cell)]
    vault = cell.kill("vault", signal.SIGSTOP)
    try:
        time.sleep(3)
        check_told(cell, before, "while the vault hangs")
        answer = cell.oauth.introspect(cell.rs, "x")
        expect.oauth_error(answer, 503, "temporarily_unavailable", "a question for the vault")
        tag = cell.origin.request("GET", PATHS[2]).header("ETag")
        expect.status(cell.origin.request("GET", PATHS[2], [("If-None-Match", tag)]), 304, "a 304 meanwhile")
    finally:
        cell.kill("vault", signal.SIGCONT)
    expect.equal(cell.pid("vault"), vault, "the vault")
    cell.settled()
    check_told(cell, before, "after it went on")

    # A front end that has never heard of the vault has nothing to tell, and says when to come back.
    cell.stop()
    cell.daemon("frontend")
    expect.eventually(lambda: cell.origin.request("GET", "/livez").status == 200, "a live front end")
    for path in PATHS:
        answer = cell.origin.request("GET", path)
        expect.oauth_error(answer, 503, "temporarily_unavailable", path + " before the vault was ever there")
        expect.true(int(answer.header("Retry-After")) >= 1, "Retry-After")
        expect.equal(answer.header("ETag"), None, "the entity tag of an error")
    vault = cell.daemon("vault")
    cell.wait_ready()
    cell.settled()
    check_told(cell, before, "after both were started anew")
    vault.kill()
    time.sleep(1.5)
    check_told(cell, before, "after the vault was killed")
