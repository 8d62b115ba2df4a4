"""Somebody with an ID token of another session, another customer, or none of ours wants a customer signed out."""

from support import expect, jwt
from support.oauth import Tokens
from support.wire import form, query_of

END = "/oauth2/v4/end_session"
RETURN_URI = "https://app.example/bye"


def sign_in(cell, client, browser, user):
    code, verifier = cell.code(client, user, browser=browser)
    told = expect.status(cell.oauth.redeem(client, code, verifier), 200, "redeeming a code").json()
    return Tokens(client, told)


def story(cell):
    client = cell.new_client(post_logout_redirect_uri=RETURN_URI)
    ada, bob = cell.new_user("victim-ada"), cell.new_user("attacker-bob")
    browser = cell.browser()
    mine = sign_in(cell, client, browser, ada)
    elsewhere = sign_in(cell, client, cell.browser(), ada)
    bobs = sign_in(cell, client, cell.browser(), bob)
    good = mine.told["id_token"]
    head, body, signature = good.split(".")
    altered = body[:-2] + ("AA" if body[-2:] != "AA" else "BB")
    answer = cell.oauth.post("introspect", {"token": mine.access}, cell.rs,
                             [("Accept", "application/token-introspection+jwt")])
    signed = expect.status(answer, 200, "a signed introspection").text

    for what, hint in (("another session's", elsewhere.told["id_token"]), ("another customer's", bobs.told["id_token"]),
                       ("altered", head + "." + altered + "." + signature),
                       ("unsigned", "eyJhbGciOiJub25lIn0." + body + "."), ("cut", good[:-10]),
                       ("a signed introspection answer", signed), ("an access token", mine.access), ("junk", "junk")):
        browser.send("GET", END + "?" + form({"id_token_hint": hint}))
        expect.status(browser.answer, 200, what)
        expect.equal(browser.the_form().buttons, [("confirm", "yes"), ("confirm", "no")], "the page asks, " + what)
        told = query_of(browser.open(cell.oauth.authorize_params(cell.demo, prompt="none").params))
        expect.true(told.get("error") != "login_required", "still signed in after " + what)
    for hint in (signed, "junk"):
        answer = browser.send("GET", END + "?" + form({"id_token_hint": hint, "post_logout_redirect_uri": RETURN_URI}))
        expect.status(answer, 400, "whose address is it?")
        expect.equal(answer.header("Location"), None, "no redirect")

    claims = jwt.verify(good, cell.origin.request("GET", "/oauth2/v4/jwks").json())
    expect.true(len(claims["sid"]) >= 16, "sid")
    expect.lacks(str(browser.cookies), claims["sid"], "the sid is not the session's cookie")
    answer = browser.send("GET", END + "?" + form({"id_token_hint": good, "post_logout_redirect_uri": RETURN_URI}))
    expect.equal((answer.status, answer.header("Location")), (303, RETURN_URI), "the right one")
