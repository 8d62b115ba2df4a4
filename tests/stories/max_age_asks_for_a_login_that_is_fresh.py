"""A client wants a login that is not too old: max_age decides, and auth_time in the ID token says how old it is."""

import json
import time

from support import expect, jwt
from support.wire import query_of


def claims(cell, asked, location):
    code = query_of(location)["code"]
    tokens = expect.status(cell.oauth.redeem(cell.demo, code, asked.verifier), 200, "the code").json()
    return json.loads(jwt.decode(tokens["id_token"].split(".")[1]))


def story(cell):
    customer = cell.new_user("of-age")
    browser = cell.browser()
    asked = cell.oauth.authorize_params(cell.demo, prompt="consent")
    first = claims(cell, asked, browser.approve(asked.params, customer))["auth_time"]
    time.sleep(2.1)

    def ask(max_age, **more):
        return browser.ask(cell.oauth.authorize_params(cell.demo, max_age=max_age, **more).params)

    for max_age in ("3600", "00060", "2147483647", "4294967297", "18446744073709551617", "9" * 64, ""):
        expect.equal(ask(max_age), "code", "max_age=%s" % max_age)
        expect.equal(ask(max_age, prompt="none"), "code", "max_age=%s, silently" % max_age)
    for max_age in ("0", "1", "0" * 64):
        expect.equal(ask(max_age), "login", "max_age=%s" % max_age)
        expect.equal(ask(max_age, prompt="none"), "login_required", "max_age=%s, silently" % max_age)
    for max_age in ("-1", "+1", "1.5", "1e3", "soon", "0x10", " 1", "1 ", "9" * 65, "\u0661"):
        expect.equal(ask(max_age), "invalid_request", "max_age=%r" % max_age)

    # The old login does not do for such a request, on whatever way; a new one does, and is told.
    asked = cell.oauth.authorize_params(cell.demo, max_age="1")
    expect.equal(browser.ask(asked.params), "login", "max_age=1")
    browser.send("GET", browser.url.replace("/login?", "/consent?"))
    browser.follow()
    expect.true(browser.at("login"), "around the login page: %s" % browser.url)
    second = claims(cell, asked, browser.login(customer))["auth_time"]
    expect.true(second >= first + 2, "auth_time %d after %d" % (second, first))
    asked = cell.oauth.authorize_params(cell.demo, max_age="600")
    expect.equal(claims(cell, asked, browser.open(asked.params))["auth_time"], second, "auth_time of the same login")
