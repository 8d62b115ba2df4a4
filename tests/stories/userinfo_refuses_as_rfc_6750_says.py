"""Someone asks UserInfo with no token, a bad one, one that does not allow it, two, or one in the wrong place."""

from support import expect

FORM = ("Content-Type", "application/x-www-form-urlencoded")


def story(cell):
    tokens = cell.grant(scope="openid accounts")
    bearer = ("Authorization", "Bearer " + tokens.access)
    form = b"access_token=" + tokens.access.encode()

    def refused(what, status, error, method="GET", headers=(), body=None, target="/oauth2/v4/userinfo"):
        answer = expect.status(cell.origin.request(method, target, headers, body), status, what)
        challenge = answer.header("WWW-Authenticate")
        expect.true(challenge.startswith('Bearer realm="'), "%s: the challenge is %r" % (what, challenge))
        if error:
            expect.contains(challenge, 'error="%s"' % error, what)
        else:
            expect.lacks(challenge, "error", what)
        expect.equal(answer.header("Cache-Control"), "no-store", "Cache-Control, " + what)
        expect.lacks(answer.text, tokens.access, what)
        return challenge

    refused("no token", 401, None)
    refused("no token by POST", 401, None, "POST")
    refused("an empty form", 401, None, "POST", [FORM], b"access_token=")
    refused("another scheme", 401, None, headers=[("Authorization", "Basic " + tokens.access)])
    refused("the token in the query", 401, None, target="/oauth2/v4/userinfo?access_token=" + tokens.access)
    refused("the token in the body of a GET", 401, None, headers=[FORM], body=form)
    refused("the token in a body that is no form", 401, None, "POST", [("Content-Type", "text/plain")], form)

    refused("two ways", 400, "invalid_request", "POST", [bearer, FORM], form)
    refused("two in the form", 400, "invalid_request", "POST", [FORM], form + b"&" + form)
    refused("a form that cannot be read", 400, "invalid_request", "POST", [FORM], form + b"&a=%zz")

    for what, wrong in (("made up", "sr_at_" + "A" * 98), ("refresh token", tokens.refresh), ("short", "x"),
                        ("altered", tokens.access[:-1] + ("A" if tokens.access[-1] != "A" else "B")),
                        ("ID token", tokens.told["id_token"]), ("long", "sr_at_" + "A" * 3000)):
        refused(what, 401, "invalid_token", headers=[("Authorization", "Bearer " + wrong)])
        refused(what + " in a form", 401, "invalid_token", "POST", [FORM], b"access_token=" + wrong.encode())
    code, _ = cell.code()
    refused("a code", 401, "invalid_token", headers=[("Authorization", "Bearer " + code)])

    small = expect.status(cell.oauth.refresh(cell.demo, tokens.refresh, scope="accounts"), 200, "without openid").json()
    challenge = refused("a token without openid", 403, "insufficient_scope",
                        headers=[("Authorization", "Bearer " + small["access_token"])])
    expect.contains(challenge, 'scope="openid"', "which scope would do")

    expect.status(cell.origin.request("GET", "/oauth2/v4/userinfo", [bearer]), 200, "the right one")
    cell.oauth.revoke(cell.demo, tokens.access)
    refused("a revoked one", 401, "invalid_token", headers=[bearer])
    answer = expect.status(cell.origin.request("PUT", "/oauth2/v4/userinfo", [bearer], b""), 405, "PUT")
    expect.lacks(answer.text, cell.user.sub, "PUT")
