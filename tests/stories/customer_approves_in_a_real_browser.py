"""A customer with Chromium and a mouse: a wrong password, the right one, consent, and back at the app with a code."""

from support import expect
from support.chrome import Callback, Chrome
from support.oauth import User
from support.wire import query_of

CELL = "own"
TIMEOUT = 150


def story(cell):
    callback = Callback(cell.demo.redirect_uri)
    asked = cell.oauth.authorize_params(cell.demo, "openid customers accounts transactions statements")
    with Chrome(cell) as chrome:
        chrome.authorize(asked.params)
        chrome.wait_path("/oauth2/v4/login")
        chrome.picture("login")
        chrome.sign_in(User(cell.user.username, "not the password", None))
        chrome.wait_path("/oauth2/v4/login")
        alert = chrome.find("[role=alert]")
        expect.true(alert.text, "the message after a wrong password")
        chrome.picture("login-wrong-password")
        field = chrome.find("input[name=username]")
        field.clear()
        chrome.sign_in(cell.user)
        chrome.wait_path("/oauth2/v4/consent")
        chrome.picture("consent")
        expect.true(chrome.driver.title, "the page's title")
        for name in ("__Host-sr_browser", "__Host-sr_session"):
            cookie = chrome.driver.get_cookie(name)
            expect.true(cookie and cookie["httpOnly"] and cookie["secure"], "the cookie %s: %r" % (name, cookie))
        chrome.find("button[value=approve]").click()
        chrome.wait_path(query_free(cell.demo.redirect_uri))
        told = query_of(chrome.url)
        expect.equal(told["state"], asked.params["state"], "state")
        expect.equal(told["iss"], cell.issuer, "iss")
        violations = [entry["message"] for entry in chrome.driver.get_log("browser")
                      if "Content Security Policy" in entry["message"]]
        expect.equal(violations, [], "what the page's own policy blocked")
    path, headers = callback.seen[0]
    expect.contains(path, "code=", "what the app was asked for")
    expect.equal(headers.get("Referer"), None, "the Referer that the app sees")
    callback.close()
    expect.status(cell.oauth.redeem(cell.demo, told["code"], asked.verifier), 200, "redeeming the code")


def query_free(uri):
    return "/" + uri.split("/", 3)[3].split("?")[0]
