"""Another site makes a customer's browser post the login or consent form, or an attacker posts it from their own."""

from support import expect


def refused(browser, what):
    expect.true(400 <= browser.answer.status < 500, "%s: %s" % (what, browser.answer))
    expect.equal(browser.answer.header("Location"), None, what + ", Location")
    expect.true("__Host-sr_session" not in browser.cookies or what.startswith("consent"), what + " made a session")


def story(cell):
    asked = cell.oauth.authorize_params(cell.demo)
    for wrong in (None, "", "x", "A" * 43, "A" * 5000):
        browser = cell.browser()
        browser.open(asked.params)
        browser.submit(csrf=wrong, username=cell.user.username, password=cell.user.password)
        refused(browser, "login with csrf %r" % wrong)

        browser = cell.browser()
        browser.to_consent(asked.params, cell.user)
        browser.submit(csrf=wrong, decision="approve")
        refused(browser, "consent with csrf %r" % wrong)
        expect.equal(browser.answer.status, 400, "consent with csrf %r" % wrong)

    # The attacker's own form, hidden fields and all, sent by the customer's browser, and the other way round.
    customer, attacker = cell.browser(), cell.browser()
    customer.to_consent(cell.oauth.authorize_params(cell.demo).params, cell.user)
    attacker_user = cell.new_user("forging-attacker")
    attacker.to_consent(cell.oauth.authorize_params(cell.second).params, attacker_user)
    theirs = attacker.the_form()
    customer.send("POST", theirs.action or attacker.url, dict(theirs.fields, decision="approve"))
    refused(customer, "consent with the attacker's form")
    mine = attacker.the_form()
    stranger = cell.browser()
    stranger.send("POST", mine.action or attacker.url, dict(mine.fields, decision="approve"))
    refused(stranger, "consent from a browser without cookies")

    # A login form that was given to one browser is worth nothing in another (login CSRF).
    attacker = cell.browser()
    attacker.open(asked.params)
    form = attacker.the_form()
    stranger = cell.browser()
    stranger.open(asked.params)
    stranger.send("POST", form.action or attacker.url,
                  dict(form.fields, username=cell.user.username, password=cell.user.password))
    refused(stranger, "login with another browser's form")
