"""A client asks with prompt=none: the customer sees nothing, and the client learns why it got no code."""

from support import expect
from support.wire import query_of


def story(cell):
    browser = cell.browser()
    asked = cell.oauth.authorize_params(cell.demo, prompt="none")
    told = query_of(browser.open(asked.params) or "")
    expect.equal(told.get("error"), "login_required", "prompt=none without a session")
    expect.equal((told["state"], told["iss"]), (asked.params["state"], cell.issuer), "state and iss")

    browser.approve(cell.oauth.authorize_params(cell.demo).params, cell.user)
    location = browser.open(cell.oauth.authorize_params(cell.demo, prompt="none").params)
    expect.true(location is not None, "prompt=none with a session showed a page")
    expect.true(query_of(location).get("error") in ("consent_required", "interaction_required"),
                "prompt=none with a session led to %s" % location)
