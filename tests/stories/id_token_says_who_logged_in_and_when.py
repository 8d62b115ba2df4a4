"""A client that speaks OpenID Connect checks the ID tokens of a code and of a refresh as OIDC Core 3.1.3.7 says."""

import base64
import hashlib
import time

from support import expect, jwt


def at_hash(access_token):
    return base64.urlsafe_b64encode(hashlib.sha256(access_token.encode()).digest()[:16]).decode().rstrip("=")


def story(cell):
    answer = expect.status(cell.origin.request("GET", "/oauth2/v4/jwks"), 200, "the keys")
    keys = answer.json()
    started = int(time.time())
    code, verifier = cell.code(nonce="n-0S6_WzA2Mj")
    told = cell.oauth.redeem(cell.demo, code, verifier).json()
    claims = jwt.verify(told["id_token"], keys)
    expect.equal(claims["iss"], cell.issuer, "iss")
    expect.equal(claims["sub"], cell.user.sub, "sub")
    expect.equal(claims["aud"], cell.demo.id, "aud")
    expect.equal(claims["nonce"], "n-0S6_WzA2Mj", "nonce")
    expect.equal(claims["at_hash"], at_hash(told["access_token"]), "at_hash")
    expect.true(started - 2 <= claims["auth_time"] <= claims["iat"] < claims["exp"], "the times: %r" % claims)
    for private in ("name", "email", "accounts"):
        expect.true(private not in claims, "%s in the ID token" % private)

    time.sleep(1.1)
    told = cell.oauth.refresh(cell.demo, told["refresh_token"]).json()
    later = jwt.verify(told["id_token"], keys)
    for same in ("iss", "sub", "aud", "auth_time"):
        expect.equal(later[same], claims[same], same + " after a refresh")
    expect.true("nonce" not in later, "a nonce after a refresh (OIDC Core 12.2)")
    expect.true(later["iat"] > claims["iat"], "iat after a refresh")
    expect.equal(later["at_hash"], at_hash(told["access_token"]), "at_hash after a refresh")
    told = cell.grant().told
    expect.true("nonce" not in jwt.verify(told["id_token"], keys), "a nonce that was not sent")
