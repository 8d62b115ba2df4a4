"""A client sends JSON, multipart or nothing in particular where a form is asked for."""

from support import expect
from support.oauth import basic


def story(cell):
    tokens = cell.grant()
    for endpoint, client in (("token", cell.demo), ("revoke", cell.demo), ("introspect", cell.rs)):
        auth = ("Authorization", basic(client.id, client.secret))
        for kind in ("application/json", "text/plain", "multipart/form-data; boundary=x", "",
                     "application/x-www-form-urlencodedx", "application/x-www-form-urlencoded-2"):
            answer = cell.origin.request("POST", "/oauth2/v4/" + endpoint, [auth, ("Content-Type", kind)],
                                         b"token=" + tokens.access.encode())
            expect.status(answer, 415, "%r at %s" % (kind, endpoint))
            expect.contains(answer.header("Cache-Control") or "", "no-store", "Cache-Control")
        answer = cell.origin.request("POST", "/oauth2/v4/" + endpoint, [auth], b"token=" + tokens.access.encode())
        expect.status(answer, 415, "no Content-Type at " + endpoint)
    for kind in ("application/x-www-form-urlencoded; charset=UTF-8", "APPLICATION/X-WWW-Form-UrlEncoded",
                 "application/x-www-form-urlencoded ;charset=utf-8"):
        answer = cell.oauth.post("introspect", {"token": tokens.access}, cell.rs, [("Content-Type", kind)])
        expect.status(answer, 200, kind)
        expect.equal(answer.json()["active"], True, "the token after all those requests")
