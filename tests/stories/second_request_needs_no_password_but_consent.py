"""A customer who is logged in links a second app: no password is asked for, but consent is."""

from support import expect


def story(cell):
    browser = cell.browser()
    cell.grant(browser=browser)
    expect.equal(browser.open(cell.oauth.authorize_params(cell.second).params), None, "a page is shown")
    expect.true(browser.at("consent") and browser.answer.status == 200, "the page shown is %s" % browser.url)
    expect.true(browser.decide("approve"), "approving leads back")
    # The same client again: consent is asked for again, and the login is still good.
    expect.equal(browser.open(cell.oauth.authorize_params(cell.demo).params), None, "a page is shown")
    expect.true(browser.at("consent"), "the page shown is %s" % browser.url)
