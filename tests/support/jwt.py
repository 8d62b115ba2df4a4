"""Verify an ES256 ID token as a client would, with the key from /oauth2/v4/jwks and the openssl command."""

import base64
import json
import os
import subprocess
import tempfile

from support import expect

# SubjectPublicKeyInfo of an uncompressed P-256 point, up to the point (RFC 5480).
SPKI_P256 = bytes.fromhex("3059301306072a8648ce3d020106082a8648ce3d030107034200") + b"\x04"


def decode(text):
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def der_integer(number):
    number = number.lstrip(b"\0") or b"\0"
    if number[0] & 0x80:
        number = b"\0" + number
    return b"\x02" + bytes([len(number)]) + number


def verify(token, keys):
    """The claims of a token that is signed by the key its header names; keys: the JWKS object."""
    head, body, signature = token.split(".")
    header = json.loads(decode(head))
    expect.equal(header["alg"], "ES256", "alg")
    matching = [key for key in keys["keys"] if key["kid"] == header["kid"]]
    expect.equal(len(matching), 1, "keys with the kid %r" % header["kid"])
    key = matching[0]
    expect.equal((key["kty"], key["crv"]), ("EC", "P-256"), "the key's kind")
    expect.true("d" not in key, "the private part is published")
    raw = decode(signature)
    expect.equal(len(raw), 64, "the signature's length")
    pair = der_integer(raw[:32]) + der_integer(raw[32:])
    with tempfile.TemporaryDirectory() as folder:
        paths = {}
        for name, data in (("key", SPKI_P256 + decode(key["x"]) + decode(key["y"])),
                           ("signature", b"\x30" + bytes([len(pair)]) + pair), ("data", (head + "." + body).encode())):
            paths[name] = os.path.join(folder, name)
            with open(paths[name], "wb") as out:
                out.write(data)
        result = subprocess.run(["openssl", "dgst", "-sha256", "-keyform", "DER", "-verify", paths["key"],
                                 "-signature", paths["signature"], paths["data"]], check=False,
                                stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    expect.equal(result.returncode, 0, "the signature (%s)" % result.stdout)
    return json.loads(decode(body))


def keys_settled(cell):
    """Wait until a new cell has a current and a next key of each algorithm, those of RSA take a moment, and every
    worker publishes them; returns the JWKS object."""
    def settled():
        answers = [cell.origin.request("GET", "/oauth2/v4/jwks") for _ in range(10)]
        keys = answers[0].json()["keys"]
        algorithms = [key["alg"] for key in keys]
        listed = cell.origin.request("GET", "/.well-known/openid-configuration").json()
        made = all(algorithms.count(name) >= 2 for name in listed["id_token_signing_alg_values_supported"])
        return answers[0].json() if made and len({answer.header("ETag") for answer in answers}) == 1 else None
    return expect.eventually(settled, "two keys of each algorithm, told by every worker", 60.0, 0.2)
