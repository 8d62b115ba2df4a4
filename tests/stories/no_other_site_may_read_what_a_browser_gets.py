"""A script on another site asks our endpoints, with a preflight and without: no answer lets it read anything."""

from support import expect
from support.oauth import FORM, basic

PATHS = ("/oauth2/v4/authorize", "/oauth2/v4/login", "/oauth2/v4/consent", "/oauth2/v4/token", "/oauth2/v4/revoke",
         "/oauth2/v4/introspect", "/oauth2/v4/end_session")
ORIGINS = ("https://evil.example", "null", "http://127.0.0.1:8000")


def allows_nobody(answer, what):
    for name, value in answer.headers:
        expect.true(not name.lower().startswith("access-control-"), "%s: %s: %s" % (what, name, value))


def story(cell):
    asked = cell.oauth.authorize_params(cell.demo)
    tokens = cell.grant()
    for origin in ORIGINS + (cell.issuer, cell.demo.redirect_uri.rsplit("/", 1)[0]):
        headers = [("Origin", origin)]
        for path in PATHS:
            preflight = cell.origin.request("OPTIONS", path, headers + [
                ("Access-Control-Request-Method", "POST"), ("Access-Control-Request-Headers", "authorization")])
            expect.true(preflight.status in (404, 405), "a preflight at %s: %s" % (path, preflight))
            allows_nobody(preflight, "a preflight at " + path)
            allows_nobody(cell.origin.request("GET", path, headers), "GET " + path)
            answer = cell.origin.request("POST", path, headers + [("Content-Type", FORM)], b"token=x")
            allows_nobody(answer, "POST " + path)
        answer = cell.oauth.authorize(asked.params, headers=headers)
        expect.status(answer, 303, "a good authorization request")
        allows_nobody(answer, "a good authorization request")
        answer = cell.oauth.post("introspect", {"token": tokens.access}, headers=headers + [
            ("Authorization", basic(cell.rs.id, cell.rs.secret))])
        expect.status(answer, 200, "introspection")
        allows_nobody(answer, "introspection")
