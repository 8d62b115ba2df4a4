"""A client has the browser POST the authorization request instead of putting it into the URL."""

from support import expect
from support.wire import query_of


def story(cell):
    asked = cell.oauth.authorize_params(cell.demo, prompt="consent")
    browser = cell.browser()
    browser.send("POST", "/oauth2/v4/authorize", asked.params)
    expect.equal(browser.answer.status, 303, "the answer to a POST is a redirect")
    expect.equal(browser.follow(), None, "it leads to a page")
    browser.login(cell.user)
    told = query_of(browser.decide("approve"))
    expect.equal(told["state"], asked.params["state"], "state")
    expect.status(cell.oauth.redeem(cell.demo, told["code"], asked.verifier), 200, "redeeming the code")
