"""A client signs its customer out with the ID token of the session: at once, everywhere, and back to the client."""

from support import expect
from support.oauth import Tokens
from support.wire import form, query_of

END = "/oauth2/v4/end_session"
RETURN_URI = "https://app.example/bye?tab=1"


def is_signed_in(cell, browser):
    told = query_of(browser.open(cell.oauth.authorize_params(cell.demo, prompt="none").params))
    return told.get("error") != "login_required"


def sign_in(cell, client, browser, user):
    """Returns the tokens, with the ID token of the browser's session."""
    code, verifier = cell.code(client, user, browser=browser)
    return Tokens(client, expect.status(cell.oauth.redeem(client, code, verifier), 200, "redeeming a code").json())


def story(cell):
    client = cell.new_client(post_logout_redirect_uri=RETURN_URI)
    user = cell.new_user("signs-out-at-once")
    for method in ("GET", "POST"):
        browser, elsewhere = cell.browser(), cell.browser()
        tokens = sign_in(cell, client, browser, user)
        sign_in(cell, client, elsewhere, user)
        old_cookies = dict(browser.cookies)
        expect.true(is_signed_in(cell, browser), "signed in")
        params = {"id_token_hint": tokens.told["id_token"], "post_logout_redirect_uri": RETURN_URI,
                  "state": "a b&c=d", "client_id": client.id, "logout_hint": "somebody", "ui_locales": "fr"}
        if method == "GET":
            answer = browser.send("GET", END + "?" + form(params))
        else:
            answer = browser.send("POST", END, params)
        expect.status(answer, 303, method)
        expect.equal(answer.header("Location"), RETURN_URI + "&state=a%20b%26c%3Dd", "the way back, " + method)
        expect.equal(answer.header("Cache-Control"), "no-store", "Cache-Control")
        cookies = answer.all("Set-Cookie")
        expect.equal(len(cookies), 1, "cookies: %r" % cookies)
        expect.contains(cookies[0], "Max-Age=0", "the session's cookie ends")
        expect.contains(cookies[0], "HttpOnly; SameSite=Lax", "as it was set")
        expect.equal([name for name in browser.cookies if "session" in name], [], "the session's cookie")
        expect.true(not is_signed_in(cell, browser), "signed out")
        browser.cookies = old_cookies
        expect.true(not is_signed_in(cell, browser), "the old cookie is worth nothing: the session ended in the vault")
        expect.true(is_signed_in(cell, elsewhere), "the same customer's other browser")
        expect.true(cell.is_active(tokens.access), "tokens are not the session")
        expect.status(cell.oauth.refresh(client, tokens.refresh), 200, "the grant stands")

        answer = browser.send("GET", END + "?" + form(params))
        expect.equal((answer.status, answer.header("Location")), (303, RETURN_URI + "&state=a%20b%26c%3Dd"),
                     "a second time there is nothing to do, and the client gets its customer back")
    records = [record for record in cell.audit() if record["event"] == "logout" and record["outcome"] == "ok"
               and record.get("client_id") == client.id]
    expect.equal([record["subject"] for record in records], [user.sub] * 2, "the audit's records")
    expect.lacks(cell.log(), tokens.told["id_token"], "the log")

    browser = cell.browser()
    tokens = sign_in(cell, client, browser, user)
    answer = browser.send("GET", END + "?" + form({"id_token_hint": tokens.told["id_token"], "state": "x"}))
    expect.status(answer, 200, "no address to go back to")
    expect.true(not browser.page.forms, "there is nothing left to ask")
    expect.true(not is_signed_in(cell, browser), "signed out")
