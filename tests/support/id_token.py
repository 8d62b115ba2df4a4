"""Judge an ID token as a client has to: the list of OpenID Connect Core 3.1.3.7, in its order, one check a rule.

judge() returns the claims or raises Refused, which names the rule. It is what deploy/id-token.md tells clients to do.
"""

import base64
import hashlib
import json
import time

from support import expect, jwt

LEEWAY_S = 10


class Refused(Exception):
    """The token breaks a rule; rule: what it is about."""

    def __init__(self, rule, told):
        super().__init__("%s: %s" % (rule, told))
        self.rule = rule


def demand(condition, rule, told):
    if not condition:
        raise Refused(rule, told)


def parts_of(token):
    parts = token.split(".")
    demand(len(parts) == 3, "form", "%d parts" % len(parts))
    try:
        header, claims = (json.loads(jwt.decode(part)) for part in parts[:2])
    except ValueError as problem:
        raise Refused("form", problem)
    demand(isinstance(header, dict) and isinstance(claims, dict), "form", "no JSON objects")
    return header, claims


def at_hash(access_token):
    half = hashlib.sha256(access_token.encode()).digest()[:16]
    return base64.urlsafe_b64encode(half).decode().rstrip("=")


def judge(token, keys, issuer, client_id, alg="ES256", nonce=None, max_age=None, acr_values=None, access_token=None,
          now=None):
    """keys: the JWKS object; nonce, max_age, acr_values: what the authorization request said; now: the clock."""
    now = time.time() if now is None else now
    header, claims = parts_of(token)
    demand(claims.get("iss") == issuer, "iss", claims.get("iss"))
    audience = claims["aud"] if isinstance(claims.get("aud"), list) else [claims.get("aud")]
    demand(client_id in audience, "aud", audience)
    demand(audience == [client_id], "foreign audience", audience)
    demand(len(audience) == 1 or "azp" in claims, "azp", "missing")
    demand(claims.get("azp", client_id) == client_id, "azp", claims.get("azp"))
    demand(header.get("alg") == alg, "alg", header.get("alg"))
    demand(header.get("typ", "JWT") == "JWT", "typ", header.get("typ"))
    demand(not set(header) & {"jku", "x5u", "jwk", "x5c", "crit"}, "header", sorted(header))
    demand(header.get("kid") in [key["kid"] for key in keys["keys"]], "kid", header.get("kid"))
    try:
        jwt.verify(token, keys)
    except expect.Failure as problem:
        raise Refused("signature", problem)
    demand(isinstance(claims.get("exp"), int) and now < claims["exp"] + LEEWAY_S, "exp", claims.get("exp"))
    demand(isinstance(claims.get("iat"), int) and claims["iat"] <= now + LEEWAY_S, "iat", claims.get("iat"))
    demand(claims["iat"] < claims["exp"], "exp", "before iat")
    demand(claims.get("nonce") == nonce, "nonce", claims.get("nonce"))
    demand(not acr_values or claims.get("acr") in acr_values, "acr", claims.get("acr"))
    if max_age is not None:
        demand(isinstance(claims.get("auth_time"), int) and now <= claims["auth_time"] + max_age + LEEWAY_S,
               "auth_time", claims.get("auth_time"))
    demand(access_token is None or claims.get("at_hash") == at_hash(access_token), "at_hash", claims.get("at_hash"))
    subject = claims.get("sub")
    demand(isinstance(subject, str) and 0 < len(subject) <= 255 and subject.isascii(), "sub", subject)
    return claims
