"""A bank wants its customers asked every time: no consent is remembered, and prompt=none finds none."""

from support import expect

CELL = "own"
CELL_OPTIONS = {"vault": {"remember_consent": False}}


def story(cell):
    browser = cell.browser()
    cell.grant(browser=browser)
    for _ in range(2):
        expect.equal(browser.ask(cell.oauth.authorize_params(cell.demo).params), "consent", "the same again")
        expect.true(browser.decide("approve"), "approving")
    expect.equal(browser.ask(cell.oauth.authorize_params(cell.demo, "openid").params), "consent", "less")
    expect.equal(browser.ask(cell.oauth.authorize_params(cell.demo, prompt="none").params), "consent_required",
                 "prompt=none")
    other = cell.browser()
    expect.equal(other.ask(cell.oauth.authorize_params(cell.demo).params), "login", "another browser")
    other.login(cell.user)
    expect.true(other.at("consent"), "after the login")

    # From now on it remembers: what stands already counts, because it was given on the page.
    cell.stop()
    cell.configure({"remember_consent": True})
    cell.start()
    expect.equal(browser.ask(cell.oauth.authorize_params(cell.demo).params), "code", "the same, remembered")
