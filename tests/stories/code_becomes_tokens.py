"""A client redeems its code and gets what RFC 6749 5.1 and SPEC 3 promise, with nothing readable in the tokens."""

import base64
import re

from support import expect

TOKEN = re.compile(r"^sr_(at|rt)_[A-Za-z0-9_-]{40,}$")


def story(cell):
    code, verifier = cell.code(scope="openid customers accounts")
    expect.true(re.match(r"^sr_ac_[A-Za-z0-9_-]{40,}$", code), "the code's form: " + code)
    answer = expect.status(cell.oauth.redeem(cell.demo, code, verifier), 200, "redeeming")
    told = answer.json()
    expect.contains(answer.header("Cache-Control") or "", "no-store", "Cache-Control")
    expect.equal(answer.header("Pragma"), "no-cache", "Pragma")
    expect.equal(answer.header("Content-Type").split(";")[0], "application/json", "Content-Type")
    expect.true(set(told) - {"id_token"} == {"access_token", "token_type", "expires_in", "refresh_token", "scope"},
                "the members are %r" % sorted(told))
    expect.equal(told["token_type"], "Bearer", "token_type")
    expect.equal(told["expires_in"], 900, "expires_in")
    expect.equal(set(told["scope"].split(" ")), {"openid", "customers", "accounts"}, "scope")
    expect.true(told["access_token"].startswith("sr_at_") and TOKEN.match(told["access_token"]), "access token")
    expect.true(told["refresh_token"].startswith("sr_rt_") and TOKEN.match(told["refresh_token"]), "refresh token")

    # Opaque: what can be decoded of it has no structure and names nobody.
    for token in (told["access_token"], told["refresh_token"]):
        sealed = token[6:-6]
        plain = base64.urlsafe_b64decode(sealed + "=" * (-len(sealed) % 4))
        for known in (cell.demo.id, cell.user.sub, cell.user.username, "accounts"):
            expect.lacks(plain, known.encode(), "the token's bytes")
    again = cell.grant(scope="openid customers accounts")
    expect.true(again.access[6:26] != told["access_token"][6:26], "two tokens begin alike")
