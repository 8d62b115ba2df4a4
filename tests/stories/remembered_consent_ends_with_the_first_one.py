"""An app comes back again and again for what it was allowed once: the consent ends when the customer was told it would."""

import time

from support import expect
from support.oauth import Tokens
from support.wire import query_of

SECONDS = 6


def story(cell):
    client = cell.new_client(consent_lifetime="%ds" % SECONDS, redirect_uris=("https://app.example/cb",))
    browser = cell.browser()
    first = cell.grant(client, cell.new_user("for-a-while"), browser=browser)
    ends_at = time.time() + SECONDS
    grants = [first]
    while time.time() < ends_at - 2:
        time.sleep(1)
        asked = cell.oauth.authorize_params(client)
        told = query_of(browser.open(asked.params) or "")
        if "code" not in told:
            break
        answer = cell.oauth.redeem(client, told["code"], asked.verifier)
        grants.append(Tokens(client, expect.status(answer, 200, "redeeming").json()))
    expect.true(len(grants) > 2, "the page came too early: %d grants" % len(grants))
    ends = {cell.oauth.introspect(cell.rs, tokens.access).json().get("exp") for tokens in grants}
    expect.equal(len(ends), 1, "the ends of the access tokens, which is the consent's: %r" % ends)
    time.sleep(max(0, ends_at + 1.5 - time.time()))
    for number, tokens in enumerate(grants):
        expect.equal(cell.is_active(tokens.access), False, "access token %d" % number)
        expect.oauth_error(cell.oauth.refresh(client, tokens.refresh), 400, "invalid_grant", "refresh %d" % number)
    expect.equal(browser.ask(cell.oauth.authorize_params(client).params), "consent", "when it is over")
    expect.equal(browser.ask(cell.oauth.authorize_params(client, prompt="none").params), "consent_required",
                 "prompt=none when it is over")
