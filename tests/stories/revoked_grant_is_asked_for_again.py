"""A customer, an app or a thief ended a grant: the app that comes back for the same is asked for it on the page."""

from support import expect
from support.oauth import Tokens
from support.wire import query_of


def fresh(cell, name):
    """A client of its own with a standing grant, its browser and its tokens."""
    client, user, browser = cell.new_client(), cell.new_user(name), cell.browser()
    return client, browser, cell.grant(client, user, browser=browser)


def again(cell, client, browser):
    return browser.ask(cell.oauth.authorize_params(client).params)


def story(cell):
    client, browser, tokens = fresh(cell, "revoking-app")
    expect.equal(again(cell, client, browser), "code", "while it stands")
    cell.oauth.revoke(client, tokens.access)
    expect.equal(again(cell, client, browser), "code", "after an access token was revoked")

    # The app gives back everything it got.
    client, browser, tokens = fresh(cell, "revoking-app-wholly")
    cell.oauth.revoke(client, tokens.refresh)
    expect.equal(again(cell, client, browser), "consent", "after the refresh token was revoked")

    # The bank ends it.
    client, browser, tokens = fresh(cell, "revoked-by-the-bank")
    about = cell.oauth.introspect(cell.rs, tokens.access).json()
    cell.cli_ok("grant", "revoke", about["grant_id"])
    expect.equal(again(cell, client, browser), "consent", "after the bank revoked it")

    # A thief was noticed.
    client, browser, tokens = fresh(cell, "stolen-from")
    cell.oauth.refresh(client, tokens.refresh)
    cell.oauth.refresh(client, tokens.refresh)
    expect.equal(again(cell, client, browser), "consent", "after a refresh token was used twice")

    # One that came without a page stands and falls alone; what it was made from does not need it.
    client, browser, tokens = fresh(cell, "two-of-a-kind")
    asked = cell.oauth.authorize_params(client)
    code = query_of(browser.open(asked.params))["code"]
    second = Tokens(client, cell.oauth.redeem(client, code, asked.verifier).json())
    cell.oauth.revoke(client, tokens.refresh)
    expect.equal((cell.is_active(tokens.access), cell.is_active(second.access)), (False, True), "the two grants")
    cell.oauth.revoke(client, second.refresh)
    expect.equal(again(cell, client, browser), "consent", "when neither stands")

    # The operator registers another app under the same name.
    client, browser, tokens = fresh(cell, "same-name")
    cell.cli_ok("client", "remove", client.id)
    told = cell.cli_json("client", "add", "--name", "Another", "--id", client.id, "--redirect-uri", client.redirect_uri)
    expect.equal(told["client_id"], client.id, "the id")
    expect.equal(again(cell, client, browser), "consent", "another client of that id")
