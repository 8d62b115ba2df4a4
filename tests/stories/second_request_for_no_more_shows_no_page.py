"""A customer comes back from an app that has the consent already: no page for no more, the page for anything else."""

from support import expect


def asks(cell, browser, wanted, what, client=None, scope="openid accounts transactions", **more):
    asked = cell.oauth.authorize_params(client or cell.demo, scope, **more)
    expect.equal(browser.ask(asked.params), wanted, what)


def story(cell):
    customer = cell.new_user("second-request")
    browser = cell.browser()
    asks(cell, browser, "login", "the first request")
    browser.login(customer)
    expect.true(browser.at("consent"), "the first consent is asked for")
    expect.true(browser.decide("approve"), "approving")

    asks(cell, browser, "code", "the same again")
    asks(cell, browser, "code", "the same in another order", scope="transactions accounts openid")
    asks(cell, browser, "code", "less", scope="openid")
    asks(cell, browser, "consent", "more", scope="openid accounts transactions statements")
    asks(cell, browser, "consent", "another", scope="openid customers")
    asks(cell, browser, "consent", "another app", client=cell.second)
    browser.decide("approve")
    asks(cell, browser, "code", "the other app again", client=cell.second)
    asks(cell, browser, "consent", "the other app for more", client=cell.second,
         scope="openid accounts transactions customers")
    browser.decide("deny")
    asks(cell, browser, "code", "what was allowed before the denial", client=cell.second)

    # A browser that the customer was never seen with: the password, and no page after it.
    phone = cell.browser()
    asks(cell, phone, "login", "another browser")
    expect.true("code=" in (phone.login(customer) or ""), "after the login comes the code, not %s" % phone.url)

    # Somebody else at the same browser is asked.
    neighbour = cell.new_user("second-request-neighbour")
    asks(cell, browser, "login", "somebody else", prompt="select_account")
    browser.login(neighbour)
    expect.true(browser.at("consent"), "somebody else's consent is not this one's: %s" % browser.url)
    browser.decide("deny")
    asks(cell, browser, "consent", "somebody else who said no")

    # A POST is as good as a GET, and the code is one like any other.
    asked = cell.oauth.authorize_params(cell.demo)
    phone.send("POST", "/oauth2/v4/authorize", asked.params)
    expect.equal(phone.answer.status, 303, "the answer to a POST")
    expect.contains(phone.follow() or "", "code=", "the answer to a POST")
    expect.contains(cell.audit_text(50), "consent_remembered", "the audit")
