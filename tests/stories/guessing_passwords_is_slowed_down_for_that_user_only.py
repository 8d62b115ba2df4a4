"""An attacker guesses one customer's password: soon even a right guess is refused for a while; others log in freely."""

import time

from support import expect

CELL = "own"
TIMEOUT = 120


def attempt(cell, user, password=None):
    browser = cell.browser()
    browser.open(cell.oauth.authorize_params(cell.demo).params)
    browser.login(user, password)
    return browser


def story(cell):
    victim = cell.new_user("victim")
    waits, wait = [], 0
    for count in range(1, 60):
        browser = attempt(cell, victim, "guess %d" % count)
        if browser.answer.status == 403:
            continue
        expect.status(browser.answer, 429, "guess %d" % count)
        wait = int(browser.answer.header("Retry-After") or 0)
        expect.true(1 <= wait <= 900, "Retry-After is %r" % browser.answer.header("Retry-After"))
        expect.true(count >= 4, "locked out after %d guesses already" % count)
        waits.append(wait)
        if wait >= 5:
            break
        time.sleep(wait)
    expect.true(wait >= 5, "59 guesses, and the waits were %r" % waits)
    expect.status(attempt(cell, victim).answer, 429, "the right password during the lock-out")
    expect.true(attempt(cell, cell.user).at("consent"), "another customer cannot log in")

    # Nobody is locked out for good: after the wait the right password is right again.
    time.sleep(wait + 1)
    expect.true(attempt(cell, victim).at("consent"), "the right password after the lock-out")
    expect.contains(cell.audit_text(), "user_locked", "the audit")
