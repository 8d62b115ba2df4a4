"""A browser that came over TLS once is told to come over TLS only, by every kind of answer; over plain HTTP by none."""

from support import expect
from support.wire import query_of

CELL = "none"
A_YEAR_S = 31536000


def answers(cell):
    """One of each kind: redirects, pages, tokens, errors, refusals, documents, probes."""
    browser = cell.browser()
    asked = cell.oauth.authorize_params(cell.demo)
    yield "authorize", cell.oauth.authorize(asked.params)
    browser.open(asked.params)
    yield "the login page", browser.answer
    browser.login(cell.user)
    yield "the consent page", browser.answer
    location = browser.decide("approve")
    yield "the redirect to the client", browser.answer
    code = query_of(location)["code"]
    answer = cell.oauth.redeem(cell.demo, code, asked.verifier)
    yield "tokens", answer
    yield "an error", cell.oauth.redeem(cell.demo, code, asked.verifier)
    yield "a challenge", cell.oauth.post("token", {})
    yield "introspection", cell.oauth.introspect(cell.rs, answer.json()["access_token"])
    yield "revocation", cell.oauth.revoke(cell.demo, answer.json()["access_token"])
    yield "the keys", cell.origin.request("GET", "/oauth2/v4/jwks")
    yield "an error page", cell.oauth.authorize({"client_id": "nobody"})
    yield "no such path", cell.origin.request("GET", "/nowhere")
    yield "no such method", cell.origin.request("DELETE", "/oauth2/v4/token")
    yield "another media type", cell.origin.request("POST", "/oauth2/v4/token", body=b"{}")
    yield "too long a line", cell.origin.request("GET", "/" + "x" * 20000)
    yield "liveness", cell.origin.request("GET", "/livez")


def story(workshop):
    for what, answer in answers(workshop.new_cell("over-tls")):
        told = answer.header("Strict-Transport-Security") or ""
        expect.true(told.startswith("max-age=") and int(told[8:].split(";")[0]) >= A_YEAR_S,
                    "%s: Strict-Transport-Security is %r" % (what, told))
    # RFC 6797 7.2: not over plain HTTP, where anyone could have written it.
    for what, answer in answers(workshop.new_cell("plain", options=["--http"])):
        expect.equal(answer.header("Strict-Transport-Security"), None, what + " over plain HTTP")
