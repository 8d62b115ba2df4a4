"""A client says by id_token_hint who it expects; another customer is not passed off as that one, nor is a made-up hint taken."""

from support import expect
from support.wire import query_of


def ask(cell, browser, hint, **more):
    asked = cell.oauth.authorize_params(cell.demo, id_token_hint=hint, **more)
    return asked, browser.open(asked.params)


def story(cell):
    other = cell.new_user("zed-of-the-hint")
    browser = cell.browser()
    hint = cell.grant(browser=browser).told["id_token"]

    # The one who is expected goes straight to consent, or past it.
    _, location = ask(cell, browser, hint, prompt="consent")
    expect.equal(location, None, "no redirect to the client")
    expect.true(browser.at("consent"), "the consent page for the one who is expected")
    for prompt in (None, "none"):
        expect.contains(ask(cell, browser, hint, prompt=prompt)[1] or "", "code=", "prompt=%s" % prompt)

    # Another one, logged in, is asked to log in; and his own password does not do.
    stranger = cell.browser()
    stranger.approve(cell.oauth.authorize_params(cell.demo).params, other)
    told = query_of(ask(cell, stranger, hint, prompt="none")[1] or "")
    expect.equal(told.get("error"), "login_required", "prompt=none for another customer")
    ask(cell, stranger, hint)
    expect.true(stranger.at("login"), "another customer has to log in")
    stranger.login(other)
    expect.equal(stranger.answer.status, 403, "the login of the wrong customer")
    expect.contains(stranger.login(cell.user) or "", "code=", "the login of the right one, who has allowed it before")

    # What this vault did not sign for this client is an error, by redirect, and never a page.
    foreign = cell.grant(cell.second).told["id_token"]
    head, body, signature = hint.split(".")
    for what, wrong in (("garbage", "garbage"), ("no signature", head + "." + body + "."), ("another client's", foreign),
                        ("an altered body", head + "." + body[:-2] + "AA." + signature),
                        ("an altered signature", head + "." + body + "." + signature[:-6] + "AAAAAA")):
        asked, location = ask(cell, cell.browser(), wrong)
        told = query_of(location or "")
        expect.equal((told.get("error"), told.get("state")), ("invalid_request", asked.params["state"]), what)
