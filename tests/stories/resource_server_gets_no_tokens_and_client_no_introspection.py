"""A resource server tries the token endpoint, and a client tries to introspect its own and another's token."""

from support import expect


def story(cell):
    tokens = cell.grant()
    answer = cell.oauth.refresh(cell.rs, tokens.refresh)
    expect.oauth_error(answer, 400, "unauthorized_client", "a resource server at the token endpoint")
    for client in (cell.demo, cell.second):
        answer = cell.oauth.introspect(client, tokens.access)
        if answer.status == 200:
            expect.equal(answer.json(), {"active": False}, "a client at the introspection endpoint")
        else:
            expect.true(answer.json()["error"] in ("unauthorized_client", "invalid_client"), "%s" % answer)
    expect.status(cell.oauth.refresh(cell.demo, tokens.refresh), 200, "the refresh token is as it was")
