"""The bank removes a customer and gives the user name to another one: the new one is somebody else to every client."""

from support import expect, jwt


def story(cell):
    keys = cell.origin.request("GET", "/oauth2/v4/jwks").json()
    seen = set()
    for turn in range(3):
        user = cell.new_user("name-that-goes-round")
        tokens = cell.grant(user=user)
        sub = jwt.verify(tokens.told["id_token"], keys)["sub"]
        expect.equal(sub, user.sub, "sub of the ID token")
        expect.true(0 < len(sub) <= 255 and sub.isascii() and sub.isprintable(), "sub is %r (OIDC Core 2)" % sub)
        expect.lacks(sub, user.username, "sub tells the user name")
        expect.true(sub not in seen, "turn %d: %s again, for somebody else" % (turn, sub))
        seen.add(sub)
        told = cell.oauth.introspect(cell.rs, tokens.access).json()
        expect.equal((told["sub"], told["username"]), (sub, user.username), "who the resource server sees")
        cell.cli_ok("user", "remove", user.username)
        expect.equal(cell.is_active(tokens.access), False, "a token of a customer who was removed")
        expect.oauth_error(cell.oauth.refresh(cell.demo, tokens.refresh), 400, "invalid_grant", "his refresh token")
    # Two logins of one customer are one subject, to both clients.
    subs = {jwt.verify(cell.grant(client).told["id_token"], keys)["sub"] for client in (cell.demo, cell.second)}
    expect.equal(subs, {cell.user.sub}, "one customer")
