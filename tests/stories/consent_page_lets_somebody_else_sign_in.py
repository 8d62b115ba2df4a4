"""Somebody is signed in at the shared computer already: from the consent page another customer signs in instead."""

import urllib.parse

from support import expect
from support.wire import query_of


def link_to_login(browser):
    found = [link for link in browser.page.links if link and "/oauth2/v4/login?request=" in link]
    expect.equal(len(found), 1, "links to the login page on %s" % browser.url)
    return found[0]


def story(cell):
    first = cell.new_user("kim", name="Kim First")
    second = cell.new_user("lee", name="Lee Second")
    browser = cell.browser()
    browser.to_consent(cell.oauth.authorize_params(cell.demo).params, first)

    asked = cell.oauth.authorize_params(cell.demo)
    expect.equal(browser.open(asked.params), None, "the second request")
    expect.true(browser.at("consent"), "the one who is signed in is not asked for the password again")
    expect.contains(browser.answer.text, "Kim First", "who is signed in")
    expect.contains(browser.answer.text, "Not you?", "who is signed in")

    browser.send("GET", link_to_login(browser))
    expect.true(browser.at("login") and browser.answer.status == 200, "the login page, although there is a session")
    expect.lacks(browser.answer.text, "Kim", "the login page")
    browser.login(second)
    expect.true(browser.at("consent"), "the consent page of %s" % browser.url)
    expect.contains(browser.answer.text, "Lee Second", "who is signed in now")
    expect.lacks(browser.answer.text, "Kim", "who is signed in now")
    code = query_of(browser.decide("approve"))["code"]
    tokens = expect.status(cell.oauth.redeem(cell.demo, code, asked.verifier), 200, "the code").json()
    told = cell.oauth.introspect(cell.rs, tokens["access_token"]).json()
    expect.equal(told["sub"], second.sub, "whose consent it is")

    # Who only looks at the login page stays signed in.
    browser.open(cell.oauth.authorize_params(cell.demo, prompt="consent").params)
    back = browser.url
    browser.send("GET", link_to_login(browser))
    expect.equal(urllib.parse.urlsplit(browser.url).path, "/oauth2/v4/login", "the login page")
    browser.send("GET", back)
    expect.true(browser.at("consent") and browser.answer.status == 200, "back at the consent page")
    expect.contains(browser.answer.text, "Lee Second", "who is signed in still")
