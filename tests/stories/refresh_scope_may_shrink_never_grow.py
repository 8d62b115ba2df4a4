"""A client asks for fewer scopes at a refresh, then for more than the customer allowed."""

from support import expect


def story(cell):
    tokens = cell.grant(scope="openid accounts transactions")
    told = expect.status(cell.oauth.refresh(cell.demo, tokens.refresh, "openid accounts"), 200, "fewer").json()
    expect.equal(set(told["scope"].split()), {"openid", "accounts"}, "the scope of the smaller token")
    about = cell.oauth.introspect(cell.rs, told["access_token"]).json()
    expect.equal(set(about["scope"].split()), {"openid", "accounts"}, "the same by introspection")

    for wrong in ("openid accounts statements", "statements", "openid nobody_knows_it", "openid,accounts",
                  "openid accounts\ttransactions", "openid \"accounts\""):
        answer = cell.oauth.refresh(cell.demo, told["refresh_token"], wrong)
        expect.oauth_error(answer, 400, "invalid_scope", "scope %r" % wrong)
    # A refused request has not spent the token, and the whole grant can still be asked for.
    told = expect.status(cell.oauth.refresh(cell.demo, told["refresh_token"]), 200, "the whole again").json()
    expect.equal(set(told["scope"].split()), {"openid", "accounts", "transactions"}, "the scope of the whole")
