"""A bank's issuer is https://host/banks/blue: clients find it there, and a customer goes the whole way below it."""

import urllib.parse

from support import expect
from support.oauth import OAuth
from support.wire import form, query_of

CELL = "workshop"
TIMEOUT = 150
BASE = "/banks/blue"


def path_of(location):
    return urllib.parse.urlsplit(location).path


def go_on(browser, step):
    """Follow one redirect, which has to lead to that step below the path."""
    location = browser.answer.header("Location") or ""
    expect.status(browser.answer, 303, "on the way to " + step)
    expect.true(location.startswith(BASE + "/oauth2/v4/" + step + "?"), "on the way to %s: %s" % (step, location))
    expect.status(browser.send("GET", location), 200, step)


def check_links(cell, browser, what):
    """All that a page refers to is below the path, and is there."""
    for tag, told in browser.page.tags:
        for name in ("href", "src", "action"):
            if told.get(name, "").startswith("/"):
                expect.true(told[name].startswith(BASE + "/"), "%s of %s on %s: %s" % (name, tag, what, told[name]))
                if tag in ("link", "img"):
                    expect.status(cell.origin.request("GET", told[name]), 200, "%s of %s" % (name, what))


class Below:
    """The origin with the path before every target, for what a client sends."""

    def __init__(self, origin):
        self.origin = origin

    def request(self, method, target, *more):
        return self.origin.request(method, BASE + target, *more)


def start(workshop):
    cell = workshop.new_cell()
    cell.stop()
    cell.configure(vault={"issuer": cell.origin.url + BASE}, frontend={"base_path": BASE})
    cell.start()
    cell.settled()
    return cell


def check_discovery(cell):
    issuer = cell.origin.url + BASE
    found = [BASE + "/.well-known/openid-configuration", BASE + "/.well-known/oauth-authorization-server",
             "/.well-known/oauth-authorization-server" + BASE, "/.well-known/openid-configuration" + BASE]
    answers = [expect.status(cell.origin.request("GET", path), 200, path) for path in found]
    told = answers[0].json()
    expect.equal({answer.body for answer in answers}, {answers[0].body}, "one document")
    expect.equal(told["issuer"], issuer, "issuer")
    for name in ("authorization_endpoint", "token_endpoint", "jwks_uri"):
        expect.true(told[name].startswith(issuer + "/oauth2/v4/"), "%s: %s" % (name, told[name]))
    expect.status(cell.origin.request("GET", path_of(told["jwks_uri"])), 200, "the keys")
    for path in ("/.well-known/openid-configuration", "/.well-known/oauth-authorization-server", "/oauth2/v4/jwks",
                 "/.well-known/openid-configuration/banks/red", "/banks/red/oauth2/v4/jwks", BASE, BASE + "/",
                 BASE + BASE + "/oauth2/v4/jwks", BASE + "/livez"):
        expect.status(cell.origin.request("GET", path), 404, path)
    for path in ("/livez", "/readyz"):
        expect.status(cell.origin.request("GET", path), 200, path)
    return told


def story(workshop):
    cell = start(workshop)
    told = check_discovery(cell)
    # Those that are there were registered for the API of the issuer without a path.
    app, rs = cell.new_client(), cell.new_resource_server()
    asked = cell.oauth.authorize_params(app, prompt="consent")
    browser = cell.browser()
    browser.send("GET", told["authorization_endpoint"] + "?" + form(asked.params))
    go_on(browser, "login")
    check_links(cell, browser, "the login page")
    fields = browser.the_form()
    expect.equal(fields.action, BASE + "/oauth2/v4/login", "where the password goes")
    browser.send("POST", fields.action, dict(fields.fields, username=cell.user.username, password=cell.user.password))
    go_on(browser, "consent")
    check_links(cell, browser, "the consent page")
    fields = browser.the_form()
    browser.send("POST", fields.action, dict(fields.fields, decision="approve"))
    location = expect.status(browser.answer, 303, "approving").header("Location")
    expect.true(location.startswith(app.redirect_uri), "back to the client: %s" % location)
    answer = query_of(location)
    expect.equal(answer["iss"], told["issuer"], "iss")
    for line in browser.set_cookies:
        expect.contains(line, "; Path=/;", "a cookie of the host's")

    client = OAuth(Below(cell.origin))
    tokens = expect.status(client.redeem(app, answer["code"], asked.verifier), 200, "the code").json()
    expect.status(client.refresh(app, tokens["refresh_token"]), 200, "a refresh")
    expect.equal(client.introspect(rs, tokens["access_token"]).json()["iss"], told["issuer"], "iss of a token")
    expect.status(cell.check(tokens["access_token"], "/fdx/v6/accounts"), 200, "the gateway's question, in its place")
    expect.status(cell.oauth.refresh(app, "x"), 404, "the token endpoint without the path")
    browser.send("GET", BASE + "/nowhere")
    expect.status(browser.answer, 404, "a wrong path below it")
    check_links(cell, browser, "the error page")
