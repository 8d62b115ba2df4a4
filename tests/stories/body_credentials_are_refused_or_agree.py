"""A client repeats its id in the body, contradicts itself there, or sends its secret in the body or the URL."""

from support import expect
from support.oauth import basic


def story(cell):
    def attempt(client=cell.demo, endpoint="token", **more):
        params = {"token": "x"} if endpoint == "revoke" else {"grant_type": "refresh_token", "refresh_token": "x"}
        return cell.oauth.post(endpoint, dict(params, **more), client)

    expect.oauth_error(attempt(client_id=cell.demo.id), 400, "invalid_grant", "the same client_id in the body")
    expect.status(attempt(endpoint="revoke", client_id=cell.demo.id), 200, "the same client_id at revoke")
    code, verifier = cell.code()
    answer = cell.oauth.redeem(cell.demo, code, verifier, client_id=cell.demo.id)
    expect.status(answer, 200, "a code with client_id in the body, as the seed has it")

    for endpoint in ("token", "revoke"):
        answer = attempt(endpoint=endpoint, client_id=cell.second.id)
        expect.true(answer.status in (400, 401), "another client_id in the body: %s" % answer)
        expect.true(answer.json()["error"] in ("invalid_request", "invalid_client"), "%s" % answer)
        answer = attempt(endpoint=endpoint, client_secret=cell.demo.secret)
        expect.oauth_error(answer, 400, "invalid_request", "two methods of authentication at " + endpoint)
        answer = attempt(client=None, endpoint=endpoint, client_id=cell.demo.id, client_secret=cell.demo.secret)
        expect.true(answer.status in (400, 401), "the secret in the body: %s" % answer)
        expect.true(answer.json()["error"] in ("invalid_request", "invalid_client"), "%s" % answer)
        answer = attempt(client=None, endpoint=endpoint, client_id=cell.demo.id)
        expect.oauth_error(answer, 401, "invalid_client", "client_id alone at " + endpoint)

    target = "/oauth2/v4/revoke?client_id=%s&client_secret=%s&token=x" % (cell.demo.id, cell.demo.secret)
    answer = cell.origin.request("POST", target, [("Content-Type", "application/x-www-form-urlencoded")], b"token=x")
    expect.oauth_error(answer, 401, "invalid_client", "credentials in the URL")
    answer = cell.origin.request("POST", "/oauth2/v4/revoke?token=x", [
        ("Authorization", basic(cell.demo.id, cell.demo.secret)),
        ("Content-Type", "application/x-www-form-urlencoded")], b"")
    expect.oauth_error(answer, 400, "invalid_request", "the token in the URL")
