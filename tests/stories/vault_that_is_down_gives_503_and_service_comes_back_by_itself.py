"""Clients and customers come while there is no vault; each gets a 503 that says when to try again, then service."""

import time

from support import expect
from support.wire import query_of

CELL = "own"
CELL_OPTIONS = {"frontend": {"limits": {"vault_timeout": "2s"}}}
TIMEOUT = 120


def story(cell):
    tokens = cell.grant()
    browser = cell.browser()
    browser.open(cell.oauth.authorize_params(cell.demo, prompt="consent").params)
    cell.stop()
    cell.daemon("frontend")
    expect.eventually(lambda: cell.origin.request("GET", "/livez").status == 200, "a live front end")

    def unavailable(what, answer):
        expect.oauth_error(answer, 503, "temporarily_unavailable", what)
        expect.true(int(answer.header("Retry-After")) >= 1, what + ", Retry-After")
    started = time.monotonic()
    unavailable("refresh", cell.oauth.refresh(cell.demo, tokens.refresh))
    expect.true(time.monotonic() - started < 12, "503 took %.1f s" % (time.monotonic() - started))
    unavailable("revoke", cell.oauth.revoke(cell.demo, tokens.access))
    unavailable("introspect", cell.oauth.introspect(cell.rs, tokens.access))
    answer = expect.status(cell.oauth.authorize(cell.oauth.authorize_params(cell.demo).params), 503, "authorize")
    expect.contains(answer.header("Content-Type"), "text/html", "a page for the customer")
    expect.true(answer.header("Retry-After"), "Retry-After of authorize")
    answer = cell.check(tokens.access, "/fdx/v6/accounts")
    expect.status(answer, 503, "the gateway's check")
    expect.status(browser.send("GET", browser.url), 503, "the login page")

    cell.daemon("vault")
    cell.wait_ready()
    # The sealed request that the customer was on, and every token, are as good as before.
    expect.status(browser.send("GET", browser.url), 200, "the login page again")
    browser.login(cell.user)
    expect.true("code" in query_of(browser.decide("approve")), "a code")
    expect.equal(cell.is_active(tokens.access), True, "the access token")
    expect.status(cell.oauth.refresh(cell.demo, tokens.refresh), 200, "the refresh token that got a 503")
