"""A client asks for offline_access as OpenID Connect has it: fine where the bank lists it, and refreshing never needs it."""

from support import expect
from support.wire import query_of

CELL = "own"
CELL_OPTIONS = {"vault": {"scopes": [
    {"name": "openid", "title": "Confirm who you are"},
    {"name": "accounts", "title": "See your accounts", "paths": ["/accounts"]},
    {"name": "offline_access", "title": "Stay connected while you are away"}]}}


def story(cell):
    client = cell.new_client(scope="openid accounts offline_access")
    without = cell.grant(client, scope="openid accounts")
    expect.status(cell.oauth.refresh(client, without.refresh), 200, "a refresh without offline_access")

    browser = cell.browser()
    asked = cell.oauth.authorize_params(client, scope="openid accounts offline_access", prompt="consent")
    browser.to_consent(asked.params, cell.user)
    expect.contains(browser.page.words, "Stay connected while you are away", "the consent page")
    expect.contains(browser.page.words, "Until ", "the consent page says for how long")
    code = query_of(browser.decide("approve"))["code"]
    told = expect.status(cell.oauth.redeem(client, code, asked.verifier), 200, "with offline_access").json()
    expect.equal(set(told["scope"].split()), {"openid", "accounts", "offline_access"}, "scope")
    expect.status(cell.oauth.refresh(client, told["refresh_token"]), 200, "a refresh with offline_access")
    # It opens nothing by itself.
    expect.status(cell.check(told["access_token"], "/fdx/v6/customers/current"), 403, "a path that no scope opens")

    # To whom it was not given it is a scope like any other.
    other = cell.new_client(scope="openid accounts")
    answer = cell.oauth.authorize(cell.oauth.authorize_params(other, scope="openid offline_access").params)
    expect.equal(query_of(answer.header("Location")).get("error"), "invalid_scope", "a client without it")
