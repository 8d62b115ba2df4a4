"""A client refreshes: each refresh token ends 30 days after its own issue, not after the first one's."""

import time

from support import expect

THIRTY_DAYS = 30 * 24 * 3600


def story(cell):
    tokens = cell.grant()
    issued = int(time.time())
    grant_id = cell.oauth.introspect(cell.rs, tokens.access).json()["grant_id"]

    def end():
        return cell.cli_json("grant", "show", grant_id)["refresh_expires_at"]
    first = end()
    expect.true(abs(first - issued - THIRTY_DAYS) <= 3, "the first one lives for %d s" % (first - issued))
    time.sleep(3.1)
    told = expect.status(cell.oauth.refresh(cell.demo, tokens.refresh), 200, "the refresh").json()
    second = end()
    expect.true(second - first >= 3, "the second one ends %d s after the first" % (second - first))
    expect.true(abs(second - time.time() - THIRTY_DAYS) <= 3, "the second one's life")

    # The life of a refresh token is nobody's business but its client's.
    for token in (tokens.refresh, told["refresh_token"]):
        expect.equal(cell.oauth.introspect(cell.rs, token).json(), {"active": False}, "introspection")
