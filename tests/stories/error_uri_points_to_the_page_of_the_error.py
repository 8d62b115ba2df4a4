"""A client's developer gets an error and finds in it where the bank explains that error, if the bank does."""

from support import expect
from support.oauth import FORM

CELL = "own"
BASE = "https://developer.bank.example/oauth-errors/"
CELL_OPTIONS = {"vault": {"error_uri_base": BASE}, "options": ["--workers", "2"]}


def check_error(answer, status, error, what):
    told = expect.status(answer, status, what).json()
    expect.equal(told.get("error"), error, what)
    expect.equal(told.get("error_uri"), BASE + error, what + ", error_uri")
    expect.equal(set(told), {"error", "error_description", "error_uri"}, what + ", members")


def story(cell):
    cell.settled()
    tokens = cell.grant()
    for _ in range(4):          # every worker knows it
        check_error(cell.oauth.refresh(cell.demo, "nonsense"), 400, "invalid_grant", "a refresh token that is none")
    impostor = cell.demo.with_secret("wrong")
    check_error(cell.oauth.refresh(impostor, tokens.refresh), 401, "invalid_client", "a wrong secret")
    check_error(cell.oauth.refresh(cell.demo, tokens.refresh, "openid nothing"), 400, "invalid_scope", "a scope")
    answer = cell.oauth.post("token", {"grant_type": "password"}, cell.demo)
    check_error(answer, 400, "unsupported_grant_type", "another grant type")
    check_error(cell.oauth.post("token", {}, cell.demo), 400, "invalid_request", "a request without anything")
    check_error(cell.oauth.post("revoke", b"a=b", cell.demo), 400, "invalid_request", "a revocation without a token")
    answer = cell.oauth.introspect(cell.demo, tokens.access)
    check_error(answer, 400, "unauthorized_client", "a client that introspects")
    answer = cell.oauth.post("token", b"{}", cell.demo, [("Content-Type", "application/json")])
    check_error(answer, 415, "invalid_request", "JSON instead of a form")
    # What HTTP refuses is no error of OAuth; it has no page.
    too_long = cell.origin.request("POST", "/oauth2/v4/token", [("Content-Type", FORM)], b"x" * 70000)
    for answer, status in ((cell.origin.request("GET", "/nowhere"), 404),
                           (cell.origin.request("GET", "/oauth2/v4/token"), 405), (too_long, 413)):
        expect.true("error_uri" not in expect.status(answer, status, "HTTP's own").json(), "error_uri with %d" % status)
