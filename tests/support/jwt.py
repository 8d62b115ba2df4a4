"""Verify an ID token as a client would, with the key from /oauth2/v4/jwks and the openssl command."""

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


def der(tag, content):
    """One value; nothing here is longer than 64 KiB."""
    if len(content) < 0x80:
        return bytes([tag, len(content)]) + content
    size = len(content).to_bytes(1 if len(content) < 0x100 else 2, "big")
    return bytes([tag, 0x80 | len(size)]) + size + content


def der_integer(number):
    number = number.lstrip(b"\0") or b"\0"
    return der(0x02, b"\0" + number if number[0] & 0x80 else number)


def spki_rsa(key):
    """SubjectPublicKeyInfo of an RSA key (RFC 3279 2.3.1)."""
    pair = der(0x30, der_integer(decode(key["n"])) + der_integer(decode(key["e"])))
    return der(0x30, bytes.fromhex("300d06092a864886f70d0101010500") + der(0x03, b"\0" + pair))


def material(key, alg, raw):
    """The key and the signature as openssl reads them, and its options for the algorithm."""
    expect.true("d" not in key, "the private part is published")
    if alg == "ES256":
        expect.equal((key["kty"], key["crv"]), ("EC", "P-256"), "the key's kind")
        expect.equal(len(raw), 64, "the signature's length")
        pair = der(0x30, der_integer(raw[:32]) + der_integer(raw[32:]))
        return SPKI_P256 + decode(key["x"]) + decode(key["y"]), pair, []
    expect.equal(key["kty"], "RSA", "the key's kind")
    expect.true(len(raw) == len(decode(key["n"])) >= 256, "the signature is as long as the key, and that is long enough")
    options = ["rsa_padding_mode:pss", "rsa_pss_saltlen:32", "rsa_mgf1_md:sha256"] if alg == "PS256" else []
    return spki_rsa(key), raw, [word for option in options for word in ("-sigopt", option)]


def verify(token, keys):
    """The claims of a token that is signed by the key its header names, with that key's algorithm; keys: the JWKS
    object. Which of the three algorithms it is, is for the caller to judge."""
    head, body, signature = token.split(".")
    header = json.loads(decode(head))
    matching = [key for key in keys["keys"] if key["kid"] == header["kid"]]
    expect.equal(len(matching), 1, "keys with the kid %r" % header["kid"])
    alg = matching[0]["alg"]
    expect.true(alg in ("ES256", "PS256", "RS256"), "the algorithm of the key is %r" % alg)
    expect.equal(header["alg"], alg, "alg")
    spki, raw, options = material(matching[0], alg, decode(signature))
    with tempfile.TemporaryDirectory() as folder:
        paths = {}
        for name, data in (("key", spki), ("signature", raw), ("data", (head + "." + body).encode())):
            paths[name] = os.path.join(folder, name)
            with open(paths[name], "wb") as out:
                out.write(data)
        result = subprocess.run(["openssl", "dgst", "-sha256", "-keyform", "DER", "-verify", paths["key"]] + options +
                                ["-signature", paths["signature"], paths["data"]], check=False,
                                stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    expect.equal(result.returncode, 0, "the signature (%s)" % result.stdout)
    return json.loads(decode(body))


def kid_of(token):
    return json.loads(decode(token.split(".")[0]))["kid"]


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
