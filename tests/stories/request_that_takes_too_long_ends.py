"""A customer leaves the login page open for longer than an authorization request lives, then logs in."""

import time

from support import expect
from support.wire import query_of

CELL = "own"
CELL_OPTIONS = {"vault": {"lifetimes": {"handle": "3s"}}}


def story(cell):
    browser = cell.browser()
    browser.open(cell.oauth.authorize_params(cell.demo).params)
    expect.status(browser.answer, 200, "the login page")
    time.sleep(4.2)
    browser.login(cell.user)
    expect.status(browser.answer, 400, "login after the end")
    expect.equal(browser.page.forms, [], "the forms of the page")
    browser = cell.browser()
    browser.to_consent(cell.oauth.authorize_params(cell.demo).params, cell.user)
    time.sleep(4.2)
    expect.equal(browser.decide("approve"), None, "consent after the end leads back")
    expect.status(browser.answer, 400, "consent after the end")
    location = cell.browser().approve(cell.oauth.authorize_params(cell.demo).params, cell.user)
    expect.true("code" in query_of(location), "a quick customer gets through")
