"""Someone skips the password: opens or posts the consent page of a request with no session or an invented one."""

from support import expect
from support.wire import query_of


def story(cell):
    for session in (None, "A" * 43, "x", ""):
        browser = cell.browser()
        browser.open(cell.oauth.authorize_params(cell.demo).params)
        handle = query_of(browser.url)["request"]
        csrf = browser.the_form().fields["csrf"]
        if session is not None:
            browser.cookies["__Host-sr_session"] = session
        browser.send("GET", "/oauth2/v4/consent?request=" + handle)
        what = "consent with the session %r" % session
        expect.equal(browser.follow(), None, what + " leads out")
        expect.true(browser.at("login") or browser.answer.status in (400, 403), "%s: %s" % (what, browser.answer))
        for form in browser.page.forms:
            expect.true("decision" not in [name for name, _ in form.buttons], what + " shows the decision")
        browser.send("POST", "/oauth2/v4/consent", {"request": handle, "csrf": csrf, "decision": "approve"})
        location = browser.follow()
        expect.equal(location, None, what + ", posted, leads out")
