"""A registered client makes each mistake that RFC 6749 4.1.2.1 has a code for; state and iss come back with it."""

from support import expect
from support.wire import query_of

MISTAKES = (
    ("response_type", None, "invalid_request"),
    ("response_type", "", "invalid_request"),
    ("response_type", "token", "unsupported_response_type"),
    ("response_type", "code token", "unsupported_response_type"),
    ("response_type", "CODE", "unsupported_response_type"),
    ("code_challenge", None, "invalid_request"),
    ("code_challenge", "", "invalid_request"),
    ("code_challenge", "x" * 31, "invalid_request"),
    ("code_challenge", "x" * 129, "invalid_request"),
    ("code_challenge", "x" * 42 + "+", "invalid_request"),
    ("code_challenge", "x" * 42 + "=", "invalid_request"),
    ("code_challenge", "x" * 42 + "é", "invalid_request"),
    ("code_challenge_method", None, "invalid_request"),
    ("code_challenge_method", "", "invalid_request"),
    ("code_challenge_method", "plain", "invalid_request"),
    ("code_challenge_method", "s256", "invalid_request"),
    ("scope", None, "invalid_scope"),
    ("scope", "", "invalid_scope"),
    ("scope", "accounts", "invalid_scope"),
    ("scope", "openid payments", "invalid_scope"),
    ("scope", "openid OpenID", "invalid_scope"),
    ("scope", "openid,accounts", "invalid_scope"),
    ("scope", "openid statements", "invalid_scope"),
    ("nonce", "n" * 513, "invalid_request"),
    ("prompt", "none login", "invalid_request"),
    ("request", "eyJhbGciOiJub25lIn0.e30.", "request_not_supported"),
    ("request_uri", "https://app.example/request.jwt", "request_uri_not_supported"),
    ("request_uri", "urn:ietf:params:oauth:request_uri:6esc_11ACC5bwc014ltc14eY22c", "request_uri_not_supported"),
    ("request_uri", "x" * 4000, "request_uri_not_supported"),
    ("registration", "{}", "registration_not_supported"),
    ("response_mode", "fragment", "invalid_request"),
    ("response_mode", "form_post", "invalid_request"),
    ("response_mode", "query.jwt", "invalid_request"),
    ("response_mode", "Query", "invalid_request"),
    ("response_mode", "x" * 65, "invalid_request"),
    ("ui_locales", "x" * 513, "invalid_request"),
    ("id_token_hint", "eyJhbGciOiJub25lIn0.e30.", "invalid_request"),
)


def story(cell):
    client = cell.new_client(scope="openid customers accounts transactions")
    for name, value, wanted in MISTAKES:
        asked = cell.oauth.authorize_params(client, **{name: value})
        for method in ("GET", "POST"):
            what = "%s=%r by %s" % (name, value, method)
            answer = expect.status(cell.oauth.authorize(asked.params, method=method), 303, what)
            location = answer.header("Location")
            expect.true(location.startswith(client.redirect_uri + "?"), "%s goes to %s" % (what, location))
            told = query_of(location)
            expect.equal(told.get("error"), wanted, what + ", error")
            expect.equal(told.get("state"), asked.params["state"], what + ", state")
            expect.equal(told.get("iss"), cell.issuer, what + ", iss")
            expect.true("code" not in told, what + " got a code")
