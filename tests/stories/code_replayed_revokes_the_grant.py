"""A stolen code is redeemed after its owner did: the second try fails, and the tokens of the first are dead."""

from support import expect
from support.oauth import Tokens


def story(cell):
    other = cell.grant()
    code, verifier = cell.code()
    first = Tokens(cell.demo, expect.status(cell.oauth.redeem(cell.demo, code, verifier), 200, "first").json())
    expect.equal(cell.is_active(first.access), True, "the access token before the replay")
    rotated = cell.oauth.refresh(cell.demo, first.refresh).json()
    expect.oauth_error(cell.oauth.redeem(cell.demo, code, verifier), 400, "invalid_grant", "the replay")
    for token in (first.access, rotated["access_token"]):
        expect.equal(cell.is_active(token), False, "an access token after the replay")
    expect.oauth_error(cell.oauth.refresh(cell.demo, rotated["refresh_token"]), 400, "invalid_grant",
                       "the refresh token after the replay")
    expect.equal(cell.is_active(other.access), True, "another grant of the same customer and client")
    expect.contains(cell.audit_text(), "code_replayed", "the audit")
