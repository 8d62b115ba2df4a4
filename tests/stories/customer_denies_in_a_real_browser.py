"""A customer with Chromium in dark mode says no; the app is told access_denied. An error page is looked at as well."""

from support import expect
from support.chrome import Callback, Chrome
from support.wire import query_of

CELL = "own"
TIMEOUT = 150


def readable(chrome, what, css):
    ratio = chrome.contrast(css)
    expect.true(ratio >= 4.5, "%s, contrast of %s: %.1f" % (what, css, ratio))


def story(cell):
    callback = Callback(cell.second.redirect_uri)
    asked = cell.oauth.authorize_params(cell.second, "openid accounts")
    with Chrome(cell, dark=True) as chrome:
        chrome.authorize(asked.params)
        chrome.wait_path("/oauth2/v4/login")
        chrome.picture("login-dark")
        for css in ("h1", "label", "button"):
            readable(chrome, "dark login page", css)
        chrome.sign_in(cell.user)
        chrome.wait_path("/oauth2/v4/consent")
        chrome.picture("consent-dark")
        for css in ("h1", "li", "button[value=approve]", "button[value=deny]"):
            readable(chrome, "dark consent page", css)
        chrome.find("button[value=deny]").click()
        chrome.wait_path("/" + cell.second.redirect_uri.split("/", 3)[3])
        told = query_of(chrome.url)
        expect.equal(told.get("error"), "access_denied", "error")
        expect.equal(told.get("state"), asked.params["state"], "state")
        expect.equal(told.get("iss"), cell.issuer, "iss")
        chrome.authorize(dict(asked.params, client_id="nobody"))
        chrome.picture("error-dark")
        expect.true(chrome.find("h1").text, "the error page's heading")
    callback.close()
