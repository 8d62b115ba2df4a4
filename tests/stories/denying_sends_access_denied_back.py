"""A customer says no on the consent page; the client is told so, and nothing has come to be."""

from support import expect
from support.wire import query_of


def story(cell):
    user = cell.new_user("denying-customer")
    asked = cell.oauth.authorize_params(cell.demo)
    browser = cell.browser()
    browser.to_consent(asked.params, user)
    location = browser.decide("deny")
    expect.true(location.startswith(cell.demo.redirect_uri + "?"), "the redirect goes to %s" % location)
    told = query_of(location)
    expect.equal(told.get("error"), "access_denied", "error")
    expect.equal(told.get("state"), asked.params["state"], "state")
    expect.equal(told.get("iss"), cell.issuer, "iss")
    expect.true("code" not in told, "a denial carries no code")
    grants = cell.cli_json("grant", "list", "--user", user.username)
    expect.equal(grants["grants"], [], "the customer's grants")
