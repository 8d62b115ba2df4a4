"""A client's library sends every parameter that it knows, empty where it has nothing to say (RFC 6749 3.1)."""

from support import expect
from support.wire import query_of

NOTHING_TO_SAY = ("state", "nonce", "prompt", "max_age", "login_hint", "id_token_hint", "acr_values", "ui_locales",
                  "display", "response_mode", "request", "request_uri", "registration")
OWED = {"response_type": "invalid_request", "scope": "invalid_scope", "code_challenge": "invalid_request",
        "code_challenge_method": "invalid_request"}


def story(cell):
    client = cell.new_client()      # which nobody has allowed anything yet
    asked = cell.oauth.authorize_params(client, **dict.fromkeys(NOTHING_TO_SAY, ""))
    told = query_of(cell.browser().approve(asked.params, cell.user))
    expect.equal(set(told), {"code", "iss"}, "the answer's parameters: no state was sent")
    params = cell.oauth.redeem_params(client, told["code"], asked.verifier, refresh_token="", scope="",
                                      client_id="", client_secret="", device_code="")
    tokens = expect.status(cell.oauth.post("token", params, client), 200, "redeeming with empty parameters").json()
    answer = cell.oauth.refresh(client, tokens["refresh_token"], scope="", code="", redirect_uri="")
    again = expect.status(answer, 200, "refreshing with empty parameters").json()
    expect.equal(again["scope"], tokens["scope"], "an empty scope asks for the same")
    expect.status(cell.oauth.revoke(client, again["access_token"], hint=""), 200, "revoking with an empty hint")

    # What has to be there is missing when it is empty.
    for name, error in OWED.items():
        answer = cell.oauth.authorize(cell.oauth.authorize_params(client, **{name: ""}).params)
        expect.equal(query_of(answer.header("Location")).get("error"), error, "an empty " + name)
