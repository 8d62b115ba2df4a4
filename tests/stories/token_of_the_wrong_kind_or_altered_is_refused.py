"""Someone uses a token where another kind belongs, and tokens that were mistyped, altered, cut or made up."""

from support import expect


def altered(token):
    for at in (6, 10, len(token) // 2, len(token) - 7, len(token) - 1):
        yield token[:at] + ("A" if token[at] != "A" else "B") + token[at + 1:]
    yield token[:-1]
    yield token + "A"
    yield token + "="
    yield " " + token
    yield token.replace("sr_", "SR_")
    yield token[:6] + token[-6:]
    yield token[:3]
    yield "sr_at_" + "A" * 80
    yield "x" * 4000


def story(cell):
    tokens = cell.grant()
    code, verifier = cell.code()
    for what, wrong in (("an access token", tokens.access), ("a code", code)):
        expect.oauth_error(cell.oauth.refresh(cell.demo, wrong), 400, "invalid_grant", what + " as refresh token")
    for what, wrong in (("an access token", tokens.access), ("a refresh token", tokens.refresh)):
        expect.oauth_error(cell.oauth.redeem(cell.demo, wrong, verifier), 400, "invalid_grant", what + " as code")
    expect.equal(cell.oauth.introspect(cell.rs, code).json(), {"active": False}, "a code at introspection")
    expect.status(cell.check(tokens.refresh, "/fdx/v6/accounts"), 401, "a refresh token as bearer")

    # The same with the prefix of the kind that belongs there.
    swapped = "sr_rt_" + tokens.access[6:]
    expect.oauth_error(cell.oauth.refresh(cell.demo, swapped), 400, "invalid_grant", "a relabelled access token")
    expect.equal(cell.is_active("sr_at_" + tokens.refresh[6:]), False, "a relabelled refresh token")
    for token in (tokens.access, tokens.refresh):
        for wrong in altered(token):
            answer = expect.status(cell.oauth.introspect(cell.rs, wrong), 200, "introspecting %r" % wrong[:60])
            expect.equal(answer.json(), {"active": False}, "%r" % wrong[:60])
    for wrong in altered(tokens.refresh):
        expect.oauth_error(cell.oauth.refresh(cell.demo, wrong), 400, "invalid_grant", "refresh with %r" % wrong[:60])
    expect.equal(cell.is_active(tokens.access), True, "the access token itself")
    expect.status(cell.oauth.redeem(cell.demo, code, verifier), 200, "the code itself")
    expect.status(cell.oauth.refresh(cell.demo, tokens.refresh), 200, "the refresh token itself")
