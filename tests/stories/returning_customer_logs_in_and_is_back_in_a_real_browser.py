"""A customer whose consent is remembered logs in with Chromium in a browser that has no session: one page, the
password, and back at the app. The login page's own policy must let the redirects behind its form lead there."""

from support import expect
from support.chrome import Callback, Chrome
from support.wire import query_of

CELL = "own"
TIMEOUT = 150


def story(cell):
    cell.grant()
    callback = Callback(cell.demo.redirect_uri)
    asked = cell.oauth.authorize_params(cell.demo)
    with Chrome(cell) as chrome:
        chrome.authorize(asked.params)
        chrome.wait_path("/oauth2/v4/login")
        chrome.sign_in(cell.user)
        chrome.wait_path("/" + cell.demo.redirect_uri.split("/", 3)[3])
        told = query_of(chrome.url)
        expect.equal(told["state"], asked.params["state"], "state")
        violations = [entry["message"] for entry in chrome.driver.get_log("browser")
                      if "Content Security Policy" in entry["message"]]
        expect.equal(violations, [], "what the page's own policy blocked")
    callback.close()
    expect.status(cell.oauth.redeem(cell.demo, told["code"], asked.verifier), 200, "redeeming the code")
