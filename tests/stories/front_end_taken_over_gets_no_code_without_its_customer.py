"""A taken-over front end has the cookies that pass through it, and tries to get more codes by them than customers allowed."""

import re

from support import expect
from support.vaultwire import (AUTHORIZE, CONSENT, CONSENT_PAGE, CONSENT_REMEMBERED, LOGIN_PAGE, Peer, binary, fields,
                               request, text)
from support.wire import query_of

CELL = "own"


class Thief:
    """On the front end's socket, with a customer's two cookies."""

    def __init__(self, cell, browser):
        self.cell = cell
        self.peer = Peer(cell.quickstart["frontend_socket"])
        self.session = next(value for name, value in browser.cookies.items() if name.endswith("session"))
        self.browser = next(value for name, value in browser.cookies.items() if name.endswith("browser"))

    def handle(self, client, **more):
        """A request that the vault seals; the same as any page could make a browser send."""
        params = self.cell.oauth.authorize_params(client, more.pop("scope", "openid accounts"), **more).params
        places = ("client_id", "redirect_uri", "response_type", "scope", "state", "nonce", "code_challenge",
                  "code_challenge_method", "prompt", "max_age")
        asked = {places.index(name): text(value) for name, value in params.items()}
        asked.update({14: binary(self.browser.encode()), 15: binary(self.session.encode())})
        answer = self.peer.ask(request(AUTHORIZE, asked))
        return re.search(rb"[A-Za-z0-9_-]{250,}", answer).group().decode()

    def ask(self, number, handle, more=None, session=None, browser=None, request_id=None):
        asked = {0: text(handle), 1: binary((self.browser if browser is None else browser).encode())}
        if number not in (AUTHORIZE, LOGIN_PAGE):
            asked[2] = binary((self.session if session is None else session).encode())
        return self.peer.ask(request(number, {**asked, **(more or {})}, request_id=request_id))

    def code(self, *args, **more):
        found = re.search(rb"[?&]code=([A-Za-z0-9_-]+)", self.ask(CONSENT_REMEMBERED, *args, **more))
        return found and found.group(1)


def story(cell):
    browser, customer = cell.browser(), cell.new_user("of-the-front-end")
    tokens = cell.grant(user=customer, browser=browser)
    thief = Thief(cell, browser)

    # What it can is what any page can that the customer visits: one code a request, for the client's own address.
    handle = thief.handle(cell.demo)
    answer = thief.ask(CONSENT_REMEMBERED, handle, request_id=b"r" * 16)
    expect.contains(answer, (cell.demo.redirect_uri + "?code=").encode(), "where the code goes")
    expect.equal(thief.ask(CONSENT_REMEMBERED, handle, request_id=b"r" * 16)[-200:], answer[-200:], "a repetition")
    expect.equal(thief.code(handle), None, "a second code for the request")

    for what, client, more in (("more scopes", cell.demo, {"scope": "openid accounts customers"}),
                               ("another app", cell.second, {}),
                               ("prompt=consent", cell.demo, {"prompt": "consent"}),
                               ("prompt=login", cell.demo, {"prompt": "login"}),
                               ("select_account", cell.demo, {"prompt": "select_account"}),
                               ("max_age=0", cell.demo, {"max_age": "0"})):
        expect.equal(thief.code(thief.handle(client, **more)), None, what)

    handle = thief.handle(cell.demo)
    other = cell.browser()
    cell.grant(user=cell.new_user("of-the-front-end-too"), client=cell.second, browser=other)
    theirs = Thief(cell, other)
    for what, more in (("another's session", {"session": theirs.session}), ("no session", {"session": ""}),
                       ("a made-up session", {"session": "A" * 43}), ("another browser", {"browser": theirs.browser}),
                       ("no browser", {"browser": ""}),
                       ("both of another", {"session": theirs.session, "browser": theirs.browser})):
        expect.equal(thief.code(handle, **more), None, what)
    for place in (0, 30, len(handle) - 3):
        bent = handle[:place] + ("A" if handle[place] != "A" else "B") + handle[place + 1:]
        expect.equal(thief.code(bent), None, "an altered handle")
    page = thief.ask(CONSENT_PAGE, handle)
    expect.lacks(page, b"code=", "the page")
    for csrf in (b"", b"A" * 22):
        answer = thief.ask(CONSENT, handle, {3: text(csrf.decode()), 4: b"\xc3"})
        expect.lacks(answer, b"code=", "approving without the form's value")

    # A request that may show nothing is good for nothing but an answer to the client.
    silent = thief.handle(cell.demo, prompt="none")
    for number in (LOGIN_PAGE, CONSENT_PAGE, CONSENT):
        answer = thief.ask(number, silent)
        expect.true(answer is not None and b"code=" not in answer and b"callback" not in answer, "message %d" % number)
    before = cell.cli_json("status")["audit"]["size"]
    for _ in range(100):
        expect.contains(thief.ask(CONSENT_REMEMBERED, silent, session=""), b"error=login_required", "without a session")
    written = cell.cli_json("status")["audit"]["size"] - before
    expect.true(written < 10, "100 requests of nobody left %d records (I7)" % written)
    expect.true(thief.code(silent), "with it")

    # Everything that was allowed ends; not even a request from before helps.
    for grant in cell.cli_json("grant", "list", "--user", customer.username)["grants"]:
        cell.cli_ok("grant", "revoke", grant["grant_id"])
    expect.equal(cell.is_active(tokens.access), False, "the grant")
    expect.equal(thief.code(handle), None, "after the customer ended it")
    told = query_of(browser.open(cell.oauth.authorize_params(cell.demo, prompt="none").params))
    expect.equal(told.get("error"), "consent_required", "for everybody else as well")
