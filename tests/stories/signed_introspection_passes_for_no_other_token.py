"""A signed introspection answer is shown as an ID token, a hint and a bearer token, and an ID token as its like."""

import json

from support import expect, id_token, jwt
from support.wire import query_of

JWT = "application/token-introspection+jwt"


def story(cell):
    code, verifier = cell.code()
    told = expect.status(cell.oauth.redeem(cell.demo, code, verifier), 200, "redeeming").json()
    keys = cell.origin.request("GET", "/oauth2/v4/jwks").json()
    answer = cell.oauth.post("introspect", {"token": told["access_token"]}, cell.rs, [("Accept", JWT)])
    signed, good = expect.status(answer, 200, "signed").text, told["id_token"]

    headers = [json.loads(jwt.decode(token.split(".")[0])) for token in (signed, good)]
    expect.equal([header["typ"] for header in headers], ["token-introspection+jwt", "JWT"], "each has a type")
    claims = jwt.verify(signed, keys)
    expect.equal({"sub", "exp"} & set(claims), set(), "nothing at the top that an ID token has to have")
    id_token.judge(good, keys, cell.issuer, cell.demo.id)
    for audience in (cell.demo.id, cell.rs.id):
        try:
            id_token.judge(signed, keys, cell.issuer, audience)
        except id_token.Refused:
            continue
        expect.fail("a client that is called %s takes it for an ID token" % audience)
    expect.true("token_introspection" not in jwt.verify(good, keys), "an ID token says nothing of a token")

    params = cell.oauth.authorize_params(cell.demo, id_token_hint=signed).params
    expect.equal(query_of(cell.browser().open(params)).get("error"), "invalid_request", "as id_token_hint")
    for what, token in (("introspection answer", signed), ("ID token", good)):
        answer = cell.origin.request("GET", "/oauth2/v4/userinfo", [("Authorization", "Bearer " + token)])
        expect.status(answer, 401, "userinfo with the " + what)
        expect.status(cell.check(token, "/fdx/v6/accounts"), 401, "the gateway's check with the " + what)
        expect.true(not cell.is_active(token), "introspection of the " + what)
