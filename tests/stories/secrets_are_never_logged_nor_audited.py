"""Someone reads the logs, the audit and the process list after a busy day and looks for anything that could be used."""

import os
import signal

from support import expect
from support.oauth import basic, basic_raw
from support.wire import query_of

CELL = "own"
CELL_OPTIONS = {"vault": {"log": {"level": "debug"}}, "frontend": {"log": {"level": "debug"}}}
TIMEOUT = 120


def busy_day(cell):
    """Use everything, well and badly; returns what must not be found anywhere."""
    secrets = {"client secret": cell.demo.secret, "second secret": cell.second.secret, "rs secret": cell.rs.secret,
               "password": cell.user.password}
    user = cell.new_user("logged-customer", password="pw-Kestrel-8841-pw")
    secrets["new password"] = user.password
    browser = cell.browser()
    asked = cell.oauth.authorize_params(cell.demo, state="state-Osprey-1776-state", nonce="nonce-Merlin-3321-nonce")
    browser.open(asked.params)
    secrets["handle"] = query_of(browser.url)["request"]
    secrets["login csrf"] = browser.the_form().fields["csrf"]
    browser.login(user, "wrong-Buzzard-5512-wrong")
    secrets["wrong password"] = "wrong-Buzzard-5512-wrong"
    browser.login(user)
    secrets["consent csrf"] = browser.the_form().fields["csrf"]
    secrets.update({"cookie " + name: value for name, value in browser.cookies.items()})
    code = query_of(browser.decide("approve"))["code"]
    secrets.update({"code": code, "verifier": asked.verifier, "state": asked.params["state"],
                    "nonce": asked.params["nonce"], "challenge": asked.params["code_challenge"]})
    told = cell.oauth.redeem(cell.demo, code, asked.verifier).json()
    secrets.update({"access token": told["access_token"], "refresh token": told["refresh_token"]})
    second = cell.oauth.refresh(cell.demo, told["refresh_token"]).json()
    secrets.update({"second access": second["access_token"], "second refresh": second["refresh_token"]})
    cell.is_active(second["access_token"])
    cell.check(second["access_token"], "/fdx/v6/accounts/secret-account-Falcon-9123?q=secret-query-Heron-4410")
    secrets["query at the gateway"] = "secret-query-Heron-4410"
    # And everything that goes wrong.
    cell.oauth.refresh(cell.second, second["refresh_token"])
    cell.oauth.refresh(cell.demo, told["refresh_token"])
    cell.oauth.redeem(cell.demo, code, asked.verifier)
    cell.oauth.revoke(cell.demo, second["access_token"])
    cell.oauth.post("token", {"grant_type": "password", "password": "body-Goshawk-7741-body"}, cell.demo)
    secrets["a body's password"] = "body-Goshawk-7741-body"
    wrong = "guess-Harrier-6632-guess"
    cell.oauth.introspect(cell.rs.with_secret(wrong), second["access_token"])
    secrets["wrong secret"] = wrong
    cell.origin.request("GET", "/oauth2/v4/token?client_secret=url-Condor-2298-url")
    cell.origin.request("GET", "/nowhere/path?token=url-Condor-2298-url")
    secrets["query of a wrong request"] = "url-Condor-2298-url"
    cell.origin.request("POST", "/oauth2/v4/token", [("Authorization", basic_raw("no-colon-Eagle-8876"))], b"x")
    secrets["a broken credential"] = "no-colon-Eagle-8876"
    with cell.origin.connect() as connection:
        connection.send(b"GET /livez HTTP/1.1\r\nAuthorization: Bearer malformed-Vulture-1129\r\nbroken\r\n\r\n")
        connection.response()
    secrets["a header of malformed HTTP"] = "malformed-Vulture-1129"
    rotated = cell.cli_json("client", "rotate-secret", cell.second.id)["client_secret"]
    secrets["rotated secret"] = rotated
    secrets["a whole header"] = basic(cell.demo.id, cell.demo.secret)[6:]
    return secrets


def story(cell):
    secrets = busy_day(cell)
    pid = cell.kill("vault", signal.SIGABRT)        # a crash must not spill either
    cell.wait_new("vault", pid)
    cell.settled()
    places = {"the log": cell.log(), "the audit": cell.audit_text(10000),
              "audit tail": cell.cli_ok("audit", "tail", "-n", "1000"), "client list": cell.cli_ok("client", "list"),
              "user list": cell.cli_ok("user", "list"),
              "client show": cell.cli_ok("--json", "client", "show", cell.demo.id),
              "grant list": cell.cli_ok("--json", "grant", "list"), "status": cell.cli_ok("--json", "status")}
    for name in ("supervisor", "vault", "frontend"):
        with open("/proc/%d/cmdline" % cell.pid(name)) as text:
            places["the command line of the " + name] = text.read()
        with open("/proc/%d/environ" % cell.pid(name), errors="replace") as text:
            places["the environment of the " + name] = text.read()
    expect.true(len(places["the log"]) > 200, "the log is empty")
    for place, text in places.items():
        for what, secret in secrets.items():
            expect.true(len(secret) >= 10, "the %s is too short to look for" % what)
            if secret in text:
                expect.fail("the %s is in %s: %r" % (what, place, text[max(0, text.index(secret) - 120):][:300]))
    cores = [entry for entry in os.listdir(cell.dir) if entry.startswith("core")]
    expect.equal(cores, [], "core files")
