"""A client says by prompt what the customer is to be asked, in each combination that there is, and some that are none."""

import itertools

from support import expect

VALUES = ("login", "consent", "select_account")


def story(cell):
    customer = cell.new_user("prompted")
    browser = cell.browser()
    cell.grant(user=customer, browser=browser)

    def ask(prompt):
        return browser.ask(cell.oauth.authorize_params(cell.demo, prompt=prompt).params)

    expect.equal((ask(None), ask(""), ask("  ")), ("code",) * 3, "without a word")
    for count in (1, 2, 3):
        for words in itertools.permutations(VALUES, count):
            prompt = " ".join(words)
            first = ask(prompt)
            if {"login", "select_account"} & set(words):
                expect.equal(first, "login", "prompt=%s, logged in" % prompt)
                # The session that there is does not do, whatever page is asked for.
                browser.send("GET", browser.url.replace("/login?", "/consent?"))
                browser.follow()
                expect.true(browser.at("login"), "prompt=%s, past the login page" % prompt)
                location = browser.login(customer)
            else:
                location = None
                expect.equal(first, "consent", "prompt=%s, logged in" % prompt)
            expect.equal(location is None, "consent" in words, "prompt=%s: the consent page, or the code" % prompt)
            if location is None:
                expect.true(browser.at("consent"), "prompt=%s: %s" % (prompt, browser.url))
                location = browser.decide("approve")
            expect.contains(location, "code=", "prompt=%s" % prompt)

    for prompt in ("none login", "none consent", "consent none", "select_account none", "none none", "NONE", "Login",
                   "create", "login,consent", "none\tlogin"):
        expect.equal(ask(prompt), "invalid_request", "prompt=%r" % prompt)
    expect.equal(ask("none"), "code", "prompt=none")

    # Whoever chose select_account is asked whom they want to be.
    neighbour = cell.new_user("prompted-neighbour", name="Nell Neighbour")
    expect.equal(ask("select_account"), "login", "select_account")
    browser.login(neighbour)
    expect.contains(browser.answer.text, "Nell Neighbour", "who is logged in")
