"""An attacker bends the redirect_uri a little and hopes that the comparison is not byte for byte."""

from support import expect

REGISTERED = "https://app.example/callback?shop=1"
BENT = (
    "https://app.example/callback?shop=1#",
    "https://app.example/callback?shop=1&",
    "https://app.example/callback?shop=2",
    "https://app.example/callback?shop=1%20",
    "https://app.example/callback",
    "https://app.example/callback/?shop=1",
    "https://app.example/Callback?shop=1",
    "https://APP.example/callback?shop=1",
    "https://app.example:443/callback?shop=1",
    "https://app.example./callback?shop=1",
    "https://app.example/./callback?shop=1",
    "https://app.example/%63allback?shop=1",
    "https://app.example/callback?%73hop=1",
    "https://user@app.example/callback?shop=1",
    "https://app.example.evil.example/callback?shop=1",
    "http://app.example/callback?shop=1",
    "HTTPS://app.example/callback?shop=1",
    " https://app.example/callback?shop=1",
    "https://app.example/callback?shop=1 ",
    "https://app.example/callback?shop=1\n",
    "//app.example/callback?shop=1",
    "javascript:alert(1)",
    "",
)


def story(cell):
    client = cell.new_client(redirect_uris=[REGISTERED])
    expect.status(cell.oauth.authorize(cell.oauth.authorize_params(client).params), 303, "the registered one")
    for uri in BENT + (None, "https://app.example/" + "x" * 3000):
        answer = cell.oauth.authorize(cell.oauth.authorize_params(client, redirect_uri=uri).params)
        expect.status(answer, 400, "redirect_uri %r" % uri)
        expect.equal(answer.header("Location"), None, "Location for redirect_uri %r" % uri)
