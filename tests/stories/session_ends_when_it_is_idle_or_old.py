"""A customer leaves the browser alone, or uses it all day: in the end the password is asked for again."""

import time

from support import expect

CELL = "own"
CELL_OPTIONS = {"vault": {"lifetimes": {"session": "8s", "session_idle": "3s"}}}


def story(cell):
    def asks_for_password(browser):
        browser.open(cell.oauth.authorize_params(cell.demo).params)
        expect.true(browser.at("login") or browser.at("consent"), "at %s" % browser.url)
        return browser.at("login")

    idle, busy = cell.browser(), cell.browser()
    cell.grant(browser=idle)
    time.sleep(4.5)
    expect.equal(asks_for_password(idle), True, "the idle session has ended")

    cell.grant(browser=busy)
    started = time.monotonic()
    while time.monotonic() - started < 6:
        time.sleep(1)
        if time.monotonic() - started < 6:
            cell.code(browser=busy)
    expect.equal(asks_for_password(busy), False, "the session that is used goes on")
    time.sleep(max(0, 9.5 - (time.monotonic() - started)))
    expect.equal(asks_for_password(busy), True, "the old session has ended")
