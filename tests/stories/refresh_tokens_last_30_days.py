"""A resource server asks about refresh tokens: each ends 30 days after its own issue, not after the first one's."""

import time

from support import expect

THIRTY_DAYS = 30 * 24 * 3600


def story(cell):
    tokens = cell.grant()
    first = cell.oauth.introspect(cell.rs, tokens.refresh).json()
    expect.equal(first["active"], True, "the refresh token")
    expect.equal(first["exp"] - first["iat"], THIRTY_DAYS, "the first one's life")
    time.sleep(2.1)
    told = cell.oauth.refresh(cell.demo, tokens.refresh).json()
    second = cell.oauth.introspect(cell.rs, told["refresh_token"]).json()
    expect.equal(second["exp"] - second["iat"], THIRTY_DAYS, "the second one's life")
    expect.true(second["exp"] > first["exp"], "the second one ends later than the first")
    expect.equal(cell.oauth.introspect(cell.rs, tokens.refresh).json(), {"active": False}, "the superseded one")
