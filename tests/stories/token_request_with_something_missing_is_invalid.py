"""A client leaves a parameter of the token request out, sends it empty, or sends one of the wrong shape."""

from support import expect


def story(cell):
    code, verifier = cell.code()
    whole = cell.oauth.redeem_params(cell.demo, code, verifier)
    for name in whole:
        for value in (None, ""):
            answer = cell.oauth.post("token", dict(whole, **{name: value}), cell.demo)
            expect.oauth_error(answer, 400, "invalid_request", "%s=%r" % (name, value))
    for what, value in (("42 characters", "v" * 42), ("129 characters", "v" * 129), ("a plus", "v" * 42 + "+"),
                        ("a slash", "v" * 42 + "/"), ("an umlaut", "v" * 42 + "ä")):
        answer = expect.status(cell.oauth.post("token", dict(whole, code_verifier=value), cell.demo), 400, what)
        expect.true(answer.json()["error"] in ("invalid_request", "invalid_grant"), "a verifier with " + what)

    answer = cell.oauth.post("token", {"grant_type": "refresh_token"}, cell.demo)
    expect.oauth_error(answer, 400, "invalid_request", "a refresh without its token")
    answer = cell.oauth.post("token", b"", cell.demo)
    expect.oauth_error(answer, 400, "invalid_request", "an empty body")
    # A wrong client learns nothing about its request.
    answer = cell.oauth.post("token", b"", cell.demo.with_secret("wrong"))
    expect.oauth_error(answer, 401, "invalid_client", "an empty body with a wrong secret")
