"""An attacker guesses one customer's password: soon even a right guess is refused for a while; others log in freely."""

import time

from support import expect
from support.oauth import User

CELL = "own"
TIMEOUT = 120


def attempt(cell, user, password=None):
    browser = cell.browser()
    browser.open(cell.oauth.authorize_params(cell.demo).params)
    browser.login(user, password)
    return browser


def story(cell):
    victim = cell.new_user("victim")
    for count in range(1, 40):
        browser = attempt(cell, victim, "guess %d" % count)
        if browser.answer.status == 429:
            break
        expect.status(browser.answer, 403, "guess %d" % count)
    else:
        expect.fail("39 guesses and no lock-out")
    expect.true(count >= 4, "locked out after %d guesses already" % count)
    wait = int(browser.answer.header("Retry-After") or 0)
    expect.true(1 <= wait <= 900, "Retry-After is %r" % browser.answer.header("Retry-After"))
    expect.status(attempt(cell, victim).answer, 429, "the right password during the lock-out")
    expect.true(attempt(cell, cell.user).at("consent"), "another customer cannot log in")

    # An unknown name behaves the same way, or the lock-out would tell who is a customer.
    ghost = User("nobody-at-all", "x", None)
    statuses = [attempt(cell, ghost, "guess").answer.status for _ in range(count + 2)]
    expect.contains(statuses, 429, "the statuses of guesses at an unknown name")

    if wait <= 60:
        time.sleep(wait + 1)
        expect.true(attempt(cell, victim).at("consent"), "the right password after the lock-out")
    expect.contains(cell.audit_text(), "USER_LOCKED", "the audit")
