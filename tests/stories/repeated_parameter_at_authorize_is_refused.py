"""A client sends a parameter of the authorization request twice; unknown parameters are none of our business."""

from support import expect
from support.wire import query_of


def story(cell):
    asked = cell.oauth.authorize_params(cell.demo, nonce="n1").params
    for name in ("response_type", "scope", "state", "nonce", "code_challenge", "code_challenge_method"):
        for second in (asked[name], "other"):
            for method in ("GET", "POST"):
                answer = cell.oauth.authorize([*asked.items(), (name, second)], method=method)
                expect.status(answer, 303, name + " twice")
                told = query_of(answer.header("Location"))
                expect.equal(told.get("error"), "invalid_request", name + " twice")
                expect.equal(told.get("iss"), cell.issuer, name + " twice, iss")

    answer = cell.oauth.authorize([*asked.items(), ("utm_source", "mail"), ("utm_source2", ""), ("", "x")])
    expect.status(answer, 303, "unknown parameters")
    expect.contains(answer.header("Location"), "/oauth2/v4/login", "unknown parameters lead on")
