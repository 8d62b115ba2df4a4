"""A client checks its ID token by each rule of OIDC Core 3.1.3.7; whoever alters, forges or misdirects one is found out."""

import base64
import hashlib
import hmac
import json
import time

from support import expect, jwt
from support.id_token import Refused, judge


def text_of(data):
    return base64.urlsafe_b64encode(data if isinstance(data, bytes) else json.dumps(data).encode()).decode().rstrip("=")


def refused(rule, what, *args, **more):
    try:
        judge(*args, **more)
    except Refused as refusal:
        expect.equal(refusal.rule, rule, what)
        return
    expect.fail("%s was accepted" % what)


def story(cell):
    keys = cell.origin.request("GET", "/oauth2/v4/jwks").json()
    code, verifier = cell.code(nonce="n-0S6_WzA2Mj", max_age="600")
    told = cell.oauth.redeem(cell.demo, code, verifier).json()
    token, access = told["id_token"], told["access_token"]
    good = (keys, cell.issuer, cell.demo.id)
    claims = judge(token, *good, nonce="n-0S6_WzA2Mj", max_age=600, access_token=access)
    expect.true("azp" not in claims, "azp with one audience (OIDC Core 2)")
    expect.true(claims["iat"] - 600 <= claims["auth_time"] <= claims["iat"], "auth_time: %r" % claims)
    expect.equal((claims["acr"], claims["amr"]), ("urn:strongroom:acr:password", ["pwd"]), "how he logged in")
    head, body, signature = token.split(".")
    header = json.loads(jwt.decode(head))

    # What the client would notice if it were not this client, this login, this issuer, this hour.
    def here(**more):
        return {"nonce": "n-0S6_WzA2Mj", **more}
    refused("iss", "another issuer", token, keys, cell.issuer + "/", cell.demo.id, **here())
    refused("aud", "another client", token, keys, cell.issuer, cell.second.id, **here())
    refused("alg", "another algorithm than was registered", token, *good, **here(alg="RS256"))
    refused("kid", "a key that is not published", token, {"keys": []}, *good[1:], **here())
    refused("nonce", "a nonce of another login", token, *good, nonce="n-other")
    refused("nonce", "a nonce that nobody asked for", token, *good)
    refused("exp", "an hour later", token, *good, **here(now=claims["exp"] + 60))
    refused("iat", "a token of tomorrow", token, *good, **here(now=claims["iat"] - 3600))
    refused("auth_time", "a login that is too old", token, *good, **here(max_age=5, now=claims["auth_time"] + 300))
    refused("at_hash", "another access token", token, *good, **here(access_token=cell.grant().access))
    refused("acr", "a weaker login than was asked for", token, *good, **here(acr_values=["urn:example:gold"]))

    # What an attacker makes of it.
    def forged(new_header=None, **changed):
        return "%s.%s." % (text_of({**header, **(new_header or {})}), text_of({**claims, **changed}))
    refused("signature", "another subject", forged(sub="somebody") + signature, *good, **here())
    refused("signature", "a later end", forged(exp=claims["exp"] + 3600) + signature, *good, **here())
    refused("aud", "another audience", forged(aud=cell.second.id) + signature, *good, **here())
    refused("foreign audience", "one more audience", forged(aud=[cell.demo.id, "x"]) + signature, *good, **here())
    refused("alg", "no signature", forged({"alg": "none"}), *good, **here())
    refused("signature", "no signature, the header as it was", head + "." + body + ".", *good, **here())
    unsigned = forged({"alg": "HS256"})[:-1]
    mac = hmac.new(json.dumps(keys["keys"][0]).encode(), unsigned.encode(), hashlib.sha256).digest()
    refused("alg", "the public key as a secret", unsigned + "." + text_of(mac), *good, **here())
    refused("signature", "a cut signature", token[:-4], *good, **here())
    refused("form", "two parts", head + "." + body, *good, **here())
    broken = bytes([jwt.decode(signature)[0] ^ 1]) + jwt.decode(signature)[1:]
    refused("signature", "one bit of the signature", "%s.%s.%s" % (head, body, text_of(broken)), *good, **here())

    # The session has a name (sid), which all its clients see and another session's do not.
    browser = cell.browser()
    sids = {judge(cell.grant(client, browser=browser).told["id_token"], keys, cell.issuer, client.id)["sid"]
            for client in (cell.demo, cell.second)}
    expect.equal(len(sids), 1, "names of one session: %r" % sids)
    expect.true(claims["sid"] not in sids and len(claims["sid"]) >= 22, "the name of another session: %r" % claims)

    # After a refresh (OIDC Core 12.2): the same person, the same login, a newer token, and no nonce.
    time.sleep(1.1)
    tokens = cell.grant()
    first = judge(tokens.told["id_token"], *good)
    time.sleep(1.1)
    told = cell.oauth.refresh(cell.demo, tokens.refresh).json()
    second = judge(told["id_token"], *good)
    for same in ("iss", "sub", "aud", "auth_time", "acr", "amr", "sid"):
        expect.equal(second.get(same), first.get(same), same + " after a refresh")
    expect.true(second["iat"] > first["iat"] and "nonce" not in second and "azp" not in second, "%r" % second)
