"""A developer leaves something out, or says it twice; the error names what, to a client that has proved to be one only."""

from support import expect


def story(cell):
    code, verifier = cell.code()
    good = {"grant_type": "authorization_code", "code": code["code"] if isinstance(code, dict) else code,
            "redirect_uri": cell.demo.redirect_uri, "code_verifier": verifier}
    cases = [("token", {key: value for key, value in good.items() if key != name}, name)
             for name in ("grant_type", "code", "redirect_uri", "code_verifier")]
    cases += [("token", {"grant_type": "refresh_token"}, "refresh_token"), ("revoke", {}, "token is missing"),
              ("token", {**good, "client_id": "somebody-else"}, "client_id"),
              ("token", {**good, "client_secret": cell.demo.secret}, "client_secret"),
              ("token", list(good.items()) + [("code", "x")], "more than once"),
              ("token", {**good, "code_verifier": "v" * 129}, "too long")]
    for endpoint, params, told in cases:
        answer = cell.oauth.post(endpoint, params, cell.demo)
        expect.oauth_error(answer, 400, "invalid_request", "%s without %s" % (endpoint, told))
        expect.contains(answer.json()["error_description"], told, "what the developer is told")
        wrong = cell.oauth.post(endpoint, params, cell.demo.with_secret("wrong"))
        expect.oauth_error(wrong, 401, "invalid_client", "the same from nobody")
    answer = cell.oauth.post("introspect", {}, cell.rs)
    expect.contains(answer.json()["error_description"], "token is missing", "introspect")
    # None of it has burnt the code.
    expect.status(cell.oauth.post("token", good, cell.demo), 200, "the code afterwards")
