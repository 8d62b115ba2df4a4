"""A client sends a parameter twice to the token, revocation or introspection endpoint."""

from support import expect


def story(cell):
    tokens = cell.grant()
    code, verifier = cell.code()
    redeem = cell.oauth.redeem_params(cell.demo, code, verifier)
    cases = [("token", redeem, name) for name in redeem]
    refresh = {"grant_type": "refresh_token", "refresh_token": tokens.refresh, "scope": "openid"}
    cases += [("token", refresh, name) for name in ("refresh_token", "scope", "grant_type")]
    revoke = {"token": tokens.access, "token_type_hint": "access_token", "client_id": cell.demo.id}
    cases += [("revoke", revoke, name) for name in revoke]
    cases += [("introspect", {"token": tokens.access, "token_type_hint": "access_token"}, name)
              for name in ("token", "token_type_hint")]
    for endpoint, params, name in cases:
        client = cell.rs if endpoint == "introspect" else cell.demo
        for second in (params[name], "other"):
            answer = cell.oauth.post(endpoint, [*params.items(), (name, second)], client)
            expect.oauth_error(answer, 400, "invalid_request", "%s twice at %s" % (name, endpoint))
    # None of that has used up or ended anything.
    expect.equal(cell.is_active(tokens.access), True, "the access token")
    expect.status(cell.oauth.redeem(cell.demo, code, verifier), 200, "the code")
    expect.status(cell.oauth.refresh(cell.demo, tokens.refresh), 200, "the refresh token")
