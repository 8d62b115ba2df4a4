"""A client puts odd and long things into nonce; they come back in the ID token of this code, and of no other."""

from support import expect, jwt
from support.wire import query_of

NONCES = ("n", "n" * 64, "n" * 512, "a b+c%20d&e=f#g", "\"\\/\b\u2028</script>", "Zürich 東京 \U0001f511")


def story(cell):
    keys = cell.origin.request("GET", "/oauth2/v4/jwks").json()
    browser = cell.browser()
    waiting = []
    for nonce in NONCES:
        waiting.append((nonce, *cell.code(browser=browser, nonce=nonce)))
    # Codes of one browser, redeemed in another order than they were made in: each brings its own.
    for nonce, code, verifier in reversed(waiting):
        told = expect.status(cell.oauth.redeem(cell.demo, code, verifier), 200, "nonce %r" % nonce[:20]).json()
        expect.equal(jwt.verify(told["id_token"], keys)["nonce"], nonce, "nonce")
    answer = cell.oauth.authorize(cell.oauth.authorize_params(cell.demo, nonce="n" * 513).params)
    expect.equal(query_of(answer.header("Location")).get("error"), "invalid_request", "a nonce of 513 bytes")
