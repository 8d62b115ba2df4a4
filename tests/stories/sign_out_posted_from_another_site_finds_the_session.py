"""A client's page posts its form to sign out: such a request brings no cookies of ours, and works all the same."""

import urllib.parse

from support import expect
from support.oauth import Tokens
from support.wire import form, query_of

END = "/oauth2/v4/end_session"
RETURN_URI = "https://app.example/bye"


def story(cell):
    client = cell.new_client(post_logout_redirect_uri=RETURN_URI)
    user = cell.new_user("posted-away")
    browser = cell.browser()
    code, verifier = cell.code(client, user, browser=browser)
    tokens = Tokens(client, expect.status(cell.oauth.redeem(client, code, verifier), 200, "redeeming").json())
    params = {"id_token_hint": tokens.told["id_token"], "post_logout_redirect_uri": RETURN_URI,
              "state": "a+b c", "client_id": client.id, "ui_locales": "es"}

    def post_without_cookies(fields):
        kept, browser.cookies = browser.cookies, {}
        answer = browser.send("POST", END, fields)
        expect.equal(browser.cookies, {}, "cookies that came of it")
        browser.cookies = kept
        return answer

    answer = expect.status(post_without_cookies(dict(params, csrf="x", confirm="yes")), 303, "without cookies")
    parts = urllib.parse.urlsplit(answer.header("Location"))
    expect.equal(parts.netloc in ("", cell.origin.netloc), True, "it stays here")
    expect.equal(parts.path, END, "the same endpoint")
    expect.equal(dict(urllib.parse.parse_qsl(parts.query)), params, "what the client said, and nothing else")
    expect.equal(browser.follow(), RETURN_URI + "?state=a%2Bb%20c", "with its cookies the browser is signed out")
    told = query_of(browser.open(cell.oauth.authorize_params(cell.demo, prompt="none").params))
    expect.equal(told.get("error"), "login_required", "signed out")

    browser.approve(cell.oauth.authorize_params(client).params, user)
    post_without_cookies({})
    expect.equal(browser.follow(), None, "nothing said: a page")
    expect.equal(browser.the_form().buttons, [("confirm", "yes"), ("confirm", "no")], "the customer is asked")
    nobody = cell.browser()
    nobody.send("POST", END, params)
    expect.equal(nobody.follow(), RETURN_URI + "?state=a%2Bb%20c", "nobody was signed in")
    expect.status(nobody.send("POST", END, dict(params, id_token_hint="x" * 12280)), 400, "too long to be carried over")
    expect.equal(form(params) in cell.log(), False, "queries are in no log")
    expect.lacks(cell.log(), tokens.told["id_token"][:60], "the ID token is in no log")
