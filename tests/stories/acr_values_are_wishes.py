"""A client wishes for a level of authentication: one that we have may need a new login, no wish ever fails."""

import json

from support import expect, jwt
from support.wire import query_of

CELL = "own"
OURS = "urn:strongroom:acr:password"
BETTER = "urn:bank.example:acr:2"


def story(cell):
    browser = cell.browser()
    cell.grant(browser=browser)

    def ask(acr_values, **more):
        return browser.ask(cell.oauth.authorize_params(cell.demo, acr_values=acr_values, **more).params)

    def acr(acr_values, location=None):
        asked = cell.oauth.authorize_params(cell.demo, acr_values=acr_values)
        location = browser.open(asked.params)
        if location is None:
            location = browser.login(cell.user)
        answer = cell.oauth.redeem(cell.demo, query_of(location)["code"], asked.verifier)
        id_token = expect.status(answer, 200, "the code").json()["id_token"]
        return json.loads(jwt.decode(id_token.split(".")[1]))["acr"]

    for wish in (None, "", OURS, "urn:unknown " + OURS, "urn:unknown", BETTER, "x" * 512, "level 2 \u00e9"):
        expect.equal(ask(wish), "code", "acr_values=%r" % wish)
        expect.equal(ask(wish, prompt="none"), "code", "acr_values=%r, silently" % wish)
    expect.equal(ask("x" * 513), "invalid_request", "acr_values that are too long")
    expect.equal(acr("urn:unknown"), OURS, "the ID token says what was, not what was wished for")

    # The bank now calls a login by another name; a session from before is not worth it.
    cell.stop()
    cell.configure({"acr": BETTER})
    cell.start()
    for wish in (None, OURS, "urn:unknown", BETTER + " " + OURS):
        expect.equal(ask(wish), "code", "acr_values=%r with the old session" % wish)
    expect.equal(acr(OURS), OURS, "the old session's level")
    expect.equal(ask(BETTER, prompt="none"), "login_required", "a better level, silently")
    expect.equal(ask("urn:unknown " + BETTER), "login", "a better level")
    browser.send("GET", browser.url.replace("/login?", "/consent?"))
    browser.follow()
    expect.true(browser.at("login"), "around the login page: %s" % browser.url)
    expect.equal(acr(BETTER), BETTER, "the new login's level")
    expect.equal(ask(BETTER, prompt="none"), "code", "and it stays")
