"""An attacker puts markup, quotes and line ends into every parameter; errors are plain words and repeat nothing.

Every error that can be had from outside is asked for, and each has a page in deploy/errors that has its very words.
"""

import os
import re

from support import expect
from support.oauth import FORM, basic
from support.wire import form, query_of

CELL = "own"
BASE = "https://developer.bank.example/oauth-errors/"
CELL_OPTIONS = {"vault": {"error_uri_base": BASE}}
TIMEOUT = 90

MARK = "Fieldfare"          # the word that must not come back
POISON = MARK + "\"><script>alert('1')</script>\\\r\nSet-Cookie: x=%00" + MARK + "é"
PLAIN = re.compile(r"[\x20-\x21\x23-\x5b\x5d-\x7e]+\Z")         # RFC 6749 5.2
MEMBERS = {"error", "error_description", "error_uri"}
OF_HTTP = {"not_found", "method_not_allowed"}
PAGES = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "deploy", "errors")


def has_its_page(error, description, what):
    path = os.path.join(PAGES, error + ".md")
    expect.true(os.path.exists(path), "%s: there is no page deploy/errors/%s.md" % (what, error))
    with open(path, encoding="utf-8") as text:
        expect.contains(text.read(), description, "%s: deploy/errors/%s.md" % (what, error))


def are_plain(told, what):
    """The members of one error; those that are HTTP's and not OAuth's come without error_uri."""
    for name in MEMBERS & set(told):
        expect.true(PLAIN.match(told[name]), "%s: %s is %r" % (what, name, told[name]))
    if told["error"] not in OF_HTTP:
        expect.equal(told.get("error_uri"), BASE + told["error"], what + ", error_uri")
    has_its_page(told["error"], told["error_description"], what)
    return told["error"]


def repeats_nothing(answer, what):
    for name, value in answer.headers:
        expect.lacks(value, MARK, "%s, header %s" % (what, name))
    expect.lacks(answer.body, MARK.encode(), what)
    expect.contains(answer.header("Cache-Control") or "", "no-store", what + ", Cache-Control")
    expect.equal(answer.header("Set-Cookie"), None, what + ", a cookie with an error")


def json_errors(cell, tokens):
    """(status, answer) of everything wrong that a client or a resource server can do."""
    oauth, demo, rs = cell.oauth, cell.demo, cell.rs
    for grant_type in ("authorization_code", "refresh_token"):
        whole = {"grant_type": grant_type, "code": "sr_ac_x", "refresh_token": "sr_rt_x",
                 "redirect_uri": demo.redirect_uri, "code_verifier": "v" * 43}
        for name in whole:
            yield 400, oauth.post("token", {**whole, name: POISON}, demo)
        yield 400, oauth.post("token", [*whole.items(), ("code", POISON)], demo)
        yield 400, oauth.post("token", {**whole, "client_id": POISON}, demo)
        yield 400, oauth.post("token", {**whole, "client_secret": POISON}, demo)
        yield 400, oauth.post("token", {"grant_type": grant_type}, demo)
    yield 400, oauth.post("token", b"grant_type=" + MARK.encode() + b"%zz", demo)
    yield 400, oauth.refresh(demo, tokens.refresh, scope="openid " + MARK)
    yield 400, oauth.refresh(demo, tokens.refresh, scope=POISON)
    yield 400, oauth.refresh(rs, tokens.refresh)
    yield 400, oauth.introspect(demo, tokens.access)
    yield 400, oauth.post("introspect", {"token_type_hint": POISON}, rs)
    yield 400, oauth.post("revoke", {"token_type_hint": POISON}, demo)
    for endpoint in ("token", "revoke", "introspect"):
        yield 401, oauth.post(endpoint, {"token": MARK})
        yield 401, oauth.post(endpoint, {"token": MARK}, headers=[("Authorization", basic(POISON, POISON))])
        yield 401, oauth.post(endpoint, {"token": MARK}, headers=[("Authorization", "Basic " + MARK)])
        yield 401, oauth.post(endpoint, {"token": MARK}, demo.with_secret(MARK))
        yield 415, oauth.post(endpoint, b"{\"%s\"}" % MARK.encode(), demo, [("Content-Type", "text/" + MARK)])
        yield 405, cell.origin.request("DELETE", "/oauth2/v4/%s?%s" % (endpoint, MARK))
    yield 404, cell.origin.request("GET", "/" + MARK + "?" + MARK)


def redirected_errors(cell):
    poison = ("response_type", "response_mode", "scope", "code_challenge", "code_challenge_method", "nonce", "prompt",
              "max_age", "id_token_hint", "request", "request_uri", "registration")
    changes = [{name: POISON} for name in poison] + [{name: MARK} for name in poison if name != "nonce"]
    changes += [{name: None} for name in ("response_type", "scope", "code_challenge", "code_challenge_method")]
    changes += [{"prompt": "none"}, {"prompt": "none login"}, {"nonce": "n" * 513}]
    for change in changes:
        if change in ({"nonce": POISON}, {"code_challenge": MARK * 4}):
            continue        # those are fine
        params = cell.oauth.authorize_params(cell.demo, state=None, **change).params
        yield "%r" % change, cell.oauth.authorize(params)
        yield "%r by POST" % change, cell.oauth.authorize(params, method="POST")


def bearer_errors(cell, tokens):
    """(error, answer) of what the gateway's check and UserInfo say in a header (RFC 6750 3)."""
    small = cell.oauth.refresh(cell.demo, tokens.refresh, scope="accounts").json()["access_token"]
    posted = [("Content-Type", FORM)]
    for token, error in ((MARK, "invalid_token"), (POISON.split("\r")[0], "invalid_token"),
                         (tokens.refresh, "invalid_token"), (small, "insufficient_scope")):
        bearer = ("Authorization", "Bearer " + token)
        yield error, cell.origin.request("GET", "/oauth2/v4/userinfo", [bearer])
        yield error, cell.origin.request("POST", "/oauth2/v4/userinfo", posted, form({"access_token": token}).encode())
        yield error, cell.check(token, "/fdx/v6/customers/current?" + MARK)
        yield "invalid_request", cell.origin.request("POST", "/oauth2/v4/userinfo", posted + [bearer],
                                                     form({"access_token": token}).encode())


def pages(cell):
    asked = cell.oauth.authorize_params(cell.demo).params
    for name in ("client_id", "redirect_uri"):
        yield cell.oauth.authorize({**asked, name: POISON})
        yield cell.oauth.authorize([*asked.items(), (name, POISON)])
    for path in ("login", "consent"):
        yield cell.origin.request("GET", "/oauth2/v4/%s?request=%s" % (path, MARK))
        yield cell.origin.request("POST", "/oauth2/v4/" + path, [("Content-Type", FORM)],
                                  b"request=%s&csrf=%s&decision=approve" % ((MARK.encode(),) * 2))
    for params in ({"post_logout_redirect_uri": POISON}, {"client_id": cell.demo.id, "state": POISON,
                                                          "post_logout_redirect_uri": "https://" + MARK + ".example/"}):
        yield cell.origin.request("GET", "/oauth2/v4/end_session?" + form(params))
    yield cell.origin.request("POST", "/oauth2/v4/login", [("Content-Type", "text/" + MARK)], b"x")


def story(cell):
    browser = cell.browser()
    tokens = cell.grant(browser=browser)
    seen = set()
    for http_status, answer in json_errors(cell, tokens):
        what = "an answer %s" % answer
        expect.status(answer, http_status, what)
        expect.equal(answer.header("Content-Type"), "application/json", what)
        expect.equal(set(answer.json()) | {"error_uri"}, MEMBERS, what)
        repeats_nothing(answer, what)
        seen.add(are_plain(answer.json(), what))
        challenge = answer.header("WWW-Authenticate")
        expect.equal(challenge is not None, http_status == 401, what + ", WWW-Authenticate")
        expect.true(challenge is None or re.match(r'Basic realm="[^"\\]+"', challenge), what + ", the challenge")
    expect.equal(seen, {"invalid_request", "invalid_client", "invalid_grant", "unauthorized_client", "invalid_scope",
                        "unsupported_grant_type"} | OF_HTTP, "the errors in JSON")

    seen = set()
    for what, answer in redirected_errors(cell):
        expect.status(answer, 303, what)
        repeats_nothing(answer, what)
        told = query_of(answer.header("Location"))
        expect.equal(set(told), MEMBERS | {"iss"}, what)
        seen.add(are_plain(told, what))
    told = query_of(browser.open(cell.oauth.authorize_params(cell.second, prompt="none").params))
    seen.add(are_plain(told, "prompt=none before any consent"))
    browser.open(cell.oauth.authorize_params(cell.second).params)
    seen.add(are_plain(query_of(browser.decide("deny")), "denying"))
    expect.equal(seen, {"invalid_request", "invalid_scope", "unsupported_response_type", "request_not_supported",
                        "request_uri_not_supported", "registration_not_supported", "login_required",
                        "consent_required", "access_denied"}, "the errors by redirect")

    for error, answer in bearer_errors(cell, cell.grant(scope="openid accounts")):
        what = "a challenge %s" % answer
        expect.true(answer.status in (400, 401, 403) and answer.body == b"", what)
        repeats_nothing(answer, what)
        told = dict(re.findall(r'(\w+)="([^"]*)"', answer.header("WWW-Authenticate")))
        expect.true(PLAIN.match(told["error_description"]) and told["error"] == error, what)
        has_its_page(error, told["error_description"], what)

    for answer in pages(cell):
        what = "a page %s" % answer
        expect.true(answer.status in (400, 415) and answer.header("Location") is None, what)
        repeats_nothing(answer, what)

    # All that an attacker can learn from invalid_grant is that it is one.
    code, verifier = cell.code()
    bodies = {cell.oauth.redeem(cell.second, code, verifier).body, cell.oauth.refresh(cell.demo, code).body,
              cell.oauth.redeem(cell.demo, code, "w" * 43).body, cell.oauth.redeem(cell.demo, code, verifier).body,
              cell.oauth.refresh(cell.demo, "sr_rt_" + MARK).body, cell.oauth.refresh(cell.demo, tokens.access).body}
    expect.equal(len(bodies), 1, "different answers for different causes: %r" % bodies)
