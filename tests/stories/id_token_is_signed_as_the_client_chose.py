"""Clients that want PS256 or RS256 get ID tokens that openssl and another library verify, and no other algorithm does."""

from support import expect, jwt

try:
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives import hashes
    from cryptography.hazmat.primitives.asymmetric import padding, rsa
except ImportError:
    rsa = None


def paddings():
    pss = padding.PSS(mgf=padding.MGF1(hashes.SHA256()), salt_length=32)
    return {"PS256": pss, "RS256": padding.PKCS1v15()}


def verifies(token, keys, alg):
    """By the rules of that algorithm, whatever the token says, in code that is not ours and not openssl's command."""
    key = next(key for key in keys["keys"] if key["kid"] == jwt.kid_of(token))
    numbers = [int.from_bytes(jwt.decode(key[name]), "big") for name in ("e", "n")]
    head, body, signature = token.split(".")
    try:
        rsa.RSAPublicNumbers(*numbers).public_key().verify(jwt.decode(signature), (head + "." + body).encode(),
                                                           paddings()[alg], hashes.SHA256())
    except InvalidSignature:
        return False
    return True


def is_accepted(token, keys):
    try:
        return bool(jwt.verify(token, keys))
    except expect.Failure:
        return False


def story(cell):
    keys = jwt.keys_settled(cell)
    for alg in ("ES256", "PS256", "RS256"):
        client = cell.new_client(signing_alg=alg)
        tokens = cell.grant(client)
        refreshed = expect.status(cell.oauth.refresh(client, tokens.refresh), 200, "a refresh").json()
        for token in (tokens.told["id_token"], refreshed["id_token"]):
            key = next(key for key in keys["keys"] if key["kid"] == jwt.kid_of(token))
            expect.equal(key["alg"], alg, "the key's algorithm")
            expect.equal(jwt.verify(token, keys)["aud"], client.id, "aud")
            head, body, signature = token.split(".")
            altered = ".".join([head, body, ("A" if signature[0] != "A" else "B") + signature[1:]])
            expect.true(not is_accepted(altered, keys), "an altered signature is accepted")
            if rsa and alg != "ES256":
                expect.equal([verifies(token, keys, name) for name in ("PS256", "RS256")],
                             [alg == "PS256", alg == "RS256"], "verified as PS256, as RS256")
