"""A client revokes tokens that never were (RFC 7009 2.2: the purpose is achieved already)."""

from support import expect


def story(cell):
    for token in ("x", "sr_at_" + "A" * 80, "sr_rt_" + "B" * 85, "sr_at_", "é", "t" * 5000):
        answer = expect.status(cell.oauth.revoke(cell.demo, token), 200, "revoking %r" % token[:40])
        expect.equal(answer.body, b"", "the body")
    for params in ({}, {"token": ""}, {"token_type_hint": "access_token"}):
        answer = cell.oauth.post("revoke", params, cell.demo)
        expect.oauth_error(answer, 400, "invalid_request", "revoking with %r" % params)
    expect.oauth_error(cell.oauth.post("revoke", {"token": "x"}), 401, "invalid_client", "without credentials")
    answer = cell.oauth.revoke(cell.demo.with_secret("wrong"), "x")
    expect.oauth_error(answer, 401, "invalid_client", "with a wrong secret")
