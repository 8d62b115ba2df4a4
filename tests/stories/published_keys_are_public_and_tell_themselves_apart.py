"""Someone reads the published keys: they hold the public half only, each by a name of its own, and no address."""

import base64

from support import expect, jwt

PRIVATE = ("d", "p", "q", "dp", "dq", "qi", "oth", "k")
REMOTE = ("x5u", "jku", "x5c")
MEMBERS = {"EC": {"kty", "kid", "use", "alg", "crv", "x", "y"}, "RSA": {"kty", "kid", "use", "alg", "n", "e"}}


def length(value):
    expect.true("=" not in value and "+" not in value and "/" not in value, "%r is not base64url" % value)
    return len(base64.urlsafe_b64decode(value + "=" * (-len(value) % 4)))


def story(cell):
    told = cell.origin.request("GET", "/.well-known/openid-configuration").json()
    jwt.keys_settled(cell)
    keys = expect.status(cell.origin.request("GET", "/oauth2/v4/jwks"), 200, "the keys").json()
    expect.equal(list(keys), ["keys"], "members of the document")
    expect.true(keys["keys"], "there are keys")
    for key in keys["keys"]:
        expect.true(not set(key) & set(PRIVATE), "a private member of %s" % key.get("kid"))
        expect.true(not set(key) & set(REMOTE), "a member of %s points elsewhere" % key.get("kid"))
        expect.equal(set(key), MEMBERS[key["kty"]], "members of " + key["kid"])
        expect.equal(key["use"], "sig", "use of " + key["kid"])
        if key["kty"] == "EC":
            expect.equal((key["alg"], key["crv"]), ("ES256", "P-256"), "an EC key")
            expect.equal((length(key["x"]), length(key["y"])), (32, 32), "its point")
        else:
            expect.true(key["alg"] in ("RS256", "PS256") and length(key["n"]) >= 256, "an RSA key: %r" % key)
    kids = [key["kid"] for key in keys["keys"]]
    expect.equal(len(set(kids)), len(kids), "names that are there once")
    algorithms = {key["alg"] for key in keys["keys"]}
    expect.true("ES256" in algorithms, "a key for ES256")
    expect.true(algorithms <= set(told["id_token_signing_alg_values_supported"]), "keys for what is not listed")
