"""A client asks with prompt=none: the customer sees nothing, and the client gets its code or learns why not."""

from support import expect
from support.wire import form, query_of


def silently(cell, browser, **more):
    """No page, no redirect inside the issuer: one request, one answer that goes back to the client."""
    asked = cell.oauth.authorize_params(more.pop("client", cell.demo), prompt="none", **more)
    answer = browser.send("GET", "/oauth2/v4/authorize?" + form(asked.params))
    location = expect.status(answer, 303, "prompt=none").header("Location")
    expect.true(location.startswith(asked.params["redirect_uri"] + "?"), "prompt=none leads to %s" % location)
    told = query_of(location)
    expect.equal((told["state"], told["iss"]), (asked.params["state"], cell.issuer), "state and iss")
    return asked, told


def story(cell):
    customer = cell.new_user("silent")
    browser = cell.browser()
    expect.equal(silently(cell, browser)[1]["error"], "login_required", "without a session")
    expect.equal(browser.cookies, {}, "cookies of a browser that has seen nothing")

    first = cell.grant(user=customer, browser=browser)
    asked, told = silently(cell, browser)
    tokens = expect.status(cell.oauth.redeem(cell.demo, told["code"], asked.verifier), 200, "the code").json()
    expect.equal(tokens["scope"], first.scope, "the scope")
    expect.true("code" in silently(cell, browser, scope="openid")[1], "less than before")

    # Where a page would be needed, there is an error instead.
    for what, more, error in (
            ("more than before", {"scope": "openid accounts statements"}, "consent_required"),
            ("another client", {"client": cell.second}, "consent_required"),
            ("a login that is too old", {"max_age": "0"}, "login_required"),
            ("no scope", {"scope": ""}, "invalid_scope"),
            ("a hint that is none", {"id_token_hint": "nobody"}, "invalid_request")):
        expect.equal(silently(cell, browser, **more)[1].get("error"), error, what)

    # Another customer's ID token: nobody is passed off as somebody else.
    other = cell.grant(user=cell.new_user("silent-other")).told["id_token"]
    expect.equal(silently(cell, browser, id_token_hint=other)[1].get("error"), "login_required", "another's hint")
    expect.true("code" in silently(cell, browser, id_token_hint=first.told["id_token"])[1], "the right hint")

    # A session cookie without the browser's: the answer brings a new one, as for any request.
    session = {name: value for name, value in browser.cookies.items() if "session" in name}
    half = cell.browser()
    half.cookies = dict(session)
    expect.true("code" in silently(cell, half)[1], "a browser that lost its other cookie")
    expect.equal(len(half.cookies), 2, "it has one again")

    # What it would take is told without doing it: the grant is revoked, then the customer locked out.
    cell.oauth.revoke(cell.demo, first.refresh)
    cell.oauth.revoke(cell.demo, tokens["refresh_token"])
    for record in cell.cli_json("grant", "list", "--user", customer.username)["grants"]:
        cell.cli("grant", "revoke", record["grant_id"])
    expect.equal(silently(cell, browser)[1].get("error"), "consent_required", "after all grants were revoked")
    cell.cli_ok("user", "disable", customer.username)
    expect.equal(silently(cell, browser)[1].get("error"), "login_required", "a customer who is locked out")
