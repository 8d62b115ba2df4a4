"""A gateway asks for the introspection as a signed JWT (RFC 9701), in each way that it may or may not say so."""

import json
import time

from support import expect, jwt

JWT = "application/token-introspection+jwt"


def introspect(cell, token, accept, rs=None):
    headers = [] if accept is None else [("Accept", accept)]
    return cell.oauth.post("introspect", {"token": token}, rs or cell.rs, headers)


def story(cell):
    tokens = cell.grant(scope="openid accounts")
    keys = jwt.keys_settled(cell)
    plain = expect.status(introspect(cell, tokens.access, None), 200, "plain").json()
    expect.equal(plain["active"], True, "plain")
    expect.true(plain["acr"] and abs(plain["auth_time"] - time.time()) < 120, "acr and auth_time: %r" % plain)

    for accept in (JWT, JWT.upper(), JWT + ", application/json", "application/json;q=0.5," + JWT + ";q=0.5",
                   JWT + ", */*;q=0.1", "text/html, " + JWT + ";q=0.2"):
        answer = expect.status(introspect(cell, tokens.access, accept), 200, accept)
        expect.equal(answer.header("Content-Type"), JWT, accept)
        expect.equal(answer.header("Cache-Control"), "no-store", accept)
        claims = jwt.verify(answer.text, keys)
        said = claims.pop("token_introspection")
        expect.equal(said, plain, "it says what the plain answer says")
        expect.true(abs(claims.pop("iat") - time.time()) < 60, "iat")
        expect.equal(claims, {"iss": cell.issuer, "aud": cell.rs.id}, "and nothing else (RFC 9701 5)")
    for accept in (None, "*/*", "application/*", "application/json", "application/jwt", JWT + ";q=0",
                   JWT + ";q=0.4, application/json", JWT + ";q=0.4, */*", JWT + ";q=2", "text/html"):
        answer = expect.status(introspect(cell, tokens.access, accept), 200, "%s" % accept)
        expect.equal(answer.json(), plain, "%s" % accept)

    for alg in ("PS256", "RS256"):
        rs = cell.new_resource_server(signing_alg=alg)
        signed = expect.status(introspect(cell, tokens.access, JWT, rs), 200, alg).text
        expect.equal(json.loads(jwt.decode(signed.split(".")[0]))["alg"], alg, "as the resource server registered")
        expect.equal(jwt.verify(signed, keys)["aud"], rs.id, alg)

    for what, token in (("made up", "x"), ("refresh token", tokens.refresh)):
        said = jwt.verify(expect.status(introspect(cell, token, JWT), 200, what).text, keys)
        expect.equal(said["token_introspection"], {"active": False}, what)
    cell.oauth.revoke(cell.demo, tokens.access)
    said = jwt.verify(expect.status(introspect(cell, tokens.access, JWT), 200, "revoked").text, keys)
    expect.equal(said["token_introspection"], {"active": False}, "revoked")

    wrong = introspect(cell, tokens.access, JWT, cell.rs.with_secret("wrong"))
    expect.oauth_error(wrong, 401, "invalid_client", "errors are JSON")
    expect.oauth_error(introspect(cell, tokens.access, JWT, cell.demo), 400, "unauthorized_client", "a client")
    answer = cell.oauth.post("introspect", {}, cell.rs, [("Accept", JWT)])
    expect.oauth_error(answer, 400, "invalid_request", "no token")
