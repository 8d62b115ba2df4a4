"""Someone sends an authorization request with broken percent-encoding, a NUL or bytes that are no UTF-8."""

from support import expect
from support.wire import form, query_of

BROKEN = ("%", "%z", "%zz", "%4", "a%00b", "%ff", "%c0%af", "%ed%a0%80", "%f4%90%80%80", "\udcff")


def story(cell):
    asked = cell.oauth.authorize_params(cell.demo, state=None).params
    for value in BROKEN:
        for name in ("state", "scope", "client_id", "redirect_uri", "nobody_knows_it"):
            rest = form({key: text for key, text in asked.items() if key != name})
            target = "/oauth2/v4/authorize?%s&%s=%s" % (rest, name, value)
            answer = cell.origin.request("GET", target)
            what = "%s=%r" % (name, value)
            expect.true(answer.status in (303, 400), "%s: %s" % (what, answer))
            if answer.status == 303:
                expect.true(name not in ("client_id", "redirect_uri"), what + " was redirected")
                expect.equal(query_of(answer.header("Location")).get("error"), "invalid_request", what)
