"""A client says who the customer probably is: the name stands in the form, and nobody is kept from changing it."""

from support import expect


def story(cell):
    known, other = cell.new_user("hinted-at"), cell.new_user("not-hinted-at")

    def typed(browser):
        return browser.the_form().fields["username"]

    browser = cell.browser()
    expect.equal(browser.ask(cell.oauth.authorize_params(cell.demo, login_hint=known.username).params), "login",
                 "a hint")
    expect.equal(typed(browser), known.username, "the name in the form")
    browser.submit(username=other.username, password="not the password")
    expect.equal((browser.answer.status, typed(browser)), (403, other.username), "what was typed stays")
    browser.login(other)
    expect.true(browser.at("consent"), "a hint binds nobody")

    # Who is logged in is not sent to log in by a hint, right or wrong.
    expect.true(browser.decide("approve"), "approving")
    for hint in (other.username, known.username, "nobody", "x" * 512, ""):
        asked = cell.oauth.authorize_params(cell.demo, login_hint=hint)
        expect.equal(browser.ask(asked.params), "code", "the hint %r" % hint)
        asked = cell.oauth.authorize_params(cell.demo, login_hint=hint, prompt="none")
        expect.equal(browser.ask(asked.params), "code", "the hint %r, silently" % hint)
    # One that names a customer looks the same as one that names none.
    pages = []
    for hint in (known.username, "nobody-of-that-name"):
        stranger = cell.browser()
        stranger.ask(cell.oauth.authorize_params(cell.demo, login_hint=hint).params)
        expect.equal(typed(stranger), hint, "the name in the form")
        pages.append(stranger.page.words.replace(hint, ""))
    expect.equal(pages[0], pages[1], "the two pages' words")
    too_long = cell.oauth.authorize_params(cell.demo, login_hint="x" * 513)
    expect.equal(cell.browser().ask(too_long.params), "invalid_request", "a hint that is too long")
