"""A client's form has broken percent-encoding, a NUL, or bytes that are no UTF-8."""

from support import expect

BROKEN = (b"%", b"%z", b"%zz", b"%4", b"a%00b", b"a\x00b", b"%ff", b"\xff", b"%c0%af", b"%ed%a0%80", b"%f4%90%80%80",
          b"%e2%82")


def story(cell):
    for endpoint, client, before in (("token", cell.demo, b"grant_type=refresh_token&refresh_token="),
                                     ("token", cell.demo, b"grant_type=refresh_token&refresh_token=x&scope="),
                                     ("revoke", cell.demo, b"token="),
                                     ("revoke", cell.demo, b"token=x&nobody_knows_it="),
                                     ("introspect", cell.rs, b"token=")):
        for value in BROKEN:
            answer = cell.oauth.post(endpoint, before + value, client)
            expect.oauth_error(answer, 400, "invalid_request", "%r at %s" % (before + value, endpoint))
    answer = cell.oauth.post("revoke", b"&&token=x&", cell.demo)
    expect.status(answer, 200, "empty pieces between the parameters")
