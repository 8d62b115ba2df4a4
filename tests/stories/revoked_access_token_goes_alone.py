"""A client gives one access token back; its refresh token and its other access tokens stay."""

from support import expect


def story(cell):
    tokens = cell.grant()
    second = cell.oauth.refresh(cell.demo, tokens.refresh).json()
    answer = expect.status(cell.oauth.revoke(cell.demo, tokens.access), 200, "revoking")
    expect.equal(answer.body, b"", "the body")
    expect.equal(cell.oauth.introspect(cell.rs, tokens.access).json(), {"active": False}, "the revoked token")
    expect.status(cell.check(tokens.access, "/fdx/v6/accounts"), 401, "the revoked token at the gateway")
    expect.equal(cell.is_active(second["access_token"]), True, "the other access token")
    expect.status(cell.oauth.revoke(cell.demo, tokens.access), 200, "revoking it again")
    expect.status(cell.oauth.refresh(cell.demo, second["refresh_token"]), 200, "the refresh token")
