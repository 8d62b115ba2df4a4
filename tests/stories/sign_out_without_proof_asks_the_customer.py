"""Somebody sends a customer's browser to sign out, without the ID token that would show that this is meant."""

from support import expect
from support.wire import form, query_of

END = "/oauth2/v4/end_session"
RETURN_URI = "https://app.example/bye"


def is_signed_in(cell, browser):
    told = query_of(browser.open(cell.oauth.authorize_params(cell.demo, prompt="none").params))
    return told.get("error") != "login_required"


def asks(cell, browser, what):
    expect.status(browser.answer, 200, what)
    expect.equal(browser.the_form().buttons, [("confirm", "yes"), ("confirm", "no")], "the page's buttons, " + what)
    page, url, answer = browser.the_form(), browser.url, browser.answer
    expect.true(is_signed_in(cell, browser), "still signed in, " + what)
    browser.url, browser.answer = url, answer
    return page


def story(cell):
    client = cell.new_client(name="Budget & <Friends>", post_logout_redirect_uri=RETURN_URI)
    user = cell.new_user("is-asked-first", name="Ada <b>Lovelace")
    params = {"client_id": client.id, "post_logout_redirect_uri": RETURN_URI, "state": "s 1"}
    browser, other = cell.browser(), cell.browser()
    for each in (browser, other):
        each.approve(cell.oauth.authorize_params(client).params, user)

    browser.send("GET", END)
    asks(cell, browser, "a bare link")
    expect.contains(browser.page.words, "Ada <b>Lovelace", "whose session it is")
    browser.send("GET", END + "?" + form(dict(params, confirm="yes", csrf="x")))
    asks(cell, browser, "a link that says yes for the customer")
    browser.send("POST", END, dict(params, confirm="yes"))
    asks(cell, browser, "a form without the anti-forgery value")
    browser.send("POST", END, dict(params, confirm="yes", csrf="A" * 22))
    asks(cell, browser, "a form with a made-up one")
    other.send("GET", END)
    foreign = asks(cell, other, "the other browser").fields["csrf"]
    browser.send("POST", END, dict(params, confirm="yes", csrf=foreign))
    asks(cell, browser, "a form with another session's")
    browser.send("POST", END, dict(params, confirm="maybe"))
    asks(cell, browser, "a word that is neither")

    browser.send("GET", END + "?" + form(params))
    found = asks(cell, browser, "a client without an ID token")
    expect.contains(browser.page.words, "Budget & <Friends>", "who asks")
    policy = browser.answer.header("Content-Security-Policy")
    expect.contains(policy, "form-action 'self' https://app.example", "where the form may lead")
    expect.equal(browser.submit(confirm="no"), RETURN_URI + "?state=s%201", "staying leads back to the client")
    expect.true(is_signed_in(cell, browser), "stayed")
    browser.send("GET", END)
    expect.equal(browser.submit(confirm="no"), None, "staying, with no client to go back to")
    expect.true(is_signed_in(cell, browser), "stayed")

    browser.send("GET", END + "?" + form(params))
    expect.equal(browser.the_form().fields["csrf"], found.fields["csrf"], "one value a session")
    expect.equal(browser.submit(confirm="yes"), RETURN_URI + "?state=s%201", "signed out and back at the client")
    expect.true(not is_signed_in(cell, browser), "signed out")
    other.send("GET", END + "?ui_locales=xx%20fr-CA%20en")
    expect.equal(other.answer.header("Content-Language"), "fr", "the question is in the language that was asked for")
    expect.equal(other.submit(confirm="yes"), None, "signed out, with no client to go back to")
    expect.equal(other.answer.header("Content-Language"), "fr", "and so is the answer")
    expect.status(other.answer, 200, "the page that says so")
    expect.true(not is_signed_in(cell, other), "signed out")
    other.send("GET", END)
    expect.true(not other.page.forms, "nobody is signed in, nobody is asked")
    outcomes = [record["outcome"] for record in cell.audit() if record["event"] == "logout"
                and record.get("subject") == user.sub]
    expect.equal((outcomes.count("ok"), outcomes.count("logout_not_confirmed")), (2, 3), "the audit: %r" % outcomes)
