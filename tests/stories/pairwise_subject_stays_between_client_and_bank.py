"""Two apps that are not of one family compare what they know of a customer; the bank's own gateway must know who it is."""

import json

from support import expect, jwt
from support.wire import query_of


def claims(id_token):
    return json.loads(jwt.decode(id_token.split(".")[1]))


def story(cell):
    customer = cell.new_user("known-by-many-names")
    one = cell.new_client(redirect_uris=("https://one.example/cb",), subject_type="pairwise")
    sister = cell.new_client(redirect_uris=("https://one.example/other",), subject_type="pairwise")
    stranger = cell.new_client(redirect_uris=("https://stranger.example/cb",), subject_type="pairwise")
    browser = cell.browser()
    grants = [cell.grant(client, customer, browser=browser) for client in (one, sister, stranger)]
    subs = [claims(tokens.told["id_token"])["sub"] for tokens in grants]
    expect.true(subs[0] == subs[1] != subs[2], "one sector, one name: %r" % subs)
    expect.true(all(customer.sub not in sub and customer.username not in sub for sub in subs), "it tells who: %r" % subs)

    for tokens, sub in zip(grants, subs):
        # The client hears the same name wherever it asks, after a refresh too.
        answer = cell.oauth.post("userinfo", {}, headers=[("Authorization", "Bearer " + tokens.access)])
        expect.equal(expect.status(answer, 200, "UserInfo").json()["sub"], sub, "UserInfo")
        told = expect.status(cell.oauth.refresh(tokens.client, tokens.refresh), 200, "refresh").json()
        expect.equal(claims(told["id_token"])["sub"], sub, "the ID token of a refresh")
        # The gateway and the bank's own people hear the bank's.
        about = cell.oauth.introspect(cell.rs, told["access_token"]).json()
        expect.equal(about["sub"], customer.sub, "introspection")
        checked = expect.status(cell.check(told["access_token"], "/fdx/v6/accounts"), 200, "the gateway's check")
        expect.true(customer.sub in [value for _, value in checked.headers], "check: %r" % checked.headers)
        expect.lacks(checked.text + repr(checked.headers), sub, "check")
        expect.contains(cell.cli_ok("grant", "show", about["grant_id"]), customer.sub, "grant show")
    expect.lacks(cell.audit_text(), subs[0], "the audit, which has the bank's own subject")

    # A hint is in the client's own words; another client's, or the bank's, is none.
    hint = grants[0].told["id_token"]
    asked = cell.oauth.authorize_params(one, id_token_hint=hint, prompt="none")
    told = query_of(browser.open(asked.params))
    expect.true("code" in told, "the right hint: %r" % told)
    for client in (sister, stranger, cell.demo):
        asked = cell.oauth.authorize_params(client, id_token_hint=hint)
        expect.equal(browser.ask(asked.params), "invalid_request", "another client's hint")
    other = cell.browser()
    other.approve(cell.oauth.authorize_params(one).params, cell.new_user("somebody-else-altogether"))
    asked = cell.oauth.authorize_params(one, id_token_hint=hint, prompt="none")
    expect.equal(other.ask(asked.params), "login_required", "somebody else, silently")
    expect.equal(other.ask(cell.oauth.authorize_params(one, id_token_hint=hint).params), "login", "somebody else")
    other.login(customer)
    expect.true(other.answer.status == 303, "the right one's login: %s" % other.answer)
