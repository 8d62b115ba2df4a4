"""API requests arrive with no token, a bad one, two of them, or one in the wrong place."""

from support import expect


def story(cell):
    tokens = cell.grant(scope="openid accounts")
    uri = "/fdx/v6/accounts"
    answer = expect.status(cell.check(None, uri), 401, "no token")
    challenge = answer.header("WWW-Authenticate")
    expect.true(challenge.startswith("Bearer"), "the challenge is %r" % challenge)
    expect.lacks(challenge, "error=", "no token, no error code (RFC 6750 3.1)")

    for what, wrong in (("made up", "sr_at_" + "A" * 85), ("refresh token", tokens.refresh), ("short", "x"),
                        ("altered", tokens.access[:-1] + ("A" if tokens.access[-1] != "A" else "B")),
                        ("long", "sr_at_" + "A" * 3000)):
        answer = expect.status(cell.check(wrong, uri), 401, what)
        expect.contains(answer.header("WWW-Authenticate"), 'error="invalid_token"', what)
        expect.equal(answer.header("X-Strongroom-Subject"), None, what)

    original = [("X-Original-Method", "GET"), ("X-Original-URI", uri)]
    bearer = "Bearer " + tokens.access
    for what, headers in (("two tokens", [("Authorization", bearer), ("Authorization", bearer)]),
                          ("no scheme", [("Authorization", tokens.access)]),
                          ("another scheme", [("Authorization", "Token " + tokens.access)]),
                          ("two in one", [("Authorization", bearer + ", " + bearer)]),
                          ("empty", [("Authorization", "Bearer")])):
        answer = cell.gateway.request("GET", "/oauth2/v4/check", original + headers)
        expect.true(answer.status in (400, 401), "%s: %s" % (what, answer))
    answer = cell.gateway.request("GET", "/oauth2/v4/check?access_token=" + tokens.access, original)
    expect.status(answer, 401, "the token in the URL of the check")
    expect.status(cell.check(None, uri + "?access_token=" + tokens.access), 401, "the token in the API's URL")
    expect.status(cell.check(tokens.access, uri), 200, "the token where it belongs")
    answer = cell.gateway.request("GET", "/oauth2/v4/check", original + [("Authorization", "bearer " + tokens.access)])
    expect.status(answer, 200, "the scheme in another case")
    cell.oauth.revoke(cell.demo, tokens.access)
    answer = expect.status(cell.check(tokens.access, uri), 401, "revoked")
    expect.contains(answer.header("WWW-Authenticate"), 'error="invalid_token"', "revoked")
