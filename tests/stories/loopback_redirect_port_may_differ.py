"""A native client listens on whatever port is free: only the port of a loopback literal may differ (RFC 8252 7.3)."""

from support import expect
from support.wire import query_of


def story(cell):
    client = cell.new_client(redirect_uris=["http://127.0.0.1:4000/cb", "http://[::1]:4000/cb",
                                            "http://localhost:4000/cb"])
    for good in ("http://127.0.0.1:4000/cb", "http://127.0.0.1:51234/cb", "http://[::1]:1/cb",
                 "http://localhost:4000/cb"):
        answer = cell.oauth.authorize(cell.oauth.authorize_params(client, redirect_uri=good).params)
        expect.status(answer, 303, "redirect_uri " + good)
    for bad in ("http://127.0.0.1:51234/other", "http://127.0.0.1:51234/cb?x", "http://localhost:51234/cb",
                "https://127.0.0.1:4000/cb", "http://127.0.0.2:4000/cb", "http://127.0.0.1:/cb",
                "http://127.0.0.1:65536/cb", "http://127.0.0.1:+80/cb", "http://127.0.0.1:4000@evil.example/cb",
                "http://127.0.0.1:80a/cb", "http://127.0.0.1.evil.example:4000/cb", "http://[::2]:4000/cb"):
        answer = cell.oauth.authorize(cell.oauth.authorize_params(client, redirect_uri=bad).params)
        expect.status(answer, 400, "redirect_uri " + bad)

    # The port that was used at authorize is the one the code is bound to.
    used = "http://127.0.0.1:51234/cb"
    asked = cell.oauth.authorize_params(client, redirect_uri=used)
    location = cell.browser().approve(asked.params, cell.user)
    expect.true(location.startswith(used + "?"), "the redirect goes to %s" % location)
    answer = cell.oauth.redeem(client, query_of(location)["code"], asked.verifier, redirect_uri=used)
    expect.status(answer, 200, "redeeming with the port that was used")

    asked = cell.oauth.authorize_params(client, redirect_uri=used)
    code = query_of(cell.browser().approve(asked.params, cell.user))["code"]
    answer = cell.oauth.redeem(client, code, asked.verifier, redirect_uri="http://127.0.0.1:51235/cb")
    expect.oauth_error(answer, 400, "invalid_grant", "redeeming with another port")
