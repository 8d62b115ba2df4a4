"""Someone sends an Authorization header that is no proper Basic credential."""

import base64

from support import expect
from support.oauth import basic, basic_raw


def story(cell):
    good = basic(cell.demo.id, cell.demo.secret)
    no_colon = "Basic " + base64.b64encode(cell.demo.id.encode()).decode()
    for what, header in (
            ("none", None), ("empty", ""), ("scheme only", "Basic"), ("scheme and blank", "Basic "),
            ("no base64", "Basic ???"), ("no colon", no_colon), ("another scheme", "Digest " + good[6:]),
            ("bearer", "Bearer " + good[6:]), ("bytes after it", good + " x"), ("cut base64", good[:-3]),
            ("empty id", basic("", cell.demo.secret)), ("empty secret", basic(cell.demo.id, "")),
            ("broken percent-encoding", basic_raw(cell.demo.id + "%zz:" + cell.demo.secret)),
            ("NUL", basic_raw(cell.demo.id + "%00:" + cell.demo.secret)),
            ("no UTF-8", basic_raw(cell.demo.id + "%ff:" + cell.demo.secret)),
            ("a very long secret", basic(cell.demo.id, "s" * 3000)),
            ("a very long id", basic("c" * 3000, "s"))):
        headers = [] if header is None else [("Authorization", header)]
        for endpoint, params in (("token", {"grant_type": "refresh_token", "refresh_token": "x"}),
                                 ("revoke", {"token": "x"}), ("introspect", {"token": "x"})):
            answer = cell.oauth.post(endpoint, params, headers=headers)
            expect.oauth_error(answer, 401, "invalid_client", "%s at %s" % (what, endpoint))
    # The scheme's name is not case-sensitive (RFC 9110 11.1); two headers are no credential at all.
    answer = cell.oauth.post("revoke", {"token": "x"}, headers=[("Authorization", "bAsIc " + good[6:])])
    expect.status(answer, 200, "the scheme in another case")
    answer = cell.oauth.post("revoke", {"token": "x"}, headers=[("Authorization", good), ("Authorization", good)])
    expect.true(answer.status in (400, 401), "two headers: %s" % answer)
