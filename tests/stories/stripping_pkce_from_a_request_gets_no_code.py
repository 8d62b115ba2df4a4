"""An attacker takes the PKCE parameters out of a customer's request, so that any verifier would do for the code."""

from support import expect
from support.oauth import challenge_of, new_verifier
from support.wire import query_of

STRIPPED = ({"code_challenge": None, "code_challenge_method": None}, {"code_challenge": None},
            {"code_challenge": "", "code_challenge_method": ""}, {"code_challenge_method": None},
            {"code_challenge_method": "plain"})


def story(cell):
    browser = cell.browser()
    browser.approve(cell.oauth.authorize_params(cell.demo).params, cell.user)      # the customer is logged in
    for change in STRIPPED:
        asked = cell.oauth.authorize_params(cell.demo, **change)
        told = query_of(browser.open(asked.params) or "")
        expect.equal((told.get("error"), told.get("code")), ("invalid_request", None), "%r" % change)

    # A code belongs to its challenge: neither no verifier, nor the challenge itself, nor another's verifier will do,
    # and whoever tries has burnt the code.
    mine = new_verifier()
    for what, verifier in (("the challenge itself", None), ("the attacker's verifier", mine)):
        code, owner = cell.code(browser=browser)
        answer = cell.oauth.post("token", {"grant_type": "authorization_code", "code": code,
                                           "redirect_uri": cell.demo.redirect_uri}, cell.demo)
        expect.oauth_error(answer, 400, "invalid_request", "no verifier")
        answer = cell.oauth.redeem(cell.demo, code, verifier or challenge_of(owner))
        expect.oauth_error(answer, 400, "invalid_grant", what)
        expect.oauth_error(cell.oauth.redeem(cell.demo, code, owner), 400, "invalid_grant", "the owner after " + what)

    # A code that the attacker got with his own challenge, put into the victim's session, fails at the victim's client.
    code, _ = cell.code(browser=browser, code_challenge=challenge_of(mine))
    expect.oauth_error(cell.oauth.redeem(cell.demo, code, new_verifier()), 400, "invalid_grant", "an injected code")
