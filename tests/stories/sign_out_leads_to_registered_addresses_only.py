"""A client, or somebody in its name, wants the browser sent on to an address that the client never registered."""

from support import expect
from support.oauth import Tokens
from support.wire import form, query_of

END = "/oauth2/v4/end_session"
RETURN_URI = "https://app.example/bye"


def story(cell):
    client = cell.new_client(post_logout_redirect_uri=RETURN_URI)
    other = cell.new_client(post_logout_redirect_uri="https://other.example/bye")
    gone = cell.new_client(post_logout_redirect_uri=RETURN_URI)
    cell.cli_ok("client", "disable", gone.id)
    user = cell.new_user("is-sent-nowhere")
    browser = cell.browser()
    code, verifier = cell.code(client, user, browser=browser)
    tokens = Tokens(client, expect.status(cell.oauth.redeem(client, code, verifier), 200, "redeeming").json())
    hint = tokens.told["id_token"]

    def refused(what, params, method="GET"):
        for who in (browser, cell.browser()):
            if method == "GET":
                who.send("GET", END + "?" + form(params))
            else:
                who.send("POST", END, params)
                who.follow()
            expect.status(who.answer, 400, what)
            expect.equal(who.answer.header("Location"), None, "no redirect, " + what)
            expect.contains(who.answer.header("Content-Type"), "text/html", what)
            expect.equal(who.page.forms, [], "nothing to confirm, " + what)
            expect.equal(who.answer.all("Set-Cookie"), [], "cookies, " + what)
        told = query_of(browser.open(cell.oauth.authorize_params(cell.demo, prompt="none").params))
        expect.true(told.get("error") != "login_required", "still signed in: " + what)

    for uri in ("https://evil.example/", RETURN_URI + "/", RETURN_URI + "?", RETURN_URI + "#x", RETURN_URI[:-1],
                "https://app.example:443/bye", "https://APP.example/bye", "http://app.example/bye",
                "https://other.example/bye", "javascript:alert(1)", "//evil.example", client.redirect_uri,
                RETURN_URI + "\r\nX: y", "https://app.example/" + "a" * 600):
        refused(uri[:60], {"id_token_hint": hint, "post_logout_redirect_uri": uri, "state": "s"})
        refused(uri[:60], {"client_id": client.id, "post_logout_redirect_uri": uri})
    refused("by POST", {"id_token_hint": hint, "post_logout_redirect_uri": "https://evil.example/"}, "POST")
    refused("without a client", {"post_logout_redirect_uri": RETURN_URI})
    refused("an unknown client", {"client_id": "nobody", "post_logout_redirect_uri": RETURN_URI})
    refused("another client", {"client_id": other.id, "post_logout_redirect_uri": RETURN_URI})
    refused("a disabled client", {"client_id": gone.id, "post_logout_redirect_uri": RETURN_URI})
    refused("a resource server", {"client_id": cell.rs.id, "post_logout_redirect_uri": RETURN_URI})
    refused("a client that is not whom the ID token is for",
            {"id_token_hint": hint, "client_id": other.id, "post_logout_redirect_uri": "https://other.example/bye"})
    refused("the same without an address", {"id_token_hint": hint, "client_id": other.id})
    refused("a parameter twice", [("id_token_hint", hint), ("post_logout_redirect_uri", RETURN_URI),
                                  ("post_logout_redirect_uri", RETURN_URI)])
    refused("a hint twice", [("id_token_hint", hint), ("id_token_hint", hint)])
    expect.status(browser.send("POST", END, b"state=%zz"), 400, "a form that cannot be read")
    answer = cell.origin.request("POST", END, [("Content-Type", "application/json")], b"{}")
    expect.status(answer, 415, "JSON")
    answer = cell.origin.request("PUT", END, [], b"")
    expect.true(answer.status in (405, 501), "PUT: %s" % answer)

    browser.send("GET", END + "?" + form({"id_token_hint": hint, "client_id": client.id, "state": "",
                                          "post_logout_redirect_uri": RETURN_URI}))
    expect.equal((browser.answer.status, browser.answer.header("Location")), (303, RETURN_URI), "the right one")
