"""A client refreshes again and again: each time a new pair, and the access tokens of before live to their end."""

from support import expect


def story(cell):
    tokens = cell.grant(scope="openid accounts transactions")
    refresh, access = tokens.refresh, [tokens.access]
    seen = {refresh}
    for count in range(6):
        answer = expect.status(cell.oauth.refresh(cell.demo, refresh), 200, "refresh %d" % count)
        expect.contains(answer.header("Cache-Control"), "no-store", "Cache-Control")
        told = answer.json()
        expect.equal(set(told) - {"id_token"},
                     {"access_token", "token_type", "expires_in", "refresh_token", "scope"}, "members")
        expect.equal(set(told["scope"].split()), set(tokens.scope.split()), "scope")
        refresh = told["refresh_token"]
        expect.true(refresh not in seen, "a refresh token came twice")
        seen.add(refresh)
        access.append(told["access_token"])
    expect.equal(len(set(access)), len(access), "different access tokens")
    expect.equal([cell.is_active(token) for token in access], [True] * len(access), "the access tokens")
