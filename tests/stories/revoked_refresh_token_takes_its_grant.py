"""A client gives a refresh token back, a current or a superseded one; every token of that grant is dead at once."""

from support import expect


def story(cell):
    for superseded in (False, True):
        other = cell.grant()
        tokens = cell.grant()
        told = cell.oauth.refresh(cell.demo, tokens.refresh).json()
        given = tokens.refresh if superseded else told["refresh_token"]
        answer = expect.status(cell.oauth.revoke(cell.demo, given), 200, "revoking")
        expect.equal(answer.body, b"", "the body")
        expect.equal(cell.is_active(tokens.access), False, "the first access token")
        expect.equal(cell.is_active(told["access_token"]), False, "the second access token")
        answer = cell.oauth.refresh(cell.demo, told["refresh_token"])
        expect.oauth_error(answer, 400, "invalid_grant", "the refresh token")
        expect.equal(cell.is_active(other.access), True, "another grant")
