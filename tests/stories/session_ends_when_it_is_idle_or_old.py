"""A customer leaves the browser alone, or uses it all day: in the end the password is asked for again."""

import time

from support import expect

CELL = "own"
CELL_OPTIONS = {"vault": {"lifetimes": {"session": "8s", "session_idle": "3s"}}}


def story(cell):
    def ask(browser, **more):
        return browser.ask(cell.oauth.authorize_params(cell.demo, **more).params)

    idle, busy = cell.browser(), cell.browser()
    cell.grant(browser=idle)
    expect.equal(ask(idle, prompt="none"), "code", "a session that has just been used")
    time.sleep(4.5)
    expect.equal(ask(idle, prompt="none"), "login_required", "the idle session, silently")
    expect.equal(ask(idle), "login", "the idle session has ended")

    # Each code is a use of it, whether a page was shown for it or not.
    cell.grant(browser=busy)
    started = time.monotonic()
    silently = True
    while time.monotonic() - started < 6:
        time.sleep(1)
        if time.monotonic() - started < 6:
            expect.equal(ask(busy, prompt="none" if silently else None), "code", "while it is used")
            silently = not silently
    time.sleep(max(0, 9.5 - (time.monotonic() - started)))
    expect.equal(ask(busy, prompt="none"), "login_required", "the old session, silently")
    expect.equal(ask(busy), "login", "the old session has ended")
