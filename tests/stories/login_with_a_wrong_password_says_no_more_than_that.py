"""Someone tries names and passwords and reads the answers closely for a hint of which of the two was wrong."""

import re

from support import expect
from support.oauth import User


def without_secrets(text):
    return re.sub(r'value="[^"]*"', 'value=""', text)


def story(cell):
    known = cell.new_user("wrong-password-customer")
    seen = {}
    for what, username, password in (("wrong password", known.username, "wrong password"),
                                     ("unknown user", "nobody-by-that-name-at", "wrong password")):
        browser = cell.browser()
        browser.open(cell.oauth.authorize_params(cell.demo).params)
        browser.login(User(username, password, None))
        expect.status(browser.answer, 403, what)
        expect.true(browser.at("login"), "%s ended at %s" % (what, browser.url))
        expect.true("__Host-sr_session" not in browser.cookies, what + " made a session")
        expect.lacks(browser.answer.text, password + '"', what + ", the password in the page")
        seen[what] = without_secrets(browser.answer.text).replace(username, "NAME")
    expect.equal(seen["unknown user"], seen["wrong password"], "the two pages")

    # The form that came back works with the right password.
    browser = cell.browser()
    browser.open(cell.oauth.authorize_params(cell.demo).params)
    browser.login(known, "wrong password")
    browser.login(known)
    expect.true(browser.at("consent") and browser.answer.status == 200, "the right password led to %s" % browser.url)
    for username, password in (("", ""), (known.username, ""), ("", known.password), (known.username, "p" * 1025),
                               ("n" * 200, "p")):
        browser = cell.browser()
        browser.open(cell.oauth.authorize_params(cell.demo).params)
        browser.login(User(username, password, None))
        expect.true(browser.answer.status in (400, 403), "%r: %s" % (username, browser.answer))
    records = cell.audit_text()
    expect.contains(records, "password_wrong", "the audit")
