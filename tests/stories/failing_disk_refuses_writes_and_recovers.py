"""The disk answers a sync with an error: the write is refused, not half done; the vault goes on when it works again."""

import os

from support import expect

CELL = "own"
TIMEOUT = 120


def story(cell):
    tokens = cell.grant()
    other = cell.grant()
    broken = cell.on_a_slow_disk(0)
    with open(broken, "w"):
        pass
    answer = cell.oauth.refresh(cell.demo, tokens.refresh)
    expect.oauth_error(answer, 503, "temporarily_unavailable", "a refresh with a broken disk")
    expect.true(answer.header("Retry-After"), "Retry-After")
    answer = cell.oauth.revoke(cell.demo, other.access)
    expect.oauth_error(answer, 503, "temporarily_unavailable", "a revocation with a broken disk")
    expect.equal(cell.is_active(tokens.access), True, "introspection with a broken disk")
    expect.status(cell.origin.request("GET", "/readyz"), 503, "readyz with a broken disk")
    os.unlink(broken)
    cell.wait_ready(30)
    told = expect.status(cell.oauth.refresh(cell.demo, tokens.refresh), 200, "the same refresh afterwards").json()
    expect.equal(cell.is_active(told["access_token"]), True, "its access token")
    expect.equal(cell.is_active(other.access), True, "the token whose revocation was refused")
    expect.status(cell.oauth.revoke(cell.demo, other.access), 200, "the same revocation afterwards")
    expect.equal(cell.is_active(other.access), False, "the token after its revocation")
    cell.cli_ok("audit", "verify")
